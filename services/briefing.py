"""What each side is told before an event: one sheet for the expert, one for the orderer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from models import Assignment, Occasion, Order, db
from rules.choices import ContactRelease, FeeUnit
from services.asking import supporter_of
from services.scopes import CONFIRMED
from services.training_status import TrainingStatus, training_status


@dataclass(frozen=True)
class ExpertSheet:
    """The expert's own sheet. ``by_link``: read by whoever holds the link, who is told less of a protected person."""

    assignment: Assignment
    order: Order
    times: tuple[Occasion, ...]
    place_is_told: bool
    goes_by: str
    contact_release: ContactRelease
    fee: Decimal | None
    unit: FeeUnit | None
    supporter: str
    call: str


@dataclass(frozen=True)
class OrdererSheet:
    """The orderer's sheet: who comes, as each of them wishes to be known and reached."""

    order: Order
    times: tuple[Occasion, ...]
    status: TrainingStatus
    call: str


def expert_sheet(assignment: Assignment, today: date, *, by_link: bool) -> ExpertSheet:
    order, expert = assignment.order, assignment.expert
    supporter = supporter_of(assignment, today)
    return ExpertSheet(
        assignment, order, tuple(order.occasions), not (by_link and expert.protected), name_in(assignment),
        assignment.contact_release, None if assignment.without_fee else assignment.agreed_fee, assignment.agreed_unit,
        supporter.name if supporter and not by_link else "", order.responsible.name if order.responsible else "")


def orderer_sheet(order: Order, today: date) -> OrdererSheet:
    return OrdererSheet(order, tuple(order.occasions), training_status(order, today),
                        order.responsible.name if order.responsible else "")


def name_in(assignment: Assignment) -> str:
    """The name that the expert goes by in this order."""
    return assignment.goes_by or str(assignment.expert)


def of_assignment(number: int, where: sa.ColumnElement[bool]) -> Assignment | None:
    """The confirmed assignment of this number, where ``where`` lets the reader see it."""
    return db.session.scalars(sa.select(Assignment).where(
        Assignment.id == number, Assignment.status.in_(CONFIRMED), where)).one_or_none()


def of_order(number: int, where: sa.ColumnElement[bool]) -> Order | None:
    return db.session.scalars(sa.select(Order).where(Order.id == number, where)).one_or_none()


