"""What a list can be asked of a column: the kinds of columns, their names in an address, how a value is read there.

``f_<column>`` asks for a value, several times for one of several; ``f_<column>_from`` and ``_until`` for a range,
``_begins`` for a beginning, ``_is=empty`` and ``_is=filled`` for there being a value at all. All that is asked holds
together. ``or1_<column>``, ``or2_<column>`` and so on ask the same in alternatives, of which one is enough.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from admin_views.fields import AmountField, DateField, NumberField, Typed
from admin_views.lists.columns import may_be_empty, to_one
from admin_views.words import ZONE, column_type, enum_of
from models.base import Money, UTCDateTime, described
from models.encryption import Encrypted

EMPTY, FILLED = "empty", "filled"
RANGES = frozenset({"date", "moment", "number", "amount"})
MOST_GROUPS = 9
GROUP = re.compile(r"or([1-9])_")
MONEY_LIMIT = Decimal(10) ** 13


@dataclass(frozen=True)
class Asking:
    """One thing that an address can ask: ``part`` of the column ``name``, which is of ``kind``."""

    name: str
    kind: str
    part: str


def kind_of(model: type[Any], name: str, said: dict[str, Any]) -> str:
    """How the attribute is asked about; empty for one that cannot be, as what is masked or sealed."""
    kind: Any = column_type(model, name)
    if said.get("mask") or said.get("words") or isinstance(kind, Encrypted):
        return ""
    if kind is None:
        return "record" if to_one(model, name) else "records"
    if enum_of(kind) is not None:
        return "choice"
    kinds: list[tuple[Any, str]] = [
        (sa.Boolean, "truth"), (UTCDateTime, "moment"), (sa.Date, "date"), (Money, "amount"), (sa.Integer, "number"),
        (sa.String, "text")]
    return next((word for known, word in kinds if isinstance(kind, known)), "")


def parts_of(model: type[Any], name: str, kind: str) -> tuple[str, ...]:
    """The endings of the column's names in an address."""
    if kind == "text":
        return ("", "_begins", "_is")
    values = ("_from", "_until") if kind in RANGES else ("",)
    return (*values, "_is") if may_be_empty(model, name) else values


def askings(model: Any, said: dict[str, dict[str, Any]]) -> dict[str, Asking]:
    """Everything that can be asked of the columns in ``said``, by its name in the address without the prefix."""
    return _askings(model, tuple(said))


@cache
def _askings(model: Any, names: tuple[str, ...]) -> dict[str, Asking]:
    found: dict[str, Asking] = {}
    said = dict(described(model))
    kinds = {name: kind for name in names if (kind := kind_of(model, name, said[name]))}
    for name, kind in kinds.items():
        for part in parts_of(model, name, kind):
            found.setdefault(f"{name}{part}", Asking(name, kind, part))
    return found

def prefixes() -> Iterator[tuple[int, str]]:
    """Each group of conditions with what its names in the address begin with; 0 is what always holds."""
    yield 0, "f_"
    yield from ((number, f"or{number}_") for number in range(1, MOST_GROUPS + 1))


def read_day(raw: str) -> date:
    """A day as people and browsers write it. ValueError when it is none."""
    return _read(DateField, raw)


def read_bound(kind: str, raw: str) -> Any:
    """One end of a range of ``kind``. ValueError when it cannot be read."""
    if kind in ("date", "moment"):
        return read_day(raw)
    if kind == "number":
        return _read(NumberField, raw)
    amount = _read(AmountField, raw)
    if abs(amount) >= MONEY_LIMIT:
        raise ValueError(raw)
    return amount


def _read(field: type[Typed], raw: str) -> Any:
    try:
        return field.read(field.__new__(field), raw)
    except ArithmeticError as unread:
        raise ValueError(raw) from unread


def within(attribute: Any, kind: str, part: str, bound: Any) -> sa.ColumnElement[bool]:
    """The attribute is not before, or not after, ``bound``; a day is meant with all its hours."""
    if kind == "moment":
        day = bound if part == "_from" else bound + timedelta(1)
        edge = datetime.combine(day, time.min, ZONE)
        clause = attribute >= edge if part == "_from" else attribute < edge
    else:
        clause = attribute >= bound if part == "_from" else attribute <= bound
    return clause


def contains(attribute: Any, words: str, *, begins: bool = False) -> sa.ColumnElement[bool]:
    """The text has ``words`` in it, or begins with them; every letter is meant literally, case is not."""
    literal = words.lower().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return sa.func.lower(attribute).like(f"{literal}%" if begins else f"%{literal}%", escape="\\")


def is_empty(model: type[Any], name: str, kind: str) -> sa.ColumnElement[bool]:
    """There is nothing in the attribute."""
    attribute: Any = getattr(model, name)
    if kind == "record":
        return sa.and_(*(column.is_(None) for column in sa.inspect(model).relationships[name].local_columns))
    if kind == "records":
        return sa.not_(attribute.any())
    return sa.or_(attribute.is_(None), attribute == "") if kind == "text" else attribute.is_(None)
