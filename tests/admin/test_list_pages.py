"""Every list page: as many queries for fifty rows as for one; odd addresses answered plainly; search is literal."""

import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from admin_views.generate import consoled
from admin_views.listing import LONGEST_SEARCH
from models import AccessLog, Contact, Expert, Organisation, db
from models.base import described
from rules.permissions import Actor, Role, opens
from rules.states import AssignmentStatus, ClaimStatus, InsightStatus
from services.scopes import visible
from tests.conftest import token
from tests.factories import make, make_full, make_many
from tests.queries import Queries

MOST_QUERIES = 8
ROWS = 50
MODELS = {model.__name__: model for model in consoled()}
SEEN_BY_ALL = {"Assignment": AssignmentStatus.CONFIRMED, "Invoice": ClaimStatus.CHECKED,
               "Insight": InsightStatus.PASSED_ON}
"""The states in which every role that opens the list sees its rows."""

SEARCHED = sorted(name for name, model in MODELS.items() if any(said.get("searched") for _, said in described(model)))
READERS = {name: next(role for role in Role if opens(role, name)) for name in MODELS}
BODY = re.compile(r"<tbody.*?</tbody>", re.DOTALL)


def address(name):
    return f"/admin/{name.lower()}/"


def rows_of(page):
    """The number of rows in the list of the page."""
    body = BODY.search(page)
    return body.group().count("<tr") if body else 0


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def visible_count(model, role):
    query = sa.select(sa.func.count()).select_from(model).where(visible(model, Actor(None, None, role)))
    return db.session.scalar(query)


@pytest.mark.parametrize("name", [name for name in MODELS if name != "MessageTemplate"])  # it has a row an occasion
def test_list_asks_as_much_for_fifty_rows_as_for_one(name, login):
    client, model, given = login(READERS[name]), MODELS[name], {"status": SEEN_BY_ALL.get(name)}
    given = {key: value for key, value in given.items() if value is not None}
    make_full(model, **given)
    client.get(address(name))
    with Queries() as few:
        first = client.get(address(name))
    make_many(model, ROWS - 1, full=True, **given)

    with Queries() as many:
        page = client.get(address(name))

    assert [first.status_code, page.status_code] == [200, 200]
    assert rows_of(page.text) == min(visible_count(model, READERS[name]), ROWS)
    assert rows_of(page.text) >= ROWS - 1
    assert (len(many.asked), len(many.asked) <= MOST_QUERIES) == (len(few.asked), True)


@pytest.mark.parametrize("asked", ["page=-1", "page=abc", "page=99999999999", "size=7", "sort=nothing", "sort=-",
                                   "f_organisation=abc", "f_organisation=99999999999", "queue=nothing", "q="])
def test_odd_address_of_a_list_is_answered_with_the_list(asked, login):
    make(Contact)

    answer = login("coordinator").get(f"/admin/contact/?{asked}")

    assert (answer.status_code, rows_of(answer.text)) == (200, 1)


def test_place_past_the_last_row_says_so_and_leads_to_the_first_page(login):
    contact = make(Contact)

    answer = login("coordinator").get("/admin/contact/", query_string={"q": contact.name, "after": "zzz~9"})

    assert (answer.status_code, rows_of(answer.text)) == (200, 0)
    assert answer.text.count(f'<a class="btn" href="?{urlencode({"q": contact.name})}">') == 1


@pytest.mark.parametrize("page", ["details/", "edit/"])
@pytest.mark.parametrize("id", ["abc", "-1", "999999999", "9" * 40, "", "1 OR 1=1", "²"])
def test_id_that_names_no_record_is_not_found_in_plain_words(page, id, login):
    contact = make(Contact)
    client = login("coordinator")
    client.post("/language", data={"language": "en", "csrf_token": token(client, "/admin/")})

    answer = client.get(f"/admin/contact/{page}", query_string={"id": id})

    assert answer.status_code == 404
    assert "There is nothing here, or it is not yours to see." in text_of(answer.text)
    assert client.get(f"/admin/contact/{page}?id={contact.id}").status_code == 200


