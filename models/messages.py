"""What is sent to people, and work done in the background."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, UTCDateTime, choice, line, says, short
from models.order import Order
from models.people import User
from rules.choices import Language
from rules.states import JOB, MESSAGE, JobStatus, MessageStatus
from rules.wording import N_


class Message(HasStatus, Record):
    """A message of practical matters: a draft first, never sent by itself."""

    __tablename__ = "message"
    console: ClassVar = Console(N_("Message"), N_("Messages"), Menu.PLACING, "envelope", order=("-created_at",))
    lifecycle: ClassVar = MESSAGE

    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order | None] = relationship(info=says(N_("Order"), "work", listed=True, searched=True))
    to: Mapped[short] = mapped_column(info=says(N_("Recipient"), "contact", listed=True))
    subject_line: Mapped[line] = mapped_column(info=says(N_("Subject"), "work", listed=True))
    body: Mapped[str] = mapped_column(sa.String(8000), default="", info=says(N_("Text"), "work", long=True))
    language: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(N_("Language"), "work"))
    status: Mapped[MessageStatus] = mapped_column(choice(MessageStatus), default=MESSAGE.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))

    def __str__(self) -> str:
        return self.subject_line


class Job(HasStatus, Record):
    """A piece of background work: who asked for it, how far it is, until when its result is kept."""

    __tablename__ = "job"
    console: ClassVar = Console(N_("Job"), N_("Jobs"), Menu.SETTINGS, "gear", order=("-id",))
    __table_args__ = (sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),)
    lifecycle: ClassVar = JOB
    constraint_sentences: ClassVar = {"progress_range": N_("Progress is between 0 and 100.")}

    kind: Mapped[str] = mapped_column(sa.String(40), info=says(
        N_("Kind"), "meta", listed=True, filtered=True, form=False))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    owner: Mapped[User | None] = relationship(info=says(N_("Asked by"), "meta", listed=True, form=False))
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JOB.initial, active_history=True,
        info=says(N_("State"), "meta", listed=True, filtered=True, form=False))
    progress: Mapped[int] = mapped_column(default=0, info=says(N_("Progress (%)"), "meta", listed=True, form=False))
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Kept until"), "meta", form=False))

    def __str__(self) -> str:
        return self.kind
