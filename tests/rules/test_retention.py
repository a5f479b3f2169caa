"""How years and months are counted, and that a rule gives one verdict whichever way it is asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.retention import RECORD_RULES, goes_on, last_to_go, may_go, months_after, months_before, years_before

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
RULES = st.sampled_from(sorted(RECORD_RULES.values(), key=lambda rule: rule.kind))


@pytest.mark.parametrize(("today", "years", "day"), [
    (date(2026, 1, 20), 5, date(2021, 1, 20)), (date(2028, 2, 29), 4, date(2024, 2, 29)),
    (date(2028, 2, 29), 5, date(2023, 2, 28)), (date(2026, 1, 20), 0, date(2026, 1, 20))])
def test_same_day_so_many_years_ago(today, years, day):
    assert years_before(today, years) == day


@pytest.mark.parametrize(("kind", "ended", "day"), [
    ("payments", date(2026, 1, 1), date(2033, 1, 1)), ("payments", date(2026, 12, 31), date(2033, 1, 1)),
    ("experts", date(2026, 11, 30), date(2027, 2, 28)), ("answers", date(2026, 8, 31), date(2027, 2, 28)),
    ("papers", date(2024, 2, 29), date(2027, 2, 28)), ("desk", date(2026, 1, 31), date(2026, 2, 28))])
def test_kind_goes_on_its_day(kind, ended, day):
    assert goes_on(RECORD_RULES[kind], ended) == day


@given(rule=RULES, ended=DAYS, today=DAYS)
def test_verdict_of_one_record_is_that_of_the_whole_table(rule, ended, today):
    assert may_go(rule, ended, today) == (ended <= last_to_go(rule, today))


@given(rule=RULES, ended=DAYS, today=DAYS)
def test_what_may_go_may_go_for_good_and_with_it_all_that_is_older(rule, ended, today):
    went = may_go(rule, ended, today)

    assert went <= may_go(rule, ended, today + timedelta(1))
    assert went <= may_go(rule, ended - timedelta(1), today)


@given(day=DAYS, months=st.integers(0, 200))
def test_months_are_counted_back_as_far_as_forth(day, months):
    back = months_before(day, months)

    assert months_after(back, months) <= day < months_after(back + timedelta(1), months)


def test_every_rule_says_why():
    assert {kind for kind, rule in RECORD_RULES.items() if not rule.ground or not rule.label or rule.months < 1} == set()
