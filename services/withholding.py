"""Tax withheld from private persons who are paid by the bank: whether that is allowed, by which card, after how much.

Reads only. What payroll pays is withheld by payroll and has no tax here, but counts in what was earned in the year.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models import BatchItem, IncomeType, Invoice, NetPay, Payee, PaymentBatch, User, WithholdingRate, db
from rules.choices import BatchKind, LineKind, PayeeKind, PaymentKind
from rules.errors import BadInput, DomainError
from rules.payee_needs import card_holds
from rules.payment_routes import WRONG_WAY, may_go
from rules.permissions import Actor
from rules.states import BatchStatus
from rules.withholding import Card, Withheld, withhold
from rules.wording import N_
from services.batch_reading import AnyClaim, AnyItem, ReadType
from services.rates import rate_of
from services.saving import on_save

OF_TAX = {"taxed": "taxed", "percent": "tax_percent", "over": "taxed_over", "over_percent": "tax_over_percent",
          "tax": "tax"}
"""What is withheld, by its names in the rule and on a payment."""


@dataclass(frozen=True)
class Earning:
    """Wage of one payment, by payment date."""

    on: date
    item_id: int
    euros: Decimal


@dataclass(frozen=True)
class Known:
    """What is asked of the database once for a batch: the decision, the rate without a card, the year's earnings."""

    net_pay: bool
    without_card: Decimal | None
    earnings: dict[int, list[Earning]]


NOTHING_WITHHELD = Withheld()
NOT_PAID = (BatchStatus.DRAFT, BatchStatus.CANCELLED)
KNOWN: ContextVar[Known | None] = ContextVar("known", default=None)


@on_save(NetPay)
def prepare_decision(decision: NetPay, actor: Actor, today: date, is_new: bool) -> None:
    """A decision is of days to come, says who recorded it, and is not edited once its day has come."""
    day = decision.valid_from  # read first: what is not loaded has no history
    before = None if is_new else next(iter(sa.inspect(decision).attrs.valid_from.history.non_added()), None)
    if before is not None and before <= today:
        raise DomainError(N_("A decision in force stays as it was made: record a new one."))
    if day < today:
        raise BadInput(N_("This day is past: a decision is of days to come."), field="valid_from")
    if is_new and actor.user_id is not None:
        decision.decided_by = db.session.get_one(User, actor.user_id)


@on_save(WithholdingRate)
def prepare_rate(rate: WithholdingRate, _actor: Actor, _today: date, _is_new: bool) -> None:
    """A rate is a share of a hundred."""
    if not 0 <= rate.percent <= 100:
        raise BadInput(N_("A tax rate is between 0 and 100."), field="percent")


def net_pay_allowed(day: date) -> bool:
    """Whether private persons may be paid net by the bank on ``day``."""
    newest = sa.select(NetPay.allowed).where(NetPay.valid_from <= day).order_by(NetPay.valid_from.desc()).limit(1)
    return bool(db.session.scalar(newest))


@contextmanager
def tax_known(batch: PaymentBatch, claims: Iterable[Invoice] = ()) -> Iterator[None]:
    """Inside, the withholding of the batch's payments, and of ``claims`` to be added, asks the database nothing."""
    token = KNOWN.set(_known(batch, {claim.payee_id for claim in claims}) if batch.kind is BatchKind.SEPA else None)
    try:
        yield
    finally:
        KNOWN.reset(token)


def _known(batch: PaymentBatch, more: Iterable[int] = ()) -> Known:
    day = batch.payment_date
    rate = rate_of(WithholdingRate, day)
    allowed = net_pay_allowed(day)
    return Known(allowed, rate.percent if rate else None, _earnings(batch, more) if allowed else {})


