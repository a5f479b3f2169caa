"""Files that came back from a bank or payroll, kept as they came, and how many payments each told of."""

import hashlib
from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, line, says, short
from models.encryption import KEYRING
from models.people import User
from rules.bank_answers import AnswerKind
from rules.states import BANK_ANSWER, AnswerStatus
from rules.wording import N_


class BankAnswer(HasStatus, Record):
    """One file, known by the hash of its bytes, so that it is taken once. Looked at first, taken by one confirmation.

    The counts are those of the taking, and 0 before it.
    """

    __tablename__ = "bank_answer"
    console: ClassVar = Console(N_("Bank's answer"), N_("Bank's answers"), Menu.FEES, "inbox", order=("-id",))
    __table_args__ = (
        sa.UniqueConstraint("sha256"),
        sa.CheckConstraint("(handled_on IS NULL) = (handled_by_id IS NULL)", name="handled_by_somebody"),
        sa.CheckConstraint("handled_on IS NULL OR handled_note <> ''", name="handled_in_words"),
    )
    lifecycle: ClassVar = BANK_ANSWER
    constraint_sentences: ClassVar = {
        "sha256": N_("This file has been brought in already."),
        "handled_by_somebody": N_("What was handled has the day and the person."),
        "handled_in_words": N_("Write what was done about it."),
    }

    name: Mapped[short] = mapped_column(info=says(N_("File"), "money", listed=True, searched=True, form=False))
    kind: Mapped[AnswerKind] = mapped_column(choice(AnswerKind), info=says(
        N_("Kind"), "money", listed=True, filtered=True, form=False))
    status: Mapped[AnswerStatus] = mapped_column(choice(AnswerStatus), default=BANK_ANSWER.initial, active_history=True,
        info=says(N_("State"), "money", listed=True, filtered=True, form=False))
    received_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    received_by: Mapped[User] = relationship(foreign_keys=[received_by_id], info=says(
        N_("Brought in by"), "money", listed=True, form=False))
    entries: Mapped[int] = mapped_column(info=says(N_("Entries in the file"), "money", form=False))
    accepted: Mapped[int] = mapped_column(default=0, info=says(N_("Payments accepted"), "money", form=False))
    paid: Mapped[int] = mapped_column(default=0, info=says(N_("Payments paid"), "money", listed=True, form=False))
    rejected: Mapped[int] = mapped_column(default=0, info=says(
        N_("Payments rejected"), "money", listed=True, form=False))
    returned: Mapped[int] = mapped_column(default=0, info=says(
        N_("Payments returned"), "money", listed=True, form=False))
    conflicts: Mapped[int] = mapped_column(default=0, info=says(
        N_("To be looked at"), "money", listed=True, form=False))
    unknown: Mapped[int] = mapped_column(default=0, info=says(
        N_("Payments not known"), "money", listed=True, form=False))
    other_money: Mapped[int] = mapped_column(default=0, info=says(N_("Entries of other money"), "money", form=False))
    handled_on: Mapped[date | None] = mapped_column(info=says(N_("Handled on"), "money", listed=True, form=False))
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    handled_by: Mapped[User | None] = relationship(foreign_keys=[handled_by_id], info=says(
        N_("Handled by"), "money", form=False))
    handled_note: Mapped[line] = mapped_column(default="", info=says(N_("What was done"), "money", form=False))
    size: Mapped[int] = mapped_column(info=says(N_("Size in bytes"), "money", form=False))
    sha256: Mapped[str] = mapped_column(sa.String(64), info=says(N_("SHA-256"), "money", form=False))
    key: Mapped[str] = mapped_column(sa.String(32), info=says(N_("Key"), "secret", form=False))
    sealed_data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True, info=says(
        N_("Content"), "secret", form=False))
    sealed_report: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True, info=says(
        N_("Report"), "secret", form=False))

    def __str__(self) -> str:
        return self.name

    @property
    def waits_for_a_look(self) -> bool:
        """Whether it told of something that changed nothing here, and nobody has said what was done about it."""
        left = self.conflicts + self.unknown
        return self.status is AnswerStatus.TAKEN and left > 0 and self.handled_on is None

    def plain(self) -> bytes:
        """The bytes as they came; ValueError when they were changed or moved."""
        data = KEYRING.open(self.sealed_data, f"bank_answer:{self.key}")
        if (len(data), hashlib.sha256(data).hexdigest()) != (self.size, self.sha256):
            raise ValueError(f"{self.subject}: the stored bytes are not those that came")
        return data
