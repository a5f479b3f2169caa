"""The squares of a calendar: which days a view shows, where it turns to, which times overlap. Knows no records."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

from rules.choices import Choice
from rules.wording import N_

DAY, WEEK, FOUR_WEEKS = timedelta(1), timedelta(7), timedelta(28)
FIRST, LAST = date(1970, 1, 5), date(2199, 12, 29)
"""A Monday and a Sunday: no view reaches past them, so that no arithmetic on days can fail."""

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Times = tuple[date, time | None, time | None]
"""A day with a start and an end, each None while it is not known."""


class View(Choice):
    """How much of the calendar is seen at once."""

    MONTH = "month", N_("Month")
    WEEK = "week", N_("Week")
    AGENDA = "agenda", N_("Agenda")


def read_day(text: str, today: date) -> date:
    """The day written as YYYY-MM-DD; ``today`` for anything else and for days out of reach."""
    try:
        day = date.fromisoformat(text) if WRITTEN.fullmatch(text) else today
    except ValueError:
        return today
    return day if FIRST <= day <= LAST else today


def monday_of(day: date) -> date:
    return day - timedelta(day.weekday())


def month_start(day: date, further: int = 0) -> date:
    """The first day of the month of ``day``, or of the month ``further`` months on."""
    number = day.year * 12 + day.month - 1 + further
    return date(number // 12, number % 12 + 1, 1)


def days_from(first: date, last: date) -> tuple[date, ...]:
    """Every day from ``first`` to ``last``, both included."""
    return tuple(first + timedelta(n) for n in range((last - first).days + 1))


def weeks_of(first: date, last: date) -> tuple[tuple[date, ...], ...]:
    """The whole weeks, Monday first, that hold the days from ``first`` to ``last``."""
    days = days_from(monday_of(first), monday_of(last) + WEEK - DAY)
    return tuple(days[n:n + 7] for n in range(0, len(days), 7))


def span(view: View, day: date) -> tuple[date, date]:
    """The first and the last day that ``view`` shows around ``day``; an agenda begins with it."""
    if view is View.AGENDA:
        return day, min(day + FOUR_WEEKS - DAY, LAST)
    if view is View.WEEK:
        return monday_of(day), monday_of(day) + WEEK - DAY
    weeks = weeks_of(month_start(day), month_start(day, 1) - DAY)
    return max(weeks[0][0], FIRST), min(weeks[-1][-1], LAST)


def turned(view: View, day: date, forward: bool) -> date:
    """The day to show ``view`` around when its page is turned once."""
    if view is View.MONTH:
        goal = month_start(day, 1 if forward else -1)
    else:
        step = WEEK if view is View.WEEK else FOUR_WEEKS
        goal = day + step if forward else day - step
    return min(max(goal, FIRST), LAST)


def week_number(day: date) -> int:
    """The ISO week, 1 to 53."""
    return day.isocalendar().week


def overlapping(times: Sequence[Times]) -> frozenset[int]:
    """Places in ``times`` of those that share a moment with another one. What has no start or no end shares none."""
    known = sorted((on, starts, ends, at) for at, (on, starts, ends) in enumerate(times) if starts and ends)
    found: set[int] = set()
    longest: tuple[date, time, int] | None = None
    for on, starts, ends, at in known:
        if longest and longest[0] == on and starts < longest[1]:
            found |= {at, longest[2]}
        if longest is None or (on, ends) > longest[:2]:
            longest = (on, ends, at)
    return frozenset(found)
