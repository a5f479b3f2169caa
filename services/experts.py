"""The bank: joining and leaving, pauses, having met, data confirmed."""

from datetime import date
from typing import Annotated

from models import Expert, Pause, db
from rules.errors import BadInput, DomainError, FieldErrors
from rules.permissions import Actor
from rules.states import AssignmentStatus, BankStatus
from rules.wording import N_, Sentence
from services.saving import on_save
from services.transitions import step
from services.verbs import Input, verb

UNANSWERED = {AssignmentStatus.PROPOSED: "cancel", AssignmentStatus.ASKED: "lapse"}
AHEAD = (AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)
OLDEST_YEAR = 1900


@on_save(Expert)
def prepare_expert(expert: Expert, _actor: Actor, today: date, is_new: bool) -> None:
    """A name or an alias and one way to reach; a birth that has happened."""
    errors: dict[str, Sentence] = {}
    if not (expert.alias or expert.first_name or expert.last_name):
        errors["alias"] = Sentence(N_("Give a name or the name the person wishes to use."))
    if not (expert.phone or expert.email or expert.reached_through):
        errors["phone"] = Sentence(N_("Give one way to reach the person: phone, e-mail or through whom."))
    if expert.birth_date and expert.birth_date > today:
        errors["birth_date"] = Sentence(N_("This day has not come yet."))
    if expert.birth_year is not None and not OLDEST_YEAR <= expert.birth_year <= today.year:
        errors["birth_year"] = Sentence(N_("Write the year with four digits, not in the future."))
    if expert.load_limit is not None and expert.load_limit < 1:
        errors["load_limit"] = Sentence(N_("The load limit is at least one a month."))
    if errors:
        raise FieldErrors(errors)
    if is_new:
        expert.last_confirmed_on = expert.last_confirmed_on or today


@verb(Expert, "pause", N_("Put on pause"), possible=lambda e, _today: e.status in (
    BankStatus.PARTICIPANT, BankStatus.IN_BANK),
    explains=N_("No reason is asked or written. The person is not asked on those days."))
def pause(expert: Expert, _actor: Actor, today: date, *,
          starts_on: Annotated[date | None, Input(N_("First day"), help=N_("Empty: today."))] = None,
          ends_on: Annotated[date | None, Input(N_("Last day"), help=N_("Empty: until the person says so."))] = None,
          ) -> None:
    start = starts_on or today
    if ends_on and ends_on < start:
        raise BadInput(N_("The end cannot be before the start."), field="ends_on")
    db.session.add(Pause(expert=expert, starts_on=start, ends_on=ends_on))


@verb(Expert, "met", N_("Record as met"), possible=lambda e, _today: e.status is not BankStatus.ANONYMISED, bulk=True)
def met(expert: Expert, actor: Actor, today: date, *,
        on: Annotated[date | None, Input(N_("Date"), help=N_("Empty: today."))] = None) -> None:
    """The coordinator has met the expert: a list cannot know a person."""
    if on and on > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    expert.met_on = on or today
    if actor.user_id:
        expert.known_by_id = actor.user_id


def _check_not_yet_today(expert: Expert, _actor: Actor, today: date) -> None:
    if expert.last_confirmed_on == today:
        raise DomainError(N_("The data were already confirmed today."))


@verb(Expert, "confirm_data", N_("Data confirmed today"), bulk=True, guard=_check_not_yet_today,
      possible=lambda e, today: e.status is not BankStatus.ANONYMISED and e.last_confirmed_on != today)
def confirm_data(expert: Expert, _actor: Actor, today: date) -> None:
    expert.last_confirmed_on = today


@verb(Expert, "leave", explains=N_("The person is no longer asked. The record is kept until it is anonymised."))
def leave(expert: Expert, actor: Actor, _today: date) -> None:
    ahead = [a for a in expert.assignments if a.status in AHEAD]
    if ahead:
        raise DomainError(N_("There are assignments ahead: %(orders)s. Record “not now” for them first."),
                          orders=", ".join(str(a.order) for a in ahead))
    step(expert, "leave", actor)
    for assignment in expert.assignments:
        if name := UNANSWERED.get(assignment.status):
            step(assignment, name, actor, follows=True)
