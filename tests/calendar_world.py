"""Events, sessions and meetings around one day, for the tests of the calendar and the board. Nothing is tested here."""

from datetime import date, time

from models import Assignment, Group, Meeting, Membership, Municipality, Occasion, Order, SupervisionSession, db
from rules.choices import GroupKind, OrderKind
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, OrderStatus
from tests.factories import make
from tests.people import make_expert, make_user

TODAY = date(2026, 11, 24)
PLACE, TOWN = "Väinönkatu 1", "Jyväskylä"


def actor_for(role, **given):
    """Somebody new who acts in ``role``."""
    user = make_user(role, **given)
    return Actor(user.id, user.person_id, Role(role), user.name, user.organisation_id,
                 user.expert.id if user.expert else None)


def town():
    return db.session.query(Municipality).filter_by(name=TOWN).one_or_none() or make(Municipality, name=TOWN)


def event(on=TODAY, starts=time(9), ends=time(11), status=OrderStatus.STAFFED, **given):
    """An occasion of an order of its own, at a place with an address."""
    order = given.pop("order", None) or make(Order, status=status, kind=OrderKind.TALK, **given)
    return make(Occasion, order=order, on=on, starts=starts, ends=ends, place=PLACE, municipality=town())


def takes_part(occasion, status=AssignmentStatus.CONFIRMED, **given):
    """An expert in the order of ``occasion``."""
    expert = make_expert(**given)
    make(Assignment, order=occasion.order, expert=expert, status=status)
    return expert


def session_of(on=TODAY, **given):
    return make(SupervisionSession, on=on, starts=time(13), ends=time(14), place=PLACE, **given)


def meeting_of(kind=GroupKind.STEERING, on=TODAY, **given):
    group = given.pop("group", None) or make(Group, kind=kind)
    return make(Meeting, group=group, on=on, starts=time(16), ends=time(18), place=PLACE, **given)


def member(group, expert):
    return make(Membership, group=group, expert=expert, since=date(2026, 1, 1))
