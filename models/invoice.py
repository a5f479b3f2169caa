"""The fee claim ("invoice") that an expert hands in, and its lines."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from models.assignment import Assignment
from models.audit import HasStatus
from models.base import Console, Menu, Model, Money, Quantity, Record, UTCDateTime, choice, line, says
from models.groups import Meeting
from models.payee import Payee
from models.people import User
from models.rates import IncomeType
from models.sealed_file import SealedFile
from models.supervision import SupervisionSession
from rules.choices import CostBearer, LineKind
from rules.states import INVOICE, ClaimStatus
from rules.wording import N_

ONE_GROUND = ("(CASE WHEN assignment_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END)"
              " + (CASE WHEN session_id IS NULL THEN 0 ELSE 1 END) = 1")


class InvoiceLine(Record):
    """A fee, kilometres, a meal or another cost. Euros, never negative."""

    __tablename__ = "invoice_line"
    console: ClassVar = Console(N_("Claim line"), N_("Claim lines"), Menu.FEES, "list", order=("invoice_id", "id"))
    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("unit_price >= 0", name="price_not_negative"),
    )
    constraint_sentences: ClassVar = {
        "amount_not_negative": N_("An amount cannot be negative."),
        "quantity_positive": N_("The quantity is more than zero."),
        "price_not_negative": N_("A price cannot be negative."),
    }

    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id"), index=True)
    invoice: Mapped["Invoice"] = relationship(back_populates="lines", info=says(
        N_("Fee claim"), "money", listed=True, searched=True))
    kind: Mapped[LineKind] = mapped_column(choice(LineKind), info=says(N_("Kind"), "money", listed=True, filtered=True))
    description: Mapped[line] = mapped_column(default="", info=says(N_("What for"), "money", listed=True))
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1), info=says(
        N_("Quantity"), "money", listed=True, help=N_("Hours, kilometres or pieces.")))
    unit_price: Mapped[Decimal] = mapped_column(Money, info=says(N_("Price of one"), "money", listed=True))
    amount: Mapped[Decimal] = mapped_column(Money, info=says(N_("Amount"), "money", listed=True, form=False))
    income_type_id: Mapped[int | None] = mapped_column(sa.ForeignKey("income_type.id"))
    income_type: Mapped[IncomeType | None] = relationship(info=says(N_("Income type"), "money", listed=True))

    def __str__(self) -> str:
        return f"{self.kind.value} {self.amount}"


class Receipt(SealedFile):
    """A receipt or another voucher of a claim. Its name is ours: the one it came with may tell a person or a place."""

    __tablename__ = "receipt"
    console: ClassVar = Console(N_("Receipt"), N_("Receipts"), None, "paperclip", order=("invoice_id", "name"))
    __table_args__ = (sa.UniqueConstraint("invoice_id", "name"), sa.UniqueConstraint("invoice_id", "sha256"))
    constraint_sentences: ClassVar = {
        "invoice_id_name": N_("Another receipt was added at the same moment. Add this one again."),
        "invoice_id_sha256": N_("The same file is here already."),
    }

    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id", ondelete="RESTRICT"))
    invoice: Mapped["Invoice"] = relationship(back_populates="receipts", info=says(
        N_("Fee claim"), "money", listed=True, form=False))


class Invoice(HasStatus, Record):
    """A claim for payment on one ground: an assignment, a meeting or a supervision session."""

    __tablename__ = "invoice"
    console: ClassVar = Console(N_("Fee claim"), N_("Fee claims"), Menu.FEES, "receipt", order=("-number",),
                                related=("lines", "items"))
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint(ONE_GROUND, name="one_ground"),
        sa.CheckConstraint("(status = 'paid') = (paid_on IS NOT NULL)", name="paid_has_date"),
        sa.CheckConstraint("status NOT IN ('approved', 'batched', 'paid') OR approved_by_id IS NOT NULL",
                           name="approved_has_approver"),
        sa.Index(None, "status", "number"),
        sa.Index(None, "status", "received_on"),
    )
    lifecycle: ClassVar = INVOICE
    constraint_sentences: ClassVar = {
        "number": N_("There is already a claim of this number."),
        "one_ground": N_("A claim has one ground: an assignment, a meeting or a supervision session."),
        "paid_has_date": N_("A paid claim has its payment date."),
        "approved_has_approver": N_("An approved claim has its approver."),
    }

    number: Mapped[str] = mapped_column(sa.String(20), info=says(
        N_("Number"), "money", listed=True, searched=True, form=False))
    status: Mapped[ClaimStatus] = mapped_column(choice(ClaimStatus), default=INVOICE.initial, active_history=True,
        info=says(N_("State"), "money", listed=True, filtered=True, form=False))
    payee_id: Mapped[int] = mapped_column(sa.ForeignKey("payee.id"), index=True)
    payee: Mapped[Payee] = relationship(backref="claims", info=says(
        N_("Payee"), "money", listed=True, searched=True, filtered=True))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    assignment: Mapped[Assignment | None] = relationship(back_populates="claims", info=says(
        N_("Assignment"), "money", listed=True, searched=True))
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    meeting: Mapped[Meeting | None] = relationship(back_populates="claims", info=says(N_("Meeting"), "money"))
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_session.id"), index=True)
    session: Mapped[SupervisionSession | None] = relationship(back_populates="claims", info=says(
        N_("Supervision session"), "money"))
    received_on: Mapped[date] = mapped_column(index=True, info=says(
        N_("Received on"), "money", listed=True, filtered=True))
    worked_on: Mapped[date] = mapped_column(info=says(N_("Date of the work"), "money", filtered=True))
    requested_month: Mapped[date | None] = mapped_column(info=says(
        N_("Payment wished not before"), "money", help=N_("The month of payment may matter for benefits.")))
    reference: Mapped[str] = mapped_column(sa.String(35), default="", info=says(
        N_("Payee's reference"), "money", searched=True))
    cost_bearer: Mapped[CostBearer] = mapped_column(choice(CostBearer), default=CostBearer.COUNTY, info=says(
        N_("Who pays"), "money", filtered=True))
    cost_centre: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("Cost centre"), "money", listed=True, filtered=True))
    project: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Project"), "money"))
    difference_note: Mapped[line] = mapped_column(default="", info=says(
        N_("Why it differs from what was agreed"), "money"))
    sent_back_note: Mapped[line] = mapped_column(default="", info=says(N_("To be corrected"), "money", form=False))
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id], info=says(
        N_("Checked by"), "money", form=False))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id], info=says(
        N_("Approved by"), "money", form=False))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Approved at"), "money", form=False))
    paid_on: Mapped[date | None] = mapped_column(info=says(
        N_("Paid on"), "money", listed=True, filtered=True, form=False))
    register_note: Mapped[line] = mapped_column(default="", info=says(N_("From the old register"), "money", form=False))
    lines: Mapped[list[InvoiceLine]] = relationship(back_populates="invoice", order_by=InvoiceLine.id)
    receipts: Mapped[list[Receipt]] = relationship(back_populates="invoice", order_by=Receipt.id)
    if TYPE_CHECKING:
        total: Mapped[Decimal]

    def __str__(self) -> str:
        return self.number


# An alias, so that a query of the lines themselves can join their claims.
_summed = Model.metadata.tables[InvoiceLine.__tablename__].alias()
Invoice.total = column_property(
    sa.select(sa.func.coalesce(sa.func.sum(_summed.c.amount), sa.literal(Decimal(0), Money)))
    .where(_summed.c.invoice_id == Invoice.id).correlate_except(_summed).scalar_subquery(),
    info=says(N_("Total"), "money", listed=True, form=False))
