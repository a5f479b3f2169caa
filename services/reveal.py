"""Reading in full what stands masked, and opening what is under non-disclosure: for a reason, and written down."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty

from models import AccessLog, Assignment, DataRequest, Invoice, Order, PaymentBatch
from models.base import Record, db, described
from rules.choices import Reason
from rules.errors import BadInput, NotAllowed
from rules.permissions import Access, Actor, cell, may_run, opens
from rules.wording import N_
from services.scopes import visible

LONGEST_REASON = 200
WORK = (Order, Assignment, Invoice, PaymentBatch, DataRequest)
AT_HAND = 3
"""So many of the newest records of a kind are offered as what is at hand."""


class Why(NamedTuple):
    """A reason as the log keeps it: the record at hand or a word of the short list, and what was written."""

    reason: str = ""
    note: str = ""


def revealable(obj: Any, actor: Actor) -> dict[str, dict[str, Any]]:
    """The fields that ``actor`` sees masked and may read in full, that hold something; what each says of itself."""
    model = type(obj)
    if not may_run(actor.role, model.__name__, "reveal"):
        return {}
    return {name: said for name, said in described(model)
            if _is_masked(model.__name__, said, actor) and getattr(obj, name) not in (None, "")}


def _is_masked(model: str, said: dict[str, Any], actor: Actor) -> bool:
    rights = cell(actor.role, model, said["group"])
    return Access.MASKED in rights or (Access.READ in rights and said.get("mask") is not None)


def reveal(obj: Any, actor: Actor, names: Sequence[str], why: Why) -> dict[str, Any]:
    """The values of the fields ``names``, and a row in the access log. The caller commits before showing them.

    Raises NotAllowed for a field that is not the actor's to reveal, BadInput (field ``fields``) when none is named.
    """
    known = revealable(obj, actor)
    if not known or set(names) - known.keys():
        raise NotAllowed
    if not names:
        raise BadInput(N_("Choose what to show."), field="fields")
    chosen = [name for name in known if name in names]
    db.session.add(AccessLog(subject=obj.subject, what="reveal", fields=",".join(chosen), **why._asdict()))
    return {name: getattr(obj, name) for name in chosen}


def at_hand(obj: Any, actor: Actor) -> list[Record]:
    """The work that ``obj`` belongs to, newest first by kind, as far as ``actor`` sees it: the usual reason to look."""
    found: list[Record] = []
    for prop in sa.inspect(type(obj)).relationships:
        target = prop.mapper.class_
        if target in WORK and opens(actor.role, target.__name__):
            found += db.session.scalars(
                sa.select(target).where(_belongs(prop, target, obj), visible(target, actor))
                .order_by(target.id.desc()).limit(AT_HAND)).unique()
    return found


def _belongs(prop: RelationshipProperty[Any], target: Any, obj: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(remote == getattr(obj, sa.inspect(type(obj)).get_property_by_column(local).key)
                     for local, remote in prop.local_remote_pairs or ()))


def reasons(obj: Any, actor: Actor) -> Iterator[tuple[str, Record | Reason]]:
    """What may be given as a reason: key to a record at hand or to one of the short list."""
    yield from ((record.subject, record) for record in at_hand(obj, actor))
    yield from ((reason.value, reason) for reason in Reason)


def reason_given(obj: Any, actor: Actor, key: str, words: str) -> Why:
    """The reason; BadInput (field ``reason`` or ``words``) when there is none."""
    if key not in dict(reasons(obj, actor)):
        raise BadInput(N_("Choose a reason."), field="reason")
    words = words.strip()
    if len(words) > LONGEST_REASON:
        raise BadInput(N_("At most %(longest)s characters fit here."), field="words", longest=str(LONGEST_REASON))
    if key != Reason.OTHER:
        return Why(key)
    if not words:
        raise BadInput(N_("Write the reason."), field="words")
    return Why(key, words)


def opened(obj: Any, why: Why) -> AccessLog:
    """The log row of opening what is under non-disclosure."""
    row = AccessLog(subject=obj.subject, what="open", **why._asdict())
    db.session.add(row)
    db.session.flush()
    return row
