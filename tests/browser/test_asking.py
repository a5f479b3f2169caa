"""Asking by a link, by actor: the coordinator asks and sends, the expert answers on a phone, the order shows it."""

import pytest
from playwright.sync_api import expect

from models import SupportPerson, db
from models.personal_link import LinkFor
from services import personal_links
from tests.browser.test_pages import assert_clean
from tests.people import make_expert, make_user
from tests.services.placing_world import actor_of, an_order, ask

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}}


def test_expert_answers_on_a_phone_and_the_order_shows_it(open_page, login, mail_server):
    user = make_user("coordinator")
    expert = make_expert(alias="Revontuli", email="revontuli@test.invalid", birth_year=1990)
    db.session.add(SupportPerson(expert=expert, name="Minna H."))
    order = an_order(actor_of("coordinator"))
    desk = open_page(login(user=user))
    desk.goto(f"/admin/order/match/?id={order.id}")
    desk.check(f"input[name=expert][value='{expert.id}']")
    desk.click("main form[method=post] button.main")
    desk.goto("/admin/message/")
    desk.click("tbody tr:has-text('Sinulle on kysymys') a >> nth=0")
    assert_clean(desk)
    desk.click("a[href*='/verb/queue/']")
    desk.click("main form[method=post] button.main")
    expect(desk.locator(".note.done")).to_be_visible()
    mail_server.send()
    assert mail_server.came[-1]["To"] == "revontuli@test.invalid"

    phone = open_page(**PHONE)
    phone.goto(mail_server.path())
    assert_clean(phone)
    phone.set_viewport_size(PHONE["viewport"])
    buttons = [button.bounding_box() for button in phone.locator(".answers button").all()]
    assert len({(box["width"], box["height"]) for box in buttons}) == 1
    assert (len(buttons), phone.evaluate("document.documentElement.scrollWidth") <= 360) == (3, True)
    phone.click("button[value=yes]")
    expect(phone.locator("h1")).to_have_text("Kiitos")
    assert_clean(phone)

    desk.goto(f"/admin/order/details/?id={order.id}")
    expect(desk.locator(".person .chip.done")).to_have_text("suostunut")
    desk.set_viewport_size({"width": 1000, "height": 800})
    name = desk.locator(".person", has=desk.locator(".chip.done")).locator("> div").first
    assert name.bounding_box()["width"] > 150  # it has room beside every button


def test_support_person_says_not_now_for_a_young_person_and_the_link_is_over(open_page, app):
    [assignment] = ask(an_order(actor_of("coordinator")), actor_of("coordinator"), make_expert(birth_year=1990),
                       reason="tuttu")
    db.session.add(SupportPerson(expert=assignment.expert, name="Minna H."))
    link = personal_links.make_link(LinkFor.SUPPORT, assignment, assignment.order.occasions[0].on, assignment.created_at)
    db.session.commit()
    phone = open_page(**PHONE)
    address = f"/for-another/{personal_links.secret_of(link)}"

    phone.goto(address)
    assert_clean(phone)
    phone.click(".answers button")
    expect(phone.locator("h1")).to_have_text("Kiitos")
    phone.goto(address)

    expect(phone.locator(".answers")).to_have_count(0)
    assert_clean(phone)
    db.session.commit()
    assert (assignment.status, assignment.answered_by) == ("not_now", "support_person")
