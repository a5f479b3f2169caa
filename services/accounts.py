"""Accounts and the roles they may act in."""

from datetime import date
from typing import Annotated, Any

from models import Person, RoleGrant, User, db
from rules.errors import BadInput
from rules.permissions import Actor, Role
from rules.wording import N_
from services.passwords import hash_password
from services.saving import on_save
from services.verbs import Input, verb


def create_user(email: str, name: str, roles: list[Role], password: str, **more: Any) -> User:
    """A new account with its person and its roles. ``more``: organisation, language, person."""
    user = User(email=email.strip().lower(), name=name, password_hash=hash_password(password), **more)
    if user.person is None:
        user.person = Person(name=name)
    user.grants = [RoleGrant(role=role) for role in roles]
    db.session.add(user)
    db.session.flush()
    return user


@on_save(User)
def prepare_user(user: User, _actor: Actor, _today: date, _is_new: bool) -> None:
    """E-mail in lower case, and a person behind every account."""
    user.email = user.email.strip().lower()
    if "@" not in user.email:
        raise BadInput(N_("Write an e-mail address, for example name@example.org."), field="email")
    if user.person is None:
        user.person = Person(name=user.name)


@verb(User, "password", N_("Give a new password"), explains=N_("Every session of this user ends."))
def new_password(user: User, _actor: Actor, _today: date, *, password: Annotated[str, Input(
        N_("New password"), help=N_("At least 12 characters."))]) -> None:
    """Set a password and end all sessions of the user."""
    user.password_hash = hash_password(password)
    user.session_version += 1
