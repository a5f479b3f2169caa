"""The counts and sums of the reports over a period, added up by the database. Makes no file, withholds nothing.

Every function asks a fixed number of questions, however many records there are.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa

from models import Assignment, Completion, Expert, Invoice, InvoiceLine, Occasion, Order, Pause, Payee, Programme, db
from models.base import Money
from models.organisation import Organisation
from rules.choices import Choice, LineKind, OrderKind, WithoutFee
from rules.permissions import Actor
from rules.states import AssignmentStatus, BankStatus, ClaimStatus, CompletionStatus, OrderStatus
from rules.wording import N_
from services.scopes import visible

EXPIRES_SOON = 3
"""Months before the end of a completion in which it is said to expire soon."""

TOOK_PART = (AssignmentStatus.HELD, AssignmentStatus.CLOSED)
ORDER_HELD = (OrderStatus.HELD, OrderStatus.CLOSED)
IN_THE_BANK = (BankStatus.PARTICIPANT, BankStatus.IN_BANK)
TRAVEL = (LineKind.KILOMETRES, LineKind.MEAL)


class AgeBand(Choice):
    """Age at the occasion; an order stands in the band of all its experts, or in one of the last two."""

    CHILD = "child", N_("under 13")
    TEENAGER = "teenager", N_("13–17")
    YOUNG_ADULT = "young_adult", N_("18–25")
    ADULT = "adult", N_("26 or over")
    UNKNOWN = "unknown", N_("age not known")
    SEVERAL = "several", N_("several age bands")
    NOBODY = "nobody", N_("nobody recorded")


YEARS = {AgeBand.CHILD: (0, 12), AgeBand.TEENAGER: (13, 17), AgeBand.YOUNG_ADULT: (18, 25), AgeBand.ADULT: (26, 130)}


@dataclass(frozen=True)
class ActivityCount:
    """Orders held and participations of one month (its first day), age band and kind of order."""

    month: date
    age_band: AgeBand
    kind: OrderKind
    orders: int
    participations: int


@dataclass(frozen=True)
class FeeSum:
    """Euros paid in one month (its first day) from one cost centre ("" when none was given).

    ``payees`` counts the different people the money was for: experts, else payees who are no expert here.
    """

    month: date
    cost_centre: str
    payees: int
    fees: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal
    """Paid back of what somebody coming along cost; not among the other costs here."""


@dataclass(frozen=True)
class TrainingCount:
    """Experts now in the bank who have completed a programme; ``expiring`` are those of ``valid`` that end soon.

    ``askable`` are those of ``valid`` who can be asked on the day.
    """

    programme: str
    organiser: str
    trained: int
    valid: int
    expiring: int
    askable: int


R = TypeVar("R", bound=ActivityCount | FeeSum)


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month that the period touches; nothing when it ends before it begins."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers] if first <= last else []


def activity_counts(first: date, last: date) -> list[ActivityCount]:
    """Orders held and participations from ``first`` to ``last``, each counted once: on its order's last occasion.

    An order without an occasion counts on the day it was received. Of a birth year alone the band is known
    only where both possible ages are in it. A month without any has a row of noughts.
    """
    people = _participations(first, last).subquery()
    orders = _orders(first, last, people).subquery()
    found: dict[tuple[AgeBand, OrderKind, date], list[int]] = defaultdict(lambda: [0, 0])
    for place, rows in enumerate((orders, people)):
        for month, band, kind, count in _counted(rows):
            found[band, kind, month][place] = count
    order = {choice: place for place, choice in enumerate([*AgeBand, *OrderKind])}
    keys = sorted(found, key=lambda key: (order[key[0]], order[key[1]], key[2]))
    return _every_month(
        [ActivityCount(month, band, kind, *found[band, kind, month]) for band, kind, month in keys], first, last,
        orders=0, participations=0)


def fee_sums(first: date, last: date) -> list[FeeSum]:
    """Claims paid from ``first`` to ``last``, by month of payment and cost centre; months without have noughts."""
    person = sa.func.coalesce(Assignment.expert_id, Payee.expert_id, -Payee.id)
    year, month = year_and_month(Invoice.paid_on)
    rows = db.session.execute(
        sa.select(year, month, Invoice.cost_centre, sa.func.count(person.distinct()),
                  *sums_by_kind())
        .join(Invoice.payee).outerjoin(Invoice.assignment).outerjoin(Invoice.lines)
        .where(Invoice.status == ClaimStatus.PAID, Invoice.paid_on.between(first, last))
        .group_by(year, month, Invoice.cost_centre).order_by(Invoice.cost_centre, year, month))
    nought = Decimal(0)
    return _every_month([FeeSum(date(int(year), int(month), 1), *rest) for year, month, *rest in rows], first, last,
                        payees=0, fees=nought, travel=nought, other=nought, companion=nought)


def sums_by_kind() -> list[sa.ColumnElement[Decimal]]:
    """Euros of the lines that are fees, travel, other costs, a companion's costs."""
    kinds = ((LineKind.FEE,), TRAVEL, (LineKind.OTHER,), (LineKind.COMPANION,))
    return [euros(InvoiceLine.kind.in_(group)) for group in kinds]


