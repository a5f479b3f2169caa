"""Onboarding in its three forms: who signs off what, what waits for whom, and what each of them may see of it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import Assignment, Completion, OnboardingPart, OnboardingPoint, Programme, db
from rules.choices import Onboarded, OnboardedWith, OnboardingSide, OrderKind
from rules.errors import BadInput, DomainError, IllegalTransition, NotAllowed
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus as A
from services import assignments, queues, verbs
from services.onboarding import part_of
from services.scopes import visible
from tests.factories import make
from tests.people import make_organisation
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, do, onboard

COORDINATOR, TRAINER, ORDERER = OnboardingSide.COORDINATOR, OnboardingSide.TRAINER, OnboardingSide.ORDERER
OTHERS = ("trainer", "finance", "orderer", "steering", "expert", "admin")


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def said_yes(coordinator):
    [found] = ask(an_order(coordinator), coordinator, an_askable(alias="Sini"))
    do(found, "accept", coordinator)
    return found


@pytest.fixture
def school(app):
    return make_organisation(name="Kide ry", trains=True)


def signed(part):
    return part.signed_on, part.signed_by


def waiting(actor):
    """What waits on the actor's first screen to be signed off."""
    return list(db.session.scalars(sa.select(OnboardingPart).where(
        visible(OnboardingPart, actor), queues.JOINT.where(actor, TODAY))))


def of_orderer(assignment):
    return actor_of("orderer", organisation=assignment.order.organisation)


# --- by the coordinator


def test_onboarding_is_kept_with_its_person_day_and_points(coordinator, said_yes):
    points = [make(OnboardingPoint, name="tarkoitus"), make(OnboardingPoint, name="omat rajat")]

    onboard(said_yes, coordinator, by="Minna H.", on=TODAY - timedelta(2), talked=points)

    [part] = said_yes.onboarding_parts
    assert (said_yes.onboarded, said_yes.onboarded_by, said_yes.onboarded_on) == (
        Onboarded.BY_COORDINATOR, "Minna H.", TODAY - timedelta(2))
    assert (part.side, *signed(part), part.talked) == (COORDINATOR, TODAY - timedelta(2), "Minna H.", points)


def test_onboarding_without_a_name_or_a_day_is_ones_own_of_today_and_never_of_tomorrow(coordinator):
    found, other = ask(an_order(coordinator, places=2), coordinator, an_askable(), an_askable())

    onboard(found, coordinator, by="")
    with pytest.raises(BadInput) as error:
        onboard(other, coordinator, on=TODAY + timedelta(1))

    assert (found.onboarded_by, found.onboarded_on, other.onboarded) == (coordinator.name, TODAY, None)
    assert (error.value.field, str(error.value.sentence)) == ("on", "This day has not come yet.")


def test_name_too_long_is_refused_at_its_field(coordinator, said_yes):
    with pytest.raises(BadInput) as error:
        onboard(said_yes, coordinator, by="K" * 121)
    db.session.rollback()
    onboard(said_yes, coordinator, by="K" * 120)

    assert (error.value.field, said_yes.onboarded_by) == ("by", "K" * 120)


def offered(verb, record, actor):
    """The entries of the checklist that the form of the verb asks about."""
    rows = next(one for one in verbs.find(type(record), verb).inputs if one.name == "talked").words.rows
    return set(db.session.scalars(sa.select(OnboardingPoint).where(rows(record, actor))))


def test_checklist_is_of_the_kind_of_event_and_of_whose_part_it_is(coordinator, said_yes):
    every, talk = make(OnboardingPoint), make(OnboardingPoint, kind=OrderKind.TALK)
    ours, theirs = make(OnboardingPoint, side=COORDINATOR), make(OnboardingPoint, side=ORDERER)
    make(OnboardingPoint, kind=OrderKind.PANEL), make(OnboardingPoint, offered=False)
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    part = part_of(said_yes, ORDERER)

    assert offered("onboard", said_yes, coordinator) == {every, talk, ours}
    assert offered("sign_off", part, of_orderer(said_yes)) == {every, talk, theirs}


# --- with somebody


@pytest.mark.parametrize(("how", "side", "done"), [
    (OnboardedWith.TRAINER, TRAINER, Onboarded.WITH_TRAINER), (OnboardedWith.ORDERER, ORDERER, Onboarded.WITH_ORDERER)])
@pytest.mark.parametrize("ours_first", [True, False])
def test_nobody_is_confirmed_before_both_parts_are_signed_off(coordinator, said_yes, school, how, side, done, ours_first):
    do(said_yes, "onboard_with", coordinator, how=how, organisation=school if side is TRAINER else None)
    other = actor_of(side.value, organisation=school) if side is TRAINER else of_orderer(said_yes)

    def ours():
        onboard(said_yes, coordinator)

    def theirs():
        do(part_of(said_yes, side), "sign_off", other, talked=[])

    states = []
    for sign in (ours, theirs) if ours_first else (theirs, ours):
        sign()
        first = next(v.name for v in verbs.possible_now(said_yes, coordinator, TODAY))
        states.append((said_yes.onboarded, first == "confirm"))

    assert states == [(None, False), (done, True)]
    assert signed(part_of(said_yes, side)) == (TODAY, other.name)
    assert (said_yes.onboarded_by, said_yes.onboarded_on) == ("Kaisa K.", TODAY)
    do(said_yes, "confirm", coordinator)
    assert said_yes.status is A.CONFIRMED


