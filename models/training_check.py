"""The link or code by which somebody outside sees that an expert is trained; and nothing else of them."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assignment import Assignment
from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, says
from rules.choices import ShownName
from rules.states import CHECK, CheckStatus
from rules.wording import N_


class TrainingCheck(HasStatus, Record):
    """One code, for one assignment, until a day and for so many views. It can be closed at any time."""

    __tablename__ = "training_check"
    console: ClassVar = Console(N_("Training check"), N_("Training checks"), Menu.BANK, "qr-code", order=("-id",),
                                label_from=("assignment",))
    __table_args__ = (
        sa.CheckConstraint("most_views BETWEEN 1 AND 50", name="most_views_range"),
        sa.CheckConstraint("views BETWEEN 0 AND most_views", name="views_within"),
        sa.UniqueConstraint("key"),
    )
    lifecycle: ClassVar = CHECK
    constraint_sentences: ClassVar = {
        "most_views_range": N_("Choose from 1 to 50 views."),
        "views_within": N_("The code has been used up."),
        "key": N_("There is already such a code."),
    }

    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    assignment: Mapped[Assignment] = relationship(back_populates="training_checks", info=says(
        N_("Assignment"), "identity", listed=True, searched=True, form=False))
    status: Mapped[CheckStatus] = mapped_column(choice(CheckStatus), default=CHECK.initial, active_history=True,
        info=says(N_("State"), "training", listed=True, filtered=True, form=False))
    shown_name: Mapped[ShownName] = mapped_column(choice(ShownName), default=ShownName.CHOSEN, info=says(
        N_("Name shown"), "training", listed=True, form=False))
    expires_on: Mapped[date] = mapped_column(info=says(
        N_("Last day"), "training", listed=True, filtered=True, form=False))
    most_views: Mapped[int] = mapped_column(default=5, info=says(N_("Views at most"), "training", form=False))
    views: Mapped[int] = mapped_column(default=0, info=says(N_("Times opened"), "training", listed=True, form=False))
    nonce: Mapped[str] = mapped_column(sa.String(32), default=lambda: uuid4().hex, info=says(
        N_("Key"), "secret", form=False))
    key: Mapped[str] = mapped_column(sa.String(64), info=says(N_("Key"), "secret", form=False))
    """The SHA-256 of the code."""

    def __str__(self) -> str:
        return f"{self.assignment}/{self.id}"
