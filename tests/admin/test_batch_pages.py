"""The pages of a payment batch: adding claims, outcomes, downloads; each for finance alone."""

import hashlib
import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import AccessLog, BatchFile, Invoice, PaymentBatch, db
from rules.permissions import Role
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from tests.conftest import token
from tests.money_world import TODAY, approved_claim, do, new_batch

OTHERS = [role for role in Role if role is not Role.FINANCE]


@pytest.fixture
def made(held, people):
    """A batch with its files made."""
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    return batch


@pytest.mark.parametrize("role", OTHERS)
def test_only_finance_downloads(made, login, role):
    address = f"/admin/paymentbatch/file/?id={made.files[0].id}"

    assert login(role).get(address).status_code == 403
    assert login("finance").get(address).status_code == 200


def test_download_gives_the_same_bytes_and_is_logged(made, login):
    file = db.session.scalars(sa.select(BatchFile)).first()
    client = login("finance")

    first = client.get(f"/admin/paymentbatch/file/?id={file.id}")
    second = client.get(f"/admin/paymentbatch/file/?id={file.id}")

    assert first.data == second.data
    assert hashlib.sha256(first.data).hexdigest() == file.sha256
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLog).where(AccessLog.what == "download")) == 2


@pytest.mark.parametrize("raw", ["abc", "-1", "999999", ""])
def test_unknown_file_is_not_found(made, login, raw):
    assert login("finance").get(f"/admin/paymentbatch/file/?id={raw}").status_code == 404


@pytest.mark.parametrize("page", ["add", "pay"])
def test_only_finance_posts_to_a_batch(made, login, page):
    address = f"/admin/paymentbatch/{page}/?id={made.id}"
    for role in OTHERS:
        client = login(role)
        assert client.post(address, data={"csrf_token": token(client, "/admin/")}).status_code == 403
    client = login("finance")

    assert client.get(address).status_code == 405
    assert client.post(address, data={"csrf_token": token(client, "/admin/")}).status_code == 302


def test_claims_are_added_on_the_page_of_a_draft(held, people, login):
    claim = approved_claim(held, people)
    batch = new_batch(people)
    client = login("finance")
    here = f"/admin/paymentbatch/details/?id={batch.id}"

    client.post(f"/admin/paymentbatch/add/?id={batch.id}",
                data={"csrf_token": token(client, here), "claim": [claim.id]})

    assert [item.invoice_id for item in db.session.get(PaymentBatch, batch.id).items] == [claim.id]


@pytest.mark.parametrize("address", ["file/?id=1", "add/?id=1", "pay/?id=1"])
def test_nobody_is_asked_to_sign_in(made, client, address):
    assert client.get(f"/admin/paymentbatch/{address}").status_code in (302, 405)


