"""What a claim asks for beside what was agreed, line by line, and when it would be paid. Changes nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from models import Invoice, PaymentBatch, db
from rules.choices import LineKind
from rules.money import number_text
from rules.states import BatchStatus, ClaimStatus
from rules.wording import N_, Sentence
from services.claim_facts import COSTS_ONLY, differs, fee_of, hourly_price, hours_of, is_unearned
from services.rates import group_fees, kilometre_rate

BEFORE_BATCH = (ClaimStatus.DRAFT, ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED)


@dataclass(frozen=True)
class Beside:
    """One kind of line: what is claimed, what was agreed or is allowed, and whether they differ."""

    kind: LineKind
    claimed: Decimal
    agreed: Sentence
    marked: bool


def beside(claim: Invoice) -> list[Beside]:
    """A row for each kind of line that the claim has, the fee always."""
    rows = [Beside(LineKind.FEE, fee_of(claim), _agreed_fee(claim), differs(claim) or is_unearned(claim))]
    for kind in (LineKind.KILOMETRES, LineKind.MEAL, LineKind.OTHER, LineKind.COMPANION):
        lines = [line for line in claim.lines if line.kind is kind]
        if lines:
            claimed = sum((line.amount for line in lines), Decimal(0))
            rows.append(Beside(kind, claimed, *_allowed(claim, kind)))
    return rows


def _agreed_fee(claim: Invoice) -> Sentence:
    part = claim.assignment
    if part is None:
        fees = group_fees(claim.worked_on) if claim.meeting_id is not None else []
        return Sentence(N_("%(low)s to %(high)s by the rates of that day"), low=min(fees), high=max(fees)) \
            if fees else Sentence(N_("no fee agreed"))
    if part.status in COSTS_ONLY:
        return Sentence(N_("no fee: the event was not held for this expert"))
    if part.without_fee is not None:
        return Sentence(N_("no fee: %(how)s"), how=Sentence(part.without_fee.label))
    if (price := hourly_price(part)) is not None:
        return Sentence(N_("%(price)s an hour, %(hours)s hours claimed"), price=price,
                        hours=number_text(hours_of(claim) or 0))
    return Sentence(N_("no fee agreed")) if part.agreed_fee is None else Sentence(
        N_("%(fee)s agreed"), fee=part.agreed_fee)


def _allowed(claim: Invoice, kind: LineKind) -> tuple[Sentence, bool]:
    """What is allowed for a kind of cost, and whether the claim goes beyond it or has no receipt for it."""
    if kind is LineKind.KILOMETRES:
        rate = kilometre_rate(claim.worked_on)
        if rate is None:
            return Sentence(N_("no kilometre rate is in force on that day")), True
        prices = [line.unit_price for line in claim.lines if line.kind is kind]
        return Sentence(N_("%(rate)s a kilometre at most"), rate=rate), max(prices) > rate
    if kind is LineKind.MEAL:
        return Sentence(N_("by the meal allowance")), False
    if kind is LineKind.COMPANION and claim.assignment is not None and not claim.assignment.companion_agreed:
        return Sentence(N_("no companion was agreed on")), True
    return (Sentence(N_("by receipt")), False) if claim.receipts else (Sentence(N_("no receipt")), True)


def payment_day(claim: Invoice, today: date) -> Sentence | None:
    """When the claim would be paid at the earliest; None once it is in a batch or will not be paid."""
    if claim.status not in BEFORE_BATCH:
        return None
    earliest = max(today, claim.requested_month or today)
    found = db.session.scalar(sa.select(sa.func.min(PaymentBatch.payment_date)).where(
        PaymentBatch.status == BatchStatus.DRAFT, PaymentBatch.payment_date >= earliest))
    if found is not None:
        return Sentence(N_("Paid on %(day)s, if it is approved before that batch is closed."), day=found)
    if claim.requested_month and claim.requested_month > today:
        return Sentence(N_("Paid on %(day)s at the earliest, as was wished."), day=claim.requested_month)
    return Sentence(N_("The payment date is not known yet: finance has begun no batch."))
