"""Orders: what saving one implies, and each verb with what comes along and what refuses it."""

from datetime import date, time, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from models import (
    Assignment,
    ExistingStructure,
    Feedback,
    Occasion,
    Order,
    Organisation,
    Request,
    StatusChange,
    Theme,
    User,
    db,
)
from models.engine import writing
from rules.choices import Debriefed, FeedbackBy, OrderKind, OrderSource
from rules.errors import BadInput, DomainError, FieldErrors, IllegalTransition, NotAllowed
from rules.states import AssignmentStatus as A
from rules.states import OrderStatus as O
from rules.states import RequestStatus
from services import matching, orders, saving, verbs
from tests.people import make_contact, make_organisation
from tests.services.placing_world import (
    EVENT,
    TODAY,
    accepted,
    actor_of,
    an_askable,
    an_order,
    ask,
    at_once,
    confirmed,
    do,
    held,
)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def put_in(coordinator, state):
    """An order that has come to ``state`` by its verbs."""
    order = an_order(coordinator, on=TODAY)
    if state is O.SEARCHING:
        do(order, "search", coordinator)
    elif state is O.UNMET:
        do(order, "search", coordinator)
        do(order, "give_up", coordinator)
    elif state is O.STAFFED:
        confirmed(order, coordinator)
    elif state in (O.HELD, O.CLOSED):
        assignment = held(order, coordinator)
        if state is O.CLOSED:
            do(assignment, "debrief", coordinator, how=Debriefed.OFFERED)
            do(order, "close", coordinator)
    elif state is O.CANCELLED:
        do(order, "cancel", coordinator)
    assert order.status is state
    return order


def edit(order, actor, **given):
    with writing(), db.session.no_autoflush:
        for name, value in given.items():
            setattr(order, name, value)
        saving.prepare(order, actor, TODAY, is_new=False)
        db.session.commit()


# --- saving


def test_new_order_gets_number_day_and_responsible(coordinator):
    first, second = an_order(coordinator), an_order(coordinator)

    assert (first.number, second.number) == ("2026-001", "2026-002")
    assert (first.received_on, first.responsible_id, first.status) == (TODAY, coordinator.user_id, O.RECEIVED)


def test_number_and_what_was_typed_stay_over_an_edit(coordinator):
    other = db.session.get(User, actor_of("coordinator").user_id)
    order = an_order(coordinator, received_on=date(2026, 11, 1), responsible=other)

    edit(order, coordinator, title="Toinen")

    assert (order.number, order.received_on, order.responsible) == ("2026-001", date(2026, 11, 1), other)


@pytest.mark.parametrize(("given", "refused"), [
    ({"themes": []}, {"themes": "Choose at least one theme: experts are found by it."}),
    ({"requires_training": True, "training_reason": " "},
     {"training_reason": "Say why training is required: otherwise it bars nobody."}),
    ({"places": 0}, {"places": "At least one expert is needed."}),
])
def test_order_is_refused_at_its_field(coordinator, given, refused):
    facts = {"requires_training": False, "training_reason": ""} | given

    with pytest.raises(FieldErrors) as error:
        an_order(coordinator, **facts)

    assert {name: str(sentence) for name, sentence in error.value.errors.items()} == refused


def test_order_that_requires_training_with_a_reason_is_saved(coordinator):
    order = an_order(coordinator, requires_training=True, training_reason="Sopimus edellyttää")

    assert order.training_reason == "Sopimus edellyttää"


def test_contact_person_is_of_the_ordering_organisation(coordinator):
    unit = make_organisation()
    own, foreign = make_contact(organisation=unit), make_contact(organisation=make_organisation())

    with pytest.raises(FieldErrors) as error:
        an_order(coordinator, organisation=unit, contact=foreign)
    db.session.rollback()

    assert str(error.value.errors["contact"]) == "This contact person is of another organisation."
    assert an_order(coordinator, organisation=unit, contact=own).contact is own


@pytest.mark.parametrize("ends", [time(9), time(8, 59)])
def test_occasion_ends_after_it_starts(coordinator, ends):
    with pytest.raises(BadInput) as error:
        an_order(coordinator, occasions=[Occasion(on=EVENT, starts=time(9), ends=ends)])

    assert (error.value.field, str(error.value.sentence)) == ("ends", "The end must be after the start.")


