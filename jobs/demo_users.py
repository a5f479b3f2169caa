"""The accounts of a demo: one for each role, two for finance. All share one password."""

from dataclasses import dataclass
from datetime import timedelta

from jobs.demo_places import BEGAN, KETTUKALLIO, MANTYRINNE
from jobs.demo_world import World
from models import Person, RoleGrant, User
from rules.permissions import Role
from services.passwords import HASHER


@dataclass(frozen=True)
class Account:
    """The word before ``@demo.invalid``, the name, the roles (the first is acted in), the organisation."""

    word: str
    name: str
    roles: tuple[Role, ...]
    organisation: str = ""


ACCOUNTS = (
    Account("coordinator", "Kaisa Koordinaattori", (Role.COORDINATOR,)),
    Account("trainer", "Tuija Kouluttaja", (Role.TRAINER,), KETTUKALLIO),
    Account("finance", "Sari Talous", (Role.FINANCE,)),
    Account("finance2", "Timo Talous", (Role.FINANCE,)),
    Account("orderer", "Oona Ohjaaja", (Role.ORDERER,), MANTYRINNE),
    Account("steering", "Sirpa Esihenkilö", (Role.STEERING,)),
    Account("expert", "Veera Salminen", (Role.EXPERT, Role.STEERING)),
    Account("admin", "Antti Ylläpitäjä", (Role.ADMIN,)),
)


def add_users(world: World, password: str) -> None:
    """Persons, accounts and roles. The password may be short: nothing real stands behind it."""
    book, began = world.book, world.today - timedelta(BEGAN)
    for account in ACCOUNTS:
        person = book.add(Person, began, name=account.name)
        organisation = world.organisations.get(account.organisation)
        user = book.add(
            User, began, name=account.name, email=f"{account.word}@demo.invalid", person_id=person.id,
            password_hash=HASHER.hash(password), organisation_id=organisation.id if organisation else None)
        for role in account.roles:
            book.add(RoleGrant, began, user_id=user.id, role=role)
        world.users[account.word] = user
        book.roles[user.id] = account.roles[0].value
