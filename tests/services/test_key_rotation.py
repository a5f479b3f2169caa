"""Changing the keys: everything is sealed anew, nothing else is touched, and a value in a wrong place stays refused."""

import base64
import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import BatchFile, BatchItem, ChangeLog, Draft, Payee, SecondFactor, db
from models.base import Base
from models.encryption import KEY_ID, KEYRING, Encrypted
from models.engine import writing
from services import key_rotation
from services.key_rotation import Resealed, reseal, sealed_columns
from tests.database import SETTINGS
from tests.factories import make
from tests.people import make_user

OLD = SETTINGS["FIELD_KEYS"]
NEW = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
IBAN, OTHER_IBAN, CODE = "FI2112345600000785", "FI5542345670000081", "131052-308T"


@pytest.fixture
def keys(app):
    """``keys(one, another)`` are the keys from now on; the test's own come back after it."""
    yield lambda *given: KEYRING.configure(given)
    KEYRING.configure([OLD])


def everything():
    """A value in the sealed columns of every kind: a payee, a payment, a draft, a second factor, a file, the log."""
    user = make_user("finance")
    db.session.add(Draft(user_id=user.id, path="/admin/payee/new/", fields='[["iban", "x"]]'))
    db.session.add(SecondFactor(user_id=user.id, secret="SALAISUUS", waiting="ODOTTAA"))
    payee = make(Payee, iban=IBAN, identity_code=CODE)
    make(BatchItem, iban=OTHER_IBAN, identity_code=CODE)
    make(BatchFile)
    return payee


def rotate():
    """Column to (sealed anew, refused)."""
    found = {}
    with writing():
        for one in sealed_columns():
            parts = list(reseal(one))
            found[f"{one.table}.{one.column}"] = (
                sum(part.done for part in parts), [name for part in parts for name in part.refused])
        db.session.commit()
    return found


def sealed_with(first):
    """Columns in which some value is sealed with the key that begins so."""
    with db.engine.connect() as connection:
        return {f"{one.table}.{one.column}" for one in sealed_columns()
                if any(bytes(value[0])[:KEY_ID] == first for value in connection.execute(sa.text(
                    f"SELECT {one.column} FROM {one.table} WHERE {one.column} IS NOT NULL")))}


@pytest.mark.both_databases
def test_everything_is_sealed_with_the_first_key_and_opens_with_it_alone(app, keys):
    payee = everything()
    old = KEYRING.first
    columns = sealed_with(old)
    assert columns >= {"payee.iban", "payee.identity_code", "batch_item.iban", "batch_item.identity_code",
                       "draft.fields", "second_factor.secret", "second_factor.waiting", "batch_file.sealed_data",
                       "change_log.sealed_values"}

    keys(NEW, OLD)
    done = rotate()
    keys(NEW)
    db.session.expire_all()

    assert (sealed_with(old), sealed_with(KEYRING.first)) == (set(), columns)
    assert {name for name, (count, refused) in done.items() if (count > 0) != (name in columns) or refused} == set()
    assert (payee.iban, payee.identity_code, db.session.scalars(sa.select(SecondFactor)).one().secret) == (
        IBAN, CODE, "SALAISUUS")
    assert db.session.scalars(sa.select(BatchFile)).one().plain() == b"content"
    assert db.session.scalars(sa.select(ChangeLog).where(ChangeLog.subject == payee.subject)).one().values()[
        "iban"] == [None, IBAN]


def test_again_there_is_nothing_to_do(app, keys):
    everything()
    keys(NEW, OLD)
    rotate()

    assert {name for name, done in rotate().items() if done != (0, [])} == set()


def test_stopped_between_two_batches_it_goes_on_there(app, keys, monkeypatch):
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    for _ in range(5):
        make(Payee, iban=IBAN)
    one = next(one for one in sealed_columns() if (one.table, one.column) == ("payee", "iban"))
    keys(NEW, OLD)

    with writing():
        first = next(reseal(one))
        db.session.commit()
        rest = list(reseal(one))
        db.session.commit()

    assert [first, *rest] == [Resealed("payee.iban", 2), Resealed("payee.iban", 2), Resealed("payee.iban", 1)]


def test_value_that_was_moved_is_named_and_left_and_the_others_are_sealed(app, keys):
    one, other = make(Payee, iban=IBAN), make(Payee, iban=OTHER_IBAN)
    number, moved = other.id, f"payee {one.id}"
    db.session.execute(sa.text("UPDATE payee SET iban = (SELECT iban FROM payee WHERE id = :other), row_key = (SELECT "
                               "row_key FROM payee WHERE id = :other) WHERE id = :one"),
                       {"one": one.id, "other": number})
    db.session.commit()
    keys(NEW, OLD)

    done = rotate()
    db.session.expire_all()

    assert done["payee.iban"] == (1, [moved])
    assert db.session.get(Payee, number).iban == OTHER_IBAN


def test_value_whose_key_is_gone_is_named(app, keys):
    name = f"payee {make(Payee, iban=IBAN).id}"
    keys(NEW)

    assert rotate()["payee.iban"] == (0, [name])


def test_records_say_what_they_said_and_are_no_newer(app, keys):
    payee = everything()
    before = (payee.version, payee.iban_fingerprint, db.session.scalar(sa.select(sa.func.count(ChangeLog.id))))
    keys(NEW, OLD)

    rotate()
    db.session.expire_all()

    assert (payee.version, payee.iban_fingerprint,
            db.session.scalar(sa.select(sa.func.count(ChangeLog.id)))) == before


def test_database_shows_no_sealed_value_before_or_after(app, keys):
    everything()
    keys(NEW, OLD)
    rotate()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(db.engine.url.database)

    data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    assert [value for value in (IBAN, OTHER_IBAN, CODE, "SALAISUUS", "ODOTTAA") if value.encode() in data] == []
    assert b"/admin/payee/new/" in data  # a plain column is found, so the search finds what is there


def test_every_column_of_bytes_is_one_that_the_rotation_knows():
    known = {(one.table, one.column) for one in sealed_columns()}
    bytes_of = {(table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns
                if isinstance(column.type, sa.LargeBinary | Encrypted)}

    assert bytes_of - known == {("log_seal", "digests")}  # digests are no values
