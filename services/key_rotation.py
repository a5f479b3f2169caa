"""Sealing anew with the first key of FIELD_KEYS what an older one has sealed. What the values say is not touched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import Base, db
from models.encryption import KEY_ID, KEYRING, HasSecrets, encrypted_columns, place_of
from models.sealed_file import SealedFile

BATCH = 500


@dataclass(frozen=True)
class Sealed:
    """One sealed column: its table, the column that its values are bound by, and what a row's value is bound to."""

    table: str
    column: str
    bound_by: str
    place: Callable[[int, str], str]


@dataclass(frozen=True)
class Resealed:
    """What became of one batch of a column's values: how many were sealed anew, and which did not open ("payee 7")."""

    name: str
    done: int
    refused: tuple[str, ...] = ()


def sealed_columns() -> list[Sealed]:
    """Every column of the database that holds sealed values."""
    models = [m for m in Base.registry.mappers if issubclass(m.class_, HasSecrets)]
    found = [_encrypted(str(column.table.name), str(column.name), numbered=mapper.class_.bound_to_number)
             for mapper in models for column in encrypted_columns(mapper).values()]
    kept = [Sealed("change_log", "sealed_values", "key", lambda _number, key: f"change_log:{key}"),
            *(Sealed(str(m.local_table.name), "sealed_data", "key", _placed_by(m.class_))  # type: ignore[attr-defined]
              for m in Base.registry.mappers if issubclass(m.class_, SealedFile)),
            Sealed("bank_answer", "sealed_data", "key", lambda _number, key: f"bank_answer:{key}"),
            Sealed("bank_answer", "sealed_report", "key", lambda _number, key: f"bank_answer.report:{key}")]
    return sorted([*found, *kept], key=lambda one: (one.table, one.column))


def _encrypted(table: str, column: str, *, numbered: bool) -> Sealed:
    return Sealed(table, column, "row_key", lambda number, key: place_of(
        table, column, number if numbered else None, key))


def _placed_by(model: type[SealedFile]) -> Callable[[int, str], str]:
    return lambda _number, key: model.place(key)


def reseal(one: Sealed) -> Iterator[Resealed]:
    """Seal the values of one column anew, batch by batch; the caller commits after each.

    What the first key has sealed is passed by, so it may be stopped at any time and run again. A value that does not
    open, because its key is gone or it was taken there from another row, stays as it is and is named.
    """
    table = sa.table(one.table, sa.column("id"), sa.column(one.bound_by), sa.column(one.column, sa.LargeBinary))
    value = table.c[one.column]
    asked = (sa.select(table.c.id, table.c[one.bound_by], value).order_by(table.c.id).limit(BATCH).with_for_update()
             .where(value.is_not(None), sa.func.substr(value, 1, KEY_ID) != sa.literal(KEYRING.first)))
    last = 0
    while rows := db.session.execute(asked.where(table.c.id > last)).all():
        refused = []
        for number, bound_by, data in rows:
            place = one.place(number, bound_by)
            try:
                plain = KEYRING.open(bytes(data), place)
            except ValueError:
                refused.append(f"{one.table} {number}")
                continue
            db.session.execute(sa.update(table).where(table.c.id == number).values(
                {one.column: KEYRING.seal(plain, place)}))
        last = rows[-1][0]
        yield Resealed(f"{one.table}.{one.column}", len(rows) - len(refused), tuple(refused))
