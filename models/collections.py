"""Which collections of a record hold nothing: one question to the database instead of one for each."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value


def note_empty(obj: Any, names: Iterable[str]) -> None:
    """Note which of the collections ``names`` are empty, so that reading them asks nothing; the others load when read.

    Attributes of other kinds and collections that were read already are passed by.
    """
    session, state = object_session(obj), sa.inspect(obj)
    model: Any = type(obj)
    unread = tuple(name for name in names if name in state.unloaded and _is_collection(model, name))
    if session is None or len(unread) < 2:
        return
    for name, has_some in zip(unread, session.execute(_question(model, unread), {"number": obj.id}).one(),
                              strict=True):
        if not has_some:
            set_committed_value(obj, name, [])


@lru_cache(maxsize=500)
def _question(model: type[Any], names: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(*(getattr(model, name).any() for name in names)).where(model.id == sa.bindparam("number"))


def _is_collection(model: type[Any], name: str) -> bool:
    relationships = sa.inspect(model).relationships
    return name in relationships and relationships[name].uselist is True


def is_empty(obj: Any, name: str) -> bool:
    """Whether the collection is known to hold nothing; asks nothing."""
    return bool(sa.inspect(obj).dict.get(name) == [])

