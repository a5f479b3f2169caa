"""Actions on several rows by their pages: choosing, the preview, doing it once, what came of it, and whose rows."""

import csv
import io
import re

import pytest
import sqlalchemy as sa
from lxml import html

from models import Completion, Invoice, Order, Organisation, Pause, Selection, StatusChange, db
from rules.choices import Language
from rules.states import ClaimStatus, CompletionStatus, OrderStatus
from services import selections
from tests.admin.filling import errors_of, fields_of, filled, flashes_of
from tests.conftest import token
from tests.factories import make, make_many

ORDERS, CLAIMS = "/admin/order/", "/admin/invoice/"
CLOSED = "“Start searching” is not possible: the state is “closed”."


@pytest.fixture
def coordinator(login):
    return login("coordinator", language=Language.EN)


def choose(client, at, do, query="", **form):
    """Send the bar of the list, and give back the answer."""
    data = {"csrf_token": token(client, "/admin/"), "which": "ticked", "do": do} | form
    return client.post(f"{at}bulk/?{query}", data=data)


def preview_of(client, at, do, rows, query=""):
    """The address of the preview for these rows."""
    answer = choose(client, at, do, query, id=[str(row.id) for row in rows])
    assert answer.status_code == 302
    return answer.headers["Location"]


def do_it(client, address, **changed):
    return client.post(address, data=filled(client.get(address).text, **changed))


def chosen_ids():
    return db.session.scalars(sa.select(Selection).order_by(Selection.id.desc())).first().ids


def main_of(page):
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def steps_of(row):
    return list(db.session.scalars(sa.select(StatusChange.verb).where(
        StatusChange.subject == row.subject, StatusChange.verb != "record_past")))


# --- choosing


def test_list_has_the_bar_with_what_the_role_may_do_to_many(coordinator, login):
    make(Invoice, status=ClaimStatus.CHECKED)
    pattern = re.compile(r'name="do" value="([a-z_-]+)"')

    assert pattern.findall(coordinator.get(CLAIMS).text) == ["submit", "check", "withdraw", "export-xlsx", "export-csv"]
    assert pattern.findall(login("finance").get(CLAIMS).text) == ["approve", "export-xlsx", "export-csv"]


def test_chosen_rows_are_frozen_in_the_order_of_the_list(coordinator):
    orders = [make(Order, number=f"2026-{number}") for number in (3, 1, 2)]

    preview_of(coordinator, ORDERS, "search", orders, "from=sort%3Dnumber")

    assert chosen_ids() == [orders[1].id, orders[2].id, orders[0].id]


def test_all_that_match_are_those_that_match_now(coordinator):
    found = make_many(Order, 3, title="Löytyy")
    make(Order, title="Muu")

    answer = choose(coordinator, ORDERS, "search", "from=q%3DL%C3%B6ytyy", which="matching")
    later = make(Order, title="Löytyy")
    do_it(coordinator, answer.headers["Location"])

    assert sorted(chosen_ids()) == sorted(order.id for order in found)
    assert [order.status for order in [*found, later]] == [OrderStatus.SEARCHING] * 3 + [OrderStatus.RECEIVED]


def test_all_on_the_page_are_those_that_the_reader_saw(coordinator):
    orders = make_many(Order, 3)
    shown = ",".join(str(order.id) for order in orders[:2])

    choose(coordinator, ORDERS, "search", which="page", shown=shown)

    assert sorted(chosen_ids()) == [orders[0].id, orders[1].id]


def test_nothing_chosen_leads_back_to_the_list_as_it_was_with_a_sentence(coordinator):
    make(Order)

    answer = choose(coordinator, ORDERS, "search", "from=sort%3Dnumber")

    assert answer.headers["Location"] == f"{ORDERS}?sort=number"
    assert flashes_of(coordinator.get(ORDERS).text) == [
        "No row is chosen yet: tick the rows, or choose all that match."]


def test_more_rows_than_can_be_taken_are_refused_and_not_cut(coordinator, monkeypatch):
    orders = make_many(Order, 3)
    monkeypatch.setattr(selections, "MOST", 2)

    too_many = choose(coordinator, ORDERS, "search", which="matching")
    enough = choose(coordinator, ORDERS, "search", id=[str(order.id) for order in orders[:2]])

    assert too_many.headers["Location"] == ORDERS
    assert "/bulk/search/" in enough.headers["Location"]
    assert len(chosen_ids()) == 2


