"""What an orderer is told of the experts of an own order: confirmed ones only, and no answer of anybody."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models import Assignment, Completion, Expert, Order, StatusChange, db
from models.training import Programme
from rules.choices import ContactRelease
from rules.states import AssignmentStatus, CompletionStatus, OrderStatus
from rules.wording import N_, Sentence
from services.matching import CHECK_HOLDS
from services.scopes import CONFIRMED

LOOKING = Sentence(N_("We are looking for an expert."))
LOOKING_AGAIN = Sentence(N_("We are looking for another expert."))
MAKING_SURE = Sentence(N_("We are making sure that an expert can come."))
"""After a new time, when whoever was confirmed is asked again; whatever the answer is, or why none is asked for."""


@dataclass(frozen=True)
class Training:
    """A completed training as an orderer sees it: who organised it, in which year, until when it counts."""

    organiser: str
    year: int
    valid_until: date | None


@dataclass(frozen=True)
class Confirmed:
    """A confirmed expert.

    ``contact`` is what the expert released for this order, else empty; ``checked`` is None when the order needs no
    background check.
    """

    name: str
    onboarded: bool
    trainings: tuple[Training, ...]
    contact: str
    checked: bool | None


@dataclass(frozen=True)
class TrainingStatus:
    """The experts of an order for its orderer, and the one sentence about the places still open."""

    confirmed: tuple[Confirmed, ...]
    sentence: Sentence | None


def training_status(order: Order, today: date) -> TrainingStatus:
    """What the orderer of ``order`` may know. Whatever the cause of a replacement, the sentence is the same."""
    rows = db.session.scalars(
        sa.select(Assignment).where(Assignment.order_id == order.id, Assignment.status.in_(CONFIRMED))
        .options(joinedload(Assignment.expert).options(
            selectinload(Expert.completions).joinedload(Completion.programme).joinedload(Programme.organisation),
            selectinload(Expert.checks))).order_by(Assignment.id)).all()
    confirmed = tuple(_confirmed(row, order, today) for row in rows)
    looking = order.status in (OrderStatus.RECEIVED, OrderStatus.SEARCHING) and len(confirmed) < order.places
    if not looking:
        return TrainingStatus(confirmed, None)
    left = _left_confirmed(order)
    return TrainingStatus(confirmed, {None: LOOKING, "ask_anew": MAKING_SURE}.get(left, LOOKING_AGAIN))


def _left_confirmed(order: Order) -> str | None:
    """The verb by which somebody last ceased to be confirmed to the orderer; None when nobody has.

    A new time, which the orderer knows of, is no replacement: the same person may come. What that person answers, and
    whether a guard held back the question, changes nothing here.
    """
    gone = [f"Assignment:{a.id}" for a in order.assignments if a.status not in CONFIRMED]
    return db.session.scalar(sa.select(StatusChange.verb).where(
        StatusChange.subject.in_(gone), StatusChange.source == AssignmentStatus.CONFIRMED.value)
        .order_by(StatusChange.id.desc()).limit(1))


def _confirmed(assignment: Assignment, order: Order, today: date) -> Confirmed:
    expert = assignment.expert
    last = max((check.issued_on for check in expert.checks), default=None)
    checked = last is not None and last + CHECK_HOLDS >= today
    return Confirmed(assignment.goes_by or str(expert), assignment.onboarded is not None, trainings_of(expert),
                     released_contact(assignment), checked if order.background_needed else None)


def trainings_of(expert: Expert) -> tuple[Training, ...]:
    """What the expert has completed, oldest first."""
    done = [c for c in expert.completions if c.status is CompletionStatus.COMPLETED and c.completed_on]
    return tuple(Training(c.programme.organisation.name, c.completed_on.year, c.valid_until)
                 for c in sorted(done, key=lambda c: (c.completed_on, c.id)))


def released_contact(assignment: Assignment) -> str:
    """The phone or the e-mail, only as the expert released it for this assignment; "" stands for the coordinator."""
    expert, release = assignment.expert, assignment.contact_release
    return {ContactRelease.PHONE: expert.phone, ContactRelease.EMAIL: expert.email}.get(release, "")