def _earnings(batch: PaymentBatch, more: Iterable[int]) -> dict[int, list[Earning]]:
    """Of the batch's private payees and ``more``: wages of the year to its payment date, its own payments too."""
    in_batch = sa.select(Invoice.payee_id).join(BatchItem, BatchItem.invoice_id == Invoice.id).where(
        BatchItem.batch_id == batch.id, BatchItem.live)
    counted = sa.or_(PaymentBatch.id == batch.id, PaymentBatch.status.not_in(NOT_PAID))
    wage = sa.case((PaymentBatch.kind == BatchKind.SEPA, BatchItem.taxed), else_=BatchItem.fee)
    rows = db.session.execute(
        sa.select(Invoice.payee_id, PaymentBatch.payment_date, BatchItem.id, sa.type_coerce(wage, BatchItem.fee.type))
        .select_from(BatchItem).join(BatchItem.batch).join(Invoice, Invoice.id == BatchItem.invoice_id)
        .join(Invoice.payee)
        .where(BatchItem.live, counted, Payee.kind == PayeeKind.PRIVATE,
               sa.or_(Invoice.payee_id.in_(in_batch), Invoice.payee_id.in_(sorted(more))),
               PaymentBatch.payment_date.between(date(batch.payment_date.year, 1, 1), batch.payment_date)))
    found: dict[int, list[Earning]] = {}
    for payee, *earning in rows:
        found.setdefault(payee, []).append(Earning(*earning))
    return found


def check_way(claim: AnyClaim, batch: PaymentBatch) -> None:
    """DomainError when the claim's payee is not paid by such a batch."""
    private_to_bank = claim.payee.kind is PayeeKind.PRIVATE and batch.kind is BatchKind.SEPA
    known = KNOWN.get()
    net_pay = private_to_bank and (known.net_pay if known else net_pay_allowed(batch.payment_date))
    if not may_go(claim.payee.kind, batch.kind, net_pay=net_pay):
        raise DomainError(WRONG_WAY[BatchKind(batch.kind)], number=claim.number)


def tax_of(item: AnyItem) -> dict[str, Any]:
    """What is withheld of the payment, by the names of its columns. DomainError where no rate is in force."""
    withheld = NOTHING_WITHHELD
    if item.batch.kind is BatchKind.SEPA and item.invoice.payee.kind is PayeeKind.PRIVATE:
        withheld = _withheld(item, KNOWN.get() or _known(item.batch, [item.invoice.payee_id]))
    return {column: getattr(withheld, name) for name, column in OF_TAX.items()}


def _withheld(item: AnyItem, known: Known) -> Withheld:
    payee, day, wage = item.invoice.payee, item.batch.payment_date, wage_of(item.invoice)
    if not wage:
        return Withheld()
    if payee.tax_percent is not None and card_holds(payee.tax_card_year, payee.tax_card_from, day):
        card = Card(payee.tax_percent, payee.tax_income_limit, payee.tax_additional_percent)
        since = max(payee.tax_card_from or date.min, date(day.year, 1, 1))
        return withhold(wage, card, _earned_before(item, known, since))
    if known.without_card is None:
        raise DomainError(N_("%(number)s: no withholding rate is in force on %(day)s: add it to the rates first."),
                          number=item.invoice.number, day=day)
    return withhold(wage, Card(known.without_card))


def wage_of(claim: AnyClaim) -> Decimal:
    """Euros of the claim that tax is withheld of: its fees, and whatever finance treats as anything but a refund.

    A companion's costs are never among them, whatever their income type.
    """
    return sum((line.amount for line in claim.lines if line.kind is not LineKind.COMPANION and (
        is_wage(line.income_type) if line.income_type else line.kind is LineKind.FEE)), Decimal(0))


def is_wage(income_type: IncomeType | ReadType) -> bool:
    """Whether what is paid by it is anything but a refund."""
    return income_type.payment_kind is not PaymentKind.REIMBURSEMENT


def _earned_before(item: AnyItem, known: Known, since: date) -> Decimal:
    """Wages of the card's time before this payment: of earlier days, and of this day those numbered before it."""
    day = item.batch.payment_date
    return sum((one.euros for one in known.earnings.get(item.invoice.payee_id, ()) if (
        since <= one.on and one.item_id != item.id
        and (one.on < day or item.id is None or one.item_id < item.id))), Decimal(0))
