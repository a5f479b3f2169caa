"""One expert in one order: answers, confirming, the talk afterwards. Onboarding has a file of its own."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa

from models import Assignment, FeeRate, db
from rules.choices import AnswerBy, ContactRelease, Debriefed, FeeUnit, WithoutFee
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.states import AssignmentStatus, OrderStatus
from rules.wording import N_
from services import around, asking, matching, onboarding, referrals
from services.orders import first_day, follow_leaving, settle_places
from services.transitions import lock, step
from services.verbs import Input, Note, verb

A = AssignmentStatus
LONGEST_NAME = 120


def _order_is_open(assignment: Assignment, _today: date) -> bool:
    return assignment.order.status in (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED)


@verb(Assignment, "accept", explains=N_("The order's searching goes on until every place is confirmed."))
def accept(assignment: Assignment, actor: Actor, _today: date, *,
           answered_by: Annotated[AnswerBy, Input(N_("Answer given by"))] = AnswerBy.EXPERT) -> None:
    step(assignment, "accept", actor)
    assignment.answered_by = answered_by
    assignment.wants_to_talk = False


@verb(Assignment, "decline", explains=N_(
    "No reason is asked and nothing follows from it. The orderer only hears that another expert is looked for."))
def decline(assignment: Assignment, actor: Actor, today: date, *,
            answered_by: Annotated[AnswerBy, Input(N_("Answer given by"))] = AnswerBy.EXPERT) -> None:
    """Not now: from every state before closed, without a reason; an order that was full searches again."""
    lock(assignment.order)
    lock(assignment)
    was = assignment.status
    step(assignment, "decline", actor)
    assignment.answered_by = answered_by
    assignment.wants_to_talk = False
    follow_leaving(assignment.order, was, actor, today)


@verb(Assignment, "stand_down", explains=N_("The expert said yes and is not needed this time. Thank them."), bulk=True)
def stand_down(assignment: Assignment, actor: Actor, today: date, *, note: Note = "") -> None:
    step(assignment, "stand_down", actor, note)
    asking.thank(assignment, actor, today)


@verb(Assignment, "ask", possible=_order_is_open)
def ask(assignment: Assignment, actor: Actor, today: date, *, note: Note = "") -> None:
    """Ask whoever was proposed. A soft guard is passed with the note as its reason, a hard one never."""
    _ask(assignment, "ask", actor, today, note)


@verb(Assignment, "ask_again", possible=_order_is_open)
def ask_again(assignment: Assignment, actor: Actor, today: date, *, note: Note = "") -> None:
    """Ask anew, also somebody confirmed when the time has changed; the order may need another one meanwhile.

    What has changed since, a pause begun or a theme closed, is looked at as if asking for the first time.
    """
    lock(assignment.order)
    lock(assignment)
    was = assignment.status
    _ask(assignment, "ask_again", actor, today, note)
    follow_leaving(assignment.order, was, actor, today)


def _ask(assignment: Assignment, name: str, actor: Actor, today: date, note: str) -> None:
    lock(assignment.order)
    referrals.check_ours(assignment.order)
    judged = matching.judge(assignment.order, [assignment.expert_id], today)[assignment.expert_id]
    matching.check(judged, note.strip(), field="note", written=assignment.why)
    step(assignment, name, actor, note)
    matching.write(assignment, judged, note.strip(), today)
    asking.ask_in_writing(assignment, actor, today)


def rate_on(assignment: Assignment, day: date) -> FeeRate | None:
    """The fee table's rate for this kind of event on ``day``; the rate of an event before that of an hour."""
    rates = db.session.scalars(sa.select(FeeRate).where(
        FeeRate.kind == assignment.order.kind, FeeRate.valid_from <= day,
        sa.or_(FeeRate.valid_until.is_(None), FeeRate.valid_until >= day)))
    return min(rates, key=lambda rate: (rate.unit is not FeeUnit.EVENT, -rate.valid_from.toordinal()), default=None)


def usual_fee(assignment: Assignment, today: date) -> tuple[Decimal | None, FeeUnit | None]:
    """What was offered when asking, else the fee table's of the event's day."""
    if assignment.agreed_fee is not None:
        return assignment.agreed_fee, assignment.agreed_unit or FeeUnit.EVENT
    rate = rate_on(assignment, first_day(assignment.order) or today)
    return (rate.amount, rate.unit) if rate else (None, None)