def test_rows_that_the_role_does_not_see_are_never_counted(login):
    finance = login("finance")
    draft, checked = make(Invoice), make(Invoice, status=ClaimStatus.CHECKED)

    choose(finance, CLAIMS, "approve", which="matching")
    everything = chosen_ids()
    preview_of(finance, CLAIMS, "approve", [draft, checked])

    assert (everything, chosen_ids()) == ([checked.id], [checked.id])


# --- the preview


def test_preview_says_who_can_who_cannot_and_why_and_does_nothing(coordinator):
    good, closed = make(Order, number="2026-1"), make(Order, number="2026-2", status=OrderStatus.CLOSED)

    page = coordinator.get(preview_of(coordinator, ORDERS, "search", [good, closed])).text

    rows = [[cell.text_content().strip() for cell in row.xpath("./td")] for row in html.fromstring(page).xpath("//tbody/tr")]
    assert rows[0] == [str(closed), "closed", CLOSED]
    assert rows[1][0] == "2026-1"
    assert "One row can be done. One cannot" in main_of(page)
    assert good.status is OrderStatus.RECEIVED


def test_preview_without_a_row_that_can_has_no_button(coordinator):
    closed = make(Order, status=OrderStatus.CLOSED)

    page = coordinator.get(preview_of(coordinator, ORDERS, "search", [closed])).text

    assert html.fromstring(page).xpath("//main//form[.//input[@name='form_key']]") == []


def test_preview_of_a_verb_with_inputs_has_its_form(coordinator):
    completions = make_many(Completion, 2, status=CompletionStatus.IN_PROGRESS)
    address = preview_of(coordinator, "/admin/completion/", "complete", completions)

    assert {"on", "certificate_seen"} - fields_of(coordinator.get(address).text).keys() == {"certificate_seen"}
    do_it(coordinator, address, on="5.1.2026", certificate_seen="y")

    assert {row.completed_on.isoformat() for row in completions} == {"2026-01-05"}
    assert {row.certificate_seen_on is None for row in completions} == {False}


def test_value_that_no_row_can_take_stands_at_its_field_and_nothing_is_done(coordinator):
    completions = make_many(Completion, 2, status=CompletionStatus.IN_PROGRESS)
    address = preview_of(coordinator, "/admin/completion/", "complete", completions)

    answer = do_it(coordinator, address, on="31.12.2099")

    assert (answer.status_code, errors_of(answer.text)) == (422, {"on": "This day has not come yet."})
    assert {row.status for row in completions} == {CompletionStatus.IN_PROGRESS}
    assert do_it(coordinator, address, on="5.1.2026").status_code == 302


# --- doing it, once


def test_outcome_tells_each_row_and_leads_back_to_the_list_as_it_was(coordinator):
    good, closed = make(Order, number="2026-1"), make(Order, number="2026-2", status=OrderStatus.CLOSED)
    address = preview_of(coordinator, ORDERS, "search", [good, closed], "from=sort%3Dnumber")

    done = do_it(coordinator, address)
    page = coordinator.get(done.headers["Location"]).text

    assert good.status is OrderStatus.SEARCHING
    assert "One row was done. One was refused and stays as it was." in main_of(page)
    assert CLOSED in main_of(page)
    assert html.fromstring(page).xpath("//main//a[contains(@class, 'main')]/@href") == [f"{ORDERS}?sort=number"]


