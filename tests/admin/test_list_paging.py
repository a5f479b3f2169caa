"""The pages of a list: walked either way they are the whole list once, on both databases; a row's place is kept."""

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from admin_views.listing import Listing
from admin_views.lists import totals
from admin_views.lists.paging import beyond, neighbours, ordering, read_cursor, terms_of, write_cursor
from models import Contact, Expert, FeeRate, Invoice, InvoiceLine, Occasion, Order, Organisation, db
from rules.choices import OrderKind
from rules.permissions import Actor, Role
from tests.factories import make, make_many

TODAY = date(2026, 11, 24)
COORDINATOR = Actor(1, 1, Role.COORDINATOR)
WORDS = ["", "a", "Ä", "ä", "B", "z~", "!", "!0", "!-", "å"]
BOTH_WAYS = pytest.mark.parametrize("sort", ["audience_size", "-audience_size", "title", "-title", "received_on", "kind",
                                             "-kind", "requires_training", "offered_fee", "-offered_fee", "number",
                                             "created_at", "-created_at", ""])


def listing(model, **asked):
    return Listing(model, COORDINATOR, MultiDict(asked), TODAY)


def walk(model, first, turn, **asked):
    """The ids page by page from the page ``first``, as the buttons of ``turn`` lead."""
    pages, address = [], {**asked, **first}
    while True:
        page = Small(model, COORDINATOR, MultiDict(address), TODAY)
        rows = page.rows()
        pages.append([row.id for row in rows])
        if not (page.has_next if turn == "after" else page.has_previous):
            return pages
        address = {**asked, turn: write_cursor(page.terms, rows[-1] if turn == "after" else rows[0])}


class Small(Listing):
    """A list with three rows on a page."""

    size = 3


def make_orders():
    organisation = make(Organisation)
    for number, word in enumerate(WORDS):
        db.session.add(Order(
            number=f"2026-{number}", organisation=organisation, title=word, kind=list(OrderKind)[number % 3],
            received_on=date(2026, 11, 1 + number % 4), audience_size=[None, 3, None, 1, 3][number % 5],
            requires_training=number % 2 == 0, training_reason="x",
            offered_fee=[None, Decimal("10.50"), Decimal("9.99")][number % 3]))
    db.session.commit()


@pytest.mark.both_databases
@BOTH_WAYS
def test_pages_walked_forward_or_backward_are_the_whole_list_once(sort, app):
    make_orders()
    whole = [row.id for row in db.session.scalars(listing(Order, sort=sort).query())]

    forward = walk(Order, {}, "after", sort=sort)
    backward = walk(Order, {"before": "end"}, "before", sort=sort)

    assert [number for page in forward for number in page] == whole
    assert [number for page in reversed(backward) for number in page] == whole
    assert sorted(whole) == sorted(db.session.scalars(sa.select(Order.id)))


@pytest.mark.both_databases
@pytest.mark.parametrize("sort", ["audience_size", "-audience_size", "offered_fee", "-offered_fee"])
def test_rows_without_a_value_come_last_on_every_database(sort, app):
    make_orders()
    name = sort.removeprefix("-")

    rows = db.session.scalars(listing(Order, sort=sort).query()).all()

    values = [getattr(row, name) for row in rows]
    filled = [value for value in values if value is not None]
    assert values == sorted(filled, reverse=sort.startswith("-")) + [None] * (len(values) - len(filled))


@pytest.mark.both_databases
def test_order_of_several_keys_in_two_directions_is_walked_whole(app):
    order = make(Order)
    for day, starts in [(1, None), (2, None), (1, None), (2, None), (1, None), (3, None), (2, None)]:
        db.session.add(Occasion(order=order, on=date(2026, 11, day), starts=starts))
    make_many(FeeRate, 5)
    db.session.commit()

    for model in (Occasion, FeeRate):
        forward = walk(model, {}, "after")
        backward = walk(model, {"before": "end"}, "before")

        whole = [row.id for row in db.session.scalars(listing(model).query())]
        assert [[n for page in forward for n in page], [n for page in backward[::-1] for n in page]] == [whole, whole]


@pytest.mark.both_databases
def test_sum_that_each_row_computes_sorts_and_pages(app):
    invoices = make_many(Invoice, 4)
    for invoice, amount in zip(invoices, ("5", "1", "5", "3"), strict=True):
        make(InvoiceLine, invoice=invoice, amount=Decimal(amount), unit_price=Decimal(amount))

    forward = walk(Invoice, {}, "after", sort="-total")

    assert [n for page in forward for n in page] == [invoices[2].id, invoices[0].id, invoices[3].id, invoices[1].id]


def test_row_added_before_the_page_does_not_move_its_rows(app):
    for name in ("b", "c", "d", "e", "f"):
        make(Organisation, name=name)
    page = Small(Organisation, COORDINATOR, MultiDict(), TODAY)
    cursor = write_cursor(page.terms, page.rows()[-1])

    make(Organisation, name="a")

    again = listing(Organisation, after=cursor).rows()
    assert [row.name for row in again] == ["e", "f"]


def test_order_ends_at_a_unique_key_and_always_has_one():
    assert [term.name for term in terms_of(Order, ["-number"])] == ["number"]
    assert [(term.name, term.descending) for term in terms_of(Order, ["-kind"])] == [("kind", True), ("id", True)]
    assert [term.name for term in terms_of(Expert, ["last_name", "first_name"])] == ["last_name", "first_name", "id"]


