"""Signing in as far as the database goes: whose password it is, the log of it, what a user may see of that log."""

import sqlalchemy as sa

from models import AccessLog, User, db
from models.audit import ACTING
from rules.networks import remembered_as
from rules.permissions import Role
from services.passwords import UNKNOWN_HASH, hash_password, matches

HISTORY = ("sign_in", "sign_in_recovery", "password", "link", "factor_on", "factor_off", "recovery_codes", "signed_out")
"""What the log says of an account."""

SHOWN = 20


def user_of(email: str, password: str) -> User | None:
    """The user whose password this is and who may sign in.

    One comparison of passwords whatever the account: none, closed, without a role or without a password.
    """
    user = db.session.scalars(sa.select(User).where(User.email == email.strip().lower())).one_or_none()
    right = matches(user.password_hash if user and user.password_hash else UNKNOWN_HASH, password)
    return user if user is not None and right and user.active and user.roles else None


def note_sign_in(user: User, what: str, role: Role | None, address: str | None) -> None:
    """Log that ``user`` signed in; of the network address only the part that tells home from elsewhere."""
    db.session.add(AccessLog(
        subject=user.subject, what=what, actor=_logged_as(user), role=str(role or ""), reason=remembered_as(address)))


def _logged_as(user: User) -> str:
    """As ``Actor.logged_as``, for one who is not at work yet."""
    return user.subject if user.expert else user.name


def set_password(user: User, password: str) -> None:
    """Give ``user`` a new password and end every session of theirs; BadInput for one that is too easy."""
    user.password_hash = hash_password(password, about=(user.name, user.email))
    end_sessions(user, what="password")


def end_sessions(user: User, *, what: str) -> None:
    """Every session of ``user`` ends; ``what`` of ``HISTORY`` says why."""
    user.session_version += 1
    note(user, what)


def note(user: User, what: str) -> None:
    """Log ``what`` of ``HISTORY``. With nobody at work, as before signing in has ended, it was the user."""
    by = {} if ACTING.get() else {"actor": _logged_as(user)}
    db.session.add(AccessLog(subject=user.subject, what=what, **by))


def history_of(user: User) -> list[AccessLog]:
    """The newest events of the account of ``user``, newest first."""
    return list(db.session.scalars(
        sa.select(AccessLog).where(AccessLog.subject == user.subject, AccessLog.what.in_(HISTORY))
        .order_by(AccessLog.id.desc()).limit(SHOWN)))
