"""What an orderer is told of the experts of an own order, and no more."""

from datetime import date, timedelta

import pytest

from models import BackgroundCheck, Completion, Programme, db
from models.audit import open_door
from rules.choices import CheckBasis, ContactRelease
from rules.states import CompletionStatus
from services import transitions
from services.training_status import Training, released_contact, training_status
from tests.people import make_organisation
from tests.services.placing_world import TODAY, accepted, actor_of, an_askable, an_order, ask, confirmed, do, held


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def told(order):
    """Names and the sentence about open places, as the orderer reads them."""
    status = training_status(order, TODAY)
    return [one.name for one in status.confirmed], status.sentence and str(status.sentence)


def completed(expert, organiser, day, until=None):
    programme = Programme(name=f"Kurssi {day}", organisation=organiser)
    with open_door("record_past"):
        transitions.born_past(Completion(expert=expert, programme=programme, completed_on=day, valid_until=until),
                              CompletionStatus.COMPLETED, "")
        db.session.commit()


LOOKING, AGAIN = "We are looking for an expert.", "We are looking for another expert."


def test_before_confirmation_every_answer_reads_the_same(coordinator):
    read = set()
    for answers in ((), ("accept",), ("decline",), ("lapse",), ("accept", "stand_down")):
        order = an_order(coordinator)
        [assignment] = ask(order, coordinator, an_askable())
        for name in answers:
            do(assignment, name, coordinator)
        read.add((tuple(told(order)[0]), told(order)[1]))
    read.add((tuple(told(an_order(coordinator))[0]), told(an_order(coordinator))[1]))

    assert read == {((), LOOKING)}


@pytest.mark.parametrize("cause", ["decline", "ask_again"])
def test_every_replacement_reads_the_same(coordinator, cause):
    order = an_order(coordinator)
    assignment = confirmed(order, coordinator)
    before = told(order)

    do(assignment, cause, coordinator)

    assert (before, told(order)) == (([str(assignment.expert)], None), ([], AGAIN))


def test_replacement_is_no_longer_looked_for_when_found(coordinator):
    order = an_order(coordinator)
    do(confirmed(order, coordinator), "decline", coordinator)

    second = confirmed(order, coordinator)

    assert told(order) == ([str(second.expert)], None)


def test_place_still_open_is_looked_for_beside_the_confirmed(coordinator):
    order = an_order(coordinator, places=2)
    sure = confirmed(order, coordinator)
    accepted(order, coordinator)

    assert told(order) == ([str(sure.expert)], LOOKING)


def test_names_stay_after_the_event(coordinator):
    order = an_order(coordinator, on=TODAY)
    assignment = held(order, coordinator)

    assert told(order) == ([str(assignment.expert)], None)


@pytest.mark.parametrize("ending", ["give_up", "cancel"])
def test_nobody_is_looked_for_when_the_order_has_ended(coordinator, ending):
    order = an_order(coordinator)
    ask(order, coordinator, an_askable())

    do(order, ending, coordinator)

    assert told(order) == ([], None)


def test_name_is_the_one_the_expert_chose(coordinator):
    order = an_order(coordinator, places=2)
    confirmed(order, coordinator, an_askable(alias="Sini", first_name="Aino", last_name="Korhonen"))
    confirmed(order, coordinator, an_askable(first_name="Otto", last_name="Laine"))

    assert told(order) == (["Sini", "Otto L."], None)


def test_training_is_told_by_organiser_year_and_until(coordinator):
    order, expert = an_order(coordinator, places=2), an_askable()
    organiser = make_organisation(name="Silmu ry", trains=True)
    completed(expert, organiser, date(2023, 5, 1), date(2026, 12, 31))
    completed(expert, organiser, date(2021, 5, 1))
    db.session.add(Completion(expert=expert, programme=Programme(name="Kesken", organisation=organiser)))
    confirmed(order, coordinator, expert)
    confirmed(order, coordinator)

    trained, untrained = training_status(order, TODAY).confirmed

    assert trained.trainings == (Training("Silmu ry", 2021, None), Training("Silmu ry", 2023, date(2026, 12, 31)))
    assert (untrained.trainings, trained.onboarded, untrained.onboarded) == ((), True, True)


@pytest.mark.parametrize("protected", [False, True])
@pytest.mark.parametrize(("release", "shown"), [
    (ContactRelease.COORDINATOR, ""), (ContactRelease.PHONE, "+358401112223"),
    (ContactRelease.EMAIL, "sini@test.invalid"),
])
def test_contact_is_what_was_released_for_this_order(coordinator, release, shown, protected):
    expert = an_askable(phone="+358401112223", email="sini@test.invalid", protected=protected)
    other = confirmed(an_order(coordinator), coordinator, expert)

    found = confirmed(an_order(coordinator, on=TODAY + timedelta(40)), coordinator, expert, contact_release=release)

    assert (released_contact(found), released_contact(other)) == (shown, "")


@pytest.mark.parametrize(("needed", "issued_ago", "checked"), [
    (False, 1, None), (True, None, False), (True, 1, True), (True, 183, True), (True, 184, False),
])
def test_background_is_told_only_where_the_order_needs_it(coordinator, needed, issued_ago, checked):
    order, expert = an_order(coordinator, on=TODAY, background_needed=needed), an_askable()
    if issued_ago is not None:
        day = TODAY - timedelta(issued_ago)
        db.session.add(BackgroundCheck(expert=expert, basis=CheckBasis.MAY_504, issued_on=day, seen_on=day))
        db.session.commit()
    [assignment] = ask(order, coordinator, expert, reason="Ote pyydetty")
    do(assignment, "accept", coordinator)
    do(assignment, "onboard", coordinator, by="Kaisa K.", talked=[])
    do(assignment, "confirm", coordinator)

    [one] = training_status(order, TODAY).confirmed

    assert one.checked is checked
