"""The rules of a payment batch, each a sentence and a short proof: the batch, the payment, the database, the files."""

import hashlib
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import AccessLog, BatchItem, PaymentBatch, db
from models.refusals import explain
from rules.errors import BadInput, DomainError, IllegalTransition
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from services import saving
from services.batch_warnings import notes_of, warnings_of
from tests.bank_batch_world import delivered, id_of, message_of, states_of, to_the_bank
from tests.bank_world import IBANS, MockBank
from tests.imports.test_bank_outcomes import counts, taken
from tests.money_world import TODAY, approved_claim, confirmed, do, new_batch
from tests.services.test_batches import add, another_claim
from tests.services.test_batches import refusal as refused


@pytest.fixture
def claim(held, people):
    return approved_claim(held, people)


# --- the batch

def test_draft_takes_approved_claims_and_lets_them_go_freely(claim, people):
    batch = new_batch(people, [claim])
    do(batch.items[0], "remove", people["finance"])

    assert (claim.status, add(batch, [claim], people["finance"])) == (ClaimStatus.APPROVED, 1)


def test_submitting_copies_the_payee_and_seals_the_content_and_editing_needs_a_return_to_draft(claim, people):
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    item = batch.items[0]

    assert (item.payee_name, item.iban, item.cost_centre, len(batch.content_hash)) == (
        claim.payee.official_name, claim.payee.iban, claim.cost_centre, 64)
    with pytest.raises(DomainError):
        add(batch, [another_claim(claim, people)], people["finance"])
    db.session.rollback()
    do(batch, "refuse", people["finance2"], note="Lisätään yksi")
    assert (batch.status, add(batch, [another_claim(claim, people, iban=IBANS[0])], people["finance"])) == (
        BatchStatus.DRAFT, 1)


def test_another_person_approves_the_very_content_and_a_changed_account_blocks(claim, people):
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    refused(batch, "approve", people["finance"])
    before, claim.payee.iban = claim.payee.iban, IBANS[0]
    db.session.commit()
    changed = refused(batch, "approve", people["finance2"])
    for name, value in ({"iban": before} | confirmed(people["finance2"].user_id)).items():
        setattr(claim.payee, name, value)
    db.session.commit()
    do(batch, "approve", people["finance2"])

    assert str(changed) == f"The payee of {claim.number} has changed since: return the batch to draft."
    assert (batch.approved_hash, batch.approved_by_id) == (batch.content_hash, people["finance2"].user_id)


def test_new_account_shared_account_and_a_like_payment_are_warned_of(claim, held, people):
    claim.payee.iban_changed_on, claim.payee.iban_changed_by_id = TODAY - timedelta(3), people["coordinator"].user_id
    same = another_claim(claim, people, iban=claim.payee.iban)
    batch = new_batch(people, [claim, same])

    told = [str(one) for one in (*warnings_of(batch.items[0], TODAY), *notes_of(batch.items))]

    assert [one.split(":")[0].split(" on ")[0] for one in told if "account" in one.lower()] == [
        "account changed", "One account belongs to several payees"]


def test_files_are_made_once_kept_with_hash_and_size_and_every_download_is_logged(claim, people, login):
    batch = new_batch(people, [claim])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(batch, verb, people[who])
    kept = {file.name: (file.plain(), file.sha256, file.size) for file in batch.files}
    with pytest.raises(IllegalTransition):
        do(batch, "generate", people["finance"])
    db.session.rollback()

    client, file = login("finance"), batch.files[0]
    got = client.get(f"/admin/paymentbatch/file/?id={file.id}")

    assert {name: (data, hashlib.sha256(data).hexdigest(), len(data)) for name, (data, *_) in kept.items()} == kept
    assert (got.status_code, got.data) == (200, kept[file.name][0])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLog).where(AccessLog.what == "download")) == 1


def test_delivery_says_who_when_and_by_what_way_and_a_batch_closes_when_every_payment_is_final(sent_batch, people):
    assert (sent_batch.status, sent_batch.sent_on) == (BatchStatus.SENT, TODAY)
    refused(sent_batch, "close", people["finance"])

    for item in list(sent_batch.items):
        do(item, "pay", people["finance"], on=TODAY)
    do(sent_batch, "close", people["finance"])

    assert sent_batch.status is BatchStatus.CLOSED


def test_batch_with_files_is_cancelled_only_with_a_reason_and_the_approvers_word_and_a_delivered_one_never(
        sent_batch, five_claims, people):
    batch = new_batch(people, [another_claim(five_claims[0], people)])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(batch, verb, people[who])

    assert [refused(batch, "cancel", people["finance2"], note=note, not_sent=word).field for note, word in (
        ("", True), ("Väärä päivä", False))] == ["note", "not_sent"]
    refused(batch, "cancel", people["finance"], note="Väärä päivä", not_sent=True)
    do(batch, "cancel", people["finance2"], note="Väärä päivä", not_sent=True)
    assert batch.status is BatchStatus.CANCELLED
    assert isinstance(refused(sent_batch, "cancel", people["finance2"], note="x", not_sent=True), IllegalTransition)


# --- the payment

