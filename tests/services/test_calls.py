"""Calls after an event and calls that were agreed on: the made one leaves its queue, the next one comes on its day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import SupportContact, db
from rules.choices import Debriefed
from rules.errors import BadInput, IllegalTransition
from services import queues
from tests.factories import make
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, do, held

WEEK = timedelta(7)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def waiting(coordinator, today=TODAY):
    return [queues.count(queue, coordinator, today) for queue in (queues.AFTER_CALLS, queues.CALLS)]


def after_an_event(coordinator):
    assignment = held(an_order(coordinator, on=TODAY), coordinator)
    do(assignment, "debrief", coordinator, how=Debriefed.DONE, needs_follow_up=True)
    return assignment


def agreed_on(**given):
    return make(SupportContact, **{"expert": an_askable(), "on": TODAY - 4 * WEEK, "needs_call": True} | given)


def contacts():
    return [(one.expert_id, one.on, one.note, one.needs_call, one.next_on, one.by_id)
            for one in db.session.scalars(sa.select(SupportContact).order_by(SupportContact.id))]


def test_recorded_call_leaves_both_queues(coordinator):
    assignment, before = after_an_event(coordinator), agreed_on(note="Soitellaan", next_on=TODAY - WEEK)
    at_first = waiting(coordinator)

    do(assignment, "call", coordinator, agreed="Kaikki hyvin")
    do(before, "called", coordinator, agreed="Nähdään joulun jälkeen", on=TODAY - timedelta(1))

    assert (at_first, waiting(coordinator)) == ([1, 1], [0, 0])
    assert contacts() == [
        (before.expert_id, TODAY - 4 * WEEK, "Soitellaan", False, None, None),
        (assignment.expert_id, TODAY, "Kaikki hyvin", False, None, coordinator.user_id),
        (before.expert_id, TODAY - timedelta(1), "Nähdään joulun jälkeen", False, None, coordinator.user_id)]


@pytest.mark.parametrize("given", [{"needs_call": False, "next_on": TODAY - WEEK}, {"next_on": None}])
def test_call_that_was_agreed_on_ends_whichever_way_it_was_asked_for(coordinator, given):
    before = agreed_on(**given)
    at_first = waiting(coordinator)

    do(before, "called", coordinator)

    assert (at_first, waiting(coordinator)) == ([0, 1], [0, 0])


def test_next_call_waits_for_its_day(coordinator):
    do(after_an_event(coordinator), "call", coordinator, again_on=TODAY + 3 * WEEK)
    do(agreed_on(), "called", coordinator, again_on=TODAY + 3 * WEEK)

    assert [waiting(coordinator, day) for day in (TODAY, TODAY + 2 * WEEK)] == [[0, 0], [0, 2]]


def test_call_can_be_what_offers_supervision(coordinator):
    offered, not_offered = after_an_event(coordinator), after_an_event(coordinator)

    do(offered, "call", coordinator, supervision_offered=True)
    do(not_offered, "call", coordinator)

    assert (offered.supervision_offered, not_offered.supervision_offered) == (True, False)


@pytest.mark.parametrize(("field", "inputs"), [
    ("on", {"on": TODAY + timedelta(1)}), ("again_on", {"again_on": TODAY - timedelta(1)}), ("agreed", {"agreed": "x" * 1001})])
def test_call_that_cannot_be_is_refused_at_its_field_and_still_waits(coordinator, field, inputs):
    assignment, before = after_an_event(coordinator), agreed_on()

    for record, verb in ((assignment, "call"), (before, "called")):
        with pytest.raises(BadInput) as refused:
            do(record, verb, coordinator, **inputs)
        assert refused.value.field == field

    assert (waiting(coordinator), len(contacts())) == ([1, 1], 1)


def test_call_is_recorded_once(coordinator):
    assignment, before = after_an_event(coordinator), agreed_on()
    do(assignment, "call", coordinator)
    do(before, "called", coordinator)

    for record, verb in ((assignment, "call"), (before, "called")):
        with pytest.raises(IllegalTransition):
            do(record, verb, coordinator)


def test_next_step_of_both_queues_is_to_record_the_call():
    assert (queues.AFTER_CALLS.step.verb, queues.CALLS.step.verb) == ("call", "called")
