"""What stood in plain is sealed by the migration that seals it, and reads as before when it is taken back."""

from datetime import UTC, datetime
from decimal import Decimal

import flask_migrate
import pytest
import sqlalchemy as sa

from jobs.sealing import seal_logs
from models import (
    BatchItem,
    Contact,
    Expert,
    Organisation,
    Payee,
    StatusChange,
    SupportContact,
    SupportPerson,
    Theme,
    db,
)
from services.log_chain import verify
from tests.database import MIGRATIONS
from tests.factories import make, make_many

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
SEALED_SENTENCES = "0021"
SEALED_RATES = "0030"
LINKS = {
    "closed_themes": "SELECT expert_id, theme_id FROM expert_closed_theme",
    "avoided_organisations": "SELECT expert_id, organisation_id FROM expert_avoided_organisation",
    "avoided_contacts": "SELECT expert_id, contact_id FROM expert_avoided_contact",
}
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


@pytest.mark.both_databases
def test_choices_become_links_on_the_way_back_and_are_sealed_on_the_way_there(app):
    expert, unit = make(Expert), make(Organisation)
    themes, contact = make_many(Theme, 2), make(Contact, organisation=unit)
    expert.closed_themes, expert.avoided_organisations, expert.avoided_contacts = themes, [unit], [contact]
    make(Expert)
    db.session.commit()
    number, chosen = expert.id, {"closed_themes": [theme.id for theme in themes],
                                 "avoided_organisations": [unit.id], "avoided_contacts": [contact.id]}
    db.session.remove()

    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="0020-1")
    links = {name: sorted(db.session.execute(sa.text(query)).tuples().all()) for name, query in LINKS.items()}
    db.session.remove()
    flask_migrate.upgrade(directory=str(MIGRATIONS))

    assert links == {name: [(number, other) for other in others] for name, others in chosen.items()}
    one, other = db.session.scalars(sa.select(Expert).order_by(Expert.id)).all()
    assert {name: [row.id for row in getattr(one, name)] for name in chosen} == chosen
    assert [list(getattr(other, name)) for name in chosen] == [[], [], []]


@pytest.mark.both_databases
def test_tax_rates_of_a_payment_are_hundredths_on_the_way_back_and_sealed_on_the_way_there(app):
    make(BatchItem, tax_percent=Decimal("12.5"), tax_over_percent=Decimal(60)), make(BatchItem)
    db.session.remove()

    flask_migrate.downgrade(directory=str(MIGRATIONS), revision=f"{SEALED_RATES}-1")
    rates = db.session.execute(sa.text("SELECT tax_percent, tax_over_percent FROM batch_item ORDER BY id")).tuples().all()
    db.session.remove()
    flask_migrate.upgrade(directory=str(MIGRATIONS))

    assert rates == [(1250, 6000), (None, None)]
    assert [(item.tax_percent, item.tax_over_percent) for item in db.session.scalars(
        sa.select(BatchItem).order_by(BatchItem.id))] == [(Decimal("12.5"), 60), (None, None)]


@pytest.mark.both_databases
def test_sentences_of_steps_and_limits_are_plain_on_the_way_back_and_the_chain_holds_on_the_way_there(app):
    expert = make(Expert, load_limit=3)
    make(Expert), make(StatusChange, note="Soitetaan")
    db.session.commit()
    seal_logs(NOW)
    before = db.session.execute(sa.text("SELECT id, digest FROM status_change ORDER BY id")).all()
    number = expert.id
    db.session.remove()

    flask_migrate.downgrade(directory=str(MIGRATIONS), revision=f"{SEALED_SENTENCES}-1")
    plain = (db.session.execute(sa.text("SELECT note FROM status_change ORDER BY id DESC LIMIT 1")).scalar(),
             db.session.execute(sa.text("SELECT load_limit FROM expert ORDER BY id")).scalars().all())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("UPDATE status_change SET actor = 'x'"))
    db.session.remove()
    flask_migrate.upgrade(directory=str(MIGRATIONS))

    assert plain == ("Soitetaan", [3, None])
    assert db.session.execute(sa.text("SELECT id, digest FROM status_change ORDER BY id")).all() == before
    assert [state.broken for state in verify()] == [None] * 3
    assert db.session.scalars(sa.select(StatusChange).order_by(StatusChange.id.desc())).first().note == "Soitetaan"
    assert db.session.get(Expert, number).load_limit == 3
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("UPDATE status_change SET actor = 'x'"))