def test_payment_goes_from_waiting_to_accepted_to_paid_and_may_still_come_back(sent_batch, people):
    item = sent_batch.items[0]
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        report, = bank.messages("pain.002")
    taken("1.xml", report, people)
    went = [item.status]
    for verb, inputs in (("pay", {"on": TODAY}), ("return", {"note": "Tili suljettu"})):
        do(item, verb, people["finance"], **inputs)
        went.append(item.status)

    assert went == [ItemStatus.ACCEPTED, ItemStatus.PAID, ItemStatus.RETURNED]
    assert (item.status, item.live, item.invoice.status) == (ItemStatus.RETURNED, False, ClaimStatus.RETURNED)
    with pytest.raises(IllegalTransition):
        do(item, "pay", people["finance"], on=TODAY)
    db.session.rollback()


def test_failed_payment_waits_until_it_is_mended_and_a_new_batch_gives_a_new_id(sent_batch, five_claims, people,
                                                                               paying_account):
    claim, first = five_claims[0], id_of(sent_batch, 1)
    do(sent_batch.items[0], "reject", people["finance"], note="Tili suljettu")
    with pytest.raises(DomainError):
        to_the_bank(people, paying_account, [claim])
    db.session.rollback()
    do(claim, "mend", people["finance"], note="Uusi tili")

    again = delivered(to_the_bank(people, paying_account, [claim]), people)

    assert (first, id_of(again, 1)) == (f"{sent_batch.number}-000001", f"{again.number}-000001")
    assert first != id_of(again, 1)


def test_late_paid_for_a_failed_payment_whose_claim_is_in_a_new_batch_is_for_a_person(sent_batch, five_claims, people,
                                                                                     paying_account):
    with MockBank() as bank:
        bank.receive(message_of(sent_batch))
        bank.messages("pain.002")
        bank.advance(date(2026, 12, 1))
        debits, = bank.messages("camt.054")
    item = sent_batch.items[0]
    do(item, "reject", people["finance"], note="Tili suljettu")
    do(five_claims[0], "mend", people["finance"], note="Uusi tili")
    delivered(to_the_bank(people, paying_account, [five_claims[0]]), people)

    told = counts(taken("1.xml", debits, people))

    assert (told, item.status, five_claims[0].status) == (
        {"paid": 3, "conflicts": 1}, ItemStatus.REJECTED, ClaimStatus.BATCHED)


def test_partly_failed_batch_counts_its_payments_one_by_one(sent_batch, people):
    for item, verb in zip(list(sent_batch.items), ("pay", "pay", "reject"), strict=False):
        do(item, verb, people["finance"], **({"on": TODAY} if verb == "pay" else {"note": "Tili suljettu"}))

    assert states_of(sent_batch) == [ItemStatus.PAID] * 2 + [ItemStatus.REJECTED] + [ItemStatus.PENDING] * 2
    assert sent_batch.status is BatchStatus.SENT


# --- the database

@pytest.mark.both_databases
@pytest.mark.parametrize(("statement", "sentence"), [
    ("UPDATE batch_item SET invoice_id = (SELECT min(invoice_id) FROM batch_item)",
     "This claim is already in another batch."),
    ("UPDATE batch_item SET end_to_end_id = 'KA-1'", "A payment id is used once only."),
    ("UPDATE payment_batch SET number = 'KA-1'", "There is already a batch of this number."),
    ("UPDATE batch_item SET amount = 0", "The amount is more than zero."),
    ("UPDATE batch_item SET live = NOT live", "A payment that failed is not live."),
    ("UPDATE payment_batch SET approved_by_id = created_by_id",
     "Somebody else than the maker and the submitter approves a batch."),
    ("UPDATE payment_batch SET status = 'approved', content_hash = 'x'", "An approved batch has its approver."),
    ("UPDATE payment_batch SET status = 'submitted', content_hash = ''", "A batch is sealed when it is submitted."),
])
def test_database_itself_refuses(claim, people, statement, sentence):
    new_batch(people, [claim]), new_batch(people, [another_claim(claim, people)])

    with pytest.raises(sa.exc.IntegrityError) as said:
        db.session.execute(sa.text(statement))
    db.session.rollback()

    assert explain(said.value)[0] == sentence


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["payment_batch", "invoice"])
def test_what_a_payment_hangs_on_is_not_deleted(claim, people, table):
    new_batch(people, [claim])
    keys = db.inspect(db.engine).get_foreign_keys("batch_item")

    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text(f"DELETE FROM {table}"))
    db.session.rollback()

    assert [key["options"].get("ondelete") for key in keys if key["referred_table"] == table] == ["RESTRICT"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BatchItem)) == 1


def test_payment_date_past_is_refused_and_today_is_taken(people):
    with pytest.raises(BadInput):
        saving.prepare(PaymentBatch(payment_date=TODAY - timedelta(1)), people["finance"], TODAY, is_new=True)
    saving.prepare(PaymentBatch(payment_date=TODAY), people["finance"], TODAY, is_new=True)


def test_set_of_files_is_the_control_list_the_payment_file_and_the_checksums(sent_batch, five_claims, people):
    payroll = new_batch(people, [another_claim(five_claims[0], people)])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(payroll, verb, people[who])

    assert [sorted(file.name.removeprefix(f"{batch.number}_") for file in batch.files)
            for batch in (payroll, sent_batch)] == [
        ["SHA256SUMS.txt", "maksulista.xlsx", "palkka.csv"], ["SHA256SUMS.txt", "maksulista.xlsx", "pain001.xml"]]
