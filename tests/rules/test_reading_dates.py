"""One cell at a time: days, births, lengths and times of day, in every way they are written."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import BadInput
from rules.reading_dates import (
    Birth,
    DayPart,
    EventTime,
    read_birth,
    read_event_date,
    read_minutes,
    read_time,
)

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(1972, 1, 1), date(2031, 12, 31))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("9.5.1990", date(1990, 5, 9)),
        ("11.9. 1999", date(1999, 9, 11)),
        ("26.06.05", date(2005, 6, 26)),
        ("17.11. 2026", date(2026, 11, 17)),
        ("2023-07-26", date(2023, 7, 26)),
        ("2023-07-26T00:00:00", date(2023, 7, 26)),
        ("ma 9.3.2026", date(2026, 3, 9)),
        (date(2022, 12, 21), date(2022, 12, 21)),
        (datetime(2022, 12, 21, 9, 30), date(2022, 12, 21)),  # noqa: DTZ001 - worksheets know no zones
        (45678.0, date(2025, 1, 21)),
        ("1.1.31", date(2031, 1, 1)),
        ("1.1.32", date(1932, 1, 1)),
        ("", None),
        (None, None),
    ],
)
def test_event_date_is_read_in_every_way_it_is_written(cell, day):
    assert read_event_date(cell, TODAY) == day


@pytest.mark.parametrize("cell", ["31.2.1990", "9.5.", "kesällä", "9.13.2025", 2011.0, "2025", 3.5])
def test_event_date_that_is_no_day_is_refused(cell):
    with pytest.raises(BadInput):
        read_event_date(cell, TODAY)


@given(DAYS)
def test_every_way_of_writing_a_day_is_the_same_day(day):
    ways = [
        day,
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}.{day.month}. {day.year}",
        f"{day:%d.%m.%y}",
        float((day - date(1899, 12, 30)).days),
    ]

    assert {read_event_date(way, TODAY) for way in ways} == {day}


@pytest.mark.parametrize(
    ("cell", "birth"),
    [
        ("9.5.1990", Birth(date(1990, 5, 9))),
        ("04.08.74", Birth(date(1974, 8, 4))),
        ("26.04.11", Birth(date(2011, 4, 26))),
        ("24.11.26", Birth(date(2026, 11, 24))),
        ("25.11.26", Birth(date(1926, 11, 25))),
        (2011.0, Birth(year=2011)),
        ("1999", Birth(year=1999)),
        ("", Birth()),
    ],
)
def test_birth_is_a_day_or_only_a_year(cell, birth):
    assert read_birth(cell, TODAY) == birth


@pytest.mark.parametrize("cell", ["1.1.2030", 2030.0, "1.1.1850", 1850.0, "joskus"])
def test_birth_that_cannot_be_is_refused(cell):
    with pytest.raises(BadInput):
        read_birth(cell, TODAY)


@pytest.mark.parametrize(
    ("birth", "minor"),
    [
        (Birth(date(2008, 11, 24)), False),
        (Birth(date(2008, 11, 25)), True),
        (Birth(year=2007), False),
        (Birth(year=2008), None),
        (Birth(year=2009), True),
        (Birth(), None),
    ],
)
def test_birth_says_who_is_a_minor_only_when_it_can(birth, minor):
    assert birth.is_minor(TODAY) is minor


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("1h", 60), ("45min", 45), ("90 min", 90), ("1,5 t", 90), ("2", 120), (2.0, 120), ("1 h 30 min", 90),
        ("1:30", 90), ("1½ t", 90), ("½ h", 30), ("2 tuntia", 120), (90.0, 90), (timedelta(hours=1), 60),
        (time(1, 30), 90), ("", None),
    ],
)  # fmt: skip
def test_length_is_read_in_minutes(cell, minutes):
    assert read_minutes(cell) == minutes


@pytest.mark.parametrize("cell", ["pitkään", "0", "30 h", "h", "-1"])
def test_length_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_minutes(cell)


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        ("9-11", EventTime(time(9), time(11), words="9-11")),
        ("klo 13", EventTime(time(13), words="klo 13")),
        ("14:00–15:30", EventTime(time(14), time(15, 30), words="14:00–15:30")),
        ("9.00", EventTime(time(9), words="9.00")),
        ("klo 9.30 - 11", EventTime(time(9, 30), time(11), words="klo 9.30 - 11")),
        ("ip", EventTime(part=DayPart.AFTERNOON, words="ip")),
        ("aamupäivä", EventTime(part=DayPart.MORNING, words="aamupäivä")),
        (time(13, 15), EventTime(time(13, 15), words="13:15:00")),
        (0.375, EventTime(time(9), words="09.00")),
        (9.0, EventTime(time(9), words="9")),
        ("", EventTime()),
    ],
)
def test_time_is_a_start_an_end_or_a_part_of_the_day(cell, when):
    assert read_time(cell) == when


@pytest.mark.parametrize("cell", ["aamukahvin jälkeen", "25", "11-9", "9-10-11", "-"])
def test_time_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_time(cell)
