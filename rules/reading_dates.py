"""What one cell says as a day, a birth, a time of day or a length. No clock: ``today`` is given."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from rules.errors import BadInput
from rules.reading import Cell, text_of
from rules.wording import N_

YearOf = Callable[[int, int, int], int]

OLDEST_BIRTH_YEAR = 1900
ADULT_AT = 18
# A register is kept of what has been and of what is agreed a few years ahead.
YEARS_AHEAD = 5
SERIAL_EPOCH = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)
BARE_HOURS_AT_MOST = 12
LONGEST_MINUTES = 24 * 60

_WEEKDAY = re.compile(r"^(ma|ti|ke|to|pe|la|su|mån|tis|ons|tors|fre|lör|sön)\.?\s+", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_DOTTED_DATE = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4}|\d{2})\.?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LENGTH = re.compile(
    r"(?:(?P<hours>\d+(?:[.,]\d+)?)\s*(?:h|t|tuntia|tunti|tim|timmar|hours?)\.?)?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:m|min|minuuttia|minuter|minutes?)\.?)?"
)
_CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")
_CLOCK_LABEL = re.compile(r"^(?:klo|kl|kello)\.?\s*", re.IGNORECASE)


class DayPart(StrEnum):
    """What is known of the time when no hour is."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


DAY_PARTS = {
    "ap": DayPart.MORNING, "aamupäivä": DayPart.MORNING, "aamupäivällä": DayPart.MORNING,
    "aamu": DayPart.MORNING, "fm": DayPart.MORNING,
    "ip": DayPart.AFTERNOON, "iltapäivä": DayPart.AFTERNOON, "iltapäivällä": DayPart.AFTERNOON,
    "em": DayPart.AFTERNOON, "ilta": DayPart.EVENING, "illalla": DayPart.EVENING, "kväll": DayPart.EVENING,
}  # fmt: skip


@dataclass(frozen=True)
class Birth:
    """A date, or only the year, or nothing known."""

    born_on: date | None = None
    year: int | None = None

    @property
    def known_year(self) -> int | None:
        return self.born_on.year if self.born_on else self.year

    def is_minor(self, today: date) -> bool | None:
        """Whether the person is under 18 on ``today``; None when what is known does not tell."""
        if self.born_on:
            return (today.year - self.born_on.year, today.month, today.day) < (
                ADULT_AT, self.born_on.month, self.born_on.day)  # fmt: skip
        if self.year is None or today.year - self.year == ADULT_AT:
            return None
        return today.year - self.year < ADULT_AT


@dataclass(frozen=True)
class EventTime:
    """``part`` when only a part of the day is known; ``words`` is the cell as written."""

    start: time | None = None
    end: time | None = None
    part: DayPart | None = None
    words: str = ""


def read_event_date(cell: Cell, today: date) -> date | None:
    """The day of something that happens. A two-digit year is at most five years ahead of ``today``."""
    return _read_date(cell, lambda yy, _month, _day: _century(yy, today.year + YEARS_AHEAD))


def read_birth(cell: Cell, today: date) -> Birth:
    """A day or a year of birth. A two-digit year is the latest one that is not in the future."""
    year = _lone_year(cell)
    if year is None:
        birth = Birth(_read_date(cell, lambda yy, month, day: _birth_century(yy, month, day, today)))
    else:
        birth = Birth(year=year)
    year = birth.known_year
    if (birth.born_on and birth.born_on > today) or (year and year > today.year):
        raise BadInput(N_("The date of birth is in the future."), field="birth")
    if year and year < OLDEST_BIRTH_YEAR:
        raise BadInput(N_("The year of birth %(year)s is too long ago."), field="birth", year=str(year))
    return birth


def read_minutes(cell: Cell) -> int | None:
    """A length in minutes. A bare number is hours up to twelve, minutes above."""
    minutes = _minutes_of(cell)
    if minutes is None:
        return None
    if not 0 < minutes <= LONGEST_MINUTES:
        raise BadInput(N_("The length must be between a minute and a day."), field="length")
    return minutes


def read_time(cell: Cell) -> EventTime:
    """A start, a start and an end, or a part of the day."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return EventTime(start=cell, words=text_of(cell))
    if isinstance(cell, float) and 0 < cell < 1:
        hour, minute = divmod(round(cell * LONGEST_MINUTES) % LONGEST_MINUTES, 60)
        start = time(hour, minute)
        return EventTime(start=start, words=f"{start:%H.%M}")
    words = text_of(cell)
    if part := DAY_PARTS.get(words.casefold().rstrip(".")):
        return EventTime(part=part, words=words)
    if not words:
        return EventTime()
    ends = re.split(r"\s*[-–—]\s*", _CLOCK_LABEL.sub("", words))
    clocks = [_clock(end, words) for end in ends if end]
    if not 1 <= len(clocks) <= 2 or (len(clocks) == 2 and clocks[1] <= clocks[0]):
        raise BadInput(N_("“%(written)s” is not a time of day."), field="time", written=words)
    return EventTime(clocks[0], clocks[1] if len(clocks) == 2 else None, words=words)


def _lone_year(cell: Cell) -> int | None:
    words = text_of(cell) if isinstance(cell, str | int | float) else ""
    if not re.fullmatch(r"\d{4}", words, re.ASCII):
        return None
    return int(words)


def _read_date(cell: Cell, year_of: YearOf) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and isfinite(cell) and int(cell) in SERIALS:
        return SERIAL_EPOCH + timedelta(days=int(cell))
    words = _WEEKDAY.sub("", text_of(cell))
    if not words:
        return None
    if found := _ISO_DATE.fullmatch(words):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DOTTED_DATE.fullmatch(words):
        day, month, year = (int(part) for part in found.groups())
        year = year_of(year, month, day) if len(found[3]) == 2 else year
    else:
        raise BadInput(N_("“%(written)s” is not a date."), field="date", written=words)
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput(N_("There is no day “%(written)s”."), field="date", written=words) from None


def _century(two_digits: int, latest: int) -> int:
    return 2000 + two_digits if 2000 + two_digits <= latest else 1900 + two_digits


def _birth_century(two_digits: int, month: int, day: int, today: date) -> int:
    year = 2000 + two_digits
    return year if (year, month, day) <= (today.year, today.month, today.day) else year - 100


def _minutes_of(cell: Cell) -> int | None:
    if isinstance(cell, timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    words = text_of(cell).casefold().replace("½", ",5")
    words = re.sub(r"^,", "0,", re.sub(r"\s+,", ",", words))
    if not words:
        return None
    if _NUMBER.fullmatch(words):
        number = Decimal(words.replace(",", "."))
        return round(number * 60) if number <= BARE_HOURS_AT_MOST else round(number)
    if clock := re.fullmatch(r"(\d{1,2}):([0-5]\d)", words):
        return int(clock[1]) * 60 + int(clock[2])
    length = _LENGTH.fullmatch(words)
    if length is None or not any(length.groups()):
        raise BadInput(N_("“%(written)s” is not a length of time."), field="length", written=words)
    hours = Decimal((length["hours"] or "0").replace(",", "."))
    return round(hours * 60) + int(length["minutes"] or 0)


def _clock(words: str, whole: str) -> time:
    found = _CLOCK.fullmatch(words)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise BadInput(N_("“%(written)s” is not a time of day."), field="time", written=whole)
    return time(int(found[1]), int(found[2] or 0))
