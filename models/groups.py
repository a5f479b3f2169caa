"""Groups of the activity, who sits in them, their meetings, the matters they carry and what was decided."""

from datetime import date, time
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.audit import HasStatus
from models.base import Console, Menu, Record, choice, line, says, short
from models.expert import Expert
from models.feedback import Feedback, Insight
from models.organisation import Contact, Organisation
from models.people import User
from rules.choices import GroupKind, Seat
from rules.states import MATTER, PLAN, MatterStatus, PlanStatus
from rules.wording import N_


class Group(Record):
    """A development, steering or peer support group."""

    __tablename__ = "group"
    console: ClassVar = Console(N_("Group"), N_("Groups"), Menu.SUPPORT, "people-fill",
        order=("kind", "name"), small=True,
                                related=("memberships", "meetings", "matters"))
    __table_args__ = (sa.UniqueConstraint("name"), sa.CheckConstraint("max_size > 0", name="size_positive"))
    constraint_sentences: ClassVar = {
        "name": N_("There is already a group of this name."), "size_positive": N_("The size is more than zero.")}

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "work", listed=True, searched=True))
    kind: Mapped[GroupKind] = mapped_column(choice(GroupKind), info=says(
        N_("Kind"), "work", listed=True, filtered=True))
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    leader: Mapped[User | None] = relationship(info=says(N_("Leader"), "work", listed=True))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    organisation: Mapped[Organisation | None] = relationship(info=says(N_("Arranged by"), "work"))
    target_group: Mapped[short] = mapped_column(default="", info=says(N_("For whom"), "work"))
    schedule: Mapped[short] = mapped_column(default="", info=says(N_("When it meets"), "work", listed=True))
    place: Mapped[short] = mapped_column(default="", info=says(N_("Place"), "work"))
    max_size: Mapped[int | None] = mapped_column(info=says(N_("Room for"), "work"))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("Active"), "work", filtered=True))
    memberships: Mapped[list["Membership"]] = relationship(back_populates="group")
    meetings: Mapped[list["Meeting"]] = relationship(back_populates="group")
    matters: Mapped[list["Matter"]] = relationship(back_populates="group")

    def __str__(self) -> str:
        return self.name


class Membership(Record):
    """A seat in a development or steering group. Peer support groups register nobody by name."""

    __tablename__ = "membership"
    console: ClassVar = Console(N_("Membership"), N_("Memberships"), Menu.SUPPORT, "person-vcard",
        order=("group_id", "id"), label_from=("group",))
    __table_args__ = (
        sa.CheckConstraint("(CASE WHEN expert_id IS NULL THEN 0 ELSE 1 END)"
                           " + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
                           " + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) = 1", name="one_member"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="in_order"),
    )
    constraint_sentences: ClassVar = {
        "one_member": N_("A seat belongs to one: an expert, a contact person or a user."),
        "in_order": N_("The end cannot be before the start."),
    }

    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"), index=True)
    group: Mapped[Group] = relationship(back_populates="memberships", info=says(
        N_("Group"), "work", listed=True, searched=True, filtered=True))
    seat: Mapped[Seat] = mapped_column(choice(Seat), default=Seat.MEMBER, info=says(
        N_("Seat"), "work", listed=True, filtered=True))
    expert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert | None] = relationship(info=says(
        N_("Expert by experience"), "identity", listed=True, searched=True))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship(info=says(
        N_("Contact person"), "identity", listed=True, searched=True))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    user: Mapped[User | None] = relationship(info=says(N_("User"), "identity", listed=True, searched=True))
    deputy: Mapped[short] = mapped_column(default="", info=says(N_("Deputy"), "identity"))
    since: Mapped[date] = mapped_column(info=says(N_("Since"), "work"))
    until: Mapped[date | None] = mapped_column(info=says(N_("Until"), "work", listed=True, filtered=True))

    def __str__(self) -> str:
        return str(self.group)


