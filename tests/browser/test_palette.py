"""Find anything and the keys, in Chromium: by keyboard alone, clean for axe, and off for whoever wants single keys off."""

import pytest
from playwright.sync_api import expect

from rules.permissions import Role
from tests.browser.test_pages import assert_clean, violations
from tests.people import make_expert

pytestmark = pytest.mark.browser


@pytest.fixture
def page(login, open_page):
    make_expert(alias="Revontuli")
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/")
    return page


def test_record_is_found_and_opened_by_keyboard_alone(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("revon")
    expect(page.locator("#found [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#found [aria-selected=true]")
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == chosen.get_attribute("id")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("Revontuli")


def test_open_box_is_clean_and_escape_closes_it(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("ti")
    expect(page.locator("#found [role=option]").first).to_be_visible()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    assert page.get_attribute("[data-find]", "aria-expanded") == "false"


def test_keys_are_shown_and_work_until_they_are_turned_off(page):
    page.goto("/admin/order/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert_clean(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.uncheck("[data-single-keys]")
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("h")
    page.wait_for_timeout(200)
    assert page.url.endswith("/admin/order/")

    page.click("[data-keys]")
    page.check("[data-single-keys]")
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("h")

    page.wait_for_url("**/admin/")


def test_page_of_what_was_found_is_clean_without_scripts(login, open_page):
    make_expert(alias="Revontuli")
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/find/?q=revontuli")

    expect(page.locator("main section a")).to_have_text(["Revontuli"])
    assert_clean(page)
