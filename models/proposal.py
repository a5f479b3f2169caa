"""A graduate whom a trainer proposes to the bank, with the person's own consent."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, says, short
from models.expert import Expert
from models.training import Programme
from rules.choices import Language
from rules.states import PROPOSAL, ProposalStatus
from rules.wording import N_


class Proposal(HasStatus, Record):
    """Somebody who has completed a training and has said that the coordinator may have their name and contact data.

    Without the consent there is no proposal. Whatever comes of it, what tells who it is goes from here.
    """

    __tablename__ = "proposal"
    console: ClassVar = Console(N_("Proposal to the bank"), N_("Proposals to the bank"), Menu.BANK, "person-plus",
                                order=("-id",))
    __table_args__ = (
        sa.CheckConstraint("status <> 'proposed' OR (first_name <> '' AND (phone <> '' OR email <> ''))",
                           name="can_be_reached"),
        sa.CheckConstraint("consent_on >= completed_on", name="consent_after_training"),
        sa.CheckConstraint("status <> 'accepted' OR expert_id IS NOT NULL", name="accepted_has_expert"),
    )
    lifecycle: ClassVar = PROPOSAL
    constraint_sentences: ClassVar = {
        "can_be_reached": N_("Give a name and one way to reach the person: phone or e-mail."),
        "consent_after_training": N_("The consent is given when the training is completed, or after it."),
        "accepted_has_expert": N_("A proposal that was accepted has its expert."),
    }

    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    programme: Mapped[Programme] = relationship(info=says(
        N_("Training programme"), "training", listed=True, searched=True, filtered=True))
    status: Mapped[ProposalStatus] = mapped_column(choice(ProposalStatus), default=PROPOSAL.initial,
        active_history=True, info=says(N_("State"), "training", listed=True, filtered=True, form=False))
    completed_on: Mapped[date] = mapped_column(info=says(N_("Completed on"), "training", listed=True))
    certificate_number: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("Certificate number"), "training"))
    first_name: Mapped[short] = mapped_column(default="", info=says(N_("First name"), "identity", listed=True))
    last_name: Mapped[short] = mapped_column(default="", info=says(N_("Last name"), "identity", listed=True))
    alias: Mapped[short] = mapped_column(default="", info=says(
        N_("Name to use"), "identity", help=N_("The name the person wishes to be known by.")))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact"))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact"))
    message_language: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(
        N_("Language of messages"), "contact"))
    consents: Mapped[bool] = mapped_column(default=False, info=says(
        N_("The person has consented"), "vetting",
        help=N_("The person wishes to join the bank and that the coordinator gets these data. Nothing is saved without "
                "it.")))
    consent_on: Mapped[date] = mapped_column(info=says(N_("Consent given on"), "vetting", listed=True))
    expert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert | None] = relationship(info=says(N_("Expert by experience"), "identity", form=False))

    def __str__(self) -> str:
        return f"{self.programme} #{self.id}"
