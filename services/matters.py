"""Matters on the agenda: sent to a meeting of the steering group, decided there, reported at one of their own group."""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa

from models import Decision, Group, Matter, Meeting, db
from rules.choices import GroupKind
from rules.permissions import Actor
from rules.states import MatterStatus, PlanStatus
from rules.wording import N_
from services.saving import on_save
from services.transitions import step
from services.verbs import Input, Note, verb

Clause = sa.ColumnElement[bool]
OF_STEERING = Meeting.group.has(sa.and_(Group.kind == GroupKind.STEERING, Group.active))


def _to_come(_matter: Matter, _actor: Actor) -> Clause:
    return sa.and_(OF_STEERING, Meeting.status == PlanStatus.PLANNED)


def _of_steering(_matter: Matter, _actor: Actor) -> Clause:
    return sa.and_(OF_STEERING, Meeting.status != PlanStatus.CANCELLED)


def _of_own(matter: Matter | None, _actor: Actor) -> Clause:
    """Of the matters of one choice nobody knows yet whose they are: each finds its own meeting."""
    own = Meeting.group_id == matter.group_id if matter else sa.false()
    return sa.and_(own, Meeting.status != PlanStatus.CANCELLED)


def next_meeting(where: Clause, today: date) -> Meeting | None:
    """The first meeting from ``today`` on that is planned; None when there is none yet."""
    return db.session.scalars(sa.select(Meeting).where(
        where, Meeting.status == PlanStatus.PLANNED, Meeting.on >= today).order_by(
        Meeting.on, Meeting.starts, Meeting.id).limit(1)).first()


@verb(Matter, "send", bulk=True, explains=N_("It stands on the agenda of the steering group's meeting."))
def send(matter: Matter, actor: Actor, today: date, *,
         meeting: Annotated[Meeting | None, Input(N_("Meeting"), help=N_("Empty: the next one."),
                                                  rows=_to_come)] = None,
         note: Note = "") -> None:
    step(matter, "send", actor, note)
    matter.meeting = meeting or next_meeting(OF_STEERING, today)


@verb(Matter, "decide", starts_with=lambda matter: {"meeting": matter.meeting}, explains=N_(
    "The matter goes onto the agenda of the next meeting of the group that raised it, to be reported there."))
def decide(matter: Matter, actor: Actor, today: date, *,
           decision: Annotated[str, Input(N_("Decision"), long=True)],
           owner: Annotated[str, Input(N_("Who does it"))] = "",
           due_on: Annotated[date | None, Input(N_("Due on"))] = None,
           meeting: Annotated[Meeting | None, Input(N_("Meeting"), help=N_("Where it was decided."),
                                                    rows=_of_steering)] = None) -> None:
    """Record what the steering group decided and at which meeting, who does it and by when."""
    step(matter, "decide", actor, decision)
    db.session.add(Decision(matter=matter, meeting=meeting or matter.meeting, text=decision, owner=owner,
                            due_on=due_on))
    matter.meeting = next_meeting(Meeting.group_id == matter.group_id, today)


@verb(Matter, "report", bulk=True, starts_with=lambda matter: {"meeting": matter.meeting})
def report(matter: Matter, actor: Actor, today: date, *,
           meeting: Annotated[Meeting | None, Input(N_("Meeting"), help=N_("Where it was reported."),
                                                    rows=_of_own)] = None,
           note: Note = "") -> None:
    """Tell the group that raised it what was decided."""
    step(matter, "report", actor, note)
    matter.meeting = meeting or matter.meeting or next_meeting(Meeting.group_id == matter.group_id, today)


def _waiting_for(group: Group) -> Clause:
    """The matters that wait for a meeting of such a group: to be decided there, or to be reported."""
    if group.kind is GroupKind.STEERING:
        return Matter.status == MatterStatus.SENT
    return sa.and_(Matter.status == MatterStatus.DECIDED, Matter.group_id == group.id)


@on_save(Meeting)
def prepare_meeting(meeting: Meeting, _actor: Actor, _today: date, is_new: bool) -> None:
    """A meeting that is planned takes the matters that had none to go to."""
    if not is_new:
        return
    db.session.add(meeting)
    for matter in _matters(_waiting_for(meeting.group), Matter.meeting_id.is_(None)):
        matter.meeting = meeting


def _matters(*where: Clause) -> list[Matter]:
    return list(db.session.scalars(sa.select(Matter).where(*where).order_by(Matter.id)))


@verb(Meeting, "cancel", bulk=True, explains=N_("Matters on its agenda go to the next meeting."))
def cancel_meeting(meeting: Meeting, actor: Actor, today: date, *, note: Note = "") -> None:
    """What was to be decided or reported there moves along, or waits until a meeting is planned."""
    step(meeting, "cancel", actor, note)
    same: Any = OF_STEERING if meeting.group.kind is GroupKind.STEERING else Meeting.group_id == meeting.group_id
    following = next_meeting(same, today)
    for matter in _matters(_waiting_for(meeting.group), Matter.meeting_id == meeting.id):
        matter.meeting = following
