"""Orders: taken, searched for, held, closed, or ended otherwise."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

import sqlalchemy as sa

from models import Assignment, ExistingStructure, Feedback, Occasion, Order, User, db
from rules.choices import FeedbackBy
from rules.errors import BadInput, DomainError, FieldErrors
from rules.permissions import Actor
from rules.states import ASSIGNMENT, AssignmentStatus, OrderStatus
from rules.wording import N_, Sentence
from services import around, asking, referrals
from services.numbers import next_number
from services.personal_links import follow_the_days
from services.saving import on_delete, on_save
from services.transitions import lock, step
from services.verbs import Input, Note, verb

A = AssignmentStatus
OPEN = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED, OrderStatus.UNMET)
TAKING_PART = (A.CONFIRMED, A.HELD)
LEFT_OVER = {A.PROPOSED: "cancel", A.ASKED: "lapse", A.ACCEPTED: "stand_down"}
"""What becomes of those who were not confirmed when the search ends: whoever said yes is told and thanked, and all
but the never asked can be asked again should the search begin anew."""

WITH_HOLD: Mapping[AssignmentStatus, str] = LEFT_OVER | {A.CONFIRMED: "hold"}
WITH_GIVE_UP: Mapping[AssignmentStatus, str] = LEFT_OVER | {A.CONFIRMED: "cancel"}
WITH_CANCEL = {A(state): "cancel" for state in ASSIGNMENT.steps["cancel"].sources}
WITH_CLOSE = {A.HELD: "close"}
"""Which verb an assignment in each state follows, by the order's own verb."""


@on_save(Order)
def prepare_order(order: Order, actor: Actor, today: date, is_new: bool) -> None:
    """A number, a day of arrival and a responsible coordinator; a theme, or matching has nothing to go by."""
    errors: dict[str, Sentence] = {}
    if not order.themes:
        errors["themes"] = Sentence(N_("Choose at least one theme: experts are found by it."))
    if order.requires_training and not order.training_reason.strip():
        errors["training_reason"] = Sentence(N_("Say why training is required: otherwise it bars nobody."))
    if order.places is not None and order.places < 1:
        errors["places"] = Sentence(N_("At least one expert is needed."))
    if order.contact and order.contact.organisation_id != order.organisation.id:
        errors["contact"] = Sentence(N_("This contact person is of another organisation."))
    if errors:
        raise FieldErrors(errors)
    for occasion in order.occasions:
        check_occasion(occasion)
    if is_new:
        order.received_on = order.received_on or today
        order.number = next_number(Order.number, f"{today.year}-", 3)
        if order.responsible is None and actor.user_id:
            order.responsible = db.session.get(User, actor.user_id)
    else:
        settle_places(order, actor)
        follow_the_days(order, today)


@on_save(Occasion)
def prepare_occasion(occasion: Occasion, actor: Actor, today: date, is_new: bool) -> None:
    check_occasion(occasion)
    order = occasion.order
    if order.status not in OPEN:
        raise DomainError(N_("The order is no longer open: its times stay as they were."))
    time, place = around.changes_of(occasion)
    if is_new:
        db.session.add(occasion)  # a time more is a new time, and what follows flushes it
    if is_new or time or place:
        around.follow_change(order, actor, today, time=is_new or time)
        settle_places(order, actor)
    follow_the_days(order, today)


@on_delete(Occasion)
def let_occasion_go(occasion: Occasion, actor: Actor, today: date) -> Callable[[], None]:
    """An order keeps at least one time. Whoever was told of this one hears of it; a yes to the others holds."""
    order = occasion.order
    if order.status not in OPEN or len(order.occasions) < 2:
        raise DomainError(N_("An order keeps at least one time, and all of them once it has been held."))

    def tell() -> None:
        db.session.expire(order, ["occasions"])
        around.follow_change(order, actor, today, time=False)
        follow_the_days(order, today)

    return tell


def check_occasion(occasion: Occasion) -> None:
    if occasion.starts and occasion.ends and occasion.ends <= occasion.starts:
        raise BadInput(N_("The end must be after the start."), field="ends")


def first_day(order: Order) -> date | None:
    return order.occasions[0].on if order.occasions else None


