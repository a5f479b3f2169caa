"""Safe edits in Chromium: two people in one record, drafts, a record made from a field. Journeys named by who acts."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from models import Draft, Occasion, Organisation, db
from rules.permissions import Role
from tests.browser.test_pages import NARROW, assert_clean, send, tab_to
from tests.factories import make
from tests.people import PASSWORD, make_organisation

pytestmark = pytest.mark.browser

NEW = "/admin/organisation/new/"


@pytest.fixture
def two(login, open_page):
    """Two coordinators, each in a browser of their own."""
    return [open_page(login(Role.COORDINATOR, name=name)) for name in ("Aino", "Bertta")]


def stored(model, number):
    db.session.rollback()
    return db.session.get(model, number)


def open_both(two, address):
    for page in two:
        page.goto(address)


# --- yours, theirs and before


def test_second_of_two_sees_the_three_columns_and_both_changes_stand(two):
    unit = make_organisation(name="Ennen", phone="1")
    address = f"/admin/organisation/edit/?id={unit.id}"
    aino, bertta = two
    open_both(two, address)

    aino.fill("#name", "Ainon")
    aino.fill("#phone", "2")
    send(aino)
    bertta.fill("#name", "Bertan")
    bertta.fill("#email", "b@test.invalid")
    send(bertta)

    rows = bertta.locator("fieldset[data-meeting]")
    expect(rows).to_have_count(3)
    expect(bertta.locator(".note[data-take-focus]")).to_be_focused()
    assert rows.nth(0).locator(".said").all_inner_texts() == ["Ainon", "Ennen"]
    assert bertta.input_value("#name") == "Bertan"
    send(bertta)
    expect(bertta.locator("#name-error")).to_be_visible()
    assert bertta.input_value("#name") == "Bertan"
    assert_clean(bertta)
    bertta.check("input[name=choose-name][value=mine]")
    send(bertta)
    bertta.wait_for_url("**/details/**")

    unit = stored(Organisation, unit.id)
    assert (unit.name, unit.phone, unit.email) == ("Bertan", "2", "b@test.invalid")


def test_typing_in_the_page_of_two_chooses_yours_by_keyboard_alone(two):
    unit = make_organisation(name="Ennen")
    aino, bertta = two
    open_both(two, f"/admin/organisation/edit/?id={unit.id}")
    aino.fill("#name", "Ainon")
    send(aino)
    bertta.fill("#note", "Bertan")
    send(bertta)
    theirs = bertta.locator("input[name=choose-name][value=theirs]")
    expect(theirs).to_be_checked()

    tab_to(bertta, "#name")
    bertta.keyboard.press("End")
    bertta.keyboard.type(" ja Bertan")
    expect(theirs).not_to_be_checked()
    tab_to(bertta, ".savebar button.main")
    bertta.keyboard.press("Enter")
    bertta.wait_for_url("**/details/**")

    unit = stored(Organisation, unit.id)
    assert (unit.name, unit.note) == ("Ennen ja Bertan", "Bertan")


def test_columns_stand_below_each_other_on_a_phone(two):
    unit = make_organisation(name="Ennen")
    _, bertta = two
    bertta.set_viewport_size({"width": NARROW, "height": 800})
    open_both(two, f"/admin/organisation/edit/?id={unit.id}")
    for page, name in zip(two, ("Ainon", "Bertan"), strict=True):
        page.fill("#name", name)
        send(page)

    boxes = [bertta.locator(f".meeting .{column}").first.bounding_box() for column in ("mine", "theirs", "before")]
    tops = [box["y"] for box in boxes]
    assert (tops, {box["x"] for box in boxes}) == (sorted(tops), {boxes[0]["x"]})
    assert bertta.evaluate("document.documentElement.scrollWidth") == NARROW


def test_record_deleted_while_one_writes_gives_the_words_back(two):
    first = make(Occasion)
    occasion = make(Occasion, order=first.order)
    aino, bertta = two
    bertta.goto(f"/admin/occasion/edit/?id={occasion.id}")
    aino.goto(f"/admin/occasion/details/?id={occasion.id}")

    aino.on("dialog", lambda dialog: dialog.accept())
    aino.click("form[action*='/delete/'] button")
    aino.wait_for_load_state()
    bertta.fill("#place", "Kirjaston takahuone")
    send(bertta)

    expect(bertta.locator("#typed-text")).to_have_value(re.compile("Kirjaston takahuone"))
    assert_clean(bertta)
    send(bertta)
    assert bertta.input_value("#place") == "Kirjaston takahuone"
    send(bertta)
    bertta.wait_for_url("**/details/**")
    assert bertta.locator("main").get_by_text("Kirjaston takahuone").first.is_visible()


# --- leaving and coming back


@contextmanager
def question(page):
    """The questions that the browser asks before it leaves the page."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    yield asked
    page.remove_listener("dialog", stay)


