"""When a coordinator is away, and who stands in."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, says
from models.people import User
from rules.wording import N_


class Absence(Record):
    """Days on which somebody does not answer for the own orders. It says no reason."""

    __tablename__ = "absence"
    console: ClassVar = Console(N_("Absence"), N_("Absences"), Menu.PLACING, "door-closed", order=("-starts_on",),
                                label_from=("user",))
    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="in_order"),)
    constraint_sentences: ClassVar = {"in_order": N_("The end cannot be before the start.")}

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    user: Mapped[User] = relationship(foreign_keys=user_id, info=says(
        N_("Who is away"), "work", listed=True, searched=True, needed=False, help=N_("Empty: you.")))
    starts_on: Mapped[date] = mapped_column(info=says(N_("From"), "work", listed=True, filtered=True))
    ends_on: Mapped[date] = mapped_column(index=True, info=says(N_("Until"), "work", listed=True, filtered=True))
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    deputy: Mapped[User | None] = relationship(foreign_keys=deputy_id, info=says(
        N_("Who stands in"), "work", listed=True))

    def __str__(self) -> str:
        return str(self.user)
