"""Groups at work: meetings and supervision held, matters decided, experience knowledge passed on."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa

from models import (
    ExistingStructure,
    Group,
    Insight,
    Meeting,
    Membership,
    Organisation,
    SupervisionSession,
    db,
)
from rules.choices import GroupKind, Seat
from rules.errors import BadInput
from rules.permissions import Actor
from rules.wording import N_, Sentence
from services.notices import Notice, notice
from services.saving import on_save
from services.transitions import step
from services.verbs import Input, verb


@on_save(Membership)
def prepare_membership(membership: Membership, _actor: Actor, _today: date, _is_new: bool) -> None:
    members = [m for m in (membership.expert, membership.contact, membership.user) if m is not None]
    if len(members) != 1:
        raise BadInput(N_("A seat belongs to one: an expert, a contact person or a user."), field="expert")
    if membership.expert is not None and membership.group.kind is GroupKind.PEER:
        raise BadInput(N_("A peer support group registers nobody by name: only how many were there is written down."),
                       field="expert")


@on_save(Group)
def prepare_group(group: Group, _actor: Actor, _today: date, _is_new: bool) -> None:
    """A group in which experts are, or were, registered by name does not become one that registers nobody."""
    if group.kind is GroupKind.PEER and any(seat.expert for seat in group.memberships):
        raise BadInput(N_("Experts are in this group by name. A peer support group registers nobody: make a new one."),
                       field="kind")


@notice(Group)
def empty_seat_of(group: Group, today: date) -> Notice | None:
    """What a steering group's own page says for as long as nobody speaks for the young people in it."""
    empty = db.session.scalar(sa.select(Group.id).where(Group.id == group.id, without_young_people(today)))
    return Notice(Sentence(N_("Nobody has the seat of the young people's representative in this group."))
                  ) if empty else None


def without_young_people(today: date) -> sa.ColumnElement[bool]:
    """Steering groups at work in which nobody has the seat of the young people's representative today."""
    seat = sa.and_(Membership.seat == Seat.YOUNG_PEOPLE, Membership.since <= today,
                   sa.or_(Membership.until.is_(None), Membership.until >= today))
    return sa.and_(Group.kind == GroupKind.STEERING, Group.active, sa.not_(Group.memberships.any(seat)))


@verb(ExistingStructure, "review", N_("Mark as looked through"),
      possible=lambda structure, today: structure.reviewed_on != today,
      explains=N_("Its owner, contact and what it does are as they stand here today."))
def review(structure: ExistingStructure, _actor: Actor, today: date) -> None:
    """The owner keeps its own records; what the directory says of it is looked through once a year."""
    structure.reviewed_on = today


@verb(Meeting, "hold")
def hold_meeting(meeting: Meeting, actor: Actor, today: date, *,
                 attended: Annotated[int | None, Input(N_("Present"))] = None) -> None:
    if meeting.on > today:
        raise BadInput(N_("The meeting is on %(day)s."), field="attended", day=meeting.on)
    if attended is not None and attended < 0:
        raise BadInput(N_("The number of those present cannot be negative."), field="attended")
    step(meeting, "hold", actor)
    meeting.attended = attended


@verb(SupervisionSession, "hold")
def hold_session(session: SupervisionSession, actor: Actor, today: date, *,
                 hours: Annotated[Decimal | None, Input(N_("Hours"))] = None) -> None:
    """The session was held; who was there is recorded one by one, what was said is not."""
    if session.on > today:
        raise BadInput(N_("This day has not come yet."), field="hours")
    if hours is not None and hours <= 0:
        raise BadInput(N_("Hours are more than zero."), field="hours")
    step(session, "hold", actor)
    session.hours = hours or session.hours


@verb(Insight, "pass_on", bulk=True)
def pass_on(insight: Insight, actor: Actor, _today: date, *,
            passed_to: Annotated[Organisation, Input(N_("Passed on to"))],
            follow_up_on: Annotated[date | None, Input(N_("Follow up on"))] = None) -> None:
    step(insight, "pass_on", actor)
    insight.passed_to, insight.follow_up_on = passed_to, follow_up_on


@verb(Insight, "answer")
def answer(insight: Insight, actor: Actor, _today: date, *,
           note: Annotated[str, Input(N_("What they answered and did"), long=True)]) -> None:
    step(insight, "answer", actor, note)
    insight.answer = note