@verb(Assignment, "confirm", possible=lambda a, _today: a.onboarded is not None,
      starts_with=lambda a: {"goes_by": a.goes_by or str(a.expert), "voluntary": a.without_fee is not None},
      explains=N_("The fee is agreed and the orderer sees the name. Without a fee here, the fee table's is agreed."))
def confirm(assignment: Assignment, actor: Actor, today: date, *,
            contact_release: Annotated[ContactRelease, Input(
                N_("Contact for the orderer"), help=N_("What the expert has allowed for this order."))]
            = ContactRelease.COORDINATOR,
            agreed_fee: Annotated[Decimal | None, Input(N_("Fee agreed"))] = None,
            agreed_unit: Annotated[FeeUnit | None, Input(N_("Fee for"))] = None,
            voluntary: Annotated[bool, Input(
                N_("Takes part without a fee"), help=N_("As was agreed on beforehand. Costs are paid."))] = False,
            companion_agreed: Annotated[bool, Input(
                N_("A companion's costs are paid"),
                help=N_("Somebody comes along with the expert, by agreement."))] = False,
            goes_by: Annotated[str, Input(
                N_("Name for the orderer"), help=N_("As the expert wishes to be known in this order."))] = "") -> None:
    """Confirm after the onboarding; the agreed amount is copied here, so that a later rate changes nothing."""
    referrals.check_ours(assignment.order)
    onboarding.check_done(assignment)
    if agreed_fee is not None and agreed_fee < 0:
        raise BadInput(N_("A fee cannot be negative."), field="agreed_fee")
    if len(goes_by := goes_by.strip() or str(assignment.expert)) > LONGEST_NAME:
        raise BadInput(N_("Say it in %(number)s characters at most."), field="goes_by", number=LONGEST_NAME)
    lock(assignment.order)
    step(assignment, "confirm", actor)
    if agreed_fee is None:
        agreed_fee, unit = usual_fee(assignment, today)
        agreed_unit = agreed_unit or unit
    assignment.contact_release, assignment.goes_by = contact_release, goes_by
    assignment.without_fee = (assignment.without_fee or WithoutFee.VOLUNTARY) if voluntary else None
    assignment.companion_agreed = companion_agreed
    assignment.agreed_fee = Decimal(0) if voluntary else agreed_fee
    assignment.agreed_unit = None if voluntary else agreed_unit
    settle_places(assignment.order, actor)
    around.confirm_in_writing(assignment, actor, today)


@verb(Assignment, "debrief", N_("Record the debrief"),
      possible=lambda a, _today: a.status is A.HELD and a.debriefed is None, bulk=True)
def debrief(assignment: Assignment, _actor: Actor, today: date, *,
            how: Annotated[Debriefed, Input(N_("Debrief"))],
            on: Annotated[date | None, Input(N_("Debriefed on"), help=N_("Empty: today."))] = None,
            with_whom: Annotated[str, Input(N_("Debriefed with"))] = "",
            needs_follow_up: Annotated[bool, Input(N_("Needs a call"))] = False,
            supervision_offered: Annotated[bool, Input(N_("Supervision offered"))] = False) -> None:
    """The talk after the event was had, or offered and not wanted. What was said is not written."""
    lock(assignment)
    if assignment.status is not A.HELD:
        raise DomainError(N_("The debrief is recorded after the event."))
    if (on or today) > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    assignment.debriefed, assignment.debriefed_on, assignment.debriefed_with = how, on or today, with_whom
    assignment.needs_follow_up, assignment.supervision_offered = needs_follow_up, supervision_offered


@verb(Assignment, "hold", possible=lambda a, today: (first_day(a.order) or today) <= today, bulk=True,
      loads=("order.occasions",))
def hold(assignment: Assignment, actor: Actor, _today: date) -> None:
    step(assignment, "hold", actor)


def _check_debriefed(assignment: Assignment, *_: object) -> None:
    if assignment.debriefed is None:
        raise DomainError(N_("Record the debrief before closing."))


@verb(Assignment, "close", possible=lambda a, _today: a.debriefed is not None, bulk=True, guard=_check_debriefed)
def close(assignment: Assignment, actor: Actor, _today: date) -> None:
    _check_debriefed(assignment)
    step(assignment, "close", actor)