@pytest.mark.parametrize("given", [{"q": "a\x00b"}, {"f_name": "\x00"}, {"id": "1\x00"}])
def test_zero_byte_is_refused_in_plain_words(given, login):
    make(Contact)
    client = login("coordinator")
    client.post("/language", data={"language": "en", "csrf_token": token(client, "/admin/")})

    answer = client.get("/admin/contact/", query_string=given)

    assert answer.status_code == 400
    assert "The address or the form was not understood." in text_of(answer.text)
    assert client.get("/admin/contact/", query_string={"q": "ab"}).status_code == 200


def test_zero_byte_in_a_form_changes_nothing(login, session):
    contact = make(Contact, name="Anna")
    client = login("coordinator")
    form = {"csrf_token": token(client, f"/admin/contact/edit/?id={contact.id}"), "version": contact.version,
            "organisation": f"#{contact.organisation_id}"}

    refused = client.post(f"/admin/contact/edit/?id={contact.id}", data=form | {"name": "Bea\x00"})
    after_refusal = session.get(Contact, contact.id).name
    taken = client.post(f"/admin/contact/edit/?id={contact.id}", data=form | {"name": "Bea"})

    assert (refused.status_code, after_refusal) == (400, "Anna")
    assert (taken.status_code, session.get(Contact, contact.id).name) == (302, "Bea")


def test_search_longer_than_the_field_takes_is_cut_and_shown(login):
    make(Organisation, name="x" * 100)
    client = login("coordinator")

    answer = client.get("/admin/organisation/", query_string={"q": "x" * 5000})

    assert (answer.status_code, rows_of(answer.text)) == (200, 0)
    assert f'value="{"x" * LONGEST_SEARCH}"' in answer.text
    assert rows_of(client.get("/admin/organisation/", query_string={"q": "x" * 100}).text) == 1


@pytest.mark.parametrize(("typed", "found"), [
    ("50 %", ["Alennus 50 % kahvila"]), ("%", []), ("_", []), ("t_k", []), ("\\", []), ("'", []),
    ("ÄLÄ", ["Älä jää yksin"]), ("%%", []), ("__", []), ("nuoretXkoti", []), ("kot nuor", ["nuoret_koti"]),
    ("d'arc", ["D'Arc"]), ("polku\\talo", ["polku\\talo"]),
])
def test_search_knows_no_wild_cards(typed, found, login):
    names = ["Alennus 50 % kahvila", "nuoret_koti", "polku\\talo", "D'Arc", "Älä jää yksin"]
    for name in names:
        make(Organisation, name=name)

    page = login("coordinator").get("/admin/organisation/", query_string={"q": typed}).get_data(as_text=True)

    shown = [name for name in names if name.replace("'", "&#39;") in (BODY.search(page) or [""])[0]]
    assert shown == found


@pytest.mark.parametrize("name", SEARCHED)
def test_every_searched_list_takes_wild_cards_literally(name, login):
    make(MODELS[name], **({"status": SEEN_BY_ALL[name]} if name in SEEN_BY_ALL else {}))
    client = login(READERS[name])

    asked = {typed: client.get(address(name), query_string={"q": typed}) for typed in ("%", "_", "zz%zz")}

    assert {typed: (answer.status_code, rows_of(answer.text)) for typed, answer in asked.items()} == {
        "%": (200, 0), "_": (200, 0), "zz%zz": (200, 0)}
    assert rows_of(client.get(address(name)).text) >= 1


def test_looking_at_lists_changes_nothing(login, session):
    make_full(Expert)
    client = login("coordinator")
    before = session.scalar(sa.select(sa.func.count()).select_from(AccessLog))

    for asked in ("", "?page=-1", "?q=%25", "?sort=-last_name"):
        client.get(f"/admin/expert/{asked}")

    assert (len(session.new), len(session.dirty)) == (0, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(AccessLog)) == before
