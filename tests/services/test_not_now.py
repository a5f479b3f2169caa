"""Saying "not now" is free: in every state, without a reason, and nobody but the coordinator can tell."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from models import Assignment, Municipality, Occasion, Order, StatusChange, Theme, db
from models.audit import open_door
from models.engine import writing
from rules.choices import AnswerBy, Debriefed, Onboarded, OrderKind
from rules.errors import IllegalTransition
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus as A
from rules.states import OrderStatus
from services import matching, saving, transitions, verbs
from services.training_status import training_status
from tests.people import make_expert, make_organisation, make_user

TODAY = date(2026, 11, 24)
BEFORE_CLOSED = (A.PROPOSED, A.ASKED, A.NO_ANSWER, A.ACCEPTED, A.CONFIRMED, A.HELD)
FREE = re.compile(r'(nonce|csrf_token|value|form_key)="[^"]*"|\b\d{1,2}\.\d{1,2}\.\d{4}[^<]*|2026-\d{3}|id=\d+|\d+')


@pytest.fixture
def coordinator(app):
    user = make_user("coordinator")
    return Actor(user.id, user.person_id, Role.COORDINATOR, user.name)


def make_order(coordinator, unit=None, places=1):
    theme = db.session.scalars(sa.select(Theme)).first() or Theme(name="avohuolto")
    town = db.session.scalars(sa.select(Municipality)).first() or Municipality(name="Jyväskylä")
    order = Order(organisation=unit or make_organisation(), kind=OrderKind.TALK, received_on=TODAY, places=places,
                  themes=[theme], occasions=[Occasion(on=date(2026, 12, 9), municipality=town)])
    saving.prepare(order, coordinator, TODAY, is_new=True)
    db.session.add(order)
    db.session.commit()
    return order


def do(record, verb, actor, **inputs):
    with writing():
        verbs.run(record, verb, actor, TODAY, inputs)
        db.session.commit()


def put(coordinator, state, order=None):
    """An assignment that is in ``state``."""
    facts = {"onboarded": Onboarded.BY_COORDINATOR, "onboarded_on": TODAY}
    if state is A.CLOSED:
        facts |= {"debriefed": Debriefed.DONE, "debriefed_on": TODAY}
    assignment = Assignment(order=order or make_order(coordinator), expert=make_expert(), **facts)
    with open_door("record_past"):
        transitions.born_past(assignment, state, "")
        db.session.commit()
    return assignment


def ask_and_confirm(order, coordinator):
    expert = make_expert()
    with writing():
        [assignment] = matching.ask_many(order, [matching.Choice(expert.id, "tuttu")], coordinator, TODAY)
        db.session.commit()
    do(assignment, "accept", coordinator)
    do(assignment, "onboard", coordinator, by="Kaisa", talked=[])
    do(assignment, "confirm", coordinator)
    return assignment


@pytest.mark.parametrize("state", BEFORE_CLOSED)
def test_not_now_is_taken_in_every_state_before_closed_without_a_reason(coordinator, state):
    assignment = put(coordinator, state)

    do(assignment, "decline", coordinator, answered_by=AnswerBy.SUPPORT_PERSON)

    step = db.session.scalars(sa.select(StatusChange).where(StatusChange.verb == "decline")).one()
    assert (assignment.status, assignment.answered_by, step.note) == (A.NOT_NOW, AnswerBy.SUPPORT_PERSON, None)


def test_not_now_comes_too_late_after_closing(coordinator):
    assignment = put(coordinator, A.CLOSED)

    with pytest.raises(IllegalTransition):
        do(assignment, "decline", coordinator)
    db.session.rollback()

    assert assignment.status is A.CLOSED


def test_not_now_never_changes_the_ranking(coordinator):
    for _ in range(4):
        make_expert()
    asked, fresh = make_order(coordinator), make_order(coordinator)
    person = make_expert()
    with writing():
        [assignment] = matching.ask_many(asked, [matching.Choice(person.id, "tuttu")], coordinator, TODAY)
        db.session.commit()
    before = [e.candidate for e in matching.ranking(fresh, TODAY).not_now]

    do(assignment, "decline", coordinator)

    assert [e.candidate for e in matching.ranking(fresh, TODAY).not_now] == before


def test_confirmed_person_who_says_not_now_reopens_the_search(coordinator):
    order = make_order(coordinator)
    assignment = ask_and_confirm(order, coordinator)
    assert order.status is OrderStatus.STAFFED

    do(assignment, "decline", coordinator)

    assert order.status is OrderStatus.SEARCHING


def test_orderer_hears_of_nobody_before_confirmation_and_one_sentence_after_a_replacement(coordinator):
    order = make_order(coordinator)
    with writing():
        matching.ask_many(order, [matching.Choice(make_expert().id, "tuttu")], coordinator, TODAY)
        db.session.commit()
    asked = training_status(order, TODAY)
    assignment = ask_and_confirm(order, coordinator)
    confirmed = training_status(order, TODAY)
    do(assignment, "decline", coordinator)
    replaced = training_status(order, TODAY)

    assert (asked.confirmed, str(asked.sentence)) == ((), "We are looking for an expert.")
    assert ([one.name for one in confirmed.confirmed], confirmed.sentence) == ([str(assignment.expert)], None)
    assert (replaced.confirmed, str(replaced.sentence)) == ((), "We are looking for another expert.")


@pytest.mark.parametrize("ending", ["decline", "ask_again"])
def test_orderers_page_is_the_same_whatever_the_cause(coordinator, login, ending):
    unit = make_organisation()
    client = login(user=make_user("orderer", organisation=unit))
    pages = []
    for verb in ("decline", ending):
        order = make_order(coordinator, unit)
        do(ask_and_confirm(order, coordinator), verb, coordinator)
        pages.append(FREE.sub("·", client.get(f"/admin/order/details/?id={order.id}").text))

    assert pages[0] == pages[1]


@pytest.mark.parametrize("role", ["orderer", "trainer", "finance", "steering"])
def test_answers_are_visible_to_the_coordinator_alone(coordinator, login, role):
    assignment = put(coordinator, A.ACCEPTED)
    address = f"/admin/assignment/details/?id={assignment.id}"

    assert login(role).get(address).status_code in (403, 404)
    assert login("coordinator").get(address).status_code == 200
