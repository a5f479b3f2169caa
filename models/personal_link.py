"""Links by which somebody without an account does one thing: answers, confirms an order, reads a briefing."""

from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assignment import Assignment
from models.base import Model, UTCDateTime, choice, moment, pk
from models.order import Order, Request


class LinkFor(StrEnum):
    """The one thing that a personal link does."""

    ANSWER = "answer"
    SUPPORT = "support"
    REQUEST = "request"
    FEEDBACK_EXPERT = "feedback_expert"
    FEEDBACK_ORDERER = "feedback_orderer"
    BRIEFING_EXPERT = "briefing_expert"
    BRIEFING_ORDERER = "briefing_orderer"


class PersonalLink(Model):
    """A link of one purpose, until a day. Its address is made from ``nonce`` with a key that is not in the database."""

    __tablename__ = "personal_link"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN assignment_id IS NOT NULL THEN 1 ELSE 0 END) "
            "+ (CASE WHEN request_id IS NOT NULL THEN 1 ELSE 0 END) "
            "+ (CASE WHEN order_id IS NOT NULL THEN 1 ELSE 0 END) = 1", name="one_ground"),
    )

    id: Mapped[pk]
    made_at: Mapped[moment]
    purpose: Mapped[LinkFor] = mapped_column(choice(LinkFor))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    assignment: Mapped[Assignment | None] = relationship()
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("request.id"), index=True)
    request: Mapped[Request | None] = relationship()
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order: Mapped[Order | None] = relationship()
    nonce: Mapped[str] = mapped_column(sa.String(32), default=lambda: uuid4().hex)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """The SHA-256 of the secret in the address."""
    expires_on: Mapped[date] = mapped_column(index=True)
    """The last day on which it opens."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
