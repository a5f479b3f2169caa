"""The pages made for one model: matching, order, batch, report. Clean for axe in every width and scheme."""

import pytest

from tests.browser.test_pages import assert_clean
from tests.services.test_money_flow import approved_claim, do, held, new_batch, people  # noqa: F401 - fixtures
from tests.services.test_not_now import make_order

pytestmark = pytest.mark.browser


def test_matching_page_is_clean(people, login, open_page):  # noqa: F811
    from tests.people import make_expert

    order = make_order(people["coordinator"])
    make_expert()
    page = open_page(login("coordinator"))

    page.goto(f"/admin/order/match/?id={order.id}&names=1")

    assert_clean(page)


def test_order_page_is_clean(held, login, open_page):  # noqa: F811
    page = open_page(login("coordinator"))

    page.goto(f"/admin/order/details/?id={held.order_id}")

    assert_clean(page)


def test_batch_pages_are_clean(held, people, login, open_page):  # noqa: F811
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
