"""Find anything: pages, actions and records of the reader's own rights and rows, and nothing else."""

from datetime import date

import pytest
import sqlalchemy as sa

from admin_views.palette import fits
from models import Expert, Order, db
from rules.choices import OrderKind
from rules.folding import asked_words
from tests.people import make_expert, make_organisation, make_user

JSON = {"Accept": "application/json", "Accept-Language": "en"}


def found(client, words):
    """What is offered for ``words``: heading to texts."""
    answer = client.get("/admin/find/", query_string={"q": words}, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return {part["label"]: [one["text"] for one in part["items"]] for part in answer.json["parts"]}


def make_order(number, organisation):
    order = Order(number=number, organisation=organisation, received_on=date(2026, 11, 2), kind=OrderKind.TALK)
    db.session.add(order)
    db.session.commit()
    return order


@pytest.mark.parametrize(("asked", "text", "right"), [
    ("ord", "Orders", True), ("jyva", "Jyväskylän tuki", True), ("tuki jyv", "Jyväskylän tuki", True),
    ("kyla", "Jyväskylän tuki", False), ("tuki x", "Jyväskylän tuki", False)])
def test_every_word_begins_a_word_of_what_is_found(asked, text, right):
    assert fits(asked_words(asked), text) is right


def test_pages_actions_and_records_are_found_by_the_beginnings_of_their_words(login):
    make_expert(alias="Orvokki")
    make_order("2026-1", make_organisation(name="Orimattilan koti"))

    assert found(login("coordinator"), "or") == {
        "Pages": ["Board of orders", "Orders", "Organisations"], "Actions": ["New: order", "New: organisation"],
        "Orders": ["2026-1"], "Organisations": ["Orimattilan koti"], "Experts by experience": ["Orvokki"]}


def test_pages_and_actions_are_those_of_the_role(login):
    assert found(login("coordinator"), "order") == {"Pages": ["Board of orders", "Orders"], "Actions": ["New: order"]}
    assert found(login("finance"), "order") == {}


def test_records_are_those_of_the_readers_rows(login):
    own, other = make_organisation(name="Kotipesä"), make_organisation(name="Kotilinna")
    make_order("2026-1", own)
    make_order("2026-2", other)
    user = make_user("orderer", organisation=own)

    assert found(login(user=user), "2026").get("Orders") == ["2026-1"]
    assert sorted(found(login("coordinator"), "2026")["Orders"]) == ["2026-1", "2026-2"]


def test_nothing_is_found_by_what_the_role_does_not_read(login):
    make_expert(alias="Revontuli", contact_note="Lintukoto")

    seen = {role: found(login(role), "revontuli").get("Experts by experience") for role in ("coordinator", "finance", "steering", "orderer")}

    assert seen == {"coordinator": ["Revontuli"], "finance": None, "steering": None, "orderer": None}


def test_more_than_five_of_a_kind_are_said_and_linked(login):
    for number in range(6):
        make_expert(alias=f"Kielo {number}")

    part = next(part for part in login("coordinator").get("/admin/find/?q=kielo", headers=JSON).json["parts"]
                if part["label"] == "Experts by experience")

    assert (len(part["items"]), part["all_address"]) == (5, "/admin/expert/?q=kielo")


def test_records_wait_for_the_second_letter(login):
    make_expert(alias="Orvokki")

    assert "Experts by experience" not in found(login("coordinator"), "o")


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "'", '"*', "a" * 5000, "OR NOT AND"])
def test_odd_words_find_nothing_and_break_nothing(words, login):
    make_expert(alias="Orvokki")

    assert found(login("coordinator"), words).get("Experts by experience") is None


def test_the_form_answers_with_a_page(login):
    make_expert(alias="Orvokki")

    answer = login("coordinator").get("/admin/find/?q=orvokki")

    expert = db.session.scalar(sa.select(Expert.id))
    assert (answer.mimetype, f"/admin/expert/details/?id={expert}" in answer.text) == ("text/html", True)


def test_nobody_finds_anything_without_signing_in(client):
    answer = client.get("/admin/find/?q=a")

    assert (answer.status_code, "/login" in answer.location) == (302, True)
