"""Who can be asked, in which order and why, how the excluded are counted, and what always holds."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.matching import Candidate, Ranked, Training, counts, judge, rank
from rules.matching_guards import ReasonCode as Code
from rules.wording import Sentence
from tests.rules.matching_world import (
    DAY,
    JYVASKYLA,
    RULES,
    TODAY,
    a_need,
    an_expert,
    experts,
    free,
    ids,
    needs,
    told_only,
    trainings,
    words,
)


def test_order_of_asking_is_theme_viewpoint_role_language_municipality_then_longest_since_asked():
    experts = [
        an_expert(1),
        an_expert(2, last_asked_on=date(2026, 10, 1)),
        an_expert(3, last_asked_on=date(2026, 2, 1)),
        an_expert(4, municipalities=frozenset({JYVASKYLA}), last_asked_on=TODAY),
        an_expert(5, languages=frozenset({"fi"}), last_asked_on=TODAY),
        an_expert(6, roles=frozenset({2}), last_asked_on=TODAY),
        an_expert(7, viewpoints=frozenset({1}), last_asked_on=TODAY),
        an_expert(8, themes=frozenset({3}), last_asked_on=TODAY),
        an_expert(9, themes=frozenset({3, 4}), last_asked_on=TODAY),
        an_expert(10),
    ]

    ranking = rank(a_need(), reversed(experts), TODAY, RULES)

    assert ids(ranking.can_be_asked) == [9, 8, 7, 6, 5, 4, 1, 10, 3, 2]


def test_reasons_for_are_told_in_words():
    expert = an_expert(
        themes=frozenset({4, 3, 99}), roles=frozenset({2}), languages=frozenset({"fi", "sv"}),
        municipalities=frozenset({JYVASKYLA}), last_asked_on=date(2026, 4, 24), met_on=date(2026, 3, 2),
        trainings=(Training("Kettukallio ry", 2023, None),))

    judged = judge(a_need(), expert, TODAY, RULES)

    assert isinstance(judged, Ranked)
    assert words(judged.yes) == [
        "theme: aftercare, housing", "role: developer", "language: Finnish", "municipality: Jyväskylä",
        "last asked 2026-04-24"]
    assert words(judged.notes) == [
        "trained (Kettukallio ry 2023)", "support person: Minna H.", "met 2026-03-02"]
    assert judged.no == ()


def test_whoever_fits_no_wish_is_told_neutrally():
    judged = judge(a_need(), an_expert(), TODAY, RULES)

    assert words(judged.yes) == ["never asked"]
    assert words(judged.notes) == ["no training", "support person: Minna H.", "not met yet"]


def test_names_of_wishes_may_still_be_translated():
    need = a_need(roles={2: Sentence("developer"), 3: "leader"})

    role, _ = judge(need, an_expert(roles=frozenset({2, 3})), TODAY, RULES).yes

    both = Sentence("%(first)s, %(rest)s", first=Sentence("developer"), rest="leader")
    assert role == Sentence("role: %(names)s", names=both)


@pytest.mark.parametrize(
    ("protected", "told"),
    [(False, ["municipality: Jyväskylä", "never asked"]), (True, ["never asked"])],
)
def test_no_place_is_told_of_a_protected_person(protected, told):
    expert = an_expert(municipalities=frozenset({JYVASKYLA}), protected=protected)

    assert words(judge(a_need(), expert, TODAY, RULES).yes) == told


def test_the_excluded_are_counted_once_each_by_their_gravest_reason():
    experts = [
        an_expert(1),
        an_expert(2, support_person=None),
        an_expert(3, support_person=None, restricted=True),
        an_expert(4, restricted=True),
        an_expert(5, commitments=None, support_person=None),
    ]

    ranking = rank(a_need(), experts, TODAY, RULES)

    assert ids(ranking.not_now) == [3, 4, 2, 5]
    assert list(counts(ranking).items()) == [
        (Code.RESTRICTED, 2), (Code.SUPPORT_PERSON, 1), (Code.UNKNOWN, 1)]


def test_nothing_that_judges_a_person_is_told_to_matching():
    assert {field.name for field in fields(Candidate)} == {
        "expert_id", "name", "bank_status", "restricted", "pauses", "closed_theme_ids",
        "avoided_organisation_ids", "avoided_contact_ids", "birth_date", "birth_year", "known_minor",
        "guardian_consent", "load_limit", "commitments", "support_person", "background_check_until",
        "remote_only", "protected", "last_asked_on", "trainings", "met_on", "themes", "viewpoints", "roles",
        "languages", "municipalities"}


# What always holds.

def numbered(people):
    return [replace(person, expert_id=number) for number, person in enumerate(people, start=1)]


crowds = st.lists(experts | free, max_size=12).map(numbered)


@given(needs, crowds)
def test_everyone_stands_in_exactly_one_part(need, crowd):
    ranking = rank(need, crowd, TODAY, RULES)

    assert sorted(ids(ranking.can_be_asked) + ids(ranking.not_now)) == [person.expert_id for person in crowd]
    assert all(excluded.no for excluded in ranking.not_now)
    assert sum(counts(ranking).values()) == len(ranking.not_now)


@given(needs, crowds.flatmap(lambda crowd: st.tuples(st.just(crowd), st.permutations(crowd))))
def test_the_order_of_the_input_changes_nothing(need, crowds_of_the_same):
    crowd, shuffled = crowds_of_the_same

    assert rank(need, shuffled, TODAY, RULES) == rank(need, crowd, TODAY, RULES)
    assert rank(need, iter(crowd), TODAY, RULES) == rank(need, crowd, TODAY, RULES)


@given(st.lists(free, min_size=1, max_size=12).map(numbered), st.data())
def test_training_never_moves_anybody_when_the_order_does_not_require_it(crowd, data):
    retrained = [replace(person, trainings=data.draw(trainings)) for person in crowd]

    before = rank(a_need(), crowd, TODAY, RULES)
    after = rank(a_need(), retrained, TODAY, RULES)

    assert ids(after.can_be_asked) == ids(before.can_be_asked)
    assert len(after.can_be_asked) == len(crowd)


@given(st.lists(free, min_size=1, max_size=12).map(numbered))
def test_training_that_is_required_excludes_softly_and_still_orders_nobody(crowd):
    valid = {person.expert_id for person in crowd
             if any(own.valid_until is None or own.valid_until >= DAY for own in person.trainings)}
    untrained = {person.expert_id for person in crowd} - valid
    free_order = ids(rank(a_need(), crowd, TODAY, RULES).can_be_asked)

    ranking = rank(a_need(training_required_because="court asks"), crowd, TODAY, RULES)

    assert ids(ranking.can_be_asked) == [number for number in free_order if number not in untrained]
    assert {excluded.candidate.expert_id for excluded in ranking.not_now} == untrained
    assert all(excluded.may_be_asked_with_a_reason for excluded in ranking.not_now)


@given(st.lists(free, min_size=1, max_size=8).map(numbered), st.data())
def test_facts_that_are_only_told_never_move_anybody(crowd, data):
    changed = [replace(person, **data.draw(st.fixed_dictionaries(told_only))) for person in crowd]

    before, after = rank(a_need(), crowd, TODAY, RULES), rank(a_need(), changed, TODAY, RULES)

    assert ids(after.can_be_asked) == ids(before.can_be_asked)


@given(needs, experts)
def test_one_person_alone_is_judged_as_in_the_crowd(need, person):
    ranking = rank(need, [person, an_expert(99)], TODAY, RULES)

    [found] = [each for each in (*ranking.can_be_asked, *ranking.not_now) if each.candidate.expert_id == 0]
    assert found == judge(need, person, TODAY, RULES)
