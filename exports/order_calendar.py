"""The times of one order as an iCalendar file, to be saved beside a briefing. No names and no themes."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from models import Order
from rules.wording import N_, capital

ZONE = ZoneInfo("Europe/Helsinki")
PRODUCT = "-//Kokemussilta//Briefing//FI"


def order_calendar(order: Order, host: str, translate: Callable[[str], str], *, with_place: bool) -> bytes:
    """Each time of ``order`` as an event, in UTF-8. ``host`` is part of each UID, which stays when the time changes."""
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    for one in order.occasions:
        event = Event()
        event.add("UID", f"order-{one.id}@{host}")
        event.add("DTSTAMP", datetime.now(UTC))
        event.add("SEQUENCE", one.version)
        event.add("DTSTART", datetime.combine(one.on, one.starts, ZONE) if one.starts else one.on)
        if one.starts and one.ends:
            event.add("DTEND", datetime.combine(one.on, one.ends, ZONE))
        event.add("SUMMARY", capital(translate(order.kind.label)))
        town = "" if one.municipality is None else str(one.municipality)
        place = translate(N_("Remote")) if one.remote else ", ".join(part for part in (one.place, town) if part)
        if place and with_place:
            event.add("LOCATION", place)
        calendar.add_component(event)
    if order.occasions:
        calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written
