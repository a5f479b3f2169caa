"""When a payment must be in the Incomes Register; the Finnish days that move a deadline. Reports nothing."""

from datetime import date, timedelta
from functools import cache

DAYS_TO_REPORT = 5
SATURDAY = 5


def report_deadline(payment_date: date) -> date:
    """The fifth calendar day after the payment date, or the first working day after that.

    Sources: vero.fi, "Deadlines for reporting"; act 150/1930, sections 2 and 5.
    """
    deadline = payment_date + timedelta(days=DAYS_TO_REPORT)
    while not is_working_day(deadline):
        deadline += timedelta(days=1)
    return deadline


def last_day_overdue(today: date) -> date:
    """The newest payment date whose deadline has passed by ``today``; every day before it is overdue too."""
    day = today - timedelta(days=DAYS_TO_REPORT + 1)
    while report_deadline(day) >= today:
        day -= timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Whether a deadline of an authority can fall on ``day``: no Saturday, Sunday or holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """Finnish public holidays, and the eves that act 150/1930 (section 5) treats alike."""
    sunday = easter(year)
    midsummer, all_saints = _saturday_from(date(year, 6, 20)), _saturday_from(date(year, 10, 31))
    fixed = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))
    # Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday.
    after_easter = (-2, 0, 1, 39, 49)
    return frozenset(
        {
            *(date(year, month, day) for month, day in fixed),
            *(sunday + timedelta(days=days) for days in after_easter),
            midsummer - timedelta(days=1),
            midsummer,
            all_saints,
        }
    )


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    shift = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - shift - in_century % 4) % 7
    late = (golden + 11 * shift + 22 * weekday) // 451
    month, day = divmod(shift + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)
