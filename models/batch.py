"""Payment batches: what was sealed, what was made of it, what became of each payment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import DOOR, HasStatus
from models.base import Console, Menu, Money, Quantity, Record, UTCDateTime, choice, line, says, short
from models.encryption import Encrypted, HasSecrets
from models.export_profile import ExportProfile
from models.invoice import Invoice
from models.numbers import mask_iban, mask_identity_code
from models.paying_account import PayingAccount
from models.people import User
from models.sealed_file import SealedFile
from rules.bank_characters import LONGEST_TEXT
from rules.choices import BatchKind
from rules.errors import UnloggedStatusChange
from rules.states import BATCH, ITEM, BatchStatus, ItemStatus
from rules.wording import N_


class PaymentBatch(HasStatus, Record):
    """Approved claims paid together: of one kind, account and payment date. Four eyes, a seal, files made once."""

    __tablename__ = "payment_batch"
    console: ClassVar = Console(N_("Payment batch"), N_("Payment batches"), Menu.FEES, "stack", order=("-number",))
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("approved_by_id <> created_by_id AND approved_by_id <> submitted_by_id", name="four_eyes"),
        sa.CheckConstraint("status NOT IN ('approved', 'generated', 'sent', 'closed') OR approved_by_id IS NOT NULL",
                           name="approved_has_approver"),
        sa.CheckConstraint("status IN ('draft', 'cancelled') OR content_hash <> ''", name="submitted_is_sealed"),
        sa.CheckConstraint("status NOT IN ('generated', 'sent', 'closed') OR generated_at IS NOT NULL",
                           name="generated_has_time"),
        sa.CheckConstraint("(kind = 'sepa') = (paying_account_id IS NOT NULL)", name="bank_has_account"),
        sa.CheckConstraint("kind <> 'sepa' OR export_profile_id IS NULL", name="profile_of_payroll"),
    )
    lifecycle: ClassVar = BATCH
    constraint_sentences: ClassVar = {
        "number": N_("There is already a batch of this number."),
        "four_eyes": N_("Somebody else than the maker and the submitter approves a batch."),
        "approved_has_approver": N_("An approved batch has its approver."),
        "submitted_is_sealed": N_("A batch is sealed when it is submitted."),
        "generated_has_time": N_("Files have the time they were made."),
        "bank_has_account": N_("A batch to the bank has its paying account, and no other batch has one."),
        "profile_of_payroll": N_("A batch to the bank has no export profile."),
    }

    number: Mapped[str] = mapped_column(sa.String(20), info=says(
        N_("Number"), "money", listed=True, searched=True, form=False, detail=False))
    kind: Mapped[BatchKind] = mapped_column(choice(BatchKind), default=BatchKind.PAYROLL, info=says(
        N_("Kind"), "money", listed=True, filtered=True, help=N_(
            "Private persons are paid by payroll, which withholds the tax; businesses by the bank.")))
    paying_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("paying_account.id", ondelete="RESTRICT"))
    paying_account: Mapped[PayingAccount | None] = relationship(info=says(
        N_("Paying account"), "money", filtered=True, help=N_("Of a batch to the bank only.")))
    export_profile_id: Mapped[int | None] = mapped_column(sa.ForeignKey("export_profile.id", ondelete="RESTRICT"))
    export_profile: Mapped[ExportProfile | None] = relationship(info=says(
        N_("Export profile"), "money", filtered=True, help=N_(
            "How the file for payroll is written. Of a batch to payroll only; empty: as in the last one.")))
    status: Mapped[BatchStatus] = mapped_column(choice(BatchStatus), default=BATCH.initial, active_history=True,
        info=says(N_("State"), "money", listed=True, filtered=True, form=False))
    payment_date: Mapped[date] = mapped_column(info=says(N_("Payment date"), "money", listed=True, filtered=True))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], info=says(
        N_("Made by"), "money", listed=True, form=False))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id], info=says(
        N_("Submitted by"), "money", form=False))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id], info=says(
        N_("Approved by"), "money", listed=True, form=False))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Approved at"), "money", form=False))
    content_hash: Mapped[str] = mapped_column(sa.String(64), default="", info=says(
        N_("Seal (SHA-256)"), "money", form=False, detail=False))
    approved_hash: Mapped[str] = mapped_column(sa.String(64), default="", info=says(
        N_("Seal approved"), "money", form=False))
    profile_hash: Mapped[str] = mapped_column(sa.String(64), default="", info=says(
        N_("Export profile sealed (SHA-256)"), "money", form=False, detail=False))
    profile: Mapped[str] = mapped_column(sa.String(80), default="", info=says(
        N_("Form of the file"), "money", form=False))
    generated_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(
        N_("Files made at"), "money", form=False))
    sent_on: Mapped[date | None] = mapped_column(info=says(N_("Delivered on"), "money", form=False))
    sent_by_way_of: Mapped[short] = mapped_column(default="", info=says(N_("Delivered by way of"), "money", form=False))
    receipt: Mapped[short] = mapped_column(default="", info=says(N_("Receipt number"), "money", form=False))
    cancel_reason: Mapped[line] = mapped_column(default="", info=says(N_("Why cancelled"), "money", form=False))
    items: Mapped[list["BatchItem"]] = relationship(back_populates="batch", order_by="BatchItem.line_no, BatchItem.id")
    files: Mapped[list["BatchFile"]] = relationship(back_populates="batch", order_by="BatchFile.name")

    def __str__(self) -> str:
        return self.number


class BatchItem(HasStatus, HasSecrets, Record):
    """One claim in a batch, with the payee as sealed: later changes of the payee do not reach it."""

    __tablename__ = "batch_item"
    console: ClassVar = Console(N_("Payment"), N_("Payments"), Menu.FEES, "coin", order=("batch_id", "line_no"))
    __table_args__ = (
        sa.Index("uq_batch_item_live_invoice", "invoice_id", unique=True,
                 sqlite_where=sa.text("live"), postgresql_where=sa.text("live")),
        sa.UniqueConstraint("end_to_end_id"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid_has_date"),
        sa.CheckConstraint("corrected_on IS NULL OR correct_from IS NOT NULL", name="corrected_what_was_due"),
        sa.CheckConstraint("tax >= 0 AND tax <= taxed", name="tax_of_wage"),
        sa.CheckConstraint("companion >= 0 AND companion <= other", name="companion_in_other"),
        sa.CheckConstraint("live = (status IN ('pending', 'accepted', 'paid'))", name="live_by_status"),
    )
    lifecycle: ClassVar = ITEM
    constraint_sentences: ClassVar = {
        "live_invoice": N_("This claim is already in another batch."),
        "end_to_end_id": N_("A payment id is used once only."),
        "amount_positive": N_("The amount is more than zero."),
        "paid_has_date": N_("A payment that was made has its day."),
        "corrected_what_was_due": N_("Only what is to be corrected is corrected."),
        "companion_in_other": N_("A companion's costs are a part of the other costs."),
        "tax_of_wage": N_("No more tax is withheld than there is wage."),
        "live_by_status": N_("A payment that failed is not live."),
    }

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_batch.id", ondelete="RESTRICT"), index=True)
    batch: Mapped[PaymentBatch] = relationship(back_populates="items", info=says(
        N_("Payment batch"), "money", listed=True, filtered=True, form=False))
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id", ondelete="RESTRICT"), index=True)
    invoice: Mapped[Invoice] = relationship(backref="items", info=says(
        N_("Fee claim"), "money", listed=True, searched=True, form=False))
    status: Mapped[ItemStatus] = mapped_column(choice(ItemStatus), default=ITEM.initial, active_history=True,
        info=says(N_("State"), "money", listed=True, filtered=True, form=False))
    live: Mapped[bool] = mapped_column(default=True, info=says(N_("Live"), "money", form=False))
    line_no: Mapped[int | None] = mapped_column(info=says(N_("Line"), "money", listed=True, form=False))
    end_to_end_id: Mapped[str | None] = mapped_column(sa.String(35), info=says(
        N_("Payment id"), "money", searched=True, form=False))
    payee_name: Mapped[short] = mapped_column(default="", info=says(N_("Payee"), "money", listed=True, form=False))
    iban: Mapped[str | None] = mapped_column(Encrypted(), info=says(N_("IBAN"), "payee", mask=mask_iban, form=False))
    identity_code: Mapped[str | None] = mapped_column(Encrypted(), info=says(
        N_("Personal identity code"), "payee", mask=mask_identity_code, form=False))
    reference: Mapped[str] = mapped_column(sa.String(35), default="", info=says(
        N_("Payee's reference"), "money", form=False))
    text: Mapped[str] = mapped_column(sa.String(LONGEST_TEXT), default="", info=says(
        N_("Text on the payee's statement"), "money", form=False))
    income_type: Mapped[str] = mapped_column(sa.String(60), default="", info=says(
        N_("Income type"), "money", form=False))
    worked_on: Mapped[date | None] = mapped_column(info=says(N_("Date of the work"), "money", form=False))
    hours: Mapped[Decimal | None] = mapped_column(Quantity, info=says(N_("Hours"), "money", form=False))
    fee: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(N_("Fee"), "money", form=False))
    kilometres: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), info=says(
        N_("Kilometres"), "money", form=False))
    kilometre_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(
        N_("Kilometre allowance"), "money", form=False))
    other: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(N_("Other costs"), "money", form=False))
    companion: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(
        N_("Of it a companion's costs"), "money", form=False))
    taxed: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(
        N_("Wage that tax is withheld of"), "money", form=False))
    tax_percent: Mapped[Decimal | None] = mapped_column(Encrypted(of=Decimal), info=says(
        N_("Tax rate (%)"), "money", form=False))
    taxed_over: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(
        N_("Of it over the income limit"), "money", form=False))
    tax_over_percent: Mapped[Decimal | None] = mapped_column(Encrypted(of=Decimal), info=says(
        N_("Additional tax rate (%)"), "money", form=False))
    tax: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info=says(
        N_("Tax withheld"), "money", form=False))
    amount: Mapped[Decimal] = mapped_column(Money, info=says(N_("Amount"), "money", listed=True, form=False))
    cost_centre: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("Cost centre"), "money", form=False))
    project: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Project"), "money", form=False))
    approver: Mapped[short] = mapped_column(default="", info=says(N_("Claim approved by"), "money", form=False))
    paid_on: Mapped[date | None] = mapped_column(index=True, info=says(
        N_("Paid on"), "money", form=False, help=N_("Stays when the payment comes back later.")))
    outcome_on: Mapped[date | None] = mapped_column(info=says(N_("Outcome on"), "money", listed=True, form=False))
    outcome_note: Mapped[line] = mapped_column(default="", info=says(N_("Outcome"), "money", form=False))
    correct_from: Mapped[date | None] = mapped_column(info=says(
        N_("To be corrected in the Incomes Register since"), "money", form=False))
    corrected_on: Mapped[date | None] = mapped_column(info=says(
        N_("Correction reported on"), "money", form=False))

    def __str__(self) -> str:
        return self.end_to_end_id or f"{self.id}"


class BatchFile(SealedFile):
    """A file of a batch: made once, kept sealed, hashed over the plain bytes."""

    __tablename__ = "batch_file"
    console: ClassVar = Console(N_("Batch file"), N_("Batch files"), None, "file-earmark", order=("batch_id", "name"))
    __table_args__ = (sa.UniqueConstraint("batch_id", "name"),)
    constraint_sentences: ClassVar = {"batch_id_name": N_("A file of a batch is made once.")}

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_batch.id", ondelete="RESTRICT"))
    batch: Mapped[PaymentBatch] = relationship(back_populates="files", info=says(
        N_("Payment batch"), "money", listed=True, form=False))


@event.listens_for(BatchFile, "before_delete")
def _kept(_mapper: Any, _connection: Any, _file: BatchFile) -> None:
    """Only retention lets a file go, with the payees in it."""
    if DOOR.get() != "retention":
        raise UnloggedStatusChange("a file of a batch is kept")
