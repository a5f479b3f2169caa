"""The bank and its trainings: verbs of an expert and of a completion, and what saving refuses."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import Assignment, Completion, Expert, Pause, Programme, db
from models.refusals import explain
from rules.errors import BadInput, DomainError, FieldErrors, IllegalTransition, NotAllowed
from rules.states import AssignmentStatus as A
from rules.states import BankStatus, CompletionStatus
from services import saving, verbs
from services.scopes import visible
from services.training import in_years
from tests.people import make_expert, make_organisation
from tests.services.placing_world import TODAY, accepted, actor_of, an_askable, an_order, ask, do

OTHERS = ("trainer", "finance", "orderer", "steering", "expert", "admin")


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def save(record, actor):
    with db.session.no_autoflush:
        saving.prepare(record, actor, TODAY, is_new=True)
        db.session.add(record)
    db.session.commit()


# --- saving


@pytest.mark.parametrize("given", [{"phone": "+358401234567"}, {"email": "a@test.invalid"},
                                   {"reached_through": "Nuorisokoti"}])
def test_alias_and_one_way_to_reach_are_enough(coordinator, given):
    expert = Expert(alias="Sini", first_name="", last_name="", **{"phone": "", "email": "", "reached_through": ""} | given)

    save(expert, coordinator)

    assert (expert.status, expert.last_confirmed_on) == (BankStatus.PARTICIPANT, TODAY)


@pytest.mark.parametrize(("given", "field", "sentence"), [
    ({"alias": ""}, "alias", "Give a name or the name the person wishes to use."),
    ({"phone": ""}, "phone", "Give one way to reach the person: phone, e-mail or through whom."),
    ({"birth_date": TODAY + timedelta(1)}, "birth_date", "This day has not come yet."),
    ({"birth_year": TODAY.year + 1}, "birth_year", "Write the year with four digits, not in the future."),
    ({"birth_year": 99}, "birth_year", "Write the year with four digits, not in the future."),
    ({"load_limit": 0}, "load_limit", "The load limit is at least one a month."),
])
def test_expert_is_refused_at_its_field(coordinator, given, field, sentence):
    facts = {"alias": "Sini", "first_name": "", "last_name": "", "phone": "040", "email": "", "reached_through": ""}

    with pytest.raises(FieldErrors) as error:
        save(Expert(**facts | given), coordinator)

    assert {name: str(said) for name, said in error.value.errors.items()} == {field: sentence}


# --- verbs of an expert


@pytest.mark.parametrize("name", ["pause", "met", "confirm_data", "join", "leave"])
@pytest.mark.parametrize("role", OTHERS)
def test_only_the_coordinator_keeps_the_bank(coordinator, role, name):
    expert = make_expert()
    own = (role, name) == ("expert", "pause")  # of the own record alone: scopes see to that

    if not own:
        with pytest.raises(NotAllowed):
            do(expert, name, actor_of(role))
    do(expert, name, coordinator)

    assert (expert.met_on, expert.last_confirmed_on, expert.status, len(expert.pauses)) == {
        "pause": (None, None, BankStatus.PARTICIPANT, 1), "met": (TODAY, None, BankStatus.PARTICIPANT, 0),
        "confirm_data": (None, TODAY, BankStatus.PARTICIPANT, 0), "join": (None, None, BankStatus.IN_BANK, 0),
        "leave": (None, None, BankStatus.LEFT, 0)}[name]


@pytest.mark.parametrize(("inputs", "days"), [
    ({}, (TODAY, None)),
    ({"starts_on": TODAY + timedelta(2), "ends_on": TODAY + timedelta(2)}, (TODAY + timedelta(2), TODAY + timedelta(2))),
])
def test_pause_has_days_and_no_reason(coordinator, inputs, days):
    expert = make_expert()

    do(expert, "pause", coordinator, **inputs)

    assert [(p.starts_on, p.ends_on) for p in expert.pauses] == [days]
    assert [asked.name for asked in verbs.find(Expert, "pause").inputs] == ["starts_on", "ends_on"]


def test_pause_that_ends_before_it_begins_is_refused(coordinator):
    expert = make_expert()

    with pytest.raises(BadInput) as error:
        do(expert, "pause", coordinator, ends_on=TODAY - timedelta(1))

    assert (error.value.field, str(error.value.sentence)) == ("ends_on", "The end cannot be before the start.")
    assert db.session.scalar(sa.select(sa.func.count(Pause.id))) == 0


def test_having_met_says_when_and_who_knows_the_person(coordinator):
    expert = make_expert()

    with pytest.raises(BadInput) as error:
        do(expert, "met", coordinator, on=TODAY + timedelta(1))
    do(expert, "met", coordinator, on=date(2026, 3, 1))

    assert (error.value.field, str(error.value.sentence)) == ("on", "This day has not come yet.")
    assert (expert.met_on, expert.known_by_id) == (date(2026, 3, 1), coordinator.user_id)


def test_data_is_confirmed_once_a_day(coordinator):
    expert = make_expert()

    do(expert, "confirm_data", coordinator)

    with pytest.raises(IllegalTransition):
        do(expert, "confirm_data", coordinator)
    do(expert, "confirm_data", coordinator, today=TODAY + timedelta(1))
    assert expert.last_confirmed_on == TODAY + timedelta(1)


def test_whoever_left_can_come_back(coordinator):
    expert = make_expert()

    states = []
    for name in ("join", "leave", "rejoin"):
        do(expert, name, coordinator)
        states.append(expert.status)

    assert states == [BankStatus.IN_BANK, BankStatus.LEFT, BankStatus.IN_BANK]


def test_nobody_leaves_with_an_assignment_ahead(coordinator):
    order = an_order(coordinator)
    expert = an_askable()
    assignment = accepted(order, coordinator, expert)

    with pytest.raises(DomainError) as error:
        do(expert, "leave", coordinator)
    do(assignment, "decline", coordinator)
    do(expert, "leave", coordinator)

    assert str(error.value.sentence) == "There are assignments ahead: 2026-001. Record “not now” for them first."
    assert (expert.status, assignment.status) == (BankStatus.LEFT, A.NOT_NOW)


def test_questions_without_an_answer_end_when_the_person_leaves(coordinator):
    expert = an_askable()
    [asked] = ask(an_order(coordinator), coordinator, expert)
    proposed = Assignment(order=an_order(coordinator), expert=expert)
    db.session.add(proposed)
    db.session.commit()

    do(expert, "leave", coordinator)

    assert (asked.status, proposed.status) == (A.NO_ANSWER, A.CANCELLED)


# --- completions


def a_completion(**given):
    programme = given.pop("programme", None) or Programme(
        name="Peruskurssi", organisation=given.pop("organisation", None) or make_organisation(trains=True),
        valid_years=given.pop("valid_years", None))
    found = Completion(**{"expert": make_expert(), "programme": programme} | given)
    db.session.add(found)
    db.session.commit()
    return found


@pytest.mark.parametrize(("years", "until"), [(None, None), (3, date(2029, 11, 24))])
def test_completing_counts_how_long_it_holds(coordinator, years, until):
    found = a_completion(valid_years=years)

    do(found, "complete", coordinator, certificate_seen=True)

    assert (found.status, found.completed_on, found.certificate_seen_on, found.valid_until) == (
        CompletionStatus.COMPLETED, TODAY, TODAY, until)


def test_certificate_not_seen_leaves_its_day_empty(coordinator):
    found = a_completion()

    do(found, "complete", coordinator, on=date(2024, 2, 29))

    assert (found.completed_on, found.certificate_seen_on) == (date(2024, 2, 29), None)


@pytest.mark.parametrize(("day", "years", "expected"), [
    (date(2024, 2, 29), 1, date(2025, 2, 28)), (date(2024, 2, 29), 4, date(2028, 2, 29)),
    (date(2026, 11, 24), 2, date(2028, 11, 24)),
])
def test_years_are_counted_by_the_calendar(day, years, expected):
    assert in_years(day, years) == expected


@pytest.mark.parametrize(("on", "sentence"), [
    (TODAY + timedelta(1), "This day has not come yet."),
    (date(2026, 1, 31), "The end cannot be before the start."),
])
def test_training_is_not_completed_before_it_began_or_in_the_future(coordinator, on, sentence):
    found = a_completion(started_on=date(2026, 2, 1))

    with pytest.raises(BadInput) as error:
        do(found, "complete", coordinator, on=on)

    assert (error.value.field, str(error.value.sentence), found.status) == ("on", sentence, CompletionStatus.ENROLLED)


def test_second_completion_of_a_course_is_refused_with_its_sentence(coordinator):
    first = a_completion()

    with pytest.raises(IntegrityError) as error:
        save(Completion(expert=first.expert, programme=first.programme), coordinator)
    db.session.rollback()

    assert explain(error.value)[0] == "This expert already has this programme: correct that record instead."


def test_trainer_writes_completions_of_the_own_organisation_alone(coordinator):
    own, other = make_organisation(trains=True), make_organisation(trains=True)
    trainer = actor_of("trainer", organisation=own)
    mine, foreign = (Programme(name="Kurssi", organisation=one) for one in (own, other))
    db.session.add_all([mine, foreign])
    db.session.commit()

    with pytest.raises(BadInput) as error:
        save(Completion(expert=make_expert(), programme=foreign), trainer)
    db.session.rollback()
    save(Completion(expert=make_expert(), programme=mine), trainer)

    assert (error.value.field, str(error.value.sentence)) == (
        "programme", "Choose a programme of your own organisation.")
    assert db.session.scalars(sa.select(Completion.programme_id)).all() == [mine.id]


def test_trainer_meets_and_completes_the_own_trainees_alone(coordinator):
    own = make_organisation(trains=True)
    trainer = actor_of("trainer", organisation=own)
    mine, foreign = a_completion(organisation=own), a_completion()

    seen = db.session.scalars(sa.select(Completion).where(visible(Completion, trainer))).all()
    do(mine, "complete", trainer)

    assert (seen, mine.status, foreign.status) == ([mine], CompletionStatus.COMPLETED, CompletionStatus.ENROLLED)
    assert db.session.scalars(sa.select(Expert).where(visible(Expert, trainer))).all() == [mine.expert]


def test_trainer_makes_programmes_of_the_own_organisation_alone(coordinator):
    own = make_organisation(trains=True)
    trainer = actor_of("trainer", organisation=own)

    with pytest.raises(BadInput) as error:
        save(Programme(name="Kurssi", organisation=make_organisation(trains=True)), trainer)
    db.session.rollback()
    save(Programme(name="Kurssi", organisation=db.session.get(type(own), own.id)), trainer)

    assert (error.value.field, str(error.value.sentence)) == ("organisation", "Choose your own organisation.")
    assert db.session.scalars(sa.select(Programme.organisation_id)).all() == [own.id]
