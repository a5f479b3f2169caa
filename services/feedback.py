"""How it went: both sides asked from the day after an event, what they said, the call it asks for, what changed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import sqlalchemy as sa

from models import Assignment, Expert, Feedback, Insight, Occasion, Order, PersonalLink, db
from models.personal_link import LinkFor
from rules.choices import FeedbackBy, Language, MessageKind
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.states import AssignmentStatus, BankStatus, InsightStatus, OrderStatus
from rules.wording import N_
from services import calls, letters, outbox, personal_links
from services.transitions import lock
from services.verbs import Input, verb

EXPERT = Actor(None, None, None, "feedback link of the expert")
ORDERER = Actor(None, None, None, "feedback link of the orderer")
OPEN_FOR = timedelta(30)
"""How long a link for feedback opens, and how old an event may be for its feedback to be asked by itself."""

REMEMBERED = timedelta(90)
"""So long after an event it still makes sense to ask by hand how it went."""

LOW = 2
"""Whoever feels so afterwards, or felt so little heard, is called without asking for it."""

SCALE = range(1, 6)
WAS_THERE = (AssignmentStatus.HELD, AssignmentStatus.CLOSED)
OVER = (OrderStatus.HELD, OrderStatus.CLOSED)


@dataclass(frozen=True)
class Said:
    """What a feedback page was told. Numbers are from 1 to 5; None and "" where nothing was said."""

    text: str = ""
    useful: int | None = None
    was_heard: int | None = None
    would_again: bool | None = None
    feels_after: int | None = None
    wants_call: bool = False
    concern: bool = False
    may_be_shown: bool = False


# --- asking

def to_ask(today: date) -> list[Order]:
    """Held orders of the last weeks, from the day after their last time, of which nobody has been asked yet."""
    asked = sa.select(PersonalLink.id).where(PersonalLink.purpose.in_(
        (LinkFor.FEEDBACK_EXPERT, LinkFor.FEEDBACK_ORDERER)))
    return list(db.session.scalars(sa.select(Order).where(
        Order.status.in_(OVER), Order.occasions.any(Occasion.on >= today - OPEN_FOR),
        ~Order.occasions.any(Occasion.on >= today), ~asked.where(PersonalLink.order_id == Order.id).exists(),
        ~asked.join(Assignment, Assignment.id == PersonalLink.assignment_id).where(
            Assignment.order_id == Order.id).exists()).order_by(Order.id)))


def ask(order: Order, actor: Actor, today: date) -> int:
    """Make the links for whoever has not said how it went, and a draft for each with an address; gives the drafts."""
    lock(order)
    until, now, made = today + OPEN_FOR, datetime.now(UTC), 0
    given = {(feedback.given_by, feedback.assignment_id) for feedback in order.feedbacks}
    if not any(by is FeedbackBy.ORDERER for by, _ in given):
        personal_links.make_link(LinkFor.FEEDBACK_ORDERER, order, until, now)
        made += _ask_orderer(order, actor, until)
    for assignment in order.assignments:
        if assignment.status in WAS_THERE and (FeedbackBy.EXPERT, assignment.id) not in given:
            personal_links.make_link(LinkFor.FEEDBACK_EXPERT, assignment, until, now)
            made += _ask_expert(assignment, actor, until)
    return made


def _ask_orderer(order: Order, actor: Actor, until: date) -> bool:
    contact = order.contact
    if contact is None or not contact.email or not contact.active:
        return False
    language = contact.message_language or Language.FI
    message = letters.draft(MessageKind.FEEDBACK_ORDERER, language, _facts(order, language, actor, until),
                            to=contact.email, order=order)
    outbox.by_the_rule(message, actor)
    return True


def _ask_expert(assignment: Assignment, actor: Actor, until: date) -> bool:
    expert, order = assignment.expert, assignment.order
    if not expert.email or expert.restricted:
        return False
    language = expert.message_language or Language.FI
    message = letters.draft(MessageKind.FEEDBACK_EXPERT, language, _facts(order, language, actor, until),
                            expert=expert, order=order, assignment=assignment)
    outbox.by_the_rule(message, actor)
    return True


def _facts(order: Order, language: Language, actor: Actor, until: date) -> dict[str, str]:
    return {"when": letters.times_of(order, language), "until": letters.day_in(until, language),
            "coordinator": letters.signed_by(order, language, actor)}


def _is_lately_over(order: Order, today: date) -> bool:
    if order.status not in OVER or not order.occasions:
        return False
    return today - REMEMBERED <= max(occasion.on for occasion in order.occasions) < today


@verb(Order, "ask_feedback", N_("Ask how it went"), possible=_is_lately_over, bulk=True,
      loads=("occasions", "feedbacks", "assignments.expert", "contact"), explains=N_(
    "Whoever has not said yet gets a new link and a message in the outbox. Links made before open nothing any more."))
def ask_feedback(order: Order, actor: Actor, today: date) -> None:
    ask(order, actor, today)


# --- what was said

def by_expert(link: PersonalLink, said: Said, today: date, now: datetime) -> Feedback:
    """Write the expert's own feedback; the link has done its work. The caller commits."""
    if link.assignment is None:
        raise personal_links.LinkClosed
    link.used_at = now
    return of_expert(link.assignment, said, today)


def of_expert(assignment: Assignment, said: Said, today: date) -> Feedback:
    """Write what the expert of ``assignment`` said. Whoever feels low is called without asking for it."""
    low = any(number is not None and number <= LOW for number in (said.was_heard, said.feels_after))
    return _write(said, order=assignment.order, assignment=assignment, given_by=FeedbackBy.EXPERT, given_on=today,
                  was_heard=said.was_heard, would_again=said.would_again, feels_after=said.feels_after,
                  concern=said.concern or low)


