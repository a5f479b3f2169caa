"""The first screen of each role asks few questions, however many queues stand on it, and counts as the lists do."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import Absence, ExistingStructure, Group, Membership, Message, Order, Organisation, Request, db
from rules.choices import GroupKind, Seat
from rules.permissions import Role, may_run, verbs_of
from rules.states import OrderStatus
from services import absences, queues, saving, verbs
from services.waiting import Found
from tests.factories import make
from tests.people import make_user
from tests.queries import Queries
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, confirmed, do

MOST_QUERIES = 15


@pytest.mark.parametrize("role", list(Role))
def test_first_screen_asks_the_database_at_most_fifteen_questions(app, login, role):
    client = login(role.value)
    client.get("/admin/")

    with Queries() as asked:
        page = client.get("/admin/")

    assert (page.status_code, len(asked.asked) <= MOST_QUERIES) == (200, True), len(asked.asked)


@pytest.mark.both_databases
def test_queues_counted_together_are_those_counted_one_by_one(app):
    coordinator = actor_of("coordinator")
    ask(an_order(coordinator), coordinator, an_askable(), an_askable())
    make(Message)
    every = [queue for tile in queues.FIRST_SCREENS[Role.COORDINATOR] for queue in tile.queues]

    together = queues.counts(every, coordinator, TODAY)

    assert together == {queue: queues.count(queue, coordinator, TODAY) for queue in every}
    assert (together[queues.WAITING], together[queues.TO_SEND]) == (2, 1)


def test_queue_of_a_closed_record_type_counts_nought_beside_one_that_is_open(app):
    expert = actor_of("expert")

    assert queues.counts([queues.MY_TASKS, queues.TO_SEND], expert, TODAY) == {queues.MY_TASKS: 0, queues.TO_SEND: 0}


# --- age and next step


@pytest.mark.both_databases
def test_queue_tells_its_oldest_and_the_day_since_when_it_waits(app):
    coordinator, days = actor_of("coordinator"), [TODAY - timedelta(n) for n in (2, 9, 4)]
    orders = [make(Order, received_on=day) for day in days]
    request = make(Request, came_by="phone", created_at=datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("UTC")))
    make(Organisation, places_orders=True)

    found = queues.look([queues.NEW_ORDERS, queues.NEW_REQUESTS, queues.UNREACHED, queues.TO_SEND], coordinator, TODAY)

    assert found[queues.NEW_ORDERS] == Found(3, days[1], orders[1].id)
    assert found[queues.NEW_REQUESTS] == Found(1, date(2026, 11, 3), request.id)
    assert (found[queues.UNREACHED].day, found[queues.UNREACHED].first is None) == (None, False)
    assert found[queues.TO_SEND] == Found(0)


def test_oldest_of_more_than_were_counted_is_not_told(app, monkeypatch):
    monkeypatch.setattr("services.waiting.MOST", 2)
    coordinator = actor_of("coordinator")
    [make(Order) for _ in range(4)]

    assert queues.look([queues.NEW_ORDERS], coordinator, TODAY)[queues.NEW_ORDERS] == Found(3)


def test_event_day_is_that_of_the_order(app):
    coordinator = actor_of("coordinator")
    assignment = confirmed(an_order(coordinator), coordinator)

    found = queues.look([queues.DEBRIEF, queues.TO_HOLD], coordinator, EVENT + timedelta(3))

    assert found == {queues.DEBRIEF: Found(1, EVENT, assignment.id), queues.TO_HOLD: Found(1, EVENT, assignment.order_id)}


def test_every_next_step_is_something_that_can_be_done(app):
    steps = {(role, q.model, q.step) for role, tiles in queues.FIRST_SCREENS.items() for tile in tiles
             for q in tile.queues if q.step}

    assert [step for _, model, step in steps if step.verb and step.verb != "match" and not verbs.find(model, step.verb)] == []
    assert [step for role, model, step in steps if step.verb and not may_run(role, model.__name__, step.verb)] == []
    assert [step for role, _, step in steps if step.make and not may_run(role, step.make[0], "create")] == []
    assert "match" in verbs_of("Order")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nearly_every_queue_of_a_role_says_what_to_do_next(role):
    """Those without are looked at, not worked through: what goes by itself, and times that are only ahead."""
    without = {q.name for tile in queues.FIRST_SCREENS[role] for q in tile.queues if q.step is None}

    assert without <= {"on-their-way", "this-week", "proposed-to-bank", "own-confirmed", "my-tasks", "my-paid"}


def english(client):
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def test_first_screen_shows_age_and_a_way_to_the_oldest(app, login):
    app.config["TODAY"] = TODAY
    newer, older = (make(Order, received_on=TODAY - timedelta(n)) for n in (1, 12))

    page = english(login("coordinator")).get("/admin/").text

    assert "oldest 12 days" in page
    assert [f'href="/admin/order/match/?id={order.id}"' in page for order in (newer, older)] == [False, True]


def test_next_step_of_a_unit_never_reached_is_a_visit_that_names_it(app, login):
    unit = make(Organisation, places_orders=True, name="Metsäpolun koti")
    client = login("coordinator")

    assert f'href="/admin/outreach/new/?organisations={unit.id}"' in client.get("/admin/").text
    assert "Metsäpolun koti" in client.get(f"/admin/outreach/new/?organisations={unit.id}").text


def test_week_has_events_supervision_and_meetings_of_the_seven_days_from_today(app, login):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    near, far = an_order(coordinator, on=TODAY + timedelta(6)), an_order(coordinator, on=TODAY + timedelta(7))
    gone = an_order(coordinator, on=TODAY + timedelta(5))
    do(gone, "cancel", coordinator)

    page = english(login("coordinator")).get("/admin/").text
    week = re.search(r"<h2>The week</h2>.*?</section>", page, re.DOTALL)[0]

    assert [order.number in week for order in (near, far, gone)] == [True, False, False]
    assert "Expert not found yet" in week


# --- seats and structures


def test_steering_group_without_a_young_peoples_representative_waits_until_the_seat_is_filled(app):
    coordinator = actor_of("coordinator")
    group = make(Group, kind=GroupKind.STEERING)
    make(Group, kind=GroupKind.DEVELOPMENT), make(Group, kind=GroupKind.STEERING, active=False)
    seat = make(Membership, group=group, seat=Seat.YOUNG_PEOPLE, since=TODAY - timedelta(9), until=TODAY - timedelta(1))

    def empty(day=TODAY):
        return queues.look([queues.EMPTY_SEATS], coordinator, day)[queues.EMPTY_SEATS]

    before, while_there = empty(), empty(TODAY - timedelta(1))
    seat.until = None
    db.session.commit()

    assert (before, while_there, empty()) == (Found(1, None, group.id), Found(0), Found(0))


def test_structure_is_looked_through_once_a_year(app):
    coordinator = actor_of("coordinator")
    never, old, new = (make(ExistingStructure, reviewed_on=day) for day in (
        None, TODAY - timedelta(366), TODAY - timedelta(365)))

    before = queues.look([queues.TO_REVIEW], coordinator, TODAY)[queues.TO_REVIEW]
    do(old, "review", coordinator), do(never, "review", coordinator)

    assert (before, never.reviewed_on, old.reviewed_on, new.reviewed_on) == (
        Found(2, TODAY - timedelta(366), old.id), TODAY, TODAY, TODAY - timedelta(365))
    assert queues.count(queues.TO_REVIEW, coordinator, TODAY) == 0


def test_orderer_is_asked_for_the_feedback_not_given(app):
    coordinator = actor_of("coordinator")
    order = confirmed(an_order(coordinator, on=TODAY), coordinator).order
    orderer, other = actor_of("orderer", organisation=order.organisation), actor_of("orderer")
    do(order, "hold", coordinator)
    counts = [queues.count(queues.OWN_FEEDBACK, actor, TODAY) for actor in (orderer, other)]
    do(order, "feedback", orderer, useful=5)

    assert (counts, queues.count(queues.OWN_FEEDBACK, orderer, TODAY)) == ([1, 0], 0)


# --- for a deputy


def an_absence(coordinator, **given):
    absence = Absence(**{"starts_on": TODAY, "ends_on": TODAY + timedelta(6)} | given)
    with db.session.no_autoflush:
        saving.prepare(absence, coordinator, TODAY, is_new=True)
        db.session.add(absence)
    db.session.commit()
    return absence


def test_absence_is_ones_own_and_tells_how_many_open_orders_it_leaves(app):
    coordinator, deputy = actor_of("coordinator"), make_user("coordinator")
    make(Order, status=OrderStatus.CLOSED), an_order(coordinator), an_order(coordinator)
    absence = an_absence(coordinator, deputy=deputy)

    [found] = absences.away(actor_of("coordinator"), TODAY)

    assert (found.absence, found.absence.user.id, found.orders, found.now) == (absence, coordinator.user_id, 2, True)


@pytest.mark.parametrize(("starts", "ends", "shown"), [
    (0, 0, [True]), (-5, -1, []), (14, 20, [False]), (15, 20, [])])
def test_absence_is_shown_from_two_weeks_before_until_its_last_day(app, starts, ends, shown):
    coordinator = actor_of("coordinator")
    an_absence(coordinator, starts_on=TODAY + timedelta(starts), ends_on=TODAY + timedelta(ends))

    assert [one.now for one in absences.away(coordinator, TODAY)] == shown


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_absences_of_coordinators_are_their_own_matter(app, login, role):
    coordinator = actor_of("coordinator")
    an_absence(coordinator)

    assert absences.away(actor_of(role.value), TODAY) == []
    assert login(role.value).get("/admin/absence/").status_code == 403
    assert len(absences.away(coordinator, TODAY)) == 1


@pytest.mark.parametrize(("given", "field"), [
    ({"ends_on": TODAY - timedelta(1)}, "ends_on"), ({"deputy": "self"}, "deputy")])
def test_absence_that_cannot_be_is_refused_at_its_field(app, login, given, field):
    client = login("coordinator")
    own = client.user
    page = client.get("/admin/absence/new/").text
    token = re.search(r'name="csrf_token" value="([^"]+)', page)[1]
    typed = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(3)).isoformat()}
    wrong = {name: f"{own.name} #{own.id}" if value == "self" else value.isoformat() for name, value in given.items()}

    answers = [client.post("/admin/absence/new/", data={"csrf_token": token} | form) for form in (typed | wrong, typed)]

    assert [answer.status_code for answer in answers] == [422, 302]
    assert f'aria-describedby="{field}-' in answers[0].text
    assert db.session.query(Absence).count() == 1
