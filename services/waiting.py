"""Queues: named sets of records that wait for somebody, counted with their oldest, all by one question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from models import Occasion, db
from rules.permissions import Actor, opens
from services.scopes import visible

Where = Callable[[Actor, date], sa.ColumnElement[bool]]

MOST = 1000
"""So far a queue is counted: nobody goes through more than that one by one."""

UNDATED = "9999-12-31"


@dataclass(frozen=True)
class Step:
    """What is done next to the first of a queue. ``verb`` opens its form, ``make`` a new record that names it.

    Without either the record's own page is opened. ``make`` is the record type and its field that names the row.
    """

    label: str
    verb: str = ""
    make: tuple[str, str] | None = None


@dataclass(frozen=True)
class Queue:
    """A named set of rows of one model; ``urgent`` marks what should not wait.

    ``day`` is the column or subquery of the day since which a row waits; with ``ahead``, the day that it waits for.
    """

    name: str
    label: str
    model: type[Any]
    where: Where
    urgent: bool = False
    day: Any = None
    ahead: bool = False
    step: Step | None = None


@dataclass(frozen=True)
class Tile:
    """One task of a first screen: a heading and its queues. Tiles of one ``task`` stand under its heading."""

    label: str
    queues: tuple[Queue, ...]
    task: str = ""


@dataclass(frozen=True)
class Found:
    """What a queue holds: how many rows, ``MOST`` + 1 for more, and the first of them by its day.

    ``day`` is None where rows have none, and where there are more than were looked at: the oldest is not known then.
    """

    count: int
    day: date | None = None
    first: int | None = None


NOTHING = Found(0)


def event_of(order_id: Any) -> Any:
    """The last day of the order that the column ``order_id`` names, as the ``day`` of a queue."""
    return sa.select(sa.func.max(Occasion.on)).where(Occasion.order_id == order_id).correlate(
        order_id.class_).scalar_subquery()


def look(wanted: Sequence[Queue], actor: Actor, today: date) -> dict[Queue, Found]:
    """What each of ``wanted`` holds of the rows that the actor meets; nothing where the model is closed to the role."""
    open_ones = [queue for queue in wanted if opens(actor.role, queue.model.__name__)]
    found = dict.fromkeys(wanted, NOTHING)
    if open_ones:
        asked = (_number(queue, actor, today, place) for place, queue in enumerate(open_ones))
        for place, number, first in db.session.execute(sa.union_all(*asked)):
            found[open_ones[place]] = _read(number, first)
    return found


def counts(wanted: Sequence[Queue], actor: Actor, today: date) -> dict[Queue, int]:
    """How many rows of each queue the actor meets, ``MOST`` + 1 for more."""
    return {queue: found.count for queue, found in look(wanted, actor, today).items()}


def count(queue: Queue, actor: Actor, today: date) -> int:
    return counts((queue,), actor, today)[queue]


def _number(queue: Queue, actor: Actor, today: date, place: int) -> sa.Select[Any]:
    """(place, how many, "day#id" of the first): day and id in one text, so that one reading of the rows finds both."""
    day = sa.cast(sa.func.date(queue.day), sa.String) if queue.day is not None else sa.null()
    first = sa.func.coalesce(day, UNDATED) + "#" + sa.cast(queue.model.id, sa.String)
    rows = sa.select(first.label("first")).select_from(queue.model).where(
        visible(queue.model, actor), queue.where(actor, today)).limit(MOST + 1).subquery()
    return sa.select(sa.literal(place), sa.func.count(), sa.func.min(rows.c.first)).select_from(rows)


def _read(number: int, first: str | None) -> Found:
    if first is None or number > MOST:
        return Found(number)
    day, _, row = first.partition("#")
    return Found(number, None if day == UNDATED else date.fromisoformat(day), int(row))
