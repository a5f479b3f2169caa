"""Onboarding, by actor: the coordinator asks the others in, the trainer and the orderer sign off their parts."""

import pytest

from models import OnboardingPart, OnboardingPoint, db
from rules.choices import OnboardingSide
from rules.states import AssignmentStatus
from tests.browser.test_pages import assert_clean
from tests.people import make_organisation, make_user
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, ask, do

pytestmark = pytest.mark.browser


@pytest.fixture
def two_said_yes(app):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    db.session.add_all([OnboardingPoint(name="Ketkä kuuntelevat"),
                        OnboardingPoint(name="Paikka ja ajat", side=OnboardingSide.ORDERER),
                        OnboardingPoint(name="Oma tarina", side=OnboardingSide.TRAINER)])
    order = an_order(coordinator, places=2)
    asked = ask(order, coordinator, an_askable(alias="Revontuli"), an_askable(alias="Halla"))
    for assignment in asked:
        do(assignment, "accept", coordinator)
    return asked


def coordinator_onboards_with(desk, assignment, how, organisation=None):
    desk.goto(f"/admin/assignment/verb/onboard_with/?id={assignment.id}")
    desk.select_option("main [name=how]", how)
    if organisation:
        desk.select_option("main [name=organisation]", label=organisation.name)
    assert_clean(desk)
    desk.click("main form[method=post] button.main")
    desk.goto(f"/admin/assignment/verb/onboard/?id={assignment.id}")
    desk.check("main label:has-text('Ketkä kuuntelevat') input")
    desk.click("main form[method=post] button.main")
    desk.wait_for_url("**/details/**")


def signs_off(page, point):
    """From the first screen to the own part, ticked and signed off; what the page said before."""
    page.goto("/admin/")
    assert_clean(page)
    page.click("a[href*='queue=joint']")
    page.click("tbody tr a >> nth=0")
    assert_clean(page)
    page.click("a[href*='/verb/sign_off/']")
    said = page.locator("main").inner_text()
    assert_clean(page)
    page.check(f"main label:has-text('{point}') input")
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/details/**")
    return said


def test_trainer_and_orderer_sign_off_an_onboarding_and_the_coordinator_confirms(two_said_yes, open_page, login):
    with_school, with_unit = two_said_yes
    school = make_organisation(name="Kide ry", trains=True)
    desk = open_page(login("coordinator"))
    trainer = open_page(login(user=make_user("trainer", organisation=school)))
    orderer = open_page(login(user=make_user("orderer", organisation=with_unit.order.organisation)),
                        viewport={"width": 390, "height": 844})

    coordinator_onboards_with(desk, with_school, "with_trainer", school)
    coordinator_onboards_with(desk, with_unit, "with_orderer")
    desk.goto(f"/admin/order/details/?id={with_unit.order_id}")
    assert_clean(desk)
    assert desk.locator("main a[href*='/verb/confirm/']").count() == 0

    signs_off(trainer, "Oma tarina")
    said = signs_off(orderer, "Paikka ja ajat")
    assert [word in said for word in ("Halla", "Revontuli", "Oma tarina", "Ketkä kuuntelevat")] == [
        False, False, False, True]

    for assignment in two_said_yes:
        desk.goto(f"/admin/order/details/?id={assignment.order_id}")
        desk.click(f"main a[href*='/assignment/verb/confirm/'][href*='id={assignment.id}&']")
        desk.click("main form[method=post] button.main")
        desk.wait_for_url("**/details/**")
    db.session.commit()
    parts = db.session.query(OnboardingPart).all()
    assert ([a.status for a in two_said_yes], {bool(part.signed_on) for part in parts}, len(parts)) == (
        [AssignmentStatus.CONFIRMED] * 2, {True}, 4)
