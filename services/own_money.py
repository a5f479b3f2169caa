"""What an expert with an account does about own money: claims a fee and costs, takes a claim back, sees payments."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa

from models import Assignment, BatchItem, Expert, Invoice, Payee, PaymentBatch, db
from rules.errors import DomainError
from rules.permissions import Actor
from rules.states import ClaimStatus
from rules.wording import N_, Sentence
from services.claim_entry import CLAIMABLE, FOR_COMPANION, enter_claim, payee_of
from services.claim_sums import payment_day
from services.claims import EDITABLE
from services.receipts import WORDS
from services.transitions import lock, step
from services.verbs import Input, Upload, verb

GONE = (ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)
SHOWN = 12
"""So many of the newest payments stand on the expert's own page; the list of claims has all."""


def unclaimed() -> sa.ColumnElement[bool]:
    """Assignments for which something may be claimed and nothing is claimed."""
    return sa.and_(Assignment.status.in_(CLAIMABLE), sa.not_(Assignment.claims.any(Invoice.status.not_in(GONE))))


def to_claim() -> sa.ColumnElement[bool]:
    """Of these, what is reminded of: where no fee is taken, costs may be claimed and nobody asks for it."""
    return sa.and_(unclaimed(), Assignment.without_fee.is_(None))


def _may_claim(assignment: Assignment, _today: date) -> bool:
    return assignment.status in CLAIMABLE and all(claim.status in GONE for claim in assignment.claims)


@verb(Assignment, "claim_own", N_("Claim my fee and costs"), possible=_may_claim, explains=N_(
    "The fee is the one that was agreed. The coordinator checks the claim, finance pays it, and you see how far it is. "
    "Leave empty what you did not have."))
def claim_own(assignment: Assignment, actor: Actor, today: date, *,  # noqa: PLR0913 - one input for each line of it
              hours: Annotated[Decimal | None, Input(
                  N_("Hours"), help=N_("Needed when the fee was agreed by the hour."))] = None,
              kilometres: Annotated[Decimal | None, Input(
                  N_("Kilometres"), help=N_("With your own car, there and back."))] = None,
              meals: Annotated[Decimal | None, Input(N_("Meals"))] = None,
              other: Annotated[Decimal | None, Input(
                  N_("Other costs"), help=N_("For example bus or train tickets, euros in all."))] = None,
              other_for: Annotated[str, Input(N_("What for"))] = "",
              companion: Annotated[Decimal | None, Input(N_("A companion's costs"), help=N_(
                  "If somebody came along with you: their tickets, for example, euros in all. "
                  "They are paid back to you and are not your pay."))] = None,
              companion_for: Annotated[str, FOR_COMPANION] = "",
              receipts: Annotated[list[Upload] | None, WORDS] = None,
              requested_month: Annotated[date | None, Input(N_("Payment wished not before"), help=N_(
                  "If the month of payment matters, for example for benefits."))] = None) -> Invoice:
    """The expert's own claim, handed in. Refused while there is nowhere to pay to."""
    if payee_of(assignment.expert_id) is None:
        raise DomainError(N_("Your payment details are not here yet. Ask the coordinator for them first."))
    lock(assignment)  # of two clicks the second finds the claim of the first
    if db.session.scalar(sa.select(Assignment.id).where(Assignment.id == assignment.id, unclaimed())) is None:
        raise DomainError(N_("A claim for this has been handed in already."))
    claim: Invoice = enter_claim(assignment, actor, today, hours=hours, kilometres=kilometres, meals=meals, other=other,
                                 other_for=other_for, companion=companion, companion_for=companion_for,
                                 receipts=receipts, requested_month=requested_month)
    return claim


@verb(Invoice, "take_back", N_("Take the claim back"), possible=lambda claim, _today: claim.status in EDITABLE,
      explains=N_("Nothing is paid by it. You can claim anew afterwards."))
def take_back(claim: Invoice, actor: Actor, _today: date) -> None:
    """The expert's own claim is withdrawn, as long as nobody has checked it."""
    lock(claim)
    if claim.status not in EDITABLE:
        raise DomainError(N_("The claim has been checked already. Ask the coordinator."))
    step(claim, "withdraw", actor, follows=True)


def payments_of(expert: Expert, today: date) -> list[tuple[Invoice, Sentence]]:
    """The newest own claims, each with the day on which it was paid or how far it is."""
    claims = db.session.scalars(sa.select(Invoice).where(_of(expert), Invoice.status.not_in(GONE))
                                .order_by(Invoice.worked_on.desc(), Invoice.id.desc()).limit(SHOWN))
    return [(claim, _when(claim, today)) for claim in claims]


def paid_in(expert: Expert, year: int) -> Decimal:
    """Euros paid to the expert within the calendar year."""
    days = Invoice.paid_on.between(date(year, 1, 1), date(year, 12, 31))
    return sum(db.session.scalars(sa.select(Invoice.total).where(_of(expert), days)), Decimal(0))


def _when(claim: Invoice, today: date) -> Sentence:
    if claim.paid_on is not None:
        return Sentence(N_("Paid on %(day)s"), day=claim.paid_on)
    if claim.status is ClaimStatus.DRAFT:
        return Sentence(N_("Not handed in yet."))
    if claim.status is ClaimStatus.RETURNED:
        return Sentence(N_("The payment came back: finance finds out why."))
    if (day := _day_of_batch(claim)) is not None:
        return Sentence(N_("On its way to the bank, paid on %(day)s."), day=day)
    return payment_day(claim, today) or Sentence(N_("On its way to the bank."))


def _day_of_batch(claim: Invoice) -> date | None:
    """The payment date of the batch in which the claim is now."""
    return db.session.scalar(sa.select(PaymentBatch.payment_date).join(BatchItem, BatchItem.batch_id == PaymentBatch.id)
                             .where(BatchItem.invoice_id == claim.id, BatchItem.live))


def _of(expert: Expert) -> sa.ColumnElement[bool]:
    return Invoice.payee.has(Payee.expert_id == expert.id)
