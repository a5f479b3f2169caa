"""Training: completions of a programme, by the people who trained."""

from datetime import date
from typing import Annotated

from models import Completion, Programme
from rules.errors import BadInput
from rules.permissions import Actor, Role
from rules.wording import N_
from services.saving import on_save
from services.transitions import step
from services.verbs import Input, verb


@on_save(Programme)
def prepare_programme(programme: Programme, actor: Actor, _today: date, _is_new: bool) -> None:
    if actor.role is Role.TRAINER and programme.organisation.id != actor.organisation_id:
        raise BadInput(N_("Choose your own organisation."), field="organisation")


@on_save(Completion)
def prepare_completion(completion: Completion, actor: Actor, today: date, _is_new: bool) -> None:
    """A trainer writes completions of the own organisation's programmes only."""
    if actor.role is Role.TRAINER and completion.programme.organisation_id != actor.organisation_id:
        raise BadInput(N_("Choose a programme of your own organisation."), field="programme")
    if completion.started_on and completion.started_on > today:
        raise BadInput(N_("This day has not come yet."), field="started_on")
    if completion.completed_on and completion.started_on and completion.completed_on < completion.started_on:
        raise BadInput(N_("The end cannot be before the start."), field="started_on")


def in_years(day: date, years: int) -> date:
    """The same day ``years`` later; the last of February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@verb(Completion, "complete", bulk=True, loads=("programme",))
def complete(completion: Completion, actor: Actor, today: date, *,
             on: Annotated[date | None, Input(N_("Completed on"), help=N_("Empty: today."))] = None,
             certificate_seen: Annotated[bool, Input(N_("Certificate seen"))] = False) -> None:
    """Completed, with its date; validity follows from the programme."""
    day = on or today
    if day > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    if completion.started_on and day < completion.started_on:
        raise BadInput(N_("The end cannot be before the start."), field="on")
    step(completion, "complete", actor)
    completion.completed_on = day
    if certificate_seen:
        completion.certificate_seen_on = today
    if completion.programme.valid_years:
        completion.valid_until = in_years(day, completion.programme.valid_years)
