"""What is asked for: requests from the public form, orders and their occasions."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Money, Record, UTCDateTime, choice, line, says, short, text
from models.organisation import Contact, Organisation
from models.people import User
from models.reference import Municipality, SpokenLanguage, Task, Theme, Viewpoint, link
from rules.choices import CostBearer, Language, OrderKind, OrderSource
from rules.states import ORDER, REQUEST, OrderStatus, RequestStatus
from rules.wording import N_

order_theme = link("order", "theme", "order_theme")
order_viewpoint = link("order", "viewpoint", "order_viewpoint")
order_task = link("order", "task", "order_task")
order_language = link("order", "spoken_language", "order_language")
request_theme = link("request", "theme", "request_theme")


class Request(HasStatus, Record):
    """A wish that reached the coordinator and is not yet an order: from the public form, or written down."""

    __tablename__ = "request"
    console: ClassVar = Console(N_("Request"), N_("Requests"), Menu.PLACING, "inbox", order=("-created_at",))
    __table_args__ = (
        sa.CheckConstraint("audience_size >= 0", name="audience_not_negative"),
        sa.CheckConstraint("places > 0", name="places_positive"),
    )
    lifecycle: ClassVar = REQUEST
    constraint_sentences: ClassVar = {
        "audience_not_negative": N_("The size of the audience cannot be negative."),
        "places_positive": N_("At least one expert is needed."),
    }

    organisation_name: Mapped[short] = mapped_column(info=says(N_("Organisation"), "work", listed=True, searched=True))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship(info=says(
        N_("In the bank's directory"), "work", help=N_("The same organisation as a record here, when it is known.")))
    contact_name: Mapped[short] = mapped_column(info=says(N_("Contact person"), "contact", listed=True, searched=True))
    contact_title: Mapped[short] = mapped_column(default="", info=says(N_("Job title"), "contact"))
    email: Mapped[short] = mapped_column(default="", info=says(N_("E-mail"), "contact"))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Phone"), "contact"))
    wish: Mapped[str] = mapped_column(sa.String(4000), info=says(N_("What is wished for"), "work", long=True))
    kind: Mapped[OrderKind | None] = mapped_column(choice(OrderKind), info=says(N_("Event"), "work", filtered=True))
    themes: Mapped[list[Theme]] = relationship(secondary=request_theme, info=says(N_("Themes"), "work"))
    wished_on: Mapped[date | None] = mapped_column(info=says(N_("Wished date"), "work", listed=True))
    starts: Mapped[time | None] = mapped_column(info=says(N_("Starts"), "work"))
    ends: Mapped[time | None] = mapped_column(info=says(N_("Ends"), "work"))
    other_times: Mapped[line] = mapped_column(default="", info=says(N_("Other possible times"), "work"))
    remote: Mapped[bool] = mapped_column(default=False, info=says(N_("Remote"), "work"))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    municipality: Mapped[Municipality | None] = relationship(info=says(N_("Municipality"), "work"))
    place: Mapped[short] = mapped_column(default="", info=says(N_("Place"), "work"))
    audience: Mapped[short] = mapped_column(default="", info=says(N_("Audience"), "work"))
    audience_size: Mapped[int | None] = mapped_column(info=says(N_("Size of the audience"), "work"))
    minors_present: Mapped[bool] = mapped_column(default=False, info=says(N_("Minors present"), "work"))
    places: Mapped[int] = mapped_column(default=1, info=says(N_("Experts needed"), "work"))
    requires_training: Mapped[bool] = mapped_column(default=False, info=says(N_("Training required"), "work"))
    training_reason: Mapped[line] = mapped_column(default="", info=says(N_("Why training is required"), "work"))
    background_needed: Mapped[bool] = mapped_column(default=False, info=says(N_("Background check needed"), "work"))
    practical: Mapped[str] = mapped_column(sa.String(1000), default="", info=says(
        N_("Practical matters"), "work", long=True))
    cost_centre: Mapped[str] = mapped_column(sa.String(40), default="", info=says(N_("Cost centre"), "work"))
    invoicing: Mapped[line] = mapped_column(default="", info=says(N_("Invoicing"), "work"))
    heard_of: Mapped[short] = mapped_column(default="", info=says(N_("Heard of us from"), "work"))
    came_by: Mapped[OrderSource] = mapped_column(choice(OrderSource), default=OrderSource.PHONE, info=says(
        N_("Came by"), "work", filtered=True))
    written_in: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(
        N_("Language of messages"), "contact"))
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(
        N_("E-mail confirmed"), "work", form=False))
    belongs_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("existing_structure.id"), index=True)
    belongs_to: Mapped[Any] = relationship("ExistingStructure", info=says(
        N_("Seems to belong to"), "work", listed=True, form=False))
    status: Mapped[RequestStatus] = mapped_column(choice(RequestStatus), default=REQUEST.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped["Order | None"] = relationship(back_populates="requests", info=says(
        N_("Order"), "work", listed=True, form=False))

    def __str__(self) -> str:
        return f"{self.organisation_name}, {self.contact_name}"


class Order(HasStatus, Record):
    """What an organisation asks for. One or more occasions, one or more experts."""

    __tablename__ = "order"
    console: ClassVar = Console(
        N_("Order"), N_("Orders"), Menu.PLACING, "calendar-event", order=("-number",),
        related=("occasions", "requests", "feedbacks", "insights"), includes="occasions",
        quick=("organisation", "contact", "kind", "themes", "occasions.on", "occasions.starts", "occasions.ends",
               "occasions.place", "purpose"))
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("places > 0", name="places_positive"),
        sa.CheckConstraint("audience_size >= 0", name="audience_not_negative"),
        sa.CheckConstraint("offered_fee >= 0", name="fee_not_negative"),
        sa.CheckConstraint("NOT requires_training OR training_reason <> ''", name="training_has_reason"),
        sa.Index(None, "status", "number"),
        sa.Index(None, "organisation_id", "received_on"),
    )
    lifecycle: ClassVar = ORDER
    constraint_sentences: ClassVar = {
        "number": N_("There is already an order of this number."),
        "places_positive": N_("At least one expert is needed."),
        "audience_not_negative": N_("The size of the audience cannot be negative."),
        "fee_not_negative": N_("A fee cannot be negative."),
        "training_has_reason": N_("Say why training is required: otherwise it bars nobody."),
    }

    number: Mapped[str] = mapped_column(sa.String(20), info=says(
        N_("Number"), "work", listed=True, searched=True, form=False))
    status: Mapped[OrderStatus] = mapped_column(choice(OrderStatus), default=ORDER.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    organisation: Mapped[Organisation] = relationship(backref="orders", info=says(
        N_("Orderer"), "work", listed=True, searched=True, filtered=True))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship(info=says(N_("Contact person"), "work", searched=True))
    source: Mapped[OrderSource] = mapped_column(choice(OrderSource), default=OrderSource.PHONE, info=says(
        N_("Came by"), "work", filtered=True))
    received_on: Mapped[date] = mapped_column(index=True, info=says(
        N_("Received on"), "work", listed=True, filtered=True))
    kind: Mapped[OrderKind] = mapped_column(choice(OrderKind), info=says(
        N_("Event"), "work", listed=True, filtered=True))
    title: Mapped[short] = mapped_column(default="", info=says(N_("Title"), "work", searched=True))
    themes: Mapped[list[Theme]] = relationship(secondary=order_theme, info=says(
        N_("Themes"), "work", listed=True, filtered=True))
    viewpoints: Mapped[list[Viewpoint]] = relationship(secondary=order_viewpoint, info=says(N_("Viewpoints"), "work"))
    tasks: Mapped[list[Task]] = relationship(secondary=order_task, info=says(N_("Tasks"), "work"))
    languages: Mapped[list[SpokenLanguage]] = relationship(secondary=order_language, info=says(N_("Languages"), "work"))
    purpose: Mapped[text] = mapped_column(default="", info=says(
        N_("Purpose"), "work", long=True, help=N_("What will be done with what is heard.")))
    practical: Mapped[str] = mapped_column(sa.String(1000), default="", info=says(
        N_("Practical matters"), "work", long=True, help=N_("Equipment, accessibility, an interpreter, recording.")))
    other_times: Mapped[line] = mapped_column(default="", info=says(N_("Other possible times"), "work"))
    audience: Mapped[short] = mapped_column(default="", info=says(N_("Audience"), "work"))
    audience_size: Mapped[int | None] = mapped_column(info=says(N_("Size of the audience"), "work"))
    minors_present: Mapped[bool] = mapped_column(default=False, info=says(N_("Minors present"), "work"))
    background_needed: Mapped[bool] = mapped_column(default=False, info=says(N_("Background check needed"), "work"))
    places: Mapped[int] = mapped_column(default=1, info=says(N_("Experts needed"), "work", listed=True))
    requires_training: Mapped[bool] = mapped_column(default=False, info=says(N_("Training required"), "work"))
    training_reason: Mapped[line] = mapped_column(default="", info=says(N_("Why training is required"), "work"))
    cost_bearer: Mapped[CostBearer] = mapped_column(choice(CostBearer), default=CostBearer.COUNTY, info=says(
        N_("Who pays"), "money", filtered=True))
    cost_centre: Mapped[str] = mapped_column(sa.String(40), default="", info=says(
        N_("Cost centre"), "money", filtered=True))
    invoicing: Mapped[line] = mapped_column(default="", info=says(N_("Invoicing"), "money", help=N_(
        "Reference, e-invoice address and operator, if you pay the fee.")))
    offered_fee: Mapped[Decimal | None] = mapped_column(Money, info=says(N_("Fee offered"), "money"))
    responsible_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    responsible: Mapped[User | None] = relationship(info=says(N_("Responsible coordinator"), "work", filtered=True))
    heard_of: Mapped[short] = mapped_column(default="", info=says(N_("Heard of us from"), "work"))
    referred_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("existing_structure.id"))
    referred_to: Mapped[Any] = relationship("ExistingStructure", info=says(N_("Referred to"), "work", form=False))
    register_note: Mapped[line] = mapped_column(default="", info=says(N_("From the old register"), "meta", form=False))
    occasions: Mapped[list["Occasion"]] = relationship(back_populates="order", order_by="Occasion.on, Occasion.starts")
    requests: Mapped[list[Request]] = relationship(back_populates="order")
    assignments: Mapped[list[Any]] = relationship("Assignment", back_populates="order")
    feedbacks: Mapped[list[Any]] = relationship("Feedback", back_populates="order")
    insights: Mapped[list[Any]] = relationship("Insight", back_populates="order")

    def __str__(self) -> str:
        return self.number


class Occasion(Record):
    """One time of an order: a day, a start, an end, a place or remote."""

    __tablename__ = "occasion"
    console: ClassVar = Console(N_("Occasion"), N_("Occasions"), Menu.PLACING, "clock", order=("-on", "starts"))
    __table_args__ = (sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends > starts", name="in_order"),)
    constraint_sentences: ClassVar = {"in_order": N_("The end must be after the start.")}

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order] = relationship(back_populates="occasions", info=says(
        N_("Order"), "work", listed=True, searched=True))
    on: Mapped[date] = mapped_column(index=True, info=says(N_("Date"), "work", listed=True, filtered=True))
    starts: Mapped[time | None] = mapped_column(info=says(N_("Starts"), "work", listed=True))
    ends: Mapped[time | None] = mapped_column(info=says(N_("Ends"), "work", listed=True))
    remote: Mapped[bool] = mapped_column(default=False, info=says(N_("Remote"), "work", listed=True, filtered=True))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    municipality: Mapped[Municipality | None] = relationship(info=says(
        N_("Municipality"), "work", listed=True, filtered=True))
    place: Mapped[short] = mapped_column(default="", info=says(
        N_("Place"), "work", help=N_("Address or the meeting link.")))

    def __str__(self) -> str:
        return f"{self.on:%-d.%-m.%Y}"
