"""What is on paper about an expert: guardian, consents, agreements, background checks. Dates, never contents."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, says, short
from models.expert import Expert
from models.people import User
from rules.choices import AgreementKind, CheckBasis, ConsentKind
from rules.states import CONSENT, ConsentStatus
from rules.wording import N_


class Guardian(Record):
    """A custodian or legal guardian of a minor."""

    __tablename__ = "guardian"
    console: ClassVar = Console(N_("Guardian"), N_("Guardians"), Menu.BANK, "house-heart", order=("name",))

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="guardians", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    name: Mapped[short] = mapped_column(info=says(N_("Name"), "contact", listed=True))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact", listed=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact"))
    legal: Mapped[bool] = mapped_column(default=False, info=says(N_("Legal guardian, not custodian"), "contact"))

    def __str__(self) -> str:
        return self.name


class Consent(HasStatus, Record):
    """A consent given, for one purpose, which can be withdrawn."""

    __tablename__ = "consent"
    console: ClassVar = Console(N_("Consent"), N_("Consents"), Menu.BANK, "check2-square", order=("-given_on",))
    __table_args__ = (sa.CheckConstraint("valid_until IS NULL OR valid_until >= given_on", name="in_order"),)
    lifecycle: ClassVar = CONSENT
    constraint_sentences: ClassVar = {"in_order": N_("The end cannot be before the start.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="consents", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    kind: Mapped[ConsentKind] = mapped_column(choice(ConsentKind), info=says(
        N_("Kind"), "vetting", listed=True, filtered=True))
    given_by: Mapped[short] = mapped_column(info=says(N_("Given by"), "vetting", listed=True))
    given_on: Mapped[date] = mapped_column(info=says(N_("Given on"), "vetting", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(
        N_("Valid until"), "vetting", listed=True, filtered=True))
    status: Mapped[ConsentStatus] = mapped_column(choice(ConsentStatus), default=CONSENT.initial, active_history=True,
        info=says(N_("State"), "vetting", listed=True, filtered=True, form=False))

    def __str__(self) -> str:
        return f"{self.given_on:%-d.%-m.%Y}"


class Agreement(Record):
    """A signed contract or confidentiality agreement."""

    __tablename__ = "agreement"
    console: ClassVar = Console(N_("Agreement"), N_("Agreements"), Menu.BANK, "pen", order=("-signed_on",))
    __table_args__ = (sa.CheckConstraint("valid_until IS NULL OR valid_until >= signed_on", name="in_order"),)
    constraint_sentences: ClassVar = {"in_order": N_("The end cannot be before the start.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="agreements", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    kind: Mapped[AgreementKind] = mapped_column(choice(AgreementKind), info=says(
        N_("Kind"), "vetting", listed=True, filtered=True))
    form_version: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Form version"), "vetting"))
    signed_on: Mapped[date] = mapped_column(info=says(N_("Signed on"), "vetting", listed=True))
    valid_until: Mapped[date | None] = mapped_column(info=says(
        N_("Valid until"), "vetting", listed=True, filtered=True))

    def __str__(self) -> str:
        return f"{self.signed_on:%-d.%-m.%Y}"


class BackgroundCheck(Record):
    """That an extract was shown: its date and who saw it. The law forbids keeping anything else."""

    __tablename__ = "background_check"
    console: ClassVar = Console(N_("Background check"), N_("Background checks"), Menu.BANK, "shield-check",
                                order=("-issued_on",))
    __table_args__ = (sa.CheckConstraint("seen_on >= issued_on", name="seen_after_issue"),)
    constraint_sentences: ClassVar = {"seen_after_issue": N_("An extract is seen on or after the day it was issued.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="checks", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    basis: Mapped[CheckBasis] = mapped_column(choice(CheckBasis), info=says(N_("Basis"), "vetting", listed=True))
    issued_on: Mapped[date] = mapped_column(info=says(N_("Issued on"), "vetting", listed=True, filtered=True))
    seen_on: Mapped[date] = mapped_column(info=says(N_("Seen on"), "vetting", listed=True))
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    seen_by: Mapped[User | None] = relationship(info=says(N_("Seen by"), "vetting"))

    def __str__(self) -> str:
        return f"{self.issued_on:%-d.%-m.%Y}"
