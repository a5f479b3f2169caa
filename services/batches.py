"""Payment batches: gathered, sealed, approved by another person, made into files once, delivered."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models import BatchItem, Invoice, InvoiceLine, Payee, PaymentBatch, User, db
from rules.bank_days import bank_day_from
from rules.batch_seal import BatchFacts, BatchLine, content_hash
from rules.choices import BatchKind
from rules.errors import BadInput, DomainError, NotAllowed
from rules.payment_ids import end_to_end_id
from rules.permissions import Actor, may_run
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from rules.wording import N_
from services.batch_items import OF_PAYEE, changed_since, copy_claim, end_items, has_waiting, persons_paid
from services.batch_reading import AnyItem, ReadItem, read_payments
from services.export_profiles import check_codes, check_profile, choose_profile, hash_of
from services.large_batches import searching_no_garbage
from services.numbers import next_number
from services.payees import check_payable
from services.saving import on_edit, on_save
from services.transitions import held, lock, step, step_all
from services.verbs import Input, Note, verb
from services.withholding import tax_known

B, I = BatchStatus, ItemStatus  # noqa: E741 - as in the table of states
AT_ONCE = 500
"""Payments read together."""


@on_save(PaymentBatch)
def prepare_batch(batch: PaymentBatch, actor: Actor, today: date, is_new: bool) -> None:
    """A number, a maker, a banking day to come, the account or profile of its kind; changed only while a draft."""
    batch.kind = batch.kind or BatchKind.PAYROLL
    _check_day(batch.payment_date, today)
    _check_account(batch)
    choose_profile(batch)
    if not is_new and _turned(batch):
        raise BadInput(N_("Take the claims out first: they were gathered for the other way of paying."), field="kind")
    if is_new:
        batch.number = next_number(PaymentBatch.number, f"KA{today.year}B", 4)
        batch.created_by = db.session.get_one(User, actor.user_id)


@on_edit(PaymentBatch)
def is_sealed(batch: PaymentBatch) -> str:
    """Why a batch is not edited; "" while it is a draft."""
    return "" if batch.status is B.DRAFT else N_("A sealed batch is not edited: return it to draft first.")


def _check_day(day: date, today: date) -> None:
    if day < today:
        raise BadInput(N_("The payment date is past."), field="payment_date")
    if bank_day_from(day) != day:
        raise BadInput(N_("Banks do not pay on this day: the next banking day is %(day)s."), field="payment_date",
                       day=bank_day_from(day))


def _check_account(batch: PaymentBatch) -> None:
    account = batch.paying_account
    if batch.kind is BatchKind.SEPA and account is None:
        raise BadInput(N_("Choose the account that the bank pays from."), field="paying_account")
    if batch.kind is BatchKind.PAYROLL and account is not None:
        raise BadInput(N_("Payroll pays from an account of its own: leave this empty."), field="paying_account")
    if account is not None and not account.active:
        raise BadInput(N_("This account is no longer in use."), field="paying_account")


def _turned(batch: PaymentBatch) -> bool:
    """Whether the kind or the account is another one than the claims were gathered for."""
    changed = any(sa.inspect(batch).attrs[name].history.has_changes() for name in ("kind", "paying_account"))
    return changed and db.session.scalar(
        sa.select(BatchItem.id).where(BatchItem.batch_id == batch.id, BatchItem.live).limit(1)) is not None


@searching_no_garbage()
def add_claims(batch: PaymentBatch, numbers: Iterable[int], actor: Actor) -> int:
    """Put approved claims into a draft batch; how many. What another one is batching just now is left to them.

    DomainError when none of them is free any more, or names a claim that cannot be paid: then none is added.
    """
    if not may_run(actor.role, "Invoice", "batch"):
        raise NotAllowed
    lock(batch)
    if batch.status is not B.DRAFT:
        raise DomainError(N_("Claims are added to a draft only."))
    wanted = sorted(set(numbers))
    if not wanted:
        raise BadInput(N_("Choose at least one claim."), field="claims")
    claims = db.session.scalars(
        sa.select(Invoice).where(Invoice.id.in_(wanted), Invoice.status == ClaimStatus.APPROVED).order_by(Invoice.id)
        .options(joinedload(Invoice.payee), joinedload(Invoice.assignment), joinedload(Invoice.approved_by),
                 selectinload(Invoice.lines).joinedload(InvoiceLine.income_type))
        .with_for_update(skip_locked=True, of=Invoice).execution_options(populate_existing=True)).all()
    if not claims:
        raise DomainError(N_("These claims are already in another batch, or no longer approved."))
    with held(claims), tax_known(batch, claims):
        with db.session.no_autoflush:
            for claim in claims:
                item = BatchItem(batch=batch, invoice=claim)
                copy_claim(item)
                db.session.add(item)
            step_all(claims, "batch", actor, follows=True)
        db.session.flush()
    return len(claims)


def live_items(batch: PaymentBatch) -> list[BatchItem]:
    return [item for item in batch.items if item.live]


def read_anew(batch: PaymentBatch) -> Iterator[BatchItem]:
    """The live payments with their claims and payees as the database has them at this moment, in few queries.

    They come in parts, so that whoever keeps none of them never has all of a large batch at hand.
    """
    db.session.flush()
    yield from db.session.scalars(
        sa.select(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.live)
        .order_by(BatchItem.line_no, BatchItem.id).execution_options(populate_existing=True, yield_per=AT_ONCE).options(
            joinedload(BatchItem.invoice).options(
                joinedload(Invoice.payee).options(
                    joinedload(Payee.iban_changed_by), joinedload(Payee.iban_confirmed_by)),
                joinedload(Invoice.assignment), joinedload(Invoice.approved_by),
                selectinload(Invoice.lines).joinedload(InvoiceLine.income_type))))


def line_of(item: AnyItem, warnings: tuple[str, ...] = ()) -> BatchLine:
    """The item as the files and the seal have it. Of a person's name the last word is the surname; a firm has one."""
    first, _, last = item.payee_name.rpartition(" ") if item.identity_code else ("", "", item.payee_name)
    return BatchLine(
        line_no=item.line_no or 0, end_to_end_id=item.end_to_end_id or "", claim_number=item.invoice.number,
        payee_name=item.payee_name, last_name=last, first_name=first, iban=item.iban or "",
        identity_code=item.identity_code or "", income_type=item.income_type, work_from=item.worked_on,
        work_to=item.worked_on, hours=item.hours, fee=item.fee, km=item.kilometres, km_amount=item.kilometre_amount,
        other=item.other, companion=item.companion, taxed=item.taxed, tax_percent=item.tax_percent,
        taxed_over=item.taxed_over, tax_over_percent=item.tax_over_percent, tax=item.tax, total=item.amount,
        cost_centre=item.cost_centre, project=item.project, reference=item.reference, text=item.text,
        claim_approver=item.approver, warnings=warnings)


