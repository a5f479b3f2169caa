"""What is sent to people, and work done in the background."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assignment import Assignment
from models.audit import HasStatus
from models.base import Console, Menu, Record, UTCDateTime, choice, line, says, short, text
from models.expert import Expert, SupportPerson
from models.order import Order, Request
from models.people import User
from rules.choices import Failure, Language, MessageKind
from rules.states import JOB, MESSAGE, JobStatus, MessageStatus
from rules.wording import N_


class Message(HasStatus, Record):
    """A message of practical matters: a draft first, sent at once only where a rule for its occasion says so.

    It goes to an address, or to an expert or a support person wherever they are reached when it is sent.
    """

    __tablename__ = "message"
    console: ClassVar = Console(N_("Message"), N_("Messages"), Menu.PLACING, "envelope", order=("-created_at",))
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "(CASE WHEN \"to\" <> '' THEN 1 ELSE 0 END) + (CASE WHEN expert_id IS NOT NULL THEN 1 ELSE 0 END) "
            "+ (CASE WHEN support_person_id IS NOT NULL THEN 1 ELSE 0 END) = 1", name="one_recipient"),
        sa.CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent_has_moment"),
        sa.Index(None, "status", "id"),
    )
    lifecycle: ClassVar = MESSAGE
    constraint_sentences: ClassVar = {
        "key": N_("This message is stored already."),
        "one_recipient": N_("Give an address or choose an expert, one of the two."),
        "sent_has_moment": N_("A message that was sent has its moment."),
    }

    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind), default=MessageKind.OTHER, info=says(
        N_("What the message is for"), "work", listed=True, filtered=True, form=False))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order | None] = relationship(info=says(N_("Order"), "work", listed=True, searched=True))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    assignment: Mapped[Assignment | None] = relationship(info=says(N_("Assignment"), "work", form=False))
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("request.id"), index=True)
    request: Mapped[Request | None] = relationship(info=says(N_("Request"), "work", form=False))
    to: Mapped[short] = mapped_column(default="", info=says(N_("To the address"), "contact", listed=True))
    expert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    expert: Mapped[Expert | None] = relationship(info=says(
        N_("To the expert"), "contact", listed=True,
        help=N_("Sent to the e-mail address that the expert's record has on that day.")))
    support_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("support_person.id"), index=True)
    support_person: Mapped[SupportPerson | None] = relationship(info=says(
        N_("To the support person"), "contact", form=False))
    subject_line: Mapped[line] = mapped_column(info=says(N_("Subject"), "work", listed=True))
    body: Mapped[str] = mapped_column(sa.String(8000), default="", info=says(
        N_("Text"), "work", long=True, help=N_("In the place of {link} a personal link is written when it is sent.")))
    language: Mapped[Language] = mapped_column(choice(Language), default=Language.FI, info=says(N_("Language"), "work"))
    status: Mapped[MessageStatus] = mapped_column(choice(MessageStatus), default=MESSAGE.initial, active_history=True,
        info=says(N_("State"), "work", listed=True, filtered=True, form=False))
    failure: Mapped[Failure | None] = mapped_column(choice(Failure), info=says(
        N_("Why it was not delivered"), "work", listed=True, form=False))
    server_said: Mapped[line] = mapped_column(default="", info=says(N_("The mail server said"), "work", form=False))
    attempts: Mapped[int] = mapped_column(default=0, info=says(N_("Attempts"), "work", form=False))
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Tried again"), "work", form=False))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(
        N_("Taken to be sent"), "meta", form=False))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Sent at"), "work", form=False))
    key: Mapped[str] = mapped_column(sa.String(32), default=lambda: uuid4().hex, info=says(
        N_("Key"), "secret", form=False))
    """The part of ``Message-ID`` by which an answer of a mail server names the message."""

    def __str__(self) -> str:
        return self.subject_line


class MessageTemplate(Record):
    """The texts of one occasion in each language, and whether they go out without being looked at."""

    __tablename__ = "message_template"
    console: ClassVar = Console(N_("Message template"), N_("Message templates"), Menu.SETTINGS, "file-text",
                                order=("kind",), small=True)
    __table_args__ = (sa.UniqueConstraint("kind"),)
    constraint_sentences: ClassVar = {"kind": N_("This occasion already has its template.")}

    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind), info=says(
        N_("What the message is for"), "work", listed=True))
    at_once: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Sent at once"), "work", listed=True, filtered=True,
        help=N_("Off: every message waits as a draft until you have read it.")))
    subject_fi: Mapped[line] = mapped_column(info=says(
        N_("Subject in Finnish"), "work", needed=False, listed=True,
        help=N_("What is left empty is filled with the text that is ready.")))
    body_fi: Mapped[text] = mapped_column(info=says(N_("Text in Finnish"), "work", needed=False, long=True))
    subject_sv: Mapped[line] = mapped_column(info=says(N_("Subject in Swedish"), "work", needed=False))
    body_sv: Mapped[text] = mapped_column(info=says(N_("Text in Swedish"), "work", needed=False, long=True))
    subject_en: Mapped[line] = mapped_column(info=says(N_("Subject in English"), "work", needed=False))
    body_en: Mapped[text] = mapped_column(info=says(N_("Text in English"), "work", needed=False, long=True))

    def __str__(self) -> str:
        return self.subject_fi


class Job(HasStatus, Record):
    """A piece of background work: who asked for it, how far it is, until when its result is kept."""

    __tablename__ = "job"
    console: ClassVar = Console(N_("Job"), N_("Jobs"), Menu.SETTINGS, "gear", order=("-id",))
    __table_args__ = (sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),)
    lifecycle: ClassVar = JOB
    constraint_sentences: ClassVar = {"progress_range": N_("Progress is between 0 and 100.")}

    kind: Mapped[str] = mapped_column(sa.String(40), info=says(
        N_("Kind"), "meta", listed=True, filtered=True, form=False))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    owner: Mapped[User | None] = relationship(info=says(N_("Asked by"), "meta", listed=True, form=False))
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JOB.initial, active_history=True,
        info=says(N_("State"), "meta", listed=True, filtered=True, form=False))
    progress: Mapped[int] = mapped_column(default=0, info=says(N_("Progress (%)"), "meta", listed=True, form=False))
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=says(N_("Kept until"), "meta", form=False))

    def __str__(self) -> str:
        return self.kind