def test_second_click_finds_the_same_outcome_and_does_nothing_twice(coordinator):
    orders = make_many(Order, 2)
    address = preview_of(coordinator, ORDERS, "search", orders)
    form = fields_of(coordinator.get(address).text)

    first, second = (coordinator.post(address, data=form) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert [steps_of(order) for order in orders] == [["search"]] * 2


def test_refused_rows_can_be_looked_at_again(coordinator):
    good, closed = make(Order), make(Order, status=OrderStatus.CLOSED)
    done = do_it(coordinator, preview_of(coordinator, ORDERS, "search", [good, closed]))

    again = html.fromstring(coordinator.get(done.headers["Location"]).text).xpath("//main//input[@name='shown']/@value")

    assert again == [str(closed.id)]


def test_rows_without_a_life_cycle_can_be_deleted_together(coordinator):
    pauses = make_many(Pause, 2)

    do_it(coordinator, preview_of(coordinator, "/admin/pause/", "delete", pauses))

    assert db.session.scalar(sa.select(sa.func.count(Pause.id))) == 0


def test_chosen_rows_and_no_others_are_exported(coordinator):
    chosen = make(Organisation, name="Valittu")
    make(Organisation, name="Muu")

    answer = coordinator.get(preview_of(coordinator, "/admin/organisation/", "export-csv", [chosen]))

    names = [row[0] for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")][1:]
    assert names == ["Valittu"]


# --- rights


def test_verb_that_the_role_may_not_run_is_closed_at_every_door(login, coordinator):
    claim = make(Invoice, status=ClaimStatus.CHECKED)
    finance = login("finance")
    address = preview_of(finance, CLAIMS, "approve", [claim])

    assert choose(coordinator, CLAIMS, "approve", id=str(claim.id)).status_code == 403
    assert coordinator.get(address).status_code == 403
    assert coordinator.post(address, data={"csrf_token": token(coordinator, "/admin/")}).status_code == 403
    assert finance.get(address).status_code == 200


@pytest.mark.parametrize("name", ["refer", "staff", "delete", "export-csv", "nothing"])
def test_what_is_not_for_many_orders_has_no_page(coordinator, name):
    order = make(Order)
    address = preview_of(coordinator, ORDERS, "search", [order])

    assert coordinator.get(address.replace("/search/", f"/{name}/")).status_code == 404


def test_selection_of_somebody_else_is_not_there(coordinator, login):
    order, other = make(Order), login("coordinator")
    address = preview_of(coordinator, ORDERS, "search", [order])

    assert other.get(address).status_code == 404
    assert other.post(address, data={"csrf_token": token(other, "/admin/")}).status_code == 404
    assert "2026" not in other.get(f"{ORDERS}export/csv/?{address.partition('?')[2]}").text
    assert coordinator.get(address).status_code == 200
    assert order.status is OrderStatus.RECEIVED


def test_selection_of_another_record_type_is_not_there(coordinator):
    address = preview_of(coordinator, "/admin/organisation/", "export-csv", [make(Organisation)])
    number = address.partition("chosen=")[2]
    make(Order)

    assert coordinator.get(f"{ORDERS}bulk/search/?chosen={number}").status_code == 404
    assert coordinator.get(f"{ORDERS}bulk/search/?chosen=x").status_code == 404
    assert coordinator.get(f"{ORDERS}bulk/search/").status_code == 404


def test_row_that_has_left_the_scope_since_is_not_shown_and_not_done(login):
    finance = login("finance")
    stays, leaves = make_many(Invoice, 2, status=ClaimStatus.CHECKED)
    address = preview_of(finance, CLAIMS, "approve", [stays, leaves])
    form = fields_of(finance.get(address).text)
    sender = login("coordinator")
    sender.post(f"{CLAIMS}verb/send_back/?id={leaves.id}", data=filled(
        sender.get(f"{CLAIMS}verb/send_back/?id={leaves.id}").text, note="Korjattava"))

    page = finance.get(address).text
    finance.post(address, data=form)

    assert (leaves.number in main_of(page), stays.number in main_of(page)) == (False, True)
    assert (leaves.status, stays.status) == (ClaimStatus.DRAFT, ClaimStatus.APPROVED)


def test_outcome_is_for_the_one_who_did_it(coordinator, login):
    done = do_it(coordinator, preview_of(coordinator, ORDERS, "search", [make(Order)])).headers["Location"]

    assert login("coordinator").get(done).status_code == 404
    assert coordinator.get(done).status_code == 200


def test_key_of_somebody_elses_form_does_nothing(coordinator, login):
    orders, other = make_many(Order, 2), login("coordinator")
    address = preview_of(coordinator, ORDERS, "search", orders[:1])
    form = fields_of(coordinator.get(address).text)
    coordinator.post(address, data=form)
    own = preview_of(other, ORDERS, "search", orders[1:])

    answer = other.post(own, data=fields_of(other.get(own).text) | {"form_key": form["form_key"]})

    assert (answer.status_code, orders[1].status) == (400, OrderStatus.RECEIVED)