def facts_of(batch: PaymentBatch) -> BatchFacts:
    return BatchFacts(number=batch.number, kind=batch.kind.value, payment_date=batch.payment_date,
                      payer_account=batch.paying_account.iban if batch.paying_account else "",
                      profile=batch.profile_hash)


def seal_of(batch: PaymentBatch) -> str:
    """SHA-256 over what an approval binds to, as it stands now."""
    return content_hash(facts_of(batch), [line_of(item) for item in live_items(batch)])


@verb(PaymentBatch, "submit", explains=N_(
    "The payees and amounts are copied and sealed. Somebody else approves exactly this content."))
@searching_no_garbage()
def submit(batch: PaymentBatch, actor: Actor, today: date) -> None:
    """Copy payees and amounts into the items, number the lines, seal."""
    lock(batch)
    batch.lifecycle.target(batch.status, "submit")
    items = list(read_anew(batch))
    if not items:
        raise DomainError(N_("The batch is empty: add claims first."))
    if batch.payment_date < today:
        raise DomainError(N_("The payment date is past: edit it first."))
    with tax_known(batch):
        for item in items:
            copy_claim(item)
    check_payable((item.invoice for item in items), batch.payment_date)
    number_lines(batch, items)
    batch.profile_hash = hash_of(batch)
    check_profile(batch)
    db.session.flush()
    lines = [line_of(item) for item in items]
    check_codes(batch, lines)
    seal = content_hash(facts_of(batch), lines)
    step(batch, "submit", actor)
    batch.submitted_by_id, batch.content_hash = actor.user_id, seal


def number_lines(batch: PaymentBatch, items: list[BatchItem]) -> None:
    """Line numbers go on from the highest ever given in the batch: a payment id is never used twice."""
    last = db.session.scalar(sa.select(sa.func.max(BatchItem.line_no)).where(BatchItem.batch_id == batch.id)) or 0
    for place, item in enumerate(items, last + 1):
        item.line_no, item.end_to_end_id = place, end_to_end_id(batch.number, place)


