"""What a list can be asked for: AND, OR and alternatives, ranges, emptiness; nothing is dropped without a word."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from admin_views.generate import consoled
from admin_views.listing import Listing
from admin_views.lists.columns import readable
from admin_views.lists.filters import askings, kind_of
from models import Contact, Expert, Invoice, InvoiceLine, Order, Organisation, Pause, Payee, Theme
from models.base import described
from rules.choices import OrderKind
from rules.permissions import Actor, Role
from rules.states import OrderStatus
from tests.admin.test_list_pages import Queries
from tests.conftest import token
from tests.factories import make

TODAY = date(2026, 11, 24)
COORDINATOR = Actor(1, 1, Role.COORDINATOR)
BODY = re.compile(r"<tbody.*?</tbody>", re.DOTALL)


def found(model, name, *asked, actor=COORDINATOR):
    """What the attribute ``name`` is in the rows that the pairs ``asked`` leave."""
    page = Listing(model, actor, MultiDict(asked), TODAY)
    return sorted(str(getattr(row, name)) for row in page.rows())


def odd(model, *asked, actor=COORDINATOR):
    """What of the pairs was not understood."""
    page = Listing(model, actor, MultiDict(asked), TODAY)
    return [(pill.label, pill.value) for pill in page.pills if pill.odd]


@pytest.fixture
def experts(app):
    """Four experts: themes a or b, remote or not."""
    themes = {name: make(Theme, name=name) for name in "ab"}
    for alias, theme, remote in [("a-near", "a", False), ("a-remote", "a", True), ("b-near", "b", False)]:
        make(Expert, alias=alias, themes=[themes[theme]], remote_only=remote)
    make(Expert, alias="none", load_limit=2)
    return {name: str(theme.id) for name, theme in themes.items()}


@pytest.fixture
def orders(app):
    for number, (day, size, fee, title) in enumerate([
            (1, None, None, ""), (5, 10, Decimal("100.00"), "Alku % loppu"), (9, 20, Decimal("150.50"), "Loppu")]):
        make(Order, number=f"n{number}", received_on=date(2026, 11, day), audience_size=size, offered_fee=fee,
             title=title, created_at=datetime(2026, 11, day, 22, 30, tzinfo=UTC))


def test_values_of_one_column_are_alternatives_and_columns_hold_together(experts):
    a, b = experts["a"], experts["b"]

    assert found(Expert, "alias", ("f_themes", a), ("f_themes", b)) == ["a-near", "a-remote", "b-near"]
    assert found(Expert, "alias", ("f_themes", a), ("f_remote_only", "1")) == ["a-remote"]


def test_alternatives_reach_over_columns(experts):
    a, b = experts["a"], experts["b"]
    asked = [("or1_themes", a), ("or1_remote_only", "1"), ("or2_themes", b)]

    assert found(Expert, "alias", *asked) == ["a-remote", "b-near"]
    assert found(Expert, "alias", *asked, ("f_remote_only", "0")) == ["b-near"]


def test_each_alternative_has_its_pills_with_the_address_without_it(experts):
    page = Listing(Expert, COORDINATOR, MultiDict([
        ("or1_remote_only", "1"), ("or2_birth_year_from", "2"), ("f_protected", "0"), ("after", "x~y~5")]), TODAY)

    assert [(pill.group, pill.without) for pill in page.pills if not pill.odd] == [
        (0, "?or1_remote_only=1&or2_birth_year_from=2"), (1, "?or2_birth_year_from=2&f_protected=0"),
        (2, "?or1_remote_only=1&f_protected=0")]


@pytest.mark.parametrize(("asked", "numbers"), [
    ([("f_received_on_from", "2026-11-05")], ["n1", "n2"]), ([("f_received_on_until", "5.11.2026")], ["n0", "n1"]),
    ([("f_audience_size_from", "11")], ["n2"]), ([("f_audience_size_until", "10")], ["n1"]),
    ([("f_offered_fee_from", "100,00"), ("f_offered_fee_until", "150,49")], ["n1"]),
    ([("f_audience_size_is", "empty")], ["n0"]), ([("f_audience_size_is", "filled")], ["n1", "n2"]),
    ([("f_title", "LOPPU")], ["n1", "n2"]), ([("f_title", "%")], ["n1"]), ([("f_title_begins", "lop")], ["n2"]),
    ([("f_title_is", "empty")], ["n0"]), ([("f_title_is", "filled")], ["n1", "n2"]),
    ([("f_contact_is", "empty")], ["n0", "n1", "n2"]), ([("f_contact_is", "filled")], []),
    ([("f_themes_is", "empty")], ["n0", "n1", "n2"]), ([("f_themes_is", "filled")], []),
    ([("f_created_at_from", "2026-11-06")], ["n1", "n2"]), ([("f_created_at_until", "2026-11-05")], ["n0"]),
])
def test_range_emptiness_and_text_are_asked_for(asked, numbers, orders):
    """The moments are 00.30 here on the day after that of UTC."""
    assert found(Order, "number", *asked) == numbers


@pytest.mark.both_databases
@pytest.mark.parametrize("asked", [
    ("f_offered_fee_from", "100"), ("f_title", "lop"), ("f_title_begins", "Al"), ("f_themes_is", "empty"),
    ("f_created_at_from", "2026-11-06"), ("or1_audience_size_is", "empty")])
def test_every_way_of_asking_is_understood_by_both_databases(asked, orders):
    assert odd(Order, asked) == []
    assert len(found(Order, "number", asked)) in (1, 2, 3)


def test_computed_sum_is_asked_for_by_range(app):
    for amount in ("10", "20"):
        make(InvoiceLine, invoice=make(Invoice, number=amount), amount=Decimal(amount), unit_price=Decimal(1))

    assert found(Invoice, "number", ("f_total_from", "15")) == ["20"]
    assert found(Invoice, "number", ("f_total_until", "15")) == ["10"]


@pytest.mark.parametrize("asked", [
    ("f_nothing", "1"), ("or1_nothing", "1"), ("f_status", "nonsense"), ("f_received_on_from", "yesterday"),
    ("f_audience_size_from", "many"), ("f_offered_fee_from", "1e99"), ("f_minors_present", "2"),
    ("f_organisation", "x"), ("f_title_is", "maybe"), ("sort", "nothing"), ("size", "7"), ("queue", "nothing"),
    ("after", "x~y"), ("before", "1~2~3"), ("somebody", "Aino"),
])
def test_what_is_not_understood_leaves_all_rows_and_is_said(asked, orders):
    assert found(Order, "number", asked) == ["n0", "n1", "n2"]
    assert odd(Order, asked) == [asked]


@pytest.mark.parametrize("asked", [
    ("f_status", "received"), ("f_received_on_from", "1.1.2026"), ("f_minors_present", "0"), ("q", "n0"),
    ("sort", "-number"), ("size", "20"), ("queue", "new-orders"), ("count", "exact"), ("f_title_is", "")])
def test_what_is_understood_is_not_said_to_be_odd(asked, orders):
    assert odd(Order, asked) == []


def test_unknown_value_beside_a_known_one_is_said_and_the_known_one_counts(orders):
    make(Order, number="n9", status=OrderStatus.SEARCHING)
    asked = [("f_status", "received"), ("f_status", "nonsense")]

    assert found(Order, "number", *asked) == ["n0", "n1", "n2"]
    assert odd(Order, *asked) == [("f_status", "nonsense")]


def test_of_many_odd_names_a_few_are_said_and_cut(app):
    said = odd(Order, *((f"f_{'x' * 500}{number}", "y" * 500) for number in range(50)))

    assert (len(said), {(len(key), len(value)) for key, value in said}) == (8, {(60, 60)})


def test_odd_words_are_shown_as_words_only(login):
    text = login("coordinator").get("/admin/order/", query_string={"f_<b>": "<script>", "sort": "<i>"}).text

    assert [text.count(mark) for mark in ("<b>", "<script>", "<i>")] == [0, 0, 0]
    assert text.count("<strong>&lt;script&gt;</strong>") == 1


def test_record_is_named_by_its_number_or_as_a_look_up_offers_it(app):
    one, other = make(Organisation, name="Koti 7"), make(Organisation)
    make(Order, number="n1", organisation=one), make(Order, number="n2", organisation=other)

    assert found(Order, "number", ("f_organisation", str(one.id))) == ["n1"]
    assert found(Order, "number", ("f_organisation", f"Koti 7 #{one.id}")) == ["n1"]
    assert found(Order, "number", ("f_organisation", "999999")) == []


# --- rights


def test_column_that_the_role_does_not_read_is_as_one_that_is_not_there(app):
    orderer = Actor(1, 1, Role.ORDERER, "", make(Organisation).id)
    unread = [name for name, _ in described(Order) if name not in readable(Order, orderer, masked=False)]

    assert unread != []
    assert odd(Order, *((f"f_{name}_is", "empty") for name in unread[:8]), actor=orderer) == [
        (f"f_{name}_is", "empty") for name in unread[:8]]
    assert odd(Order, ("f_kind", OrderKind.TALK.value), actor=orderer) == []


def test_sealed_and_masked_columns_are_not_asked_about(app):
    finance = Actor(1, 1, Role.FINANCE)
    said = readable(Payee, finance, masked=True)

    assert [name for name in ("iban", "identity_code") if name in said and kind_of(Payee, name, said[name])] == []
    assert kind_of(Payee, "official_name", said["official_name"]) == "text"


@pytest.mark.parametrize("model", consoled(), ids=lambda model: model.__name__)
def test_every_name_in_an_address_means_one_thing(model):
    said = dict(described(model))
    known = askings(model, said)
    parts = [f"{asking.name}{asking.part}" for asking in known.values()]

    assert parts == list(known)
    assert len({(asking.name, asking.part) for asking in known.values()}) == len(known)


# --- the panel


def test_panel_is_asked_for_apart_and_keeps_what_is_set(login):
    make(Theme, name="sijaishuolto")
    client = login("coordinator")

    plain = client.get("/admin/expert/?f_remote_only=1").text
    panel = client.get("/admin/expert/?f_remote_only=1&q=x&panel=only").text

    assert [plain.count("sijaishuolto"), panel.count("sijaishuolto")] == [0, 1]  # the themes not to be asked are sealed
    assert ['id="f-remote_only"' in plain, '<option value="1" selected>' in panel] == [False, True]
    assert [panel.count("<html"), '<input type="hidden" name="q" value="x">' in panel] == [0, True]


def test_panel_asks_for_a_short_list_once_however_many_alternatives(login):
    make(Theme)
    client = login("coordinator")
    with Queries() as one:
        client.get("/admin/expert/?panel=1")

    with Queries() as many:
        text = client.get("/admin/expert/?panel=4").text

    assert text.count('class="alternative"') == 3
    assert len(many.asked) == len(one.asked)


def test_alternatives_are_added_one_by_one_the_first_time_two(login):
    client = login("coordinator")

    def offered(asked):
        text = client.get(f"/admin/expert/?{asked}").text
        more = re.search(r'name="panel" value="(\d+)"', text)
        return text.count('class="alternative"'), more and int(more[1])

    assert [offered(asked) for asked in ("panel=1", "panel=3", "panel=4", "panel=1&or4_remote_only=1", "panel=99")] == [
        (0, 3), (2, 4), (3, 5), (1, 3), (9, None)]


def test_panel_shows_no_name_out_of_the_readers_sight(login):
    make(Contact, name="Zzz Vieras")
    client = login("orderer")

    assert client.get("/admin/order/?panel=1").text.count("Zzz Vieras") == 0
    assert client.get("/admin/order/?f_contact=1&panel=1").status_code == 200


# --- the place


def test_record_page_leads_back_to_the_list_as_it_was_left(login):
    order = make(Order, number="2026-1")
    client = login("coordinator")
    asked = "?f_status=received&sort=-received_on"

    link = re.search(r'href="(/admin/order/details/[^"]*)"', client.get(f"/admin/order/{asked}").text)[1]
    record = client.get(link.replace("&amp;", "&")).text
    edit = re.search(r'href="(/admin/order/edit/[^"]*)"', record)[1].replace("&amp;", "&")
    back = '<a href="/admin/order/?f_status=received&amp;sort=-received_on">'
    form = client.get(edit).text

    assert [record.count(back), form.count(back)] == [1, 1]
    assert record.count(f'href="/admin/order/details/?id={order.id}"') == 0


def test_save_and_refusal_keep_the_place(login):
    contact = make(Contact, name="Anna")
    client, place = login("coordinator"), "from=q%3DAnna"
    edit = f"/admin/contact/edit/?id={contact.id}&{place}"
    form = {"csrf_token": token(client, edit), "version": contact.version, "organisation": f"#{contact.organisation_id}"}

    refused = client.post(edit, data=form | {"name": ""})
    saved = client.post(edit, data=form | {"name": "Anna B"})

    assert (refused.status_code, refused.text.count('href="/admin/contact/?q=Anna"')) == (422, 1)
    assert saved.headers["Location"] == f"/admin/contact/details/?id={contact.id}&{place}"


def test_delete_leads_back_to_the_place(login):
    pause = make(Pause)
    client = login("coordinator")
    form = {"csrf_token": token(client, "/admin/"), "version": pause.version}

    deleted = client.post(f"/admin/pause/delete/?id={pause.id}&from=sort%3Dends_on", data=form)

    assert (deleted.status_code, deleted.headers["Location"]) == (302, "/admin/pause/?sort=ends_on")


@pytest.mark.parametrize("place", ["//evil.invalid", "https://evil.invalid/", "\r\nX: y", "<script>", "url=//evil"])
def test_place_never_leads_anywhere_but_to_the_list(place, login):
    contact = make(Contact)

    text = login("coordinator").get("/admin/contact/details/", query_string={"id": contact.id, "from": place}).text

    assert re.findall(r'<ol><li><a href="([^"]*)"', text)[0].split("?")[0] == "/admin/contact/"
    assert text.count("<script>") == 0