def test_refusal_to_confirm_says_whose_part_is_missing(coordinator, said_yes):
    told = []

    def tries():
        with pytest.raises(DomainError) as error:
            assignments.confirm(said_yes, coordinator, TODAY)
        told.append(str(error.value.sentence))

    tries()
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    tries()
    onboard(said_yes, coordinator)
    tries()

    assert told == ["Record the onboarding before confirming.", "Record the onboarding before confirming.",
                    "The onboarding still waits for: orderer."]


def test_day_of_the_onboarding_is_that_of_the_last_part(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    do(part_of(said_yes, ORDERER), "sign_off", of_orderer(said_yes), talked=[], on=TODAY - timedelta(1))
    onboard(said_yes, coordinator, on=TODAY - timedelta(3))

    assert said_yes.onboarded_on == TODAY - timedelta(1)


def test_training_organisation_is_chosen_and_the_one_that_trained_the_expert_is_offered(coordinator, said_yes, school):
    for organisation, day in ((make_organisation(trains=True), date(2024, 1, 1)), (school, date(2025, 1, 1))):
        make(Completion, expert=said_yes.expert, programme=make(Programme, organisation=organisation),
             status="completed", completed_on=day)

    told = verbs.find(Assignment, "onboard_with").starts_with(said_yes)
    with pytest.raises(BadInput) as error:
        do(said_yes, "onboard_with", coordinator, how=OnboardedWith.TRAINER)

    assert (told, error.value.field) == ({"how": OnboardedWith.ALONE, "organisation": school}, "organisation")
    assert said_yes.onboarding_parts == []


def test_changing_who_onboards_takes_the_part_from_those_who_had_not_signed(coordinator, said_yes, school):
    trainer, orderer = actor_of("trainer", organisation=school), of_orderer(said_yes)
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.TRAINER, organisation=school)
    seen = [(len(waiting(trainer)), len(waiting(orderer)))]
    onboard(said_yes, coordinator)
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    seen.append((len(waiting(trainer)), len(waiting(orderer))))
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ALONE)
    seen.append((len(waiting(trainer)), len(waiting(orderer))))

    assert seen == [(1, 0), (0, 1), (0, 0)]
    assert (said_yes.onboarded, said_yes.onboarding_with) == (Onboarded.BY_COORDINATOR, None)


def test_part_that_somebody_signed_off_is_not_taken_away(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    do(part_of(said_yes, ORDERER), "sign_off", of_orderer(said_yes), talked=[])

    with pytest.raises(DomainError) as error:
        do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ALONE)

    assert str(error.value.sentence) == "The other part is signed off already."
    assert signed(part_of(said_yes, ORDERER))[0] == TODAY


