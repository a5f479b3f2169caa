"""An order in a browser, by actor: a worker without an account orders and confirms, the coordinator makes an order of it."""

import pytest
from playwright.sync_api import expect

from models import Theme, db
from tests.browser.test_pages import assert_clean
from tests.people import make_organisation, make_user

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def go_on(page):
    page.click("main button.main")
    page.wait_for_load_state()


def test_worker_orders_by_the_form_and_the_coordinator_makes_an_order_of_it(open_page, login, mail_server):
    db.session.add(Theme(name="sijaishuolto"))
    make_organisation(name="Perhekeskus Kide")
    worker = open_page(viewport=PHONE)
    worker.goto("/order")
    assert_clean(worker)
    worker.set_viewport_size(PHONE)
    assert worker.evaluate("document.documentElement.scrollWidth") <= 360
    worker.select_option("#kind", "talk")
    worker.fill("#wish", "Nuoren puheenvuoro tiimille.")
    go_on(worker)
    worker.fill("#wished_on", "2027-01-20")
    go_on(worker)
    go_on(worker)
    assert_clean(worker)
    worker.fill("#organisation_name", "Perhekeskus Kide")
    worker.fill("#contact_name", "Sari Niemi")
    worker.fill("#email", "sari")
    worker.check("#accepts_rules")
    go_on(worker)
    expect(worker.locator("#email-error")).to_be_visible()
    assert_clean(worker)
    worker.fill("#email", "sari@test.invalid")
    go_on(worker)
    expect(worker.locator("h1")).to_have_text("Kiitos tilauksesta")
    assert_clean(worker)
    mail_server.send()
    assert mail_server.came[-1]["To"] == "sari@test.invalid"
    worker.goto(mail_server.path())
    assert_clean(worker)
    go_on(worker)
    expect(worker.locator("h1")).to_have_text("Kiitos tilauksesta")

    desk = open_page(login(user=make_user("coordinator")))
    desk.goto("/admin/request/?queue=new-requests")
    desk.click("tbody tr a >> nth=0")
    desk.click("a[href*='/verb/confirm/']")
    desk.fill("#organisation", "Perhekeskus Kide #1")
    desk.check("fieldset#themes input")
    go_on(desk)
    expect(desk.locator("h1")).to_contain_text("2026-001")
