"""The five-day deadline and the Finnish days that move it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.income_register import easter, holidays, is_working_day, last_day_overdue, report_deadline

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    "sunday",
    [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2285, 3, 22),
    ],
)
def test_easter_falls_where_the_almanac_says(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_holidays_of_a_year_are_those_of_the_almanac() -> None:
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 6, 19),
        date(2026, 6, 20),
        date(2026, 10, 31),
        date(2026, 12, 6),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("paid", "deadline"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),  # Saturday 21st
        (date(2026, 11, 17), date(2026, 11, 23)),  # Sunday 22nd
        (date(2026, 11, 18), date(2026, 11, 23)),  # Monday, counted to the day
        (date(2026, 11, 19), date(2026, 11, 24)),
        (date(2026, 11, 30), date(2026, 12, 7)),  # Saturday 5th, then Independence Day on Sunday
        (date(2027, 12, 1), date(2027, 12, 7)),  # Independence Day on Monday
        (date(2026, 3, 29), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 4, 26), date(2026, 5, 4)),  # May Day on Friday
        (date(2026, 6, 14), date(2026, 6, 22)),  # Midsummer Eve
        (date(2025, 12, 19), date(2025, 12, 29)),  # Christmas Eve to Sunday
        (date(2026, 12, 27), date(2027, 1, 4)),  # New Year's Day on Friday
    ],
)
def test_deadline_moves_past_days_on_which_offices_rest(paid: date, deadline: date) -> None:
    assert report_deadline(paid) == deadline


@given(days)
def test_deadline_is_a_working_day_never_early_and_never_a_week_late(paid: date) -> None:
    deadline = report_deadline(paid)

    assert is_working_day(deadline)
    assert timedelta(days=5) <= deadline - paid <= timedelta(days=11)
    assert [day for day in _between(paid + timedelta(days=5), deadline) if is_working_day(day)] == []


@given(days)
def test_later_payment_never_has_an_earlier_deadline(paid: date) -> None:
    assert report_deadline(paid) <= report_deadline(paid + timedelta(days=1))


def _between(first: date, end: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((end - first).days)]


@given(today=days)
def test_day_is_overdue_only_when_its_deadline_has_passed(today: date) -> None:
    newest = last_day_overdue(today)

    assert report_deadline(newest) < today <= report_deadline(newest + timedelta(days=1))
