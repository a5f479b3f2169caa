"""The board of orders: a column for each state, a card for each order. Runs no verb."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models import Occasion, Order, StatusChange, db
from rules.permissions import Actor
from rules.states import OrderStatus
from services.scopes import visible

OPEN = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED, OrderStatus.HELD)
ENDED = (OrderStatus.CLOSED, OrderStatus.UNMET, OrderStatus.REFERRED, OrderStatus.CANCELLED)
CARDS = 50
"""At most so many cards in a column; the rest is in the list."""

LOOK_BACK = timedelta(30)
"""An order that has ended stays on the board so long."""


@dataclass(frozen=True)
class Card:
    """An order on the board and when it came to its state."""

    order: Order
    since: datetime


@dataclass(frozen=True)
class Column:
    """The orders of one state: the first cards, the next event first, and how many there are in all."""

    status: OrderStatus
    cards: tuple[Card, ...]
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.cards)

    @property
    def ahead(self) -> bool:
        """Whether the events of these orders are yet to be held."""
        return self.status in OPEN[:-1]

    @property
    def ended(self) -> bool:
        return self.status in ENDED


def board(actor: Actor, now: datetime) -> list[Column]:
    """Every open state, and those ended states that an order has come to lately. The queries are three."""
    places = _places(actor, now - LOOK_BACK)
    rows = db.session.execute(
        sa.select(Order, places.c.total).join(places, Order.id == places.c.id).where(places.c.place <= CARDS)
        .order_by(places.c.place)
        .options(joinedload(Order.organisation), joinedload(Order.responsible), selectinload(Order.occasions))).all()
    since = _since([order for order, _ in rows])
    columns = []
    for status in (*OPEN, *ENDED):
        own = [(order, total) for order, total in rows if order.status is status]
        if own or status in OPEN:
            cards = tuple(Card(order, since.get(order.subject, order.created_at)) for order, _ in own)
            columns.append(Column(status, cards, own[0][1] if own else 0))
    return columns


def next_day(order: Order, today: date) -> date | None:
    """The day of the order's next occasion, of the last one when all are past."""
    days = [occasion.on for occasion in order.occasions]
    return min((day for day in days if day >= today), default=max(days, default=None))


def _places(actor: Actor, since: datetime) -> sa.Subquery:
    """The place of each order in its column, and the size of the column."""
    first = sa.select(sa.func.min(Occasion.on)).where(Occasion.order_id == Order.id).scalar_subquery()
    place = sa.func.row_number().over(partition_by=Order.status, order_by=(first.asc().nulls_last(), Order.id))
    total = sa.func.count().over(partition_by=Order.status)
    return sa.select(Order.id, place.label("place"), total.label("total")).where(
        visible(Order, actor),
        sa.or_(Order.status.in_(OPEN), sa.and_(Order.status.in_(ENDED), Order.id.in_(_ended_after(since)))),
    ).subquery()


def _ended_after(since: datetime) -> sa.Select[tuple[int]]:
    """The ids of orders with a step to an ended state after ``since``, found by the time of the step."""
    number = sa.cast(sa.func.substr(StatusChange.subject, len("Order:") + 1), sa.Integer)
    return sa.select(number).where(
        StatusChange.at >= since, StatusChange.target.in_([status.value for status in ENDED]),
        StatusChange.subject.startswith("Order:"))


def _since(orders: list[Order]) -> dict[str, datetime]:
    """When each order took its last step, by its subject."""
    rows = db.session.execute(
        sa.select(StatusChange.subject, sa.func.max(StatusChange.at).label("latest"))
        .where(StatusChange.subject.in_([order.subject for order in orders])).group_by(StatusChange.subject))
    return {row.subject: row.latest for row in rows}