def text_of(answer):
    """What a reader sees of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_file_that_was_changed_is_not_given_out(made, login, session):
    number = made.files[0].id
    session.execute(sa.text("UPDATE batch_file SET sha256 = 'x' WHERE id = :id"), {"id": number})
    client = login("finance")

    answer = client.get(f"/admin/paymentbatch/file/?id={number}", headers={"Accept-Language": "en"})
    page = client.get(answer.headers["Location"], headers={"Accept-Language": "en"})

    assert answer.status_code == 302
    assert text_of(page).count("The stored file is not what was made: it is not given out.") == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(AccessLog).where(AccessLog.what == "download")) == 0


def test_download_is_an_attachment(made, login):
    answer = login("finance").get(f"/admin/paymentbatch/file/?id={made.files[0].id}")

    assert answer.headers["Content-Disposition"] == f"attachment; filename={made.files[0].name}"


def test_page_of_a_batch_shows_no_whole_account(made, login):
    page = login("finance").get(f"/admin/paymentbatch/details/?id={made.id}").text

    assert [part in page for part in ("FI21 •••• 85", made.content_hash, "FI2112345600000785")] == [True, True, False]


def test_page_says_what_to_look_at_before_approval_and_not_after(held, people, login):
    claim = approved_claim(held, people)
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    client, english = login("finance"), {"Accept-Language": "en"}
    here = f"/admin/paymentbatch/details/?id={batch.id}"
    warning = f"{claim.number}, Sini Salminen: no tax card: tax is withheld at the rate without a card"

    before = text_of(client.get(here, headers=english))
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    after = text_of(client.get(here, headers=english))

    assert [before.count(warning), after.count(warning)] == [1, 0]


def test_claims_taken_meanwhile_are_told(held, people, login):
    claim = approved_claim(held, people)
    new_batch(people, [claim])
    batch, client = new_batch(people), login("finance")
    here = f"/admin/paymentbatch/details/?id={batch.id}"

    client.post(f"/admin/paymentbatch/add/?id={batch.id}", headers={"Accept-Language": "en"},
                data={"csrf_token": token(client, here), "claim": [claim.id]})
    page = client.get(here, headers={"Accept-Language": "en"})

    assert text_of(page).count("These claims are already in another batch, or no longer approved.") == 1


@pytest.mark.parametrize(("day", "paid"), [("2026-11-24", True), ("", False), ("x", False)])
def test_all_that_wait_are_marked_as_paid_on_the_page(made, people, login, app, day, paid):
    app.config["TODAY"] = TODAY
    do(made, "send", people["finance"], on=None)
    client = login("finance")
    here = f"/admin/paymentbatch/details/?id={made.id}"

    client.post(f"/admin/paymentbatch/pay/?id={made.id}", data={"csrf_token": token(client, here), "on": day})

    claim = db.session.scalars(sa.select(Invoice)).one()
    assert (claim.status is ClaimStatus.PAID, claim.paid_on) == (paid, TODAY if paid else None)
    assert (made.items[0].status is ItemStatus.PAID) == paid


def test_payer_walks_a_batch_to_its_end_on_its_pages(held, people, login, app):
    app.config["TODAY"] = TODAY
    claim = approved_claim(held, people)
    maker, approver = login("finance"), login("finance")

    maker.post("/admin/paymentbatch/new/", data={"csrf_token": token(maker, "/admin/paymentbatch/new/"),
                                                 "kind": "payroll", "payment_date": "30.11.2026"})
    batch = db.session.scalars(sa.select(PaymentBatch)).one()
    number = batch.id
    here = f"/admin/paymentbatch/details/?id={number}"
    maker.post(f"/admin/paymentbatch/add/?id={number}", data={"csrf_token": token(maker, here), "claim": [claim.id]})
    for client, verb in ((maker, "submit"), (approver, "approve"), (maker, "generate"), (maker, "send")):
        address = f"/admin/paymentbatch/verb/{verb}/?id={number}"
        client.post(address, data={"csrf_token": token(client, address)})
    maker.post(f"/admin/paymentbatch/pay/?id={number}", data={"csrf_token": token(maker, here), "on": "2026-11-24"})
    address = f"/admin/paymentbatch/verb/close/?id={number}"
    maker.post(address, data={"csrf_token": token(maker, address)})

    batch = db.session.get(PaymentBatch, number)
    assert (batch.status, len(batch.files), db.session.get(Invoice, claim.id).status) == (
        BatchStatus.CLOSED, 3, ClaimStatus.PAID)


def test_claim_sent_back_by_finance_leads_to_the_list(held, people, login):
    claim = approved_claim(held, people)
    client = login("finance")
    address = f"/admin/invoice/verb/send_back/?id={claim.id}"

    answer = client.post(address, data={"csrf_token": token(client, address), "note": "Kuitti puuttuu"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/invoice/")
    assert claim.status is ClaimStatus.DRAFT


@pytest.mark.parametrize(("role", "seen"), [("coordinator", 1), ("expert", 0)])
def test_page_of_a_claim_says_what_to_look_at_to_those_who_check(held, people, login, role, seen):
    claim = do(held, "claim", people["coordinator"], fee=Decimal(90))
    client = login(role, **({"expert": held.expert} if role == "expert" else {}))

    page = client.get(f"/admin/invoice/details/?id={claim.id}", headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert text_of(page).count("The fee agreed was 75.00 €: say why it differs.") == seen
