"""Payments of a batch: what is copied of the claim, and what became of each."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa

from models import Assignment, BatchItem, Expert, Invoice, Payee, PaymentBatch, db
from rules.choices import LineKind
from rules.errors import BadInput, DomainError, NotAllowed
from rules.permissions import Actor, may_run
from rules.states import BatchStatus, ItemStatus
from rules.wording import N_
from services.bank_payments import words_for_the_bank
from services.batch_reading import AnyItem
from services.claim_facts import fee_lines, fee_of, hours_of, sum_of, total
from services.incomes_reports import is_reported
from services.large_batches import searching_no_garbage
from services.transitions import held, lock, lock_all, step_all
from services.verbs import Input, Note, verb
from services.withholding import OF_TAX, check_way, tax_of

CLAIM_FOLLOWS = {"pay": "settle", "reject": "bounce", "return": "bounce", "remove": "release"}
SENT = (BatchStatus.SENT, BatchStatus.CLOSED)
WAITING = (ItemStatus.PENDING, ItemStatus.ACCEPTED)
OF_PAYEE = ("payee_name", "iban", "identity_code")
OF_CLAIM = ("fee", "kilometres", "kilometre_amount", "other", "companion", "amount", *OF_TAX.values(), "income_type",
            "worked_on", "cost_centre", "project", "reference", "text")
"""What is paid, to whom and for what: when it changes after sealing, the seal does not hold."""


def copy_of(item: AnyItem) -> dict[str, Any]:
    """What a payment keeps of its claim and payee; DomainError names a claim that cannot be paid so as it stands."""
    claim, batch = item.invoice, item.batch
    payee, gross, fee = claim.payee, total(claim), fee_of(claim)
    check_way(claim, batch)
    if not payee.iban or not payee.official_name:
        raise DomainError(N_("%(number)s: the payee has no account number yet."), number=claim.number)
    tax = tax_of(item)
    amount = gross - tax["tax"]
    if amount <= 0:
        raise DomainError(N_("%(number)s: there is nothing to pay."), number=claim.number)
    travel = [line for line in claim.lines if line.kind is LineKind.KILOMETRES]
    driven = sum_of(claim, LineKind.KILOMETRES)
    words = words_for_the_bank(claim, batch.paying_account) if batch.paying_account else {"reference": "", "text": ""}
    codes = [line.income_type.code for line in [*fee_lines(claim), *claim.lines] if line.income_type]
    return {
        "payee_name": payee.official_name, "iban": payee.iban, "identity_code": payee.identity_code,
        "income_type": codes[0] if codes else "", "worked_on": claim.worked_on, "hours": hours_of(claim), "fee": fee,
        "kilometres": sum((line.quantity for line in travel), Decimal(0)), "kilometre_amount": driven,
        "other": gross - fee - driven, "companion": sum_of(claim, LineKind.COMPANION), **tax, "amount": amount,
        "cost_centre": claim.cost_centre, "project": claim.project,
        "approver": claim.approved_by.name if claim.approved_by else "", **words}


def copy_claim(item: BatchItem) -> None:
    """Write what is copied of the claim to ``item``."""
    for name, value in copy_of(item).items():
        setattr(item, name, value)


def changed_since(item: AnyItem) -> set[str]:
    """The names of what the claim or its payee no longer says as ``item`` has it."""
    now = copy_of(item)
    return {name for name in (*OF_PAYEE, *OF_CLAIM) if (getattr(item, name) or None) != (now[name] or None)}


def persons_paid(batch: PaymentBatch) -> set[int]:
    """The persons with accounts whom the batch pays."""
    claims = sa.select(BatchItem.invoice_id).where(BatchItem.batch_id == batch.id, BatchItem.live)
    payees = sa.select(Payee.expert_id).join(Invoice, Invoice.payee_id == Payee.id).where(Invoice.id.in_(claims))
    doers = sa.select(Assignment.expert_id).join(Invoice, Invoice.assignment_id == Assignment.id).where(
        Invoice.id.in_(claims))
    found = db.session.scalars(sa.select(Expert.person_id).where(
        Expert.person_id.is_not(None), sa.or_(Expert.id.in_(payees), Expert.id.in_(doers))))
    return {int(person) for person in found if person is not None}


def end_item(item: BatchItem, name: str, actor: Actor, day: date, note: str) -> None:
    """Take an item along ``name``; its claim follows, and what failed is not live any more.

    The day it was paid on stays when it comes back; what was reported of it by then is to be corrected.
    """
    end_items([item], name, actor, day, note)


def end_items(items: Sequence[BatchItem], name: str, actor: Actor, day: date, note: str = "") -> None:
    """``end_item`` for many payments, locked together; when one cannot, an error and none is ended."""
    step_all(items, name, actor, note, follows=True)
    with db.session.no_autoflush:
        for item in items:
            if name != "pay":
                item.live = False
            item.outcome_on, item.outcome_note = day, note[:400]
            if name == "pay":
                item.paid_on = day
            elif name == "return" and item.paid_on and is_reported(item.paid_on):
                item.correct_from = day
    claims = lock_all(Invoice, [item.invoice_id for item in items])
    with held(claims):
        step_all(claims, CLAIM_FOLLOWS[name], actor, note, follows=True)
    for claim in claims:
        claim.paid_on = day if name == "pay" else None


def _is_sent(item: BatchItem, _today: date) -> bool:
    return item.batch.status in SENT


def _check_sent(item: BatchItem, *_: object) -> None:
    if item.batch.status not in SENT:
        raise DomainError(N_("The batch has not been delivered: its payments have no outcome yet."))


def _lock_sent(item: BatchItem) -> None:
    """Hold the batch, so that it is not closed or cancelled meanwhile; DomainError unless it was delivered."""
    lock(item.batch)
    _check_sent(item)


@verb(BatchItem, "pay", possible=_is_sent, bulk=True, guard=_check_sent, loads=("batch", "invoice"))
def pay(item: BatchItem, actor: Actor, today: date, *,
        on: Annotated[date | None, Input(N_("Paid on"), help=N_("Empty: the payment date of the batch."))] = None,
        ) -> None:
    """Payroll or the bank says that it was paid."""
    day = on or min(item.batch.payment_date, today)
    if day > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    _lock_sent(item)
    end_item(item, "pay", actor, day, "")


@verb(BatchItem, "reject", possible=_is_sent, explains=N_("The claim waits until what was wrong is mended."))
def reject(item: BatchItem, actor: Actor, today: date, *, note: Note = "") -> None:
    _end_with_note(item, "reject", actor, today, note)


@verb(BatchItem, "return", possible=_is_sent, explains=N_("The claim waits until what was wrong is mended."))
def give_back(item: BatchItem, actor: Actor, today: date, *, note: Note = "") -> None:
    _end_with_note(item, "return", actor, today, note)


def _end_with_note(item: BatchItem, name: str, actor: Actor, today: date, note: str) -> None:
    if not note.strip():
        raise BadInput(N_("Write a sentence: it is kept in the history."), field="note")
    _lock_sent(item)
    end_item(item, name, actor, today, note)


def _check_draft(item: BatchItem, *_: object) -> None:
    if item.batch.status is not BatchStatus.DRAFT:
        raise DomainError(N_("Claims are taken out of a draft only."))


@verb(BatchItem, "remove", possible=lambda item, _today: item.batch.status is BatchStatus.DRAFT, bulk=True,
      guard=_check_draft, loads=("batch", "invoice"))
def remove(item: BatchItem, actor: Actor, today: date) -> None:
    """Take a claim out of a draft batch; it can go to another one."""
    lock(item.batch)
    _check_draft(item)
    end_item(item, "remove", actor, today, "")


def _check_to_correct(item: BatchItem, *_: object) -> None:
    if item.correct_from is None or item.corrected_on is not None:
        raise DomainError(N_("There is nothing to correct in the Incomes Register."))


@verb(BatchItem, "correct", N_("Mark the correction as reported"), bulk=True, guard=_check_to_correct,
      possible=lambda item, _today: item.correct_from is not None and item.corrected_on is None, explains=N_(
          "The payment came back after it was reported: the report of its payment date is corrected first."))
def correct(item: BatchItem, _actor: Actor, today: date, *,
            on: Annotated[date | None, Input(N_("Reported on"), help=N_("Empty: today."))] = None) -> None:
    """The payment's income was taken out of what the Incomes Register has."""
    lock(item)
    _check_to_correct(item)
    day = on or today
    if not (item.correct_from or today) <= day <= today:
        raise BadInput(N_("A correction is reported after the payment came back, today at the latest."), field="on")
    item.corrected_on = day


def has_waiting(batch: PaymentBatch) -> bool:
    """Whether a payment of the batch waits for its outcome."""
    return db.session.scalar(sa.select(BatchItem.id).where(
        BatchItem.batch_id == batch.id, BatchItem.status.in_(WAITING)).limit(1)) is not None


@searching_no_garbage()
def pay_all(batch: PaymentBatch, actor: Actor, today: date, day: date) -> int:
    """Mark every payment of a delivered batch that still waits as paid on ``day``; how many."""
    if not may_run(actor.role, "BatchItem", "pay"):
        raise NotAllowed
    if day > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    lock(batch)
    waiting = [item for item in batch.items if item.status in WAITING]
    if batch.status not in SENT or not waiting:
        raise DomainError(N_("No payment of this batch waits for an outcome."))
    end_items(waiting, "pay", actor, day)
    return len(waiting)
