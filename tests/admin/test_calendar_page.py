"""The calendar page and the address of the feed: what is shown where, nothing cut in silence, keys that open and do not."""

import hashlib
import re
from datetime import date, time, timedelta

import icalendar
import pytest
from lxml import html

from models import ChangeLog, db
from rules.choices import Language
from rules.states import OrderStatus
from tests.admin.test_list_pages import Queries
from tests.calendar_world import PLACE, TODAY, event, meeting_of, session_of, takes_part
from tests.conftest import token
from tests.people import make_user

AT = "/admin/calendar/"
FINNISH = {"Accept-Language": "fi"}
ADDRESS = re.compile(r'value="http://localhost(/calendar/([\w-]+)\.ics)"')


@pytest.fixture(autouse=True)
def today(app):
    app.config["TODAY"] = TODAY


def page(client, query=""):
    answer = client.get(AT + query, headers=FINNISH)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def texts(found):
    return [" ".join(one.text_content().split()) for one in found]


def make_address(client, do="make"):
    """What the page answers to the button."""
    return client.post(f"{AT}address/", data={"do": do, "csrf_token": token(client, AT)})


def new_feed(client):
    return ADDRESS.search(make_address(client).text).group(1)


# --- the page


def test_month_is_a_table_of_whole_weeks_with_their_numbers(login):
    shown = page(login("coordinator"))

    table = shown.xpath("//main//table")[0]
    assert [len(row.xpath("./td")) for row in table.xpath("./tbody/tr")] == [7] * 6
    assert texts(table.xpath("./tbody/tr/th[@scope='row']")) == ["44", "45", "46", "47", "48", "49"]
    assert len(table.xpath("./thead/tr/th[@scope='col']")) == 8
    assert table.xpath("./thead/tr/th/abbr/@title")[1:] == [
        "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"]
    assert texts(shown.xpath("//h1")) == ["Marraskuu 2026"]


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_today_is_marked_once(login, view):
    marked = page(login("coordinator"), f"?view={view}").xpath("//time[@aria-current='date']/@datetime")

    assert marked == ["2026-11-24"]


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_another_time_has_no_mark_of_today(login, view):
    assert page(login("coordinator"), f"?view={view}&day=2026-03-10").xpath("//time[@aria-current='date']") == []


@pytest.mark.parametrize(("language", "title", "times"), [
    ("fi", "Marraskuu 2026", "9.05–11.00"), ("sv", "November 2026", "9.05–11.00"), ("en", "November 2026", "9:05–11:00")])
def test_names_and_times_are_in_the_readers_language(login, language, title, times):
    event(starts=time(9, 5))
    client = login("coordinator", language=Language(language))

    month, week = (html.fromstring(client.get(f"{AT}?view={view}").text) for view in ("month", "week"))

    assert texts(month.xpath("//h1")) == [title]
    assert texts(week.xpath("//span[@class='when']")) == [times]


@pytest.mark.parametrize(("view", "back", "on"), [
    ("month", "2026-10-01", "2026-12-01"), ("week", "2026-11-17", "2026-12-01"), ("agenda", "2026-10-27", "2026-12-22")])
def test_page_turns_back_and_on_and_keeps_what_was_chosen(login, view, back, on):
    shown = page(login("coordinator"), f"?view={view}&kind=order")

    addresses = shown.xpath("//main//a[@rel]/@href")
    assert addresses == [f"{AT}?view={view}&day={day}&kind=order" for day in (back, on)]


@pytest.mark.parametrize("query", [
    "?day=x", "?day=0001-01-01", "?day=9999-12-31", "?day=1970-01-05", "?day=2199-12-29", "?view=x", "?kind=x",
    "?view=week&day=2199-12-29", "?view=agenda&day=2199-12-29", "?kind=order&kind=order", "?day=2026-02-30"])
def test_page_takes_any_address(login, query):
    assert login("coordinator").get(AT + query).status_code == 200


def test_filter_shows_one_kind(login):
    event(), session_of(), meeting_of()
    client = login("coordinator")

    assert [len(page(client, query).xpath("//a[contains(@class, 'entry')]")) for query in ("", "?kind=meeting")] == [3, 1]
    assert page(client, "?kind=meeting").xpath("//a[contains(@class, 'entry')]/@class") == ["entry kind-meeting"]