def test_index_serves_the_order_of_a_key_that_is_never_empty():
    assert [str(key) for key in ordering(terms_of(Order, ["-received_on"]))] == [
        '"order".received_on DESC', '"order".id DESC']


@given(st.text(max_size=20), st.integers(1, 10**9))
def test_place_in_an_address_says_the_row_whatever_its_letters(name, number):
    terms = terms_of(Contact, ["name"])

    cursor = write_cursor(terms, Contact(name=name, id=number))

    assert read_cursor(terms, cursor) == [name, number]


@given(st.dates(), st.integers(1, 10**9), st.none() | st.integers(-10**6, 10**6))
def test_place_in_an_address_keeps_types_and_nothing(day, number, size):
    row = Order(received_on=day, id=number, audience_size=size, kind=OrderKind.TALK)
    terms = terms_of(Order, ["received_on", "audience_size", "kind"])

    assert read_cursor(terms, write_cursor(terms, row)) == [day, size, OrderKind.TALK, number]


@pytest.mark.parametrize("cursor", ["", "x", "~", "2026-11-01", "yesterday~5", "2026-11-01~x", "2026-11-01~5~6",
                                    "2026-11-01~" + "9" * 30, "!0~5", "2026-11-01~5" + "~" * 4000])
def test_place_that_is_none_is_the_first_page_and_the_reader_is_told(cursor, login):
    make_orders()
    client = login("coordinator")

    odd = client.get("/admin/order/", query_string={"sort": "received_on", "after": cursor}).text
    plain = client.get("/admin/order/", query_string={"sort": "received_on"}).text

    numbers = re.findall(r"2026-\d</a>", plain)
    assert re.findall(r"2026-\d</a>", odd) == numbers
    assert (odd.count('class="pill odd"'), plain.count('class="pill odd"')) == (int(bool(cursor)), 0)


@pytest.mark.parametrize("page", ["-1", "7", "abc", "99999999999"])
def test_page_number_of_an_older_address_shows_the_first_page(page, login):
    make(Contact, name="Anna")

    answer = login("coordinator").get("/admin/contact/", query_string={"page": page}).text

    assert (answer.count("Anna</a>"), answer.count('class="pill odd"')) == (1, 0)


def test_pages_say_which_rows_they_show(login):
    for number in range(45):
        make(Organisation, name=f"Yksikkö {number:02}")
    client = login("coordinator")

    def shown(address):
        text = client.get(f"/admin/organisation/{address}").text
        links = re.findall(r'rel="(prev|next)" href="(.*?)"', text)
        return re.search(r'count">(.*?)</p>', text)[1], {rel: found.replace("&amp;", "&") for rel, found in links}

    first, links = shown("?size=20")
    second, more = shown(links["next"])
    last, _ = shown("?size=20&before=end")
    back, _ = shown(more["prev"])

    assert [first, second, last, back] == ["1–20 / 45", "21–40 / 45", "26–45 / 45", "1–20 / 45"]


@pytest.mark.both_databases
@BOTH_WAYS
def test_neighbours_are_the_rows_beside_it_in_the_list(sort, app):
    make_orders()
    page = listing(Order, sort=sort)
    rows = db.session.scalars(page.query()).all()
    ids = [None, *(row.id for row in rows), None]

    assert [neighbours(page, row) for row in rows] == list(zip(ids[:-2], ids[2:], strict=True))


def test_neighbours_stay_within_the_filters(app):
    make_orders()
    page = listing(Order, f_requires_training="1", sort="number")
    rows = db.session.scalars(sa.select(Order).order_by(Order.number)).all()

    assert neighbours(page, rows[1]) == (rows[0].id, rows[2].id)


# --- how many, and how much


def test_count_stops_at_the_cap_unless_all_are_asked_for(login, monkeypatch):
    monkeypatch.setattr(totals, "CAP", 3)
    make_many(InvoiceLine, 5, amount=Decimal("2.50"), unit_price=Decimal(1))
    client = login("coordinator")

    capped, exact = (client.get(f"/admin/invoiceline/{asked}").text for asked in ("", "?count=exact"))

    assert ["/ 3+" in capped, "12,50 €" in capped, "count=exact" in capped] == [True, False, True]
    assert ["/ 5<" in exact, "12,50 €" in exact] == [True, True]


def test_sums_are_of_all_rows_that_match_and_of_money_only(login):
    make_many(InvoiceLine, 30, amount=Decimal("2.50"), unit_price=Decimal("7.77"), quantity=Decimal(3))
    make(InvoiceLine, amount=Decimal(1000), unit_price=Decimal(1000), description="muu")
    client = login("coordinator")

    foot = re.search(r"<tfoot.*?</tfoot>", client.get("/admin/invoiceline/?size=20&f_amount_until=999").text, re.DOTALL)

    assert re.findall(r"[\d,]+\s€", foot[0]) == ["75,00 €"]


def test_list_without_money_has_no_foot(login):
    make(Contact)

    assert login("coordinator").get("/admin/contact/").text.count("<tfoot") == 0


def test_conditions_of_place_and_order_name_the_same_keys():
    terms = terms_of(Order, ["kind", "-received_on"])

    clause = str(beyond(terms, [OrderKind.TALK, TODAY, 5]))

    assert [term.name for term in terms] == ["kind", "received_on", "id"]
    assert [f'"order".{term.name}' in clause for term in terms] == [True, True, True]
