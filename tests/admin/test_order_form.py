"""The public order form: steps back and forth lose nothing, little is needed, nothing enters the queue unconfirmed."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.reminders import expire_requests
from models import ExistingStructure, Message, Request, Theme, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import MessageKind, OrderKind, OrderSource
from rules.referrals import Elsewhere, belongs_elsewhere
from rules.states import MessageStatus, RequestStatus
from services import personal_links, requests
from services.queues import NEW_REQUESTS, count
from tests.conftest import token
from tests.people import make_organisation, make_user
from tests.services.placing_world import TODAY, actor_of, do, one_of

FILLED = {
    "kind": "talk", "wish": "Nuoren puheenvuoro tiimille.\nKuultua käytetään perehdytyksessä.", "audience": "henkilöstö",
    "audience_size": "12", "wished_on": "9.12.2026", "starts": "9", "ends": "10.30", "place": "Jyväskylä, Rantakatu 3",
    "places": "2", "organisation_name": "Perhekeskus Kide", "contact_name": "Sari Niemi", "email": "sari@test.invalid",
    "accepts_rules": "y",
}


@pytest.fixture
def form(app, client):
    """Sends the form as a browser would."""
    app.config["TODAY"] = TODAY

    def send(go, step=3, by=None, **given):
        sender = by or client
        values = {name: value for name, value in (FILLED | given).items() if value is not None}
        return sender.post("/order", data=values | {"csrf_token": token(sender, "/order"), "go": go, "step": step})

    return send


def wishes():
    return db.session.scalars(sa.select(Request).order_by(Request.id)).all()


def field_of(page, name):
    """What the page carries of a field, shown or hidden."""
    text = page.text
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)<', text)
    option = re.search(rf'<select[^>]*name="{name}".*?<option value="([^"]+)" selected', text, re.DOTALL)
    box = re.search(rf'name="{name}" value="([^"]*)"', text) or re.search(rf'id="{name}" name="{name}" value="([^"]*)"', text)
    found = area or option or box
    return found[1] if found else None


@pytest.mark.parametrize("step", range(4))
@pytest.mark.parametrize("go", ["next", "back", "0", "1", "2", "3"])
def test_steps_back_and_forth_carry_everything_that_was_typed(form, step, go):
    page = form(go, step)

    carried = {name: field_of(page, name) for name in FILLED}
    assert (page.status_code, carried["wish"], carried["email"]) == (200, FILLED["wish"], FILLED["email"])
    assert {name for name, value in carried.items() if not value} == set()
    assert wishes() == []


@pytest.mark.parametrize(("step", "given", "name"), [
    (0, {"audience_size": "monta"}, "audience_size"), (1, {"wished_on": "ensi viikolla"}, "wished_on"),
    (1, {"starts": "25.99"}, "starts"), (2, {"places": "pari"}, "places"), (0, {"wish": "x" * 4001}, "wish")])
def test_value_that_cannot_be_read_is_told_at_its_field_and_kept(form, step, given, name):
    page = form("next", step, **given)

    assert (page.status_code, f'id="{name}-error"' in page.text, field_of(page, name)) == (422, True, given[name])


def test_what_is_missing_is_told_and_does_not_bar_the_next_step(form):
    page = form("next", 0, wish="", email="")

    assert (page.status_code, page.text.count('id="missing"')) == (200, 1)
    assert "S%C3%A4hk" not in page.text.partition('id="missing"')[0][-1:]


@pytest.mark.parametrize("name", ["kind", "wish", "organisation_name", "contact_name", "email", "accepts_rules"])
def test_order_is_not_sent_without_the_few_things_needed(form, name):
    page = form("send", **{name: None})

    assert (page.status_code, f'id="{name}-error"' in page.text, wishes()) == (422, True, [])


@pytest.mark.parametrize(("given", "name"), [
    ({"email": "sari"}, "email"), ({"email": "a@b.fi, c@d.fi"}, "email"), ({"ends": "8.00"}, "ends"),
    ({"places": "0"}, "places"), ({"requires_training": "y"}, "training_reason"), ({"audience_size": "-1"}, "audience_size")])
def test_what_does_not_fit_together_is_told_at_its_field(form, given, name):
    page = form("send", **given)

    assert (page.status_code, f'id="{name}-error"' in page.text, wishes()) == (422, True, [])


def test_order_enters_the_queue_when_its_e_mail_is_confirmed(form, client):
    coordinator = actor_of("coordinator")
    assert form("send").headers["Location"] == "/order/sent"
    [wish], [message] = wishes(), db.session.scalars(sa.select(Message)).all()
    before = count(NEW_REQUESTS, coordinator, TODAY)
    address = "/order/confirm/" + personal_links.secret_of(personal_links.live_link(LinkFor.REQUEST, wish))

    opened = client.get(address)
    unconfirmed = wish.email_confirmed_at
    done = client.post(address, data={"csrf_token": token(client, address)})

    assert (message.kind, message.to, message.status) == (
        MessageKind.CONFIRM_REQUEST, "sari@test.invalid", MessageStatus.QUEUED)
    assert (before, opened.status_code, unconfirmed, done.status_code) == (0, 200, None, 303)
    assert (count(NEW_REQUESTS, coordinator, TODAY), wish.email_confirmed_at is None) == (1, False)
    assert (client.get(address).status_code, client.get("/order/confirmed").status_code) == (410, 200)
    assert (wish.came_by, wish.kind, wish.places, wish.ends.isoformat()) == (
        OrderSource.FORM, OrderKind.TALK, 2, "10:30:00")


def test_order_that_nobody_confirms_expires_after_a_week(form):
    form("send")
    [wish] = wishes()

    counts = [expire_requests(TODAY + timedelta(days)) for days in (0, 7, 8, 9)]

    assert (counts, wish.status) == ([0, 0, 1, 0], RequestStatus.EXPIRED)


def test_orderer_who_is_signed_in_need_not_confirm_nor_say_who_they_are(form, login):
    client = login("orderer")
    page = client.get("/order")

    form("send", by=client, organisation_name="Jokin muu", email=client.user.email)

    [wish] = wishes()
    assert field_of(page, "organisation_name") == client.user.organisation.name
    assert (wish.organisation, wish.organisation_name) == (
        client.user.organisation, client.user.organisation.name)
    assert wish.email_confirmed_at is not None
    assert db.session.scalars(sa.select(Message)).all() == []


def test_program_that_fills_the_hidden_field_is_thanked_and_nothing_is_stored(form):
    answer = form("send", website="https://spam.test")

    assert (answer.headers["Location"], wishes()) == ("/order/sent", [])


def test_form_is_sent_so_often_from_one_place_and_keeps_what_is_typed_when_refused(form):
    answers = [form("send", email=f"sari{n}@test.invalid") for n in range(11)]

    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert (field_of(answers[-1], "wish"), len(wishes())) == (FILLED["wish"], 10)


def test_nobody_is_mailed_again_and_again_by_the_form(form):
    codes = [form("send").status_code for _ in range(4)]

    assert codes == [303] * 3 + [429]


def test_page_that_grew_old_keeps_what_was_typed(app, client):
    page = client.post("/order", data=FILLED | {"go": "send", "step": "3"})

    assert (page.status_code, field_of(page, "wish"), wishes()) == (400, FILLED["wish"], [])


@pytest.mark.parametrize(("language", "title"), [
    ("fi", "Tilaa kokemusasiantuntija"), ("sv", "Beställ en erfarenhetsexpert"), ("en", "Order an expert by experience")])
def test_language_is_changed_without_losing_what_was_typed(form, client, language, title):
    page = form(None, 1, language=language)

    assert (f"<h1>{title}</h1>" in page.text, field_of(page, "wish"), field_of(page, "wished_on")) == (
        True, FILLED["wish"], FILLED["wished_on"])


@pytest.mark.parametrize(("kind", "wish", "place"), [
    (OrderKind.PEER_EVALUATION, "Meille", Elsewhere.VALTTI), (OrderKind.TALK, "Toivomme VALTTI-arviointia", Elsewhere.VALTTI),
    (OrderKind.OTHER, "Vertaistukiryhmä vanhemmille", Elsewhere.PEER_GROUP), (None, "en kamratstödsgrupp", Elsewhere.PEER_GROUP),
    (OrderKind.TALK, "Puheenvuoro vertaistuesta", None), (OrderKind.OTHER, "Työpari ryhmään", None)])
def test_wish_that_belongs_elsewhere_is_recognised(kind, wish, place):
    assert belongs_elsewhere(kind, wish) is place


def test_wish_that_belongs_elsewhere_is_referred_and_sent_only_when_meant(form):
    owner = ExistingStructure(name="VALTTI-vertaisarviointi", owner="Pesäpuu ry", contact="valtti@test.invalid")
    db.session.add(owner)

    told = form("send", kind="peer_evaluation")
    before = wishes()
    form("send", kind="peer_evaluation", anyway="1")

    assert (told.status_code, "Pesäpuu ry" in told.text, field_of(told, "wish"), before) == (200, True, FILLED["wish"], [])
    assert [wish.belongs_to for wish in wishes()] == [owner]


def test_form_shows_nothing_of_others(client):
    unit = make_organisation(name="Salainen yksikkö")
    make_user("orderer", organisation=unit)

    assert "Salainen" not in client.get("/order").text


TOLD = {
    "wish": "Toive " * 660 + "ja loppu.", "practical": "Induktiosilmukka.\nTulkki viittoo.", "other_times": "10.12. tai 11.12.",
    "invoicing": "Viite 4400, verkkolasku 0037", "cost_centre": "4400", "heard_of": "uutiskirje", "requires_training": "y",
    "training_reason": "Ohjaa ryhmää", "background_needed": "y", "minors_present": "y", "remote": "y", "phone": "014 123",
    "contact_title": "Ohjaaja",
}


@pytest.fixture
def confirm(form):
    """Confirms the wish that came last, for an organisation."""
    coordinator = actor_of("coordinator")

    def confirm(unit):
        wish = wishes()[-1]
        with writing():
            theme = one_of(Theme, "sijaishuolto")
            db.session.add(theme)
            db.session.commit()
        return do(wish, "confirm", coordinator, organisation=unit, kind=wish.kind, themes=[theme], on=wish.wished_on)

    return confirm


def test_order_made_of_the_request_has_all_that_was_told(form, confirm):
    form("send", **TOLD)

    order = confirm(make_organisation())

    [wish], [occasion] = wishes(), order.occasions
    same = ("places", "audience", "audience_size", "minors_present", "requires_training", "training_reason",
            "background_needed", "practical", "other_times", "cost_centre", "invoicing", "heard_of")
    moved = {"purpose": wish.wish, "kind": wish.kind, "source": wish.came_by, "requests": [wish]}
    about = {name: getattr(wish, name) for name in ("starts", "ends", "remote", "municipality", "place")}
    who = {"name": wish.contact_name, "title": wish.contact_title, "email": wish.email, "phone": wish.phone,
           "message_language": wish.written_in}
    assert {name: getattr(order, name) for name in (*same, *moved)} == {name: getattr(wish, name) for name in same} | moved
    assert {name: getattr(occasion, name) for name in about} | {"on": occasion.on} == about | {"on": wish.wished_on}
    assert {name: getattr(order.contact, name) for name in who} == who
    kept = {name for name in FILLED | TOLD if getattr(wish, name, None)}
    assert kept == (FILLED | TOLD).keys() - {"accepts_rules"}
    assert (order.purpose, order.practical, order.invoicing) == tuple(
        TOLD[name] for name in ("wish", "practical", "invoicing"))


def test_order_leads_back_to_its_request(form, confirm, login):
    form("send")
    order = confirm(make_organisation())

    page = login("coordinator").get(f"/admin/order/details/?id={order.id}")

    assert f'href="/admin/request/details/?id={order.requests[0].id}' in page.text


@pytest.mark.parametrize(("again", "cards"), [
    ({}, [("Sari Niemi", "sari@test.invalid")]),
    ({"email": "Sari@Test.invalid", "contact_name": "sari niemi"}, [("Sari Niemi", "sari@test.invalid")]),
    ({"contact_name": "Olli Aho"}, [("Olli Aho", "sari@test.invalid"), ("Sari Niemi", "sari@test.invalid")]),
    ({"email": "toinen@test.invalid"}, [("Sari Niemi", "sari@test.invalid"), ("Sari Niemi", "toinen@test.invalid")]),
])
def test_second_request_of_a_contact_makes_no_second_card(form, confirm, again, cards):
    unit = make_organisation()
    form("send")
    first = confirm(unit)
    form("send", **again | {"phone": "014 123"})

    second = confirm(unit)

    assert sorted((card.name, card.email) for card in unit.contacts) == cards
    assert ((second.contact is first.contact), second.contact.phone) == (len(cards) == 1, "014 123")


def test_card_of_another_organisation_or_of_who_has_left_is_not_taken(form, confirm):
    unit, other = make_organisation(), make_organisation()
    form("send")
    first = confirm(unit)
    form("send")
    second = confirm(other)
    first.contact.active = False
    db.session.commit()
    form("send")

    third = confirm(unit)

    assert len({first.contact_id, second.contact_id, third.contact_id}) == 3
    assert (second.contact.organisation, third.contact.organisation) == (other, unit)


def test_coordinators_form_begins_with_what_was_told(form, login):
    form("send")
    [wish] = wishes()
    wish.organisation = make_organisation(name="Perhekeskus Kide")
    db.session.commit()

    page = login("coordinator").get(f"/admin/request/verb/confirm/?id={wish.id}")

    assert (field_of(page, "on"), field_of(page, "kind")) == ("2026-12-09", "talk")
    assert "Perhekeskus Kide #" in page.text
    assert requests.confirm is not None
