"""Users for tests, with what their role needs around them."""

from itertools import count

from models import Contact, Expert, Organisation, Person, RoleGrant, User, db
from rules.choices import OrganisationKind
from rules.permissions import Role
from services.passwords import hash_password

PASSWORD = "correct horse battery"
HASHED = hash_password(PASSWORD)
NUMBER = count(1)


def make_organisation(**given):
    """A unit that places orders; ``trains=True`` makes it a training organisation too."""
    number = next(NUMBER)
    found = Organisation(**{"name": f"Yksikkö {number}", "kind": OrganisationKind.COUNTY_UNIT} | given)
    db.session.add(found)
    db.session.commit()
    return found


def make_contact(**given):
    found = Contact(**{"name": f"Työntekijä {next(NUMBER)}"} | given)
    db.session.add(found)
    db.session.commit()
    return found


def make_expert(**given):
    """An expert who can be reached, with nothing else known."""
    number = next(NUMBER)
    found = Expert(**{"first_name": f"Etunimi{number}", "last_name": "Sukunimi", "phone": f"+35840{number:07}"} | given)
    db.session.add(found)
    db.session.commit()
    return found


def make_user(role, *more_roles, **given):
    """A user who may act in ``role``; orderers and trainers get an organisation, an expert an expert record."""
    number, role = next(NUMBER), Role(role)
    needs = {}
    if role in (Role.ORDERER, Role.TRAINER) and "organisation" not in given:
        needs["organisation"] = make_organisation(trains=role is Role.TRAINER)
    person = given.pop("person", None) or Person(name=f"{role.value} {number}")
    if expert := given.pop("expert", None) or (make_expert() if role is Role.EXPERT else None):
        expert.person = person
    about = {"name": f"{role.value.title()} {number}", "email": f"{role.value}{number}@test.invalid",
             "password_hash": HASHED, "person": person}
    user = User(**about | needs | given)
    user.grants = [RoleGrant(role=r) for r in (role, *map(Role, more_roles))]
    db.session.add(user)
    db.session.commit()
    return user