def test_coordinator_signs_for_the_orderer_by_the_name_of_who_onboarded(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    part = part_of(said_yes, ORDERER)

    with pytest.raises(BadInput) as error:
        do(part, "sign_off", coordinator, talked=[])
    do(part, "sign_off", coordinator, by="Vastuuohjaaja Ville", talked=[])

    assert (error.value.field, signed(part)) == ("by", (TODAY, "Vastuuohjaaja Ville"))


def test_part_is_signed_off_once(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    part, orderer = part_of(said_yes, ORDERER), of_orderer(said_yes)
    do(part, "sign_off", orderer, talked=[])

    with pytest.raises(IllegalTransition):
        do(part, "sign_off", orderer, by="Toinen", talked=[])

    assert signed(part) == (TODAY, orderer.name)


# --- experienced


def test_experienced_needs_no_onboarding_with_a_name_and_a_reason(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)

    do(said_yes, "mark_experienced", coordinator, by="Kaisa K.", why="Pitänyt saman illan kahdesti")
    do(said_yes, "confirm", coordinator)

    assert (said_yes.onboarded, said_yes.onboarded_by, said_yes.onboarded_on, said_yes.onboarding_note) == (
        Onboarded.NOT_NEEDED, "Kaisa K.", TODAY, "Pitänyt saman illan kahdesti")
    assert (said_yes.status, said_yes.onboarding_parts) == (A.CONFIRMED, [])


def test_name_and_reason_of_the_experienced_must_be_written(coordinator):
    asked = verbs.find(Assignment, "mark_experienced").inputs

    assert [(one.name, one.optional) for one in asked] == [("by", False), ("why", False)]


# --- who may, and what they meet


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize(("name", "inputs"), [
    ("onboard", {"by": "X", "talked": []}), ("onboard_with", {"how": OnboardedWith.ORDERER}),
    ("mark_experienced", {"by": "X", "why": "Y"})])
def test_onboarding_is_arranged_by_the_coordinator_alone(coordinator, said_yes, role, name, inputs):
    with pytest.raises(NotAllowed):
        do(said_yes, name, actor_of(role), **inputs)
    assert (said_yes.onboarded, said_yes.onboarding_parts) == (None, [])

    do(said_yes, name, coordinator, **inputs)
    assert (said_yes.onboarded is not None, said_yes.onboarding_parts != []) != (False, False)


@pytest.mark.parametrize("role", ["finance", "steering", "expert", "admin"])
def test_those_who_do_not_onboard_sign_off_nothing(coordinator, said_yes, role):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    part = part_of(said_yes, ORDERER)

    with pytest.raises(NotAllowed):
        do(part, "sign_off", actor_of(role), by="X", talked=[])
    assert part.signed_on is None
    do(part, "sign_off", of_orderer(said_yes), talked=[])

    assert part.signed_on == TODAY


def test_trainer_and_orderer_meet_the_parts_of_their_own_organisation_alone(coordinator, school):
    order = an_order(coordinator, places=2, organisation=make_organisation(trains=True))
    with_school, with_unit = ask(order, coordinator, an_askable(), an_askable())
    do(with_school, "onboard_with", coordinator, how=OnboardedWith.TRAINER, organisation=school)
    do(with_unit, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    theirs, unit = part_of(with_school, TRAINER), part_of(with_unit, ORDERER)
    own_unit = {"organisation": order.organisation}
    met = {name: set(db.session.scalars(sa.select(OnboardingPart).where(visible(OnboardingPart, actor))))
           for name, actor in {
               "school": actor_of("trainer", organisation=school), "other school": actor_of("trainer"),
               "unit": actor_of("orderer", **own_unit), "other unit": actor_of("orderer"),
               "unit as a school": actor_of("trainer", **own_unit),
               "school as a unit": actor_of("orderer", organisation=school),
               "nowhere": Actor(None, None, Role.ORDERER)}.items()}

    assert met == {"school": {theirs}, "other school": set(), "unit": {unit}, "other unit": set(),
                   "unit as a school": set(), "school as a unit": set(), "nowhere": set()}


@pytest.mark.parametrize("answer", [None, "accept", "decline", "lapse"])
@pytest.mark.parametrize("side", [TRAINER, ORDERER])
def test_nobody_tells_the_answer_from_what_waits_or_can_be_done(coordinator, school, side, answer):
    [found] = ask(an_order(coordinator), coordinator, an_askable())
    how = OnboardedWith.TRAINER if side is TRAINER else OnboardedWith.ORDERER
    do(found, "onboard_with", coordinator, how=how, organisation=school if side is TRAINER else None)
    if answer:
        do(found, answer, coordinator)
    actor = actor_of("trainer", organisation=school) if side is TRAINER else of_orderer(found)
    part = part_of(found, side)

    assert (waiting(actor), [v.name for v in verbs.possible_now(part, actor, TODAY)]) == ([part], ["sign_off"])


def test_nothing_waits_for_an_order_that_is_over_or_was_yesterday(coordinator, said_yes):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    orderer = of_orderer(said_yes)
    counts = [queues.count(queues.JOINT, orderer, day) for day in (TODAY, EVENT, EVENT + timedelta(1))]
    do(said_yes.order, "cancel", coordinator)

    assert [*counts, queues.count(queues.JOINT, orderer, TODAY)] == [1, 1, 0, 0]
    assert verbs.possible_now(part_of(said_yes, ORDERER), orderer, TODAY) == []


def test_coordinator_sees_whose_part_is_waited_for_until_it_is_signed(coordinator, said_yes):
    counts = []
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    counts.append(queues.count(queues.OTHERS_PART, coordinator, TODAY))
    do(part_of(said_yes, ORDERER), "sign_off", of_orderer(said_yes), talked=[])
    counts.append(queues.count(queues.OTHERS_PART, coordinator, TODAY))

    assert counts == [1, 0]


def test_orderer_reads_no_name_and_no_answer_in_the_own_part(coordinator, said_yes, login):
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    part = part_of(said_yes, ORDERER)
    client = login("orderer", organisation=said_yes.order.organisation)
    pages = [client.get(address).text for address in (
        f"/admin/onboardingpart/details/?id={part.id}", f"/admin/onboardingpart/verb/sign_off/?id={part.id}",
        "/admin/onboardingpart/", f"/admin/order/details/?id={part.order_id}")]

    assert ["Sini" in page for page in pages] == [False] * 4
    assert [part.order.number in page for page in pages] == [True] * 4
    assert "Sini" in login("coordinator").get(f"/admin/order/details/?id={part.order_id}").text


def test_orderer_finds_the_own_part_on_the_order(coordinator, said_yes, login):
    client, address = login("orderer", organisation=said_yes.order.organisation), f"/admin/order/details/?id={said_yes.order_id}"
    before = client.get(address).text
    do(said_yes, "onboard_with", coordinator, how=OnboardedWith.ORDERER)
    after = client.get(address).text
    part = part_of(said_yes, ORDERER)
    do(part, "sign_off", of_orderer(said_yes), talked=[])

    link = f"/admin/onboardingpart/details/?id={part.id}"
    assert [link in page for page in (before, after, client.get(address).text)] == [False, True, False]
