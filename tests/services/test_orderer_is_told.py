"""What an orderer is written when the confirmed expert leaves, the order is referred, nobody is found, it is refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import ExistingStructure, Message, PersonalLink, Request, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import Language, MessageKind, OrderSource
from rules.errors import BadInput
from rules.states import AssignmentStatus, MessageStatus, OrderStatus, RequestStatus
from services import answers, personal_links
from services.answers import Answer
from tests.factories import make
from tests.mail_world import NOW
from tests.people import make_contact, make_organisation
from tests.services.placing_world import EVENT, TODAY, accepted, actor_of, an_askable, an_order, confirmed, do

K, DRAFT, DISCARDED = MessageKind, MessageStatus.DRAFT, MessageStatus.DISCARDED
NOT_AS_HOPED = (K.LOOKING_AGAIN, K.UNMET, K.REFERRED, K.REQUEST_REFUSED)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator", name="Kaisa Koskela")


@pytest.fixture
def order(coordinator):
    unit = make_organisation()
    contact = make_contact(organisation=unit, email="tilaaja@test.invalid", message_language=Language.EN)
    return an_order(coordinator, organisation=unit, contact=contact)


def told(*kinds):
    return list(db.session.scalars(sa.select(Message).where(Message.kind.in_(kinds or NOT_AS_HOPED))
                                   .order_by(Message.id)))


def by_the_link(assignment, _coordinator):
    with writing():
        answers.give(_live(LinkFor.ANSWER, assignment), Answer.NOT_NOW, TODAY, NOW)
        db.session.commit()


def by_the_support_person(assignment, _coordinator):
    with writing():
        answers.not_now_for_another(_live(LinkFor.SUPPORT, assignment), TODAY, NOW)
        db.session.commit()


def _live(purpose, assignment):
    return personal_links.open_link(purpose, personal_links.secret_of(
        personal_links.live_link(purpose, assignment)), TODAY)


def signed_in(assignment, _coordinator):
    do(assignment, "say_not_now", actor_of("expert", expert=assignment.expert, name="Tuulikki Salminen"))


def by_the_coordinator(assignment, coordinator):
    do(assignment, "decline", coordinator)


def by_asking_again(assignment, coordinator):
    do(assignment, "ask_again", coordinator)


LEAVINGS = [by_the_link, by_the_support_person, signed_in, by_the_coordinator, by_asking_again]


@pytest.mark.parametrize("signed", ["Kaisa Koskela", "The coordinator"])
def test_orderer_is_written_to_in_the_same_words_whatever_made_the_confirmed_one_leave(coordinator, order, signed):
    if signed != "Kaisa Koskela":
        order.responsible = None
        coordinator = actor_of("coordinator", name=signed)
    texts = set()
    for leave in LEAVINGS:
        expert = an_askable(first_name="Tuulikki", last_name="Salminen", email="kokija@test.invalid")
        leave(confirmed(order, coordinator, expert), coordinator)
        texts.add((leave.__name__, order.status, *((one.to, one.subject_line, one.body) for one in told()[-1:])))
        assert [one.status for one in told()] == [DISCARDED] * (len(told()) - 1) + [DRAFT]

    assert len(told()) == len(LEAVINGS)
    assert texts == {(leave.__name__, OrderStatus.SEARCHING, (
        "tilaaja@test.invalid", "We are looking for somebody else for you", "Hello!\n\nWe are looking for somebody else "
        "to come to your event. Time: 9 Dec 2026 9:00–11:00\nWe will tell you as soon as it is settled who comes. You "
        "need not do anything.\n\nIf you would like to talk about it, or the time could be another, please answer or "
        f"call.\n\nBest wishes\n{signed}\n")) for leave in LEAVINGS}


def test_orderer_hears_of_one_of_two_who_leaves_while_the_other_place_is_still_open(coordinator, order):
    order.places = 2
    db.session.commit()

    do(confirmed(order, coordinator, an_askable()), "decline", coordinator)

    assert [one.kind for one in told()] == [K.LOOKING_AGAIN]


def test_orderer_hears_nothing_of_the_answers_of_whoever_was_not_confirmed(coordinator, order):
    do(accepted(order, coordinator), "decline", coordinator)

    assert told() == []


@pytest.mark.parametrize(("days", "kinds"), [(0, [K.LOOKING_AGAIN]), (1, [])])
def test_orderer_of_an_event_that_is_over_is_not_told_that_somebody_is_looked_for(coordinator, order, days, kinds):
    assignment = confirmed(order, coordinator)

    do(assignment, "decline", coordinator, today=EVENT + timedelta(days))

    assert ([one.kind for one in told()], assignment.status) == (kinds, AssignmentStatus.NOT_NOW)


def test_confirmation_that_nobody_has_sent_goes_with_the_last_of_the_confirmed(coordinator, order):
    order.places = 2
    db.session.commit()
    first, second = confirmed(order, coordinator), confirmed(order, coordinator)

    do(first, "decline", coordinator)
    while_one_is_left = [one.status for one in told(K.CONFIRMED_ORDERER)]
    do(second, "decline", coordinator)

    assert (while_one_is_left, [one.status for one in told(K.CONFIRMED_ORDERER)]) == (
        [DISCARDED, DRAFT], [DISCARDED, DISCARDED])


def test_word_of_looking_that_nobody_has_sent_goes_when_every_place_is_confirmed_again(coordinator, order):
    do(confirmed(order, coordinator), "decline", coordinator)

    confirmed(order, coordinator)

    assert [(one.kind, one.status) for one in told(K.LOOKING_AGAIN, K.CONFIRMED_ORDERER)] == [
        (K.CONFIRMED_ORDERER, DISCARDED), (K.LOOKING_AGAIN, DISCARDED), (K.CONFIRMED_ORDERER, DRAFT)]


@pytest.mark.parametrize(("contact", "link", "reach"), [
    ("toimisto@test.invalid", "https://tupa.invalid/", "toimisto@test.invalid"),
    ("", "https://tupa.invalid/", "https://tupa.invalid/"), ("", "", "ask me, I am glad to help")])
def test_referral_names_the_owner_to_the_orderer(coordinator, order, contact, link, reach):
    owner = make(ExistingStructure, name="Valtti", owner="Vihreä Tupa ry", contact=contact, link=link)

    do(order, "refer", coordinator, referred_to=owner)

    [message] = told()
    assert (message.kind, message.to, message.status) == (K.REFERRED, "tilaaja@test.invalid", DRAFT)
    assert message.body.split("\n\n")[2] == f"In charge: Vihreä Tupa ry\nHow to reach them: {reach}"


def test_order_that_cannot_be_met_is_told_to_the_orderer(coordinator, order):
    do(confirmed(order, coordinator), "decline", coordinator)

    do(order, "give_up", coordinator)

    assert [(one.kind, one.status) for one in told()] == [(K.LOOKING_AGAIN, DISCARDED), (K.UNMET, DRAFT)]


def test_orderer_without_an_address_is_written_nothing(coordinator, order):
    order.contact.email = ""
    db.session.commit()
    do(confirmed(order, coordinator), "decline", coordinator)

    do(order, "give_up", coordinator)

    assert (told(), order.status) == ([], OrderStatus.UNMET)


@pytest.mark.parametrize(("source", "confirmed_at", "drafted"), [
    (OrderSource.FORM, NOW, 1), (OrderSource.FORM, None, 0), (OrderSource.EMAIL, None, 1)])
def test_refused_request_is_told_to_whoever_asked_unless_the_address_is_nobodys_yet(
        coordinator, source, confirmed_at, drafted):
    request = make(Request, email="tilaaja@test.invalid", came_by=source, email_confirmed_at=confirmed_at,
                   written_in=Language.SV)

    do(request, "refuse", coordinator, note="Mainoskuvaus ei kuulu toimintaan")

    assert request.status is RequestStatus.REFUSED
    assert [(one.to, one.language, one.subject_line, "Mainoskuvaus" in one.body, one.request_id) for one in told()] == [
        ("tilaaja@test.invalid", Language.SV, "Vi kan inte ta emot er beställning", False, request.id)] * drafted


def test_request_is_not_refused_without_a_word_for_the_history(coordinator):
    request = make(Request, email="tilaaja@test.invalid", came_by=OrderSource.EMAIL)

    with pytest.raises(BadInput):
        do(request, "refuse", coordinator, note=" ")

    assert (request.status, told(), db.session.scalars(sa.select(PersonalLink)).all()) == (
        RequestStatus.UNCONFIRMED, [], [])