def test_leaving_with_unsaved_words_asks_and_a_link_within_the_page_does_not(login, open_page):
    page = open_page(login(Role.COORDINATOR))
    page.goto(NEW)
    page.fill("#note", "Kirjoitan")

    with question(page) as asked:
        page.focus("a.skip")
        page.keyboard.press("Enter")
        assert (asked, page.input_value("#note")) == ([], "Kirjoitan")
        page.click(".crumbs a")
        page.wait_for_timeout(200)
        assert (asked, page.input_value("#note")) == (["beforeunload"], "Kirjoitan")


def test_leaving_a_form_that_came_back_with_errors_asks_too(login, open_page):
    page = open_page(login(Role.COORDINATOR))
    page.goto(NEW)
    page.fill("#note", "Kirjoitan")
    send(page)

    with question(page) as asked:
        page.click(".crumbs a")
        page.wait_for_timeout(200)

    assert (asked, page.input_value("#note")) == (["beforeunload"], "Kirjoitan")


def test_draft_survives_a_closed_tab(login, open_page):
    client = login(Role.COORDINATOR)
    page = open_page(client)
    page.goto(NEW)
    page.fill("#note", "Kirjoitin pitkään")
    expect(page.locator("[data-draft-state]")).not_to_be_empty(timeout=8000)
    page.close()

    page = open_page(client)
    page.goto(NEW)
    assert page.input_value("#note") == ""
    assert_clean(page)
    page.click(".note.look a")
    expect(page.locator("#note")).to_have_value("Kirjoitin pitkään")
    page.fill("#name", "Koti")
    page.select_option("#kind", "ngo")
    send(page)
    page.wait_for_url("**/details/**")

    db.session.rollback()
    assert [(o.name, o.note) for o in db.session.query(Organisation)] == [("Koti", "Kirjoitin pitkään")]
    assert db.session.query(Draft).count() == 0


def test_offered_draft_is_not_written_over_while_it_waits(login, open_page):
    client = login(Role.COORDINATOR)
    page = open_page(client)
    page.goto(NEW)
    page.fill("#note", "Ensin")
    expect(page.locator("[data-draft-state]")).not_to_be_empty(timeout=8000)
    page.evaluate("delete document.querySelector('form[data-guard]').dataset.changed")

    page.goto(NEW)
    page.fill("#note", "Sitten")
    page.wait_for_timeout(3500)
    page.evaluate("delete document.querySelector('form[data-guard]').dataset.changed")
    page.click(".note.look a")

    expect(page.locator("#note")).to_have_value("Ensin")


def test_form_survives_a_session_that_ends_while_one_types(login, open_page):
    client = login(Role.COORDINATOR)
    page = open_page(client)
    page.goto(NEW)
    page.fill("#name", "Koti")
    page.select_option("#kind", "ngo")
    page.context.clear_cookies()
    page.fill("#note", "Kirjoitin pitkään")

    send(page)
    page.fill("#email", client.user.email)
    page.fill("#password", PASSWORD)
    send(page)
    send(page)
    page.wait_for_url("**/details/**")

    db.session.rollback()
    assert [(o.name, o.note) for o in db.session.query(Organisation)] == [("Koti", "Kirjoitin pitkään")]


# --- a record made from a field


def test_record_is_made_from_a_field_and_the_focus_comes_back(login, open_page):
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/order/new/")
    page.click("main form details > summary")
    page.fill("#title", "Luento")

    tab_to(page, "[data-makes-for=organisation]")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.over h2").first).to_be_focused()
    assert_clean(page)
    page.keyboard.press("Tab")
    page.keyboard.type("Nuorisokoti Mäntyrinne")
    page.click("dialog.over button.main")
    expect(page.locator("dialog.over #new-kind-error")).to_be_visible()
    expect(page.locator("dialog.over .note.stop[data-take-focus]")).to_be_focused()
    assert_clean(page)
    page.select_option("dialog.over #new-kind", "residential")
    page.click("dialog.over button.main")

    expect(page.locator("dialog.over")).to_have_count(0)
    unit = db.session.query(Organisation).one()
    expect(page.locator("#organisation")).to_have_value(f"Nuorisokoti Mäntyrinne #{unit.id}")
    expect(page.locator("#organisation")).to_be_focused()
    assert page.input_value("#title") == "Luento"


def test_dialog_left_by_escape_gives_the_focus_back_and_asks_about_what_was_typed(login, open_page):
    page = open_page(login(Role.COORDINATOR))
    page.goto("/admin/order/new/")

    page.click("[data-makes-for=organisation]")
    expect(page.locator("dialog.over h2").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-makes-for=organisation]")).to_be_focused()
    page.click("[data-makes-for=organisation]")
    page.fill("dialog.over #new-name", "Koti")
    with question(page) as asked:
        page.keyboard.press("Escape")
        expect(page.locator("dialog.over #new-name")).to_have_value("Koti")

    assert asked == ["confirm"]


def test_new_record_is_a_link_to_its_form_without_scripts(login, open_page):
    page = open_page(login(Role.COORDINATOR), java_script_enabled=False)
    page.goto("/admin/order/new/")

    with page.context.expect_page() as opened:
        page.click("[data-makes-for=organisation]")

    assert opened.value.url.endswith(NEW)
