"""The making of a batch's files: once, of exactly what was approved, kept sealed."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from exports.batch_facts import BatchSheet
from exports.pain001 import bank_file
from exports.pain001_order import Payer, order_of
from exports.payment_batch import MadeFile, batch_files
from exports.payroll import Profile
from models import BatchFile, ExportProfile, PayingAccount, PaymentBatch, StatusChange, db
from models.export_profile import CONTENT
from rules.batch_seal import BatchLine
from rules.errors import DomainError
from rules.export_profiles import Written
from rules.income_register import report_deadline
from rules.permissions import Actor
from rules.wording import N_, Sentence
from services.batch_reading import ReadItem
from services.batch_warnings import warnings_of
from services.batches import facts_of, line_of, unchanged_lines
from services.large_batches import searching_no_garbage
from services.rates import asked_once
from services.transitions import lock, step
from services.verbs import verb

ZONE = ZoneInfo("Europe/Helsinki")
"""Where the instants in the files are shown."""

TRANSLATE: ContextVar[Callable[[str], str]] = ContextVar("translate", default=str)
"""How the words of the control list reach the reader's language; the console sets it."""


@verb(PaymentBatch, "generate", explains=N_("The files are made once; every download gives the same bytes."))
@searching_no_garbage()
def generate(batch: PaymentBatch, actor: Actor, today: date) -> None:
    """Make the control list, the file for payroll or the bank and the checksums of what was approved."""
    lock(batch)
    batch.lifecycle.target(batch.status, "generate")
    if batch.approved_hash != batch.content_hash:
        raise DomainError(N_("The content is not what was approved: return the batch to draft."))
    made_at = datetime.now(UTC).replace(microsecond=0)
    with asked_once():
        lines = unchanged_lines(batch, _with_warnings(today))
    sheet = sheet_of(batch, made_at)
    account = batch.paying_account
    profile = profile_of(batch.export_profile) if batch.export_profile else None
    other = [to_bank(sheet, lines, account)] if account else []
    files = batch_files(sheet, lines, profile, TRANSLATE.get(), zone=ZONE, other_files=other)
    step(batch, "generate", actor)
    batch.generated_at, batch.profile = made_at, account.pain_version.value if account else str(profile)
    for made in files:
        db.session.add(BatchFile.sealed(made.data, batch=batch, name=made.name, content_type=made.content_type))


def profile_of(record: ExportProfile) -> Profile:
    """The export profile as the file is written by it."""
    return Profile.of(Written(**{name: getattr(record, name) for name in CONTENT}), str(record.edition))


def to_bank(sheet: BatchSheet, lines: Sequence[BatchLine], account: PayingAccount) -> MadeFile:
    """The bank file of a batch, as the agreement of ``account`` wants it."""
    payer = Payer(
        name=account.name, iban=account.iban, bic=account.bic, agreement=account.agreement,
        batch_booking=account.batch_booking, characters=account.characters, version=account.pain_version)
    return bank_file(order_of(sheet, lines, payer), zone=ZONE)


def sheet_of(batch: PaymentBatch, made_at: datetime) -> BatchSheet:
    """Who did what and when, for the control list."""
    submitted_at = db.session.scalars(
        sa.select(StatusChange.at).where(StatusChange.subject == batch.subject, StatusChange.verb == "submit")
        .order_by(StatusChange.id.desc())).first()
    return BatchSheet(
        facts=facts_of(batch), kind_label=TRANSLATE.get()(batch.kind.label), content_hash=batch.approved_hash,
        maker=batch.created_by.name, created_at=batch.created_at,
        submitter=batch.submitted_by.name if batch.submitted_by else "", submitted_at=submitted_at,
        approver=batch.approved_by.name if batch.approved_by else "", approved_at=batch.approved_at or made_at,
        generated_at=made_at, income_register_deadline=report_deadline(batch.payment_date))


def _with_warnings(today: date) -> Callable[[ReadItem], BatchLine]:
    """What gives the sealed line of a payment with what was to be looked at when the files were made."""
    translate = TRANSLATE.get()
    known: dict[str, str] = {}

    def words(sentence: Sentence) -> str:
        if sentence.text not in known:  # most payments of a batch lack the same few things
            known[sentence.text] = translate(sentence.text)
        return str(Sentence(known[sentence.text], **sentence.facts))

    return lambda item: line_of(item, tuple(words(sentence) for sentence in warnings_of(item, today)))
