"""A claim's whole way: entered, checked, approved, batched by four eyes, made into files, paid."""

import csv
import hashlib
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
import sqlalchemy as sa

from models import BatchFile, BatchItem, Invoice, PaymentBatch, db
from rules.choices import BatchKind
from rules.errors import DomainError
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from services import batches
from services.waiting_claims import waiting_claims, waiting_count
from tests.money_world import TODAY, acting, approved_claim, at_once, do, new_batch
from tests.people import make_user


@pytest.mark.both_databases
def test_claim_goes_all_the_way_to_paid(held, people):
    claim = approved_claim(held, people, kilometres=Decimal("48.00"))
    assert claim.total == Decimal("101.40")

    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    do(batch, "send", people["finance"], on=None, way="suojattu kansio", receipt="R1")
    item = batch.items[0]
    do(item, "pay", people["finance"], on=None)
    do(batch, "close", people["finance"])

    assert (batch.status, item.status, claim.status, claim.paid_on) == (
        BatchStatus.CLOSED, ItemStatus.PAID, ClaimStatus.PAID, TODAY)


def test_files_say_what_the_database_says(held, people):
    claim = approved_claim(held, people, kilometres=Decimal("48.00"))
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])

    files = {file.name.rsplit("_", 1)[1]: file for file in db.session.scalars(sa.select(BatchFile))}
    plain = {name: file.plain() for name, file in files.items()}
    rows = list(csv.DictReader(StringIO(plain["palkka.csv"].decode("utf-8-sig")), delimiter=";"))
    book = openpyxl.load_workbook(BytesIO(plain["maksulista.xlsx"]))

    assert sorted(files) == ["SHA256SUMS.txt", "maksulista.xlsx", "palkka.csv"]
    assert {n: hashlib.sha256(d).hexdigest() for n, d in plain.items()} == {n: f.sha256 for n, f in files.items()}
    assert len(rows) == 1
    assert Decimal("101.4") in {Decimal(str(c.value)) for row in book.worksheets[1] for c in row
                                if c.data_type == "n" and c.value is not None and not c.is_date}


def test_file_once_made_never_changes(held, people):
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])

    with pytest.raises(DomainError) as refused:
        do(batch, "generate", people["finance"])
    db.session.rollback()
    file = db.session.scalars(sa.select(BatchFile)).first()
    first, second = file.plain(), file.plain()

    assert refused.value.sentence.text == "“%(verb)s” is not possible: the state is “%(state)s”."
    assert first == second


def test_maker_cannot_approve_but_another_person_can(held, people):
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", people["finance"])
    db.session.rollback()
    do(batch, "approve", people["finance2"])

    assert str(refused.value) == "Somebody else than the maker and the submitter approves a batch."
    assert batch.status is BatchStatus.APPROVED


def test_payee_cannot_approve_in_another_role_or_account(held, people):
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    payee_too = make_user("finance")
    held.expert.person = payee_too.person
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", acting(payee_too, "finance"))
    db.session.rollback()
    do(batch, "approve", people["finance2"])

    assert str(refused.value) == "You are paid in this batch: somebody else approves it."


def test_changed_account_breaks_the_seal(held, people):
    claim = approved_claim(held, people)
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    claim.payee.iban = "FI7012345600100007"
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", people["finance2"])
    db.session.rollback()

    assert refused.value.sentence.text == "The payee of %(number)s has changed since: return the batch to draft."


def test_returned_payment_is_mended_and_gets_a_new_payment_id(held, people):
    claim = approved_claim(held, people)
    first = new_batch(people, [claim])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(first, verb, people[who])
    do(first, "send", people["finance"], on=None, way="", receipt="")
    do(first.items[0], "pay", people["finance"], on=None)
    do(first.items[0], "return", people["finance"], note="tili suljettu")
    assert claim.status is ClaimStatus.RETURNED

    do(claim, "mend", people["finance"], note="uusi tili")
    second = new_batch(people, [claim])
    do(second, "submit", people["finance"])

    ids = [item.end_to_end_id for item in db.session.scalars(sa.select(BatchItem).order_by(BatchItem.id))]
    assert ids == [f"{first.number}-000001", f"{second.number}-000001"]


@pytest.mark.both_databases
def test_two_batches_at_once_never_share_a_claim(app, held, people):
    claim = approved_claim(held, people)
    ids = [new_batch(people).id, new_batch(people).id]
    claim_id, actor = claim.id, people["finance"]
    db.session.commit()

    at_once(app, *(lambda i=i: batches.add_claims(db.session.get(PaymentBatch, i), [claim_id], actor) for i in ids))

    live = db.session.scalars(sa.select(BatchItem).where(BatchItem.live, BatchItem.invoice_id == claim_id)).all()
    assert len(live) == 1


@pytest.mark.both_databases
def test_two_approvals_at_once_are_one(app, held, people):
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    third = acting(make_user("finance"), "finance")
    batch_id = batch.id
    db.session.commit()

    results = at_once(app, *(
        lambda who=who: batches.approve(db.session.get(PaymentBatch, batch_id), who, TODAY)
        for who in (people["finance2"], third)))

    refused = [r for r in results if r is not None]
    assert [type(r).__name__ for r in refused] == ["IllegalTransition"]
    assert db.session.get(PaymentBatch, batch_id).status is BatchStatus.APPROVED


def test_negative_fee_is_refused_at_its_field(held, people):
    with pytest.raises(DomainError) as refused:
        do(held, "claim", people["coordinator"], fee=Decimal("-1.00"))
    db.session.rollback()

    assert {name: str(s) for name, s in refused.value.errors.items()} == {"fee": "An amount cannot be negative."}
    assert db.session.scalars(sa.select(Invoice)).all() == []


def test_waiting_claims_are_counted_in_full_where_the_page_shows_the_oldest(held, people):
    for kilometres in ("1", "2"):
        claim = do(held, "claim", people["coordinator"], kilometres=Decimal(kilometres))
        do(claim, "check", people["coordinator"], difference_note="kaksi matkaa")
        do(claim, "approve", people["finance"])

    assert (len(waiting_claims(BatchKind.PAYROLL, most=1)), waiting_count(BatchKind.PAYROLL)) == (1, 2)
