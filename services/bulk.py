"""A verb on many records at once: which verbs, who can and who cannot, and the doing, in one transaction.

Every record that can is done; what is refused at the last moment is undone alone, and told with its reason.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from models import db
from models.audit import HasStatus
from models.base import Record
from models.refusals import explain
from rules.errors import DomainError, NotAllowed
from rules.permissions import Actor, may_run
from rules.wording import N_
from services import saving, verbs
from services.scopes import visible
from services.transitions import held
from services.verbs import Verb

REFUSALS = (DomainError, IntegrityError, StaleDataError)
DELETE = "delete"
AT_ONCE = 1000
"""Rows that are written together."""


@dataclass(frozen=True)
class Split:
    """Records by whether the verb is possible on them, in the order they were chosen."""

    can: list[Any]
    cannot: list[tuple[Any, DomainError]]


@dataclass(frozen=True)
class Outcome:
    """Ids by what became of them. ``gone`` are those no longer there, or not the actor's to see."""

    done: list[int]
    refused: list[tuple[int, DomainError]]
    gone: list[int]


def offered(model: type[Any], actor: Actor) -> list[Verb]:
    """What ``actor`` may do to many records of ``model`` at once; deleting comes last."""
    found = verbs.for_many(model, actor)
    return [*found, _deleting(model)] if _goes(model) and may_run(actor.role, model.__name__, DELETE) else found


def find(model: type[Any], name: str) -> Verb | None:
    """The verb ``name`` if it is for many records of ``model``, whoever may run it."""
    if name == DELETE:
        return _deleting(model) if _goes(model) else None
    found = verbs.find(model, name)
    return found if found and found.bulk else None


def _goes(model: type[Any]) -> bool:
    """Whether records of ``model`` can be deleted at all: those with a life cycle end, and stay."""
    return issubclass(model, Record) and not issubclass(model, HasStatus)


def _deleting(model: type[Any]) -> Verb:
    return Verb(model.__name__, DELETE, N_("Delete"), _delete, (), lambda _obj, _today: True,
                N_("The records are deleted. The history tells that they were there."), bulk=True)


def _delete(obj: Any, actor: Actor, today: date) -> None:
    saving.remove(obj, actor, today)
    db.session.flush()
    db.session.expire_all()  # the next one's rule counts what is left


def preview(model: type[Any], ids: Sequence[int], verb: Verb, actor: Actor, today: date) -> Split:
    """Which of ``ids`` the verb is possible on now, and why not on the others. Changes and locks nothing."""
    return _split(_load(model, ids, verb, actor), verb, actor, today)


def _split(rows: list[Any], verb: Verb, actor: Actor, today: date) -> Split:
    looked_at = [(row, verbs.refusal(row, verb, actor, today)) for row in rows]
    return Split([row for row, why in looked_at if why is None], [(row, why) for row, why in looked_at if why])


def act(chosen: tuple[type[Any], Sequence[int]], verb: Verb, actor: Actor, today: date,
        inputs: dict[str, Any]) -> Outcome:
    """Run ``verb`` with the same ``inputs`` on each of ``chosen`` (model, ids) that can take it at this moment.

    All rows are locked by one query and looked at again first. NotAllowed without the right to the verb. What nobody
    expected goes through, so that nothing is done. The caller commits.
    """
    model, ids = chosen
    if not may_run(actor.role, model.__name__, verb.name):
        raise NotAllowed
    rows = _load(model, ids, verb, actor, lock=True)
    met = [row.id for row in rows]
    split = _split(rows, verb, actor, today)
    refused = {row.id: why for row, why in split.cannot}
    with held(rows):
        refused |= _together(split.can, lambda row: _run(row, verb, actor, today, inputs),
                             lambda again: _load(model, again, verb, actor, lock=True))
    return Outcome([one for one in met if one not in refused], [(one, refused[one]) for one in met if one in refused],
                   [one for one in ids if one not in set(met)])


def _run(row: Any, verb: Verb, actor: Actor, today: date, inputs: dict[str, Any]) -> None:
    if verb.name == DELETE:
        _delete(row, actor, today)
    else:
        verbs.run(row, verb.name, actor, today, inputs)


def _together(rows: list[Any], run: Callable[[Any], None],
              read_again: Callable[[list[int]], object]) -> dict[int, DomainError]:
    """Run on all ``rows``, written many together; the id of each that is refused with why.

    A refusal undoes its block, which is tried again in smaller ones until the refused row stands alone; after it they
    grow again. So nothing refused costs little, and everything refused no more than a savepoint for each row.
    """
    refused: dict[int, DomainError] = {}
    ids = [row.id for row in rows]
    at, size = 0, AT_ONCE
    while at < len(rows):
        block, reached = rows[at:at + size], 0
        if sa.inspect(block[0]).expired:
            read_again(ids[at:at + size])
        try:
            with db.session.begin_nested():
                for row in block:
                    run(row)
                    reached += 1
        except REFUSALS as error:
            db.session.expire_all()  # what was read since the savepoint may be of what was undone
            if len(block) > 1:
                size = reached // 2 if reached == len(block) else max(1, reached)
                continue
            refused[ids[at]], size = _as_domain(error), 1
        else:
            size = min(2 * size, AT_ONCE)
        at += len(block)
    return refused


def _as_domain(error: Exception) -> DomainError:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, IntegrityError):
        return DomainError(explain(error)[0])
    return DomainError(N_("Somebody has saved this record at the same moment. Look at it and try again."))


def _load(model: type[Any], ids: Sequence[int], verb: Verb, actor: Actor, *, lock: bool = False) -> list[Any]:
    """Those of ``ids`` that the actor may meet, in the order given, with what the verb reads."""
    query = sa.select(model).where(model.id.in_(ids), visible(model, actor)).options(*_loads(model, verb))
    if lock:  # in one order for everybody, so that two at once wait and do not block each other
        query = query.order_by(model.id).with_for_update(of=model).execution_options(populate_existing=True)
    found = {row.id: row for row in db.session.scalars(query)}
    return [found[one] for one in ids if one in found]


def _loads(model: type[Any], verb: Verb) -> Iterator[Any]:
    for path in verb.loads:
        first, *rest = path.split(".")
        load, here = selectinload(getattr(model, first)), getattr(model, first)
        for name in rest:
            here = getattr(here.property.mapper.class_, name)
            load = load.selectinload(here)
        yield load
