"""What the page of a payment batch shows: what to look at, its payments page by page, the claims that wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import ngettext
from sqlalchemy.orm import joinedload, selectinload

from admin_views.fields import DateField
from models import BatchItem, Invoice, InvoiceLine, PaymentBatch, db
from models.numbers import mask_iban
from rules.choices import BatchKind
from rules.permissions import Actor, may_run
from rules.states import BatchStatus, ItemStatus
from rules.wording import N_, Sentence
from services import verbs
from services.batch_warnings import notes_of, warnings_of
from services.rates import asked_once
from services.waiting_claims import Wanted, cost_centres_waiting, waiting_claims, waiting_count
from services.withholding import net_pay_allowed

PAGE = 100
"""Payments on one page."""

NAMED = 20
"""Warnings named one by one above the payments; the others stand beside their payments, which come first."""

BEFORE_FILES = (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED)
"""While something can still be done about it, the page says what to look at."""

PLACES = {state: place for place, state in enumerate((
    ItemStatus.REJECTED, ItemStatus.RETURNED, ItemStatus.PENDING, ItemStatus.ACCEPTED, ItemStatus.PAID,
    ItemStatus.REMOVED))}
"""What went wrong comes first, what was taken out last."""


@dataclass(frozen=True)
class Line:
    """One payment with its masked account, what to look at in it, and what can be done to it now."""

    item: BatchItem
    account: str
    warnings: Sequence[Sentence]
    steps: Sequence[verbs.Verb]


@dataclass(frozen=True)
class Lines:
    """One page of the payments, and where it stands among the pages."""

    rows: Sequence[Line]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Choosing:
    """The claims that wait for a draft: what was looked for, the first of what was found, how many there are."""

    wanted: Wanted
    claims: Sequence[Invoice]
    count: int
    cost_centres: Sequence[str]


def looked_over(batch: PaymentBatch, actor: Actor, today: date, page: int) -> tuple[list[Sentence | str], Lines]:
    """What to look at, and one page of the payments with what needs a look first."""
    if batch.status not in BEFORE_FILES:
        return [], _lines(batch, actor, today, page, {})
    items = list(db.session.scalars(_payments(batch).where(BatchItem.live)))
    with asked_once():
        warnings = {item.id: list(warnings_of(item, today)) for item in items}
    own = [Sentence(N_("%(claim)s, %(name)s: %(what)s"), claim=item.invoice.number, name=item.payee_name, what=what)
           for item in items for what in warnings[item.id]]
    notes: list[Sentence | str] = [*notes_of(items), *own[:NAMED]]
    if len(own) > NAMED:
        notes.append(ngettext("%(num)s more warning stands beside its payment below.",
                              "%(num)s more warnings stand beside their payments below.", len(own) - NAMED))
    return notes, _lines(batch, actor, today, page, warnings)


def _payments(batch: PaymentBatch) -> sa.Select[tuple[BatchItem]]:
    return sa.select(BatchItem).where(BatchItem.batch_id == batch.id).options(
        joinedload(BatchItem.batch),
        joinedload(BatchItem.invoice).options(
            joinedload(Invoice.payee), joinedload(Invoice.assignment),
            selectinload(Invoice.lines).joinedload(InvoiceLine.income_type)))


def _lines(batch: PaymentBatch, actor: Actor, today: date, page: int,
           warnings: Mapping[int, Sequence[Sentence]]) -> Lines:
    rows = db.session.execute(sa.select(BatchItem.id, BatchItem.status, BatchItem.line_no).where(
        BatchItem.batch_id == batch.id)).all()
    ordered = [row.id for row in sorted(rows, key=lambda row: (
        PLACES[row.status], not warnings.get(row.id), row.line_no or 0, row.id))]
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(max(page, 1), pages)
    chosen = ordered[(page - 1) * PAGE:page * PAGE]
    found = {item.id: item for item in db.session.scalars(_payments(batch).where(BatchItem.id.in_(chosen)))}
    return Lines([_line(found[number], actor, today, warnings.get(number, ())) for number in chosen], page, pages,
                 len(ordered))


def _line(item: BatchItem, actor: Actor, today: date, warnings: Sequence[Sentence]) -> Line:
    return Line(item, mask_iban(item.iban) if item.iban else "", warnings, verbs.possible_now(item, actor, today))


def choosing(batch: PaymentBatch, actor: Actor, asked: Mapping[str, str]) -> Choosing | None:
    """The claims to choose from, by what the address asks; None where claims are not added."""
    if batch.status is not BatchStatus.DRAFT or not may_run(actor.role, "Invoice", "batch"):
        return None
    wanted = wanted_of(batch, asked)
    return Choosing(wanted, waiting_claims(batch.kind, wanted), waiting_count(batch.kind, wanted),
                    cost_centres_waiting(batch.kind, private_too=wanted.private_too))


def wanted_of(batch: PaymentBatch, asked: Mapping[str, str]) -> Wanted:
    """What to look for among what ``batch`` may pay; a date that cannot be read looks for nothing."""
    try:
        until = DateField.read(DateField.__new__(DateField), asked.get("until", "").strip())
    except ValueError:
        until = None
    return Wanted(words=asked.get("words", "").strip()[:80], cost_centre=asked.get("centre", "").strip()[:40],
                  until=until, private_too=batch.kind is BatchKind.SEPA and net_pay_allowed(batch.payment_date))
