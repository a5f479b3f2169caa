"""The squares of a calendar: whole weeks, Monday first; turning a page; what overlaps."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar_grid import (
    FIRST,
    LAST,
    View,
    days_from,
    monday_of,
    month_start,
    overlapping,
    read_day,
    span,
    turned,
    week_number,
    weeks_of,
)

TODAY = date(2026, 11, 24)
DAYS = st.dates(FIRST, LAST)
MINUTES = st.integers(0, 24 * 60 - 1)
TIMES = st.lists(st.tuples(st.sampled_from([TODAY, TODAY + timedelta(1)]), MINUTES, MINUTES).filter(
    lambda t: t[1] < t[2]), max_size=12)


def clock(minutes):
    return time(minutes // 60, minutes % 60)


def test_november_of_2026_is_six_weeks_from_a_monday_to_a_sunday():
    first, last = span(View.MONTH, TODAY)

    assert (first, last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [week_number(days[0]) for days in weeks_of(first, last)] == [44, 45, 46, 47, 48, 49]


@pytest.mark.parametrize(("day", "number"), [
    (date(2026, 1, 1), 1), (date(2026, 12, 31), 53), (date(2027, 1, 3), 53), (date(2027, 1, 4), 1)])
def test_week_number_is_that_of_iso(day, number):
    assert week_number(day) == number


@given(DAYS)
def test_month_shows_each_of_its_days_once_in_whole_weeks(day):
    weeks = weeks_of(*span(View.MONTH, day))
    shown = [on for week in weeks for on in week]

    assert {(len(week), week[0].weekday()) for week in weeks} == {(7, 0)}
    assert shown == sorted(set(shown))
    assert {on for on in shown if month_start(on) == month_start(day)} == {
        on for on in days_from(day - timedelta(31), day + timedelta(31))
        if month_start(on) == month_start(day) and FIRST <= on <= LAST}
    assert len(weeks) <= 6


@given(DAYS, st.sampled_from(View))
def test_every_view_shows_its_day_and_stays_in_reach(day, view):
    first, last = span(view, day)

    assert first <= day <= last
    assert first >= FIRST
    assert last <= LAST


@given(DAYS, st.sampled_from(View), st.booleans())
def test_turned_page_goes_on_where_the_last_one_ended(day, view, forward):
    goal = turned(view, day, forward)

    here, there = span(view, day), span(view, goal)
    before, after = (here, there) if forward else (there, here)
    assert FIRST <= goal <= LAST
    assert after[0] <= before[1] + timedelta(1)
    assert before[0] <= after[0]


@pytest.mark.parametrize(("view", "back", "on"), [
    (View.MONTH, date(2026, 10, 1), date(2026, 12, 1)), (View.WEEK, date(2026, 11, 17), date(2026, 12, 1)),
    (View.AGENDA, date(2026, 10, 27), date(2026, 12, 22))])
def test_page_turns_by_a_month_a_week_or_four(view, back, on):
    assert (turned(view, TODAY, forward=False), turned(view, TODAY, forward=True)) == (back, on)


@pytest.mark.parametrize("text", ["", "x", "2026-02-30", "20261124", "2026-W48-2", "٢٠٢٦-١١-٢٤", "0001-01-01",
                                  "9999-12-31", "2026-11-24 ", "-026-11-24"])
def test_day_that_cannot_be_shown_is_today(text):
    assert read_day(text, TODAY) == TODAY


@given(DAYS)
def test_day_is_read_as_it_is_written(day):
    assert read_day(day.isoformat(), TODAY) == day


@given(st.text())
def test_any_text_is_read_as_some_day_in_reach(text):
    assert FIRST <= read_day(text, TODAY) <= LAST


@given(TIMES)
def test_overlap_is_that_of_every_pair(times):
    pairs = {frozenset((a, b)) for a, x in enumerate(times) for b, y in enumerate(times)
             if a < b and x[0] == y[0] and x[1] < y[2] and y[1] < x[2]}

    found = overlapping([(on, clock(starts), clock(ends)) for on, starts, ends in times])

    assert found == {at for pair in pairs for at in pair}


@pytest.mark.parametrize("other", [
    (TODAY, time(11), time(12)), (TODAY, time(10), None), (TODAY, None, None), (TODAY + timedelta(1), time(9), time(11))],
    ids=["one after the other", "no end", "no time", "another day"])
def test_what_shares_no_known_moment_does_not_overlap(other):
    assert overlapping([(TODAY, time(9), time(11)), other]) == frozenset()


def test_monday_is_the_first_day_of_its_own_week():
    assert monday_of(date(2026, 11, 23)) == date(2026, 11, 23) == monday_of(date(2026, 11, 29))
