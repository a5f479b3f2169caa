"""The calendar address of a user: made, made anew, taken away, recognised. What it shows is in ``services.calendar``.

The address is the only key to the feed, so it is shown once and kept as its SHA-256.
"""

import hashlib
import secrets
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models import Person, User, db
from rules.permissions import Actor, Role
from services.calendar import Entry, entries, kinds_for

SECRET_BYTES = 32
BACK, AHEAD = timedelta(92), timedelta(366)
"""How far the feed reaches around today."""


def make_address(user: User) -> str:
    """A new secret for the feed of ``user``; the one before stops working. The caller commits and shows it once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    user.calendar_key = _key_of(secret)
    return secret


def take_away(user: User) -> None:
    """End the feed of ``user``: its address stops working. The caller commits."""
    user.calendar_key = None


def owner_of(secret: str) -> User | None:
    """Whose feed this is; None for a secret that nobody has, or whose user may not sign in.

    An unknown secret and one of a closed account take the same steps, so that time tells nothing.
    """
    return db.session.scalars(
        sa.select(User).where(User.calendar_key == _key_of(secret), User.active)
        .options(joinedload(User.grants), joinedload(User.person).joinedload(Person.expert))).unique().one_or_none()


def role_of_feed(user: User) -> Role | None:
    """The first of the user's roles that has a calendar; the feed shows what that role sees."""
    return next((role for role in user.roles if kinds_for(role)), None)


def feed_span(today: date) -> tuple[date, date]:
    """The first and the last day of a feed read on ``today``."""
    return today - BACK, today + AHEAD


def feed_entries(actor: Actor, today: date) -> list[Entry]:
    """The entries of the feed of ``actor``."""
    return entries(actor, *feed_span(today))


def _key_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
