"""The order of a list and its pages: each page begins after, or ends before, a row that the address describes.

The order is total: its last key is unique. Nothing in a key comes last, on every database. A row that is added or
removed elsewhere does not move the rows of a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from admin_views.lists.columns import may_be_empty
from admin_views.words import column_type, enum_of
from models.base import CENT, Money, Record, UTCDateTime, db

if TYPE_CHECKING:
    from admin_views.listing import Listing

LONGEST_CURSOR = 3000
LARGEST = 2**63
ESCAPED = re.compile(r"!([!-])")
LAST = "end"
"""What an address says for the last page: ``before=end``."""

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Term:
    """One key of an order."""

    name: str
    attribute: Any
    kind: Any
    descending: bool
    nullable: bool


def terms_of(model: type[Record], keys: Sequence[str]) -> tuple[Term, ...]:
    """The total order by ``keys`` ("-name" is descending): ends at the first unique key, else at the id."""
    return _terms_of(model, tuple(keys))


@cache
def _terms_of(model: type[Record], keys: tuple[str, ...]) -> tuple[Term, ...]:
    found: list[Term] = []
    down = keys[0].startswith("-") if keys else False
    for key in [*keys, "-id" if down else "id"]:
        name = key.removeprefix("-")
        if any(term.name == name for term in found):
            continue
        found.append(Term(name, getattr(model, name), column_type(model, name), key.startswith("-"),
                          may_be_empty(model, name)))
        if _unique(model, name):
            break
    return tuple(found)


def _unique(model: type[Record], name: str) -> bool:
    """Whether no two rows can have the same value, so that further keys change nothing."""
    table: Any = sa.inspect(model).local_table
    column: Any = sa.inspect(model).attrs[name].columns[0]
    if not isinstance(column, sa.Column) or column.nullable:
        return False
    alone = [rule for rule in table.constraints if isinstance(rule, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
    return any([c.name for c in rule.columns] == [column.name] for rule in alone)


def ordering(terms: Sequence[Term], *, backward: bool = False) -> list[Any]:
    """What to order by. Only a key that may be empty says where nothing goes, so that an index serves the others."""
    found = []
    for term in terms:
        key = term.attribute.desc() if term.descending != backward else term.attribute.asc()
        if term.nullable:
            key = key.nulls_first() if backward else key.nulls_last()
        found.append(key)
    return found


def beyond(terms: Sequence[Term], values: Sequence[Any], *, backward: bool = False) -> Clause:
    """The rows after the one with these ``values``, or before it."""
    if len({term.descending for term in terms}) == 1 and not any(term.nullable for term in terms):
        here = sa.tuple_(*(term.attribute for term in terms))
        there = sa.tuple_(*(sa.literal(value, term.kind) for term, value in zip(terms, values, strict=True)))
        return here < there if terms[0].descending != backward else here > there
    ways: list[Clause] = []
    same: list[Clause] = []
    for term, value in zip(terms, values, strict=True):
        ways.append(sa.and_(*same, _past(term, value, backward=backward)))
        same.append(term.attribute.is_(None) if value is None else term.attribute == sa.literal(value, term.kind))
    return sa.or_(*ways)


def _past(term: Term, value: Any, *, backward: bool) -> Clause:
    if value is None:
        return term.attribute.is_not(None) if backward else sa.false()
    bound = sa.literal(value, term.kind)
    clause = term.attribute < bound if term.descending != backward else term.attribute > bound
    return sa.or_(clause, term.attribute.is_(None)) if term.nullable and not backward else clause


# --- a place in the order, as an address writes it


def write_cursor(terms: Sequence[Term], row: Any) -> str:
    """Where ``row`` stands: its keys, parted by "~"."""
    return "~".join(_write(getattr(row, term.name)) for term in terms)


def _write(value: Any) -> str:
    if value is None:
        return "!0"
    if isinstance(value, bool):
        return str(int(value))
    raw = value.isoformat() if isinstance(value, date | time) else str(getattr(value, "value", value))
    return raw.replace("!", "!!").replace("~", "!-")


def read_cursor(terms: Sequence[Term], text: str) -> list[Any]:
    """The keys that ``text`` says, typed. ValueError when it does not describe a place in this order."""
    parts = text.split("~")
    if len(text) > LONGEST_CURSOR or len(parts) != len(terms):
        raise ValueError(text)
    try:
        return [_read(term, part) for term, part in zip(terms, parts, strict=True)]
    except (ArithmeticError, OverflowError) as unread:
        raise ValueError(text) from unread


def _read(term: Term, part: str) -> Any:
    if part == "!0" and term.nullable:
        return None
    raw = ESCAPED.sub(lambda found: "~" if found[1] == "-" else "!", part)
    if _write(raw) != part:
        raise ValueError(part)
    return _value(term.kind, raw)


def _value(kind: Any, raw: str) -> Any:  # noqa: PLR0911 - one line per type is the point
    if (enum := enum_of(kind)) is not None:
        return enum(raw)
    if isinstance(kind, sa.Boolean):
        return raw == "1" if raw in ("0", "1") else _refuse(raw)
    if isinstance(kind, UTCDateTime):
        moment = datetime.fromisoformat(raw)
        return moment if moment.tzinfo else _refuse(raw)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(raw)
    if isinstance(kind, sa.Time):
        return time.fromisoformat(raw)
    if isinstance(kind, Money):
        amount = Decimal(raw)
        return amount if amount.is_finite() and abs(amount) < LARGEST // 1000 and amount == amount.quantize(CENT) \
            else _refuse(raw)
    if isinstance(kind, sa.Integer):
        return int(raw) if abs(int(raw)) < LARGEST else _refuse(raw)
    return raw


def _refuse(raw: str) -> Any:
    raise ValueError(raw)


# --- beside a row


def neighbours(listing: "Listing", row: Any) -> tuple[int | None, int | None]:
    """The ids of the rows before and after ``row`` in the list, None at its ends; ``row`` itself need not match."""
    terms = listing.terms
    values = [getattr(row, term.name) for term in terms]

    def next_id(*, backward: bool) -> int | None:
        query = sa.select(listing.model.id).where(*listing.clauses, beyond(terms, values, backward=backward))
        return db.session.scalar(query.order_by(*ordering(terms, backward=backward)).limit(1))

    return next_id(backward=True), next_id(backward=False)
