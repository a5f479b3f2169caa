"""Every kind of page, in Chromium: clean for axe, usable by keyboard, whole on the narrowest screen."""

import re
from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from models import Expert, Occasion, Order, Organisation, Pause, Theme, db
from rules.choices import OrderKind
from rules.permissions import Role
from tests.factories import make, make_many
from tests.people import PASSWORD, make_contact, make_expert, make_organisation, make_user

pytestmark = pytest.mark.browser

WIDE, NARROW, NARROWEST = 1440, 390, 320
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LONGEST_WALK = 150
MOST_STOPS = 28
"""Tabs from the first field of a phoned order to its button, with twelve themes on the way."""


def make_order(**given):
    order = Order(**{"number": "2026-1", "organisation": make_organisation(), "received_on": date(2026, 11, 2),
                     "kind": OrderKind.TALK} | given)
    db.session.add(order)
    db.session.commit()
    return order


def violations(page):
    """What axe finds against WCAG 2.2 AA, as "rule at element"."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
    return [f"{rule['id']} at {node['target']}" for rule in found for node in rule["nodes"]]


def assert_clean(page):
    """The page as it stands has no violation: wide in light, narrow in dark; ``make axe-all`` is the whole product.

    The window holds the whole page: what stands under a bar that stays in place would count as covered by it.
    """
    for width, scheme in ((WIDE, "light"), (NARROW, "dark")):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        tall = page.evaluate("document.documentElement.scrollHeight") + 200
        page.set_viewport_size({"width": width, "height": tall})
        assert (width, scheme, violations(page)) == (width, scheme, [])


def tab_to(page, selector):
    """Press Tab until what ``selector`` names has the focus, and can be seen to have it."""
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    pytest.fail(f"{selector} is not reached by keyboard")


def send(page):
    """Send the form of the page."""
    page.click("main form[method=post] button.main")
    page.wait_for_load_state()


# --- axe


def test_sign_in_page_is_clean_before_and_after_a_wrong_password(open_page):
    page = open_page()

    page.goto("/login")
    assert_clean(page)
    page.fill("#email", "nobody@test.invalid")
    page.fill("#password", "wrong")
    send(page)

    assert page.locator(".note.stop").count() == 1
    assert_clean(page)


@pytest.mark.parametrize("role", list(Role))
def test_first_screen_is_clean(login, open_page, role):
    page = open_page(login(role))

    page.goto("/admin/")

    assert page.locator("h1").count() == 1
    assert_clean(page)


def test_list_with_rows_is_clean_with_its_filters_open(login, open_page):
    for _ in range(3):
        make_expert()
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/expert/?q=etunimi&f_status=participant")
    page.click("details.filters > summary")

    assert page.locator("main tbody tr").count() == 3
    assert_clean(page)


def test_empty_list_is_clean_and_says_what_to_do_next(login, open_page):
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/insight/")

    assert page.locator(".empty a.btn").get_attribute("href") == "/admin/insight/new/"
    assert_clean(page)


def test_record_page_is_clean_with_everything_folded_out(login, open_page):
    expert = make_expert(alias="Revontuli", contact_note="Soita iltapäivällä. " * 10)
    db.session.add(Pause(expert=expert, starts_on=date(2026, 11, 1)))
    page = open_page(login(Role.COORDINATOR))

    page.goto(f"/admin/expert/details/?id={expert.id}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert page.locator("h1").inner_text().startswith("Revontuli")
    assert_clean(page)


@pytest.mark.parametrize("address", ["/admin/expert/new/", "/admin/order/new/"])
def test_create_form_is_clean(login, open_page, address):
    page = open_page(login(Role.COORDINATOR))

    page.goto(address)

    assert_clean(page)


def test_form_with_errors_is_clean_and_takes_the_reader_to_them(login, open_page):
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/order/new/")
    send(page)

    assert page.evaluate("document.activeElement.matches('.note.stop')")
    assert page.get_attribute("#organisation", "aria-invalid") == "true"
    assert page.get_attribute("#organisation", "aria-describedby") == "organisation-error"
    assert_clean(page)


def test_verb_form_is_clean(login, open_page):
    order = make_order()
    page = open_page(login(Role.COORDINATOR))

    page.goto(f"/admin/order/verb/cancel/?id={order.id}")

    assert page.locator("#note").count() == 1
    assert_clean(page)


def test_page_of_a_stale_edit_is_clean_and_shows_both_versions(login, open_page):
    order = make_order()
    page = open_page(login(Role.COORDINATOR))

    page.goto(f"/admin/order/edit/?id={order.id}")
    order.title = "Hers"
    db.session.commit()
    page.fill("#title", "His")
    send(page)

    assert page.locator("fieldset[data-meeting] .said").all_inner_texts() == ["Hers", "–"]
    assert page.input_value("#title") == "His"
    assert_clean(page)


def test_page_of_a_missing_record_is_clean(login, open_page):
    page = open_page(login(Role.COORDINATOR))

    answer = page.goto("/admin/expert/details/?id=999")

    assert answer.status == 404
    assert_clean(page)


# --- keyboard


def test_keyboard_alone_takes_a_coordinator_from_sign_in_to_a_new_expert(open_page):
    user = make_user(Role.COORDINATOR)
    page = open_page(viewport={"width": WIDE, "height": 900})

    page.goto("/login")
    page.locator("#email:focus").wait_for()
    page.keyboard.type(user.email)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    tab_to(page, ".side a[href='/admin/expert/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/expert/")
    tab_to(page, "a.main[href='/admin/expert/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/expert/new/")
    tab_to(page, "#alias")
    page.keyboard.type("Revontuli")
    tab_to(page, "#phone")
    page.keyboard.type("+358401234567")
    tab_to(page, ".savebar button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/expert/details/**")

    db.session.commit()  # look anew
    expert = db.session.query(Expert).one()
    assert (expert.alias, expert.phone) == ("Revontuli", "+358401234567")
    assert page.locator("h1").inner_text().startswith("Revontuli")


def test_phoned_order_is_entered_by_keyboard_alone(login, open_page):
    unit = make(Organisation, name="Nuorisokoti Mäntyrinne")
    make_contact(organisation=unit, name="Sari Salo")
    make_many(Theme, 11)
    make(Theme, name="Aikuistuminen")
    page, stops = open_page(login(Role.COORDINATOR), viewport={"width": WIDE, "height": 900}), 0

    def go(selector):
        nonlocal stops
        while not page.evaluate("s => document.activeElement.matches(s)", selector):
            page.keyboard.press("Tab")
            stops += 1
            assert stops <= MOST_STOPS, selector

    page.goto("/admin/order/new/")
    page.locator("#organisation:focus").wait_for()
    # The controls of date and time follow the language of Chromium itself: the month first, twelve hours.
    for selector, typed in (("#organisation", "mänty"), ("#contact", "sari"), ("#kind", "puheen"),
                            ("[name=themes]", " "), ("#occasions-on", "12092026"), ("#occasions-starts", "0900AM"),
                            ("#occasions-ends", "1030AM"), ("#occasions-place", "Rantakatu 3"),
                            ("#purpose", "Puheenvuoro tiimille")):
        go(selector)
        page.keyboard.type(typed)
    expect(page.locator("#organisation")).to_have_value(f"Nuorisokoti Mäntyrinne #{unit.id}")
    expect(page.locator("#contact")).to_have_value(re.compile("Sari Salo #"))
    go(".savebar button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/order/details/**")

    db.session.commit()  # look anew
    [order], [occasion] = db.session.query(Order).all(), db.session.query(Occasion).all()
    assert (order.organisation, order.contact.name, order.kind, [theme.name for theme in order.themes]) == (
        unit, "Sari Salo", OrderKind.TALK, ["Aikuistuminen"])
    assert (occasion.on, occasion.starts, occasion.ends, occasion.place, order.purpose) == (
        date(2026, 12, 9), time(9), time(10, 30), "Rantakatu 3", "Puheenvuoro tiimille")


def test_skip_link_takes_the_keyboard_past_the_menu(login, open_page):
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/expert/")
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_menu_on_a_phone_opens_by_keyboard_and_escape_gives_the_focus_back(login, open_page):
    page = open_page(login(Role.COORDINATOR), viewport={"width": NARROW, "height": 800})

    page.goto("/admin/order/")
    hidden = page.locator("#side").is_visible()
    tab_to(page, "button[popovertarget=side]")
    page.keyboard.press("Enter")
    expect(page.locator("#side a[aria-current]")).to_be_focused()
    shown = page.locator("#side").is_visible()
    page.keyboard.press("Escape")

    assert (hidden, shown, page.locator("#side").is_visible()) == (False, True, False)
    assert page.evaluate("document.activeElement.matches('button[popovertarget=side]')")


# --- small helps


def test_theme_switch_is_remembered_on_the_next_page(login, open_page):
    page = open_page(login(Role.COORDINATOR), color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"

    page.goto("/admin/")
    light = page.evaluate(ground)
    page.click("[data-theme-switch]")
    dark = page.evaluate(ground)
    page.goto("/admin/expert/")

    assert light != dark
    assert page.evaluate(ground) == dark


def test_lookup_completes_a_name_when_only_one_record_fits(login, open_page):
    unit = make_organisation(name="Nuorisokoti Mäntyrinne")
    make_organisation(name="Lastenkoti Koivikko")
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/order/new/")
    page.fill("#organisation", "nuoriso")
    page.keyboard.press("Tab")

    expect(page.locator("#organisation")).to_have_value(f"Nuorisokoti Mäntyrinne #{unit.id}")


def test_lookup_of_several_adds_a_line_for_each_and_refuses_unknown_names(login, open_page):
    units = [make_organisation(name="Nuorisokoti Mäntyrinne"), make_organisation(name="Lastenkoti Koivikko")]
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/expert/new/")
    field = page.locator("[data-adds-to=avoided_organisations] input")
    for name in ("nuorisokoti", "lastenkoti"):
        field.fill(name)
        field.press("Enter")
        expect(field).to_have_value("")
    field.fill("no such unit")
    field.press("Enter")
    page.locator("[data-adds-to=avoided_organisations] input:invalid").wait_for()

    lines = [f"{unit.name} #{unit.id}" for unit in units]
    assert page.input_value("#avoided_organisations").splitlines() == lines


def test_filter_by_a_record_puts_its_number_in_the_address(login, open_page):
    order = make_order(organisation=make_organisation(name="Nuorisokoti Mäntyrinne"))
    make_order(number="2026-2")
    page = open_page(login(Role.COORDINATOR))

    page.goto("/admin/order/")
    page.click("details.filters > summary")
    page.fill("#f-organisation", "nuorisokoti")
    page.click(".filters button.main")
    page.wait_for_url(f"**/admin/order/?f_organisation={order.organisation_id}")

    assert page.locator("main tbody tr").count() == 1
    assert page.locator("details.filters").get_attribute("open") is not None


def test_form_is_sent_and_saved_without_scripts(login, open_page):
    page = open_page(login(Role.COORDINATOR), java_script_enabled=False)

    page.goto("/admin/expert/new/")
    page.fill("#alias", "Revontuli")
    page.fill("#phone", "0401234567")
    send(page)

    assert page.locator("h1").inner_text().startswith("Revontuli")


# --- reflow


@pytest.mark.parametrize("width", [NARROWEST, WIDE // 2], ids=["320 px", "zoomed to 200 %"])
def test_no_page_scrolls_sideways(login, open_page, width):
    expert, order = make_expert(email="a.very.long.address.of.somebody@a.very.long.domain.invalid"), make_order()
    client = login(Role.COORDINATOR)
    page = open_page(client, viewport={"width": width, "height": 640})
    addresses = ["/admin/", "/admin/expert/?q=etunimi&f_status=participant", "/admin/order/", "/admin/insight/",
                 f"/admin/expert/details/?id={expert.id}", f"/admin/order/details/?id={order.id}", "/admin/order/new/",
                 f"/admin/order/verb/cancel/?id={order.id}", "/admin/expert/details/?id=999"]

    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = page.evaluate("document.documentElement.scrollWidth")

    assert found == dict.fromkeys(addresses, width)
