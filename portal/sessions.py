"""Sessions: how one begins, what it proves, when it ends. A session is a signed cookie; no page is here.

Between the password and the second factor there is half a session: it opens nothing but the page of the code.
"""

import time

from flask import current_app, request, session
from flask_login import login_user
from sqlalchemy.orm import joinedload, load_only

from admin_views.actor import actor_of
from models import Expert, Person, User, db
from services.sign_ins import note_sign_in

READ_BY_EVERY_PAGE = (joinedload(User.grants),
                      joinedload(User.person).options(load_only(Person.id),
                                                      joinedload(Person.expert).load_only(Expert.id, Expert.version)))
HALF_LASTS = 600
"""Seconds between the password and the code."""


def account_of(name: str) -> User | None:
    """The active user whom ``name`` (``User.get_id``) stands for, with what every page reads of them."""
    number, _, version = name.partition(".")
    user = db.session.get(User, int(number), options=READ_BY_EVERY_PAGE) if number.isdecimal() else None
    return user if user and user.active and str(user.session_version) == version else None


def keep_open() -> bool:
    """Whether the session goes on: not idle for too long, not older than a working day."""
    now = int(time.time())
    longest = current_app.permanent_session_lifetime.total_seconds()
    if now - session.get("seen", now) > current_app.config["IDLE_MINUTES"] * 60:
        return False
    if now - session.setdefault("began", now) > longest:
        return False
    session["seen"] = now
    return True


def begin(user: User, *, what: str = "sign_in", proven: bool) -> None:
    """Sign ``user`` in and log it; commits. ``proven``: a second factor was shown."""
    role = actor_of(user, None).role
    _empty()
    login_user(user)
    now = int(time.time())
    session.update(role=str(role), second_factor=proven, began=now, seen=now)
    note_sign_in(user, what, role, request.remote_addr)
    db.session.commit()


def begin_half(user: User) -> None:
    """The password was right; the second factor is still to be shown."""
    _empty()
    session.update(half=user.get_id(), half_at=int(time.time()))


def half_user() -> User | None:
    """Who has shown the password and not the second factor yet; None when that was too long ago."""
    if int(time.time()) - session.get("half_at", 0) > HALF_LASTS:
        return None
    return account_of(session.get("half", ""))


def renew(user: User) -> None:
    """Keep this session when every session of ``user`` has just been ended."""
    session["_user_id"] = user.get_id()


def _empty() -> None:
    """A session from before signing in is not carried over, except the language it was read in."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
