"""The calendar and the board in Chromium: clean, by keyboard, on a phone; a card moved by its verb."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models import db
from rules.states import OrderStatus
from tests.browser.test_pages import NARROW, WIDE, assert_clean, send, tab_to
from tests.calendar_world import TODAY, event, meeting_of, session_of, takes_part

pytestmark = pytest.mark.browser


@pytest.fixture
def busy_month(app):
    app.config["TODAY"] = TODAY
    for _ in range(6):
        event()
    takes_part(event(on=TODAY + timedelta(1)), protected=True)
    event(on=TODAY + timedelta(2), status=OrderStatus.CANCELLED)
    session_of(), meeting_of()


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_calendar_is_clean(busy_month, login, open_page, view):
    page = open_page(login("coordinator"))

    page.goto(f"/admin/calendar/?view={view}")
    page.click(".subscribe summary")

    assert_clean(page)


def test_board_is_clean_with_a_card_open(busy_month, login, open_page):
    page = open_page(login("coordinator"))

    page.goto("/admin/board/")
    page.locator("details.next summary").first.click()
    page.locator("details.next[open] .leads a >> nth=1").wait_for()

    assert_clean(page)


def test_keyboard_alone_goes_from_the_month_to_all_of_a_full_day_and_to_its_record(busy_month, login, open_page):
    page = open_page(login("coordinator"), viewport={"width": WIDE, "height": 900})

    page.goto("/admin/calendar/")
    tab_to(page, "a.more-of-day")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=agenda&day=2026-11-24")
    entries = page.locator("ol.agenda > li:first-child a.entry").count()
    tab_to(page, "a.entry")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/order/details/**")

    assert entries == 8


def test_month_on_a_phone_is_a_list_of_the_days_with_something_in_them(busy_month, login, open_page):
    page = open_page(login("coordinator"), viewport={"width": NARROW, "height": 800})

    page.goto("/admin/calendar/")
    days = page.locator("table.calendar td:visible .day").all_inner_texts()

    assert days == ["Ti 24.11.2026", "Ke 25.11.2026", "To 26.11.2026"]
    assert page.locator("table.calendar thead:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


def test_new_address_of_the_feed_is_shown_with_the_focus_on_it(busy_month, login, open_page):
    page = open_page(login("coordinator"))

    page.goto("/admin/calendar/?view=week")
    page.click(".subscribe summary")
    send(page)

    expect(page.locator(".subscribe .note")).to_be_focused()
    assert page.input_value("#feed").endswith(".ics")
    assert_clean(page)


def test_card_is_moved_by_its_verb_with_the_keyboard_alone(app, login, open_page):
    app.config["TODAY"] = TODAY
    order = event(status=OrderStatus.RECEIVED).order
    page = open_page(login("coordinator"), viewport={"width": WIDE, "height": 900})

    page.goto("/admin/board/")
    tab_to(page, "details.next summary")
    page.keyboard.press("Enter")
    step = f"a[href^='/admin/order/verb/search/?id={order.id}']"
    page.locator(step).wait_for()
    tab_to(page, step)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/order/verb/search/**")
    tab_to(page, "main form button.main")
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=column-searching] li.card")).to_have_count(1)

    db.session.commit()  # look anew
    assert order.status is OrderStatus.SEARCHING
    assert page.locator("section[aria-labelledby=column-received] li.card").count() == 0


def test_board_scrolls_inside_its_box_on_a_phone(busy_month, login, open_page):
    page = open_page(login("coordinator"), viewport={"width": NARROW, "height": 800})

    page.goto("/admin/board/")
    box = page.locator(".board")

    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


def test_card_leads_to_its_order_without_scripts(busy_month, login, open_page):
    page = open_page(login("coordinator"), java_script_enabled=False)

    page.goto("/admin/board/")
    page.locator("details.next summary").first.click()
    page.locator("details.next[open] .leads a").click()

    assert page.url.split("?")[0].endswith("/admin/order/details/")