def without_fee_counts(first: date, last: date) -> dict[WithoutFee, int]:
    """How many took part without a fee from ``first`` to ``last``, on the order's last occasion, by how it came."""
    days = _last_days()
    rows = db.session.execute(
        sa.select(Assignment.without_fee, sa.func.count()).join(days, days.c.id == Assignment.order_id)
        .where(Assignment.status.in_(TOOK_PART), Assignment.without_fee.is_not(None), days.c.day.between(first, last))
        .group_by(Assignment.without_fee))
    counted = {how: count for how, count in rows if how is not None}
    return dict.fromkeys(WithoutFee, 0) | counted


def training_counts(on: date, actor: Actor) -> list[TrainingCount]:
    """Coverage as it is on the day ``on``, of the programmes that ``actor`` may meet, by organiser and name.

    A programme no longer given is there only while somebody has completed it.
    """
    holds = sa.or_(Completion.valid_until.is_(None), Completion.valid_until >= on)
    ends = sa.and_(Completion.valid_until >= on, Completion.valid_until <= _months_after(on, EXPIRES_SOON))
    trained = sa.and_(Completion.status == CompletionStatus.COMPLETED, Completion.completed_on <= on,
                      Expert.status.in_(IN_THE_BANK))
    rows = db.session.execute(
        sa.select(Programme.name, Organisation.name,
                  *(_number_of(sa.and_(trained, more)) for more in (
                      sa.true(), holds, ends, sa.and_(holds, _can_be_asked(on)))))
        .join(Programme.organisation).outerjoin(Programme.completions).outerjoin(Completion.expert)
        .where(visible(Programme, actor))
        .group_by(Programme.id, Programme.name, Organisation.name, Programme.active)
        .having(sa.or_(Programme.active, _number_of(trained) > 0))
        .order_by(Organisation.name, Programme.name))
    return [TrainingCount(*row) for row in rows]


def askable_experts(on: date) -> int:
    """How many experts of the bank can be asked on the day ``on``: not on pause, their data not restricted."""
    return db.session.scalar(sa.select(sa.func.count(Expert.id)).where(_can_be_asked(on))) or 0


def _can_be_asked(on: date) -> sa.ColumnElement[bool]:
    away = sa.exists().where(Pause.expert_id == Expert.id, Pause.starts_on <= on,
                             sa.or_(Pause.ends_on.is_(None), Pause.ends_on >= on))
    return sa.and_(Expert.status.in_(IN_THE_BANK), sa.not_(Expert.restricted), sa.not_(away))


