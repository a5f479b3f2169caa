"""What an onboarding goes through, and the part of each who onboards: when and by whom it was signed off."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, choice, says, short
from models.order import Order
from models.organisation import Organisation
from models.reference import Listed, link
from rules.choices import OnboardingSide, OrderKind
from rules.wording import N_

part_point = link("onboarding_part", "onboarding_point", "onboarding_part_point")


class OnboardingPoint(Listed):
    """An entry of the checklist of onboardings: for every kind of event or for one, for every part or for one."""

    __tablename__ = "onboarding_point"
    console: ClassVar = Console(N_("Point of the onboarding checklist"), N_("Onboarding checklist"), Menu.SETTINGS,
                                "list-check", order=("name",), small=True)

    kind: Mapped[OrderKind | None] = mapped_column(choice(OrderKind), info=says(
        N_("Event"), "meta", listed=True, filtered=True, help=N_("Empty: talked about before every kind of event.")))
    side: Mapped[OnboardingSide | None] = mapped_column(choice(OnboardingSide), info=says(
        N_("Whose part"), "meta", listed=True, filtered=True, help=N_("Empty: asked of everyone who onboards.")))


class OnboardingPart(Record):
    """What one of those who onboard together has to do. The expert may be confirmed when every part is signed off.

    An orderer reads the own part before anybody is confirmed: nothing here tells who it is about or what was answered.
    """

    __tablename__ = "onboarding_part"
    console: ClassVar = Console(N_("Part of an onboarding"), N_("Parts of onboardings"), Menu.PLACING, "people",
                                order=("-id",), label_from=("order",))
    __table_args__ = (sa.UniqueConstraint("assignment_id", "side"),)
    constraint_sentences: ClassVar = {"assignment_id_side": N_("This part of the onboarding is here already.")}

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order] = relationship(info=says(N_("Order"), "work", listed=True, searched=True, form=False))
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"))
    assignment: Mapped[Any] = relationship("Assignment", back_populates="onboarding_parts", info=says(
        N_("Assignment"), "identity", listed=True, form=False))
    side: Mapped[OnboardingSide] = mapped_column(choice(OnboardingSide), info=says(
        N_("Whose part"), "work", listed=True, filtered=True, form=False))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship(info=says(
        N_("Organisation"), "work", listed=True, form=False))
    signed_on: Mapped[date | None] = mapped_column(info=says(
        N_("Signed off on"), "training", listed=True, filtered=True, form=False))
    signed_by: Mapped[short] = mapped_column(default="", info=says(
        N_("Onboarded by"), "training", listed=True, form=False))
    talked: Mapped[list[OnboardingPoint]] = relationship(secondary=part_point, info=says(
        N_("Talked about in the onboarding"), "training", form=False))

    def __str__(self) -> str:
        """Neutral on purpose, as the assignment is: who reads it may not know the name."""
        return f"{self.order}/{self.assignment_id}"
