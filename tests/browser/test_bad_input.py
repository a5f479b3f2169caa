"""What goes wrong while one types, in Chromium: nothing typed is lost, nothing is saved twice or in part."""

from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models import Expert, Order, Payee, Theme, db
from tests.factories import make
from tests.people import PASSWORD, make_organisation, make_user

pytestmark = pytest.mark.browser

TODAY = date(2026, 11, 24)
PURPOSE = "\n".join(f"{line}. Mitä kuullaan, kirjataan ja viedään henkilöstön kehittämispäivään." for line in range(1, 25))
MEGABYTE = 1024 * 1024
COPY = "([text, times]) => navigator.clipboard.writeText(text.repeat(times))"


@pytest.fixture(autouse=True)
def business_day(app):
    app.config["TODAY"] = TODAY


@pytest.fixture
def order_typed(app):
    """What is typed of a phoned order, by the name of the field."""
    unit, theme = make_organisation(name="Nuorisokoti Mäntyrinne"), make(Theme)
    return {
        "organisation": f"{unit.name} #{unit.id}", "kind": "talk", "themes": f"{theme.id}", "title": "Sijoitetun lapsen ääni",
        "purpose": PURPOSE, "audience": "ohjaajat", "audience_size": "12", "places": "2", "cost_centre": "4711",
        "offered_fee": "75,00", "heard_of": "uutiskirjeestä", "occasions-on": "2026-12-01", "occasions-starts": "09:30",
        "occasions-ends": "11:00", "occasions-place": "Kokoushuone 2"}


EXPERT_TYPED = {"alias": "Revontuli", "phone": "0401234567"}
PAYEE_TYPED = {"official_name": "Sini Salminen", "iban": "FI2112345600000785", "identity_code": "131052-308T"}


def write(page, typed):
    """Fill the form as a person does: text, a choice from a list, a tick."""
    if page.locator("main form details.fold:not([open])").count():
        page.click("main form details.fold > summary")
    for name, value in typed.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "checkbox":
            page.check(f"main [name={name}][value='{value}']")
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def written(page, typed):
    """What now stands in the fields named in ``typed``."""
    return page.evaluate("""names => {
      const form = new FormData(document.querySelector("main form[method=post]"));
      return Object.fromEntries(names.map((name) => [name, (form.get(name) ?? "").replaceAll("\\r\\n", "\\n")]));
    }""", list(typed))


def all_of(page):
    """Everything on the page: what is written there and what stands in its fields."""
    fields = page.locator("main :is(input, textarea)").evaluate_all("fields => fields.map((field) => field.value)")
    return "\n".join([page.inner_text("main"), *fields])


def save(page):
    page.click("main form[method=post] button.main")


def how_many(model):
    db.session.commit()  # look anew
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# --- time that ran out, a hand that was quick, two at the same record


def test_form_typed_while_the_session_ended_is_there_after_signing_in_and_saved_once(order_typed, login, open_page):
    user = make_user("coordinator")
    page = open_page(login(user=user))
    page.goto("/admin/order/new/")
    write(page, order_typed)

    page.context.clear_cookies()
    save(page)
    expect(page.locator(".note.look")).to_have_text("Istunto ehti päättyä. Kirjaudu sisään: kirjoittamasi on yhä tallessa.")
    before = how_many(Order)
    page.fill("#email", user.email)
    page.fill("#password", PASSWORD)
    save(page)
    expect(page.locator("h1")).to_have_text("Kirjoittamasi on tässä")
    kept = written(page, order_typed)
    page.dblclick("main form[method=post] button.main")
    page.wait_for_url("**/order/details/**")

    assert (before, how_many(Order), kept) == (0, 1, order_typed)
    order = db.session.scalars(sa.select(Order)).one()
    page.goto(f"/admin/order/edit/?id={order.id}")
    of_order = {name: value for name, value in order_typed.items() if not name.startswith("occasions-")}
    assert written(page, of_order) == of_order
    assert [(f"{o.on}", f"{o.starts:%H:%M}", f"{o.ends:%H:%M}", o.place) for o in order.occasions] == [
        tuple(value for name, value in order_typed.items() if name.startswith("occasions-"))]


def test_double_click_on_save_makes_one_record(login, open_page):
    page = open_page(login("coordinator"))
    page.goto("/admin/expert/new/")
    write(page, EXPERT_TYPED)

    page.dblclick("main form[method=post] button.main")
    page.wait_for_url("**/expert/details/**")

    assert how_many(Expert) == 1


