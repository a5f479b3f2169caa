"""List pages in Chromium: filters that come when opened, columns by keyboard, rows chosen, the place kept, reflow."""

from datetime import date
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models import Order, Theme, db
from models.desk import SavedView
from rules.choices import OrderKind
from rules.permissions import Role
from tests.browser.test_pages import assert_clean
from tests.factories import make, make_many
from tests.people import make_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def orders(app):
    make_orders(60)


@pytest.fixture
def few_orders(app):
    """For pages that axe looks at: it takes as long as there are rows."""
    make_orders(6)


def make_orders(count):
    organisation = make_organisation(name="Nuorisokoti Mäntyrinne")
    for number in range(count):
        db.session.add(Order(number=f"2026-{number:03}", organisation=organisation, kind=OrderKind.TALK,
                             received_on=date(2026, 11, 2), minors_present=number % 2 == 0))
    db.session.commit()


def open_filters(page):
    page.click("details[data-panel] > summary")
    expect(page.locator("details[data-panel] form")).to_be_visible()


def test_filters_come_when_they_are_opened_and_are_clean(login, open_page, few_orders):
    make(Theme, name="sijaishuolto")
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/order/?f_status=received&f_nothing=1")
    assert page.locator("details[data-panel] form").count() == 0
    open_filters(page)
    page.get_by_text("Muut sarakkeet").or_(page.get_by_text("Other columns")).first.click()

    assert page.locator("#f-minors_present").is_visible()
    assert_clean(page)


def test_alternatives_are_set_by_hand_and_stand_in_the_address(login, open_page, few_orders):
    make(Order, number="x-1", title="Paneeli")
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/order/")
    open_filters(page)
    page.click("details[data-panel] button[name=panel]")
    page.wait_for_url("**panel=3")
    assert_clean(page)
    for group in page.locator(".alternative details.fold > summary").all():
        group.click()
    page.select_option("[name=or1_minors_present]", "1")
    page.fill("[name=or2_title]", "pane")
    page.click("details[data-panel] button.main")
    page.wait_for_url("**/admin/order/?or1_minors_present=1&or2_title=pane")

    assert page.locator(".either").count() == 2
    assert page.locator("main tbody tr").count() == 4


def test_filters_open_by_a_link_without_scripts(login, open_page, orders):
    page = open_page(login(Role.COORDINATOR), java_script_enabled=False)

    page.goto("/admin/order/?f_status=received")
    page.click("details[data-panel] > summary")
    page.click("details[data-panel] .loading a")
    page.click("details[data-panel] button.main")

    assert page.locator("main tbody tr").count() == 50
    assert page.locator(".pill").count() == 1


def test_columns_are_moved_by_keyboard_and_kept(login, open_page, orders):
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/order/columns/?url=/admin/order/")
    assert_clean(page)
    second = page.locator(".columns li").nth(1).locator("[name=up]")
    name = page.locator(".columns li").nth(1).locator("label").inner_text().strip()

    second.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") in ("up", "down")
    page.click(".savebar button.main")
    page.wait_for_url("**/admin/order/")

    assert page.locator("main thead th:not(.mark)").first.inner_text().strip() == name


def test_all_rows_of_the_page_are_chosen_and_let_go(login, open_page, orders):
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/order/?size=20")
    boxes = page.locator("main tbody .mark input")

    page.check("[data-mark-all]")
    assert [boxes.count(), page.locator("main tbody .mark input:checked").count()] == [20, 20]
    boxes.first.uncheck()
    assert page.locator("[data-mark-all]").evaluate("(one) => [one.checked, one.indeterminate]") == [False, True]
    page.check("[data-mark-all]")
    page.uncheck("[data-mark-all]")

    assert page.locator("main tbody .mark input:checked").count() == 0


