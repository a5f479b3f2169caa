"""A story whose consent was withdrawn is taken down; what an event taught is noted without the one who told it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Consent, Insight, Story, Theme, db
from rules.choices import ConsentKind
from rules.errors import BadInput, IllegalTransition
from rules.states import ConsentStatus, InsightStatus
from services import queues, verbs
from tests.factories import make
from tests.services.placing_world import TODAY, accepted, actor_of, an_askable, an_order, confirmed, do, one_of


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def told(expert, **consent):
    given = make(Consent, expert=expert, kind=ConsentKind.PUBLISHING, **consent)
    return make(Story, expert=expert, consent=given, taken_down_on=None)


@pytest.mark.both_databases
def test_withdrawn_consent_waits_until_the_story_is_taken_down(coordinator):
    expert = an_askable()
    story, shown = told(expert), told(expert)
    counted = [queues.count(queues.TAKE_DOWN, coordinator, TODAY)]
    do(story.consent, "withdraw", actor_of("expert", expert=expert))
    [found] = queues.look([queues.TAKE_DOWN], coordinator, TODAY).values()
    counted.append(found.count)

    do(story, "take_down", coordinator)

    assert [*counted, queues.count(queues.TAKE_DOWN, coordinator, TODAY)] == [0, 1, 0]
    assert (found.first, found.day is None, story.taken_down_on, shown.taken_down_on) == (story.id, False, TODAY, None)
    assert story.consent.status is ConsentStatus.WITHDRAWN


def test_story_is_not_taken_down_on_a_day_to_come_nor_twice(coordinator):
    story = told(an_askable())
    with pytest.raises(BadInput) as refused:
        do(story, "take_down", coordinator, on=TODAY + timedelta(1))
    before = story.taken_down_on

    do(story, "take_down", coordinator, on=TODAY - timedelta(1))

    assert (refused.value.field, before, story.taken_down_on) == ("on", None, TODAY - timedelta(1))
    with pytest.raises(IllegalTransition):
        do(story, "take_down", coordinator)


def been_there(coordinator):
    assignment = confirmed(an_order(coordinator, on=TODAY), coordinator, an_askable(
        first_name="Tuulikki", last_name="Salminen", alias=""), goes_by="Tuuli")
    do(assignment.order, "hold", coordinator)
    return assignment


def test_what_was_learned_is_noted_from_the_assignment_without_the_person(coordinator):
    assignment, theme = been_there(coordinator), one_of(Theme, "jälkihuolto")

    do(assignment, "note_insight", coordinator, text="Saapumisilta jää mieleen", theme=theme)

    [insight] = db.session.scalars(sa.select(Insight))
    assert (insight.text, insight.theme, insight.order, insight.status) == (
        "Saapumisilta jää mieleen", theme, assignment.order, InsightStatus.NOTED)


@pytest.mark.parametrize("text", [
    "Tuulikki Salminen kertoi illasta", "Kuten Tuulikki Salmisen illassa", "Tuuli muistaa illan", "x" * 4001])
def test_what_was_learned_names_nobody(coordinator, text):
    assignment = been_there(coordinator)

    with pytest.raises(BadInput) as refused:
        do(assignment, "note_insight", coordinator, text=text)

    assert (refused.value.field, db.session.scalars(sa.select(Insight)).all()) == ("text", [])


@pytest.mark.parametrize(("made", "offered"), [(lambda coordinator: accepted(an_order(coordinator), coordinator), False),
                                               (been_there, True)])
def test_what_was_learned_is_noted_after_the_event(coordinator, made, offered):
    names = [verb.name for verb in verbs.possible_now(made(coordinator), coordinator, TODAY)]

    assert ("note_insight" in names) is offered