def test_save_pressed_again_when_the_first_answer_was_lost_makes_one_record(login, open_page):
    page = open_page(login("coordinator"), java_script_enabled=False)
    page.goto("/admin/expert/new/")
    write(page, EXPERT_TYPED)

    def lose(route):
        route.fetch(max_redirects=0)
        route.fulfill(status=204)  # the page stays as it is

    page.route("**/new/", lose, times=1)
    save(page)
    page.unroute_all(behavior="wait")
    before = how_many(Expert)
    save(page)
    page.wait_for_url("**/expert/details/**")

    assert (before, how_many(Expert)) == (1, 1)
    assert page.locator(".note.look").inner_text() == "Tämä oli jo tallennettu. Sitä ei tallennettu toista kertaa."


def test_second_save_of_an_old_version_overwrites_nothing_and_loses_nothing(order_typed, login, open_page):
    order = make(Order, title="Ennen", themes=[make(Theme)])
    first, second = open_page(login("coordinator")), open_page(login("coordinator"))
    for page in (first, second):
        page.goto(f"/admin/order/edit/?id={order.id}")

    first.fill("#title", "Ensimmäisen")
    save(first)
    first.wait_for_url("**/order/details/**")
    second.fill("#title", "Toisen")
    second.fill("#purpose", PURPOSE)
    save(second)
    expect(second.locator(".note.look")).to_be_visible()

    db.session.commit()  # look anew
    assert (order.title, order.purpose) == ("Ensimmäisen", "")
    there = all_of(second)
    assert [text in there for text in ("Ensimmäisen", "Toisen", PURPOSE)] == [True, True, True]


# --- values that cannot be taken


@pytest.mark.parametrize(("model", "role", "wrong", "field", "sentence"), [
    (Payee, "finance", {"iban": "FI2212345600000785"}, "iban", "Tilinumeron tarkistusnumerot eivät täsmää."),
    (Payee, "finance", {"identity_code": "010130A0028"}, "identity_code",
     "Henkilötunnuksen syntymäaika on tulevaisuudessa."),
    (Order, "coordinator", {"occasions-ends": "09:00"}, "occasions-ends", "Lopun pitää olla alun jälkeen."),
    (Order, "coordinator", {"offered_fee": "-75,00"}, "offered_fee", "Palkkio ei voi olla negatiivinen."),
    (Order, "coordinator", {"themes": None}, "themes", "Valitse vähintään yksi teema: asiantuntijat löytyvät sen avulla."),
], ids=["account with a wrong check digit", "identity code of the future", "end before the start", "negative fee",
        "order without a theme"])
def test_value_that_cannot_be_taken(model, role, wrong, field, sentence, order_typed, login, open_page):
    given = {Payee: PAYEE_TYPED, Order: order_typed}[model] | wrong
    typed = {name: value for name, value in given.items() if value is not None}
    page = open_page(login(role))
    page.goto(f"/admin/{model.__name__.lower()}/new/")
    write(page, typed)

    save(page)
    expect(page.locator(".note.stop")).to_be_focused()
    label = page.locator(f".note.stop a[href='#{field}']")
    named = label.inner_text()
    label.click()

    expect(page.locator(f"[id='{field}']")).to_be_focused()
    assert page.locator(".note.stop li").all_inner_texts() == [f"{named}: {sentence}"]
    assert page.locator(".error").all_inner_texts() == [sentence]
    assert page.get_attribute(f"[id='{field}']", "aria-describedby").split()[-1] == f"{field}-error"
    assert (written(page, typed), how_many(model)) == (typed, 0)


def test_ten_megabytes_pasted_in_a_long_field_get_a_sentence_and_change_nothing(login, open_page):
    order = make(Order, purpose="Kuulla lapsia", themes=[make(Theme)])
    page = open_page(login("coordinator"), permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/admin/order/edit/?id={order.id}")
    page.focus("#purpose")
    page.keyboard.press("End")
    page.keyboard.type(" ja nuoria")

    page.evaluate(COPY, ["äöå\n", 10 * MEGABYTE // len("äöå\n".encode())])
    page.keyboard.press("Control+V")
    expect(page.locator(".error")).to_have_text("Tämä on liian suuri lähetettäväksi. Mitään ei muutettu.")
    kept = page.input_value("#purpose")
    page.evaluate(COPY, [", myös kirjeitse", 1])
    page.keyboard.press("Control+V")
    expect(page.locator("#purpose")).to_have_value("Kuulla lapsia ja nuoria, myös kirjeitse")

    assert (kept, page.locator(".error").count()) == ("Kuulla lapsia ja nuoria", 0)
