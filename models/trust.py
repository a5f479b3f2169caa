"""What people ask about their own data."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, line, says
from models.expert import Expert
from rules.choices import DataRequestKind
from rules.states import DATA_REQUEST, DataRequestStatus
from rules.wording import N_


class DataRequest(HasStatus, Record):
    """A request under the data protection law, with the day it must be answered by."""

    __tablename__ = "data_request"
    console: ClassVar = Console(N_("Data request"), N_("Data requests"), Menu.TRUST, "envelope-paper",
        order=("due_on",))
    __table_args__ = (sa.CheckConstraint("due_on >= received_on", name="due_after_received"),)
    lifecycle: ClassVar = DATA_REQUEST
    constraint_sentences: ClassVar = {"due_after_received": N_("The due date cannot be before the day it came.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(info=says(N_("Expert by experience"), "identity", listed=True, searched=True))
    kind: Mapped[DataRequestKind] = mapped_column(choice(DataRequestKind), info=says(
        N_("Kind"), "work", listed=True, filtered=True))
    status: Mapped[DataRequestStatus] = mapped_column(choice(DataRequestStatus), default=DATA_REQUEST.initial,
        active_history=True, info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    received_on: Mapped[date] = mapped_column(info=says(N_("Received on"), "work", listed=True))
    due_on: Mapped[date] = mapped_column(info=says(
        N_("Due on"), "work", listed=True, filtered=True, needed=False,
        help=N_("Empty: a month from the day it came.")))
    why_longer: Mapped[line] = mapped_column(default="", info=says(N_("Why it takes longer"), "work", form=False))
    answer: Mapped[line] = mapped_column(default="", info=says(N_("What was answered"), "work", long=True))

    def __str__(self) -> str:
        return f"{self.received_on:%-d.%-m.%Y}"
