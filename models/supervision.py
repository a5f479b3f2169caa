"""Work supervision: who supervises, when, who was there. Its content is never recorded."""

from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Money, Quantity, Record, choice, says, short
from models.expert import Expert
from rules.choices import Attending, SessionKind
from rules.states import PLAN, PlanStatus
from rules.wording import N_


class Supervisor(Record):
    """An outside person or firm that supervises."""

    __tablename__ = "supervisor"
    console: ClassVar = Console(N_("Supervisor"), N_("Supervisors"), Menu.SUPPORT, "person-hearts", order=("name",),
                                small=True, related=("sessions",))

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "identity", listed=True, searched=True))
    firm: Mapped[short] = mapped_column(default="", info=says(N_("Firm"), "work", listed=True, searched=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact", listed=True))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact", listed=True))
    hourly_price: Mapped[Decimal | None] = mapped_column(Money, info=says(N_("Price of an hour"), "money"))
    agreement_until: Mapped[date | None] = mapped_column(info=says(N_("Agreement valid until"), "work", filtered=True))
    sessions: Mapped[list["SupervisionSession"]] = relationship(back_populates="supervisor")

    def __str__(self) -> str:
        return self.name


class SupervisionSession(HasStatus, Record):
    """One session, planned or held."""

    __tablename__ = "supervision_session"
    console: ClassVar = Console(N_("Supervision session"), N_("Work supervision"), Menu.SUPPORT, "cup-hot",
                                order=("-on",), related=("attendances", "claims"))
    __table_args__ = (
        sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends > starts", name="in_order"),
        sa.CheckConstraint("cost >= 0", name="cost_not_negative"),
        sa.CheckConstraint("hours > 0", name="hours_positive"),
    )
    lifecycle: ClassVar = PLAN
    constraint_sentences: ClassVar = {
        "in_order": N_("The end must be after the start."), "cost_not_negative": N_("A cost cannot be negative."),
        "hours_positive": N_("Hours are more than zero."),
    }

    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind), info=says(
        N_("Kind"), "work", listed=True, filtered=True))
    supervisor_id: Mapped[int] = mapped_column(sa.ForeignKey("supervisor.id"), index=True)
    supervisor: Mapped[Supervisor] = relationship(back_populates="sessions", info=says(
        N_("Supervisor"), "work", listed=True, searched=True, filtered=True))
    status: Mapped[PlanStatus] = mapped_column(choice(PlanStatus), default=PLAN.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    on: Mapped[date] = mapped_column(index=True, info=says(N_("Date"), "work", listed=True, filtered=True))
    starts: Mapped[time | None] = mapped_column(info=says(N_("Starts"), "work", listed=True))
    ends: Mapped[time | None] = mapped_column(info=says(N_("Ends"), "work"))
    hours: Mapped[Decimal | None] = mapped_column(Quantity, info=says(N_("Hours"), "work", listed=True))
    place: Mapped[short] = mapped_column(default="", info=says(N_("Place"), "work"))
    cost: Mapped[Decimal | None] = mapped_column(Money, info=says(N_("Cost"), "money"))
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="session")
    claims: Mapped[list[Any]] = relationship("Invoice", back_populates="session")

    def __str__(self) -> str:
        return f"{self.on:%-d.%-m.%Y}"


class Attendance(Record):
    """Whether an expert was offered, declined or attended a session."""

    __tablename__ = "attendance"
    console: ClassVar = Console(N_("Attendance"), N_("Attendances"), Menu.SUPPORT, "person-plus", order=("-id",),
                                label_from=("session",))
    __table_args__ = (sa.UniqueConstraint("session_id", "expert_id"),)
    constraint_sentences: ClassVar = {"session_id_expert_id": N_("This expert is already in this session.")}

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_session.id"))
    session: Mapped[SupervisionSession] = relationship(back_populates="attendances", info=says(
        N_("Supervision session"), "wellbeing", listed=True, filtered=True))
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(info=says(N_("Expert by experience"), "identity", listed=True, searched=True))
    attending: Mapped[Attending] = mapped_column(choice(Attending), default=Attending.OFFERED, info=says(
        N_("Attendance"), "wellbeing", listed=True, filtered=True))

    def __str__(self) -> str:
        return str(self.session)
