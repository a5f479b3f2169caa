"""How an account is opened besides its password: the second factor, recovery codes, links that open once."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Model, UTCDateTime, choice, moment, pk
from models.encryption import Encrypted, HasSecrets
from models.people import User


class LinkPurpose(StrEnum):
    """What a link lets its holder do: both end in a new password, and differ in how long they wait."""

    SET_UP = "set_up"
    RESET = "reset"


class SecondFactor(HasSecrets, Model):
    """The authenticator app of one user."""

    __tablename__ = "second_factor"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    secret: Mapped[str | None] = mapped_column(Encrypted())
    """The shared secret in base32; None until the user has shown a right code."""
    waiting: Mapped[str | None] = mapped_column(Encrypted())
    """A secret that has been shown and not confirmed yet."""
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_step: Mapped[int] = mapped_column(default=0)
    """The number of the last half minute whose code was taken: it and those before it are taken no more."""


class RecoveryCode(Model):
    """A code that stands in for the authenticator app, once."""

    __tablename__ = "recovery_code"

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    """The keyed hash of the code."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AccessLink(Model):
    """A link by which somebody gives an account its password, once."""

    __tablename__ = "access_link"

    id: Mapped[pk]
    made_at: Mapped[moment]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """The SHA-256 of the secret in the address."""
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    user: Mapped[User] = relationship()
