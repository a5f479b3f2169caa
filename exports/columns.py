"""What a column of an exported table is: title, value, kind. Shared by workbooks and CSV; writes no file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "money", "date", "month", "datetime", "integer", "decimal", "share", "boolean"]
Translate = Callable[[str], str]

SUMMABLE: frozenset[str] = frozenset({"money", "integer", "decimal"})


@dataclass(frozen=True)
class Mark:
    """A word in the place of a value that is not shown, such as ``<5``; text in a column of any kind."""

    text: str


@dataclass(frozen=True)
class Column:
    """One column: ``value`` takes the row, ``title`` is in the reader's language, ``width`` is in letters."""

    title: str
    value: Callable[[Any], Any]
    kind: Kind = "text"
    width: int | None = None
    total: bool = False

    def __post_init__(self) -> None:
        if self.total and self.kind not in SUMMABLE:
            message = f"a {self.kind} column has no total: {self.title}"
            raise ValueError(message)


def cell_value(kind: Kind, title: str, value: Any) -> Any:
    """Give ``value`` back when it is empty, a Mark, or of the column's kind; TypeError otherwise.

    Money is Decimal euros, never float; an instant carries its time zone; a month is its first day.
    """
    if value is None or isinstance(value, Mark) or _FITS[kind](value):
        return value
    message = f"column {title!r} is {kind}, not {type(value).__name__}"
    raise TypeError(message)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


_FITS: Mapping[Kind, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "money": _is_number,
    "decimal": _is_number,
    "share": _is_number,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "date": _is_day,
    "month": lambda value: _is_day(value) and value.day == 1,
    "datetime": lambda value: isinstance(value, datetime) and value.utcoffset() is not None,
    "boolean": lambda value: isinstance(value, bool),
}
