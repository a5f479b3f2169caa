"""Who is at work in this request: the signed-in user, acting in one of their roles."""

from dataclasses import replace

from flask import current_app, g, session
from flask_login import current_user

from models import User
from models.audit import ACTING
from rules.permissions import Actor, Role
from services.second_factor import NEEDED_FOR

NOBODY = Actor(None, None, None)


def actor_of(user: User, role: Role | None) -> Actor:
    """``user`` acting as ``role``, or in the first of their roles."""
    roles = user.roles
    chosen = role if role in roles else (roles[0] if roles else None)
    return Actor(user.id, user.person_id, chosen, user.name, user.organisation_id,
                 user.expert.id if user.expert else None)


def open_roles(user: User) -> tuple[Role, ...]:
    """The roles of ``user`` that this session may act in: some need a second factor to have been shown."""
    proven = session.get("second_factor") or not current_app.config["SECOND_FACTOR"]
    return tuple(role for role in user.roles if proven or role not in NEEDED_FOR)


def current_actor() -> Actor:
    """The actor of this request; nobody before sign-in."""
    if "actor" not in g:
        if current_user.is_authenticated:
            roles, held = open_roles(current_user), session.get("role")
            chosen = next((role for role in roles if role == held), next(iter(roles), None))
            g.actor = replace(actor_of(current_user, chosen), role=chosen)
        else:
            g.actor = NOBODY
        ACTING.set(g.actor if g.actor.user_id else None)
    return g.actor


def forget_actor(_error: BaseException | None = None) -> None:
    """Leave nobody behind for the next request of this thread."""
    g.pop("actor", None)
    ACTING.set(None)
