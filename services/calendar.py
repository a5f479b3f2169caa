"""What stands in the calendar of an actor: events of orders, work supervision, meetings. Draws nothing.

Rows come through the scopes and fields through the table of rights. Two things are told to fewer than may read them:
who takes part and where it is, only to a role that knows which experts are under a non-disclosure, and of those
experts to nobody. For every other role an entry with such an expert reads like any other.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models import (
    Assignment,
    Attendance,
    Expert,
    Meeting,
    Membership,
    Municipality,
    Occasion,
    Order,
    SupervisionSession,
    db,
)
from rules.choices import Attending, Choice
from rules.permissions import Access, Actor, Role, groups_with, opens
from rules.states import OrderStatus, PlanStatus
from rules.wording import N_
from services.scopes import CONFIRMED, visible

CALLED_OFF = (OrderStatus.CANCELLED, OrderStatus.REFERRED, OrderStatus.UNMET, PlanStatus.CANCELLED)
OPEN_YET = (OrderStatus.RECEIVED, OrderStatus.SEARCHING)


class Kind(Choice):
    """What an entry comes from."""

    ORDER = "order", N_("Events of orders")
    SUPERVISION = "supervision", N_("Work supervision")
    MEETING = "meeting", N_("Meetings of groups")


@dataclass(frozen=True)
class Entry:
    """One time in the calendar, with what its reader may be told. Times are local, as they are agreed.

    ``title`` says what it is; ``about`` whose it is: an organisation, a supervisor, a group. ``withheld`` is told to
    those who know of protection: the place stands on the record alone. ``record`` is the model and id to open.
    """

    kind: Kind
    id: int
    on: date
    starts: time | None
    ends: time | None
    title: Choice
    state: Choice
    record: tuple[str, int]
    made_at: datetime
    revision: int
    number: str = ""
    about: str = ""
    place: str = ""
    municipality: Municipality | None = None
    remote: bool = False
    withheld: bool = False
    people: tuple[str, ...] = ()

    @property
    def called_off(self) -> bool:
        """Whether it will not take place as planned."""
        return self.state in CALLED_OFF

    @property
    def is_open_yet(self) -> bool:
        """Whether it is still waiting for its expert."""
        return self.state in OPEN_YET


def kinds_for(role: Role | None) -> tuple[Kind, ...]:
    """The kinds of entries that ``role`` may read; none closes the calendar to it."""
    return tuple(kind for kind, (model, _) in SOURCES.items() if _reads(role, model, "work"))


def entries(actor: Actor, first: date, last: date, kinds: Collection[Kind] = ()) -> list[Entry]:
    """What ``actor`` may see from ``first`` to ``last``, by time; of the given ``kinds``, or of all."""
    found = [entry for kind in kinds_for(actor.role) if not kinds or kind in kinds
             for entry in SOURCES[kind][1](actor, first, last)]
    return sorted(found, key=lambda e: (e.on, e.starts or time.min, e.ends or time.max, e.kind, e.id))


def _reads(role: Role | None, model: type[Any], group: str) -> bool:
    return group in groups_with(role, Access.READ, model.__name__)


def _knows_protection(actor: Actor) -> bool:
    return _reads(actor.role, Expert, "safety")


def _occasions(actor: Actor, first: date, last: date) -> Iterator[Entry]:
    """The times of orders. A role that may not open an order is told its number alone."""
    knows, reads_order = _knows_protection(actor), _reads(actor.role, Order, "work")
    people = _people(actor, first, last) if knows and _reads(actor.role, Expert, "identity") else {}
    rows = db.session.execute(
        sa.select(Occasion, _with_protected()).where(visible(Occasion, actor), Occasion.on.between(first, last))
        .options(joinedload(Occasion.order).joinedload(Order.organisation), joinedload(Occasion.municipality)))
    for row, protected in rows:
        order, told = row.order, knows and not protected
        yield Entry(
            Kind.ORDER, row.id, row.on, row.starts, row.ends, order.kind, order.status,
            ("Order", order.id) if opens(actor.role, "Order") else ("Occasion", row.id),
            row.created_at, row.version + order.version, order.number,
            order.organisation.name if reads_order else "", row.place if told else "",
            row.municipality if told else None, row.remote, knows and protected, people.get(order.id, ()))


def _with_protected() -> sa.ColumnElement[bool]:
    """Whether a protected expert takes part in the order of an occasion."""
    return sa.exists().where(
        Assignment.order_id == Occasion.order_id, Assignment.status.in_(CONFIRMED),
        Expert.id == Assignment.expert_id, Expert.protected)


def _people(actor: Actor, first: date, last: date) -> dict[int, tuple[str, ...]]:
    """The names of the confirmed experts by order, without the protected ones."""
    seen = sa.select(Occasion.order_id).where(visible(Occasion, actor), Occasion.on.between(first, last))
    rows = db.session.execute(
        sa.select(Assignment.order_id, Expert).join(Expert, Assignment.expert_id == Expert.id).where(
            visible(Assignment, actor), visible(Expert, actor), Assignment.status.in_(CONFIRMED),
            sa.not_(Expert.protected), Assignment.order_id.in_(seen)).order_by(Assignment.id))
    found: dict[int, list[str]] = defaultdict(list)
    for order_id, expert in rows:
        found[order_id].append(str(expert))
    return {order_id: tuple(names) for order_id, names in found.items()}


def _sessions(actor: Actor, first: date, last: date) -> Iterator[Entry]:
    """Work supervision, with its supervisor and without those who attend."""
    attends = sa.exists().where(
        Attendance.session_id == SupervisionSession.id, Attendance.attending != Attending.DECLINED,
        Expert.id == Attendance.expert_id, Expert.protected)
    rows = db.session.execute(
        sa.select(SupervisionSession, attends)
        .where(visible(SupervisionSession, actor), SupervisionSession.on.between(first, last))
        .options(joinedload(SupervisionSession.supervisor)))
    knows = _knows_protection(actor)
    for row, protected in rows:
        yield Entry(
            Kind.SUPERVISION, row.id, row.on, row.starts, row.ends, row.kind, row.status,
            ("SupervisionSession", row.id), row.created_at, row.version, about=row.supervisor.name,
            place=row.place if knows and not protected else "", withheld=knows and protected)


def _meetings(actor: Actor, first: date, last: date) -> Iterator[Entry]:
    """Meetings of groups, without those who attend."""
    has_seat = sa.exists().where(
        Membership.group_id == Meeting.group_id, Membership.since <= Meeting.on,
        sa.or_(Membership.until.is_(None), Membership.until >= Meeting.on),
        Expert.id == Membership.expert_id, Expert.protected)
    rows = db.session.execute(
        sa.select(Meeting, has_seat).where(visible(Meeting, actor), Meeting.on.between(first, last))
        .options(joinedload(Meeting.group)))
    knows = _knows_protection(actor)
    for row, protected in rows:
        yield Entry(
            Kind.MEETING, row.id, row.on, row.starts, row.ends, row.group.kind, row.status, ("Meeting", row.id),
            row.created_at, row.version, about=row.group.name, place=row.place if knows and not protected else "",
            remote=row.remote, withheld=knows and protected)


Source = Callable[[Actor, date, date], Iterator[Entry]]
SOURCES: dict[Kind, tuple[type[Any], Source]] = {
    Kind.ORDER: (Occasion, _occasions), Kind.SUPERVISION: (SupervisionSession, _sessions),
    Kind.MEETING: (Meeting, _meetings),
}
"""Where each kind comes from: the model whose rights open it, and how its entries are read."""
