"""The bar of actions, the preview and the outcome in Chromium: counted aloud, by keyboard, clean for axe."""

import pytest
from playwright.sync_api import expect

from models import Order
from rules.choices import Language
from rules.permissions import Role
from rules.states import OrderStatus
from tests.browser.test_pages import NARROW, assert_clean
from tests.factories import make, make_many

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app, login, open_page):
    """The list of orders: two that can be searched for, one that cannot."""
    make_many(Order, 2)
    make(Order, status=OrderStatus.CLOSED)
    page = open_page(login(Role.COORDINATOR, language=Language.EN))
    page.goto("/admin/order/")
    return page


def ticks(page):
    return page.locator("input[name=id][form=bulk]")


def test_bar_counts_what_is_ticked_and_shows_the_actions_then(page):
    chosen, action = page.locator("[data-chosen]"), page.locator("#bulk button[value=search]")
    expect(chosen).to_have_text("No row is chosen.")
    expect(action).to_be_hidden()

    ticks(page).nth(0).check()
    expect(chosen).to_have_text("One row is chosen.")
    expect(action).to_be_visible()
    page.locator("input[name=which][value=page]").check()
    expect(chosen).to_have_text("3 rows are chosen.")
    expect(page.locator("[data-mark-all]")).to_be_checked()
    ticks(page).nth(2).uncheck()

    expect(chosen).to_have_text("2 rows are chosen.")
    expect(page.locator("input[name=which][value=ticked]")).to_be_checked()


def test_rows_are_acted_on_by_keyboard_alone(page):
    page.locator("tbody tr", has_text="received").first.locator("input[name=id]").focus()
    page.keyboard.press("Space")
    page.locator("#bulk button[value=search]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text("Start searching")
    expect(page.locator("main")).to_contain_text("Nothing has been done yet.")


def test_every_page_of_an_action_is_clean_and_whole_on_a_phone(page):
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.locator("input[name=which][value=page]").check()
    assert_clean(page)

    page.click("#bulk button[value=search]")
    expect(page.locator("main")).to_contain_text("2 rows can be done.")
    assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("main form[data-guard] button.main")
    expect(page.locator("main [role=status]")).to_contain_text("2 rows were done. One was refused")

    assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_bar_works_without_scripts(app, login, open_page):
    orders = make_many(Order, 2)
    page = open_page(login(Role.COORDINATOR, language=Language.EN), java_script_enabled=False)

    page.goto("/admin/order/")
    page.locator("input[name=which][value=page]").check()
    page.click("#bulk button[value=search]")
    page.click("main form[data-guard] button.main")

    expect(page.locator("main [role=status]")).to_contain_text("2 rows were done.")
    assert {order.status for order in orders} == {OrderStatus.SEARCHING}
