"""What an expert with an account says alone of the own limits, of a support person, and of how an event went."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any

import sqlalchemy as sa

from models import Assignment, Expert, Feedback, Municipality, Occasion, SupportPerson, Theme, db
from models.personal_link import LinkFor
from models.sealed_choice import SealedChoice
from rules.choices import Agrees, FeedbackBy, Felt, YesOrNo
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.states import AssignmentStatus, BankStatus
from rules.wording import N_
from services import feedback, personal_links, saving, support_links
from services.feedback import WAS_THERE, Said
from services.transitions import lock
from services.verbs import Input, verb

TAKEN = (AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED, AssignmentStatus.HELD, AssignmentStatus.CLOSED)


def _here(expert: Expert, _today: date) -> bool:
    return expert.status in (BankStatus.PARTICIPANT, BankStatus.IN_BANK)


def _as_now(expert: Expert) -> dict[str, Any]:
    return {"load_limit": expert.load_limit, "remote_only": expert.remote_only,
            "municipalities": list(expert.municipalities), "closed_themes": list(expert.closed_themes or ()),
            "contact_note": expert.contact_note}


@verb(Expert, "set_limits", N_("My limits"), possible=_here, starts_with=_as_now, explains=N_(
    "You are asked only within these. You need not say why, and you can change them whenever you wish."))
def set_limits(expert: Expert, actor: Actor, today: date, *,
               load_limit: Annotated[int | None, Input(
                   N_("Assignments a month at most"), help=N_("Empty: no limit."))] = None,
               remote_only: Annotated[bool, Input(N_("Remote only"))] = False,
               municipalities: Annotated[list[Municipality], Input(
                   N_("Municipalities"), help=N_("Where I can come to."))],
               closed_themes: Annotated[list[Theme], Input(
                   N_("What I do not wish to be asked about"), help=N_("Nobody but the coordinator sees this."))],
               contact_note: Annotated[str, Input(
                   N_("When and how to contact"), help=N_("For example: call in the afternoon."))] = "") -> None:
    """The expert's own limits in the place of those before."""
    lock(expert)
    if len(contact_note) > (longest := Expert.contact_note.type.length):
        raise BadInput(N_("Say it in %(number)s characters at most."), field="contact_note", number=longest)
    expert.load_limit, expert.remote_only, expert.contact_note = load_limit, remote_only, contact_note
    expert.municipalities, expert.closed_themes = list(municipalities), SealedChoice(closed_themes)
    saving.prepare(expert, actor, today, is_new=False)


@verb(Expert, "choose_support", N_("Choose my support person"), possible=_here, explains=N_(
    "A familiar and safe worker. They get a link of their own by which they can say “not now” for you, and nothing "
    "else. Whoever was it before is not any more."))
def choose_support(expert: Expert, actor: Actor, today: date, *,
                   who: Annotated[str, Input(N_("Name"))],
                   phone: Annotated[str, Input(N_("Phone"))] = "",
                   email: Annotated[str, Input(N_("E-mail"))] = "") -> None:
    """A support person chosen by the expert, with a link for what is asked already; those before end yesterday."""
    for field, text, longest in (("who", who, 120), ("phone", phone, 40), ("email", email, 120)):
        if len(text) > longest:
            raise BadInput(N_("Say it in %(number)s characters at most."), field=field, number=longest)
    if not (phone or email):
        raise BadInput(N_("Give one way to reach the person: phone or e-mail."), field="phone")
    lock(expert)
    for before in expert.support_persons:
        if before.until is None or before.until >= today:
            before.until = max(today - timedelta(1), before.since or date.min)
    db.session.add(SupportPerson(expert=expert, name=who, phone=phone or None, email=email or None, since=today))
    db.session.flush()
    support_links.renew(expert, actor, today)


def taken_in(expert: Expert, today: date) -> list[tuple[date, int]]:
    """The first day of this month and of the next two, each with how many events the expert has promised in it."""
    firsts = [date(today.year + (today.month + ahead - 1) // 12, (today.month + ahead - 1) % 12 + 1, 1)
              for ahead in range(4)]
    days = db.session.scalars(sa.select(Occasion.on).join(Assignment, Assignment.order_id == Occasion.order_id).where(
        Assignment.expert_id == expert.id, Assignment.status.in_(TAKEN), Occasion.on >= firsts[0],
        Occasion.on < firsts[-1])).all()
    return [(first, sum(first <= day < after for day in days)) for first, after in pairwise(firsts)]


def read_back(assignment: Assignment) -> list[tuple[date, FeedbackBy, str]]:
    """What the expert has said of the event, and what the orderer lets them read: day, whose, words."""
    if assignment.status not in WAS_THERE:
        return []
    mine = sa.and_(Feedback.assignment_id == assignment.id, Feedback.given_by == FeedbackBy.EXPERT)
    thanks = sa.and_(Feedback.order_id == assignment.order_id, Feedback.given_by == FeedbackBy.ORDERER,
                     Feedback.released)
    rows = db.session.scalars(sa.select(Feedback).where(sa.or_(mine, thanks), Feedback.text != "")
                              .order_by(Feedback.given_on, Feedback.id))
    return [(row.given_on, row.given_by, row.text) for row in rows]


def _can_tell(assignment: Assignment, _today: date) -> bool:
    return assignment.status in WAS_THERE and not any(
        one.given_by is FeedbackBy.EXPERT for one in assignment.feedbacks)


@verb(Assignment, "tell_own", N_("Tell how it went"), possible=_can_tell, explains=N_(
    "Two minutes, and you may leave out any question. The coordinator reads it, the orderer does not."))
def tell_own(assignment: Assignment, _actor: Actor, today: date, *,
             was_heard: Annotated[Agrees | None, Input(N_("I was heard"))] = None,
             feels_after: Annotated[Felt | None, Input(N_("How I feel now"))] = None,
             would_again: Annotated[YesOrNo | None, Input(N_("I would take part again"))] = None,
             text: Annotated[str, Input(N_("In words"), long=True)] = "",
             wants_call: Annotated[bool, Input(N_("Please call me"))] = False,
             concern: Annotated[bool, Input(N_("Something weighs on my mind"))] = False) -> None:
    """The expert's own feedback, once; a link for it has done its work."""
    lock(assignment.order)
    db.session.refresh(assignment, ["feedbacks"])
    if not _can_tell(assignment, today):
        raise DomainError(N_("You have already told how it went."))
    if (link := personal_links.live_link(LinkFor.FEEDBACK_EXPERT, assignment)) is not None:
        link.used_at = datetime.now(UTC)
    feedback.of_expert(assignment, Said(
        text=text, was_heard=int(was_heard.value) if was_heard else None,
        feels_after=int(feels_after.value) if feels_after else None,
        would_again=None if would_again is None else would_again is YesOrNo.YES,
        wants_call=wants_call, concern=concern), today)
