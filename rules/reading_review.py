"""Who read how much: a month of readings counted by person and role, and which of them is more than work explains.

Nothing here knows what was read. A day is a day where the office is; the caller turns instants into days.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

RECORDS_A_DAY = 30
"""More different sensitive records than this, opened by one person in a day, are bulk reading: four an hour all day."""

REVEALS_A_DAY = 15
"""Masked data shown more often than this in a day is bulk reading: a payment run has them in its file."""

ROWS_A_DAY = 1000
"""More rows than this taken out in files in a day."""


@dataclass(frozen=True)
class Reading:
    """One row of the access log, without what it says of the record but its name."""

    on: date
    actor: str
    role: str
    what: str
    subject: str
    rows: int


@dataclass(frozen=True)
class Alert:
    """One kind of reading of a day that is over its limit; ``kind`` is ``opened``, ``revealed`` or ``rows``."""

    on: date
    kind: str
    count: int
    limit: int


@dataclass(frozen=True)
class Reader:
    """What one person read in a role: different records opened, times, fields shown in full, rows taken out."""

    actor: str
    role: str
    records: int
    openings: int
    reveals: int
    rows: int
    alerts: tuple[Alert, ...]


LIMITS = {"opened": RECORDS_A_DAY, "revealed": REVEALS_A_DAY, "rows": ROWS_A_DAY}
OUT = frozenset({"export", "download", "report"})


def review(readings: Iterable[Reading]) -> list[Reader]:
    """The readers, those over a limit first, then whoever opened most."""
    by_reader: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        by_reader[reading.actor, reading.role].append(reading)
    found = [_reader(actor, role, rows) for (actor, role), rows in by_reader.items()]
    return sorted(found, key=lambda one: (-len(one.alerts), -one.records, one.actor, one.role))


def _reader(actor: str, role: str, readings: list[Reading]) -> Reader:
    opened = [one for one in readings if one.what in ("open", "reveal")]
    return Reader(
        actor, role, len({one.subject for one in opened}), sum(one.what == "open" for one in readings),
        sum(one.what == "reveal" for one in readings), sum(one.rows for one in readings if one.what in OUT),
        tuple(_alerts(readings)))


def _alerts(readings: list[Reading]) -> list[Alert]:
    by_day: Counter[tuple[date, str]] = Counter()
    by_day.update((on, "opened") for on, _ in {(one.on, one.subject) for one in readings if one.what == "open"})
    by_day.update((one.on, "revealed") for one in readings if one.what == "reveal")
    for one in readings:
        if one.what in OUT:
            by_day[one.on, "rows"] += one.rows
    return [Alert(on, kind, count, LIMITS[kind]) for (on, kind), count in sorted(by_day.items())
            if count > LIMITS[kind]]


def month_before(day: date) -> date:
    """The first day of the month before that of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after that of ``day``."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