class Meeting(HasStatus, Record):
    """A meeting of a group, with its agenda and how many were there."""

    __tablename__ = "meeting"
    console: ClassVar = Console(N_("Meeting"), N_("Meetings"), Menu.SUPPORT, "calendar3", order=("-on",),
                                related=("matters", "decisions", "claims"), label_from=("group",))
    __table_args__ = (
        sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends > starts", name="in_order"),
        sa.CheckConstraint("attended >= 0", name="attended_not_negative"),
    )
    lifecycle: ClassVar = PLAN
    constraint_sentences: ClassVar = {
        "in_order": N_("The end must be after the start."),
        "attended_not_negative": N_("The number of those present cannot be negative."),
    }

    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"), index=True)
    group: Mapped[Group] = relationship(back_populates="meetings", info=says(
        N_("Group"), "work", listed=True, searched=True, filtered=True))
    status: Mapped[PlanStatus] = mapped_column(choice(PlanStatus), default=PLAN.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    on: Mapped[date] = mapped_column(index=True, info=says(N_("Date"), "work", listed=True, filtered=True))
    starts: Mapped[time | None] = mapped_column(info=says(N_("Starts"), "work", listed=True))
    ends: Mapped[time | None] = mapped_column(info=says(N_("Ends"), "work"))
    remote: Mapped[bool] = mapped_column(default=False, info=says(N_("Remote"), "work", listed=True))
    place: Mapped[short] = mapped_column(default="", info=says(N_("Place"), "work", listed=True))
    attended: Mapped[int | None] = mapped_column(info=says(N_("Present"), "work", listed=True))
    notes: Mapped[str] = mapped_column(sa.String(4000), default="", info=says(
        N_("Agenda and notes"), "work", long=True))
    matters: Mapped[list["Matter"]] = relationship(back_populates="meeting")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="meeting")
    claims: Mapped[list[Any]] = relationship("Invoice", back_populates="meeting")

    def __str__(self) -> str:
        return f"{self.group} {self.on:%-d.%-m.%Y}"


class Matter(HasStatus, Record):
    """Something raised in the development group and carried to the steering group and back."""

    __tablename__ = "matter"
    console: ClassVar = Console(N_("Matter"), N_("Matters"), Menu.SUPPORT, "signpost", order=("-id",),
        related=("decisions",))
    lifecycle: ClassVar = MATTER

    title: Mapped[short] = mapped_column(info=says(N_("Title"), "work", listed=True, searched=True))
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"), index=True)
    group: Mapped[Group] = relationship(back_populates="matters", info=says(
        N_("Raised in"), "work", listed=True, filtered=True))
    status: Mapped[MatterStatus] = mapped_column(choice(MatterStatus), default=MATTER.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    text: Mapped[str] = mapped_column(sa.String(4000), default="", info=says(N_("In words"), "work", long=True))
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    meeting: Mapped[Meeting | None] = relationship(back_populates="matters", info=says(
        N_("On the agenda of"), "work", listed=True, help=N_("Filled when it is sent, and when it is to be reported.")))
    feedback_id: Mapped[int | None] = mapped_column(sa.ForeignKey("feedback.id"))
    feedback: Mapped[Feedback | None] = relationship(info=says(N_("From feedback"), "feedback"))
    insight_id: Mapped[int | None] = mapped_column(sa.ForeignKey("insight.id"))
    insight: Mapped[Insight | None] = relationship(info=says(N_("From experience knowledge"), "feedback"))
    decisions: Mapped[list["Decision"]] = relationship(back_populates="matter")

    def __str__(self) -> str:
        return self.title


class Decision(Record):
    """What was decided, who does it and by when."""

    __tablename__ = "decision"
    console: ClassVar = Console(N_("Decision"), N_("Decisions"), Menu.SUPPORT, "check2-circle", order=("-id",))

    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    matter: Mapped[Matter] = relationship(back_populates="decisions", info=says(N_("Matter"), "work", listed=True))
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    meeting: Mapped[Meeting | None] = relationship(back_populates="decisions", info=says(N_("Meeting"), "work"))
    text: Mapped[str] = mapped_column(sa.String(2000), info=says(
        N_("Decision"), "work", listed=True, searched=True, long=True))
    owner: Mapped[line] = mapped_column(default="", info=says(N_("Who does it"), "work", listed=True))
    due_on: Mapped[date | None] = mapped_column(info=says(N_("Due on"), "work", listed=True, filtered=True))
    done_on: Mapped[date | None] = mapped_column(info=says(N_("Done on"), "work", listed=True, filtered=True))

    def __str__(self) -> str:
        return self.text[:60]
