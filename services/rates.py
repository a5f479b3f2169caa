"""What the dated tables say on a day: the kilometre allowance, the income type of a line. Changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models import FeeRate, IncomeType, KilometreRate, db
from rules.choices import FeeUnit, LineKind, OrderKind


def rate_of(model: type[Any], day: date, *clauses: Any) -> Any:
    """The row of a dated table in force on ``day``, the newest one of several; None when there is none."""
    query = sa.select(model).where(
        model.valid_from <= day, sa.or_(model.valid_until.is_(None), model.valid_until >= day), *clauses)
    return db.session.scalars(query.order_by(model.valid_from.desc(), model.id)).first()


def kilometre_rate(day: date) -> Decimal | None:
    """Euros for a kilometre on ``day``, by the dated table."""
    found = rate_of(KilometreRate, day)
    return found.amount if found else None


PAID_AS = OrderKind.WORKING_GROUP
"""A group's meeting is paid by the rate of working groups."""


KNOWN_FEES: ContextVar[dict[date, list[Decimal]] | None] = ContextVar("known_fees", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, a day's fees are asked of the database once, however many claims are compared with them."""
    token = KNOWN_FEES.set({})
    try:
        yield
    finally:
        KNOWN_FEES.reset(token)


def group_fees(day: date) -> list[Decimal]:
    """What a meeting of a group may be paid by on ``day``: the fee of each unit that has a rate in force."""
    known = KNOWN_FEES.get()
    if known is None:
        return _group_fees(day)
    if day not in known:
        known[day] = _group_fees(day)
    return known[day]


def _group_fees(day: date) -> list[Decimal]:
    rates = (rate_of(FeeRate, day, FeeRate.kind == PAID_AS, FeeRate.unit == unit) for unit in FeeUnit)
    return [rate.amount for rate in rates if rate is not None]


def income_type(kind: LineKind, event: OrderKind | None, day: date) -> IncomeType | None:
    """The code for a line of ``kind``: the event's own before the one for every event."""
    own = rate_of(IncomeType, day, IncomeType.line_kind == kind, IncomeType.event_kind == event) if event else None
    common: IncomeType | None = rate_of(
        IncomeType, day, IncomeType.line_kind == kind, IncomeType.event_kind.is_(None))
    return own or common
