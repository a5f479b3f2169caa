"""Onboarding for a task: by the coordinator, with the training organisation or with the orderer."""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa

from models import Assignment, OnboardingPart, OnboardingPoint, Organisation, db
from rules.choices import Onboarded, OnboardedWith, OnboardingSide
from rules.errors import BadInput, DomainError
from rules.permissions import Actor, Role
from rules.states import CompletionStatus, OrderStatus
from rules.wording import N_
from services.transitions import lock
from services.verbs import Input, verb

OPEN = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED)
DONE = {OnboardingSide.COORDINATOR: Onboarded.BY_COORDINATOR, OnboardingSide.TRAINER: Onboarded.WITH_TRAINER,
        OnboardingSide.ORDERER: Onboarded.WITH_ORDERER}
OWN_SIDE = {Role.COORDINATOR: OnboardingSide.COORDINATOR, Role.TRAINER: OnboardingSide.TRAINER,
            Role.ORDERER: OnboardingSide.ORDERER}
LONGEST_NAME = 120


def _is_open(assignment: Assignment, _today: date) -> bool:
    return assignment.onboarded is None and assignment.order.status in OPEN


def part_of(assignment: Assignment, side: OnboardingSide) -> OnboardingPart | None:
    return next((part for part in assignment.onboarding_parts if part.side is side), None)


def unsigned(assignment: Assignment) -> list[OnboardingPart]:
    """The parts that nobody has signed off yet, the coordinator's first."""
    return [part for part in assignment.onboarding_parts if part.signed_on is None]


def check_done(assignment: Assignment) -> None:
    """DomainError that says what is missing, unless every part is signed off or none is needed."""
    if assignment.onboarded is not None:
        return
    others = [part.side for part in unsigned(assignment) if part.side is not OnboardingSide.COORDINATOR]
    if others and not any(part.side is OnboardingSide.COORDINATOR for part in unsigned(assignment)):
        raise DomainError(N_("The onboarding still waits for: %(side)s."), side=others[0])
    raise DomainError(N_("Record the onboarding before confirming."))


def _points(side: OnboardingSide, assignment: Assignment) -> sa.ColumnElement[bool]:
    """The entries of the checklist that are asked of ``side`` before this kind of event."""
    return sa.and_(
        OnboardingPoint.offered,
        sa.or_(OnboardingPoint.kind.is_(None), OnboardingPoint.kind == assignment.order.kind),
        sa.or_(OnboardingPoint.side.is_(None), OnboardingPoint.side == side))


def _own_points(assignment: Assignment, _actor: Actor) -> sa.ColumnElement[bool]:
    return _points(OnboardingSide.COORDINATOR, assignment)


def _points_of_part(part: OnboardingPart, _actor: Actor) -> sa.ColumnElement[bool]:
    return _points(part.side, part.assignment)


