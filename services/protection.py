"""Persons under non-disclosure: which records are about them, and which fields say how or where to find them."""

from typing import Any

import sqlalchemy as sa

from models import Expert, Guardian, Payee, SupportContact, SupportPerson
from models.base import described
from rules.permissions import Actor, Role

ON_THEM: tuple[type[Any], ...] = (Guardian, SupportPerson, SupportContact, Payee)
"""Record types that say of their ``expert`` how to reach them, where they are, or who stands beside them."""

TELLING = frozenset({"address", "phone", "email"})


def telling_fields(model: type[Any]) -> frozenset[str]:
    """The fields of ``model`` that carry contact data or a place of an expert; none for most record types."""
    if model is not Expert and model not in ON_THEM:
        return frozenset()
    return frozenset(name for name, said in described(model) if said["group"] == "contact" or name in TELLING)


def is_protected(obj: Any) -> bool:
    """Whether the record is, or is about, a person under non-disclosure."""
    if isinstance(obj, Expert):
        return obj.protected
    return isinstance(obj, ON_THEM) and obj.expert is not None and obj.expert.protected


def unprotected(model: type[Any]) -> sa.ColumnElement[bool]:
    """A clause: the rows of a model with telling fields that are about nobody under non-disclosure."""
    if model is Expert:
        return sa.not_(Expert.protected)
    return sa.or_(model.expert_id.is_(None), sa.not_(model.expert.has(Expert.protected)))


def needs_a_reason(obj: Any, actor: Actor) -> bool:
    """Whether ``actor`` says why before the record's own page opens; nobody does for their own data."""
    if not is_protected(obj):
        return False
    expert = obj if isinstance(obj, Expert) else obj.expert
    return actor.role is not Role.EXPERT or actor.expert_id != expert.id
