"""Links that open once: for setting up a new account, and for a password that was forgotten.

The address is the only key, so it is shown once and kept as its SHA-256.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from models import AccessLink, AccessLog, User, db
from models.access import LinkPurpose
from rules.errors import DomainError
from rules.wording import N_
from services.sign_ins import set_password

SECRET_BYTES = 32
WAITS = {LinkPurpose.SET_UP: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=1)}


class LinkGone(DomainError):
    """A link that opens nothing; whether it was used, expired or never made is not told."""

    default = N_("This link has been used, or its time is over. Ask for a new one.")


def make_link(user: User, now: datetime) -> str:
    """The secret of a new link for ``user``, to be shown once: to set up a new account, else to reset a password.

    Links made before open nothing any more. The caller commits.
    """
    purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.SET_UP
    secret = secrets.token_urlsafe(SECRET_BYTES)
    db.session.execute(sa.delete(AccessLink).where(AccessLink.user_id == user.id, AccessLink.used_at.is_(None)))
    db.session.add(AccessLink(
        user_id=user.id, purpose=purpose, key=_key_of(secret), made_at=now, expires_at=now + WAITS[purpose]))
    db.session.add(AccessLog(subject=user.subject, what="link"))
    return secret


def open_link(secret: str, now: datetime) -> AccessLink:
    """The link of ``secret``, locked until the transaction ends; LinkGone unless it can be used now."""
    found = db.session.scalars(sa.select(AccessLink).where(AccessLink.key == _key_of(secret)).with_for_update()
                               .execution_options(populate_existing=True)).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now or not found.user.active:
        raise LinkGone
    return found


def use_link(secret: str, password: str, now: datetime) -> User:
    """Give the account its password and end its sessions; LinkGone, or BadInput for a password that is too easy."""
    link = open_link(secret, now)
    user = link.user
    set_password(user, password)
    link.used_at = now
    return user


def _key_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
