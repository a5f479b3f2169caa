"""What a claim says beside what was agreed: sums, hours, differences, like claims, who is paid. Changes nothing."""

from decimal import Decimal

import sqlalchemy as sa

from models import Invoice, db
from rules.choices import FeeUnit, LineKind, WithoutFee
from rules.states import AssignmentStatus, ClaimStatus
from rules.wording import N_, Sentence
from services.batch_reading import AnyClaim, AnyLine, AnyPart
from services.rates import group_fees, kilometre_rate

A, C = AssignmentStatus, ClaimStatus
ENDED = (C.REJECTED, C.WITHDRAWN)
COSTS_ONLY = (A.NOT_NOW, A.CANCELLED, A.STOOD_DOWN)
"""An expert who did not take part is paid what it cost, and no fee."""

NO_FEE = {
    WithoutFee.VOLUNTARY: N_("The expert takes part without a fee: costs can be claimed, a fee cannot."),
    WithoutFee.REFUSED: N_("The expert has refused the fee: costs can be claimed, a fee cannot."),
}


def total(claim: AnyClaim) -> Decimal:
    """The sum of the lines as they stand now, those not saved yet too."""
    return sum((line.amount for line in claim.lines), Decimal(0))


def fee_lines(claim: AnyClaim) -> list[AnyLine]:
    return [line for line in claim.lines if line.kind is LineKind.FEE]


def sum_of(claim: AnyClaim, kind: LineKind) -> Decimal:
    return sum((line.amount for line in claim.lines if line.kind is kind), Decimal(0))


def fee_of(claim: AnyClaim) -> Decimal:
    return sum_of(claim, LineKind.FEE)


def hourly_price(assignment: AnyPart | None) -> Decimal | None:
    """The fee of an hour, where the fee was agreed by the hour."""
    return assignment.agreed_fee if assignment and assignment.agreed_unit is FeeUnit.HOUR else None


def hours_of(claim: AnyClaim) -> Decimal | None:
    """The hours claimed, where the fee was agreed by the hour; None where hours do not make the fee."""
    price = hourly_price(claim.assignment)
    counted = [line.quantity for line in fee_lines(claim) if line.unit_price == price]
    return sum(counted, Decimal(0)) if counted else None


def unclaimable_fee(assignment: AnyPart | None) -> Sentence | None:
    """Why no fee can be claimed for this part; None where one can."""
    if assignment is None:
        return None
    if assignment.status in COSTS_ONLY:
        return Sentence(N_("The event was not held for this expert: costs can be claimed, a fee cannot."))
    if assignment.without_fee is not None:
        return Sentence(NO_FEE[assignment.without_fee])
    return None


def is_unearned(claim: Invoice) -> bool:
    """Whether a fee is claimed where none can be: the event was not held, or the expert takes no fee."""
    return unclaimable_fee(claim.assignment) is not None and fee_of(claim) > 0


def differs(claim: AnyClaim) -> bool:
    """Whether the fee is another than agreed, or in a group than the rates of that day. Costs alone never differ."""
    part, fee = claim.assignment, fee_of(claim)
    if not fee:
        return False
    if part is None:
        return bool({line.unit_price for line in fee_lines(claim)} - set(group_fees(claim.worked_on)))
    if part.without_fee or part.agreed_fee is None:
        return True
    if hourly_price(part) is not None:
        return any(line.unit_price != part.agreed_fee for line in fee_lines(claim))
    return fee != part.agreed_fee


def difference(claim: Invoice) -> Sentence:
    """What was agreed, in words, for a claim that differs from it."""
    part = claim.assignment
    if part is None and group_fees(claim.worked_on):
        return Sentence(N_("The fee is none of that day's rates for working groups: say why it differs."))
    if part is None or part.without_fee or part.agreed_fee is None:
        return Sentence(N_("No fee was agreed: say why one is paid."))
    return Sentence(N_("The fee agreed was %(agreed)s: say why it differs."), agreed=part.agreed_fee)


def dear_kilometres(claim: Invoice) -> Sentence | None:
    """The sentence for a kilometre price above the allowance of the day of work; None when there is none."""
    prices = [line.unit_price for line in claim.lines if line.kind is LineKind.KILOMETRES]
    if not prices:
        return None
    rate = kilometre_rate(claim.worked_on)
    if rate is None:
        return Sentence(N_("No kilometre rate is in force on %(day)s: add it to the rates first."), day=claim.worked_on)
    if max(prices) > rate:
        return Sentence(N_("The kilometre rate of that day is %(rate)s: what is above it would be wage."), rate=rate)
    return None


def look_alikes(claim: Invoice) -> list[Invoice]:
    """Other claims of the same payee that are alive: on the same ground, of the same reference, or day and amount."""
    same = [column == value for column, value in (
        (Invoice.assignment_id, claim.assignment_id), (Invoice.meeting_id, claim.meeting_id),
        (Invoice.session_id, claim.session_id), (Invoice.reference, claim.reference or None)) if value is not None]
    alike = sa.or_(*same, sa.and_(Invoice.worked_on == claim.worked_on, Invoice.total == total(claim)))
    return list(db.session.scalars(sa.select(Invoice).where(
        Invoice.payee_id == claim.payee_id, Invoice.id != claim.id, Invoice.status.not_in(ENDED), alike,
    ).order_by(Invoice.id)))


def likeness(alike: list[Invoice], unseen: int = 0) -> Sentence:
    """The like claims by their numbers; of those that the reader may not see, only how many there are."""
    if not alike:
        return Sentence(N_("The payee has a like claim already, which is not at finance: ask the coordinator."))
    numbers = ", ".join(other.number for other in alike) + (f" +{unseen}" if unseen else "")
    return Sentence(N_("The payee has a like claim already: %(numbers)s. Say why this is another one."),
                    numbers=numbers)


def paid_persons(claim: Invoice) -> set[int]:
    """The persons with accounts whom the claim pays: the payee's, and the expert's who did the work."""
    experts = [claim.payee.expert, claim.assignment.expert if claim.assignment else None]
    return {expert.person_id for expert in experts if expert is not None and expert.person_id is not None}