def _participations(first: date, last: date) -> sa.Select[Any]:
    """One row for each expert who took part: order, day, kind, age band."""
    days = _last_days()
    rows = (
        sa.select(Assignment.order_id, days.c.day, days.c.kind, *_possible_ages(days.c.day))
        .join(days, days.c.id == Assignment.order_id).join(Expert, Expert.id == Assignment.expert_id)
        .where(Assignment.status.in_(TOOK_PART), days.c.day.between(first, last)).subquery())
    band = sa.case(*((sa.and_(rows.c.youngest >= low, rows.c.oldest <= high), sa.literal(band.value))
                     for band, (low, high) in YEARS.items()), else_=AgeBand.UNKNOWN.value)
    return sa.select(rows.c.order_id, rows.c.day, rows.c.kind, band.label("band"))


def _orders(first: date, last: date, people: sa.Subquery) -> sa.Select[Any]:
    """One row for each order held: its day, its kind, the age band of its experts."""
    days = _last_days()
    bands = sa.select(people.c.order_id, sa.func.min(people.c.band).label("one"),
                      sa.func.max(people.c.band).label("another")).group_by(people.c.order_id).subquery()
    band = sa.case((bands.c.one.is_(None), AgeBand.NOBODY.value), (bands.c.one != bands.c.another,
                   AgeBand.SEVERAL.value), else_=bands.c.one)
    return (sa.select(days.c.day, days.c.kind, band.label("band"))
            .outerjoin(bands, bands.c.order_id == days.c.id)
            .where(days.c.status.in_(ORDER_HELD), days.c.day.between(first, last)))


def _last_days() -> sa.Subquery:
    """Every order with the day of its last occasion."""
    ends = sa.select(Occasion.order_id, sa.func.max(Occasion.on).label("day")).group_by(Occasion.order_id).subquery()
    return (sa.select(Order.id, Order.kind, Order.status,
                      sa.func.coalesce(ends.c.day, Order.received_on).label("day"))
            .outerjoin(ends, ends.c.order_id == Order.id).subquery())


def _possible_ages(day: sa.ColumnElement[date]) -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    """The least and the greatest age of the expert on ``day``: the same for a birth date, NULL when not known."""
    year, of_year = sa.extract("year", day), sa.extract("month", day) * 100 + sa.extract("day", day)
    born = sa.extract("month", Expert.birth_date) * 100 + sa.extract("day", Expert.birth_date)
    exact = year - sa.extract("year", Expert.birth_date) - sa.case((of_year < born, 1), else_=0)
    return (sa.func.coalesce(exact, year - Expert.birth_year - 1).label("youngest"),
            sa.func.coalesce(exact, year - Expert.birth_year).label("oldest"))


def _counted(rows: sa.Subquery) -> Iterator[tuple[date, AgeBand, OrderKind, int]]:
    year, month = year_and_month(rows.c.day)
    counted = sa.select(year, month, rows.c.band, rows.c.kind, sa.func.count()).group_by(
        year, month, rows.c.band, rows.c.kind)
    for in_year, in_month, band, kind, count in db.session.execute(counted):
        yield date(int(in_year), int(in_month), 1), AgeBand(band), OrderKind(kind), count


def year_and_month(day: Any) -> tuple[sa.Label[int], sa.Label[int]]:
    """The two numbers by which rows are gathered to months."""
    return sa.extract("year", day).label("year"), sa.extract("month", day).label("month")


def euros(which: sa.ColumnElement[bool]) -> sa.ColumnElement[Decimal]:
    """The sum of the lines of one sort; nought without any."""
    nothing = sa.literal(Decimal(0), Money)
    return sa.func.coalesce(sa.func.sum(sa.case((which, InvoiceLine.amount), else_=nothing)), nothing)


def _number_of(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((which, 1), else_=0))


def _every_month(rows: Sequence[R], first: date, last: date, **noughts: Any) -> list[R]:
    """``rows`` with one of noughts for each month that has none, so that a chart shows the gap."""
    there = {row.month for row in rows}
    absent = [month for month in months_between(first, last) if month not in there]
    return [*rows, *(replace(rows[0], month=month, **noughts) for month in absent)] if rows else []


def _months_after(day: date, count: int) -> date:
    """The same day ``count`` months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