def by_orderer(link: PersonalLink, said: Said, today: date, now: datetime) -> Feedback:
    """Write the orderer's feedback; the link has done its work. The caller commits."""
    if link.order is None:
        raise personal_links.LinkClosed
    link.used_at = now
    return _write(said, order=link.order, given_by=FeedbackBy.ORDERER, given_on=today, useful=said.useful,
                  concern=said.concern, released=said.may_be_shown)


def _write(said: Said, **facts: Any) -> Feedback:
    numbers = {name: facts.get(name) for name in ("useful", "was_heard", "feels_after")}
    for name, number in numbers.items():
        if number is not None and number not in SCALE:
            raise BadInput(N_("Answer from 1 to 5."), field=name)
    told = [*numbers.values(), facts.get("would_again")]
    if not (said.text.strip() or said.wants_call or said.concern or any(answer is not None for answer in told)):
        raise BadInput(N_("Answer at least one question, or write something."), field="text")
    feedback = Feedback(text=said.text.strip(), wants_call=said.wants_call, **facts)
    db.session.add(feedback)
    db.session.flush()
    return feedback


# --- what follows from it

def waits_for_a_call() -> sa.ColumnElement[bool]:
    """Feedback in which a call was asked for, or a concern seen, and nobody has called."""
    return sa.and_(sa.or_(Feedback.wants_call, Feedback.concern), Feedback.called_on.is_(None))


@verb(Feedback, "call", N_("Record the call"), possible=lambda f, _today: f.called_on is None and (
    f.wants_call or f.concern), explains=N_("What was said is not written here."))
def call(feedback: Feedback, actor: Actor, today: date, *,
         on: calls.CALLED_ON = None, agreed: calls.AGREED = "", again_on: calls.AGAIN_ON = None,
         supervision_offered: Annotated[bool, Input(N_("Supervision offered"))] = False) -> None:
    """Somebody called whoever gave the feedback; a call to an expert is also kept among the contacts with them."""
    day = calls.day_of_call(on, today)
    lock(feedback)
    feedback.called_on = day
    if (assignment := feedback.assignment) is None:
        return
    assignment.supervision_offered = assignment.supervision_offered or supervision_offered
    calls.keep(assignment.expert, actor, day, agreed, again_on)


@verb(Feedback, "act", N_("Record what was done about it"), possible=lambda f, _today: not f.action_taken)
def act(feedback: Feedback, _actor: Actor, _today: date, *,
        action_taken: Annotated[str, Input(N_("What was done about it"), long=True)]) -> None:
    """What the feedback led to: the orderer sees it with the own feedback."""
    lock(feedback)
    feedback.action_taken = action_taken


def heavy_without_supervision(today: date) -> sa.ColumnElement[bool]:
    """Assignments of events with a heavy theme whose expert has not been offered supervision, while it may be.

    Closing the order ends nothing here. Begins at the few recent times, not at every assignment there ever was.
    """
    recent = sa.select(Occasion.order_id).where(Occasion.on >= today - REMEMBERED)
    dateless = sa.and_(Assignment.status == AssignmentStatus.HELD, ~Assignment.order.has(Order.occasions.any()))
    return sa.and_(Assignment.status.in_(WAS_THERE), sa.not_(Assignment.supervision_offered),
                   sa.or_(Assignment.order_id.in_(recent), dateless),
                   Assignment.order.has(Order.themes.any(heavy=True)),
                   Assignment.expert.has(Expert.status != BankStatus.ANONYMISED))


def long_over(order: Order, today: date) -> bool:
    """Whether nobody is asked about it any more: what follows an event is not begun so long after its last time."""
    return bool(order.occasions) and max(occasion.on for occasion in order.occasions) + REMEMBERED < today


@verb(Assignment, "offer_supervision", N_("Supervision was offered"), possible=lambda a, today: (
    a.status in WAS_THERE and not a.supervision_offered and not long_over(a.order, today)), bulk=True,
    loads=("order.occasions",))
def offer_supervision(assignment: Assignment, _actor: Actor, _today: date) -> None:
    """Work supervision was offered after the event; whether it was wanted is told by the sessions."""
    lock(assignment)
    assignment.supervision_offered = True


def _can_tell(insight: Insight, _today: date) -> bool:
    return insight.order is not None and insight.status in (InsightStatus.ANSWERED, InsightStatus.CLOSED)


@verb(Insight, "tell_back", N_("Tell the experts what changed"), possible=_can_tell,
      starts_with=lambda insight: {"changed": insight.impact_back},
      explains=N_("One sentence goes through the outbox to each expert who was there and has an e-mail address."))
def tell_back(insight: Insight, actor: Actor, today: date, *,
              changed: Annotated[str, Input(N_("What changed"), help=N_("One sentence on what changed."))]) -> None:
    """Draft the sentence to the experts of the order; refused when it says more than an e-mail may."""
    if len(changed) > (longest := Insight.impact_back.property.columns[0].type.length):
        raise BadInput(N_("Say it in %(number)s characters at most."), field="changed", number=longest)
    if word := letters.tells_too_much(changed):
        raise BadInput(letters.TOLD, field="changed", word=word)
    lock(insight)
    insight.impact_back = changed
    there = [a for a in insight.order.assignments if a.status in WAS_THERE] if insight.order else []
    reached = [a for a in there if a.expert.email and not a.expert.restricted]
    if not reached:
        raise DomainError(N_("None of the experts of this order can be written to: tell it by phone."))
    for assignment in reached:
        language = assignment.expert.message_language or Language.FI
        facts = _facts(assignment.order, language, actor, today) | {"changed": changed}
        outbox.by_the_rule(letters.draft(MessageKind.IMPACT, language, facts, expert=assignment.expert,
                                         order=assignment.order, assignment=assignment), actor)
