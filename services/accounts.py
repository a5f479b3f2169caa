"""Accounts and the roles they may act in."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from models import Person, RoleGrant, User, db
from rules.errors import BadInput, DomainError
from rules.permissions import Actor, Role
from rules.wording import N_
from services import links, second_factor
from services.passwords import hash_password, matches
from services.saving import on_save
from services.sign_ins import set_password
from services.verbs import Input, verb


def create_user(email: str, name: str, roles: list[Role], password: str | None, **more: Any) -> User:
    """A new account with its person and its roles. ``more``: organisation, language, person.

    Without a password nobody signs in, until a link of ``services.links`` has given the account one.
    """
    hashed = hash_password(password, about=(email, name)) if password is not None else ""
    user = User(email=email.strip().lower(), name=name, password_hash=hashed, **more)
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


@verb(User, "link", N_("Make a link for a new password"), possible=lambda user, _today: user.active,
      explains=N_("The link is shown once, and you give it to the user. It opens once: a new account within a week, "
                  "another account within an hour."))
def set_up_link(user: User, _actor: Actor, _today: date) -> str:
    """The secret of a link by which the user gives the account a password."""
    return links.make_link(user, datetime.now(UTC))


@verb(User, "password", N_("Give a new password"), explains=N_("Every session of this user ends."))
def new_password(user: User, _actor: Actor, _today: date, *, password: Annotated[str, Input(
        N_("New password"), help=N_("At least 12 characters."))]) -> None:
    """Set a password and end all sessions of the user."""
    set_password(user, password)


@verb(User, "forget_factor", N_("Take the second factor away"), possible=lambda user, _today: second_factor.is_on(user),
      explains=N_("For a user who has lost both the phone and the recovery codes. Make sure that it is them, not by "
                  "e-mail. Every session of this user ends."))
def forget_factor(user: User, actor: Actor, _today: date) -> None:
    """Let the user enrol anew; one's own is turned off on one's own page, with the password."""
    if user.id == actor.user_id:
        raise DomainError(N_("Your own second factor is on your own page."))
    second_factor.turn_off(user)
    user.session_version += 1


def check_own(user: User, password: str) -> None:
    """BadInput unless ``password`` is the user's: a session left open must not be enough to lock its owner out."""
    if not matches(user.password_hash, password):
        raise BadInput(N_("This is not your password."), field="password")