def test_times_of_an_order_that_was_held_stay(coordinator):
    order = put_in(coordinator, O.HELD)

    with pytest.raises(DomainError) as error:
        saving.prepare(order.occasions[0], coordinator, TODAY, is_new=False)

    assert str(error.value.sentence) == "The order is no longer open: its times stay as they were."


def test_order_keeps_its_last_time(coordinator):
    order = an_order(coordinator, occasions=[Occasion(on=EVENT), Occasion(on=EVENT + timedelta(7))])

    saving.remove(order.occasions[1], coordinator, TODAY)
    db.session.commit()
    db.session.refresh(order)
    with pytest.raises(DomainError) as error:
        saving.remove(order.occasions[0], coordinator, TODAY)

    assert str(error.value.sentence) == "An order keeps at least one time, and all of them once it has been held."


def test_number_of_places_settles_whether_the_search_goes_on(coordinator):
    order = put_in(coordinator, O.STAFFED)

    edit(order, coordinator, places=2)
    more = order.status
    edit(order, coordinator, places=1)

    assert (more, order.status) == (O.SEARCHING, O.STAFFED)


# --- from a request


def test_confirming_a_request_makes_an_order_of_it(coordinator):
    unit, theme = make_organisation(), an_order(coordinator).themes[0]
    request = Request(organisation_name="Tiimi", contact_name="Sari N.", email="sari@test.invalid", wish="Puhuja",
                      came_by=OrderSource.FORM)
    db.session.add(request)
    db.session.commit()

    order = do(request, "confirm", coordinator, organisation=unit, kind=OrderKind.PANEL, themes=[theme], on=EVENT)

    assert (request.status, request.order) == (RequestStatus.CONFIRMED, order)
    assert (order.organisation, order.kind, order.source, order.purpose) == (
        unit, OrderKind.PANEL, OrderSource.FORM, "Puhuja")
    assert (order.contact.name, order.contact.organisation, [o.on for o in order.occasions]) == (
        "Sari N.", unit, [EVENT])


def test_request_without_a_theme_stays_a_request(coordinator):
    request = Request(organisation_name="Tiimi", contact_name="Sari N.", wish="Puhuja")
    db.session.add(request)
    db.session.commit()

    with pytest.raises(BadInput) as error:
        do(request, "confirm", coordinator, organisation=make_organisation(), kind=OrderKind.TALK, themes=[],
           on=EVENT)

    assert (error.value.field, str(error.value.sentence)) == (
        "themes", "Choose at least one theme: experts are found by it.")
    assert (request.status, db.session.scalar(sa.select(sa.func.count(Order.id)))) == (RequestStatus.UNCONFIRMED, 0)


# --- verbs


VERBS = {
    "search": {O.RECEIVED, O.UNMET}, "reopen": {O.STAFFED}, "hold": {O.STAFFED}, "close": {O.HELD},
    "give_up": {O.SEARCHING}, "cancel": {O.RECEIVED, O.SEARCHING, O.STAFFED, O.UNMET},
    "feedback": {O.HELD, O.CLOSED},
}
INPUTS = {"feedback": {"useful": 5}}
REACHED = (O.RECEIVED, O.SEARCHING, O.UNMET, O.STAFFED, O.HELD, O.CLOSED, O.CANCELLED)


@pytest.mark.parametrize("state", REACHED)
def test_each_verb_is_taken_in_its_states_and_refused_in_the_others(coordinator, state):
    taken = set()
    for name in VERBS:
        order = put_in(coordinator, state)
        if state is O.HELD and name == "close":
            do(order.assignments[0], "debrief", coordinator, how=Debriefed.DONE)
        try:
            do(order, name, coordinator, **INPUTS.get(name, {}))
            taken.add(name)
        except IllegalTransition:
            assert order.status is state

    assert taken == {name for name, states in VERBS.items() if state in states}


@pytest.mark.parametrize("role", ["trainer", "finance", "orderer", "steering", "expert", "admin"])
def test_only_the_coordinator_runs_the_verbs_of_an_order(coordinator, role):
    order = an_order(coordinator)

    with pytest.raises(NotAllowed):
        do(order, "search", actor_of(role))
    do(order, "search", coordinator)

    assert order.status is O.SEARCHING


