"""Training: who trains, in what, and who has completed it. It bars nobody from anything."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, says, short
from models.expert import Expert
from models.organisation import Organisation
from models.people import User
from models.sealed_file import SealedFile
from rules.states import COMPLETION, CompletionStatus
from rules.wording import N_


class Trainer(Record):
    """A person of a training organisation who trains experts."""

    __tablename__ = "trainer"
    console: ClassVar = Console(N_("Trainer"), N_("Trainers"), Menu.BANK, "mortarboard", order=("name",))

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "identity", listed=True, searched=True))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation] = relationship(info=says(
        N_("Organisation"), "work", listed=True, searched=True, filtered=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact", listed=True, searched=True))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    user: Mapped[User | None] = relationship(info=says(N_("Account"), "meta"))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("Active"), "work", filtered=True))

    def __str__(self) -> str:
        return self.name


class Programme(Record):
    """A training programme of one organiser."""

    __tablename__ = "programme"
    console: ClassVar = Console(N_("Training programme"), N_("Training programmes"), Menu.BANK, "book", order=("name",),
                                related=("completions",))
    __table_args__ = (
        sa.UniqueConstraint("name", "organisation_id"),
        sa.CheckConstraint("hours > 0", name="hours_positive"),
        sa.CheckConstraint("valid_years > 0", name="years_positive"),
    )
    constraint_sentences: ClassVar = {
        "name_organisation_id": N_("This organiser already has a programme of this name."),
        "hours_positive": N_("Hours are more than zero."),
        "years_positive": N_("Years are more than zero."),
    }

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "training", listed=True, searched=True))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation] = relationship(info=says(
        N_("Organiser"), "training", listed=True, searched=True, filtered=True))
    hours: Mapped[int | None] = mapped_column(info=says(N_("Hours"), "training", listed=True))
    valid_years: Mapped[int | None] = mapped_column(info=says(
        N_("Valid for years"), "training", help=N_("Empty: the completion does not expire.")))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("Active"), "training", filtered=True))
    completions: Mapped[list["Completion"]] = relationship(back_populates="programme")

    def __str__(self) -> str:
        return self.name


class Completion(HasStatus, Record):
    """One expert in one programme."""

    __tablename__ = "completion"
    console: ClassVar = Console(N_("Completion"), N_("Completions"), Menu.BANK, "award", order=("-completed_on",),
                                related=("certificates",), label_from=("programme",))
    __table_args__ = (
        sa.UniqueConstraint("expert_id", "programme_id"),
        sa.CheckConstraint("(status = 'completed') = (completed_on IS NOT NULL)", name="completed_has_date"),
        sa.CheckConstraint("started_on IS NULL OR completed_on IS NULL OR completed_on >= started_on", name="in_order"),
        sa.CheckConstraint("attended_hours >= 0", name="hours_not_negative"),
    )
    lifecycle: ClassVar = COMPLETION
    constraint_sentences: ClassVar = {
        "expert_id_programme_id": N_("This expert already has this programme: correct that record instead."),
        "completed_has_date": N_("A completed training has its date."),
        "hours_not_negative": N_("Hours cannot be negative."),
        "in_order": N_("The end cannot be before the start."),
    }

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"))
    expert: Mapped[Expert] = relationship(back_populates="completions", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    programme: Mapped[Programme] = relationship(back_populates="completions", info=says(
        N_("Training programme"), "training", listed=True, searched=True, filtered=True))
    status: Mapped[CompletionStatus] = mapped_column(choice(CompletionStatus), default=COMPLETION.initial,
        active_history=True, info=says(N_("State"), "training", listed=True, filtered=True, form=False))
    started_on: Mapped[date | None] = mapped_column(info=says(N_("Started on"), "training"))
    completed_on: Mapped[date | None] = mapped_column(info=says(
        N_("Completed on"), "training", listed=True, filtered=True, form=False))
    attended_hours: Mapped[int | None] = mapped_column(info=says(N_("Hours attended"), "training"))
    certificate_number: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("Certificate number"), "training"))
    certificate_seen_on: Mapped[date | None] = mapped_column(info=says(N_("Certificate seen on"), "training"))
    valid_until: Mapped[date | None] = mapped_column(info=says(
        N_("Valid until"), "training", listed=True, filtered=True))
    certificates: Mapped[list["Certificate"]] = relationship(back_populates="completion", order_by="Certificate.id")

    def __str__(self) -> str:
        return str(self.programme)


class Certificate(SealedFile):
    """The certificate of a completed training, as PDF or photo."""

    __tablename__ = "certificate"
    console: ClassVar = Console(N_("Certificate"), N_("Certificates"), icon="award", order=("-id",))
    __table_args__ = (sa.UniqueConstraint("completion_id", "sha256"),)
    constraint_sentences: ClassVar = {"completion_id_sha256": N_("The same file is here already.")}

    completion_id: Mapped[int] = mapped_column(sa.ForeignKey("completion.id", ondelete="RESTRICT"))
    completion: Mapped[Completion] = relationship(back_populates="certificates", info=says(
        N_("Completion"), "money", listed=True, form=False))
