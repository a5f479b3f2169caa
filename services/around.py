"""Around an event: confirming in writing to both sides, and telling both what has changed, was cancelled or not met.

A time that has changed asks the expert again: a yes to another time is no yes to this one.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa

from models import Assignment, ExistingStructure, Message, Occasion, Order, db
from models.personal_link import LinkFor
from rules.choices import AnswerBy, Language, MessageKind
from rules.matching import Excluded
from rules.message_texts_unmet import OPEN_REACH
from rules.permissions import Actor
from rules.states import AssignmentStatus, MessageStatus, OrderStatus
from services import asking, letters, matching, outbox, personal_links
from services.transitions import step

A = AssignmentStatus
AT_STAKE = (A.ASKED, A.ACCEPTED, A.CONFIRMED)
"""Whoever is in one of these states must hear of a change."""

SAID_YES = (A.ACCEPTED, A.CONFIRMED)
TIMES, PLACES = ("on", "starts", "ends"), ("remote", "municipality", "municipality_id", "place")


def confirm_in_writing(assignment: Assignment, actor: Actor, today: date) -> None:
    """The briefing links of both sides, and a draft for each who has an address."""
    order = assignment.order
    _link(LinkFor.BRIEFING_EXPERT, assignment, today)
    _to_expert(MessageKind.CONFIRMED_EXPERT, assignment, actor)
    _link(LinkFor.BRIEFING_ORDERER, order, today)
    if order.status is OrderStatus.STAFFED:
        _put_aside(MessageKind.LOOKING_AGAIN, Message.order_id == order.id, actor)
    _to_orderer(MessageKind.CONFIRMED_ORDERER, order, actor)


def changes_of(occasion: Occasion) -> tuple[bool, bool]:
    """Whether its time and whether its place differ from what is stored."""
    attributes = sa.inspect(occasion).attrs
    return (any(attributes[name].history.has_changes() for name in TIMES),
            any(attributes[name].history.has_changes() for name in PLACES))


def follow_change(order: Order, actor: Actor, today: date, *, time: bool) -> None:
    """Tell both sides of a new time or place. Of a new time, whoever had said yes is asked again.

    Whom nobody may ask for the new time, on a pause then or not to meet somebody there, is not: it is a "not now".
    """
    at_stake = [assignment for assignment in order.assignments if assignment.status in AT_STAKE]
    if not at_stake:
        return
    some_confirmed = any(assignment.status is A.CONFIRMED for assignment in at_stake)
    barred = _barred(order, at_stake, today) if time else set()
    for assignment in at_stake:
        if time and assignment.status in SAID_YES:
            step(assignment, "ask_anew", actor, follows=True)
            assignment.asked_on, assignment.reminded_on, assignment.answered_by = today, None, None
        if assignment.expert_id in barred:
            step(assignment, "decline", actor, follows=True)
            assignment.answered_by = AnswerBy.COORDINATOR
            continue
        _link(LinkFor.ANSWER, assignment, today)
        _to_expert(MessageKind.CHANGED_EXPERT, assignment, actor)
    if some_confirmed:
        _link(LinkFor.BRIEFING_ORDERER, order, today)
        _to_orderer(MessageKind.CHANGED_ORDERER, order, actor)


def _barred(order: Order, asked: Iterable[Assignment], today: date) -> set[int]:
    """The experts whom a guard without an override holds back, as the order stands now."""
    judged = matching.judge(order, [assignment.expert_id for assignment in asked], today)
    return {number for number, found in judged.items()
            if isinstance(found, Excluded) and not found.may_be_asked_with_a_reason}


def tell_cancelled(order: Order, experts: Iterable[Assignment], actor: Actor, *, orderer: bool = True) -> None:
    """A draft to each of ``experts``, who were asked, had said yes or were confirmed; and to the orderer."""
    for assignment in experts:
        _to_expert(MessageKind.CANCELLED_EXPERT, assignment, actor)
    if orderer:
        _to_orderer(MessageKind.CANCELLED_ORDERER, order, actor)


def tell_looking_again(order: Order, actor: Actor, today: date) -> None:
    """A draft to the orderer, in the same words whatever made a confirmed expert leave; of an event that is over, none.

    A confirmation that nobody has sent is put aside with the last of the confirmed.
    """
    if asking.is_over(order, today):
        return
    _forget_confirmation(order, actor)
    _to_orderer(MessageKind.LOOKING_AGAIN, order, actor)


def tell_unmet(order: Order, actor: Actor) -> None:
    """A draft to the orderer: nobody was found."""
    _forget_confirmation(order, actor)
    _put_aside(MessageKind.LOOKING_AGAIN, Message.order_id == order.id, actor)
    _to_orderer(MessageKind.UNMET, order, actor)


def tell_referred(order: Order, structure: ExistingStructure, actor: Actor) -> None:
    """A draft to the orderer that names whose it is and how to reach them, as the directory says."""
    _forget_confirmation(order, actor)
    _put_aside(MessageKind.LOOKING_AGAIN, Message.order_id == order.id, actor)
    _to_orderer(MessageKind.REFERRED, order, actor, structure)


def _forget_confirmation(order: Order, actor: Actor) -> None:
    if not any(assignment.status is A.CONFIRMED for assignment in order.assignments):
        _put_aside(MessageKind.CONFIRMED_ORDERER, Message.order_id == order.id, actor)


def _link(purpose: LinkFor, ground: Assignment | Order, today: date) -> None:
    """The link of this purpose, made where there is none: one that was sent already goes on opening."""
    order = ground if isinstance(ground, Order) else ground.order
    until = personal_links.last_day(order, today)
    if (live := personal_links.live_link(purpose, ground)) is None:
        personal_links.make_link(purpose, ground, until, datetime.now(UTC))
    else:
        live.expires_on = until


def _to_expert(kind: MessageKind, assignment: Assignment, actor: Actor) -> None:
    expert, order = assignment.expert, assignment.order
    if not expert.email or expert.restricted:
        return
    language = expert.message_language or Language.FI
    _put_aside(kind, Message.assignment_id == assignment.id, actor)
    outbox.by_the_rule(letters.draft(kind, language, _facts(order, language, actor), expert=expert, order=order,
                                     assignment=assignment), actor)


def _to_orderer(kind: MessageKind, order: Order, actor: Actor, structure: ExistingStructure | None = None) -> None:
    contact = order.contact
    if contact is None or not contact.email or not contact.active:
        return
    language = contact.message_language or Language.FI
    facts = _facts(order, language, actor)
    if structure is not None:
        facts |= owner_facts(structure, language)
    _put_aside(kind, Message.order_id == order.id, actor)
    outbox.by_the_rule(letters.draft(kind, language, facts, to=contact.email, order=order), actor)


def owner_facts(structure: ExistingStructure, language: Language) -> dict[str, str]:
    """Whose it is and how to reach them, as a letter says it."""
    return {"owner": structure.owner, "reach": structure.contact or structure.link or OPEN_REACH[language]}


def _put_aside(kind: MessageKind, about: sa.ColumnElement[bool], actor: Actor) -> None:
    """Discard a draft of the same kind that nobody has sent: it tells what is no longer so."""
    for old in db.session.scalars(sa.select(Message).where(
            Message.kind == kind, about, Message.status == MessageStatus.DRAFT)):
        step(old, "discard", actor, follows=True)


def _facts(order: Order, language: Language, actor: Actor) -> dict[str, str]:
    return {"when": letters.times_of(order, language), "coordinator": letters.signed_by(order, language, actor)}
