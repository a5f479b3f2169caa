"""The making of a batch's files: once, of exactly what was approved, kept sealed."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from exports.batch_facts import BatchSheet
from exports.payment_batch import batch_files
from exports.payroll import GENERIC
from models import BatchFile, PaymentBatch, db
from models.encryption import KEYRING
from rules.errors import DomainError
from rules.income_register import report_deadline
from rules.permissions import Actor
from rules.wording import N_
from services.batches import facts_of, line_of, live_items, seal_of
from services.transitions import lock, step
from services.verbs import verb

ZONE = ZoneInfo("Europe/Helsinki")
"""Where the instants in the files are shown."""

TRANSLATE: ContextVar[Callable[[str], str]] = ContextVar("translate", default=str)
"""How the words of the control list reach the reader's language; the console sets it."""


@verb(PaymentBatch, "generate", explains=N_("The files are made once; every download gives the same bytes."))
def generate(batch: PaymentBatch, actor: Actor, _today: date) -> None:
    """Make the control list, the payroll file and the checksums of what was approved."""
    lock(batch)
    batch.lifecycle.target(batch.status, "generate")
    translate = TRANSLATE.get()
    if batch.approved_hash != seal_of(batch):
        raise DomainError(N_("The content is not what was approved: return the batch to draft."))
    made_at = datetime.now(UTC).replace(microsecond=0)
    step(batch, "generate", actor)
    batch.generated_at = made_at
    batch.profile = f"{GENERIC.name} {GENERIC.version}"
    sheet = BatchSheet(
        facts=facts_of(batch), kind_label=translate(batch.kind.label), content_hash=batch.content_hash,
        maker=batch.created_by.name, created_at=batch.created_at,
        submitter=batch.submitted_by.name if batch.submitted_by else "",
        approver=batch.approved_by.name if batch.approved_by else "", approved_at=batch.approved_at or made_at,
        generated_at=made_at, income_register_deadline=report_deadline(batch.payment_date))
    for made in batch_files(sheet, [line_of(item) for item in live_items(batch)], GENERIC, translate, zone=ZONE):
        key = uuid4().hex
        db.session.add(BatchFile(
            batch=batch, name=made.name, content_type=made.content_type, size=len(made.data), sha256=made.sha256,
            key=key, sealed_data=KEYRING.seal(made.data, f"batch_file:{key}")))
