"""What was said afterwards, and what was learned from it."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assignment import Assignment
from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, says
from models.order import Order
from models.organisation import Organisation
from models.reference import Theme
from rules.choices import FeedbackBy
from rules.states import INSIGHT, InsightStatus
from rules.wording import N_


class Feedback(Record):
    """Feedback of the orderer, the expert or the coordinator; the expert also answers on own wellbeing."""

    __tablename__ = "feedback"
    console: ClassVar = Console(N_("Feedback"), N_("Feedback"), Menu.PLACING, "chat-heart", order=("-given_on",),
                                label_from=("order",))
    __table_args__ = (
        sa.CheckConstraint("useful BETWEEN 1 AND 5", name="useful_range"),
        sa.CheckConstraint("was_heard BETWEEN 1 AND 5", name="heard_range"),
        sa.CheckConstraint("feels_after BETWEEN 1 AND 5", name="feels_range"),
    )
    constraint_sentences: ClassVar = {
        "useful_range": N_("Answer from 1 to 5."), "heard_range": N_("Answer from 1 to 5."),
        "feels_range": N_("Answer from 1 to 5."),
    }

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order] = relationship(back_populates="feedbacks", info=says(
        N_("Order"), "work", listed=True, searched=True))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    assignment: Mapped[Assignment | None] = relationship(back_populates="feedbacks", info=says(
        N_("Assignment"), "answers"))
    given_by: Mapped[FeedbackBy] = mapped_column(choice(FeedbackBy), info=says(
        N_("Given by"), "work", listed=True, filtered=True))
    given_on: Mapped[date] = mapped_column(info=says(N_("Given on"), "work", listed=True, filtered=True))
    useful: Mapped[int | None] = mapped_column(info=says(N_("Was useful (1–5)"), "feedback", listed=True))
    text: Mapped[str] = mapped_column(sa.String(4000), default="", info=says(N_("In words"), "feedback", long=True))
    released: Mapped[bool] = mapped_column(default=False, info=says(
        N_("May be shown to the expert"), "feedback", filtered=True))
    was_heard: Mapped[int | None] = mapped_column(info=says(N_("I was heard (1–5)"), "wellbeing"))
    would_again: Mapped[bool | None] = mapped_column(info=says(N_("Would take part again"), "wellbeing"))
    feels_after: Mapped[int | None] = mapped_column(info=says(N_("How I feel afterwards (1–5)"), "wellbeing"))
    wants_call: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Asks for a call"), "wellbeing", filtered=True))
    concern: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Something weighs on the mind"), "wellbeing", filtered=True,
        help=N_("Said in the feedback, or seen in how the expert feels afterwards.")))
    called_on: Mapped[date | None] = mapped_column(info=says(N_("Called on"), "wellbeing", form=False))
    action_taken: Mapped[str] = mapped_column(sa.String(1000), default="", info=says(
        N_("What was done about it"), "feedback", long=True))

    def __str__(self) -> str:
        return f"{self.order} {self.given_on:%-d.%-m.%Y}"


class Insight(HasStatus, Record):
    """What was learned, without anybody's identity: to whom it was passed and what they did."""

    __tablename__ = "insight"
    console: ClassVar = Console(N_("Insight"), N_("Experience knowledge"), Menu.SUPPORT, "lightbulb",
                                order=("-created_at",))
    lifecycle: ClassVar = INSIGHT

    text: Mapped[str] = mapped_column(sa.String(4000), info=says(
        N_("What was learned"), "feedback", listed=True, searched=True, long=True,
        help=N_("Write so that nobody can be recognised.")))
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"))
    theme: Mapped[Theme | None] = relationship(info=says(N_("Theme"), "feedback", listed=True, filtered=True))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order | None] = relationship(back_populates="insights", info=says(N_("Order"), "work"))
    passed_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    passed_to: Mapped[Organisation | None] = relationship(info=says(
        N_("Passed on to"), "feedback", listed=True, filtered=True))
    status: Mapped[InsightStatus] = mapped_column(choice(InsightStatus), default=INSIGHT.initial, active_history=True,
        info=says(N_("State"), "feedback", listed=True, filtered=True, form=False))
    answer: Mapped[str] = mapped_column(sa.String(2000), default="", info=says(
        N_("What they answered and did"), "feedback", long=True))
    follow_up_on: Mapped[date | None] = mapped_column(info=says(
        N_("Follow up on"), "feedback", listed=True, filtered=True))
    impact_back: Mapped[str] = mapped_column(sa.String(400), default="", info=says(
        N_("Told back to the expert"), "feedback", help=N_("One sentence on what changed.")))

    def __str__(self) -> str:
        return self.text[:60]
