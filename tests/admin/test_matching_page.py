"""The page that finds candidates and asks them: what it shows, whom it asks, to whom it opens."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from models import Assignment, Municipality, Pause, db
from rules.permissions import Role
from rules.states import AssignmentStatus, OrderStatus
from tests.conftest import token
from tests.people import make_expert
from tests.services.placing_world import TODAY, an_askable, an_order, ask, do

OTHERS = [role for role in Role if role is not Role.COORDINATOR]
PERSON = re.compile(r'<div class="person">(.*?)</div>\s*(?:<span class="chip (\w+)">(.*?)</span>)?\s*</div>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def client(coordinator, login):
    return in_english(login("coordinator"))


def in_english(client):
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def page_of(order, **args):
    return f"/admin/order/match/?id={order.id}" + "".join(f"&{name}={value}" for name, value in args.items())


def text_of(markup):
    return html.unescape(" ".join(TAG.sub(" ", markup).split()))


def section(page, heading):
    """The card under the heading that begins so, as markup."""
    found = re.search(rf'<section class="card"><h2>{heading}.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def post(client, order, experts, key="first", reasons=None, **args):
    data = {"csrf_token": token(client, page_of(order)), "form_key": key, "expert": [str(e.id) for e in experts]}
    data |= {f"reason-{expert.id}": reason for expert, reason in (reasons or {}).items()}
    return client.post(page_of(order, **args), data=data)


def asked():
    db.session.commit()  # look anew
    rows = db.session.scalars(sa.select(Assignment).order_by(Assignment.id))
    return [(row.expert_id, row.status, row.override_reason) for row in rows]


# --- who may


@pytest.mark.parametrize("role", OTHERS)
def test_page_opens_to_the_coordinator_alone(coordinator, client, login, role):
    order, person = an_order(coordinator), an_askable()
    stranger = login(role)

    answers = [stranger.get(page_of(order)).status_code, stranger.post(page_of(order), data={
        "csrf_token": token(stranger, "/admin/"), "expert": str(person.id)}).status_code]
    before = asked()
    post(client, order, [person])

    assert (answers, before) == ([403, 403], [])
    assert asked() == [(person.id, AssignmentStatus.ASKED, "")]


def test_page_wants_a_sign_in_a_token_and_an_order(coordinator, client, login):
    order, person = an_order(coordinator), an_askable()

    assert login(None).get(page_of(order)).status_code == 302
    assert client.post(page_of(order), data={"expert": str(person.id)}).status_code == 400
    assert client.get("/admin/order/match/?id=999999").status_code == 404
    assert (client.get(page_of(order)).status_code, asked()) == (200, [])


# --- what it shows


def test_page_tells_the_order_and_who_can_be_asked_with_reasons_in_words(coordinator, client):
    town = Municipality(name="Muurame")
    order = an_order(coordinator, audience="henkilöstö", places=2)
    an_askable(first_name="Sini", last_name="Korhonen", themes=list(order.themes), municipalities=[town],
               met_on=date(2026, 3, 1))
    an_askable(first_name="Otto", last_name="Laine")

    page = client.get(page_of(order)).text

    found = [(text_of(body), looks, chip) for body, looks, chip in PERSON.findall(section(page, "Can be asked"))]
    assert found == [
        ("Sini K. Open Muurame theme: sijaishuolto never asked no training support person: Minna H. met 1 Mar 2026",
         "done", "met"),
        ("Otto L. Open never asked no training support person: Minna H. not met yet", "look", "not met yet")]
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.partition("</main>")[0])
    assert [(label, text_of(value)) for label, value in facts] == [
        ("Event", "talk or lecture"), ("Time and place", "9 Dec 2026 9:00–11:00 Jyväskylä"), ("Themes", "sijaishuolto"),
        ("Audience", "henkilöstö"), ("Experts needed", "2"), ("Training", "not required")]
    assert re.findall(r'<p class="note">(.*?)</p>', page) == [
        "A suggestion does not replace the talk. Declining, pauses or missing training do not change the order."]


def test_place_of_a_protected_person_is_on_no_page(coordinator, client):
    order = an_order(coordinator)
    town = Municipality(name="Muurame")
    an_askable(protected=True, municipalities=[town, order.occasions[0].municipality])

    hidden = client.get(page_of(order, names=1)).text
    an_askable(municipalities=[town])
    shown = client.get(page_of(order, names=1)).text

    assert [hidden.count("Muurame"), shown.count("Muurame")] == [0, 1]
    assert "municipality:" not in text_of(section(hidden, "Can be asked"))


def test_those_not_asked_now_are_counted_and_named_on_asking(coordinator, client):
    order = an_order(coordinator)
    paused = [an_askable(first_name="Veera", last_name="Salo") for _ in range(2)]
    make_expert(first_name="Otto", last_name="Laine", birth_date=date(1990, 5, 1))
    db.session.add_all(Pause(expert=one, starts_on=TODAY) for one in paused)
    db.session.commit()

    plain, named = client.get(page_of(order)).text, client.get(page_of(order, names=1)).text

    counted = "Not asked now (3) Only the coordinator sees this. On pause 2 Support person missing 1"
    assert text_of(section(plain, "Not asked now")) == f"{counted} Show names and reasons"
    assert text_of(section(named, "Not asked now")) == (
        f"{counted} Veera S. On pause until further notice Veera S. On pause until further notice"
        " Otto L. No support person named Why you ask in spite of it")
    assert re.findall(r'<input [^>]*name="([\w-]+)"', section(named, "Not asked now")) == [
        "expert", f"reason-{paused[1].id + 1}"]


def test_big_bank_is_shown_a_hundred_at_a_time_and_says_how_many_there_are(coordinator, client):
    order = an_order(coordinator)
    for _ in range(101):
        an_askable()
    for _ in range(101):
        make_expert(birth_date=date(1990, 5, 1))

    some, everybody = (client.get(page_of(order, names=1, **more)).text for more in ({}, {"all": 1}))

    shown = [[len(PERSON.findall(section(page, heading))) for heading in ("Can be asked", "Not asked now")]
             for page in (some, everybody)]
    assert shown == [[100, 100], [101, 101]]
    more = re.findall(r'<a class="btn quiet" href="([^"]*all=1[^"]*)">(.*?)</a>', some)
    assert [(html.unescape(address), words) for address, words in more] == [
        (f"/admin/order/match/?id={order.id}&names=1&all=1", "Show all (101)")] * 2


def test_those_in_the_order_are_told_apart_and_can_be_asked_again_when_free(coordinator, client):
    order = an_order(coordinator)
    waiting, silent = ask(order, coordinator, an_askable(alias="Sini"), an_askable(alias="Otto"))
    do(silent, "lapse", coordinator)

    page = client.get(page_of(order)).text

    assert text_of(section(page, "Already in this order")) == "Already in this order Sini asked Otto no answer Ask again"
    assert text_of(section(page, "Can be asked")).startswith("Can be asked (0)")
    assert waiting.status is AssignmentStatus.ASKED


# --- asking


def test_several_are_asked_at_once(coordinator, client):
    order, people = an_order(coordinator), [an_askable(alias="Sini"), an_askable(alias="Otto"), an_askable()]

    answer = post(client, order, people[:2])

    assert (answer.status_code, answer.location) == (302, f"/admin/order/details/?id={order.id}")
    assert asked() == [(one.id, AssignmentStatus.ASKED, "") for one in people[:2]]
    assert order.status is OrderStatus.SEARCHING
    notes = re.findall(r'<p class="note done"[^>]*>(.*?)</p>', client.get(answer.location).text, re.DOTALL)
    assert [text_of(note) for note in notes] == ["Recorded as asked: Sini, Otto"]


def test_same_form_sent_twice_asks_once(coordinator, client):
    order, person = an_order(coordinator), an_askable()

    answers = [post(client, order, [person]) for _ in range(2)]

    assert [answer.location for answer in answers] == [f"/admin/order/details/?id={order.id}"] * 2
    assert asked() == [(person.id, AssignmentStatus.ASKED, "")]


def test_soft_guard_is_passed_with_a_reason_and_what_was_ticked_stays(coordinator, client):
    order, free = an_order(coordinator), an_askable()
    person = make_expert(first_name="Otto", last_name="Laine", birth_date=date(1990, 5, 1))

    refused = post(client, order, [free, person], names=1)
    before = asked()
    post(client, order, [free, person], reasons={person: "Tukihenkilö haetaan"}, names=1)

    said = re.findall(r'<p class="note stop"[^>]*>(.*?)</p>', refused.text)
    assert (refused.status_code, said) == (
        422, ["Otto L.: No support person named. Write why you ask in spite of it."])
    assert re.findall(r'value="(\d+)" id="e\d+" checked', refused.text) == [str(free.id), str(person.id)]
    assert before == []
    assert asked() == [(free.id, AssignmentStatus.ASKED, ""),
                       (person.id, AssignmentStatus.ASKED, "Tukihenkilö haetaan")]


def test_hard_guard_refuses_whatever_is_posted(coordinator, client):
    order, person = an_order(coordinator), an_askable(first_name="Sini", last_name="Korhonen", restricted=True)

    refused = post(client, order, [person], reasons={person: "Kysyn silti"})

    assert re.findall(r'<p class="note stop"[^>]*>(.*?)</p>', refused.text) == [
        "Sini K. is not asked: Use of this person&#39;s data is restricted"]
    assert (refused.status_code, asked()) == (422, [])


@pytest.mark.parametrize(("values", "sentence"), [
    ([], "Choose at least one expert."), (["abc", "-1"], "Choose at least one expert."),
    (["999999"], "Choose from the list."),
])
def test_what_names_nobody_is_refused(coordinator, client, values, sentence):
    order = an_order(coordinator)

    answer = client.post(page_of(order), data={"csrf_token": token(client, page_of(order)), "expert": values})

    assert re.findall(r'<p class="note stop"[^>]*>(.*?)</p>', answer.text) == [sentence]
    assert (answer.status_code, asked()) == (422, [])


def test_page_asks_nobody_for_an_order_that_is_over(coordinator, client):
    order, person = an_order(coordinator), an_askable()
    do(order, "cancel", coordinator)

    answer = post(client, order, [person])

    assert re.findall(r'<p class="note stop"[^>]*>(.*?)</p>', answer.text) == [
        "Nobody is asked any more: the order is “cancelled”."]
    assert (answer.status_code, asked()) == (422, [])


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_page_is_used_by_hand_on_a_phone_and_a_wide_screen(coordinator, client, open_page, width):
    order = an_order(coordinator)
    an_askable(alias="Sini", themes=list(order.themes))
    person = make_expert(alias="Otto", birth_date=date(1990, 5, 1))
    page = open_page(client, viewport={"width": width, "height": 900})

    page.goto(page_of(order, names=1))
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.check("text=Sini")
    page.check("text=Otto")
    page.fill(f"[name=reason-{person.id}]", "Tukihenkilö haetaan")
    page.locator("button:has-text('Ask the chosen')").first.click()
    page.wait_for_url("**/order/details/**")

    assert sideways == 0
    assert [status for _, status, _ in asked()] == [AssignmentStatus.ASKED] * 2
