"""One expert in one order: asking again, answering, confirming, the talk afterwards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import Assignment, FeeRate, Occasion, Pause, StatusChange, db
from rules.choices import AnswerBy, ContactRelease, Debriefed, FeeUnit, OrderKind, WithoutFee
from rules.errors import BadInput, DomainError, IllegalTransition, NotAllowed
from rules.states import AssignmentStatus as A
from rules.states import OrderStatus
from services import assignments, queues, verbs
from tests.people import make_expert
from tests.services.placing_world import (
    EVENT,
    TODAY,
    accepted,
    actor_of,
    an_askable,
    an_order,
    ask,
    confirmed,
    do,
    held,
    onboard,
)

OTHERS = ("trainer", "finance", "orderer", "steering", "expert", "admin")


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def put_in(coordinator, state):
    """An assignment of an open order that has come to ``state`` by its verbs."""
    order = an_order(coordinator, on=TODAY)
    [found] = ask(order, coordinator, an_askable())
    if state is A.NO_ANSWER:
        do(found, "lapse", coordinator)
    elif state is A.NOT_NOW:
        do(found, "decline", coordinator)
    elif state is not A.ASKED:
        do(found, "accept", coordinator)
        onboard(found, coordinator)
        if state is A.STOOD_DOWN:
            do(found, "stand_down", coordinator)
        elif state is not A.ACCEPTED:
            do(found, "confirm", coordinator)
    if state in (A.HELD, A.CLOSED):
        do(order, "hold", coordinator)
    if state is A.CLOSED:
        do(found, "debrief", coordinator, how=Debriefed.DONE)
        do(found, "close", coordinator)
    assert found.status is state
    return found


VERBS = {
    "accept": {A.ASKED}, "decline": {A.ASKED, A.NO_ANSWER, A.ACCEPTED, A.CONFIRMED, A.HELD}, "lapse": {A.ASKED},
    "stand_down": {A.ACCEPTED}, "ask_again": {A.NO_ANSWER, A.NOT_NOW, A.STOOD_DOWN, A.ACCEPTED, A.CONFIRMED},
    "confirm": {A.ACCEPTED}, "hold": {A.CONFIRMED}, "debrief": {A.HELD}, "close": {A.HELD},
}
REACHED = (A.ASKED, A.NO_ANSWER, A.NOT_NOW, A.ACCEPTED, A.STOOD_DOWN, A.CONFIRMED, A.HELD, A.CLOSED)


@pytest.mark.parametrize("state", REACHED)
def test_each_verb_is_taken_in_its_states_and_refused_in_the_others(coordinator, state):
    taken = set()
    for name in VERBS:
        found = put_in(coordinator, state)
        if state is A.HELD and name == "close":
            do(found, "debrief", coordinator, how=Debriefed.DONE)
        try:
            do(found, name, coordinator, **({"how": Debriefed.DONE} if name == "debrief" else {}))
            taken.add(name)
        except IllegalTransition:
            assert found.status is state

    assert taken == {name for name, states in VERBS.items() if state in states}


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("name", ["accept", "decline", "lapse"])
def test_answers_are_recorded_by_the_coordinator_alone(coordinator, role, name):
    found = put_in(coordinator, A.ASKED)

    with pytest.raises(NotAllowed):
        do(found, name, actor_of(role))
    assert found.status is A.ASKED
    do(found, name, coordinator)

    assert found.status is Assignment.lifecycle.steps[name].target


# --- answers


def test_not_now_asks_for_nothing_but_who_said_it():
    asked = verbs.find(Assignment, "decline").inputs

    assert [(one.name, one.kind, one.default) for one in asked] == [("answered_by", AnswerBy, AnswerBy.EXPERT)]


@pytest.mark.parametrize("name", ["accept", "decline"])
@pytest.mark.parametrize("who", AnswerBy)
def test_answer_says_who_gave_it_and_ends_the_wish_to_talk(coordinator, name, who):
    found = put_in(coordinator, A.ASKED)
    found.wants_to_talk = True

    do(found, name, coordinator, answered_by=who)

    assert (found.answered_by, found.wants_to_talk) == (who, False)


def test_not_now_on_the_morning_of_the_event_leaves_no_mark_but_the_state(coordinator):
    found = put_in(coordinator, A.HELD)

    do(found, "decline", coordinator)

    assert (found.status, found.order.status) == (A.NOT_NOW, OrderStatus.HELD)
    steps = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == found.subject))
    assert {step.note or "" for step in steps} == {""}


# --- asking again


def test_confirmed_person_asked_again_after_a_change_of_time_reopens_the_search(coordinator):
    found = put_in(coordinator, A.CONFIRMED)

    do(found, "ask_again", coordinator, today=TODAY + timedelta(1))

    assert (found.status, found.order.status) == (A.ASKED, OrderStatus.SEARCHING)
    assert (found.asked_on, found.answered_by) == (TODAY + timedelta(1), None)


@pytest.mark.parametrize(("name", "before"), [("ask_again", A.NO_ANSWER), ("ask", A.PROPOSED)])
def test_hard_guard_holds_when_asking_by_hand(coordinator, name, before):
    person = an_askable(first_name="Sini", last_name="Korhonen")
    found = Assignment(order=an_order(coordinator), expert=person)
    db.session.add(found)
    db.session.commit()
    if before is A.NO_ANSWER:
        do(found, "ask", coordinator)
        do(found, "lapse", coordinator)
    pause = Pause(expert=found.expert, starts_on=TODAY)
    db.session.add(pause)
    db.session.commit()

    with pytest.raises(BadInput) as error:
        do(found, name, coordinator, note="Kysyn silti")

    assert str(error.value.sentence) == "Sini K. is not asked: On pause until further notice"
    assert found.status is before
    db.session.delete(pause)
    do(found, name, coordinator)
    assert found.status is A.ASKED


def test_soft_guard_that_is_new_needs_a_reason_when_asking_again(coordinator):
    order = an_order(coordinator)
    person = make_expert(first_name="Otto", last_name="Laine", birth_date=date(1990, 5, 1))
    [found] = ask(order, coordinator, person, reason="Tukihenkilö haetaan")
    do(found, "lapse", coordinator)

    do(found, "ask_again", coordinator)
    do(found, "lapse", coordinator)
    person.remote_only = True
    db.session.commit()
    with pytest.raises(BadInput) as error:
        do(found, "ask_again", coordinator)

    assert (error.value.field, str(error.value.sentence)) == (
        "note", "Otto L.: Takes part remotely only. Write why you ask in spite of it.")
    assert found.override_reason == "Tukihenkilö haetaan"
    do(found, "ask_again", coordinator, note="Sovittu kyydistä")
    assert (found.status, found.override_reason) == (A.ASKED, "Sovittu kyydistä")


def test_nobody_is_asked_again_for_an_order_that_is_over(coordinator):
    found = put_in(coordinator, A.NOT_NOW)
    do(found.order, "cancel", coordinator)

    with pytest.raises(IllegalTransition):
        do(found, "ask_again", coordinator)

    assert found.status is A.NOT_NOW


# --- confirming


def test_nobody_is_confirmed_without_the_onboarding(coordinator):
    [found] = ask(an_order(coordinator), coordinator, an_askable())
    do(found, "accept", coordinator)

    with pytest.raises(DomainError) as error:
        assignments.confirm(found, coordinator, TODAY)
    db.session.rollback()
    onboard(found, coordinator)
    do(found, "confirm", coordinator)

    assert str(error.value.sentence) == "Record the onboarding before confirming."
    assert found.status is A.CONFIRMED


def test_confirming_keeps_what_was_agreed(coordinator):
    found = confirmed(an_order(coordinator), coordinator, contact_release=ContactRelease.PHONE,
                      agreed_fee=Decimal("120.00"), agreed_unit=FeeUnit.HALF_DAY)

    assert (found.contact_release, found.agreed_fee, found.agreed_unit, found.without_fee) == (
        ContactRelease.PHONE, Decimal("120.00"), FeeUnit.HALF_DAY, None)


def test_contact_stays_with_the_coordinator_unless_released(coordinator):
    assert confirmed(an_order(coordinator), coordinator).contact_release is ContactRelease.COORDINATOR


def a_rate(amount, *, unit=FeeUnit.EVENT, kind=OrderKind.TALK, start=date(2026, 1, 1), until=None):
    db.session.add(FeeRate(kind=kind, unit=unit, amount=Decimal(amount), valid_from=start, valid_until=until))
    db.session.commit()


def test_fee_is_that_of_the_table_on_the_day_of_the_event(coordinator):
    a_rate("75.00", until=EVENT - timedelta(1))
    a_rate("80.00", start=EVENT)
    a_rate("40.00", unit=FeeUnit.HOUR)
    a_rate("99.00", kind=OrderKind.PANEL)

    found = confirmed(an_order(coordinator), coordinator)
    rate = db.session.scalars(sa.select(FeeRate).where(FeeRate.amount == Decimal("80.00"))).one()
    rate.amount = Decimal("85.00")
    db.session.commit()

    assert (found.agreed_fee, found.agreed_unit) == (Decimal("80.00"), FeeUnit.EVENT)


def test_fee_offered_with_the_order_comes_before_the_table(coordinator):
    a_rate("75.00")

    found = confirmed(an_order(coordinator, offered_fee=Decimal("100.00")), coordinator)

    assert (found.agreed_fee, found.agreed_unit) == (Decimal("100.00"), FeeUnit.EVENT)


def test_fee_stays_open_without_a_table(coordinator):
    found = confirmed(an_order(coordinator), coordinator)

    assert (found.agreed_fee, found.agreed_unit) == (None, None)


def test_whoever_takes_part_without_a_fee_is_agreed_none(coordinator):
    a_rate("75.00")

    found = confirmed(an_order(coordinator), coordinator, voluntary=True)

    assert (found.agreed_fee, found.agreed_unit, found.without_fee) == (Decimal(0), None, WithoutFee.VOLUNTARY)


def test_fee_below_zero_is_refused_at_its_field(coordinator):
    found = accepted(an_order(coordinator), coordinator)

    with pytest.raises(BadInput) as error:
        do(found, "confirm", coordinator, agreed_fee=Decimal(-1))

    assert (error.value.field, str(error.value.sentence)) == ("agreed_fee", "A fee cannot be negative.")
    assert found.status is A.ACCEPTED


# --- afterwards


def test_debrief_is_kept_and_a_concern_stands_in_the_queue(coordinator):
    found = held(an_order(coordinator, on=TODAY), coordinator)
    calm = held(an_order(coordinator, on=TODAY), coordinator)

    do(found, "debrief", coordinator, how=Debriefed.DONE, on=TODAY, with_whom="Kaisa K.", needs_follow_up=True,
       supervision_offered=True)
    do(calm, "debrief", coordinator, how=Debriefed.OFFERED)

    assert (found.debriefed, found.debriefed_on, found.debriefed_with, found.supervision_offered) == (
        Debriefed.DONE, TODAY, "Kaisa K.", True)
    waiting = db.session.scalars(sa.select(Assignment).where(queues.AFTER_CALLS.where(coordinator, TODAY)))
    assert list(waiting) == [found]


def test_debrief_is_not_of_a_day_to_come(coordinator):
    found = held(an_order(coordinator, on=TODAY), coordinator)

    with pytest.raises(BadInput) as error:
        do(found, "debrief", coordinator, how=Debriefed.DONE, on=TODAY + timedelta(1))

    assert (error.value.field, str(error.value.sentence)) == ("on", "This day has not come yet.")


def test_debrief_waits_for_the_event(coordinator):
    found = confirmed(an_order(coordinator), coordinator)

    with pytest.raises(DomainError) as error:
        assignments.debrief(found, coordinator, TODAY, how=Debriefed.DONE)

    assert str(error.value.sentence) == "The debrief is recorded after the event."


def test_assignment_closes_after_its_debrief(coordinator):
    found = held(an_order(coordinator, on=TODAY), coordinator)
    with pytest.raises(DomainError) as error:
        assignments.close(found, coordinator, TODAY)

    do(found, "debrief", coordinator, how=Debriefed.OFFERED)
    do(found, "close", coordinator)

    assert (str(error.value.sentence), found.status) == ("Record the debrief before closing.", A.CLOSED)


def test_nobody_is_held_before_the_event(coordinator):
    found = confirmed(an_order(coordinator, occasions=[Occasion(on=EVENT)]), coordinator)

    with pytest.raises(IllegalTransition):
        do(found, "hold", coordinator, today=EVENT - timedelta(1))
    do(found, "hold", coordinator, today=EVENT)

    assert found.status is A.HELD
