"""The days on which Finnish banks move money. Knows no clock."""

from datetime import date, timedelta

from rules.income_register import is_working_day


def bank_day_from(day: date) -> date:
    """``day``, or the first banking day after it.

    A Saturday, Sunday or Finnish holiday is none, nor is Midsummer Eve or Christmas Eve; the days on which the
    euro system (TARGET) rests are all among them.
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