def test_order_is_held_with_one_confirmed_and_lets_the_rest_go(coordinator):
    order = an_order(coordinator, on=TODAY, places=2)
    sure = confirmed(order, coordinator)
    waiting, yes = ask(order, coordinator, an_askable(), an_askable())
    do(yes, "accept", coordinator)
    proposed = Assignment(order=order, expert=an_askable())
    db.session.add(proposed)
    db.session.commit()

    do(order, "hold", coordinator)

    assert [a.status for a in (sure, waiting, yes, proposed)] == [A.HELD, A.NO_ANSWER, A.STOOD_DOWN, A.CANCELLED]
    assert order.status is O.HELD


def test_order_is_not_held_before_its_first_day(coordinator):
    order = an_order(coordinator, occasions=[Occasion(on=EVENT + timedelta(7)), Occasion(on=EVENT)])
    confirmed(order, coordinator)
    db.session.refresh(order)

    with pytest.raises(DomainError) as error:
        orders.hold(order, coordinator, EVENT - timedelta(1))
    db.session.rollback()
    do(order, "hold", coordinator, today=EVENT)

    assert str(error.value.sentence) == f"The event is on {EVENT}: it can be marked as held from that day."
    assert order.status is O.HELD


def test_order_without_anybody_confirmed_is_not_held(coordinator):
    order = an_order(coordinator, on=TODAY)
    accepted(order, coordinator)

    with pytest.raises(DomainError) as error:
        orders.hold(order, coordinator, TODAY)

    assert str(error.value.sentence) == "Nobody has been confirmed: cancel the order or mark it as unmet."


def test_order_whose_expert_was_already_marked_as_held_can_be_held(coordinator):
    order = an_order(coordinator, on=TODAY)
    assignment = confirmed(order, coordinator)
    do(assignment, "hold", coordinator)

    do(order, "hold", coordinator)

    assert (order.status, assignment.status) == (O.HELD, A.HELD)


@pytest.mark.parametrize("how", Debriefed)
def test_order_closes_after_the_debrief_was_had_or_offered(coordinator, how):
    order = an_order(coordinator, on=TODAY)
    assignment = held(order, coordinator)
    with pytest.raises(DomainError) as error:
        do(order, "close", coordinator)

    do(assignment, "debrief", coordinator, how=how)
    do(order, "close", coordinator)

    assert str(error.value.sentence) == (
        f"Talk first, or offer it. The debrief is missing for: {assignment.expert}")
    assert (order.status, assignment.status) == (O.CLOSED, A.CLOSED)


def test_order_closes_without_a_debrief_of_somebody_who_was_absent(coordinator):
    order = an_order(coordinator, on=TODAY)
    assignment = held(order, coordinator)
    do(assignment, "decline", coordinator)

    do(order, "close", coordinator)

    assert (order.status, assignment.status) == (O.CLOSED, A.NOT_NOW)


def test_cancelling_takes_everybody_along(coordinator):
    order = an_order(coordinator, places=3)
    sure = confirmed(order, coordinator)
    waiting, declined = ask(order, coordinator, an_askable(), an_askable())
    do(declined, "decline", coordinator)

    do(order, "cancel", coordinator, note="Tilaaja perui")

    assert [a.status for a in (sure, waiting, declined)] == [A.CANCELLED, A.CANCELLED, A.NOT_NOW]
    noted = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == order.subject).order_by(
        StatusChange.id.desc())).first()
    assert (noted.verb, noted.note) == ("cancel", "Tilaaja perui")


def test_search_given_up_begins_anew_and_the_same_people_can_be_asked(coordinator):
    order = an_order(coordinator)
    silent, yes = an_askable(), an_askable()
    asked, said_yes = ask(order, coordinator, silent, yes)
    do(said_yes, "accept", coordinator)

    do(order, "give_up", coordinator)
    let_go = [asked.status, said_yes.status]
    again = ask(order, coordinator, silent, yes)

    assert let_go == [A.NO_ANSWER, A.STOOD_DOWN]
    assert (again, [a.status for a in again], order.status) == ([asked, said_yes], [A.ASKED, A.ASKED], O.SEARCHING)


