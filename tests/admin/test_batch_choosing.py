"""The page of a batch at work: claims found and added, payments page by page, nothing to edit once it is sealed."""

import re

import pytest
import sqlalchemy as sa

from admin_views import batch_page
from models import BatchItem, db
from services import saving
from tests.conftest import token
from tests.money_world import approved_claim, do, new_batch
from tests.services.test_batches import another_claim

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def claims(held, people):
    first = approved_claim(held, people)
    return [first, another_claim(first, people), another_claim(first, people, official_name="Aino Mäki")]


def page_of(client, batch, **asked):
    return client.get("/admin/paymentbatch/details/", query_string={"id": batch.id} | asked, headers=ENGLISH).text


def numbers_in(page):
    return re.findall(r">(L2026-\d{4})</a>", page)


def test_claims_are_found_by_a_filter_and_all_that_match_are_added(claims, people, login):
    batch, client = new_batch(people), login("finance")

    page = page_of(client, batch, words="laine")
    client.post(f"/admin/paymentbatch/add/?id={batch.id}", data={
        "csrf_token": token(client, f"/admin/paymentbatch/details/?id={batch.id}"), "all": "1", "words": "laine"})

    assert numbers_in(page) == [claims[1].number]
    assert db.session.scalars(sa.select(BatchItem.invoice_id)).all() == [claims[1].id]


@pytest.mark.parametrize("asked", [{"until": "2026-99-99"}, {"page": "999999999"}, {"page": "x"}, {"words": "%_'\""}])
def test_address_that_asks_nonsense_still_shows_the_batch(claims, people, login, asked):
    batch = new_batch(people, claims)

    assert page_of(login("finance"), batch, **asked).count("Sums") == 1


def test_payments_come_page_by_page_with_what_needs_a_look_first(claims, people, login, monkeypatch):
    monkeypatch.setattr(batch_page, "PAGE", 2)
    claims[0].payee.tax_card_year, claims[0].payee.identity_code = 2026, "131052-308T"
    claims[0].payee.iban_changed_on = None
    for claim in claims[1:]:
        claim.payee.tax_card_year = None
    db.session.commit()
    batch, client = new_batch(people, claims), login("finance")

    first, second = page_of(client, batch), page_of(client, batch, page=2)

    assert [numbers_in(first), numbers_in(second)] == [[claims[1].number, claims[2].number], [claims[0].number]]
    assert [first.count("Page 1 of 2"), second.count("Page 2 of 2")] == [1, 1]


def test_page_asks_the_database_as_often_for_one_payment_as_for_two(claims, people, login):
    one, two, client, asked = new_batch(people, claims[:1]), new_batch(people, claims[1:]), login("finance"), []
    page_of(client, one)

    for batch in (one, two):
        seen = []
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731 - to be taken off again
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        page_of(client, batch)
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        asked.append(len(seen))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("sealed", [True, False])
def test_sealed_batch_offers_no_editing(claims, people, login, sealed):
    batch, client = new_batch(people, claims), login("finance")
    if sealed:
        do(batch, "submit", people["finance"])

    page = page_of(client, batch)
    answer = client.get(f"/admin/paymentbatch/edit/?id={batch.id}", headers=ENGLISH)

    assert page.count("/admin/paymentbatch/edit/") == (0 if sealed else 1)
    assert answer.status_code == (302 if sealed else 200)
    assert (saving.why_fixed(batch) == "") is not sealed