def test_role_with_one_kind_has_no_filter(login):
    assert page(login("steering")).xpath("//nav[contains(@class, 'kinds')]") == []
    assert len(page(login("coordinator")).xpath("//nav[contains(@class, 'kinds')]")) == 1


@pytest.mark.parametrize(("events", "shown", "more"), [(4, 4, []), (5, 3, ["2"]), (12, 3, ["9"])])
def test_full_day_says_how_many_more_there_are_and_where(login, events, shown, more):
    for _ in range(events):
        event()
    client = login("coordinator")

    month = page(client)
    rest = month.xpath("//a[@class='more-of-day']")

    assert len(month.xpath("//td//a[contains(@class, 'entry')]")) == shown
    assert [re.search(r"\d+", link.text).group() for link in rest] == more
    for link in rest:
        assert link.get("href") == f"{AT}?view=agenda&day=2026-11-24"
    assert len(page(client, "?view=agenda&day=2026-11-24").xpath("//ol//a[contains(@class, 'entry')]")) == events
    assert len(page(client, "?view=week").xpath("//td//a[contains(@class, 'entry')]")) == events


def test_entry_leads_to_its_record(login):
    occasion, session, meeting = event(), session_of(), meeting_of()

    links = page(login("coordinator"), "?view=week").xpath("//a[contains(@class, 'entry')]/@href")

    assert links == [f"/admin/order/details/?id={occasion.order_id}",
                     f"/admin/supervisionsession/details/?id={session.id}", f"/admin/meeting/details/?id={meeting.id}"]


def test_two_at_the_same_time_are_marked_and_a_cancelled_one_stands_in_nobodys_way(login):
    event(), event(starts=time(10), ends=time(12)), event(status=OrderStatus.CANCELLED)
    event(on=TODAY + timedelta(1)), event(on=TODAY + timedelta(1), status=OrderStatus.CANCELLED)

    chips = page(login("coordinator"), "?view=week").xpath("//span[@class='chip look']")

    assert len(chips) == 2


def test_orderers_page_is_the_same_whether_the_expert_is_protected(login):
    occasion = event()
    expert = takes_part(occasion)
    client = login("orderer", organisation=occasion.order.organisation)
    pages = []
    for protected in (False, True):
        expert.protected = protected
        pages.append(html.tostring(page(client, "?view=agenda").xpath("//ol[@class='agenda']")[0]))

    assert pages[0] == pages[1]
    assert (PLACE.encode() in pages[0], str(expert).encode() in pages[0]) == (False, False)


@pytest.mark.parametrize(("role", "code", "beside"), [
    ("coordinator", 200, [AT, "/admin/board/"]), ("orderer", 200, [AT, "/admin/board/"]), ("steering", 200, [AT]),
    ("trainer", 403, []), ("finance", 403, []), ("expert", 403, []), ("admin", 403, [])])
def test_calendar_opens_for_the_roles_of_the_table_and_stands_in_their_menu(login, role, code, beside):
    client = login(role)

    menu = html.fromstring(client.get("/admin/").text).xpath("//nav[@id='side']/ul[1]//a/@href")

    assert client.get(AT).status_code == code
    assert menu == ["/admin/", *beside]


def test_nobody_is_asked_to_sign_in(client):
    assert [client.get(at).location for at in (AT, "/admin/board/")] == [
        f"/login?next={at}" for at in (AT, "/admin/board/")]


def test_page_asks_as_much_for_thirty_rows_as_for_one(login):
    client = login("coordinator")

    def asked():
        with Queries() as queries:
            client.get(f"{AT}?view=agenda")
        return len(queries.asked)

    takes_part(event()), session_of(), meeting_of()
    asked()
    few = asked()
    for _ in range(29):
        takes_part(event()), session_of(), meeting_of()

    assert asked() == few


# --- the address of the feed


def test_address_is_shown_once_and_kept_as_its_digest(login):
    client = login("coordinator")

    path, secret = ADDRESS.search(make_address(client).text).groups()

    db.session.refresh(client.user)
    assert client.user.calendar_key == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) == 43
    assert (secret in client.get(AT).text, client.get(path).status_code) == (False, 200)


def test_log_says_that_the_address_changed_and_not_to_what(login):
    client = login("coordinator")

    make_address(client)

    rows = db.session.query(ChangeLog).filter_by(subject=client.user.subject, verb="edit").all()
    assert [row.values() for row in rows] == [{"calendar_key": [None, None]}]


