"""Payments of a batch: what is copied of the claim, and what became of each."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from models import BatchItem, PaymentBatch
from rules.choices import LineKind
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.states import BatchStatus, ItemStatus
from rules.wording import N_
from services.claims import paid_person
from services.transitions import step
from services.verbs import Input, Note, verb

CLAIM_FOLLOWS = {"pay": "settle", "reject": "bounce", "return": "bounce", "remove": "release"}
SENT = (BatchStatus.SENT, BatchStatus.CLOSED)


def copy_claim(item: BatchItem) -> None:
    """Copy the payee and the amounts of the claim; DomainError names a claim that cannot be paid as it stands."""
    claim, payee = item.invoice, item.invoice.payee
    if not payee.iban or not payee.official_name:
        raise DomainError(N_("%(number)s: the payee has no account number yet."), number=claim.number)
    fees = [line for line in claim.lines if line.kind is LineKind.FEE]
    travel = [line for line in claim.lines if line.kind is LineKind.KILOMETRES]
    item.fee = sum((line.amount for line in fees), Decimal(0))
    item.kilometres = sum((line.quantity for line in travel), Decimal(0))
    item.kilometre_amount = sum((line.amount for line in travel), Decimal(0))
    item.amount = sum((line.amount for line in claim.lines), Decimal(0))
    item.other = item.amount - item.fee - item.kilometre_amount
    if item.amount <= 0:
        raise DomainError(N_("%(number)s: there is nothing to pay."), number=claim.number)
    kinds = [line.income_type.code for line in [*fees, *claim.lines] if line.income_type]
    item.income_type = kinds[0] if kinds else ""
    item.payee_name, item.iban, item.identity_code = payee.official_name, payee.iban, payee.identity_code
    item.worked_on, item.cost_centre, item.project = claim.worked_on, claim.cost_centre, claim.project
    item.approver = claim.approved_by.name if claim.approved_by else ""


def persons_paid(batch: PaymentBatch) -> set[int]:
    """The persons with accounts whom the batch pays."""
    return {person for item in batch.items if item.live and (person := paid_person(item.invoice.payee)) is not None}


def end_item(item: BatchItem, name: str, actor: Actor, day: date, note: str) -> None:
    """Take an item along ``name``; its claim follows, and what failed is not live any more."""
    step(item, name, actor, note, follows=True)
    if name != "pay":
        item.live = False
    item.outcome_on, item.outcome_note = day, note[:400]
    claim = item.invoice
    step(claim, CLAIM_FOLLOWS[name], actor, note, follows=True)
    claim.paid_on = day if name == "pay" else None


def _is_sent(item: BatchItem, _today: date) -> bool:
    return item.batch.status in SENT


@verb(BatchItem, "pay", possible=_is_sent)
def pay(item: BatchItem, actor: Actor, today: date, *,
        on: Annotated[date | None, Input(N_("Paid on"), help=N_("Empty: the payment date of the batch."))] = None,
        ) -> None:
    """Payroll or the bank says that it was paid."""
    day = on or min(item.batch.payment_date, today)
    if day > today:
        raise BadInput(N_("This day has not come yet."), field="on")
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
    end_item(item, name, actor, today, note)


@verb(BatchItem, "remove", possible=lambda item, _today: item.batch.status is BatchStatus.DRAFT)
def remove(item: BatchItem, actor: Actor, today: date) -> None:
    """Take a claim out of a draft batch; it can go to another one."""
    if item.batch.status is not BatchStatus.DRAFT:
        raise DomainError(N_("Claims are taken out of a draft only."))
    end_item(item, "remove", actor, today, "")


def pay_all(batch: PaymentBatch, actor: Actor, today: date, day: date) -> int:
    """Mark every payment of a delivered batch that still waits as paid on ``day``; how many."""
    if day > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    waiting = [item for item in batch.items if item.status in (ItemStatus.PENDING, ItemStatus.ACCEPTED)]
    if batch.status not in SENT or not waiting:
        raise DomainError(N_("No payment of this batch waits for an outcome."))
    for item in waiting:
        end_item(item, "pay", actor, day, "")
    return len(waiting)
