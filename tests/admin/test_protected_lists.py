"""A person under non-disclosure in lists, filters and searches: named, and nothing says how or where to find them."""

import pytest
from werkzeug.datastructures import MultiDict

from admin_views.generate import consoled
from admin_views.listing import Listing
from admin_views.lists.columns import may_sort, readable
from admin_views.lists.paging import write_cursor
from models import Expert, Guardian, Municipality, db
from rules.permissions import Actor, Role, opens
from services.protection import telling_fields
from tests.calendar_world import TODAY
from tests.factories import make
from tests.rights_walk import text_of

PHONE = "+358401112223"


@pytest.fixture
def two(app):
    """A protected person and another, with the same place and phone."""
    town = make(Municipality, name="Turvala")
    return town, [make(Expert, first_name=name, last_name="Sukunimi", alias="", protected=hidden, phone=PHONE,
                       municipalities=[town]) for name, hidden in (("Piilo", True), ("Avoin", False))]


def found(client, query):
    text = client.get(f"/admin/expert/?{query}").text
    return [name for name in ("Piilo", "Avoin") if f"{name} Sukunimi" in text or f">{name}<" in text]


def test_list_names_both_and_tells_the_place_of_one(two, login):
    text = login("coordinator").get("/admin/expert/").text

    assert [name in text for name in ("Piilo", "Avoin")] == [True, True]
    assert (text.count("Turvala</td>") + text.count("Turvala\n"), "••••" in text) == (1, True)


@pytest.mark.parametrize("query", [
    "f_municipalities={town}", "f_phone=0401112223", "f_phone_begins=%2B358", "f_phone_is=filled", "q=%2B358401112223",
    "or1_municipalities={town}&or2_load_limit_from=9"])
def test_place_and_contact_find_only_the_other(query, two, login):
    town, _ = two

    client = login("coordinator")

    assert found(client, query.format(town=town.id).replace("0401112223", PHONE.replace("+", "%2B"))) == ["Avoin"]


@pytest.mark.parametrize("query", ["q=Sukunimi", "f_protected=1&or1_protected=0&or2_protected=1", ""])
def test_name_finds_both(query, two, login):
    assert "Piilo" in found(login("coordinator"), query)


def test_look_up_and_palette_show_a_name_and_no_place(two, login):
    client = login("coordinator")

    pages = client.get("/admin/expert/lookup/?q=Piilo").text + client.get("/admin/find/?q=Piilo").text

    assert ("Piilo" in pages, "Turvala" in pages, PHONE in pages) == (True, False, False)


# --- the order of a list, whoever reads it


def sorted_by(role, model, name):
    return Listing(model, Actor(1, 1, Role(role), "", 1, 1), MultiDict([("sort", name)]), TODAY)


@pytest.mark.parametrize("role", [role for role in Role if any(
    opens(role, model.__name__) and telling_fields(model) for model in consoled())])
def test_no_role_puts_a_list_in_the_order_of_a_contact_or_a_place(role, app):
    """Between two neighbours whose numbers are shown would stand the one whose number is not."""
    asked, sorts = 0, 0
    for model in consoled():
        if opens(role, model.__name__) and (telling := telling_fields(model)):
            plain = sorted_by(role, model, "").terms
            read = readable(model, Actor(1, 1, role, "", 1, 1), masked=False)
            turned = {name: sorted_by(role, model, f"{sign}{name}").terms for name in telling for sign in ("", "-")}
            asked += len(turned)
            sorts += sum(sorted_by(role, model, name).terms != plain for name in read.keys() - telling
                         if may_sort(model, name))
            assert (model, {name for name, terms in turned.items() if terms != plain}) == (model, set())

    assert (asked > 0, sorts > 0) == (True, True)


@pytest.mark.parametrize(("address", "names"), [
    ("/admin/expert/?sort=phone", ["Avoin", "Piilo"]), ("/admin/expert/?sort=-email", ["Avoin", "Piilo"]),
    ("/admin/expert/?sort=-first_name", ["Piilo", "Avoin"])])
def test_page_and_its_next_page_keep_the_order_of_names(address, names, app, login):
    numbers = {"Piilo": "+358400000001", "Avoin": "+358400000002"}
    for name, number in numbers.items():
        make(Expert, first_name=name, last_name="Sukunimi", alias="", protected=name == "Piilo", phone=number,
             email=f"{number[-1]}@kviz.invalid")

    text = login("coordinator").get(address).text.partition("<tbody")[2]

    assert sorted(numbers, key=text.index) == names


def test_place_in_an_address_has_no_number_of_anybody(two, app):
    _, (hidden, _) = two
    guardian = make(Guardian, expert=hidden, phone="+358409990009")

    places = [write_cursor(sorted_by("coordinator", type(row), name).terms, row)
              for row in (db.session.get(Expert, hidden.id), guardian) for name in telling_fields(type(row))]

    assert (len(places) > 3, [place for place in places if "+358" in place]) == (True, [])


@pytest.mark.parametrize("path", ["export/csv/", "export/xlsx/"])
def test_file_of_a_list_has_nothing_of_a_protected_person(path, app, login):
    for name, number in (("Piilo", "+358400000001"), ("Avoin", "+358400000002")):
        make(Expert, first_name=name, last_name="Sukunimi", alias="", protected=name == "Piilo", phone=number)

    text = text_of(login("coordinator").get(f"/admin/expert/{path}?sort=phone"))

    assert [word in text for word in ("Avoin", "00000002", "Piilo", "00000001")] == [True, True, False, False]


@pytest.mark.parametrize("query", ["f_phone_begins=%2B35840", "f_email_is=filled", "f_contact_note_is=empty"])
def test_rows_counted_by_a_contact_are_those_of_the_others(query, two, login):
    page = Listing(Expert, Actor(1, 1, Role.COORDINATOR), MultiDict(part.split("=") for part in
                   query.replace("%2B", "+").split("&")), TODAY)

    assert {str(row) for row in db.session.scalars(page.query())} <= {"Avoin S."}
    assert page.count() == len(db.session.scalars(page.query()).all())