def test_new_address_kills_the_old_one(login):
    client = login("coordinator")
    old = new_feed(client)
    new = new_feed(client)

    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_address_that_is_taken_away_opens_nothing(login):
    client = login("coordinator")
    feed = new_feed(client)
    before = client.get(feed).status_code

    make_address(client, "remove")

    assert (before, client.get(feed).status_code) == (200, 404)


@pytest.mark.parametrize(("data", "code"), [({"do": "make"}, 400), (None, 405)], ids=["no token", "no form"])
def test_address_is_made_by_a_form_of_ours_alone(login, data, code):
    client = login("coordinator")

    answer = client.post(f"{AT}address/", data=data) if data else client.get(f"{AT}address/")

    db.session.refresh(client.user)
    assert (answer.status_code, client.user.calendar_key) == (code, None)


def test_role_without_a_calendar_makes_no_address(login):
    client = login("finance")

    answer = client.post(f"{AT}address/", data={"do": "make", "csrf_token": token(client, "/admin/")})

    db.session.refresh(client.user)
    assert (answer.status_code, client.user.calendar_key) == (403, None)


# --- the feed


def feed_of(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


@pytest.mark.parametrize(("role", "numbers"), [("coordinator", 2), ("orderer", 1)])
def test_feed_needs_no_sign_in_and_shows_what_its_owner_sees(login, client, role, numbers):
    own = event()
    event()
    owner = login(role, organisation=own.order.organisation)

    found = feed_of(client, new_feed(owner))

    assert len(found) == numbers
    assert {str(one["UID"]) for one in found} >= {f"order-{own.id}@localhost"}


def test_feed_reaches_three_months_back_and_a_year_ahead(login, client):
    for days in (-93, -92, 0, 366, 367):
        event(on=TODAY + timedelta(days))

    found = feed_of(client, new_feed(login("coordinator")))

    assert [one.decoded("DTSTART").date() for one in found] == [date(2026, 8, 24), TODAY, date(2027, 11, 25)]


def test_feed_is_in_the_language_of_its_owner(login, client):
    meeting_of()
    found = [feed_of(client, new_feed(login("coordinator", language=Language(language)))) for language in ("fi", "en")]

    assert [str(events[0]["SUMMARY"]) for events in found] == ["Kokous: ohjausryhmä", "Meeting: steering group"]


def test_feed_of_several_roles_is_that_of_the_first_with_a_calendar(login, client):
    event(), meeting_of()
    both = login(user=make_user("finance", "steering", "coordinator"))
    with both.session_transaction() as cookie:
        cookie["role"] = "coordinator"

    found = feed_of(client, new_feed(both))

    assert [str(one["UID"]).split("-")[0] for one in found] == ["meeting"]


def test_unchanged_feed_is_not_sent_again_and_a_changed_one_is(login, client):
    occasion = event()
    path = new_feed(login("coordinator"))
    tag = client.get(path).headers["ETag"]

    same = client.get(path, headers={"If-None-Match": tag})
    occasion.starts = time(10)
    changed = client.get(path, headers={"If-None-Match": tag})

    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)
    assert changed.headers["Cache-Control"] == "private, no-cache"


def test_cancelled_event_is_told_as_cancelled_and_keeps_its_name(login, client):
    event(status=OrderStatus.CANCELLED)
    path = new_feed(login("coordinator"))

    first, second = (feed_of(client, path)[0] for _ in range(2))

    assert (str(first["STATUS"]), first["UID"]) == ("CANCELLED", second["UID"])


@pytest.mark.parametrize("lost", ["inactive", "no role"])
def test_account_that_is_closed_has_no_feed(login, client, lost):
    owner = login("coordinator")
    path = new_feed(owner)
    before = client.get(path).status_code
    if lost == "inactive":
        owner.user.active = False
    else:
        db.session.delete(owner.user.grants[0])

    assert (before, client.get(path).status_code) == (200, 404)


def test_unknown_and_closed_addresses_are_answered_in_the_same_steps(login, client):
    owner = login("coordinator")
    path = new_feed(owner)
    owner.user.active = False
    told = []
    for address in ("/calendar/x.ics", f"/calendar/{'a' * 43}.ics", "/calendar/%C3%A4%FF%00.ics", path):
        with Queries() as queries:
            answer = client.get(address)
        told.append((answer.status_code, len(queries.asked)))

    assert told == [(404, 1)] * 4
