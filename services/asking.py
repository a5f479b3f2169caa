"""Asking in writing: the question and the support person's link as drafts, the thanks, and one reminder."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import AccessLog, Assignment, Expert, Message, Occasion, Order, Pause, SupportPerson, db
from models.personal_link import LinkFor
from rules.choices import HandedLink, Language, MessageKind
from rules.permissions import Actor
from rules.states import AssignmentStatus, BankStatus, MessageStatus
from services import letters, outbox, personal_links
from services.transitions import lock

REMINDED_AFTER = timedelta(3)
AFTER_REMINDER = timedelta(3)
"""So long an answer to the one reminder is waited for before somebody calls."""

QUESTION = (MessageKind.OFFER, MessageKind.CHANGED_EXPERT)
"""The messages that carry the question itself: the first one, and the same anew for another time."""

IN_THE_OUTBOX = (MessageStatus.DRAFT, MessageStatus.QUEUED)
LINK_SHOWN = "handed_link"
"""How the access log calls a link that was shown to be handed over."""


def ask_in_writing(assignment: Assignment, actor: Actor, today: date) -> None:
    """Make the personal links of somebody just asked, and a draft for each of them who has an e-mail address."""
    personal_links.make_link(LinkFor.ANSWER, assignment, personal_links.last_day(assignment.order, today),
                             datetime.now(UTC))
    if assignment.expert.email:
        _draft(MessageKind.OFFER, assignment, actor, today, expert=assignment.expert)
    tell_supporter(assignment, actor, today)


def tell_supporter(assignment: Assignment, actor: Actor, today: date) -> None:
    """The support person's own link, where there is one now, and a draft when they have an e-mail address."""
    if (supporter := supporter_of(assignment, today)) is not None:
        personal_links.make_link(LinkFor.SUPPORT, assignment, personal_links.last_day(assignment.order, today),
                                 datetime.now(UTC))
        if supporter.email:
            _draft(MessageKind.SUPPORT, assignment, actor, today, support_person=supporter)


def thank(assignment: Assignment, actor: Actor, today: date) -> None:
    """A draft for somebody who said yes and is not needed this time; of an event that is over, nobody gets a second."""
    if assignment.expert.email and not (_was_thanked(assignment) and is_over(assignment.order, today)):
        _draft(MessageKind.STOOD_DOWN, assignment, actor, today, expert=assignment.expert)


def _was_thanked(assignment: Assignment) -> bool:
    return db.session.scalar(sa.select(Message.id).where(
        Message.assignment_id == assignment.id, Message.kind == MessageKind.STOOD_DOWN,
        Message.status != MessageStatus.DISCARDED).limit(1)) is not None


def is_over(order: Order, today: date) -> bool:
    """Whether every time of the order is over; an order without a day never is."""
    return bool(order.occasions) and max(occasion.on for occasion in order.occasions) < today


def supporter_of(assignment: Assignment, today: date) -> SupportPerson | None:
    """The support person whom the expert has now: the latest, where there are several."""
    current = sa.or_(SupportPerson.until.is_(None), SupportPerson.until >= today)
    return db.session.scalars(sa.select(SupportPerson).where(
        SupportPerson.expert_id == assignment.expert_id, current).order_by(SupportPerson.id.desc()).limit(1)).first()


def _may_be_asked(today: date) -> sa.ColumnElement[bool]:
    """Nobody who has left, is restricted or takes a break now is reminded of a question of before."""
    paused = Expert.pauses.any(sa.and_(
        Pause.starts_on <= today, sa.or_(Pause.ends_on.is_(None), Pause.ends_on >= today)))
    return Assignment.expert.has(sa.and_(Expert.status.in_((BankStatus.PARTICIPANT, BankStatus.IN_BANK)),
                                         sa.not_(Expert.restricted), sa.not_(paused)))


def _day(moment: Any) -> sa.ColumnElement[date]:
    return sa.func.date(moment, type_=sa.Date)


def _written(kinds: tuple[MessageKind, ...], *statuses: MessageStatus) -> sa.Select[tuple[int]]:
    """The messages of these occasions about the assignment that the outer query looks at."""
    return sa.select(Message.id).where(Message.assignment_id == Assignment.id, Message.kind.in_(kinds),
                                       Message.status.in_(statuses)).correlate(Assignment)


