"""The rules of a payment batch and of its bank file, each a sentence and a short proof.

Where the schema of ISO 20022 would let pass what a rule refuses, the test shows both.
"""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from lxml import etree

from exports.batch_check import FilesDiffer
from exports.pain001 import pain001
from exports.pain001_check import check_pain001
from models import AccessLog, BatchItem, PaymentBatch, db
from models.refusals import explain
from rules.bank_characters import Characters
from rules.choices import PainVersion
from rules.errors import BadInput, DomainError, IllegalTransition
from rules.money import LARGEST
from rules.payment_routes import remittance_text
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from services import saving
from services.batch_warnings import notes_of, warnings_of
from tests.bank_batch_world import delivered, id_of, message_of, states_of, to_the_bank
from tests.bank_world import IBANS, NUMBER, PAYER, MockBank, a_payment, an_order
from tests.exports.test_pain001 import SCHEMAS, every, forced, refusal, tree
from tests.imports.test_bank_outcomes import counts, taken
from tests.money_world import TODAY, approved_claim, confirmed, do, new_batch
from tests.services.test_batches import add, another_claim
from tests.services.test_batches import refusal as refused

VERSIONS = list(PainVersion)


@pytest.fixture
def claim(held, people):
    return approved_claim(held, people)


# --- the bank file

def test_version_09_is_the_default_and_03_an_option():
    assert (PAYER.version, [etree.QName(tree(an_order(version=version))).namespace[-2:] for version in VERSIONS]) == (
        PainVersion.V09, [version.value[-2:] for version in VERSIONS])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("old", "new", "changes", "sentence"), [
    (b">53.73<", b">0.00<", {"amount": Decimal("0.00")}, "The amount is more than zero."),
    (b">53.73<", b">1.23456<", {"amount": Decimal("1.23456")}, "An amount has at most two decimals."),
    (IBANS[1].encode(), b"FI2953909960308243", {"iban": "FI2953909960308243"},
     "The check digits of the account number do not match."),
    ("Elli-Noora Öhman".encode(), "Elli 😀".encode(), {"name": "Elli 😀"},
     "A bank does not take 😀. Write it in Latin letters, as on the account."),
])
def test_schema_takes_what_is_refused_before_it(version, old, new, changes, sentence):
    assert SCHEMAS[version].validate(forced(old, new, version))

    assert refusal(**changes) == f"{NUMBER}-000002: {sentence}"


def test_amount_is_at_least_a_cent_and_at_most_999999999_99_in_whole_cents():
    ends = [a_payment(1, amount=Decimal("0.01")), a_payment(2, amount=Decimal("999999999.99"))]

    assert every(tree(an_order(ends)), "InstdAmt") == ["0.01", "999999999.99"]
    assert refusal(amount=LARGEST + Decimal("0.01")) == f"{NUMBER}-000002: The amount is too large."


@pytest.mark.parametrize(("reference", "kind"), [("12345672", ["SCOR"]), ("RF8512345672", ["SCOR", "ISO"])])
def test_reference_is_text_or_scor_and_never_both(reference, kind):
    by_reference = tree(an_order([a_payment(text="", reference=reference)]))
    by_text = tree(an_order([a_payment(text="Palkkio 1")]))

    told = [every(document, name) for document in (by_reference, by_text) for name in ("Ref", "Ustrd")]
    assert (told, every(by_reference, "Cd")[-1:] + every(by_reference, "Issr")) == (
        [[reference], [], [], ["Palkkio 1"]], kind)
    assert refusal(text="both", reference=reference) == f"{NUMBER}-000002: A payment has either a reference or a text."


def test_text_names_the_claim_and_nothing_of_health_or_a_unit():
    assert remittance_text("2026-017") == "Palkkio 2026-017"


def test_payment_id_is_unique_for_ever_has_letters_digits_and_hyphens_and_is_never_notprovided():
    good = every(tree(an_order()), "EndToEndId")
    assert (len(set(good)), all(one.replace("-", "").isalnum() and len(one) <= 35 for one in good)) == (5, True)

    for bad in ("KA_2026", "KA2026B0042-000001", "NOTPROVIDED"):
        assert SCHEMAS[PainVersion.V09].validate(forced(f"{NUMBER}-000002<".encode(), f"{bad}<".encode()))
        refusal(end_to_end_id=bad)


def test_message_id_is_the_number_of_the_batch_and_a_second_sending_is_refused_as_a_double(sent_batch, people):
    assert every(etree.fromstring(message_of(sent_batch)), "MsgId") == [sent_batch.number]
    with MockBank() as bank:
        for _ in range(2):
            bank.receive(message_of(sent_batch))
        first, second = bank.messages("pain.002")

    assert (every(etree.fromstring(second), "Cd"), counts(taken("1.xml", first, people))) == (
        ["DUPL"], {"accepted": 4, "rejected": 1})
    assert counts(taken("2.xml", second, people)) == {}


@pytest.mark.parametrize("one_line", [True, False])
def test_level_is_sepa_charges_are_slev_and_booking_in_one_sum_is_a_setting(one_line):
    document = tree(an_order(payer=replace(PAYER, batch_booking=one_line)))

    assert [every(document, name) for name in ("SvcLvl", "ChrgBr", "BtchBookg", "LclInstrm", "CtgyPurp")] == [
        [None], ["SLEV"], [str(one_line).lower()], [], []]
    assert every(document, "Cd") == ["SEPA"]


def test_letters_of_finland_stay_and_other_alphabets_are_asked_for_as_on_the_account():
    assert every(tree(an_order()), "Nm")[2:4] == ["Pekka Mäkinen", "Elli-Noora Öhman"]
    basic = an_order(payer=replace(PAYER, characters=Characters.EPC_BASIC))
    assert every(tree(basic), "Nm")[2:4] == ["Pekka Makinen", "Elli-Noora Ohman"]

    assert refusal(name="محمد").endswith("Write it in Latin letters, as on the account.")


@pytest.mark.parametrize("version", VERSIONS)
def test_no_address_of_a_payee_is_sent(version):
    name, address = "Pekka Mäkinen</Nm>".encode(), b"<PstlAdr><AdrLine>Kotikatu 1</AdrLine></PstlAdr>"
    assert SCHEMAS[version].validate(forced(name, name + address, version))

    order = an_order(version=version)
    assert (every(tree(order), "AdrLine"), every(tree(order), "PstlAdr")) == ([], [])
    with pytest.raises(FilesDiffer):
        check_pain001(pain001(order).replace(name, name + address), order)


def test_bank_gets_the_name_of_the_account_and_not_the_name_the_person_goes_by(held, people, paying_account):
    like = approved_claim(held, people)
    like.assignment.expert.alias = "Taiteilija"
    firm = another_claim(like, people, official_name="Mäkinen Oy", iban=IBANS[0], kind="company", identity_code=None)
    batch = delivered(to_the_bank(people, paying_account, [firm]), people)

    assert every(etree.fromstring(message_of(batch)), "Nm")[2:] == ["Mäkinen Oy"]


@pytest.mark.parametrize(("old", "new"), [
    (b">53.73</InstdAmt>", b">53.74</InstdAmt>"), (b"<NbOfTxs>5", b"<NbOfTxs>4"), (b"<CtrlSum>906.60", b"<CtrlSum>0.60"),
    (b"000002<", b"000001<"), (IBANS[1].encode(), IBANS[2].encode()),
])
def test_bytes_are_read_back_and_compared_before_they_are_kept(old, new):
    data = pain001(an_order())
    check_pain001(data, an_order())

    with pytest.raises(FilesDiffer):
        check_pain001(data.replace(old, new), an_order())


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
