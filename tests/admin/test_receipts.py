"""Receipts: what is taken and what is refused, who adds, reads and takes them away, and what a stolen database shows."""

import hashlib
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from models import AccessLog, Invoice, Payee, Receipt, db
from models.encryption import KEYRING
from models.engine import writing
from rules.choices import Language
from rules.errors import BadInput, UnloggedStatusChange
from rules.permissions import Role
from services.receipts import MOST, add_receipts
from services.verbs import Upload
from tests.conftest import token
from tests.factories import make
from tests.money_world import do
from tests.receipt_files import JPEG, PDF, PNG, exif, jpeg

READERS = (Role.COORDINATOR, Role.FINANCE, Role.EXPERT)
HOME = b"62.2415N 25.7209E"


@pytest.fixture
def claim(held, people):
    return do(held, "claim", people["coordinator"])


def with_receipt(claim, data=PDF):
    with writing():
        add_receipts(claim, [Upload(data)])
        db.session.commit()
    return claim.receipts[-1]


def receipts():
    return list(db.session.scalars(sa.select(Receipt).order_by(Receipt.id)))


def sending(client, claim, *files, **more):
    """The answer to the form of "Add receipts" with (name, bytes) files."""
    address = f"/admin/invoice/verb/attach/?id={claim.id}"
    form = MultiDict({"csrf_token": token(client, address), **more})
    for name, data in files:
        form.add("receipts", FileStorage(BytesIO(data), filename=name))
    boundary, body = encode_multipart(form)  # by itself the client leaves a temporary file open
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def as_expert(login, claim):
    return login("expert", expert=claim.payee.expert)


# --- what is taken

def test_receipts_get_names_of_ours_and_are_hashed_over_what_is_kept(claim, login):
    photo = jpeg(exif(6, HOME))

    answer = sending(login("coordinator"), claim, ("../../etc/passwd", PDF), ("kuva\u202egpj.exe", photo), ("Äiti kotona.html", PNG))

    assert answer.status_code == 302
    assert [(r.name, r.content_type, r.invoice_id) for r in receipts()] == [
        (f"{claim.number}-1.pdf", "application/pdf", claim.id), (f"{claim.number}-2.jpg", "image/jpeg", claim.id),
        (f"{claim.number}-3.png", "image/png", claim.id)]
    assert [HOME in r.plain() for r in receipts()] == [False] * 3
    assert all(hashlib.sha256(r.plain()).hexdigest() == r.sha256 and len(r.plain()) == r.size for r in receipts())


