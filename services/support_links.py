"""The support person's link follows who the support person is: renewed with another one, closed with the last."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa

from models import Assignment, Expert, Message, SupportPerson, db
from models.personal_link import LinkFor
from rules.choices import MessageKind
from rules.errors import FieldErrors
from rules.permissions import Actor
from rules.states import MessageStatus
from rules.wording import Sentence
from services import asking, personal_links
from services.saving import on_save
from services.transitions import step

ONE_OF_THEIR_OWN = ("name", "email")
"""With another name it is somebody else, and to another address their link has never been sent."""

UNSENT = (MessageStatus.DRAFT, MessageStatus.QUEUED, MessageStatus.FAILED)


def renew(expert: Expert, actor: Actor, today: date) -> None:
    """Close the links that a support person had; whoever is it now gets a link and a draft for what is asked already.

    A message to the one before that has not gone out is discarded: sent later, it would carry the new link.
    """
    now = datetime.now(UTC)
    for assignment in expert.assignments:
        personal_links.revoke(assignment, now, LinkFor.SUPPORT)
        _discard_unsent(assignment, actor)
        if assignment.status in personal_links.OPEN and not expert.restricted and not asking.is_over(
                assignment.order, today):
            asking.tell_supporter(assignment, actor, today)


def _discard_unsent(assignment: Assignment, actor: Actor) -> None:
    for message in db.session.scalars(sa.select(Message).where(
            Message.assignment_id == assignment.id, Message.kind == MessageKind.SUPPORT,
            Message.status.in_(UNSENT), Message.taken_at.is_(None))):
        step(message, "discard", actor, follows=True)


@on_save(SupportPerson)
def prepare_support_person(person: SupportPerson, actor: Actor, today: date, is_new: bool) -> None:
    """Another support person, or none any more, for what is asked already, too."""
    if person.since and person.until and person.until < person.since:
        raise FieldErrors({"until": Sentence(SupportPerson.constraint_sentences["in_order"])})
    changed = _experts_concerned(person, today, is_new)
    db.session.add(person)
    db.session.flush()
    for expert in changed:
        db.session.expire(expert, ["support_persons"])
        renew(expert, actor, today)


def _experts_concerned(person: SupportPerson, today: date, is_new: bool) -> list[Expert]:
    """Whose support person is another one, or reached elsewhere, than before this change."""
    if is_new:
        return [person.expert] if _is_now(person.until, today) else []
    attributes = sa.inspect(person).attrs
    before, moved = attributes["until"].history.deleted, list(attributes["expert"].history.deleted or ())
    was = _is_now(before[0] if before else person.until, today)
    is_now = _is_now(person.until, today)
    if moved:
        return [person.expert, *filter(None, moved)]
    if not _is_latest(person, person.expert.support_persons, today):
        return []
    anew = any(attributes[name].history.has_changes() for name in ONE_OF_THEIR_OWN)
    return [person.expert] if was is not is_now or (is_now and anew) else []


def _is_latest(person: SupportPerson, all_of_them: Iterable[SupportPerson], today: date) -> bool:
    return all(other.id < person.id for other in all_of_them if other is not person and _is_now(other.until, today))


def _is_now(until: date | None, today: date) -> bool:
    return until is None or until >= today
