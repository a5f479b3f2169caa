"""What another site, a script or a hand-written address sends: each refused, beside the same thing sent rightly."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_views.base import LOOKUP_ROWS, GuardedView
from admin_views.generate import consoled
from models import BatchFile, Draft, Expert, ListSetting, Order, Organisation, Pause, SavedView, Selection, Theme, db
from rules.choices import Language, OrganisationKind
from rules.states import OrderStatus
from tests.admin.filling import filled
from tests.conftest import token
from tests.factories import make, make_many
from tests.people import make_user

SECRET_WORDS = ("INSERT", "SELECT", "sqlite", "psycopg", "CONSTRAINT", "FOREIGN KEY", "parameters")
ODD_IDS = ["abc", "", "-1", "1,2", "1 OR 1=1", "9" * 30, "１", "0x1", "1;DROP", "[1]"]
AWAY = ["http:/evil.example", "//evil.example", "/\\evil.example", "http://[::1", "https:evil.example"]
HERE = "/admin/order/?q=x"


def tokenless(form):
    return {name: value for name, value in form.items() if name != "csrf_token"}


# --- without a token


def of_new(client):
    return "/admin/organisation/new/", filled(client.get("/admin/organisation/new/").text, name="Uusi", kind="ngo")


def of_edit(client):
    address = f"/admin/organisation/edit/?id={make(Organisation).id}"
    return address, filled(client.get(address).text, name="Muutettu")


def of_delete(client):
    pause = make(Pause)
    return f"/admin/pause/delete/?id={pause.id}", {"csrf_token": token(client, "/admin/"), "version": str(pause.version)}


def of_verb(client):
    address = f"/admin/order/verb/search/?id={make(Order).id}"
    return address, filled(client.get(address).text)


def of_bulk(client):
    number = str(make(Order).id)
    return "/admin/order/bulk/", {"csrf_token": token(client, "/admin/"), "do": "search", "which": "ticked", "id": number}


def of_columns(client):
    return "/admin/order/columns/", {"csrf_token": token(client, "/admin/"), "action": "save", "column": "number"}


def of_view(client):
    return "/admin/order/views/", {"csrf_token": token(client, "/admin/"), "action": "save", "name": "Oma", "address": ""}


def of_draft(client):
    return "/admin/desk/draft", {"csrf_token": token(client, "/admin/"), "draft-path": "/admin/theme/new/", "name": "x"}


def of_calendar(client):
    return "/admin/calendar/address/", {"csrf_token": token(client, "/admin/"), "do": "make"}


WRITES = [of_new, of_edit, of_delete, of_verb, of_bulk, of_columns, of_view, of_draft, of_calendar]


def written(client):
    """All that the forms above can write."""
    db.session.rollback()
    db.session.refresh(client.user)
    models = (Organisation, Pause, Selection, ListSetting, SavedView, Draft)
    return [db.session.scalars(sa.select(Organisation.name).order_by(Organisation.id)).all(),
            db.session.scalars(sa.select(Order.status)).all(), client.user.calendar_key,
            *(db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in models)]


@pytest.mark.parametrize("what", WRITES, ids=lambda what: what.__name__)
def test_form_without_its_token_changes_nothing_and_with_it_does(what, login):
    client, stranger = login("coordinator"), login("coordinator")
    address, form = what(client)
    foreign = token(stranger, "/admin/")
    before = written(client)

    refused = [client.post(address, data=tokenless(form)), client.post(address, data=form | {"csrf_token": "x"}),
               client.post(address, data=form | {"csrf_token": foreign}), client.post(address),
               client.post(address, data="csrf_token=x", content_type="text/plain"),
               client.post(address, json=form), client.get(address, headers={"X-HTTP-Method-Override": "POST"})]

    assert [answer.status_code for answer in refused[:6]] == [400] * 6
    assert refused[6].status_code in (200, 405)
    assert written(client) == before
    assert client.post(address, data=form).status_code in (200, 302)
    assert written(client) != before


def test_token_of_an_address_is_none(login):
    """A delete form of Flask-Admin falls back to the address when the body is empty; ours takes the body alone."""
    client, pause = login("coordinator"), make(Pause)
    good = token(client, "/admin/")

    answer = client.post("/admin/pause/delete/", query_string={"id": pause.id, "csrf_token": good, "version": pause.version})

    assert (answer.status_code, db.session.get(Pause, pause.id) is None) == (400, False)


def test_row_is_deleted_only_as_it_was_seen(login):
    client, pause = login("coordinator"), make(Pause)
    form = {"csrf_token": token(client, "/admin/")}

    for version in ({}, {"version": "0"}, {"version": "x"}):
        client.post(f"/admin/pause/delete/?id={pause.id}", data=form | version)
    left = db.session.scalar(sa.select(sa.func.count(Pause.id)))
    client.post(f"/admin/pause/delete/?id={pause.id}", data=form | {"version": str(pause.version)})

    assert (left, db.session.scalar(sa.select(sa.func.count(Pause.id)))) == (1, 0)


# --- seams of Flask-Admin that fail open


def views_of(app):
    return [view for view in app.extensions["admin"][0]._views if isinstance(view, GuardedView)]


def test_every_record_type_has_the_guarded_view_and_no_seam_that_fails_open(app):
    """Rules of a form take the token out of it; editable lists forget the right to edit; loaders have no scope."""
    seams = ("form_rules", "form_create_rules", "form_edit_rules", "column_editable_list", "form_ajax_refs",
             "column_filters", "column_searchable_list", "inline_models", "can_set_page_size")

    assert {view.model for view in views_of(app)} == set(consoled())
    assert {(view.endpoint, seam) for view in views_of(app) for seam in seams if getattr(view, seam, None)} == set()
    assert {view.endpoint for view in views_of(app) if getattr(view, "fast_mass_delete", False)} == set()
    assert {view.endpoint for view in views_of(app) if "csrf_token" in vars(view.form_base_class)} == set()


def test_edit_in_a_list_and_the_actions_of_flask_admin_change_nothing(login):
    client, row = login("coordinator"), make(Organisation, name="Ennen")
    send = {"csrf_token": token(client, "/admin/"), "list_form_pk": str(row.id), "name": "Jälkeen", "pk": str(row.id),
            "value": "Jälkeen", "action": "delete", "rowid": str(row.id)}

    codes = [client.post(f"/admin/organisation/{page}/", data=send).status_code for page in ("ajax/update", "action")]

    db.session.refresh(row)
    assert (codes, row.name) == ([404, 404], "Ennen")
    client.post(f"/admin/organisation/edit/?id={row.id}", data=filled(
        client.get(f"/admin/organisation/edit/?id={row.id}").text, name="Jälkeen"))
    db.session.refresh(row)
    assert row.name == "Jälkeen"


def test_field_that_is_shown_and_not_offered_is_not_taken(login):
    """A disabled field is only HTML; here what cannot be written is no field at all."""
    order, client = make(Order, number="2026-1"), login("coordinator")
    address = f"/admin/order/edit/?id={order.id}"
    form = filled(client.get(address).text)

    client.post(address, data=form | {"status": "closed", "number": "X-9", "id": "77", "created_at": "1.1.2020",
                                      "register_note": "Muutettu"} | {"contact_note": "x"})

    db.session.refresh(order)
    taken = {name for name in ("status", "id", "created_at") if name in form}
    assert (order.status, order.created_at.year > 2020, taken) == (OrderStatus.RECEIVED, True, set())


# --- addresses that lead away


@pytest.mark.parametrize("page", ["", "details/", "edit/", "new/", "verb/met/", "export/csv/", "columns/", "views/", "lookup/"])
def test_no_page_takes_an_address_away_and_each_takes_one_of_ours(page, login):
    client, row = login("coordinator"), make(Expert)

    away = {client.get(f"/admin/expert/{page}", query_string={"id": row.id, "url": url}).status_code for url in AWAY}

    assert away == {400}
    assert client.get(f"/admin/expert/{page}", query_string={"id": row.id, "url": HERE}).status_code == 200


@pytest.mark.parametrize("url", AWAY)
def test_no_form_leads_away(url, login):
    client, row = login("coordinator"), make(Expert)
    send = {"csrf_token": token(client, "/admin/")}

    draft = client.post("/admin/desk/draft/drop", data=send | {"draft-path": url})
    reason = client.post(f"/admin/expert/reason/?id={row.id}", data=send | {"next": url})
    bulk = client.post(f"/admin/expert/bulk/?from={url}", data=send | {"do": "met", "which": "ticked"})

    assert draft.status_code == 400
    assert [answer.headers["Location"].startswith("/admin/expert/") for answer in (reason, bulk)] == [True, True]


@pytest.mark.parametrize(("origin", "kept"), [
    ("http://localhost", True), ("http://evil.example", False), ("http://[::1", False), ("null", False), ("localhost", False)])
def test_form_from_elsewhere_is_refused_and_not_offered_for_sending(origin, kept, login):
    answer = login("coordinator").post("/admin/theme/new/", data={"name": "Lähetetty"}, headers={"Origin": origin})

    assert (answer.status_code, "Lähetetty" in answer.text, db.session.scalars(sa.select(Theme)).all()) == (400, kept, [])


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost@evil.example"])
def test_page_leads_to_no_host_that_the_request_made_up(host, login):
    client = login("coordinator")

    answer = client.get("/", headers={"Host": host, "X-Forwarded-Host": host})

    assert answer.status_code in (302, 400)
    assert "evil.example" not in answer.headers.get("Location", "")


# --- rows by odd ids


@pytest.mark.parametrize("number", ODD_IDS)
def test_row_that_no_number_names_is_not_there_on_any_page(number, login):
    make(Order), make(BatchFile)
    coordinator, finance = login("coordinator"), login("finance")
    forms = {client: {"csrf_token": token(client, "/admin/"), "version": "1"} for client in (coordinator, finance)}
    pages = [(coordinator, "GET", "/admin/order/match/"), (coordinator, "GET", "/admin/board/steps/"),
             (coordinator, "POST", "/admin/pause/delete/"), (coordinator, "POST", "/admin/expert/reason/"),
             (coordinator, "POST", "/admin/order/match/"), (finance, "GET", "/admin/paymentbatch/file/"),
             (finance, "POST", "/admin/paymentbatch/pay/"), (finance, "POST", "/admin/paymentbatch/add/"),
             (coordinator, "POST", "/admin/payee/reveal/"), (coordinator, "GET", "/admin/order/bulk/search/")]

    codes = [client.open(address, method=method, query_string={"id": number, "chosen": number},
                         data=forms[client] if method == "POST" else None).status_code for client, method, address in pages]

    assert codes == [404] * len(pages)


def test_row_that_a_number_names_is_there(login):
    order, row = make(Order), make(BatchFile)

    assert login("coordinator").get(f"/admin/order/match/?id={order.id}&id=x").status_code == 200
    assert login("coordinator").get(f"/admin/board/steps/?id={order.id}").status_code == 200
    assert login("finance").get(f"/admin/paymentbatch/file/?id={row.id}").status_code == 200


@pytest.mark.parametrize("ids", [["abc"], ["1 OR 1=1"], ["9" * 30], ["-1"], ["1,2"], []])
def test_choice_by_odd_numbers_chooses_nothing(ids, login):
    order, client = make(Order), login("coordinator")
    send = {"csrf_token": token(client, "/admin/"), "do": "search", "which": "ticked"}

    nothing = client.post("/admin/order/bulk/", data=send | {"id": ids})
    one = client.post("/admin/order/bulk/", data=send | {"id": [*ids, str(order.id)]})

    assert (nothing.status_code, nothing.headers["Location"]) == (302, "/admin/order/")
    assert one.headers["Location"].startswith("/admin/order/bulk/search/?chosen=")
    assert db.session.scalars(sa.select(Selection)).one().ids == [order.id]


# --- look-ups


@pytest.mark.parametrize("query", ["", "?q=", "?q=Koti", "?q=Koti&limit=1000000", "?q=Koti&limit=-1", "?q=Koti&offset=-5",
                                   "?limit=all", "?q=%25"])
def test_look_up_gives_so_many_names_and_no_more(query, login):
    for row in make_many(Organisation, 25):
        row.name = f"Koti {row.id}"
    db.session.commit()

    rows = login("coordinator").get(f"/admin/organisation/lookup/{query}").json["rows"]

    assert len(rows) == (0 if "%25" in query else LOOKUP_ROWS)
    assert {tuple(row) for row in rows} <= {("id", "text")}


def test_look_up_is_for_those_with_a_field_to_fill_and_in_their_rows(login):
    own, other = make(Organisation, name="Koti oma"), make(Organisation, name="Koti muu")
    trainer = make_user("trainer", organisation=own)
    own.trains = True
    db.session.commit()

    assert [row["id"] for row in login(user=trainer).get("/admin/organisation/lookup/?q=Koti").json["rows"]] == [own.id]
    assert {row["id"] for row in login("coordinator").get("/admin/organisation/lookup/?q=Koti").json["rows"]} == {
        own.id, other.id}
    assert login("steering").get("/admin/organisation/lookup/?q=Koti").status_code == 403


# --- what the database says is not passed on


def test_refusal_of_the_database_reaches_no_flash_and_no_field(login, monkeypatch):
    client = login("coordinator", language=Language.EN)
    form = filled(client.get("/admin/organisation/new/").text, name="Salaperäinen", kind=OrganisationKind.NGO.value)

    def refused(self, _obj):
        raise IntegrityError("INSERT INTO organisation (name) VALUES (?)", {"name": "Salaperäinen"},
                             Exception("FOREIGN KEY CONSTRAINT failed: sqlite parameters ('hunter2',)"))

    monkeypatch.setattr("admin_views.form_pages.FormPages.remember", refused)
    answer = client.post("/admin/organisation/new/", data=form)
    shown = re.sub(r"<script.*?</script>|<option.*?</option>", "", answer.text, flags=re.DOTALL)

    assert answer.status_code == 422
    assert [word for word in (*SECRET_WORDS, "hunter2") if word in shown] == []
    assert "Salaperäinen" in shown  # what was typed is kept
    monkeypatch.undo()
    assert client.post("/admin/organisation/new/", data=form).status_code == 302


def test_short_list_word_used_elsewhere_is_kept_without_a_word_of_sql(login):
    make(Expert, themes=[make(Theme, name="Käytössä")])
    client = login("coordinator")

    answer = client.post("/admin/theme/delete/?id=1", data={"csrf_token": token(client, "/admin/"), "version": "1"})

    assert (answer.status_code, [word for word in SECRET_WORDS if word in answer.text]) == (403, [])
    assert db.session.scalars(sa.select(Theme.name)).all() == ["Käytössä"]
