"""A person under non-disclosure in lists, filters and searches: named, and nothing says how or where to find them."""

import pytest

from models import Expert, Municipality
from tests.factories import make

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
