"""What stood in plain is sealed by the migration that seals it, and reads as before when it is taken back."""

import flask_migrate
import pytest
import sqlalchemy as sa

from models import Expert, Payee, SupportContact, SupportPerson, db
from tests.database import MIGRATIONS
from tests.factories import make

PLAIN = {
    "payee": ("business_id", "address", "tax_percent"), "expert": ("address",), "support_person": ("phone",),
    "support_contact": ("note",),
}


def values():
    return {(table, column): db.session.execute(sa.text(f"SELECT {column} FROM {table} ORDER BY id")).scalars().all()
            for table, columns in PLAIN.items() for column in columns}


@pytest.mark.both_databases
def test_values_are_opened_by_the_way_back_and_sealed_by_the_way_there(app):
    expert = make(Expert, address="Piilokuja 3")
    make(SupportPerson, expert=expert, phone="+358409990001"), make(SupportContact, expert=expert, note="Lyhyesti")
    make(Payee, business_id="1234567-1", address="Uusikuja 9", tax_percent=0), make(Payee)
    db.session.remove()

    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0007")
    plain = values()
    db.session.remove()
    flask_migrate.upgrade(directory=str(MIGRATIONS))

    assert plain == {
        ("payee", "business_id"): ["1234567-1", ""], ("payee", "address"): ["Uusikuja 9", ""],
        ("payee", "tax_percent"): [0, None], ("expert", "address"): ["Piilokuja 3"],
        ("support_person", "phone"): ["+358409990001"], ("support_contact", "note"): ["Lyhyesti"]}
    one, other = db.session.scalars(sa.select(Payee).order_by(Payee.id)).all()
    assert (one.business_id, one.address, one.tax_percent) == ("1234567-1", "Uusikuja 9", 0)
    assert (other.business_id, other.address, other.tax_percent) == (None, None, None)
    assert [db.session.scalars(sa.select(model)).one().row_key != "" for model in (Expert, SupportPerson)] == [True, True]
    assert db.session.scalars(sa.select(SupportContact)).one().note == "Lyhyesti"