def test_coming_back_from_a_record_one_stands_where_one_was(login, open_page, orders):
    page = open_page(login(Role.COORDINATOR), viewport={"width": 1280, "height": 700})
    page.goto("/admin/order/?sort=number&f_status=received")
    page.click("a[rel=next]")
    page.wait_for_url("**after=**")
    address = page.url
    page.go_back()
    page.locator("main tbody tr a").nth(25).scroll_into_view_if_needed()
    before = page.locator(".scroll.tall").evaluate("(box) => box.scrollTop")
    listed = page.url
    assert before > 0

    page.locator("main tbody tr a").nth(25).click()
    page.wait_for_url("**/details/**")
    page.click(".crumbs a")
    page.wait_for_url(listed)

    assert page.locator(".scroll.tall").evaluate("(box) => box.scrollTop") == before
    page.goto(address)
    page.locator("main tbody tr a").first.click()
    page.locator("main .head a[href*='/edit/']").click()
    page.wait_for_url("**/edit/**")
    page.click(".savebar a.quiet")
    page.wait_for_url("**/details/**")
    page.click(".crumbs a")
    page.wait_for_url(address)


def test_list_is_as_it_was_after_opening_editing_failing_saving_and_cancelling(login, open_page, few_orders):
    theme = make(Theme)
    for order in db.session.scalars(sa.select(Order)):
        order.themes = [theme]  # without one it is not saved
    page = open_page(login(Role.COORDINATOR))
    listed = "/admin/order/?q=2026&sort=-number&f_minors_present=1"
    page.goto(listed)
    rows = page.locator("main tbody tr").all_inner_texts()

    page.locator("main tbody tr a").first.click()
    page.wait_for_url("**/details/**")
    page.locator("main .head a[href*='/edit/']").click()
    page.wait_for_url("**/edit/**")
    page.fill("#received_on", "")
    page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
    page.click(".savebar button.main")
    page.locator("[aria-invalid=true]").first.wait_for()
    page.fill("#received_on", "2026-11-02")
    page.fill("#title", "Paneeli")
    page.click(".savebar button.main")
    page.wait_for_url("**/details/**")
    page.locator("main .head a[href*='/edit/']").click()
    page.wait_for_url("**/edit/**")
    page.click(".savebar a.quiet")
    page.wait_for_url("**/details/**")
    page.click(".crumbs a")
    page.wait_for_url(f"**{listed}")

    assert page.locator("main tbody tr").count() == len(rows) == 3
    db.session.rollback()
    assert db.session.scalars(sa.select(Order.number).where(Order.title == "Paneeli")).all() == ["2026-004"]


def test_views_are_saved_shown_and_clean(login, open_page, few_orders):
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/order/?f_minors_present=1")

    page.locator("details.saves > summary").click()
    page.fill("#view-name", "Alaikäisiä paikalla")
    page.click("details.saves button.main")
    page.wait_for_load_state()

    assert page.locator(".tabs [aria-current]").inner_text() == "Alaikäisiä paikalla"
    assert_clean(page)
    page.click(".tabs a.soft")
    page.wait_for_url("**/views/**")
    assert_clean(page)


@pytest.mark.parametrize("width", [320, 360, 1024])
def test_list_never_scrolls_the_page_sideways(width, login, open_page, orders):
    client = login(Role.COORDINATOR)
    make_many(Theme, 9)
    db.session.add(SavedView(user_id=client.user.id, model="Order", name="n" * 120, address="q=1"))
    page = open_page(client, viewport={"width": width, "height": 640})
    odd = urlencode({f"f_{'x' * 60}": "y" * 60, "or1_minors_present": 1, "or2_title": "t" * 60})
    addresses = ["/admin/order/?size=20", "/admin/order/?panel=4", f"/admin/order/?{odd}", "/admin/order/columns/",
                 "/admin/order/views/", "/admin/invoice/", "/admin/statuschange/"]

    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = page.evaluate("document.documentElement.scrollWidth")

    assert found == dict.fromkeys(addresses, width)
