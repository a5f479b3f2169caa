"""Payment dates that have been reported to the Incomes Register: by whom and when, never of whom."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, line, says
from models.people import User
from rules.wording import N_


class IncomesReport(Record):
    """The payments of one day, reported outside the console; kept as done, so that nobody reports them twice."""

    __tablename__ = "incomes_report"
    console: ClassVar = Console(N_("Incomes Register report"), N_("Incomes Register reports"), Menu.FEES,
                                "check2-square", order=("-payment_date",))
    __table_args__ = (
        sa.UniqueConstraint("payment_date"),
        sa.CheckConstraint("reported_on >= payment_date", name="reported_after_payment"),
    )
    constraint_sentences: ClassVar = {
        "payment_date": N_("This payment date has been marked as reported already."),
        "reported_after_payment": N_("A payment is reported on its payment date or after it."),
    }

    payment_date: Mapped[date] = mapped_column(info=says(
        N_("Payment date"), "money", listed=True, filtered=True,
        help=N_("The day of the payments, as the worksheet of the reports has it.")))
    reported_on: Mapped[date] = mapped_column(info=says(
        N_("Reported on"), "money", listed=True, filtered=True,
        help=N_("The day it was sent to the Incomes Register.")))
    reported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    reported_by: Mapped[User] = relationship(info=says(N_("Marked as reported by"), "money", listed=True, form=False))
    note: Mapped[line] = mapped_column(default="", info=says(
        N_("Note on the report"), "money", help=N_("For instance the number of the receipt. No names of payees.")))

    def __str__(self) -> str:
        return self.payment_date.isoformat()
