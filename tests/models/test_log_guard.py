"""What the database refuses of its logs, whoever asks: tried with plain SQL, past every guard of the product."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import AccessLog, ChangeLog, LogSeal, StatusChange, db
from models.audit import ERASABLE
from models.base import UTCDateTime
from models.log_guard import LOGS, MAY_BECOME
from tests.factories import make

NOW = datetime(2026, 1, 20, tzinfo=UTC)
OTHER = ((sa.Integer, 77), (sa.LargeBinary, b"other"), (UTCDateTime, datetime(2020, 1, 1)))  # noqa: DTZ001 - as the database has it
pytestmark = pytest.mark.both_databases


def make_seal(**given):
    seal = LogSeal(**{"log": "access_log", "at": NOW, "first_id": 1, "last_id": 1, "rows": 1, "digests": b"d",
                      "root": "r", "chain": "c"} | given)
    db.session.add(seal)
    db.session.commit()
    return seal


def a_row(model):
    if model is LogSeal:
        return make_seal()
    given = {ChangeLog: {"sealed_values": b"values"}, StatusChange: {"note": "words"}, AccessLog: {"note": "words"}}.get(model, {})
    return make(model, **given)


def sql(statement, **values):
    """Run as somebody who has the database and not the product would; what is refused is given back."""
    with db.engine.begin() as connection:
        return connection.execute(sa.text(statement), values).rowcount


def stored(table):
    with db.engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT * FROM {table}")).all()


def refused(statement, **values):
    with pytest.raises(IntegrityError, match="history is append-only"):
        sql(statement, **values)
    return True


@pytest.mark.parametrize("model", [*LOGS, LogSeal])
def test_no_column_of_a_log_or_a_seal_is_changed(model, app):
    a_row(model)
    table = sa.inspect(model).local_table
    before = stored(table.name)

    for column in table.columns:
        other = next((value for kind, value in OTHER if isinstance(column.type, kind)), "other")
        if (table.name, column.name) in (("change_log", "sealed_values"), ("status_change", "note"), ("access_log", "note")):
            continue  # sealed with another key, it says the same: its digest is what may not change
        assert refused(f"UPDATE {table.name} SET {column.name} = :other", other=other)

    assert stored(table.name) == before


@pytest.mark.parametrize("model", [*LOGS, LogSeal])
def test_no_row_of_a_log_or_a_seal_is_removed(model, app):
    a_row(model)
    name = model.__tablename__

    assert refused(f"DELETE FROM {name}")
    if db.engine.dialect.name == "postgresql":
        assert refused(f"TRUNCATE {name}")
    else:
        assert refused(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")

    assert len(stored(name)) == 1


@pytest.mark.parametrize("model", [*LOGS, LogSeal])
def test_rows_are_added_as_before(model, app):
    a_row(model)
    names = ", ".join(column.name for column in sa.inspect(model).local_table.columns)
    values = names.replace("id", "id + 1", 1) if model is not LogSeal else names.replace("id", "id + 1", 1).replace(
        "last_id", "last_id + 1")

    assert sql(f"INSERT INTO {model.__tablename__} ({names}) SELECT {values} FROM {model.__tablename__}") == 1


@pytest.mark.parametrize(("model", "column", "empty"), [
    (ChangeLog, "sealed_values", None), (StatusChange, "note", None), (StatusChange, "salt", ""), (AccessLog, "note", None),
    (LogSeal, "digests", None)])
def test_what_may_be_erased_is_erased_and_does_not_come_back(model, column, empty, app):
    a_row(model)
    at = f"{model.__tablename__} SET {column} = :value"

    assert sql(f"UPDATE {at}", value=empty) == 1
    assert refused(f"UPDATE {at}", value=b"x" if column in ("sealed_values", "note", "digests") else "x")


def test_row_is_removed_only_when_its_own_seal_has_been_emptied(app):
    for _ in range(3):
        make(AccessLog)
    make(ChangeLog)
    make_seal(first_id=1, last_id=2, rows=2, digests=None)
    make_seal(first_id=3, last_id=3)

    assert sql("DELETE FROM access_log WHERE id <= 2") == 2
    assert refused("DELETE FROM access_log WHERE id = 3")
    assert refused("DELETE FROM change_log WHERE id = 1")


def test_what_the_database_lets_go_is_what_the_product_calls_erasable():
    assert {name for log in LOGS for name, _ in MAY_BECOME[log.__tablename__]} == set(ERASABLE)
