"""The bank: experts by experience, and what they wish and do not wish to be asked."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, line, says, short
from models.encryption import Encrypted, HasSecrets
from models.organisation import Contact, Organisation
from models.people import Person, User
from models.reference import Municipality, SpokenLanguage, Task, Theme, Viewpoint, link
from models.sealed_choice import SealedChoice
from rules.choices import Language
from rules.states import EXPERT, BankStatus
from rules.wording import N_

expert_theme = link("expert", "theme", "expert_theme")
expert_viewpoint = link("expert", "viewpoint", "expert_viewpoint")
expert_task = link("expert", "task", "expert_task")
expert_language = link("expert", "spoken_language", "expert_language")
expert_municipality = link("expert", "municipality", "expert_municipality")


class Expert(HasStatus, HasSecrets, Record):
    """An expert by experience. An alias and one way to reach is enough; nothing else is asked before it is needed."""

    __tablename__ = "expert"
    console: ClassVar = Console(
        N_("Expert by experience"), N_("Experts by experience"), Menu.BANK, "people", order=("last_name", "first_name"),
        related=("pauses", "support_persons", "assignments", "completions", "consents", "agreements", "checks",
                 "guardians", "support_contacts"))
    __table_args__ = (
        sa.CheckConstraint("alias <> '' OR first_name <> '' OR last_name <> ''", name="has_a_name"),
        sa.CheckConstraint("bank_status = 'anonymised' OR phone <> '' OR email <> '' OR reached_through <> ''",
                           name="can_be_reached"),
        sa.Index(None, "last_name", "first_name"),
    )
    lifecycle: ClassVar = EXPERT
    constraint_sentences: ClassVar = {
        "has_a_name": N_("Give a name or the name the person wishes to use."),
        "can_be_reached": N_("Give one way to reach the person: phone, e-mail or through whom."),
        "person_id": N_("This person already has an expert record."),
    }

    alias: Mapped[short] = mapped_column(default="", info=says(
        N_("Name to use"), "identity", searched=True,
        help=N_("The name the person wishes to be known by. Enough alone.")))
    first_name: Mapped[short] = mapped_column(default="", info=says(
        N_("First name"), "identity", listed=True, searched=True))
    last_name: Mapped[short] = mapped_column(default="", info=says(
        N_("Last name"), "identity", listed=True, searched=True))
    status: Mapped[BankStatus] = mapped_column("bank_status", choice(BankStatus), default=EXPERT.initial,
        active_history=True, info=says(N_("In the bank"), "work", listed=True, filtered=True, form=False))
    birth_date: Mapped[date | None] = mapped_column(info=says(N_("Date of birth"), "identity"))
    birth_year: Mapped[int | None] = mapped_column(info=says(
        N_("Year of birth"), "identity", help=N_("When the date is not known.")))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact", searched=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact", searched=True))
    address: Mapped[str | None] = mapped_column(Encrypted(length=400), info=says(N_("Address"), "safety"))
    message_language: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(
        N_("Language of messages"), "contact"))
    reached_through: Mapped[short] = mapped_column(default="", info=says(
        N_("Reached through"), "contact", help=N_("A person or a place, when there is no phone or e-mail.")))
    contact_note: Mapped[line] = mapped_column(default="", info=says(
        N_("When and how to contact"), "contact", help=N_("For example: call in the afternoon.")))
    municipalities: Mapped[list[Municipality]] = relationship(secondary=expert_municipality, info=says(
        N_("Municipalities"), "contact", listed=True, filtered=True))
    themes: Mapped[list[Theme]] = relationship(secondary=expert_theme, info=says(
        N_("Themes"), "experience", listed=True, filtered=True,
        help=N_("Chosen from the list. The story itself is not written here.")))
    viewpoints: Mapped[list[Viewpoint]] = relationship(secondary=expert_viewpoint, info=says(
        N_("Viewpoints"), "experience", filtered=True))
    tasks: Mapped[list[Task]] = relationship(secondary=expert_task, info=says(N_("Tasks"), "experience", filtered=True))
    languages: Mapped[list[SpokenLanguage]] = relationship(secondary=expert_language, info=says(
        N_("Languages"), "experience", filtered=True))
    closed_themes: Mapped[SealedChoice] = mapped_column(Encrypted(target=Theme), nullable=True, info=says(
        N_("Does not wish to be asked about"), "safety"))
    avoided_organisations: Mapped[SealedChoice] = mapped_column(
        Encrypted(target=Organisation), nullable=True, info=says(
        N_("Units not to meet"), "safety", help=N_("Nobody but the coordinator ever sees this.")))
    avoided_contacts: Mapped[SealedChoice] = mapped_column(Encrypted(target=Contact), nullable=True, info=says(
        N_("Persons not to meet"), "safety"))
    load_limit: Mapped[int | None] = mapped_column(Encrypted(of=int), info=says(
        N_("Assignments a month at most"), "safety"))
    remote_only: Mapped[bool] = mapped_column(default=False, info=says(N_("Remote only"), "safety", filtered=True))
    protected: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Non-disclosure for safety"), "safety", filtered=True,
        help=N_("Contact data and places are kept out of every list and export.")))
    restricted: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Processing restricted"), "safety", filtered=True, help=N_("Not proposed for any order.")))
    wants_no_fee: Mapped[bool] = mapped_column(default=False, info=says(N_("Takes part without a fee"), "work"))
    met_on: Mapped[date | None] = mapped_column(info=says(N_("Met in person"), "work", filtered=True))
    known_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    known_by: Mapped[User | None] = relationship(foreign_keys=[known_by_id], info=says(N_("Known by"), "work"))
    last_confirmed_on: Mapped[date | None] = mapped_column(info=says(
        N_("Data confirmed"), "work", listed=True, filtered=True))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    person: Mapped[Person | None] = relationship(back_populates="expert", info=says(
        N_("Person"), "identity", help=N_("Needed when the same person also has an account.")))
    pauses: Mapped[list["Pause"]] = relationship(back_populates="expert")
    support_persons: Mapped[list["SupportPerson"]] = relationship(back_populates="expert")
    guardians: Mapped[list[Any]] = relationship("Guardian", back_populates="expert")
    consents: Mapped[list[Any]] = relationship("Consent", back_populates="expert")
    agreements: Mapped[list[Any]] = relationship("Agreement", back_populates="expert")
    checks: Mapped[list[Any]] = relationship("BackgroundCheck", back_populates="expert")
    completions: Mapped[list[Any]] = relationship("Completion", back_populates="expert")
    assignments: Mapped[list[Any]] = relationship("Assignment", back_populates="expert")
    support_contacts: Mapped[list[Any]] = relationship("SupportContact", back_populates="expert")

    def __str__(self) -> str:
        return shown_name(self.alias, self.first_name, self.last_name)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.alias


def shown_name(alias: str, first_name: str, last_name: str) -> str:
    """The name shown: the chosen one, else the first name and an initial."""
    if alias:
        return alias
    initial = f"{last_name[:1]}." if last_name and first_name else last_name
    return f"{first_name} {initial}".strip()


class Pause(Record):
    """A time during which the person is not asked. No reason is ever written."""

    __tablename__ = "pause"
    console: ClassVar = Console(N_("Pause"), N_("Pauses"), Menu.BANK, "pause", order=("-starts_on",))
    __table_args__ = (sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="in_order"),)
    constraint_sentences: ClassVar = {"in_order": N_("The end cannot be before the start.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="pauses", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    starts_on: Mapped[date] = mapped_column(info=says(N_("First day"), "answers", listed=True, filtered=True))
    ends_on: Mapped[date | None] = mapped_column(info=says(
        N_("Last day"), "answers", listed=True, filtered=True, help=N_("Empty: until the person says so.")))

    def __str__(self) -> str:
        until = f"{self.ends_on:%-d.%-m.%Y}" if self.ends_on else ""
        return f"{self.starts_on:%-d.%-m.%Y}–{until}"


class SupportPerson(HasSecrets, Record):
    """The familiar and safe worker whom the expert has chosen."""

    __tablename__ = "support_person"
    console: ClassVar = Console(N_("Support person"), N_("Support persons"), Menu.BANK, "heart", order=("name",))
    __table_args__ = (sa.CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="in_order"),)
    constraint_sentences: ClassVar = {"in_order": N_("The end cannot be before the start.")}

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="support_persons", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    name: Mapped[short] = mapped_column(info=says(N_("Name"), "wellbeing", listed=True, searched=True))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship(info=says(N_("Organisation"), "wellbeing", listed=True))
    phone: Mapped[str | None] = mapped_column(Encrypted(length=40), info=says(N_("Phone"), "wellbeing", listed=True))
    email: Mapped[str | None] = mapped_column(Encrypted(length=120), info=says(
        N_("E-mail"), "wellbeing", help=N_("Where the own link of the support person is sent.")))
    chosen_by_expert: Mapped[bool] = mapped_column(default=True, info=says(N_("Chosen by the expert"), "wellbeing"))
    since: Mapped[date | None] = mapped_column(info=says(N_("Since"), "wellbeing"))
    until: Mapped[date | None] = mapped_column(info=says(N_("Until"), "wellbeing", filtered=True))

    def __str__(self) -> str:
        return self.name
