"""A payment batch when files are made of it: who did what and when. Writes no file."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.batch_seal import BatchFacts


@dataclass(frozen=True, kw_only=True)
class BatchSheet:
    """A batch when its files are made: who did what and when, and the seal of its content.

    ``generated_at`` is the stored time of making, so that a second making gives the same bytes.
    ``kind_label`` is in the reader's language. ``mask_payee`` keeps account and identity code out of the
    control list.
    """

    facts: BatchFacts
    kind_label: str
    content_hash: str
    maker: str
    created_at: datetime
    submitter: str
    submitted_at: datetime | None = None
    approver: str
    approved_at: datetime
    generated_at: datetime
    income_register_deadline: date | None = None
    mask_payee: bool = True
