"""The pages made for one model: matching, order, batch, report. Clean for axe in every width and scheme."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models import BatchItem, ExportProfile, NetPay, WithholdingRate
from rules.states import AssignmentStatus, ItemStatus
from tests.browser.test_pages import assert_clean
from tests.factories import make
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


def test_pages_that_finance_reports_and_decides_by_are_clean(held, people, login, open_page):
    today = datetime.now(UTC).date()
    make(BatchItem, status=ItemStatus.PAID, paid_on=today, payee_name="Aino Aho", fee=Decimal(75), other=Decimal("8.40"),
         companion=Decimal("8.40"), amount=Decimal("83.40"))
    make(BatchItem, status=ItemStatus.RETURNED, live=False, paid_on=today, correct_from=today, payee_name="Aino Aho")
    addresses = ["/admin/report/", "/admin/incomesreport/new/", *(
        f"/admin/{made.__tablename__.replace('_', '')}/details/?id={made.id}" for made in (
            make(NetPay), make(WithholdingRate), make(ExportProfile),
            approved_claim(held, people, companion=Decimal("8.40"), companion_for="Bussi")))]
    page = open_page(login("finance"))

    for address in addresses:
        answer = page.goto(address)
        assert (address, answer.status) == (address, 200)
        assert_clean(page)


def test_payments_of_a_batch_stand_whole_on_a_wide_page_and_on_a_phone(held, people, login, open_page):
    claim = approved_claim(held, people, companion=Decimal("8.40"), companion_for="Bussi")
    batch = new_batch(people, [claim])
    page, seen = open_page(login("finance")), {}
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/admin/paymentbatch/details/?id={batch.id}")
        box = page.locator("#payments .scroll")
        seen[width] = box.evaluate("box => box.scrollWidth <= box.clientWidth")

    assert seen == {1440: True, 390: True}


def test_name_keeps_its_line_on_a_phone(people, login, open_page):
    order = make_order(people["coordinator"])
    put(people["coordinator"], AssignmentStatus.ASKED, order)
    page = open_page(login("coordinator"), viewport={"width": 390, "height": 844})

    page.goto(f"/admin/order/details/?id={order.id}")
    name = page.locator(".person strong a").bounding_box()

    assert (name["height"] < 2 * 24, name["width"] > 40) == (True, True)