def taking_part(order: Order) -> int:
    """How many experts are confirmed or have been there."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Assignment).where(
        Assignment.order_id == order.id, Assignment.status.in_(TAKING_PART))) or 0


def settle_places(order: Order, actor: Actor) -> None:
    """Staffed when every place is confirmed, searching again when one is not; follows each confirm and decline.

    Whoever confirms or declines holds the order first, so that of two at once the second counts the first.
    """
    if order.status not in (OrderStatus.SEARCHING, OrderStatus.STAFFED):
        return
    full = taking_part(order) >= order.places
    if full and order.status is OrderStatus.SEARCHING:
        step(order, "staff", actor, follows=True)
    if not full and order.status is OrderStatus.STAFFED:
        step(order, "reopen", actor, follows=True)


def follow_leaving(order: Order, was: AssignmentStatus, actor: Actor, today: date) -> None:
    """Settle the places after somebody who ``was`` in this state; the orderer who knew of a confirmed one is told."""
    settle_places(order, actor)
    if was is A.CONFIRMED and order.status is OrderStatus.SEARCHING:
        around.tell_looking_again(order, actor, today)


def _bring_along(order: Order, follow: Mapping[AssignmentStatus, str], actor: Actor, today: date) -> None:
    """Each assignment along its verb; whoever had said yes and is not needed is thanked."""
    for assignment in order.assignments:
        if name := follow.get(assignment.status):
            step(assignment, name, actor, follows=True)
            if name == "stand_down":
                asking.thank(assignment, actor, today)


def _has_begun(order: Order, today: date) -> bool:
    return taking_part(order) > 0 and (first_day(order) or today) <= today


def _check_begun(order: Order, _actor: Actor, today: date) -> None:
    if not taking_part(order):
        raise DomainError(N_("Nobody has been confirmed: cancel the order or mark it as unmet."))
    if (day := first_day(order)) and day > today:
        raise DomainError(N_("The event is on %(day)s: it can be marked as held from that day."), day=day)


@verb(Order, "hold", possible=_has_begun, explains=N_(
    "The confirmed experts are marked as held. Whoever was still asked or waiting is told that it is over."),
    bulk=True, guard=_check_begun, loads=("occasions", "assignments"))
def hold(order: Order, actor: Actor, today: date) -> None:
    """The event took place: confirmed assignments follow to held, the others end."""
    lock(order)
    _check_begun(order, actor, today)
    step(order, "hold", actor)
    _bring_along(order, WITH_HOLD, actor, today)


def _check_debriefed(order: Order, *_: object) -> None:
    waiting = [a for a in order.assignments if a.status is A.HELD and a.debriefed is None]
    if waiting:
        raise DomainError(N_("Talk first, or offer it. The debrief is missing for: %(names)s"),
                          names=", ".join(str(a.expert) for a in waiting))


@verb(Order, "close", explains=N_("The experts' assignments are closed with it."), bulk=True, guard=_check_debriefed,
      loads=("assignments.expert",))
def close(order: Order, actor: Actor, today: date) -> None:
    """Close after every held expert was talked with, or offered it."""
    lock(order)
    _check_debriefed(order)
    step(order, "close", actor)
    _bring_along(order, WITH_CLOSE, actor, today)


@verb(Order, "cancel", explains=N_("The experts' assignments are cancelled with it; costs may still be claimed."),
      bulk=True, loads=("assignments",))
def cancel(order: Order, actor: Actor, today: date, *, note: Note = "") -> None:
    step(order, "cancel", actor, note)
    told = [assignment for assignment in order.assignments if assignment.status in around.AT_STAKE]
    _bring_along(order, WITH_CANCEL, actor, today)
    around.tell_cancelled(order, told, actor)


@verb(Order, "give_up", explains=N_("The order counts as unmet demand in reports. The search can be started again."),
      bulk=True, loads=("assignments", "contact", "occasions"))
def give_up(order: Order, actor: Actor, today: date, *, note: Note = "") -> None:
    """Nobody was found; whoever was asked is let go, and can be asked again when the search is."""
    step(order, "give_up", actor, note)
    told = [assignment for assignment in order.assignments if assignment.status is A.CONFIRMED]
    _bring_along(order, WITH_GIVE_UP, actor, today)
    around.tell_cancelled(order, told, actor, orderer=False)
    around.tell_unmet(order, actor)


@verb(Order, "search", guard=referrals.check_ours, bulk=True)
def search(order: Order, actor: Actor, _today: date, *, note: Note = "") -> None:
    """Search, unless what is asked for is arranged elsewhere."""
    referrals.check_ours(order)
    step(order, "search", actor, note)


@verb(Order, "refer", starts_with=lambda order: {"referred_to": referrals.structure_for(order)}, explains=N_(
    "What already works stays where it is: the owner takes the request from here."))
def refer(order: Order, actor: Actor, today: date, *,
          referred_to: Annotated[ExistingStructure, Input(N_("Referred to"))], note: Note = "") -> None:
    """Send the orderer to a structure that exists; nobody is asked for it here."""
    step(order, "refer", actor, note)
    order.referred_to = referred_to
    told = [assignment for assignment in order.assignments if assignment.status in around.AT_STAKE]
    _bring_along(order, WITH_CANCEL, actor, today)
    around.tell_cancelled(order, told, actor, orderer=False)
    around.tell_referred(order, referred_to, actor)


@verb(Order, "feedback", N_("Give feedback"), possible=lambda order, _today: order.status in (
    OrderStatus.HELD, OrderStatus.CLOSED))
def give_feedback(order: Order, actor: Actor, today: date, *,
                  useful: Annotated[int | None, Input(N_("Was useful (1–5)"))] = None,
                  text: Annotated[str, Input(N_("In words"), long=True)] = "") -> None:
    """The orderer's feedback, given by the orderer or entered for them."""
    if useful is None and not text.strip():
        raise BadInput(N_("Give a number, words or both."), field="text")
    if useful is not None and not 1 <= useful <= 5:
        raise BadInput(N_("Answer from 1 to 5."), field="useful")
    db.session.add(Feedback(order=order, given_by=FeedbackBy.ORDERER, given_on=today, useful=useful, text=text))
