"""Whether private persons may be paid by the bank, net of tax: decisions, each by somebody and from a day on."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, line, says
from models.people import User
from rules.wording import N_


class NetPay(Record):
    """A decision on net pay by the bank. Without one, private persons are paid by payroll alone."""

    __tablename__ = "net_pay"
    console: ClassVar = Console(N_("Decision on net pay"), N_("Decisions on net pay"), Menu.SETTINGS, "toggle-on",
                                order=("-valid_from",))
    __table_args__ = (sa.UniqueConstraint("valid_from"),)
    constraint_sentences: ClassVar = {"valid_from": N_("There is already a decision from that day.")}

    allowed: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Private persons may be paid net by the bank"), "money", listed=True, help=N_(
            "Then tax is withheld here and is yours to pay to the Tax Administration and to report.")))
    valid_from: Mapped[date] = mapped_column(info=says(N_("From the payment date"), "money", listed=True))
    note: Mapped[line] = mapped_column(default="", info=says(N_("Decided by"), "money", listed=True))
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    decided_by: Mapped[User] = relationship(info=says(N_("Recorded by"), "money", listed=True, form=False))

    def __str__(self) -> str:
        return self.valid_from.isoformat()
