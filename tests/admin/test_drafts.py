"""Drafts of forms: kept while one types, offered again, never to somebody else, gone when the form is saved."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from models import Draft, Expert, Order, Organisation, Programme, User, db
from rules.permissions import Role
from services import desk_drafts
from tests.admin.filling import fields_of, filled, send
from tests.admin.test_forms import ONE, in_english
from tests.admin.test_stale_edits import differences
from tests.conftest import token
from tests.factories import make
from tests.people import make_user

KEEP, DROP, NEW = "/admin/desk/draft", "/admin/desk/draft/drop", "/admin/organisation/new/"


@pytest.fixture
def coordinator(login):
    return in_english(login("coordinator"))


def type_in(client, address, **changed):
    """Open the form at ``address`` and type; the browser keeps the draft."""
    form = filled(client.get(address).text, **changed)
    answer = client.post(KEEP, data=form | {"draft-path": address})
    assert answer.status_code == 200
    return form


def act_as(client, role):
    client.post("/role", data={"role": role.value, "csrf_token": token(client, "/admin/")})


def drafts():
    return [(d.user_id, d.path) for d in db.session.scalars(sa.select(Draft).order_by(Draft.id))]


def offer(page):
    """What a form says of a draft, and the address that goes on with it; None when it says nothing."""
    found = html.fromstring(page).xpath("//main//div[.//form[contains(@action, '/drop')]]")
    if not found:
        return None
    links = found[0].xpath(".//a/@href")
    return " ".join(found[0].xpath(".//p")[0].text_content().split()), (links or [None])[0]


# --- keeping and offering


@pytest.mark.parametrize(("address", "field"), [
    (NEW, "name"), ("/admin/organisation/edit/?id={}", "name"), ("/admin/order/verb/cancel/?id={}", "note")])
def test_draft_is_offered_on_opening_the_form_again(address, field, coordinator):
    row = make(Order if "order" in address else Organisation)
    address = address.format(row.id)
    type_in(coordinator, address, **{field: "Kirjoitin pitkään"})

    words, onward = offer(coordinator.get(address).text)
    assert words.startswith("A draft of ")
    assert fields_of(coordinator.get(address).text)[field] != "Kirjoitin pitkään"
    page = coordinator.get(onward).text
    assert fields_of(page)[field] == "Kirjoitin pitkään"
    assert offer(page)[0].startswith("This is your draft of ")


def test_draft_is_kept_anew_and_stays_one(coordinator):
    type_in(coordinator, NEW, name="Ensin")
    type_in(coordinator, NEW, name="Sitten")

    assert drafts() == [(coordinator.user.id, NEW)]
    assert fields_of(coordinator.get(f"{NEW}?draft=1").text)["name"] == "Sitten"


@pytest.mark.parametrize("way", ["?url=/admin/organisation/", "?from=q%3Dx", "?draft=1", ""])
def test_draft_is_found_however_one_came_to_the_form(way, coordinator):
    type_in(coordinator, f"{NEW}?from=q%3Dy", name="Kirjoitin")

    assert offer(coordinator.get(NEW + way).text) is not None
    assert offer(coordinator.get(f"{NEW}?parent=1").text) is None


def test_draft_keeps_the_way_back(coordinator):
    type_in(coordinator, NEW, name="Kirjoitin", kind="ngo")
    _, onward = offer(coordinator.get(f"{NEW}?url=/admin/organisation/?q%3Dx").text)

    answer = send(coordinator, onward)

    assert answer.headers["Location"] == "/admin/organisation/?q=x"


def test_draft_is_thrown_away(coordinator):
    type_in(coordinator, NEW, name="Kirjoitin")
    (form,) = html.fromstring(coordinator.get(NEW).text).xpath("//main//form[contains(@action, '/drop')]")

    answer = coordinator.post(form.get("action"), data=dict(form.form_values()))

    assert (answer.status_code, answer.headers["Location"], drafts()) == (302, NEW, [])


@pytest.mark.parametrize("address", [NEW, "/admin/organisation/edit/?id={}", "/admin/order/verb/cancel/?id={}"])
def test_draft_is_gone_when_the_form_is_saved_and_no_late_one_comes_back(address, coordinator):
    address = address.format(make(Order if "order" in address else Organisation).id)
    typed = {"name": "Uusi", "kind": "ngo"} if "organisation" in address else {}
    form = type_in(coordinator, address, note="Syy", **typed)

    assert coordinator.post(address, data=form).status_code == 302
    assert drafts() == []
    late = coordinator.post(KEEP, data=form | {"draft-path": address, "csrf_token": token(coordinator, "/admin/")})
    assert late.status_code == (200 if "edit" in address else 409)


def test_refused_save_keeps_the_draft(coordinator):
    form = type_in(coordinator, NEW, name="Kirjoitin", kind="")

    assert (coordinator.post(NEW, data=form).status_code, len(drafts())) == (422, 1)


# --- a record that moved on


def test_draft_of_a_record_that_was_changed_says_so_and_meets_the_change(coordinator):
    organisation = make(Organisation, name="Ennen", phone="1")
    address = ONE.format(organisation.id)
    type_in(coordinator, address, name="Sitten")
    organisation.phone = "2"

    words, onward = offer(coordinator.get(address).text)
    page = coordinator.get(onward)

    assert "The record has been changed since" in words
    assert (page.status_code, differences(page.text)) == (
        200, {"Name": ("Ennen", "Ennen", "mine"), "Phone": ("2", "1", "theirs")})
    assert coordinator.post(onward, data=fields_of(page.text)).status_code == 302
    assert (organisation.name, organisation.phone, drafts()) == ("Sitten", "2", [])


def test_draft_of_a_deleted_record_gives_back_what_was_typed(coordinator):
    organisation = make(Organisation)
    address = ONE.format(organisation.id)
    type_in(coordinator, address, note="Kirjoitin pitkään")
    db.session.delete(organisation)

    answer = coordinator.get(address)

    assert (answer.status_code, "Kirjoitin pitkään" in answer.text) == (410, True)


# --- whose it is


def test_draft_is_offered_to_nobody_else(coordinator, login):
    type_in(coordinator, NEW, name="Kirjoitin")
    other = login("coordinator")

    assert offer(other.get(NEW).text) is None
    assert "Kirjoitin" not in other.get(f"{NEW}?draft=1").text
    other.post(DROP, data={"draft-path": NEW, "csrf_token": token(other, "/admin/")})
    assert drafts() == [(coordinator.user.id, NEW)]


def test_draft_read_in_another_role_has_that_roles_fields_only(login):
    own = make(Organisation, trains=True)
    programme = make(Programme, organisation=own)
    hidden = make(Organisation, name="Salainen yksikkö")
    client = login(user=make_user("coordinator", "trainer", organisation=own))
    address = f"/admin/programme/edit/?id={programme.id}"
    act_as(client, Role.COORDINATOR)
    type_in(client, address, name="Uusi", organisation=f"{hidden.name} #{hidden.id}", row_key="x")
    assert "Salainen" in client.get(f"{address}&draft=1").text
    act_as(client, Role.TRAINER)

    page = client.get(f"{address}&draft=1").text

    assert (fields_of(page)["name"], "Salainen" in page, "row_key" in page) == ("Uusi", False, False)


def test_draft_is_sealed_and_has_no_password(coordinator):
    type_in(coordinator, NEW, name="Kirjoitin", password="hunter2", new_password="hunter3")

    (draft,) = db.session.scalars(sa.select(Draft))
    stored = db.session.scalar(sa.text("SELECT fields FROM draft"))
    assert b"Kirjoitin" not in bytes(stored)
    names = {name for name, _ in desk_drafts.fields_of(draft)}
    assert names & {"name", "password", "new_password", "csrf_token", "draft-path"} == {"name"}


# --- what is not kept


@pytest.mark.parametrize("path", [
    "", "/admin/", "/admin/order/", "/login", "https://evil.example/admin/order/new/", "//evil.example/admin/order/new/",
    "/admin/order/new/../../x", "/admin/order/new/?x=" + "y" * 500])
def test_address_that_is_no_form_keeps_nothing(path, coordinator):
    form = filled(coordinator.get(NEW).text, name="Kirjoitin")

    for address in (KEEP, DROP):
        assert coordinator.post(address, data=form | {"draft-path": path}).status_code == 400
    assert drafts() == []


def test_draft_without_its_token_or_its_session_is_not_kept(coordinator):
    form = filled(coordinator.get(NEW).text, name="Kirjoitin") | {"draft-path": NEW}

    assert coordinator.post(KEEP, data=form | {"csrf_token": "wrong"}).status_code == 400
    with coordinator.session_transaction() as cookie:
        cookie.pop("_user_id")
    assert coordinator.post(KEEP, data=form).status_code == 401
    assert drafts() == []


def test_draft_too_large_to_keep_is_refused_and_the_one_before_stays(coordinator):
    form = type_in(coordinator, NEW, name="Kirjoitin")

    answer = coordinator.post(KEEP, data=form | {"draft-path": NEW, "note": "x" * desk_drafts.LARGEST})

    assert (answer.status_code, len(drafts())) == (413, 1)
    assert fields_of(coordinator.get(f"{NEW}?draft=1").text)["name"] == "Kirjoitin"


def test_old_drafts_are_forgotten(session):
    user, now = make(User), datetime(2026, 11, 24, tzinfo=UTC)
    for days in (31, 29):
        desk_drafts.keep(user.id, f"{NEW}?parent={days}", [("name", "x")], now - timedelta(days=days))

    assert desk_drafts.forget_older(now - timedelta(days=30)) == 1
    assert drafts() == [(user.id, f"{NEW}?parent=29")]


def test_user_has_so_many_drafts_and_the_oldest_goes(session):
    user, start = make(User), datetime(2026, 11, 24, tzinfo=UTC)
    for number in range(desk_drafts.MOST + 1):
        desk_drafts.keep(user.id, f"{NEW}?parent={number}", [("name", "x")], start + timedelta(minutes=number))

    assert [path for _, path in drafts()] == [f"{NEW}?parent={n}" for n in range(1, desk_drafts.MOST + 1)]


def test_draft_without_the_right_to_the_form_opens_no_form(login):
    expert = make(Expert)
    client = login(user=make_user("coordinator", "finance"))
    act_as(client, Role.COORDINATOR)
    type_in(client, f"/admin/expert/edit/?id={expert.id}", alias="Kirjoitin")
    act_as(client, Role.FINANCE)

    assert client.get(f"/admin/expert/edit/?id={expert.id}&draft=1").status_code == 403
