"""Around an event: confirmed in writing, told of changes, asked again, thanked; and who is not reminded."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from jobs.reminders import remind_all
from models import Message, Occasion, Pause, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import AnswerBy, ContactRelease, Debriefed, Language, MessageKind
from rules.errors import BadInput
from rules.states import AssignmentStatus, BankStatus, MessageStatus, OrderStatus
from services import personal_links, saving, verbs
from services.training_status import training_status
from tests.factories import make
from tests.mail_world import deliver
from tests.people import make_contact, make_organisation
from tests.services.placing_world import EVENT, TODAY, accepted, actor_of, an_askable, an_order, ask, confirmed, do

A, K = AssignmentStatus, MessageKind
ABOUT = (K.CONFIRMED_EXPERT, K.CONFIRMED_ORDERER, K.CHANGED_EXPERT, K.CHANGED_ORDERER, K.CANCELLED_EXPERT,
         K.CANCELLED_ORDERER, K.STOOD_DOWN)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def order(coordinator):
    unit = make_organisation()
    contact = make_contact(organisation=unit, email="tilaaja@test.invalid", message_language=Language.SV)
    return an_order(coordinator, organisation=unit, contact=contact, places=2)


def reached():
    return an_askable(email="kokija@test.invalid")


def messages():
    return sorted((message.kind.value, message.status.value) for message in db.session.scalars(
        sa.select(Message).where(Message.kind.in_(ABOUT))))


def kinds():
    return [kind for kind, status in messages() if status == "draft"]


def move(order, actor, **changed):
    occasion = order.occasions[0]
    with writing():
        for name, value in changed.items():
            setattr(occasion, name, value)
        saving.prepare(occasion, actor, TODAY, is_new=False)
        db.session.commit()


def test_confirming_drafts_a_message_to_both_sides_in_their_language(coordinator, order):
    confirmed(order, coordinator, reached())

    found = {message.kind: message for message in db.session.scalars(sa.select(Message).where(Message.kind.in_(ABOUT)))}
    assert {kind: (message.language, message.status) for kind, message in found.items()} == {
        K.CONFIRMED_EXPERT: (Language.FI, MessageStatus.DRAFT), K.CONFIRMED_ORDERER: (Language.SV, MessageStatus.DRAFT)}


def test_name_and_contact_reach_the_orderer_as_chosen_for_this_order(coordinator, order):
    expert = an_askable(first_name="Tuulikki", last_name="Salminen", email="tuuli@test.invalid")
    confirmed(order, coordinator, expert, goes_by="Tuuli", contact_release=ContactRelease.EMAIL)
    other = confirmed(order, coordinator, an_askable(alias="Aava", email="aava@test.invalid"))

    told = [(one.name, one.contact) for one in training_status(order, TODAY).confirmed]

    assert told == [("Tuuli", "tuuli@test.invalid"), ("Aava", "")]
    assert other.goes_by == "Aava"


def test_name_that_is_too_long_is_refused_at_its_field(coordinator, order):
    assignment = accepted(order, coordinator)

    with pytest.raises(BadInput) as refused:
        do(assignment, "confirm", coordinator, goes_by="x" * 121)

    assert (refused.value.field, assignment.status) == ("goes_by", A.ACCEPTED)


@pytest.mark.parametrize("changed", [{"on": EVENT + timedelta(2)}, {"starts": time(8)}, {"ends": time(12)}])
def test_yes_to_another_time_is_no_yes_to_this_one(coordinator, order, changed):
    sure, said_yes = confirmed(order, coordinator, reached()), accepted(order, coordinator)
    [asked] = ask(order, coordinator, an_askable())

    move(order, coordinator, **changed)

    assert [a.status for a in (sure, said_yes, asked)] == [A.ASKED] * 3
    assert (order.status, kinds()) == (OrderStatus.SEARCHING, [
        K.CHANGED_EXPERT, K.CHANGED_ORDERER, K.CONFIRMED_EXPERT, K.CONFIRMED_ORDERER])
    assert personal_links.live_link(LinkFor.ANSWER, sure).expires_on == max(order.occasions[0].on, EVENT)


def test_new_place_is_told_to_both_and_asks_nobody_again(coordinator, order):
    sure = confirmed(order, coordinator, reached())

    move(order, coordinator, place="Rantakatu 3")

    assert (sure.status, [kind for kind in kinds() if kind.startswith("changed")]) == (
        A.CONFIRMED, [K.CHANGED_EXPERT, K.CHANGED_ORDERER])


def test_saving_without_a_change_tells_nobody(coordinator, order):
    sure = confirmed(order, coordinator, reached())

    move(order, coordinator, place=order.occasions[0].place)

    assert (sure.status, kinds()) == (A.CONFIRMED, [K.CONFIRMED_EXPERT, K.CONFIRMED_ORDERER])


def test_second_change_puts_the_unsent_draft_of_the_first_aside(coordinator, order):
    confirmed(order, coordinator, reached())

    move(order, coordinator, place="Rantakatu 3")
    move(order, coordinator, place="Rantakatu 5")

    assert [row for row in messages() if row[0].startswith("changed")] == [
        ("changed_expert", "discarded"), ("changed_expert", "draft"), ("changed_orderer", "discarded"),
        ("changed_orderer", "draft")]


def test_one_more_time_asks_again(coordinator, order):
    sure = confirmed(order, coordinator, reached())

    with writing():
        occasion = Occasion(order=order, on=EVENT + timedelta(7))
        saving.prepare(occasion, coordinator, TODAY, is_new=True)
        db.session.commit()

    assert (sure.status, personal_links.live_link(LinkFor.ANSWER, sure).expires_on) == (A.ASKED, EVENT + timedelta(7))


def test_time_that_is_taken_away_is_told_to_both_and_a_yes_to_the_others_holds(coordinator, order):
    with writing():
        saving.prepare(extra := Occasion(order=order, on=EVENT + timedelta(7)), coordinator, TODAY, is_new=True)
        db.session.commit()
    sure = confirmed(order, coordinator, reached())
    before = len([kind for kind in kinds() if kind.startswith("changed")])

    with writing():
        saving.remove(extra, coordinator, TODAY)
        db.session.commit()

    told = [kind for kind in kinds() if kind.startswith("changed")]
    assert (before, sure.status, told) == (0, A.CONFIRMED, [K.CHANGED_EXPERT, K.CHANGED_ORDERER])
    assert ([one.on for one in order.occasions], personal_links.live_link(LinkFor.ANSWER, sure).expires_on) == (
        [EVENT], EVENT)


def test_nobody_hears_of_a_time_taken_away_that_was_not_asked_for(coordinator, order):
    with writing():
        saving.prepare(extra := Occasion(order=order, on=EVENT + timedelta(7)), coordinator, TODAY, is_new=True)
        db.session.commit()

    with writing():
        saving.remove(extra, coordinator, TODAY)
        db.session.commit()

    assert (messages(), len(order.occasions)) == ([], 1)


@pytest.mark.parametrize("made", [confirmed, accepted, lambda order, actor, expert: ask(order, actor, expert)[0]])
def test_nobody_is_asked_for_a_new_time_whom_a_guard_holds_back_then(coordinator, order, made):
    resting, free = made(order, coordinator, reached()), made(order, coordinator, reached())
    db.session.add(Pause(expert=resting.expert, starts_on=EVENT + timedelta(1), ends_on=EVENT + timedelta(9)))
    db.session.commit()

    move(order, coordinator, on=EVENT + timedelta(2))

    changed = db.session.scalars(sa.select(Message.expert_id).where(Message.kind == K.CHANGED_EXPERT)).all()
    assert ((resting.status, resting.answered_by), free.status) == ((A.NOT_NOW, AnswerBy.COORDINATOR), A.ASKED)
    assert changed == [free.expert_id]


def test_new_place_asks_no_guard(coordinator, order):
    sure = confirmed(order, coordinator, reached())
    db.session.add(Pause(expert=sure.expert, starts_on=TODAY))
    db.session.commit()

    move(order, coordinator, place="Rantakatu 3")

    assert sure.status is A.CONFIRMED


def said_to_orderer(order):
    return str(training_status(order, TODAY).sentence)


@pytest.mark.parametrize("answer", [None, "accept", "decline", "lapse", "barred"])
def test_orderer_reads_after_a_new_time_that_an_expert_is_made_sure_of_whatever_the_answer(coordinator, order, answer):
    sure = confirmed(order, coordinator, reached())
    before = said_to_orderer(order)
    if answer == "barred":
        sure.expert.avoided_organisations = [order.organisation]
        db.session.commit()

    move(order, coordinator, on=EVENT + timedelta(2))
    if answer not in (None, "barred"):
        do(sure, answer, coordinator)

    assert (before, said_to_orderer(order)) == (
        "We are looking for an expert.", "We are making sure that an expert can come.")


def test_orderer_reads_of_another_expert_when_the_confirmed_one_is_gone(coordinator, order):
    gone = confirmed(order, coordinator, reached())

    do(gone, "decline", coordinator)

    assert said_to_orderer(order) == "We are looking for another expert."


def test_nobody_is_thanked_twice_for_an_event_that_is_over(coordinator, order):
    confirmed(order, coordinator, reached())
    spare = accepted(order, coordinator, reached())
    do(spare, "stand_down", coordinator)
    do(spare, "ask_again", coordinator)
    do(spare, "accept", coordinator)

    do(order, "hold", coordinator, today=EVENT + timedelta(3))

    assert (spare.status, kinds().count(K.STOOD_DOWN)) == (A.STOOD_DOWN, 1)


def test_whoever_said_yes_anew_is_thanked_anew_while_the_event_is_today(coordinator, order):
    confirmed(order, coordinator, reached())
    spare = accepted(order, coordinator, reached())
    do(spare, "stand_down", coordinator)
    do(spare, "ask_again", coordinator)
    do(spare, "accept", coordinator)

    do(order, "hold", coordinator, today=EVENT)

    assert kinds().count(K.STOOD_DOWN) == 2


@pytest.mark.parametrize(("days", "offered"), [(90, ["give_check", "offer_supervision"]), (91, [])])
def test_nothing_is_begun_after_an_event_that_nobody_is_asked_about_any_more(coordinator, days, offered):
    assignment = confirmed(an_order(coordinator), coordinator, reached())
    do(assignment.order, "hold", coordinator, today=EVENT)
    do(assignment, "debrief", coordinator, today=EVENT, how=Debriefed.OFFERED)
    do(assignment.order, "close", coordinator, today=EVENT)

    possible = [verb.name for verb in verbs.possible_now(assignment, coordinator, EVENT + timedelta(days))]

    assert sorted(name for name in possible if name in ("give_check", "offer_supervision")) == offered


def test_cancellation_reaches_whoever_is_at_stake_and_the_orderer(coordinator, order):
    confirmed(order, coordinator, reached())
    ask(order, coordinator, reached())
    gone = accepted(order, coordinator, reached())
    do(gone, "decline", coordinator)

    do(order, "cancel", coordinator)

    assert [kind for kind in kinds() if kind.startswith("cancelled")] == [
        K.CANCELLED_EXPERT, K.CANCELLED_EXPERT, K.CANCELLED_ORDERER]


def test_who_said_yes_and_is_not_needed_is_thanked_when_the_search_ends(coordinator, order):
    sure, spare = confirmed(order, coordinator, reached()), accepted(order, coordinator, reached())

    do(order, "hold", coordinator, today=EVENT)

    assert (sure.status, spare.status, kinds().count(K.STOOD_DOWN)) == (A.HELD, A.STOOD_DOWN, 1)


def _pause(expert):
    db.session.add(Pause(expert=expert, starts_on=TODAY))


def _restrict(expert):
    expert.restricted = True


def _nothing(_expert):
    """As before."""


@pytest.mark.parametrize(("happens", "reminders"), [(_nothing, 1), (_pause, 0), (_restrict, 0)])
def test_nobody_is_reminded_who_has_taken_a_break_or_is_restricted_since(coordinator, order, happens, reminders):
    [assignment] = ask(order, coordinator, reached())
    deliver(K.OFFER)
    happens(assignment.expert)
    db.session.commit()

    assert remind_all(TODAY + timedelta(4)) == reminders


def test_nobody_is_reminded_who_has_left(coordinator, order):
    [assignment] = ask(order, coordinator, reached())
    deliver(K.OFFER)
    do(assignment.expert, "leave", coordinator)

    assert (assignment.expert.status, remind_all(TODAY + timedelta(4))) == (BankStatus.LEFT, 0)
    assert make(Message).status is MessageStatus.DRAFT