def _arrived(kinds: tuple[MessageKind, ...]) -> sa.Select[tuple[int]]:
    """Those of them that were sent for the question as it is asked now: not for an earlier time."""
    return _written(kinds, MessageStatus.SENT).where(_day(Message.sent_at) >= Assignment.asked_on)


def _handed() -> sa.Select[tuple[int]]:
    """When a link to the question was shown to be handed over, on paper or as a text message."""
    subject = sa.literal(f"{Assignment.__name__}:") + sa.cast(Assignment.id, sa.String)
    return sa.select(AccessLog.id).where(
        AccessLog.subject == subject, AccessLog.what == LINK_SHOWN, AccessLog.reason == HandedLink.ANSWER.value,
        _day(AccessLog.at) >= Assignment.asked_on).correlate(Assignment)


def _has_the_question(today: date) -> sa.ColumnElement[bool]:
    """The question has been in the expert's hands for so long that a reminder makes sense: not as a draft of ours."""
    day = today - REMINDED_AFTER
    return sa.or_(_handed().where(_day(AccessLog.at) <= day).exists(), sa.and_(
        _arrived(QUESTION).where(_day(Message.sent_at) <= day).exists(), ~_written(QUESTION, *IN_THE_OUTBOX).exists()))


def to_call(today: date) -> sa.ColumnElement[bool]:
    """Assignments whose question was reminded of in vain, or long open without a reminder being possible.

    While the question or its reminder waits in the outbox, sending it is what comes next, not a call.
    """
    waits = sa.or_(_written((MessageKind.REMINDER,), *IN_THE_OUTBOX).exists(),
                   sa.and_(_written(QUESTION, *IN_THE_OUTBOX).exists(), ~_handed().exists()))
    reminded = _arrived((MessageKind.REMINDER,))
    day = today - REMINDED_AFTER - AFTER_REMINDER
    in_vain = reminded.where(_day(Message.sent_at) <= today - AFTER_REMINDER).exists()
    fresh = sa.or_(_arrived(QUESTION).where(_day(Message.sent_at) > day).exists(),
                   _handed().where(_day(AccessLog.at) > day).exists())
    without = sa.and_(Assignment.asked_on <= day, ~reminded.exists(), ~fresh)
    return sa.and_(Assignment.status == AssignmentStatus.ASKED, ~waits, sa.or_(in_vain, without))


def to_remind(today: date) -> list[Assignment]:
    """Whoever got the question three days ago or longer, has said nothing, was never reminded; the event lies ahead."""
    ahead = Assignment.order.has(sa.or_(~Order.occasions.any(), Order.occasions.any(Occasion.on > today)))
    return list(db.session.scalars(sa.select(Assignment).where(
        Assignment.status == AssignmentStatus.ASKED, Assignment.reminded_on.is_(None),
        Assignment.asked_on <= today - REMINDED_AFTER, sa.not_(Assignment.wants_to_talk), ahead, _may_be_asked(today),
        _has_the_question(today))
        .order_by(Assignment.id)))


def remind(assignment: Assignment, actor: Actor, today: date) -> bool:
    """Remind once; False when nothing is to be reminded of any more, or there is no address or link to remind by.

    Meanwhile somebody else may have reminded, an answer may have come, the expert may be restricted or on a break,
    a new time may be asked for.
    """
    lock(assignment)
    if assignment.status is not AssignmentStatus.ASKED or assignment.reminded_on or not assignment.expert.email:
        return False
    if db.session.scalar(sa.select(Assignment.id).where(
            Assignment.id == assignment.id, _may_be_asked(today), _has_the_question(today))) is None:
        return False
    if personal_links.live_link(LinkFor.ANSWER, assignment) is None:
        return False
    assignment.reminded_on = today
    _draft(MessageKind.REMINDER, assignment, actor, today, expert=assignment.expert)
    return True


def _draft(kind: MessageKind, assignment: Assignment, actor: Actor, today: date,
           **recipient: object) -> Message:
    """A draft about ``assignment``, in the language of the one it is for; sent at once where a rule says so."""
    order, language = assignment.order, assignment.expert.message_language or Language.FI
    facts = {"when": letters.times_of(order, language),
             "until": letters.day_in(personal_links.last_day(order, today), language),
             "coordinator": letters.signed_by(order, language, actor)}
    message = letters.draft(kind, language, facts, order=order, assignment=assignment, **recipient)
    outbox.by_the_rule(message, actor)
    return message
