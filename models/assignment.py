"""One expert in one order: asked, answered, onboarded, confirmed, held, talked through."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Money, Record, choice, line, says, short
from models.expert import Expert
from models.order import Order
from models.organisation import Organisation
from rules.choices import AnswerBy, ContactRelease, Debriefed, FeeUnit, Onboarded, WithoutFee
from rules.states import ASSIGNMENT, AssignmentStatus
from rules.wording import N_


class Assignment(HasStatus, Record):
    """An expert's part in an order. Saying "not now" is free in every state before closed."""

    __tablename__ = "assignment"
    console: ClassVar = Console(N_("Assignment"), N_("Assignments"), Menu.PLACING, "person-check", order=("-id",),
                                related=("onboarding_parts", "feedbacks", "claims", "training_checks"),
                                label_from=("order",))
    __table_args__ = (
        sa.UniqueConstraint("order_id", "expert_id"),
        sa.CheckConstraint("status NOT IN ('confirmed', 'held', 'closed') OR onboarded IS NOT NULL",
                           name="confirmed_is_onboarded"),
        sa.CheckConstraint("status <> 'closed' OR debriefed IS NOT NULL", name="closed_is_debriefed"),
        sa.CheckConstraint("(onboarded IS NULL) = (onboarded_on IS NULL)", name="onboarding_has_date"),
        sa.CheckConstraint("(debriefed IS NULL) = (debriefed_on IS NULL)", name="debrief_has_date"),
        sa.CheckConstraint("agreed_fee >= 0", name="fee_not_negative"),
        sa.Index(None, "status", "id"),
    )
    lifecycle: ClassVar = ASSIGNMENT
    constraint_sentences: ClassVar = {
        "order_id_expert_id": N_("This expert is already in this order."),
        "confirmed_is_onboarded": N_("Record the onboarding before confirming."),
        "closed_is_debriefed": N_("Record the debrief before closing."),
        "onboarding_has_date": N_("An onboarding has its date."),
        "debrief_has_date": N_("A debrief has its date."),
        "fee_not_negative": N_("A fee cannot be negative."),
    }

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"))
    order: Mapped[Order] = relationship(back_populates="assignments", info=says(
        N_("Order"), "work", listed=True, searched=True, form=False))
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="assignments", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True, form=False))
    status: Mapped[AssignmentStatus] = mapped_column(choice(AssignmentStatus), default=ASSIGNMENT.initial,
        active_history=True, info=says(N_("State"), "answers", listed=True, filtered=True, form=False))
    asked_on: Mapped[date | None] = mapped_column(index=True, info=says(
        N_("Asked on"), "answers", listed=True, filtered=True, form=False))
    reminded_on: Mapped[date | None] = mapped_column(info=says(N_("Reminded on"), "answers", form=False))
    answered_by: Mapped[AnswerBy | None] = mapped_column(choice(AnswerBy), info=says(
        N_("Answer given by"), "answers", form=False))
    wants_to_talk: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Wants to talk first"), "answers", filtered=True))
    why: Mapped[str] = mapped_column(sa.String(4000), default="", info=says(
        N_("Reasons"), "answers", form=False, detail=False))
    override_reason: Mapped[line] = mapped_column(default="", info=says(N_("Asked in spite of"), "answers", form=False))
    agreed_fee: Mapped[Decimal | None] = mapped_column(Money, info=says(N_("Fee agreed"), "money"))
    agreed_unit: Mapped[FeeUnit | None] = mapped_column(choice(FeeUnit), info=says(N_("Fee for"), "money"))
    without_fee: Mapped[WithoutFee | None] = mapped_column(choice(WithoutFee), info=says(
        N_("Without a fee"), "money", filtered=True, help=N_("Costs are paid as ever. Empty: the fee can be claimed.")))
    companion_agreed: Mapped[bool] = mapped_column(default=False, info=says(
        N_("A companion's costs are paid"), "money", help=N_("Somebody comes along with the expert, by agreement.")))
    contact_release: Mapped[ContactRelease] = mapped_column(choice(ContactRelease), default=ContactRelease.COORDINATOR,
        info=says(N_("Contact for the orderer"), "work"))
    goes_by: Mapped[short] = mapped_column(default="", info=says(
        N_("Name for the orderer"), "work", listed=True, form=False,
        help=N_("As the expert wishes to be known in this order.")))
    onboarding_with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    onboarding_with: Mapped[Organisation | None] = relationship(info=says(
        N_("Onboarding together with"), "training", form=False,
        help=N_("A training organisation that sees this assignment.")))
    onboarded: Mapped[Onboarded | None] = mapped_column(choice(Onboarded), info=says(
        N_("Onboarding"), "training", listed=True, filtered=True, form=False))
    onboarded_on: Mapped[date | None] = mapped_column(info=says(N_("Onboarded on"), "training", form=False))
    onboarded_by: Mapped[short] = mapped_column(default="", info=says(N_("Onboarded by"), "training", form=False))
    onboarding_note: Mapped[line] = mapped_column(default="", info=says(
        N_("Why no onboarding is needed"), "training", form=False))
    onboarding_parts: Mapped[list[Any]] = relationship("OnboardingPart", back_populates="assignment",
                                                       order_by="OnboardingPart.id")
    debriefed: Mapped[Debriefed | None] = mapped_column(choice(Debriefed), info=says(
        N_("Debrief"), "wellbeing", listed=True, filtered=True, form=False))
    debriefed_on: Mapped[date | None] = mapped_column(info=says(N_("Debriefed on"), "wellbeing", form=False))
    debriefed_with: Mapped[short] = mapped_column(default="", info=says(N_("Debriefed with"), "wellbeing", form=False))
    needs_follow_up: Mapped[bool] = mapped_column(default=False, index=True, info=says(
        N_("Needs a call"), "wellbeing", filtered=True))
    supervision_offered: Mapped[bool] = mapped_column(default=False, info=says(N_("Supervision offered"), "wellbeing"))
    feedbacks: Mapped[list[Any]] = relationship("Feedback", back_populates="assignment")
    claims: Mapped[list[Any]] = relationship("Invoice", back_populates="assignment")
    training_checks: Mapped[list[Any]] = relationship("TrainingCheck", back_populates="assignment")

    def __str__(self) -> str:
        """Neutral on purpose: finance and trainers read it where they may not read the name."""
        return f"{self.order}/{self.id}"
