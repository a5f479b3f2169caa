"""Signing in with an authenticator app, in Chromium: set up with a real code, asked for the next time, clean for axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.authenticator import code
from tests.browser.test_pages import assert_clean
from tests.people import PASSWORD, make_user

pytestmark = pytest.mark.browser

USERS = re.compile("/admin/user/$")


def sign_in(page, user):
    page.goto("/admin/user/")
    page.fill("#email", user.email)
    page.fill("#password", PASSWORD)
    page.click("main button.main")


def type_code(page, typed):
    page.fill("#code", typed)
    page.click("main button.main")


def test_administrator_sets_up_the_app_and_signs_in_with_it_the_next_time(open_page):
    user, page = make_user("admin"), open_page()

    sign_in(page, user)
    expect(page.locator("main img.qr")).to_have_js_property("complete", True)
    assert page.locator("main img.qr").evaluate("picture => picture.naturalWidth") > 100
    assert_clean(page)
    page.click("main details summary")
    secret = page.inner_text("[data-secret]")
    type_code(page, "000000")
    expect(page.locator("#code-error")).to_be_visible()
    assert_clean(page)
    type_code(page, code(secret))
    expect(page.locator("ul.codes li")).to_have_count(10)
    assert_clean(page)
    recovery = page.locator("ul.codes li").first.inner_text()
    page.click("main a.main")
    expect(page).to_have_url(USERS)

    page = open_page()
    sign_in(page, user)
    assert_clean(page)
    type_code(page, code(secret, steps=1))
    expect(page).to_have_url(USERS)

    page = open_page()
    sign_in(page, user)
    page.click("main details summary")
    page.fill("#recovery", recovery)
    page.click("main button.main")
    expect(page.locator(".note.look")).to_be_visible()
    expect(page).to_have_url(USERS)


def test_own_page_is_clean_before_and_after_a_wrong_password(login, open_page):
    page = open_page(login("coordinator"))

    page.goto("/account/")
    assert_clean(page)
    page.fill("#passwordpassword", "wrong")
    page.fill("#new_password", "kolme sanaa metsästä")
    page.keyboard.press("Enter")

    expect(page.locator("#passwordpassword")).to_be_focused()
    expect(page.locator("#passwordpassword-error")).to_be_visible()
    assert_clean(page)


def test_page_behind_a_link_is_clean(open_page):
    page = open_page()

    page.goto("/set-up/unknown")
    assert_clean(page)
    page.goto("/login/forgotten")
    assert_clean(page)
