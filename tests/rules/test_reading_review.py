"""Counting a month of readings, and what is more than usual."""

from datetime import date

import pytest

from rules.reading_review import (
    RECORDS_A_DAY,
    REVEALS_A_DAY,
    ROWS_A_DAY,
    Alert,
    Reader,
    Reading,
    month_after,
    month_before,
    review,
)

DAY, NEXT = date(2026, 1, 15), date(2026, 1, 16)


def read(times=1, what="open", on=DAY, actor="Aino", rows=1, first=0):
    return [Reading(on, actor, "coordinator", what, f"Expert:{first + n}", rows) for n in range(times)]


def test_readings_are_counted_by_reader():
    found = review([*read(2), *read(1), *read(1, "reveal"), *read(1, "export", rows=40), *read(1, actor="Eino")])

    assert found == [Reader("Aino", "coordinator", 2, 3, 1, 40, ()), Reader("Eino", "coordinator", 1, 1, 0, 0, ())]


@pytest.mark.parametrize(("readings", "alert"), [
    (read(RECORDS_A_DAY), None), (read(RECORDS_A_DAY + 1), Alert(DAY, "opened", 31, 30)),
    (read(1) * 99, None),  # the same record again is work, not bulk
    (read(20) + read(20, on=NEXT), None),
    (read(REVEALS_A_DAY, "reveal"), None), (read(1, "reveal") * 16, Alert(DAY, "revealed", 16, 15)),
    (read(1, "export", rows=ROWS_A_DAY), None), (read(2, "download", rows=501), Alert(DAY, "rows", 1002, 1000)),
])
def test_day_over_a_limit_is_an_alert(readings, alert):
    assert [one.alerts for one in review(readings)] == [(alert,) if alert else ()]


def test_whoever_is_over_a_limit_stands_first():
    found = review([*read(5, actor="Aino"), *read(5, actor="Aino", on=NEXT, first=50), *read(1, "export", rows=2000,
                    actor="Eino")])

    assert [(one.actor, len(one.alerts)) for one in found] == [("Eino", 1), ("Aino", 0)]


@pytest.mark.parametrize(("day", "before", "after"), [
    (date(2026, 1, 31), date(2025, 12, 1), date(2026, 2, 1)), (date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1)),
    (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 1))])
def test_months_around_a_day(day, before, after):
    assert (month_before(day), month_after(day)) == (before, after)
