"""Journeys of development, by actor: a matter to the steering group and back, a graduate, an idea, a training check."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from models import Decision, Expert, Feedback, Group, Matter, Programme, db
from rules.choices import FeedbackBy, GroupKind, ShownName
from rules.states import BankStatus, MatterStatus
from services import training_checks
from tests.browser.test_pages import assert_clean
from tests.factories import make
from tests.people import make_user
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, confirmed, do

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def today(app):
    app.config["TODAY"] = TODAY


def press(page, verb, record, fill=None, pick=None):
    """Open the verb's page, fill its form, press its button and land on a record."""
    page.goto(f"/admin/{type(record).__name__.lower()}/verb/{verb}/?id={record.id}")
    for name, value in (fill or {}).items():
        page.fill(f"main [name={name}]", value)
    for name, value in (pick or {}).items():
        page.select_option(f"main [name={name}]", value)
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/details/**")


def look_in(page, queue):
    """From the first screen through a queue to its first record."""
    page.goto("/admin/")
    page.click(f"a.queue[href*='queue={queue}']")
    page.click("tbody tr a >> nth=0")


def latest(model):
    db.session.commit()  # look anew
    return db.session.query(model).order_by(model.id.desc()).first()


def test_matter_of_the_development_group_goes_to_the_steering_group_and_comes_back(today, open_page, login):
    matter = make(Matter, title="Nuorten edustaja rekrytointeihin", group=make(Group, kind=GroupKind.DEVELOPMENT))
    desk, steering = open_page(login("coordinator")), open_page(login("steering"))

    press(desk, "prepare", matter)
    press(desk, "send", matter)
    look_in(steering, "with-steering")
    expect(steering.locator("h1")).to_contain_text("Nuorten edustaja rekrytointeihin")
    assert_clean(steering)
    press(desk, "decide", matter, fill={"decision": "Otetaan käyttöön", "owner": "Kaisa K."})
    look_in(steering, "to-carry-out")
    expect(steering.locator("main")).to_contain_text("Otetaan käyttöön")
    assert_clean(steering)
    desk.goto("/admin/")
    desk.click("a[href*='/matter/verb/report/']")
    desk.click("main form[method=post] button.main")
    desk.wait_for_url("**/details/**")
    assert_clean(desk)

    assert latest(Matter).status is MatterStatus.REPORTED


def test_graduate_joins_the_bank_by_the_word_of_the_trainer_and_the_own_consent(today, open_page, login):
    user = make_user("trainer")
    programme = make(Programme, name="Peruskoulutus", organisation=user.organisation)
    trainer, desk = open_page(login(user=user)), open_page(login("coordinator"))

    trainer.goto(f"/admin/proposal/new/?programme={programme.id}")
    for name, value in {"completed_on": "2026-11-01", "consent_on": "2026-11-02", "first_name": "Aava",
                        "phone": "+358401112223"}.items():
        trainer.fill(f"main [name={name}]", value)
    assert_clean(trainer)
    trainer.check("main [name=consents]")
    trainer.click("main form[method=post] button.main >> nth=0")
    trainer.wait_for_url("**/details/**")
    desk.goto("/admin/")
    desk.click("a[href*='/proposal/verb/accept/']")
    assert_clean(desk)
    desk.click("main form[method=post] button.main")
    desk.wait_for_url("**/expert/details/**")
    expect(desk.locator("h1")).to_contain_text("Aava")

    assert latest(Expert).status is BankStatus.IN_BANK


def test_idea_from_feedback_becomes_a_matter_and_a_change(today, open_page, login):
    make(Group, kind=GroupKind.DEVELOPMENT, name="Kehittäjäryhmä")
    feedback = make(Feedback, given_by=FeedbackBy.ORDERER, given_on=TODAY - timedelta(1), text="Kysymykset etukäteen")
    desk = open_page(login("coordinator"))

    desk.goto(f"/admin/feedback/verb/raise_matter/?id={feedback.id}")
    desk.fill("main [name=title]", "Ennakkokysymykset tilaukseen")
    desk.select_option("main [name=group]", label="Kehittäjäryhmä")
    assert_clean(desk)
    desk.click("main form[method=post] button.main")
    desk.wait_for_url("**/matter/details/**")
    matter = latest(Matter)
    for verb in ("prepare", "send"):
        press(desk, verb, matter)
    press(desk, "decide", matter, fill={"decision": "Lomakkeelle lisätään kysymykset"})
    press(desk, "carry_out", latest(Decision))
    press(desk, "act", feedback, fill={"action_taken": "Lomake muuttui"})
    press(desk, "report", matter)
    desk.goto(f"/admin/matter/details/?id={matter.id}")
    assert_clean(desk)

    assert (latest(Matter).feedback_id, latest(Matter).status, latest(Decision).done_on, latest(Feedback).action_taken) == (
        feedback.id, MatterStatus.REPORTED, TODAY, "Lomake muuttui")


def test_orderer_checks_the_training_by_the_picture_of_a_code(today, open_page, app):
    coordinator = actor_of("coordinator")
    assignment = confirmed(an_order(coordinator), coordinator, an_askable(alias="Sini S."))
    check = do(assignment, "give_check", coordinator, expires_on=date(2026, 12, 20), most_views=2,
               shown_name=ShownName.CHOSEN)
    phone = open_page(**PHONE)

    phone.goto(f"/check/{training_checks.code_of(check)}")
    assert_clean(phone)
    phone.fill("#who", "Maija, Koivula")
    phone.click("main button.main")
    expect(phone.locator("h1")).to_have_text("Sini S.")
    assert_clean(phone)
    phone.goto("/check/K7QM-2XVP-9DRT")
    phone.fill("#who", "Maija, Koivula")
    phone.click("main button.main")

    expect(phone.locator("main")).not_to_contain_text("Sini")
    assert_clean(phone)
    assert latest(type(check)).views == 1
