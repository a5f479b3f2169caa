"""From what was said to what changes: matters raised, decisions carried out; supervision in series, and offered."""

from datetime import date, timedelta
from typing import Annotated, Any

import sqlalchemy as sa

from models import (
    Assignment,
    Attendance,
    Decision,
    Expert,
    Feedback,
    Group,
    Insight,
    Matter,
    SupervisionSession,
    Theme,
    db,
)
from rules.choices import GroupKind
from rules.errors import BadInput
from rules.permissions import Actor
from rules.states import BankStatus, InsightStatus, PlanStatus
from rules.traces import names_of, pattern
from rules.wording import N_
from services.feedback import WAS_THERE
from services.transitions import lock
from services.verbs import Input, verb

MOST_WEEKS, MOST_TIMES = 26, 30
TITLE = Annotated[str, Input(N_("Title"), help=N_("Write so that nobody can be recognised."))]
TEXT = Annotated[str, Input(N_("In words"), long=True, help=N_("Write so that nobody can be recognised."))]


def _developing(_record: Any, _actor: Actor) -> Any:
    return sa.and_(Group.kind == GroupKind.DEVELOPMENT, Group.active)


GROUP = Annotated[Group, Input(N_("Raised in"), rows=_developing)]


@verb(Assignment, "note_insight", N_("Note what was learned"),
      possible=lambda assignment, _today: assignment.status in WAS_THERE, explains=N_(
    "It is kept as experience knowledge of the order, without the person, and goes to those who can change something."))
def note_insight(assignment: Assignment, _actor: Actor, _today: date, *,
                 text: Annotated[str, Input(N_("What was learned"), long=True,
                                            help=N_("Write so that nobody can be recognised."))],
                 theme: Annotated[Theme | None, Input(N_("Theme"))] = None) -> None:
    """What the talk after an event taught; refused when it names the expert."""
    if len(text) > (longest := Insight.text.property.columns[0].type.length):
        raise BadInput(N_("Say it in %(number)s characters at most."), field="text", number=longest)
    expert = assignment.expert
    names = [*names_of(expert.first_name, expert.last_name, expert.alias), *filter(None, [assignment.goes_by])]
    if (named := pattern(names)) is not None and named.search(text):
        raise BadInput(N_("Write so that nobody can be recognised."), field="text")
    db.session.add(Insight(text=text, theme=theme, order=assignment.order))


@verb(Feedback, "raise_matter", N_("Raise a matter"), explains=N_(
    "The development group prepares it and it goes to the steering group. Write it in words of your own."))
def from_feedback(feedback: Feedback, _actor: Actor, _today: date, *, title: TITLE, group: GROUP,
                  text: TEXT = "") -> Matter:
    """A matter that says which feedback it came from; what was written there is not copied."""
    return _raised(Matter(title=title, group=group, text=text, feedback=feedback))


@verb(Insight, "raise_matter", N_("Raise a matter"),
      possible=lambda insight, _today: insight.status is not InsightStatus.CLOSED,
      starts_with=lambda insight: {"text": insight.text},
      explains=N_("The development group prepares it and it goes to the steering group."))
def from_insight(insight: Insight, _actor: Actor, _today: date, *, title: TITLE, group: GROUP,
                 text: TEXT = "") -> Matter:
    return _raised(Matter(title=title, group=group, text=text, insight=insight))


def _raised(matter: Matter) -> Matter:
    if len(matter.title) > 120:
        raise BadInput(N_("At most %(longest)s characters fit here."), field="title", longest="120")
    db.session.add(matter)
    db.session.flush()
    return matter


@verb(Decision, "carry_out", N_("Mark as carried out"), bulk=True,
      possible=lambda decision, _today: decision.done_on is None)
def carry_out(decision: Decision, _actor: Actor, today: date, *,
              on: Annotated[date | None, Input(N_("Done on"), help=N_("Empty: today."))] = None) -> None:
    if on and on > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    decision.done_on = on or today


@verb(SupervisionSession, "plan_series", N_("Plan a series"),
      possible=lambda session, _today: session.status is PlanStatus.PLANNED,
      explains=N_("More sessions like this one, at the same time of the day, with the same people offered."))
def plan_series(session: SupervisionSession, _actor: Actor, _today: date, *,
                weeks: Annotated[int, Input(N_("Every so many weeks"))],
                times: Annotated[int, Input(N_("How many more"))]) -> None:
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadInput(N_("From 1 to %(most)s weeks."), field="weeks", most=str(MOST_WEEKS))
    if not 1 <= times <= MOST_TIMES:
        raise BadInput(N_("From 1 to %(most)s sessions."), field="times", most=str(MOST_TIMES))
    experts = [other.expert_id for other in session.attendances]
    for place in range(1, times + 1):
        one = SupervisionSession(kind=session.kind, supervisor_id=session.supervisor_id, starts=session.starts,
                                 ends=session.ends, place=session.place, cost=session.cost,
                                 on=session.on + timedelta(weeks=weeks * place))
        one.attendances = [Attendance(expert_id=expert) for expert in experts]
        db.session.add(one)
    db.session.flush()


def _takes_part(_record: Any, _actor: Actor) -> Any:
    return Expert.status.in_((BankStatus.PARTICIPANT, BankStatus.IN_BANK))


@verb(SupervisionSession, "offer", N_("Offer to experts"),
      possible=lambda session, _today: session.status is PlanStatus.PLANNED,
      explains=N_("They are written down as offered. Whether they come is recorded one by one, what is said is not."))
def offer(session: SupervisionSession, _actor: Actor, _today: date, *,
          experts: Annotated[list[Expert], Input(N_("Experts by experience"), rows=_takes_part)]) -> None:
    """Those who are in the session already are passed by."""
    if not experts:
        raise BadInput(N_("Choose somebody."), field="experts")
    lock(session)
    here = {one.expert_id for one in session.attendances}
    for expert in experts:
        if expert.id not in here:
            session.attendances.append(Attendance(expert=expert))
    db.session.flush()
