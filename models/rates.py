"""What things cost and since when: fees, the kilometre allowance, income types. Dated, never in code."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Console, Menu, Money, Quantity, Record, choice, says, short
from rules.choices import FeeUnit, LineKind, OrderKind, PaymentKind
from rules.wording import N_

IN_ORDER = N_("The end cannot be before the start.")


class FeeRate(Record):
    """The fee of an event kind by unit. The same for trained and untrained."""

    __tablename__ = "fee_rate"
    console: ClassVar = Console(N_("Fee rate"), N_("Fee rates"), Menu.SETTINGS, "cash", order=("kind", "-valid_from"))
    __table_args__ = (
        sa.UniqueConstraint("kind", "unit", "valid_from"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="in_order"),
    )
    constraint_sentences: ClassVar = {
        "kind_unit_valid_from": N_("There is already a rate from that day."),
        "amount_not_negative": N_("A fee cannot be negative."), "in_order": IN_ORDER,
    }

    kind: Mapped[OrderKind] = mapped_column(choice(OrderKind), info=says(
        N_("Event"), "money", listed=True, filtered=True))
    unit: Mapped[FeeUnit] = mapped_column(choice(FeeUnit), info=says(N_("Fee for"), "money", listed=True))
    amount: Mapped[Decimal] = mapped_column(Money, info=says(N_("Amount"), "money", listed=True))
    valid_from: Mapped[date] = mapped_column(info=says(N_("Valid from"), "money", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(N_("Valid until"), "money", listed=True))
    decided_by: Mapped[short] = mapped_column(default="", info=says(N_("Decided by"), "money"))

    def __str__(self) -> str:
        return f"{self.kind.value} {self.amount}"


class KilometreRate(Record):
    """The tax-free allowance of a kilometre by own car."""

    __tablename__ = "kilometre_rate"
    console: ClassVar = Console(N_("Kilometre rate"), N_("Kilometre rates"), Menu.SETTINGS, "car-front",
                                order=("-valid_from",), small=True)
    __table_args__ = (
        sa.UniqueConstraint("valid_from"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="in_order"),
    )
    constraint_sentences: ClassVar = {
        "valid_from": N_("There is already a rate from that day."),
        "amount_positive": N_("The amount is more than zero."), "in_order": IN_ORDER,
    }

    amount: Mapped[Decimal] = mapped_column(Money, info=says(N_("Euros per kilometre"), "money", listed=True))
    valid_from: Mapped[date] = mapped_column(info=says(N_("Valid from"), "money", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(N_("Valid until"), "money", listed=True))

    def __str__(self) -> str:
        return f"{self.amount} / km"


class WithholdingRate(Record):
    """The rate of tax that is withheld of wages where no tax card is in force."""

    __tablename__ = "withholding_rate"
    console: ClassVar = Console(N_("Withholding rate"), N_("Withholding rates"), Menu.SETTINGS, "percent",
                                order=("-valid_from",), small=True)
    __table_args__ = (
        sa.UniqueConstraint("valid_from"),
        sa.CheckConstraint("percent >= 0 AND percent <= 10000", name="percent_of_a_whole"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="in_order"),
    )
    constraint_sentences: ClassVar = {
        "valid_from": N_("There is already a rate from that day."),
        "percent_of_a_whole": N_("A tax rate is between 0 and 100."), "in_order": IN_ORDER,
    }

    percent: Mapped[Decimal] = mapped_column(Quantity, info=says(
        N_("Rate without a tax card (%)"), "money", listed=True))
    valid_from: Mapped[date] = mapped_column(info=says(N_("Valid from"), "money", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(N_("Valid until"), "money", listed=True))
    source: Mapped[short] = mapped_column(default="", info=says(N_("Where it is said"), "money", listed=True))

    def __str__(self) -> str:
        return f"{self.percent} %"


class IncomeType(Record):
    """An Incomes Register code that payroll uses for a kind of line."""

    __tablename__ = "income_type"
    console: ClassVar = Console(N_("Income type"), N_("Income types"), Menu.SETTINGS, "hash",
        order=("code",), small=True)
    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="in_order"),
    )
    constraint_sentences: ClassVar = {
        "code_valid_from": N_("There is already this code from that day."), "in_order": IN_ORDER}

    code: Mapped[str] = mapped_column(sa.String(10), info=says(N_("Code"), "money", listed=True, searched=True))
    name: Mapped[short] = mapped_column(info=says(N_("Name"), "money", listed=True, searched=True))
    line_kind: Mapped[LineKind] = mapped_column(choice(LineKind), info=says(N_("For lines of"), "money", listed=True))
    event_kind: Mapped[OrderKind | None] = mapped_column(choice(OrderKind), info=says(
        N_("For events of"), "money", listed=True, help=N_("Empty: for every event.")))
    payment_kind: Mapped[PaymentKind] = mapped_column(choice(PaymentKind), info=says(
        N_("Treated as"), "money", listed=True))
    valid_from: Mapped[date] = mapped_column(info=says(N_("Valid from"), "money", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(N_("Valid until"), "money"))

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
