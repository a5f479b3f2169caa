"""A payment batch and its lines when files are made of them: plain data, full values. Writes no file."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class BatchFacts:
    """The head of a batch, as far as approval binds to it; ``kind`` is ``payroll`` or ``sepa``."""

    number: str
    kind: str
    payment_date: date
    payer_account: str = ""


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One payment: the payee as copied to the batch item, what it is for, and its parts in euros.

    ``total`` is ``fee + km_amount + other``. ``warnings`` are sentences in the reader's language.
    """

    line_no: int
    end_to_end_id: str
    claim_number: str
    payee_name: str
    last_name: str = ""
    first_name: str = ""
    iban: str = ""
    identity_code: str = ""
    income_type: str = ""
    work_from: date | None = None
    work_to: date | None = None
    hours: Decimal | None = None
    unit_price: Decimal | None = None
    fee: Decimal = Decimal(0)
    km: Decimal | None = None
    km_amount: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    total: Decimal
    cost_centre: str = ""
    project: str = ""
    claim_approver: str = ""
    note: str = ""
    warnings: tuple[str, ...] = ()


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
