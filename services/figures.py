"""The figures behind the plots: counts and sums over the last year, added up by the database. Draws nothing.

A figure is a list of places along the axis and a series of values for each; its words are English source for
translation. Which role sees which figure is in the table of rights, in the rows ``Plot``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from models import Assignment, Expert, Occasion, Order, db
from rules.permissions import Actor, Role, may_run
from rules.states import OrderStatus
from rules.wording import N_
from services.report_rows import IN_THE_BANK, TOOK_PART, fee_sums, months_between
from services.scopes import visible

MONTHS = 12
DAYS = ((0, 0), (1, 2), (3, 7), (8, 14), (15, 30), (31, None))
LOADS = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, None))
TITLES = {
    "orders": N_("Orders by month"), "response": N_("From an order to the first question"),
    "load": N_("How evenly assignments fall"), "fees": N_("Fees and costs by month"),
}
COLOUR_OF = {
    OrderStatus.RECEIVED: "amber", OrderStatus.SEARCHING: "sky", OrderStatus.STAFFED: "moss", OrderStatus.HELD: "lake",
    OrderStatus.CLOSED: "pine", OrderStatus.CANCELLED: "berry", OrderStatus.REFERRED: "plum",
    OrderStatus.UNMET: "stone",
}
"""The same colour for a state in every plot, from the open ones to the closed."""
Span = tuple[int, int | None]
Place = date | Span
"""A month by its first day, or a span of whole numbers with both ends in it."""


@dataclass(frozen=True)
class Series:
    """One colour of a plot: its words, a value for each place, and the colour by its name."""

    label: str
    values: tuple[int | Decimal, ...]
    colour: str = "pine"


@dataclass(frozen=True)
class Figure:
    """What one plot shows; ``money`` says that the values are euros, ``axis`` what the places are."""

    name: str
    told: str
    axis: str
    places: tuple[Place, ...]
    series: tuple[Series, ...]
    money: bool = False

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)


def figures_for(role: Role | None) -> tuple[str, ...]:
    """The names of the figures that ``role`` may see."""
    return tuple(name for name in FIGURES if may_run(role, "Plot", name))


def figure(name: str, actor: Actor, today: date) -> Figure:
    """The figure ``name`` as it is on ``today``; the caller has asked ``figures_for``."""
    return FIGURES[name](actor, today)


def year_to(today: date) -> tuple[date, ...]:
    """The first days of the last twelve months, this one included."""
    number = today.year * 12 + today.month - MONTHS
    return tuple(months_between(date(number // 12, number % 12 + 1, 1), today))


def orders_by_month(actor: Actor, today: date) -> Figure:
    """Orders by the month they were received in and the state they are in now."""
    months = year_to(today)
    year, month = sa.extract("year", Order.received_on), sa.extract("month", Order.received_on)
    rows = db.session.execute(
        sa.select(year, month, Order.status, sa.func.count()).group_by(year, month, Order.status)
        .where(visible(Order, actor), Order.received_on.between(months[0], today)))
    counts = {(date(int(y), int(m), 1), status): count for y, m, status, count in rows}
    series = (Series(status.label, tuple(counts.get((month, status), 0) for month in months), colour)
              for status, colour in COLOUR_OF.items())
    return Figure(
        "orders", N_("Orders of the last twelve months, by the month in which they were received and the state they "
                     "are in now."),
        N_("Month"), months, tuple(one for one in series if any(one.values)))


def days_to_asking(actor: Actor, today: date) -> Figure:
    """How many days pass from receiving an order to asking the first expert, over the last year."""
    firsts = (sa.select(Order.received_on, sa.func.min(Assignment.asked_on))
              .join(Assignment, Assignment.order_id == Order.id)
              .where(visible(Order, actor), Order.received_on >= year_to(today)[0], Assignment.asked_on.is_not(None))
              .group_by(Order.id, Order.received_on))
    days = [max(0, (asked - received).days) for received, asked in db.session.execute(firsts)]
    return Figure(
        "response",
        N_("Days from receiving an order to asking the first expert, over the last twelve months."), N_("Days"), DAYS,
        (Series(N_("Orders"), _counted(days, DAYS)),))


def load_of_experts(actor: Actor, today: date) -> Figure:
    """How evenly assignments fall: experts by the number that they took part in over a year. Names nobody."""
    first = year_to(today)[0]
    in_the_year = sa.exists().where(Occasion.order_id == Assignment.order_id, Occasion.on.between(first, today))
    taken = (sa.select(Assignment.expert_id, sa.func.count().label("taken"))
             .where(Assignment.status.in_(TOOK_PART), in_the_year).group_by(Assignment.expert_id).subquery())
    loads = db.session.execute(
        sa.select(sa.func.coalesce(taken.c.taken, 0), sa.func.count()).select_from(Expert)
        .outerjoin(taken, taken.c.expert_id == Expert.id)
        .where(visible(Expert, actor), Expert.status.in_(IN_THE_BANK)).group_by(sa.func.coalesce(taken.c.taken, 0)))
    counts = (load for load, experts in loads for _ in range(experts))
    return Figure(
        "load",
        N_("Experts of the bank by the number of assignments they took part in over the last twelve months."),
        N_("Assignments"), LOADS, (Series(N_("Experts"), _counted(counts, LOADS)),))


def fees_by_month(_actor: Actor, today: date) -> Figure:
    """Euros paid by month of payment: fees, travel and other costs."""
    months = year_to(today)
    sums: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row in fee_sums(months[0], today):
        sums[row.month] = [was + more for was, more in
                           zip(sums[row.month], (row.fees, row.travel, row.other + row.companion), strict=True)]
    words = ((N_("Fees"), "pine"), (N_("Travel"), "sky"), (N_("Other costs"), "amber"))
    return Figure(
        "fees", N_("Euros paid over the last twelve months, by the month of payment."),
        N_("Month"), months,
        tuple(Series(label, tuple(sums[month][place] for month in months), colour)
              for place, (label, colour) in enumerate(words)),
        money=True)


def _counted(values: Iterable[int], spans: Sequence[Span]) -> tuple[int, ...]:
    """How many of ``values`` are in each of ``spans``, which leave no gap."""
    counts = [0] * len(spans)
    for value in values:
        counts[next(at for at, (_, last) in enumerate(spans) if last is None or value <= last)] += 1
    return tuple(counts)


FIGURES: dict[str, Callable[[Actor, date], Figure]] = {
    "orders": orders_by_month, "response": days_to_asking, "load": load_of_experts, "fees": fees_by_month}
