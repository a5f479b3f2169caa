"""Organisations in all their roles, and the people one reaches there."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, choice, line, says, short
from models.reference import Municipality
from rules.choices import Language, OrganisationKind
from rules.wording import N_


class Organisation(Record):
    """A unit, home, NGO or school; the same one may order, train and host groups."""

    __tablename__ = "organisation"
    console: ClassVar = Console(N_("Organisation"), N_("Organisations"), Menu.BANK, "building", order=("name",),
                                related=("contacts", "orders"))
    __table_args__ = (
        sa.UniqueConstraint("name"),
        sa.CheckConstraint("parent_id <> id", name="not_own_parent"),
    )
    constraint_sentences: ClassVar = {
        "name": N_("There is already an organisation of this name."),
        "not_own_parent": N_("An organisation cannot be a part of itself."),
    }

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "work", listed=True, searched=True))
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind), info=says(
        N_("Kind"), "work", listed=True, filtered=True))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id", info=says(
        N_("Part of"), "work"))
    places_orders: Mapped[bool] = mapped_column(default=True, info=says(
        N_("Places orders"), "work", listed=True, filtered=True))
    trains: Mapped[bool] = mapped_column(default=False, info=says(N_("Trains"), "work", listed=True, filtered=True))
    hosts_groups: Mapped[bool] = mapped_column(default=False, info=says(N_("Hosts groups"), "work", filtered=True))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("Active"), "work", filtered=True))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    municipality: Mapped[Municipality | None] = relationship(info=says(
        N_("Municipality"), "work", listed=True, filtered=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact"))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact"))
    business_id: Mapped[str] = mapped_column(sa.String(12), default="", info=says(N_("Business ID"), "money"))
    cost_centre: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Cost centre"), "money"))
    einvoice_address: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("E-invoice address"), "money"))
    note: Mapped[line] = mapped_column(default="", info=says(N_("Note"), "meta", long=True))
    contacts: Mapped[list["Contact"]] = relationship(back_populates="organisation")

    def __str__(self) -> str:
        return self.name


class Contact(Record):
    """A worker one reaches at an organisation."""

    __tablename__ = "contact"
    console: ClassVar = Console(N_("Contact person"), N_("Contact persons"), Menu.BANK, "person-lines",
                                order=("name",))

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "identity", listed=True, searched=True))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation] = relationship(back_populates="contacts", info=says(
        N_("Organisation"), "work", listed=True, searched=True, filtered=True))
    title: Mapped[short] = mapped_column(default="", info=says(N_("Job title"), "work", listed=True))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact", listed=True, searched=True))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact", listed=True))
    message_language: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(
        N_("Language of messages"), "contact"))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("Active"), "work", filtered=True))

    def __str__(self) -> str:
        return self.name
