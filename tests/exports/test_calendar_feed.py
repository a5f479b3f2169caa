"""The calendar feed as a phone reads it: the values in the file, and that it carries nothing that should not leave."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.calendar_feed import feed_bytes
from models import Theme
from rules.choices import GroupKind, OrderKind
from rules.states import OrderStatus
from services.calendar import Entry, Kind
from services.calendar_feed import feed_entries, feed_span
from tests.calendar_world import PLACE, TODAY, TOWN, actor_for, event, meeting_of, session_of, takes_part
from tests.factories import make

HELSINKI = ZoneInfo("Europe/Helsinki")
MADE = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)


def plain(text):
    return text


def entry(**about):
    return Entry(**{
        "kind": Kind.ORDER, "id": 7, "on": TODAY, "starts": time(9), "ends": time(11), "title": OrderKind.TALK,
        "state": OrderStatus.STAFFED, "record": ("Order", 3), "made_at": MADE, "revision": 4, "number": "2026-031"} | about)


def written(*entries):
    return feed_bytes(entries, feed_span(TODAY), "silta.test", plain)


def events(written_feed):
    return icalendar.Calendar.from_ical(written_feed).walk("VEVENT")


def read(event, *names):
    return tuple(event.decoded(name) if name in event else None for name in names)


def test_event_has_its_values_when_it_is_opened_again():
    event = events(written(entry()))[0]

    assert read(event, "UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND", "STATUS") == (
        "order-7@silta.test", MADE, 4, "Talk or lecture 2026-031", datetime(2026, 11, 24, 9, tzinfo=HELSINKI),
        datetime(2026, 11, 24, 11, tzinfo=HELSINKI), "CONFIRMED")
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"


@pytest.mark.parametrize(("on", "utc"), [(date(2026, 7, 1), 6), (date(2026, 12, 1), 7)], ids=["summer", "winter"])
def test_time_is_the_local_one_in_summer_and_in_winter(on, utc):
    event = events(written(entry(on=on)))[0]

    assert event.decoded("DTSTART").astimezone(UTC) == datetime(on.year, on.month, on.day, utc, tzinfo=UTC)


def test_feed_carries_the_rules_of_its_time_zone():
    zones = icalendar.Calendar.from_ical(written(entry())).walk("VTIMEZONE")

    assert [str(zone["TZID"]) for zone in zones] == ["Europe/Helsinki"]


@pytest.mark.parametrize(("times", "start", "end"), [
    ({"starts": None, "ends": None}, TODAY, None),
    ({"ends": None}, datetime(2026, 11, 24, 9, tzinfo=HELSINKI), None)], ids=["whole day", "no end"])
def test_open_times_stay_open(times, start, end):
    assert read(events(written(entry(**times)))[0], "DTSTART", "DTEND") == (start, end)


@pytest.mark.parametrize(("state", "status"), [
    (OrderStatus.RECEIVED, "TENTATIVE"), (OrderStatus.SEARCHING, "TENTATIVE"), (OrderStatus.HELD, "CONFIRMED"),
    (OrderStatus.CANCELLED, "CANCELLED"), (OrderStatus.UNMET, "CANCELLED"), (OrderStatus.REFERRED, "CANCELLED")])
def test_state_of_the_event_follows_that_of_the_order(state, status):
    assert read(events(written(entry(state=state)))[0], "STATUS") == (status,)


@pytest.mark.parametrize(("about", "location"), [
    ({"place": "Väinönkatu 1; ovi B"}, "Väinönkatu 1; ovi B"), ({}, None),
    ({"remote": True, "place": "https://meet.example/secret"}, "Remote")], ids=["place", "none", "remote"])
def test_place_is_told_and_the_link_of_a_meeting_is_not(about, location):
    assert read(events(written(entry(**about)))[0], "LOCATION") == (location,)


@pytest.mark.parametrize(("about", "summary"), [
    ({"kind": Kind.SUPERVISION, "about": "Satu Sirviö"}, "Work supervision"),
    ({"kind": Kind.MEETING, "title": GroupKind.STEERING, "about": "Ohjausryhmä"}, "Meeting: steering group")])
def test_other_kinds_say_what_they_are_and_not_whose(about, summary):
    assert read(events(written(entry(**{"number": ""} | about)))[0], "SUMMARY") == (summary,)


def test_empty_feed_is_a_calendar_too():
    assert events(written()) == []


def test_same_entries_give_the_same_bytes():
    assert written(entry(), entry(id=8)) == written(entry(), entry(id=8))


@given(place=st.text(st.characters(exclude_categories=("C",))), number=st.from_regex(r"[0-9]{4}-[0-9]{1,6}", fullmatch=True),
       number_of=st.integers(1, 10**9))
def test_any_place_comes_back_as_it_was(place, number, number_of):
    found = events(written(entry(id=number_of, number=number, place=place)))[0]

    assert (str(found["UID"]), str(found["SUMMARY"])) == (f"order-{number_of}@silta.test", f"Talk or lecture {number}")
    assert str(found.get("LOCATION", "")) == place


def test_feed_tells_no_name_no_organisation_and_no_theme(session):
    theme = make(Theme, name="Huostaanotto")
    occasion = event(themes=[theme], title="Salainen otsikko", audience="Salainen yleisö")
    expert = takes_part(occasion, first_name="Aino", alias="Revontuli")
    supervision, meeting = session_of(), meeting_of()

    found = written(*feed_entries(actor_for("coordinator"), TODAY)).decode()

    secrets = [theme.name, str(expert), "Aino", "Salainen", occasion.order.organisation.name,
               supervision.supervisor.name, meeting.group.name]
    assert [secret for secret in secrets if secret in found] == []
    assert (occasion.order.number in found, len(events(found)), f"{PLACE}\\, {TOWN}" in found) == (True, 3, True)


def test_protected_expert_takes_the_place_out_of_the_feed(session):
    takes_part(event(), protected=True)

    found = written(*feed_entries(actor_for("coordinator"), TODAY))

    assert [read(one, "LOCATION", "SUMMARY")[0] for one in events(found)] == [None]
    assert PLACE not in found.decode()
