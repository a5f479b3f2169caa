"""What experts do on a phone, by actor: answering, claiming with photos, setting limits, leaving; and one who helps them."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from models import DataRequest, Expert, Invoice, Payee, db
from models.personal_link import LinkFor
from rules.choices import DataRequestKind
from rules.states import BankStatus, ClaimStatus
from services import personal_links
from tests.browser.test_pages import assert_clean
from tests.factories import make
from tests.people import make_user
from tests.receipt_files import jpeg
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, ask, confirmed, do

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def referrers_of(page):
    """Every Referer that the page's requests carry, gathered as they are sent."""
    seen = []
    page.on("request", lambda asked: seen.append(asked.headers.get("referer", "")))
    return seen


def test_expert_answers_by_the_link_on_a_phone_and_no_request_carries_it_on(open_page, coordinator, app):
    app.config["TODAY"] = TODAY
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    secret = personal_links.secret_of(personal_links.live_link(LinkFor.ANSWER, assignment))
    phone = open_page(**PHONE)
    seen = referrers_of(phone)

    phone.goto(f"/answer/{secret}")
    assert_clean(phone)
    phone.click("button[value=yes]")
    expect(phone.locator("h1")).to_have_text("Kiitos")
    phone.click("footer a >> nth=0")
    phone.wait_for_load_state()

    db.session.commit()
    assert (assignment.status, [one for one in seen if secret in one], any(seen)) == ("accepted", [], True)


def test_support_person_says_not_now_for_a_young_person_on_the_morning_of_the_event(open_page, coordinator, app):
    assignment = confirmed(an_order(coordinator), coordinator, an_askable(birth_date=TODAY.replace(year=2008)))
    app.config["TODAY"] = assignment.order.occasions[0].on
    secret = personal_links.secret_of(personal_links.live_link(LinkFor.SUPPORT, assignment))
    phone = open_page(**PHONE)

    phone.goto(f"/for-another/{secret}")
    assert_clean(phone)
    phone.click(".answers button")
    expect(phone.locator("h1")).to_have_text("Kiitos")

    db.session.commit()
    assert (assignment.status, assignment.answered_by, assignment.order.status) == (
        "not_now", "support_person", "searching")


def test_expert_claims_on_a_phone_with_two_photos_of_receipts(open_page, login, coordinator, app):
    order, expert = an_order(coordinator), an_askable()
    make(Payee, expert=expert)
    assignment = confirmed(order, coordinator, expert, agreed_fee=Decimal("80.00"))
    do(order, "hold", coordinator, today=order.occasions[0].on)
    app.config["TODAY"] = order.occasions[0].on
    phone = open_page(login(user=make_user("expert", expert=expert)), **PHONE)

    phone.goto("/admin/")
    assert_clean(phone)
    phone.goto(f"/admin/assignment/details/?id={assignment.id}")
    phone.click("a[href*='/verb/claim_own/']")
    assert_clean(phone)
    phone.fill("#other", "12,40")
    phone.fill("#other_for", "bussi")
    camera = phone.locator(".shots input")
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "image/*")
    camera.set_input_files({"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg(filling=21)})
    expect(camera).to_have_count(2)
    camera.nth(1).set_input_files({"name": "2.jpg", "mimeType": "image/jpeg", "buffer": jpeg(filling=22)})
    phone.click("main form[method=post] button.main")
    expect(phone.locator(".note.done")).to_be_visible()
    assert_clean(phone)

    db.session.commit()
    [claim] = db.session.scalars(db.select(Invoice))
    assert (claim.status, claim.total, len(claim.receipts)) == (ClaimStatus.RECEIVED, Decimal("92.40"), 2)


def test_expert_leaves_on_a_phone_and_is_anonymised(open_page, login, coordinator, app):
    expert = an_askable(first_name="Tuulikki", last_name="Salminen")
    app.config["TODAY"] = TODAY
    phone = open_page(login(user=make_user("expert", expert=expert)), **PHONE)

    phone.goto(f"/admin/expert/details/?id={expert.id}")
    assert_clean(phone)
    phone.click("a[href*='/verb/ask_for_data/']")
    phone.select_option("#what", DataRequestKind.ERASE.value)
    phone.click("button[name=look]")
    expect(phone.locator(".note.look li")).to_have_count(5)
    assert_clean(phone)
    phone.click("main form[method=post] button.main")
    expect(phone.locator(".note.done")).to_be_visible()

    db.session.rollback()
    assert [one.kind for one in db.session.scalars(db.select(DataRequest))] == [DataRequestKind.ERASE]
    do(expert, "leave", coordinator)
    do(expert, "anonymise", coordinator, note="Pyysi itse.")
    found = db.session.get(Expert, expert.id)
    assert (found.status, found.first_name, found.phone) == (BankStatus.ANONYMISED, "", "")


def test_expert_sets_limits_on_a_phone(open_page, login, app):
    expert = an_askable()
    phone = open_page(login(user=make_user("expert", expert=expert)), **PHONE)

    phone.goto(f"/admin/expert/verb/set_limits/?id={expert.id}")
    assert_clean(phone)
    phone.fill("#load_limit", "2")
    phone.click("main form[method=post] button.main")
    expect(phone.locator("section.card:has-text('Oma tahtini')")).to_contain_text("0 / 2")

    db.session.commit()
    assert expert.load_limit == 2
