"""The calendar of each role: what it holds, what it keeps to itself, and how much it asks of the database."""

from datetime import time, timedelta

import pytest

from models import Attendance
from rules.choices import Attending, GroupKind
from rules.permissions import Role
from rules.states import AssignmentStatus, OrderStatus, PlanStatus
from services.calendar import Kind, entries, kinds_for
from tests.admin.test_list_pages import Queries
from tests.calendar_world import (
    PLACE,
    TODAY,
    actor_for,
    event,
    meeting_of,
    member,
    session_of,
    takes_part,
)
from tests.factories import make
from tests.people import make_expert, make_organisation

A = AssignmentStatus
DAY = timedelta(1)


def seen(actor, **given):
    return entries(actor, TODAY, TODAY, **given)


@pytest.fixture
def full_day(session):
    """One of everything on one day: an event, a session, and a meeting of each kind of group."""
    return event(), session_of(), *(meeting_of(kind) for kind in GroupKind)


@pytest.mark.parametrize(("role", "kinds"), [
    ("coordinator", (Kind.ORDER, Kind.SUPERVISION, Kind.MEETING)), ("orderer", (Kind.ORDER,)),
    ("steering", (Kind.MEETING,)), ("trainer", ()), ("finance", ()), ("expert", ()), ("admin", ())])
def test_calendar_has_the_kinds_that_the_role_reads(full_day, role, kinds):
    own = {"organisation": full_day[0].order.organisation} if role == "orderer" else {}

    found = seen(actor_for(role, **own))

    assert kinds_for(Role(role)) == kinds
    assert tuple(dict.fromkeys(entry.kind for entry in found)) == kinds


@pytest.mark.both_databases
def test_coordinator_sees_everything_by_time(full_day):
    found = seen(actor_for("coordinator"))

    assert [(e.kind, e.starts, e.ends) for e in found] == [
        (Kind.ORDER, time(9), time(11)), (Kind.SUPERVISION, time(13), time(14)), *[(Kind.MEETING, time(16), time(18))] * 3]


def test_kinds_can_be_chosen(full_day):
    assert {e.kind for e in seen(actor_for("coordinator"), kinds=(Kind.MEETING,))} == {Kind.MEETING}


def test_orderer_sees_the_events_of_the_own_orders_alone(session):
    own, foreign = event(), event()

    found = seen(actor_for("orderer", organisation=own.order.organisation))

    assert [(e.number, e.about) for e in found] == [(own.order.number, own.order.organisation.name)]
    assert {e.number for e in seen(actor_for("coordinator"))} == {own.order.number, foreign.order.number}


def test_steering_sees_the_meetings_of_its_own_group_alone(session):
    own, peer = meeting_of(GroupKind.STEERING), meeting_of(GroupKind.PEER)

    assert [e.about for e in seen(actor_for("steering"))] == [own.group.name]
    assert [e.about for e in seen(actor_for("coordinator"))] == [own.group.name, peer.group.name]


def test_span_has_both_its_ends_and_nothing_beyond(session):
    for days in range(-2, 3):
        event(TODAY + days * DAY)

    found = entries(actor_for("coordinator"), TODAY - DAY, TODAY + DAY)

    assert [e.on for e in found] == [TODAY - DAY, TODAY, TODAY + DAY]


@pytest.mark.parametrize(("status", "told"), [
    (A.CONFIRMED, True), (A.HELD, True), (A.PROPOSED, False), (A.ASKED, False), (A.ACCEPTED, False), (A.NOT_NOW, False),
    (A.STOOD_DOWN, False)])
def test_coordinator_reads_the_names_of_the_confirmed_alone(session, status, told):
    occasion = event()
    expert = takes_part(occasion, status)

    assert seen(actor_for("coordinator"))[0].people == ((str(expert),) if told else ())


@pytest.mark.parametrize("status", list(A))
def test_orderer_cannot_tell_what_an_expert_has_answered(session, status):
    occasion = event()
    orderer = actor_for("orderer", organisation=occasion.order.organisation)
    before = seen(orderer)

    takes_part(occasion, status)

    assert seen(orderer) == before


@pytest.mark.both_databases
@pytest.mark.parametrize(("protected", "people", "place", "withheld"), [
    (False, 1, PLACE, False), (True, 0, "", True)])
def test_protected_expert_has_no_name_and_no_place_in_the_calendar(session, protected, people, place, withheld):
    takes_part(event(), protected=protected)

    found = seen(actor_for("coordinator"))[0]

    assert (len(found.people), found.place, found.municipality is None, found.withheld) == (
        people, place, protected, withheld)


def test_protected_expert_leaves_the_orderers_calendar_as_it_was(session):
    occasion = event()
    orderer = actor_for("orderer", organisation=occasion.order.organisation)
    expert = takes_part(occasion)
    before = seen(orderer)

    expert.protected = True
    session.commit()

    assert seen(orderer) == before
    assert (before[0].place, before[0].municipality, before[0].people) == ("", None, ())


@pytest.mark.parametrize(("attending", "place"), [
    (Attending.OFFERED, ""), (Attending.ATTENDED, ""), (Attending.DECLINED, PLACE)])
def test_place_of_a_session_is_not_told_where_a_protected_expert_comes(session, attending, place):
    make(Attendance, session=session_of(), expert=make_expert(protected=True), attending=attending)

    assert seen(actor_for("coordinator"))[0].place == place


@pytest.mark.parametrize(("protected", "place"), [(False, PLACE), (True, "")])
def test_place_of_a_meeting_is_not_told_where_a_protected_expert_sits(session, protected, place):
    member(meeting_of().group, make_expert(protected=protected))

    assert seen(actor_for("coordinator"))[0].place == place
    assert seen(actor_for("steering"))[0].place == ""


@pytest.mark.parametrize(("status", "off", "waits"), [
    (OrderStatus.RECEIVED, False, True), (OrderStatus.SEARCHING, False, True), (OrderStatus.STAFFED, False, False),
    (OrderStatus.HELD, False, False), (OrderStatus.CLOSED, False, False), (OrderStatus.CANCELLED, True, False),
    (OrderStatus.REFERRED, True, False), (OrderStatus.UNMET, True, False)])
def test_event_says_whether_it_takes_place(session, status, off, waits):
    event(status=status)

    found = seen(actor_for("coordinator"))[0]

    assert (found.called_off, found.is_open_yet) == (off, waits)


@pytest.mark.parametrize(("status", "off"), [
    (PlanStatus.PLANNED, False), (PlanStatus.HELD, False), (PlanStatus.CANCELLED, True)])
def test_meeting_says_whether_it_takes_place(session, status, off):
    meeting_of(status=status)

    assert seen(actor_for("coordinator"))[0].called_off is off


def test_calendar_asks_as_much_for_thirty_rows_as_for_one(session):
    coordinator, unit = actor_for("coordinator"), make_organisation()

    def one_of_each():
        takes_part(event(organisation=unit))
        session_of()
        meeting_of()

    one_of_each()
    session.expire_all()
    with Queries() as few:
        first = len(seen(coordinator))
    for _ in range(29):
        one_of_each()
    session.expire_all()

    with Queries() as many:
        found = len(seen(coordinator))

    assert (first, found) == (3, 90)
    assert len(many.asked) == len(few.asked) == 4
