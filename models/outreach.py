"""Making the activity visible, what exists beside it, and taking part without an order."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, choice, line, says, short
from models.encryption import Encrypted, HasSecrets
from models.expert import Expert
from models.organisation import Organisation
from models.papers import Consent
from models.people import User
from models.reference import link
from rules.choices import Channel, StoryForm
from rules.wording import N_

outreach_organisation = link("outreach", "organisation", "outreach_organisation")


class Outreach(Record):
    """A visit, newsletter or event that told workers about the activity."""

    __tablename__ = "outreach"
    console: ClassVar = Console(N_("Outreach"), N_("Outreach"), Menu.VISIBILITY, "megaphone", order=("-on",))
    __table_args__ = (sa.CheckConstraint("reached >= 0", name="reached_not_negative"),)
    constraint_sentences: ClassVar = {"reached_not_negative": N_("A number of people cannot be negative.")}

    on: Mapped[date] = mapped_column(info=says(N_("Date"), "work", listed=True, filtered=True))
    organisations: Mapped[list[Organisation]] = relationship(secondary=outreach_organisation, info=says(
        N_("Organisations"), "work", listed=True, searched=True, filtered=True,
        help=N_("Every unit that was reached: a newsletter may reach many.")))
    channel: Mapped[Channel] = mapped_column(choice(Channel), info=says(
        N_("Channel"), "work", listed=True, filtered=True))
    audience: Mapped[short] = mapped_column(default="", info=says(N_("Audience"), "work", listed=True))
    reached: Mapped[int | None] = mapped_column(info=says(N_("People reached"), "work", listed=True))
    material: Mapped[short] = mapped_column(default="", info=says(N_("Material"), "work"))
    note: Mapped[line] = mapped_column(default="", info=says(N_("Note"), "work", long=True))

    def __str__(self) -> str:
        return f"{self.on:%-d.%-m.%Y}"


class Communication(Record):
    """Something published or sent about the activity."""

    __tablename__ = "communication"
    console: ClassVar = Console(N_("Communication"), N_("Communications"), Menu.VISIBILITY, "newspaper", order=("-on",))

    on: Mapped[date] = mapped_column(info=says(N_("Date"), "work", listed=True, filtered=True))
    channel: Mapped[Channel] = mapped_column(choice(Channel), info=says(
        N_("Channel"), "work", listed=True, filtered=True))
    title: Mapped[short] = mapped_column(info=says(N_("Title"), "work", listed=True, searched=True))
    audience: Mapped[short] = mapped_column(default="", info=says(N_("Audience"), "work", listed=True))
    link: Mapped[line] = mapped_column(default="", info=says(N_("Where it is"), "work"))

    def __str__(self) -> str:
        return self.title


class ExistingStructure(Record):
    """What already works and stays where it is; its owner keeps its own records."""

    __tablename__ = "existing_structure"
    console: ClassVar = Console(N_("Existing structure"), N_("Existing structures"), Menu.VISIBILITY, "diagram-3",
                                order=("name",), small=True)
    __table_args__ = (sa.UniqueConstraint("name"), sa.CheckConstraint("yearly_count >= 0", name="count_not_negative"))
    constraint_sentences: ClassVar = {
        "name": N_("The directory already has this structure."),
        "count_not_negative": N_("A number of people cannot be negative."),
    }

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "work", listed=True, searched=True))
    owner: Mapped[short] = mapped_column(info=says(N_("Owner"), "work", listed=True, searched=True))
    what: Mapped[str] = mapped_column(sa.String(1000), default="", info=says(N_("What it does"), "work", long=True))
    contact: Mapped[line] = mapped_column(default="", info=says(N_("How to reach it"), "work", listed=True))
    link: Mapped[line] = mapped_column(default="", info=says(N_("Where it is"), "work"))
    reviewed_on: Mapped[date | None] = mapped_column(info=says(N_("Reviewed on"), "work", listed=True, filtered=True))
    yearly_count: Mapped[int | None] = mapped_column(info=says(N_("Participants a year"), "work"))

    def __str__(self) -> str:
        return self.name


class Story(Record):
    """A story told without an order: it matters in itself. Where it may be shown can be withdrawn."""

    __tablename__ = "story"
    console: ClassVar = Console(N_("Story told"), N_("Stories told"), Menu.SUPPORT, "chat-quote", order=("-on",))

    on: Mapped[date] = mapped_column(info=says(N_("Date"), "work", listed=True, filtered=True))
    form: Mapped[StoryForm] = mapped_column(choice(StoryForm), info=says(
        N_("How it was told"), "work", listed=True, filtered=True))
    expert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert | None] = relationship(info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    where_told: Mapped[short] = mapped_column(default="", info=says(N_("Where"), "work", listed=True))
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"))
    consent: Mapped[Consent | None] = relationship(info=says(N_("Consent to publish"), "vetting"))
    taken_down_on: Mapped[date | None] = mapped_column(info=says(
        N_("Taken down on"), "work", listed=True, filtered=True, form=False))

    def __str__(self) -> str:
        return f"{self.on:%-d.%-m.%Y}"


class SupportContact(HasSecrets, Record):
    """A talk with an expert: when, how, and whether to call again. Seen by the coordinator only."""

    __tablename__ = "support_contact"
    console: ClassVar = Console(N_("Contact with an expert"), N_("Contacts with experts"), Menu.SUPPORT, "telephone",
                                order=("-on",))

    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert] = relationship(back_populates="support_contacts", info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    on: Mapped[date] = mapped_column(info=says(N_("Date"), "wellbeing", listed=True, filtered=True))
    channel: Mapped[Channel] = mapped_column(choice(Channel), default=Channel.PHONE, info=says(
        N_("Channel"), "wellbeing", listed=True))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User | None] = relationship(info=says(N_("Who"), "wellbeing", listed=True))
    next_on: Mapped[date | None] = mapped_column(info=says(N_("Next contact"), "wellbeing", listed=True, filtered=True))
    needs_call: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Needs a call"), "wellbeing", listed=True, filtered=True))
    note: Mapped[str | None] = mapped_column(Encrypted(length=1000), info=says(
        N_("What was agreed"), "wellbeing", long=True, help=N_("What was agreed, not what was told.")))

    def __str__(self) -> str:
        return f"{self.on:%-d.%-m.%Y}"
