"""The calendar feed as an iCalendar file.

It is shown on the locked screens of phones: what kind of event, the number of the order, when and, where nothing
forbids it, the place. No names and no themes.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from models import Meeting
from rules.wording import N_, capital
from services.calendar import Entry, Kind

ZONE = ZoneInfo("Europe/Helsinki")
PRODUCT = "-//Kokemussilta//Calendar//FI"
READ_AGAIN = "PT1H"
Translate = Callable[[str], str]


def feed_bytes(entries: Sequence[Entry], span: tuple[date, date], host: str, translate: Translate) -> bytes:
    """``entries`` as an iCalendar file in UTF-8. The same entries give the same bytes; ``host`` is part of each UID."""
    feed = Calendar()
    feed.add("PRODID", PRODUCT)
    feed.add("VERSION", "2.0")
    feed.add("X-WR-CALNAME", "Kokemussilta")
    feed.add("X-PUBLISHED-TTL", READ_AGAIN)
    for entry in entries:
        feed.add_component(_event(entry, host, translate))
    # Whole years, so that the zone is written the same way tomorrow.
    feed.add_missing_timezones(first_date=date(span[0].year, 1, 1), last_date=date(span[1].year + 1, 1, 1))
    written: bytes = feed.to_ical()
    return written


def _event(entry: Entry, host: str, translate: Translate) -> Event:
    event = Event()
    event.add("UID", f"{entry.kind.value}-{entry.id}@{host}")
    event.add("DTSTAMP", entry.made_at)
    event.add("SEQUENCE", entry.revision)
    for name, value in _times(entry):
        event.add(name, value)
    event.add("SUMMARY", summary(entry, translate))
    if location := _location(entry, translate):
        event.add("LOCATION", location)
    event.add("STATUS", "CANCELLED" if entry.called_off else "TENTATIVE" if entry.is_open_yet else "CONFIRMED")
    return event


def _times(entry: Entry) -> list[tuple[str, Any]]:
    """Start and end in local time; a day without a time is a whole day."""
    if entry.starts is None:
        return [("DTSTART", entry.on)]
    times: list[tuple[str, Any]] = [("DTSTART", datetime.combine(entry.on, entry.starts, ZONE))]
    if entry.ends is not None:
        times.append(("DTEND", datetime.combine(entry.on, entry.ends, ZONE)))
    return times


def summary(entry: Entry, translate: Translate) -> str:
    """What kind of event it is, with the order's number."""
    if entry.kind is Kind.ORDER:
        return f"{capital(translate(entry.title.label))} {entry.number}"
    if entry.kind is Kind.MEETING:
        return f"{translate(Meeting.console.one)}: {translate(entry.title.label)}"
    return translate(entry.kind.label)


def _location(entry: Entry, translate: Translate) -> str:
    """The place; of a remote event that it is one, for its link opens the door to whoever holds the phone."""
    if entry.remote:
        return translate(N_("Remote"))
    town = str(entry.municipality) if entry.municipality else ""
    return ", ".join(part for part in (entry.place, town) if part)