def _training(_assignment: Assignment, _actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(Organisation.trains, Organisation.active)


BY = Annotated[str, Input(N_("Onboarded by"), help=N_("The name of the one who onboarded. Empty: you."))]
ON = Annotated[date | None, Input(N_("Onboarded on"), help=N_("Empty: today."))]


@verb(Assignment, "onboard", N_("Record the onboarding"), possible=lambda a, today: _is_open(a, today) and not (
    (part := part_of(a, OnboardingSide.COORDINATOR)) and part.signed_on),
    explains=N_("Your own part. The expert can be confirmed when everyone who onboards has signed off theirs."))
def onboard(assignment: Assignment, actor: Actor, today: date, *, by: BY = "", on: ON = None,
            talked: Annotated[list[OnboardingPoint], Input(
                N_("Talked about in the onboarding"), rows=_own_points)]) -> None:
    """The coordinator's part: the whole onboarding, unless it is done together with somebody."""
    lock(assignment)
    part = part_of(assignment, OnboardingSide.COORDINATOR) or _add(assignment, OnboardingSide.COORDINATOR)
    _sign(part, actor, today, by, on, talked)


@verb(Assignment, "onboard_with", N_("Onboard together"), possible=_is_open,
      starts_with=lambda a: {"how": _form_of(a), "organisation": a.onboarding_with or trained_by(a)},
      explains=N_("Their part waits on the first screen of those you choose. They see the order and their own "
                  "checklist; an orderer does not see who it is about."))
def onboard_with(assignment: Assignment, actor: Actor, _today: date, *,
                 how: Annotated[OnboardedWith, Input(N_("Onboarding"))],
                 organisation: Annotated[Organisation | None, Input(
                     N_("Training organisation"), help=N_("Only with a training organisation."),
                     rows=_training)] = None) -> None:
    """Choose who onboards besides the coordinator. What the others have not signed off yet goes from their sight."""
    lock(assignment)
    others = [part for part in assignment.onboarding_parts if part.side is not OnboardingSide.COORDINATOR]
    if any(part.signed_on for part in others):
        raise DomainError(N_("The other part is signed off already."))
    if how is OnboardedWith.TRAINER and organisation is None:
        raise BadInput(N_("Choose the training organisation."), field="organisation")
    for part in others:
        assignment.onboarding_parts.remove(part)
        db.session.delete(part)
    db.session.flush()
    if part_of(assignment, OnboardingSide.COORDINATOR) is None:
        _add(assignment, OnboardingSide.COORDINATOR)
    assignment.onboarding_with = organisation if how is OnboardedWith.TRAINER else None
    if how is OnboardedWith.TRAINER:
        _add(assignment, OnboardingSide.TRAINER, organisation)
    if how is OnboardedWith.ORDERER:
        _add(assignment, OnboardingSide.ORDERER, assignment.order.organisation)
    _settle(assignment)


def _form_of(assignment: Assignment) -> OnboardedWith:
    sides = {part.side for part in assignment.onboarding_parts}
    if OnboardingSide.ORDERER in sides:
        return OnboardedWith.ORDERER
    return OnboardedWith.TRAINER if OnboardingSide.TRAINER in sides else OnboardedWith.ALONE


def trained_by(assignment: Assignment) -> Organisation | None:
    """The organisation of the expert's latest completed training; None for whoever has none."""
    done = [c for c in assignment.expert.completions if c.status is CompletionStatus.COMPLETED and c.completed_on]
    latest = max(done, key=lambda completion: (completion.completed_on, completion.id), default=None)
    return latest.programme.organisation if latest else None


@verb(Assignment, "mark_experienced", N_("Experienced in this task"), possible=_is_open,
      explains=N_("No onboarding is needed. The name and the reason stay with the assignment."))
def mark_experienced(assignment: Assignment, _actor: Actor, today: date, *,
                     by: Annotated[str, Input(N_("Who says so"))],
                     why: Annotated[str, Input(N_("Why no onboarding is needed"), help=N_(
                         "For example: has held the same evening twice this year."))]) -> None:
    """Nobody has to sign off anything; the parts that waited go."""
    lock(assignment)
    _check_name(by)
    for part in unsigned(assignment):
        assignment.onboarding_parts.remove(part)
        db.session.delete(part)
    assignment.onboarded, assignment.onboarded_on = Onboarded.NOT_NEEDED, today
    assignment.onboarded_by, assignment.onboarding_note = by, why


@verb(OnboardingPart, "sign_off", N_("Sign off this part"),
      possible=lambda part, _today: part.signed_on is None and part.order.status in OPEN,
      explains=N_("You say that your part of the onboarding is done."))
def sign_off(part: OnboardingPart, actor: Actor, today: date, *, by: BY = "", on: ON = None,
             talked: Annotated[list[OnboardingPoint], Input(
                 N_("Talked about in the onboarding"), rows=_points_of_part)]) -> None:
    """The part of the one who reads it; the coordinator signs for others too, by the name of who onboarded.

    Possible whatever the expert has answered: a button that came and went would tell it.
    """
    lock(part.assignment)
    lock(part)
    if part.signed_on is not None:
        raise DomainError(N_("This part is signed off already."))
    if not by and OWN_SIDE.get(actor.role or Role.ADMIN) is not part.side:
        raise BadInput(N_("Write the name of the one who onboarded."), field="by")
    _sign(part, actor, today, by, on, talked)


def _add(assignment: Assignment, side: OnboardingSide, organisation: Organisation | None = None) -> OnboardingPart:
    part = OnboardingPart(order=assignment.order, assignment=assignment, side=side, organisation=organisation)
    db.session.add(part)
    return part


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise BadInput(N_("Say it in %(number)s characters at most."), field="by", number=LONGEST_NAME)


def _sign(part: OnboardingPart, actor: Actor, today: date, by: str, on: date | None, talked: list[Any]) -> None:
    _check_name(by)
    if (day := on or today) > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    part.signed_on, part.signed_by, part.talked = day, by or actor.name, talked
    _settle(part.assignment)


def _settle(assignment: Assignment) -> None:
    """Onboarded when every part is signed off; the day is that of the last one."""
    parts = assignment.onboarding_parts
    days = [part.signed_on for part in parts if part.signed_on]
    if assignment.onboarded is not None or len(days) < len(parts):
        return
    own = part_of(assignment, OnboardingSide.COORDINATOR)
    others = [part.side for part in parts if part.side is not OnboardingSide.COORDINATOR]
    assignment.onboarded = DONE[others[0] if others else OnboardingSide.COORDINATOR]
    assignment.onboarded_on, assignment.onboarded_by = max(days), own.signed_by if own else ""
