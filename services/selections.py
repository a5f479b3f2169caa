"""Frozen sets of rows chosen on a list, and what came of acting on them. The acting itself is in ``services.bulk``."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import Draft, Selection, db
from models.base import Record
from rules.errors import DomainError
from rules.permissions import Actor
from rules.wording import N_

MOST = 10_000
"""Rows of one selection: more are not cut, they are refused with a sentence."""

KEPT = timedelta(days=7)
NUMBER = re.compile(r"[0-9]{1,9}")

TOLD = 5
"""Outcomes kept for one user: they stand among drafts of forms, and must not crowd those out."""

PATH = "bulk "
"""What came of an action is kept as drafts are, sealed and the user's own, under a path that no form has."""


@dataclass(frozen=True)
class Told:
    """What came of an action, as it was told: the ids that were done, each refused one with its sentence."""

    done: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]
    place: str
    """The query string of the list that the rows were chosen on."""


def ids_of(query: Any, model: type[Record]) -> list[int]:
    """The ids under ``query``, a select of ``model`` in a list's order and within its scope, as of now.

    DomainError when there are more than ``MOST``.
    """
    found = list(db.session.scalars(query.with_only_columns(model.id).limit(MOST + 1)))
    if len(found) > MOST:
        raise DomainError(N_("More than %(most)s rows match: leave some out with a filter. Nothing was chosen."),
                          most=MOST)
    return found


def freeze(model: type[Record], ids: Sequence[int], actor: Actor) -> Selection:
    """Keep ``ids`` of ``model`` in their order, for ``actor`` alone; DomainError when there are none.

    The actor's old selections go at the same time.
    """
    if not ids:
        raise DomainError(N_("No row is chosen yet: tick the rows, or choose all that match."))
    old = Selection.at < datetime.now(UTC) - KEPT
    db.session.execute(sa.delete(Selection).where(Selection.user_id == actor.user_id, old))
    selection = Selection(user_id=actor.user_id, model=model.__name__, ids=list(ids))
    db.session.add(selection)
    db.session.flush()
    return selection


def own(raw: str, model: type[Record], actor: Actor) -> Selection | None:
    """The selection that an address names by its number ``raw``, if it is the actor's and of ``model``."""
    if not NUMBER.fullmatch(raw):
        return None
    return db.session.scalars(sa.select(Selection).where(
        Selection.id == int(raw), Selection.user_id == actor.user_id, Selection.model == model.__name__)).one_or_none()


def ids_in(raw: str, model: type[Record], actor: Actor) -> list[int]:
    """The ids of the selection ``raw``; none where it is not the actor's own. The reader's scope is looked at apart."""
    found = own(raw, model, actor)
    return found.ids if found else []


def tell(key: str, told: Told, actor: Actor) -> None:
    """Keep what came of the form ``key``, for ``actor`` alone. Sealed: a reason may name people."""
    of_user = sa.select(Draft).where(Draft.user_id == actor.user_id, Draft.path.startswith(PATH))
    for older in db.session.scalars(of_user.order_by(Draft.id.desc()).offset(TOLD - 1)):
        db.session.delete(older)
    rows = [*((one, "") for one in told.done), *told.refused]
    pairs = [("place", told.place), *((str(one), why) for one, why in rows)]
    db.session.add(Draft(user_id=actor.user_id, path=PATH + key, fields=json.dumps(pairs)))


def told(key: str, actor: Actor) -> Told | None:
    """What ``tell`` kept of the form ``key`` for the same user."""
    kept = db.session.scalars(sa.select(Draft).where(
        Draft.user_id == actor.user_id, Draft.path == PATH + key)).one_or_none()
    if kept is None or not kept.fields:
        return None
    (_, place), *pairs = json.loads(kept.fields)
    return Told(tuple(int(one) for one, why in pairs if not why),
                tuple((int(one), why) for one, why in pairs if why), place)
