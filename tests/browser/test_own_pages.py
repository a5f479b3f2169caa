"""The pages made for one model: matching, order, batch, report. Clean for axe in every width and scheme."""

import pytest

from rules.states import AssignmentStatus
from tests.browser.test_pages import assert_clean
from tests.money_world import approved_claim, do, new_batch
from tests.services.test_not_now import make_order, put

pytestmark = pytest.mark.browser


def test_matching_page_is_clean(people, login, open_page):
    from tests.people import make_expert

    order = make_order(people["coordinator"])
    make_expert()
    page = open_page(login("coordinator"))

    page.goto(f"/admin/order/match/?id={order.id}&names=1")

    assert_clean(page)


def test_order_page_is_clean(held, login, open_page):
    page = open_page(login("coordinator"))

    page.goto(f"/admin/order/details/?id={held.order_id}")

    assert_clean(page)


def test_batch_pages_are_clean(held, people, login, open_page):
    batch = new_batch(people, [approved_claim(held, people)])
    page = open_page(login("finance"))
    page.goto(f"/admin/paymentbatch/details/?id={batch.id}")
    assert_clean(page)
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])

    page.goto(f"/admin/paymentbatch/details/?id={batch.id}")

    assert_clean(page)


def test_report_page_is_clean(app, login, open_page):
    page = open_page(login("coordinator"))

    page.goto("/admin/report/")

    assert_clean(page)


def test_name_keeps_its_line_on_a_phone(people, login, open_page):
    order = make_order(people["coordinator"])
    put(people["coordinator"], AssignmentStatus.ASKED, order)
    page = open_page(login("coordinator"), viewport={"width": 390, "height": 844})

    page.goto(f"/admin/order/details/?id={order.id}")
    name = page.locator(".person strong a").bounding_box()

    assert (name["height"] < 2 * 24, name["width"] > 40) == (True, True)
