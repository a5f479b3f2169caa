"""The only place that writes a status."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import sqlalchemy as sa

from models.audit import BORN_PAST, DOOR, HasStatus, StatusChange
from models.base import db
from rules.choices import Choice
from rules.errors import BadInput, NotAllowed
from rules.permissions import Actor, may_run
from rules.wording import N_

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=HasStatus)
AT_ONCE = 500
"""Records locked by one question."""

HELD: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())
"""The subjects of rows that this transaction has locked already, many by one query."""


@contextmanager
def held(rows: Iterable[Any]) -> Iterator[None]:
    """Inside, ``lock`` takes ``rows`` as read and locked; the caller has just done both, in this transaction."""
    token = HELD.set(frozenset(row.subject for row in rows))
    try:
        yield
    finally:
        HELD.reset(token)


def lock(obj: Any) -> None:
    """Read ``obj`` anew and hold it until the end of the transaction: of two clicks the second sees the first."""
    if obj.subject in HELD.get():
        return
    db.session.flush()
    # Of its own table only: what was loaded along with it by an outer join cannot be locked.
    db.session.refresh(obj, with_for_update={"of": type(obj)})


def lock_all(model: type[Row], numbers: Iterable[int]) -> list[Row]:
    """``lock`` of many records, asked for ``AT_ONCE`` at a time; they come in the order of ``numbers``."""
    asked, known = list(numbers), HELD.get()
    wanted = sorted({number for number in asked if f"{model.__name__}:{number}" not in known})
    if wanted:
        db.session.flush()
    found: list[Any] = []  # the session lets go what nobody keeps
    for start in range(0, len(wanted), AT_ONCE):
        query = sa.select(model).where(model.id.in_(wanted[start:start + AT_ONCE])).order_by(model.id)
        found += db.session.scalars(query.with_for_update(of=model).execution_options(populate_existing=True))
    return [db.session.get_one(model, number) for number in asked]


def step(obj: HasStatus, verb: str, actor: Actor, note: str = "", *, follows: bool = False) -> None:
    """Take ``obj`` along ``verb``: check the right, lock, check the state, write it, record it. The caller commits.

    ``follows`` is for a verb that another one brings along: the right to the first one was checked.
    Raises NotAllowed, IllegalTransition, or BadInput when the verb needs a note and has none.
    """
    _check_right(obj, verb, actor, follows=follows)
    lock(obj)
    _take(obj, verb, note, follows=follows)


def step_all(rows: Sequence[HasStatus], verb: str, actor: Actor, note: str = "", *, follows: bool = False) -> None:
    """``step`` for many records of one model, which are locked together; when one cannot, an error and none is taken.

    The caller rolls back on an error, as after ``step``.
    """
    for obj in rows[:1]:
        _check_right(obj, verb, actor, follows=follows)
        lock_all(type(obj), [row.id for row in rows])
    for obj in rows:
        _take(obj, verb, note, follows=follows)


def _check_right(obj: HasStatus, verb: str, actor: Actor, *, follows: bool) -> None:
    if not follows and not may_run(actor.role, type(obj).__name__, verb):
        raise NotAllowed


def _take(obj: HasStatus, verb: str, note: str, *, follows: bool) -> None:
    source: Choice = obj.status
    target = obj.lifecycle.target(source, verb)
    if not follows and obj.lifecycle.steps[verb].note == "required" and not note.strip():
        raise BadInput(N_("Write a sentence: it is kept in the history."), field="note")
    obj.status = target
    db.session.add(StatusChange(subject=obj.subject, verb=verb, source=source, target=target, note=note))
    log.info("%s %s: %s -> %s", obj.subject, verb, source, target)


def born_past(obj: HasStatus, status: Choice, note: str) -> None:
    """Give a new record the state it already has in the world, and its one line of history.

    Only inside an open door (``models.audit.open_door``); the caller adds the facts that the state needs.
    """
    if DOOR.get() not in BORN_PAST:
        raise NotAllowed
    initial = obj.lifecycle.initial
    obj.status = status
    db.session.add(obj)
    db.session.flush()
    db.session.add(StatusChange(subject=obj.subject, verb=DOOR.get(), source=initial, target=status, note=note))