@searching_no_garbage()
def unchanged_lines(batch: PaymentBatch, written: Callable[[ReadItem], BatchLine] = line_of) -> list[BatchLine]:
    """The lines, when claims and payees are still what was sealed; a sentence names the one that is not."""
    check_profile(batch)
    lines = []
    with tax_known(batch):
        for item in read_payments(batch):
            _check_item(item)
            lines.append(written(item))
    if content_hash(facts_of(batch), lines) != batch.content_hash:
        raise DomainError(N_("The content is not what was sealed: return the batch to draft."))
    return lines


def _check_item(item: ReadItem) -> None:
    changed = changed_since(item)
    if changed.intersection(OF_PAYEE):
        raise DomainError(N_("The payee of %(number)s has changed since: return the batch to draft."),
                          number=item.invoice.number)
    if changed or item.invoice.status is not ClaimStatus.BATCHED:
        raise DomainError(N_("The claim %(number)s has changed since: return the batch to draft."),
                          number=item.invoice.number)


def _person(user_id: int | None) -> int | None:
    user = db.session.get(User, user_id) if user_id else None
    return user.person_id if user else None


@verb(PaymentBatch, "approve", explains=N_(
    "You approve exactly the sealed content. The approver is neither the maker nor anybody who is paid."))
def approve(batch: PaymentBatch, actor: Actor, today: date) -> None:
    """Another person than maker, submitter and every payee, whatever role or account they act in."""
    lock(batch)
    batch.lifecycle.target(batch.status, "approve")
    if actor.person_id in {_person(batch.created_by_id), _person(batch.submitted_by_id)}:
        raise DomainError(N_("Somebody else than the maker and the submitter approves a batch."))
    if actor.person_id in persons_paid(batch):
        raise DomainError(N_("You are paid in this batch: somebody else approves it."))
    if batch.payment_date < today:
        raise DomainError(N_("The payment date is past: return the batch to draft and edit it."))
    unchanged_lines(batch)
    step(batch, "approve", actor)
    batch.approved_by_id, batch.approved_at = actor.user_id, datetime.now(UTC)
    batch.approved_hash = batch.content_hash


@verb(PaymentBatch, "refuse", explains=N_("The seal is broken and the batch can be changed again."))
def refuse(batch: PaymentBatch, actor: Actor, _today: date, *, note: Note = "") -> None:
    """Break the seal and forget who submitted and approved. Payment ids that were given stay given, and unused."""
    step(batch, "refuse", actor, note)
    batch.submitted_by_id = batch.approved_by_id = batch.approved_at = None
    batch.content_hash = batch.approved_hash = batch.profile_hash = ""


@verb(PaymentBatch, "send")
def send(batch: PaymentBatch, actor: Actor, today: date, *,
         on: Annotated[date | None, Input(N_("Delivered on"), help=N_("Empty: today."))] = None,
         way: Annotated[str, Input(N_("Delivered by way of"))] = "",
         receipt: Annotated[str, Input(N_("Receipt number"))] = "") -> None:
    """The files were handed to payroll or the bank: when, how, with which receipt."""
    if on and on > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    step(batch, "send", actor)
    batch.sent_on, batch.sent_by_way_of, batch.receipt = on or today, way[:120], receipt[:120]


@verb(PaymentBatch, "cancel", explains=N_(
    "The claims become free for another batch. Once files are made, only the approver can cancel."))
@searching_no_garbage()
def cancel(batch: PaymentBatch, actor: Actor, today: date, *, note: Note = "",
           not_sent: Annotated[bool, Input(N_("The files have not been sent"), help=N_(
               "Needed once files are made."))] = False) -> None:
    """Cancel before delivery; with files made, the approver vouches that they were not sent."""
    lock(batch)
    if batch.status is B.GENERATED:
        if actor.person_id != _person(batch.approved_by_id):
            raise DomainError(N_("Files are made: only the approver can cancel the batch."))
        if not not_sent:
            raise BadInput(N_("Confirm that the files have not been sent."), field="not_sent")
    step(batch, "cancel", actor, note)
    batch.cancel_reason = note[:400]
    end_items(live_items(batch), "remove", actor, today)


@verb(PaymentBatch, "close", possible=lambda batch, _today: not has_waiting(batch))
def close(batch: PaymentBatch, actor: Actor, _today: date) -> None:
    """Close when the outcome of every payment is known."""
    if has_waiting(batch):
        raise DomainError(N_("Some payments have no outcome yet."))
    step(batch, "close", actor)
