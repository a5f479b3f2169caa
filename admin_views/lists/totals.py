"""How many rows a list has and what its money comes to, without counting a million rows that nobody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa

from admin_views.words import column_type
from models.base import Menu, Money, Quantity, Record, db

CAP = 10_000
PRICES = frozenset({"unit_price", "hourly_price"})
"""The price of one: a sum of such says nothing."""

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Total:
    """``count`` rows, or more than that; the sums of money by column, in euros.

    ``beside`` is how many rows stand on the side of the place that the page shows. Beyond the cap neither it nor the
    sums are known.
    """

    count: int
    more: bool = False
    beside: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)


def summed(model: type[Record], names: Sequence[str]) -> list[str]:
    """Those of the columns ``names`` whose sum says something: money, but no prices and no settings."""
    if model.console.menu is Menu.SETTINGS:
        return []
    kinds = {name: column_type(model, name) for name in names if name not in PRICES}
    return [name for name, kind in kinds.items() if isinstance(kind, Money) and not isinstance(kind, Quantity)]


def total_of(model: type[Record], clauses: Sequence[Clause], names: Sequence[str], beside: Clause | None, *,
             exact: bool) -> Total:
    """Count the rows under ``clauses``, sum their columns ``names``, count those that ``beside`` holds for.

    One query; a second one only for a column that is computed row by row, and only below the cap.
    """
    stored = [name for name in names if isinstance(sa.inspect(model).attrs[name].columns[0], sa.Column)]
    columns = [getattr(model, name).label(name) for name in stored]
    flag = sa.literal(0) if beside is None else sa.case((beside, 1), else_=0)
    rows = sa.select(flag.label("is_beside"), *columns).select_from(model).where(*clauses)
    found = (rows if exact else rows.limit(CAP + 1)).subquery()
    count, passed, *sums = db.session.execute(sa.select(
        sa.func.count(), sa.func.sum(found.c.is_beside), *(sa.func.sum(found.c[name]) for name in stored))).one()
    if count > CAP and not exact:
        return Total(CAP, more=True)
    known = dict(zip(stored, sums, strict=True)) | _computed(model, clauses, [n for n in names if n not in stored])
    return Total(count, beside=int(passed or 0), sums={name: known[name] or Decimal(0) for name in names})


def _computed(model: type[Record], clauses: Sequence[Clause], names: Sequence[str]) -> dict[str, Decimal]:
    if not names:
        return {}
    found = sa.select(*(getattr(model, name).label(name) for name in names)).where(*clauses).subquery()
    values = db.session.execute(sa.select(*(sa.func.sum(found.c[name]) for name in names))).one()
    return dict(zip(names, values, strict=True))