@pytest.mark.parametrize(("name", "data", "sentence"), [
    ("kuitti.pdf", b"", "The file is empty."),
    ("kuitti.pdf", b"<html><script>alert(1)</script></html>", "This file is something else."),
    ("kuitti.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "This file is something else."),
    ("kuitti.jpg", b"PK\x03\x04" + b"\x00" * 40, "This file is something else."),
    ("kuitti.png", PNG[:30], "This file is damaged or ends too early."),
    ("kuitti.pdf", b"%PDF-1.4" + b"\x00" * (8 * 1024 * 1024), "A file may be 8 MB at most; this has 9."),
])
def test_what_is_refused_says_so_at_the_field_and_keeps_nothing_of_the_others(claim, login, name, data, sentence):
    answer = sending(login("coordinator", language=Language.EN), claim, ("hyvä.pdf", PDF), (name, data))

    assert (answer.status_code, sentence in answer.text, 'id="receipts-error"' in answer.text) == (422, True, True)
    assert receipts() == []


@pytest.mark.parametrize("files", [(), (("", b""),)])
def test_form_without_a_file_asks_for_one(claim, login, files):
    answer = sending(login("coordinator", language=Language.EN), claim, *files)

    assert (answer.status_code, "Choose a file." in answer.text, receipts()) == (422, True, [])


def test_same_file_twice_and_too_many_are_refused(claim):
    with_receipt(claim)
    with pytest.raises(BadInput) as twice, writing():
        add_receipts(claim, [Upload(PDF)])
    db.session.rollback()
    with pytest.raises(BadInput) as many, writing():
        add_receipts(claim, [Upload(jpeg(filling=n)) for n in range(MOST)])
    db.session.rollback()

    assert (str(twice.value), str(many.value)) == (
        "The same file is here already.", f"A claim has at most {MOST} receipts.")
    assert len(receipts()) == 1


def test_two_clicks_send_a_receipt_once(claim, login):
    client = login("coordinator")

    answers = [sending(client, claim, ("a.pdf", PDF), form_key="k" * 32).status_code for _ in range(2)]

    assert (answers, len(receipts())) == ([302, 302], 1)


def test_receipts_come_with_the_claim_in_one_form_and_a_bad_one_enters_no_claim(held, login):
    client, address = login("coordinator"), f"/admin/assignment/verb/claim/?id={held.id}"
    form = {"csrf_token": token(client, address), "kilometres": "10"}

    refused = client.post(address, data=form | {"receipts": (BytesIO(b"GIF89a"), "a.gif")})
    after_refusal = db.session.scalars(sa.select(Invoice)).all()
    done = client.post(address, data=form | {"receipts": [(BytesIO(PDF), "a.pdf"), (BytesIO(PNG), "b.png")]})

    claim = db.session.scalars(sa.select(Invoice)).one()
    assert (refused.status_code, 'value="10"' in refused.text, after_refusal, done.status_code) == (422, True, [], 302)
    assert [r.name for r in claim.receipts] == [f"{claim.number}-1.pdf", f"{claim.number}-2.png"]


def test_form_takes_files_and_offers_the_camera(claim, login):
    page = login("coordinator").get(f"/admin/invoice/verb/attach/?id={claim.id}").text

    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" id="receipts" name="receipts" multiple accept="image/jpeg,image/png,application/pdf"' in page


# --- who

@pytest.mark.parametrize("role", list(Role))
def test_coordinator_and_the_expert_paid_add_receipts_and_nobody_else(claim, login, role):
    client = as_expert(login, claim) if role is Role.EXPERT else login(role)
    may = role in (Role.COORDINATOR, Role.EXPERT)

    answer = client.post(f"/admin/invoice/verb/attach/?id={claim.id}", content_type="multipart/form-data", data={
        "csrf_token": token(client, "/admin/"), "receipts": (BytesIO(PDF), "a.pdf")})

    assert (answer.status_code, len(receipts())) == ((302, 1) if may else (403, 0))


def test_another_expert_neither_adds_reads_nor_takes_away(claim, login):
    receipt, stranger = with_receipt(claim), login("expert", expert=make(Payee).expert)
    forged = {"csrf_token": token(stranger, "/admin/"), "version": str(receipt.version)}

    answers = [stranger.get(f"/admin/receipt/receipt/?id={receipt.id}"), stranger.get(f"/admin/receipt/details/?id={receipt.id}"),
               stranger.post(f"/admin/receipt/delete/?id={receipt.id}", data=forged),
               stranger.post(f"/admin/invoice/verb/attach/?id={claim.id}", data=forged | {"receipts": (BytesIO(PNG), "a.png")})]
    own = as_expert(login, claim).get(f"/admin/receipt/receipt/?id={receipt.id}")

    assert ([answer.status_code for answer in answers], own.status_code) == ([404] * 4, 200)
    assert receipts() == [receipt]


@pytest.mark.parametrize("role", list(Role))
def test_receipt_is_given_out_as_an_attachment_to_those_who_read_the_claim_and_logged(claim, people, login, role):
    receipt = with_receipt(claim, jpeg(exif(3, HOME)))
    do(claim, "check", people["coordinator"])
    client = as_expert(login, claim) if role is Role.EXPERT else login(role)

    answer = client.get(f"/admin/receipt/receipt/?id={receipt.id}")

    logged = db.session.scalars(sa.select(AccessLog.subject).where(AccessLog.what == "download")).all()
    if role not in READERS:
        assert (answer.status_code, logged) == (403, [])
        return
    assert (answer.status_code, answer.data, logged) == (200, receipt.plain(), [receipt.subject])
    assert (answer.headers["Content-Disposition"], answer.headers["X-Content-Type-Options"], answer.mimetype) == (
        f"attachment; filename={receipt.name}", "nosniff", "image/jpeg")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_finance_meets_a_receipt_only_once_the_claim_is_checked(claim, people, login):
    receipt, client = with_receipt(claim), login("finance")

    before = client.get(f"/admin/receipt/receipt/?id={receipt.id}").status_code
    do(claim, "check", people["coordinator"])
    after = client.get(f"/admin/receipt/receipt/?id={receipt.id}").status_code

    assert (before, after) == (404, 200)


@pytest.mark.parametrize("raw", ["abc", "-1", "999999", "", "1 OR 1=1"])
def test_number_of_no_receipt_is_not_found(claim, login, raw):
    with_receipt(claim)

    assert login("coordinator").get("/admin/receipt/receipt/", query_string={"id": raw}).status_code == 404


def test_claim_page_names_its_receipts_with_a_download(claim, login):
    receipt = with_receipt(claim)

    page = login("coordinator").get(f"/admin/invoice/details/?id={claim.id}").text

    assert (receipt.name in page, f"/admin/receipt/receipt/?id={receipt.id}" in page) == (True, True)


# --- as long as the claim may be changed

def test_receipt_is_taken_away_until_the_claim_is_checked_and_a_new_one_has_a_name_of_its_own(claim, people, login):
    first, _second = with_receipt(claim), with_receipt(claim, PNG)
    client = login("coordinator")
    form = {"csrf_token": token(client, "/admin/"), "version": str(first.version)}

    client.post(f"/admin/receipt/delete/?id={first.id}", data=form)
    db.session.expire_all()
    third = with_receipt(claim, JPEG)
    do(claim, "check", people["coordinator"])
    client.post(f"/admin/receipt/delete/?id={third.id}", data=form | {"version": str(third.version)})
    db.session.expire_all()

    assert [r.name for r in receipts()] == [f"{claim.number}-2.png", f"{claim.number}-3.jpg"]


def test_checked_claim_takes_no_more_receipts(claim, people, login):
    do(claim, "check", people["coordinator"])
    client = login("coordinator")

    answer = client.post(f"/admin/invoice/verb/attach/?id={claim.id}", content_type="multipart/form-data", data={
        "csrf_token": token(client, "/admin/"), "receipts": (BytesIO(PDF), "a.pdf")})

    assert (answer.status_code, receipts()) == (422, [])


# --- at rest

def test_stored_receipt_is_never_another_one_and_opens_nowhere_else(claim):
    one, other = with_receipt(claim), with_receipt(claim, PNG)
    other.sealed_data = one.sealed_data
    with pytest.raises(ValueError, match="does not belong here"):
        other.plain()
    db.session.rollback()

    one.name = "toinen.pdf"
    with pytest.raises(UnloggedStatusChange):
        db.session.flush()
    db.session.rollback()

    assert (one.plain(), other.plain()) == (PDF, PNG)


def test_stolen_database_shows_nothing_of_a_receipt(claim):
    secret = b"%PDF-1.4 Kivikatu 7 asiakas " + b"salainen sana 4711 " * 20 + b"\n%%EOF\n"
    receipt = with_receipt(claim, secret)
    path = Path(db.engine.url.database)
    db.session.rollback()

    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    dump = "\n".join(sqlite3.connect(path).iterdump()).encode()

    assert [word in raw + dump for word in (b"Kivikatu", b"salainen sana", b"%PDF-1.4 K")] == [False] * 3
    assert KEYRING.open(receipt.sealed_data, f"receipt:{receipt.key}") == secret


def test_broken_receipt_is_not_given_out(claim, login, people):
    receipt = with_receipt(claim)
    db.session.execute(sa.text("UPDATE receipt SET size = size + 1"))
    db.session.commit()

    answer = login("coordinator").get(f"/admin/receipt/receipt/?id={receipt.id}")

    assert (answer.status_code, PDF in answer.data) == (302, False)