def test_order_that_belongs_elsewhere_is_referred_and_nobody_stays_asked(coordinator):
    structure = ExistingStructure(name="VALTTI", owner="Järjestö")
    db.session.add(structure)
    order = an_order(coordinator)
    [asked] = ask(order, coordinator, an_askable())

    do(order, "refer", coordinator, referred_to=structure)

    assert (order.status, order.referred_to, asked.status) == (O.REFERRED, structure, A.CANCELLED)


def test_staffed_follows_when_every_place_is_confirmed(coordinator):
    order = an_order(coordinator, places=2)

    states = []
    for _ in range(2):
        confirmed(order, coordinator)
        states.append(order.status)

    assert states == [O.SEARCHING, O.STAFFED]


@pytest.mark.both_databases
def test_two_confirmed_at_once_staff_the_order(app):
    coordinator = actor_of("coordinator")
    order = an_order(coordinator, places=2)
    numbers = [accepted(order, coordinator).id for _ in range(2)]

    def confirm(number):
        verbs.run(db.session.get(Assignment, number), "confirm", coordinator, TODAY, {})

    refused = at_once(app, *(partial(confirm, number) for number in numbers))

    assert (refused, order.status) == ([], O.STAFFED)


@pytest.mark.both_databases
def test_same_person_asked_twice_at_once_is_asked_once(app):
    coordinator = actor_of("coordinator")
    number, person = an_order(coordinator).id, an_askable().id

    def ask_them():
        matching.ask_many(db.session.get(Order, number), [matching.Choice(person)], coordinator, TODAY)

    refused = at_once(app, ask_them, ask_them)

    assert refused == ["This expert is already in this order."]
    assert db.session.scalar(sa.select(sa.func.count(Assignment.id))) == 1


@pytest.mark.both_databases
def test_numbers_of_orders_taken_at_once_differ(app):
    coordinator = actor_of("coordinator")
    first = an_order(coordinator)
    unit, theme = first.organisation_id, first.themes[0].id

    def take():
        order = Order(organisation=db.session.get(Organisation, unit), kind=OrderKind.TALK, places=1,
                      themes=[db.session.get(Theme, theme)])
        with db.session.no_autoflush:
            saving.prepare(order, coordinator, TODAY, is_new=True)
        db.session.add(order)

    refused = at_once(app, take, take, take)

    assert refused == []
    assert sorted(db.session.scalars(sa.select(Order.number))) == ["2026-001", "2026-002", "2026-003", "2026-004"]


# --- feedback


def test_orderer_gives_feedback_on_an_own_order_that_was_held(coordinator):
    unit = make_organisation()
    order = an_order(coordinator, on=TODAY, organisation=unit)
    held(order, coordinator)

    do(order, "feedback", actor_of("orderer", organisation=unit), useful=4, text="Kiitos")

    [given] = db.session.scalars(sa.select(Feedback))
    assert (given.order, given.given_by, given.given_on, given.useful, given.text) == (
        order, FeedbackBy.ORDERER, TODAY, 4, "Kiitos")


@pytest.mark.parametrize(("inputs", "field", "sentence"), [
    ({}, "text", "Give a number, words or both."),
    ({"useful": 0}, "useful", "Answer from 1 to 5."),
    ({"useful": 6}, "useful", "Answer from 1 to 5."),
])
def test_feedback_that_says_nothing_is_refused(coordinator, inputs, field, sentence):
    order = put_in(coordinator, O.HELD)

    with pytest.raises(BadInput) as error:
        do(order, "feedback", coordinator, **inputs)

    assert (error.value.field, str(error.value.sentence)) == (field, sentence)
    assert db.session.scalar(sa.select(sa.func.count(Feedback.id))) == 0


@pytest.mark.parametrize("role", ["trainer", "finance", "steering", "expert", "admin"])
def test_nobody_else_gives_feedback_for_an_orderer(coordinator, role):
    order = put_in(coordinator, O.HELD)

    with pytest.raises(NotAllowed):
        do(order, "feedback", actor_of(role), useful=5)
    do(order, "feedback", coordinator, useful=5)

    assert db.session.scalar(sa.select(sa.func.count(Feedback.id))) == 1
