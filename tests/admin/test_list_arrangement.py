"""How a user arranges a list: columns in an order of one's own, saved views; rights apply when they are read."""

import re

import pytest

from models import Contact, Expert, Order, Organisation, Payee, db
from models.desk import ListSetting, SavedView
from rules.permissions import Role
from tests.conftest import token
from tests.factories import make
from tests.people import make_user

HEADS = re.compile(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)')


def heads(client, address):
    return [head.strip() for head in HEADS.findall(client.get(address).text)]


def send(client, at, /, **form):
    """Post the form of a list's own page."""
    return client.post(at, data={"csrf_token": token(client, "/admin/")} | form)


def english(client):
    send(client, "/language", language="en")
    return client


def test_list_has_the_columns_that_its_reader_has_chosen_in_their_order(login):
    make(Order)
    client, other = english(login("coordinator")), english(login("coordinator"))
    usual = heads(client, "/admin/order/")

    send(client, "/admin/order/columns/", action="save", column=["received_on", "title", "number"])

    assert heads(client, "/admin/order/") == ["Received on", "Title", "Number"]
    assert heads(other, "/admin/order/") == usual
    send(client, "/admin/order/columns/", action="reset")
    assert heads(client, "/admin/order/") == usual


def test_columns_move_by_buttons_without_a_script(login):
    client = login("coordinator")
    order = {"order": ["number", "status", "title"], "column": ["title"]}

    text = send(client, "/admin/order/columns/", up="title", **order).text

    assert re.findall(r'name="order" value="(\w+)"', text)[:3] == ["number", "title", "status"]
    assert re.findall(r'name="column" value="(\w+)" checked', text) == ["title"]
    assert re.findall(r'name="(\w+)" value="(\w+)"[^>]* autofocus', text) == [("up", "title")]
    assert db.session.query(ListSetting).count() == 0


def test_choice_of_no_column_is_refused_and_the_old_one_stays(login):
    make(Order)
    client = english(login("coordinator"))
    send(client, "/admin/order/columns/", action="save", column=["number"])

    refused = client.get(send(client, "/admin/order/columns/", action="save").headers["Location"]).text

    assert refused.count("Choose at least one column.") == 1
    assert heads(client, "/admin/order/") == ["Number"]


def test_column_that_the_role_does_not_read_is_skipped_whatever_was_kept(login):
    user = make_user("finance")
    make(Payee)
    db.session.add(ListSetting(user_id=user.id, model="Payee", columns="nothing,version,official_name,iban_hash"))
    client = english(login(user=user))

    assert heads(client, "/admin/payee/") == ["Account holder&#39;s official name"]
    assert re.findall(r'name="order" value="(version|iban_hash)"', client.get("/admin/payee/columns/").text) == []


def test_masked_column_is_shown_masked(login):
    make(Payee, iban="FI2112345600000785")
    client = login("coordinator")
    send(client, "/admin/payee/columns/", action="save", column=["official_name", "iban"])

    text = client.get("/admin/payee/").text

    assert (text.count("FI2112345600000785"), text.count("sort=iban")) == (0, 0)


def test_arranging_leads_back_to_the_list_as_it_was(login):
    client = login("coordinator")

    answer = send(client, "/admin/order/columns/", action="save", column=["number"], url="/admin/order/?q=x&sort=title")

    assert answer.headers["Location"] == "/admin/order/?q=x&sort=title"
    assert send(client, "/admin/order/columns/", action="save", column=["number"], url="//evil").status_code == 400


# --- saved views


def tabs(client, address):
    """The saved views above the list: the name, and whether it is the one at hand."""
    nav = re.search(r'<nav class="tabs".*?</nav>', client.get(address).text, re.DOTALL)
    return [(name.strip(), bool(current)) for current, name in
            re.findall(r'<li><a href="[^"]*"( aria-current="page")?>([^<]+)', nav[0])] if nav else []


