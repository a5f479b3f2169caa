"""Who is kept from being asked now: each guard beside its control, what cannot be checked, and overlap."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.matching import Excluded, Pause, Settings, Training, judge, rank
from rules.matching_guards import GUARDS, is_minor, overlaps
from rules.matching_guards import ReasonCode as Code
from rules.states import BankStatus
from tests.rules.matching_world import (
    DAY,
    MUURAME,
    RULES,
    TODAY,
    a_commitment,
    a_need,
    an_expert,
    an_occasion,
    codes,
    experts,
    free,
    ids,
    needs,
    occasions,
    words,
)

HARD, SOFT = True, False

# what is told of the expert, what of the order, whether a guard says no (code, hard) or nothing (None)
CASES = {
    "left": ({"bank_status": BankStatus.LEFT}, {}, (Code.LEFT, HARD)),
    "anonymised": ({"bank_status": BankStatus.ANONYMISED}, {}, (Code.LEFT, HARD)),
    "participant, not in the bank": ({"bank_status": BankStatus.PARTICIPANT}, {}, None),
    "in the bank": ({"bank_status": BankStatus.IN_BANK}, {}, None),
    "restricted": ({"restricted": True}, {}, (Code.RESTRICTED, HARD)),
    "not restricted": ({"restricted": False}, {}, None),
    "paused on the day": ({"pauses": (Pause(DAY, DAY),)}, {}, (Code.PAUSED, HARD)),
    "paused today": ({"pauses": (Pause(date(2026, 1, 1), TODAY),)}, {}, (Code.PAUSED, HARD)),
    "paused until further notice": ({"pauses": (Pause(TODAY, None),)}, {}, (Code.PAUSED, HARD)),
    "pause over yesterday": ({"pauses": (Pause(date(2026, 1, 1), TODAY - timedelta(days=1)),)}, {}, None),
    "pause between today and the day": (
        {"pauses": (Pause(TODAY + timedelta(days=1), DAY - timedelta(days=1)),)}, {}, None),
    "pause from the day after": ({"pauses": (Pause(DAY + timedelta(days=1), None),)}, {}, None),
    "theme closed": ({"closed_theme_ids": frozenset({4})}, {}, (Code.CLOSED_THEME, HARD)),
    "another theme closed": ({"closed_theme_ids": frozenset({5})}, {}, None),
    "unit avoided": ({"avoided_organisation_ids": frozenset({7})}, {}, (Code.AVOIDED, HARD)),
    "organisation above avoided": ({"avoided_organisation_ids": frozenset({70})}, {}, (Code.AVOIDED, HARD)),
    "another unit avoided": ({"avoided_organisation_ids": frozenset({8})}, {}, None),
    "person avoided": ({"avoided_contact_ids": frozenset({11})}, {}, (Code.AVOIDED, HARD)),
    "another person avoided": ({"avoided_contact_ids": frozenset({12})}, {}, None),
    "minor without consent": ({"birth_date": date(2010, 1, 1)}, {}, (Code.GUARDIAN_CONSENT, HARD)),
    "minor with consent": ({"birth_date": date(2010, 1, 1), "guardian_consent": True}, {}, None),
    "eighteen only by the day": ({"birth_date": date(2008, 12, 1)}, {}, (Code.GUARDIAN_CONSENT, HARD)),
    "eighteen today": ({"birth_date": date(2008, 11, 24)}, {}, None),
    "recorded as a minor": (
        {"birth_date": None, "known_minor": True}, {}, (Code.GUARDIAN_CONSENT, HARD)),
    "recorded as of age": ({"birth_date": None, "known_minor": False}, {}, None),
    "age not known": ({"birth_date": None}, {}, (Code.AGE_UNKNOWN, SOFT)),
    "turns eighteen some day this year": (
        {"birth_date": None, "birth_year": 2008}, {}, (Code.AGE_UNKNOWN, SOFT)),
    "turned eighteen last year": ({"birth_date": None, "birth_year": 2007}, {}, None),
    "age not known, consent given": ({"birth_date": None, "guardian_consent": True}, {}, None),
    "two events at once": ({"commitments": (a_commitment(),)}, {}, (Code.OVERLAP, SOFT)),
    "this order's own event": ({"commitments": (a_commitment(order_id=230),)}, {}, None),
    "back to back in one place": ({"commitments": (a_commitment(start=time(11), end=time(12)),)}, {}, None),
    "back to back elsewhere": (
        {"commitments": (a_commitment(start=time(11), end=time(12), municipality_id=MUURAME),)}, {},
        (Code.OVERLAP, SOFT)),
    "an hour to travel": (
        {"commitments": (a_commitment(start=time(12), end=time(13), municipality_id=MUURAME),)}, {}, None),
    "times not known that day": (
        {"commitments": (a_commitment(start=None, end=None),)}, {}, (Code.OVERLAP, SOFT)),
    "times not known the day before": (
        {"commitments": (a_commitment(day=DAY - timedelta(days=1), start=None, end=None),)}, {}, None),
    "own limit full": (
        {"load_limit": 1, "commitments": (a_commitment(day=date(2026, 12, 31)),)}, {}, (Code.LOAD, SOFT)),
    "own limit just kept": (
        {"load_limit": 2, "commitments": (a_commitment(day=date(2026, 12, 31)),)}, {}, None),
    "own limit, event of another month": (
        {"load_limit": 1, "commitments": (a_commitment(day=date(2026, 11, 30)),)}, {}, None),
    "own limit under the order's own occasions": (
        {"load_limit": 1}, {"occasions": (an_occasion(), an_occasion(day=DAY + timedelta(days=7)))},
        (Code.LOAD, SOFT)),
    "rest after a heavy theme": (
        {"commitments": (a_commitment(day=DAY - timedelta(days=6), heavy=True),)}, {}, (Code.REST, SOFT)),
    "rested": ({"commitments": (a_commitment(day=DAY - timedelta(days=7), heavy=True),)}, {}, None),
    "nothing heavy before": ({"commitments": (a_commitment(day=DAY - timedelta(days=6)),)}, {}, None),
    "heavy event afterwards": (
        {"commitments": (a_commitment(day=DAY + timedelta(days=6), heavy=True),)}, {}, None),
    "no rest after this heavy order": (
        {"commitments": (a_commitment(day=DAY + timedelta(days=6)),)}, {"heavy": True}, (Code.REST, SOFT)),
    "rest after this heavy order": (
        {"commitments": (a_commitment(day=DAY + timedelta(days=7)),)}, {"heavy": True}, None),
    "no support person": ({"support_person": None}, {}, (Code.SUPPORT_PERSON, SOFT)),
    "a support person": ({"support_person": "Pekka R."}, {}, None),
    "background check missing": ({}, {"background_check_needed": True}, (Code.BACKGROUND_CHECK, SOFT)),
    "background check run out": (
        {"background_check_until": DAY - timedelta(days=1)}, {"background_check_needed": True},
        (Code.BACKGROUND_CHECK, SOFT)),
    "background check to the day": ({"background_check_until": DAY}, {"background_check_needed": True}, None),
    "background check to the first of two days": (
        {"background_check_until": DAY},
        {"background_check_needed": True, "occasions": (an_occasion(), an_occasion(DAY + timedelta(days=1)))},
        (Code.BACKGROUND_CHECK, SOFT)),
    "background check not needed": ({}, {"background_check_needed": False}, None),
    "training required and missing": (
        {}, {"training_required_because": "court asks"}, (Code.TRAINING, SOFT)),
    "training required and run out": (
        {"trainings": (Training("Silmu ry", 2021, DAY - timedelta(days=1)),)},
        {"training_required_because": "court asks"}, (Code.TRAINING, SOFT)),
    "training required and there": (
        {"trainings": (Training("Silmu ry", 2021, None),)}, {"training_required_because": "court asks"},
        None),
    "training required and holding to the day": (
        {"trainings": (Training("Silmu ry", 2021, DAY),)}, {"training_required_because": "court asks"}, None),
    "training not required": ({}, {"training_required_because": ""}, None),
    "training required without a reason": ({}, {"training_required_because": "  "}, None),
    "remote only, on site": ({"remote_only": True}, {}, (Code.REMOTE_ONLY, SOFT)),
    "remote only, remote": ({"remote_only": True}, {"on_site": False}, None),
    "closed themes and an order with none": (
        {"closed_theme_ids": frozenset({5})}, {"themes": {}}, (Code.ORDER_INCOMPLETE, SOFT)),
    "no closed theme and an order with none": ({}, {"themes": {}}, None),
    "avoids a person and nobody is named": (
        {"avoided_contact_ids": frozenset({12})}, {"contact_ids": frozenset()},
        (Code.ORDER_INCOMPLETE, SOFT)),
    "avoids a unit and none is named": (
        {"avoided_organisation_ids": frozenset({8})}, {"organisation_ids": frozenset()},
        (Code.ORDER_INCOMPLETE, SOFT)),
    "avoids nobody and nobody is named": ({}, {"contact_ids": frozenset()}, None),
    "own limit and no day yet": ({"load_limit": 3}, {"occasions": ()}, (Code.ORDER_INCOMPLETE, SOFT)),
    "other events and no day yet": (
        {"commitments": (a_commitment(),)}, {"occasions": ()}, (Code.ORDER_INCOMPLETE, SOFT)),
    "still resting and no day yet": (
        {"commitments": (a_commitment(day=TODAY - timedelta(days=6), heavy=True),)}, {"occasions": ()},
        (Code.ORDER_INCOMPLETE, SOFT)),
    "rested and no day yet": (
        {"commitments": (a_commitment(day=TODAY - timedelta(days=7), heavy=True),)}, {"occasions": ()}, None),
    "past events and no day yet": (
        {"commitments": (a_commitment(day=TODAY - timedelta(days=6)),)}, {"occasions": ()}, None),
    "nothing planned and no day yet": ({}, {"occasions": ()}, None),
}


@pytest.mark.parametrize(("told", "asked", "expected"), CASES.values(), ids=CASES)
def test_guard_says_no_exactly_when_it_should(told, asked, expected):
    found = codes(an_expert(**told), a_need(**asked))

    assert found == ([] if expected is None else [expected])


def test_every_guard_has_a_case_that_refuses():
    assert {case[2][0] for case in CASES.values() if case[2]} == {guard.code for guard in GUARDS}


def test_guards_stand_gravest_first_as_the_codes_do():
    places = [list(Code).index(guard.code) for guard in GUARDS]

    assert places == sorted(places)
    assert [guard.hard for guard in GUARDS] == sorted((guard.hard for guard in GUARDS), reverse=True)


def test_setting_decides_the_age_of_consent():
    youth = an_expert(birth_date=date(2010, 1, 1))
    unsaid = an_expert(birth_date=None, known_minor=True)

    assert codes(youth, rules=Settings(guardian_consent_under=18)) == [(Code.GUARDIAN_CONSENT, HARD)]
    assert codes(youth, rules=Settings(guardian_consent_under=15)) == []
    assert codes(unsaid, rules=Settings(guardian_consent_under=0)) == []


def test_setting_decides_travel_and_rest():
    elsewhere = an_expert(
        commitments=(a_commitment(start=time(12), end=time(13), municipality_id=MUURAME),))
    resting = an_expert(commitments=(a_commitment(day=DAY - timedelta(days=3), heavy=True),))

    assert codes(elsewhere, rules=Settings(travel_minutes=61)) == [(Code.OVERLAP, SOFT)]
    assert codes(elsewhere, rules=Settings(travel_minutes=60)) == []
    assert codes(resting, rules=Settings(rest_days=4)) == [(Code.REST, SOFT)]
    assert codes(resting, rules=Settings(rest_days=3)) == []


def test_soft_no_may_be_overridden_and_a_hard_one_beside_it_may_not():
    soft = judge(a_need(), an_expert(support_person=None), TODAY, RULES)
    both = judge(a_need(), an_expert(support_person=None, restricted=True), TODAY, RULES)

    assert isinstance(soft, Excluded)
    assert isinstance(both, Excluded)
    assert soft.may_be_asked_with_a_reason is True
    assert both.may_be_asked_with_a_reason is False
    assert [reason.code for reason in both.no] == [Code.RESTRICTED, Code.SUPPORT_PERSON]


def test_sentences_tell_why_and_keep_whom_one_avoids_to_themselves():
    unit = judge(a_need(), an_expert(avoided_organisation_ids=frozenset({7})), TODAY, RULES)
    person = judge(a_need(), an_expert(avoided_contact_ids=frozenset({11})), TODAY, RULES)
    closed = judge(a_need(), an_expert(closed_theme_ids=frozenset({3, 4})), TODAY, RULES)
    full = judge(a_need(), an_expert(load_limit=0), TODAY, RULES)

    assert unit.no == person.no
    assert words(reason.sentence for reason in closed.no) == ["Has closed the theme: aftercare, housing"]
    assert words(reason.sentence for reason in full.no) == [
        "Own limit 0 a month: 0 taken in 12/2026, this order adds 1"]


# What stands before it, or the order, may leave these unread.
READ_ONLY_AT_TIMES = {"birth_date", "birth_year", "load_limit", "background_check_until"}
MALFORMED = {
    "bank_status": ("on holiday", HARD), "pauses": (None, HARD), "closed_theme_ids": (None, HARD),
    "avoided_organisation_ids": (None, HARD), "avoided_contact_ids": ([11], HARD),
    "birth_date": ("1990", HARD), "birth_year": ("1990", HARD), "load_limit": ("2", SOFT),
    "commitments": (None, SOFT),
    "background_check_until": ("soon", SOFT), "trainings": (None, SOFT), "themes": (None, SOFT),
    "last_asked_on": ("yesterday", SOFT),
}


@pytest.mark.parametrize(
    ("field", "value", "hard"), [(field, *rest) for field, rest in MALFORMED.items()], ids=MALFORMED)
def test_what_cannot_be_checked_excludes_and_says_so(field, value, hard):
    need = a_need(background_check_needed=True, training_required_because="court asks")
    sound = {"background_check_until": DAY, "trainings": (Training("Silmu ry", 2023, None),)}
    broken = an_expert(1, **sound | {"birth_date": None, "known_minor": False} | {field: value})

    ranking = rank(need, [broken, an_expert(2, **sound)], TODAY, RULES)

    assert ids(ranking.can_be_asked) == [2]
    [excluded] = ranking.not_now
    assert {reason.code for reason in excluded.no} == {Code.UNKNOWN}
    assert excluded.may_be_asked_with_a_reason is not hard
    assert str(excluded.no[0].sentence).startswith("Could not be checked: ")


def test_missing_flag_is_not_a_permission():
    assert codes(an_expert(restricted=None)) == [(Code.RESTRICTED, HARD)]
    assert codes(an_expert(birth_date=date(2010, 1, 1), guardian_consent=None)) == [
        (Code.GUARDIAN_CONSENT, HARD)]
    assert codes(an_expert(remote_only=None)) == [(Code.REMOTE_ONLY, SOFT)]


def test_malformed_order_gives_no_list_at_all():
    with pytest.raises(AttributeError):
        rank(a_need(occasions=(an_occasion(day=None),)), [an_expert()], TODAY, RULES)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2008, 11, 25), TODAY, True),
        (date(2008, 11, 24), TODAY, False),
    ],
)
def test_minor_until_the_birthday(born, day, expected):
    assert is_minor(an_expert(birth_date=born), day, 18) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (an_occasion(), an_occasion(), True),
        (an_occasion(), an_occasion(start=time(11), end=time(12)), False),
        (an_occasion(), an_occasion(start=time(10, 59), end=time(12)), True),
        (an_occasion(), an_occasion(start=time(11), end=time(12), municipality_id=MUURAME), True),
        (an_occasion(), an_occasion(start=time(11, 59), end=time(13), municipality_id=MUURAME), True),
        (an_occasion(), an_occasion(start=time(12), end=time(13), municipality_id=MUURAME), False),
        (an_occasion(), an_occasion(start=time(11), end=time(12), municipality_id=None), True),
        (an_occasion(municipality_id=None),
         an_occasion(start=time(11), end=time(12), municipality_id=None), True),
        (an_occasion(), an_occasion(start=time(11), end=time(12), remote=True), True),
        (an_occasion(remote=True), an_occasion(start=time(11), end=time(12), remote=True), False),
        (an_occasion(), an_occasion(start=time(20), end=None), True),
        (an_occasion(), an_occasion(start=time(22), end=time(1)), True),
        (an_occasion(), an_occasion(day=DAY + timedelta(days=1), start=None, end=None), False),
        (an_occasion(start=time(22), end=time(23, 30)),
         an_occasion(DAY + timedelta(days=1), time(0, 15), time(1), MUURAME), True),
        (an_occasion(start=time(22), end=time(23, 30)),
         an_occasion(DAY + timedelta(days=1), time(0, 30), time(1), MUURAME), False),
    ],
)
def test_overlap_counts_travel_between_places_from_either_side(one, other, expected):
    assert overlaps(one, other, 60) is expected
    assert overlaps(other, one, 60) is expected


@given(free, st.sampled_from([case for case in CASES.values() if case[2]]))
def test_any_single_guard_excludes_however_well_the_person_fits(person, case):
    told, asked, (code, hard) = case

    judged = judge(a_need(**asked), replace(person, **{"trainings": (), **told}), TODAY, RULES)

    assert isinstance(judged, Excluded)
    assert code in {reason.code for reason in judged.no}
    assert judged.may_be_asked_with_a_reason <= (not hard)


@given(occasions, occasions, st.integers(0, 3000))
def test_overlap_is_the_same_from_either_side_and_grows_with_travel(one, other, travel):
    assert overlaps(one, other, travel) is overlaps(other, one, travel)
    assert overlaps(one, other, 0) <= overlaps(one, other, travel)


@given(occasions)
def test_nobody_can_be_twice_at_one_occasion(one):
    assert overlaps(one, one, 0) is True


@given(needs, experts, st.sampled_from(sorted(set(MALFORMED) - READ_ONLY_AT_TIMES)))
def test_a_malformed_person_is_never_asked_and_never_stops_the_rest(need, person, field):
    broken = replace(person, **{field: object()})

    ranking = rank(need, [broken, an_expert(99)], TODAY, RULES)

    assert 0 not in ids(ranking.can_be_asked)
    assert len(ranking.can_be_asked) + len(ranking.not_now) == 2
