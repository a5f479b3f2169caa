"""Feedback by links: who is asked when, what follows from what was said, and what is told back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import reminders
from models import Feedback, Insight, Message, MessageTemplate, Order, PersonalLink, SupportContact, Theme, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import Debriefed, FeedbackBy, Language, MessageKind
from rules.errors import BadInput, DomainError
from rules.states import InsightStatus, MessageStatus, OrderStatus
from services import feedback, personal_links, queues, verbs
from services.feedback import Said
from services.personal_links import LinkClosed
from tests.factories import make
from tests.mail_world import NOW
from tests.people import make_contact, make_organisation
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, confirmed, do

DAY_AFTER = EVENT + timedelta(1)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def an_event(coordinator, **given):
    """An order that was held on ``EVENT``, with both sides reached by e-mail."""
    unit = make_organisation()
    contact = make_contact(organisation=unit, email="tilaaja@test.invalid", message_language=Language.SV)
    order = an_order(coordinator, organisation=unit, contact=contact, **given)
    confirmed(order, coordinator, an_askable(email="kokija@test.invalid"))
    do(order, "hold", coordinator, today=EVENT)
    return order


def drafts():
    return {message.kind: message for message in db.session.scalars(sa.select(Message).where(Message.kind.in_(
        (MessageKind.FEEDBACK_EXPERT, MessageKind.FEEDBACK_ORDERER, MessageKind.IMPACT))))}


def link_of(order, purpose):
    ground = order if purpose is LinkFor.FEEDBACK_ORDERER else order.assignments[0]
    return personal_links.live_link(purpose, ground)


def say(order, purpose, **said):
    write = feedback.by_expert if purpose is LinkFor.FEEDBACK_EXPERT else feedback.by_orderer
    secret = personal_links.secret_of(link_of(order, purpose))
    with writing():
        given = write(personal_links.open_link(purpose, secret, DAY_AFTER), Said(**said), DAY_AFTER, NOW)
        db.session.commit()
    return given


@pytest.mark.both_databases
def test_both_sides_are_asked_from_the_day_after_the_event_and_once(coordinator):
    an_event(coordinator)

    made = [reminders.ask_feedback(day) for day in (EVENT, DAY_AFTER, DAY_AFTER, DAY_AFTER + timedelta(1))]

    found = drafts()
    assert made == [0, 2, 0, 0]
    assert {kind: (message.status, message.language) for kind, message in found.items()} == {
        MessageKind.FEEDBACK_EXPERT: (MessageStatus.DRAFT, Language.FI),
        MessageKind.FEEDBACK_ORDERER: (MessageStatus.DRAFT, Language.SV)}
    assert (found[MessageKind.FEEDBACK_EXPERT].to, found[MessageKind.FEEDBACK_ORDERER].to) == ("", "tilaaja@test.invalid")


def test_nobody_is_asked_about_an_event_of_long_ago(coordinator):
    an_event(coordinator)

    assert reminders.ask_feedback(EVENT + timedelta(31)) == 0
    assert reminders.ask_feedback(EVENT + timedelta(30)) == 2


def test_rule_that_is_switched_on_sends_without_anybody_having_read(coordinator):
    order = an_event(coordinator)
    make(MessageTemplate, kind=MessageKind.FEEDBACK_EXPERT, at_once=True, subject_fi="Miten meni?", body_fi="Hei! {link}")
    reminders.ask_feedback(DAY_AFTER)

    found = drafts()

    assert (found[MessageKind.FEEDBACK_EXPERT].status, found[MessageKind.FEEDBACK_ORDERER].status) == (
        MessageStatus.QUEUED, MessageStatus.DRAFT)
    assert found[MessageKind.FEEDBACK_EXPERT].order is order


def test_restricted_expert_is_not_written_to_and_the_orderer_is(coordinator):
    order = an_event(coordinator)
    order.assignments[0].expert.restricted = True
    db.session.commit()

    assert reminders.ask_feedback(DAY_AFTER) == 1
    assert list(drafts()) == [MessageKind.FEEDBACK_ORDERER]


def test_asking_again_makes_a_new_link_for_whoever_has_not_said(coordinator):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)
    say(order, LinkFor.FEEDBACK_ORDERER, useful=5)
    old = personal_links.secret_of(link_of(order, LinkFor.FEEDBACK_EXPERT))

    do(order, "ask_feedback", coordinator, today=DAY_AFTER)

    with pytest.raises(LinkClosed):
        personal_links.open_link(LinkFor.FEEDBACK_EXPERT, old, DAY_AFTER)
    assert link_of(order, LinkFor.FEEDBACK_EXPERT) is not None
    assert link_of(order, LinkFor.FEEDBACK_ORDERER) is None


def test_link_does_its_one_thing_once_and_not_the_others(coordinator):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)
    secret = personal_links.secret_of(link_of(order, LinkFor.FEEDBACK_EXPERT))
    for purpose in set(LinkFor) - {LinkFor.FEEDBACK_EXPERT}:
        with pytest.raises(LinkClosed):
            personal_links.open_link(purpose, secret, DAY_AFTER)

    given = say(order, LinkFor.FEEDBACK_EXPERT, was_heard=4, feels_after=5, would_again=True, text=" Hyvä mieli. ")

    with pytest.raises(LinkClosed):
        personal_links.open_link(LinkFor.FEEDBACK_EXPERT, secret, DAY_AFTER)
    assert (given.given_by, given.assignment, given.text, given.concern) == (
        FeedbackBy.EXPERT, order.assignments[0], "Hyvä mieli.", False)


@pytest.mark.parametrize(("purpose", "said", "waits"), [
    (LinkFor.FEEDBACK_EXPERT, {"feels_after": 2}, True), (LinkFor.FEEDBACK_EXPERT, {"feels_after": 3}, False),
    (LinkFor.FEEDBACK_EXPERT, {"was_heard": 1}, True), (LinkFor.FEEDBACK_EXPERT, {"wants_call": True}, True),
    (LinkFor.FEEDBACK_EXPERT, {"concern": True}, True), (LinkFor.FEEDBACK_ORDERER, {"useful": 1}, False),
    (LinkFor.FEEDBACK_ORDERER, {"concern": True}, True), (LinkFor.FEEDBACK_ORDERER, {"wants_call": True}, True)])
def test_concern_or_wish_for_a_call_waits_for_the_coordinator_until_somebody_called(coordinator, purpose, said, waits):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)
    given = say(order, purpose, **said)

    assert queues.count(queues.CALL_BACK, coordinator, DAY_AFTER) == waits
    if waits:
        do(given, "call", coordinator, today=DAY_AFTER, agreed="Jutellaan ensi viikolla", again_on=DAY_AFTER + timedelta(7))
    assert queues.count(queues.CALL_BACK, coordinator, DAY_AFTER) == 0


def test_call_to_an_expert_is_kept_among_the_contacts_and_offers_supervision(coordinator):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)
    given = say(order, LinkFor.FEEDBACK_EXPERT, wants_call=True)

    do(given, "call", coordinator, today=DAY_AFTER, agreed="Soitetaan vielä", supervision_offered=True)

    [contact] = db.session.scalars(sa.select(SupportContact)).all()
    assert (contact.expert, contact.on, contact.note, contact.by_id) == (
        order.assignments[0].expert, DAY_AFTER, "Soitetaan vielä", coordinator.user_id)
    assert order.assignments[0].supervision_offered is True
    with pytest.raises(DomainError):
        do(given, "call", coordinator, today=DAY_AFTER)


@pytest.mark.parametrize(("said", "field"), [({}, "text"), ({"text": "  "}, "text"), ({"was_heard": 6}, "was_heard"),
                                             ({"feels_after": 0}, "feels_after")])
def test_feedback_that_says_nothing_or_no_number_of_the_scale_is_refused(coordinator, said, field):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)

    with pytest.raises(BadInput) as refused:
        say(order, LinkFor.FEEDBACK_EXPERT, **said)
    db.session.rollback()

    assert (refused.value.field, db.session.scalar(sa.select(sa.func.count(Feedback.id)))) == (field, 0)
    assert link_of(order, LinkFor.FEEDBACK_EXPERT).used_at is None


def test_debrief_and_feedback_tasks_exist_from_the_day_after_the_event(coordinator):
    order = an_order(coordinator)
    confirmed(order, coordinator)
    counted = [(queues.count(queues.DEBRIEF, coordinator, day), queues.count(queues.FEEDBACK, coordinator, day))
               for day in (EVENT, DAY_AFTER)]

    do(order, "hold", coordinator, today=EVENT)

    assert counted == [(0, 0), (1, 1)]
    assert queues.count(queues.DEBRIEF, coordinator, EVENT) == 1


def test_supervision_is_to_be_offered_after_a_heavy_theme_until_it_was(coordinator):
    heavy = Theme(name="väkivalta", heavy=True)
    orders = [an_event(coordinator, themes=[heavy]), an_event(coordinator)]
    before = queues.count(queues.HEAVY, coordinator, DAY_AFTER)

    do(orders[0].assignments[0], "offer_supervision", coordinator, today=DAY_AFTER)

    assert (before, queues.count(queues.HEAVY, coordinator, DAY_AFTER)) == (1, 0)


@pytest.mark.parametrize(("days", "waits"), [(1, 1), (90, 1), (91, 0)])
def test_closing_does_not_drop_supervision_not_offered(coordinator, days, waits):
    order = an_event(coordinator, themes=[Theme(name="väkivalta", heavy=True)])
    do(order.assignments[0], "debrief", coordinator, today=EVENT, how=Debriefed.DONE)
    do(order, "close", coordinator, today=EVENT)
    day = EVENT + timedelta(days)
    waiting = queues.count(queues.HEAVY, coordinator, day)

    if waits:
        do(order.assignments[0], "offer_supervision", coordinator, today=day)

    assert (order.status, waiting, queues.count(queues.HEAVY, coordinator, day)) == (OrderStatus.CLOSED, waits, 0)


def test_nobody_is_offered_supervision_who_has_been_forgotten(coordinator):
    order = an_event(coordinator, themes=[Theme(name="väkivalta", heavy=True)])
    do(order.assignments[0], "debrief", coordinator, today=EVENT, how=Debriefed.DONE)
    do(order, "close", coordinator, today=EVENT)
    before = queues.count(queues.HEAVY, coordinator, DAY_AFTER)
    expert = order.assignments[0].expert
    do(expert, "leave", coordinator)

    do(expert, "anonymise", coordinator, today=DAY_AFTER, note="Pyynnöstä")

    assert (before, queues.count(queues.HEAVY, coordinator, DAY_AFTER)) == (1, 0)


def test_supervision_is_offered_after_an_event_whose_day_was_never_written(coordinator):
    order = an_order(coordinator, on=None, themes=[Theme(name="väkivalta", heavy=True)])
    confirmed(order, coordinator)
    do(order, "hold", coordinator)

    assert queues.count(queues.HEAVY, coordinator, DAY_AFTER) == 1


def an_insight(order):
    return make(Insight, order=order, status=InsightStatus.ANSWERED, text="Saapumisilta jää mieleen")


def test_what_changed_is_told_back_to_those_who_were_there(coordinator):
    insight = an_insight(an_event(coordinator))
    waiting = queues.count(queues.TELL_BACK, coordinator, DAY_AFTER)

    do(insight, "tell_back", coordinator, today=DAY_AFTER, changed="Ensimmäisenä iltana joku istuu nyt vieressä.")

    message = drafts()[MessageKind.IMPACT]
    assert ("Ensimmäisenä iltana joku istuu nyt vieressä." in message.body, message.expert.email) == (
        True, "kokija@test.invalid")
    assert (insight.impact_back, waiting, queues.count(queues.TELL_BACK, coordinator, DAY_AFTER)) == (
        "Ensimmäisenä iltana joku istuu nyt vieressä.", 1, 0)


@pytest.mark.parametrize("changed", ["Lastensuojelun ohje muuttui", "Aihe sijaishuolto on nyt esillä", "x" * 401])
def test_sentence_that_tells_too_much_or_too_long_is_refused_at_its_field(coordinator, changed):
    insight = an_insight(an_event(coordinator))

    with pytest.raises(BadInput) as refused:
        do(insight, "tell_back", coordinator, today=DAY_AFTER, changed=changed)

    assert (refused.value.field, insight.impact_back, drafts()) == ("changed", "", {})


def test_action_taken_on_feedback_takes_it_from_the_queue(coordinator):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)
    given = say(order, LinkFor.FEEDBACK_ORDERER, useful=3, text="Aika loppui kesken")
    before = queues.count(queues.TO_ACT, coordinator, DAY_AFTER)

    do(given, "act", coordinator, today=DAY_AFTER, action_taken="Varataan puoli tuntia lisää")

    assert (before, queues.count(queues.TO_ACT, coordinator, DAY_AFTER), given.action_taken) == (
        1, 0, "Varataan puoli tuntia lisää")


def test_links_are_of_the_order_or_of_the_assignment_and_stay_open_a_month(coordinator):
    order = an_event(coordinator)
    reminders.ask_feedback(DAY_AFTER)

    links = db.session.scalars(sa.select(PersonalLink).where(PersonalLink.purpose.in_(
        (LinkFor.FEEDBACK_EXPERT, LinkFor.FEEDBACK_ORDERER))).order_by(PersonalLink.purpose)).all()

    assert [(link.order_id, link.assignment_id, link.expires_on) for link in links] == [
        (None, order.assignments[0].id, DAY_AFTER + timedelta(30)), (order.id, None, DAY_AFTER + timedelta(30))]
    assert db.session.get(Order, order.id).status == "held"
    assert TODAY < EVENT


@pytest.mark.parametrize(("days", "asked"), [(1, True), (90, True), (91, False), (0, False)])
def test_asking_by_hand_is_offered_while_the_event_is_remembered(days, asked, coordinator):
    order = an_event(coordinator)

    assert verbs.find(Order, "ask_feedback").possible(order, EVENT + timedelta(days)) is asked