def test_view_is_saved_and_stands_above_the_list(login):
    make(Contact)
    client = english(login("coordinator"))
    before = tabs(client, "/admin/contact/")

    answer = send(client, "/admin/contact/views/", action="save", name="Omat <b>", address="?q=Anna&sort=-name")

    assert answer.headers["Location"] == "/admin/contact/?q=Anna&sort=-name"
    assert before == []
    assert tabs(client, "/admin/contact/?sort=-name&q=Anna") == [("All", False), ("Omat &lt;b&gt;", True)]
    assert tabs(client, "/admin/contact/") == [("All", True), ("Omat &lt;b&gt;", False)]


def test_shared_view_shows_each_reader_their_own_rows(login):
    own, foreign = make(Organisation, name="Oma koti"), make(Organisation, name="Vieras koti")
    make(Order, number="n-own", organisation=own), make(Order, number="n-foreign", organisation=foreign)
    coordinator, orderer = english(login("coordinator")), english(login("orderer", organisation=own))

    send(coordinator, "/admin/order/views/", action="save", name="Uudet", address="?f_status=received",
         shared_with="orderer")
    shown = orderer.get("/admin/order/?f_status=received").text

    assert tabs(orderer, "/admin/order/") == [("All", True), ("Uudet", False)]
    assert (shown.count("n-own</a>"), shown.count("n-foreign</a>")) == (1, 0)


def test_view_that_cannot_be_saved_keeps_what_was_typed(login):
    client = english(login("coordinator"))
    send(client, "/admin/order/views/", action="save", name="Oma", address="?q=1")

    answer = send(client, "/admin/order/views/", action="save", name="Oma", address="?q=2")

    assert (answer.status_code, answer.text.count("You already have a view of this name.")) == (422, 1)
    assert re.findall(r'name="address" value="(.*?)"', answer.text) == ["?q=2"]
    assert re.findall(r'id="new-name" name="name" value="(.*?)"', answer.text) == ["Oma"]


def test_view_is_renamed_shared_and_deleted_by_its_owner_alone(login):
    owner, other = login("coordinator"), login("admin")
    send(owner, "/admin/user/views/", action="save", name="Oma", address="?q=1")
    send(other, "/admin/user/views/", action="save", name="Oma", address="?q=1")
    view = db.session.query(SavedView).filter_by(user_id=other.user.id).one()

    answers = [send(client, "/admin/user/views/", action=action, view=view.id, name="Uusi", shared_with="admin")
               .status_code for action in ("change", "delete") for client in (owner, other)]

    assert answers == [422, 302, 422, 302]
    assert db.session.query(SavedView).filter_by(user_id=other.user.id).count() == 0


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ORDERER])
def test_role_that_may_not_share_is_offered_none_and_refused(role, login):
    client = login(role)

    page = client.get("/admin/order/").text if role is Role.ORDERER else client.get("/admin/invoice/").text
    at = "/admin/order/views/" if role is Role.ORDERER else "/admin/invoice/views/"
    own = send(client, at, action="save", name="Oma", address="?q=x")
    shared = send(client, at, action="save", name="Kaikille", address="?q=x", shared_with="coordinator")

    assert (page.count('name="shared_with"'), own.status_code, shared.status_code) == (0, 302, 422)


def test_saved_address_names_nothing_but_the_list(login):
    client = login("coordinator")

    send(client, "/admin/order/views/", action="save", name="x", address='//evil.invalid/?"><script>')

    text = client.get("/admin/order/").text
    assert (text.count("<script>"), text.count('href="//evil')) == (0, 0)


def test_writing_needs_a_token_and_the_right_to_read_the_list(app, login):
    app.config["WTF_CSRF_ENABLED"] = True
    client = login("orderer")

    assert client.post("/admin/order/views/", data={"action": "save", "name": "x"}).status_code == 400
    assert send(client, "/admin/expert/views/", action="save", name="x", address="?q=1").status_code == 403
    assert send(client, "/admin/expert/columns/", action="reset").status_code == 403
    assert send(client, "/admin/order/views/", action="save", name="x", address="?q=1").status_code == 302


def test_columns_do_not_change_what_is_exported(login):
    make(Expert, alias="Revontuli")
    client = login("coordinator")
    before = client.get("/admin/expert/export/csv/").text

    send(client, "/admin/expert/columns/", action="save", column=["last_name"])

    assert client.get("/admin/expert/export/csv/").text == before
