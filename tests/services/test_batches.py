"""Payment batches: gathered, sealed, approved by another person, made into files once, delivered, closed, cancelled."""

import csv
import hashlib
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
import sqlalchemy as sa

from models import BatchFile, BatchItem, Invoice, InvoiceLine, Payee, PaymentBatch, db
from models.encryption import KEYRING
from models.engine import writing
from models.refusals import explain
from rules.choices import LineKind
from rules.errors import BadInput, DomainError, NotAllowed, UnloggedStatusChange
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from services import batches, saving
from services.batch_warnings import notes_of, warnings_of
from tests.money_world import IBAN, TODAY, acting, approved_claim, confirmed, do, new_batch
from tests.people import make_expert, make_user

OTHER_IBAN = "FI7012345600100007"


@pytest.fixture
def claim(held, people):
    return approved_claim(held, people, kilometres=Decimal("48.00"))


@pytest.fixture
def sealed(claim, people):
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    return batch


@pytest.fixture
def made(sealed, people):
    do(sealed, "approve", people["finance2"])
    do(sealed, "generate", people["finance"])
    return sealed


def refusal(record, verb, actor, **inputs):
    with pytest.raises(DomainError) as refused:
        do(record, verb, actor, **inputs)
    db.session.rollback()
    return refused.value


def another_claim(like, people, **payee):
    """An approved claim of another payee on the same ground."""
    facts = {"official_name": "Oona Laine", "iban": OTHER_IBAN, "identity_code": "131052-308T", "tax_card_year": 2026,
             **confirmed(people["finance2"].user_id)}
    made = Invoice(payee=Payee(**facts | payee), assignment=like.assignment, received_on=TODAY, worked_on=TODAY,
                   lines=[InvoiceLine(kind=LineKind.FEE, quantity=Decimal(1), unit_price=Decimal("120.05"),
                                      amount=Decimal("120.05"))])
    with db.session.no_autoflush:
        saving.prepare(made, people["coordinator"], TODAY, is_new=True)
    db.session.add(made)
    db.session.commit()
    do(made, "submit", people["coordinator"])
    do(made, "check", people["coordinator"], difference_note="Eri saaja")
    do(made, "approve", people["finance"])
    return made


def add(batch, claims, actor):
    with writing():
        added = batches.add_claims(batch, [claim.id for claim in claims], actor)
        db.session.commit()
    return added


def test_batch_gets_a_number_and_its_maker(app, people):
    first, second = new_batch(people), new_batch(people)

    assert [(b.number, b.created_by_id) for b in (first, second)] == [
        ("KA2026B0001", people["finance"].user_id), ("KA2026B0002", people["finance"].user_id)]


def test_payment_date_is_not_past(app, people):
    with pytest.raises(BadInput) as refused:
        saving.prepare(PaymentBatch(payment_date=TODAY - timedelta(1)), people["finance"], TODAY, is_new=True)

    assert refused.value.field == "payment_date"


def test_claim_in_a_batch_is_copied_with_its_payee(claim, people):
    item = new_batch(people, [claim]).items[0]

    assert (item.payee_name, item.iban, item.fee, item.kilometres, item.kilometre_amount, item.other, item.amount) == (
        "Sini Salminen", IBAN, Decimal("75.00"), Decimal(48), Decimal("26.40"), Decimal(0), Decimal("101.40"))
    assert (item.status, item.live, claim.status) == (ItemStatus.PENDING, True, ClaimStatus.BATCHED)


def test_claim_in_a_live_batch_goes_to_no_other(claim, people):
    new_batch(people, [claim])
    other = new_batch(people)

    with pytest.raises(DomainError) as refused:
        add(other, [claim], people["finance"])
    db.session.rollback()

    assert str(refused.value) == "These claims are already in another batch, or no longer approved."
    assert other.items == []


def test_database_has_the_last_word_on_two_live_batches(claim, people, session):
    new_batch(people, [claim])
    session.add(BatchItem(batch=new_batch(people), invoice=claim, amount=Decimal(1)))

    with pytest.raises(sa.exc.IntegrityError) as refused:
        session.flush()
    session.rollback()

    assert explain(refused.value)[0] == "This claim is already in another batch."


@pytest.mark.parametrize("lost", ["iban", "official_name"])
def test_claim_that_cannot_be_paid_is_named_and_nothing_is_added(claim, people, lost):
    good, batch = another_claim(claim, people), new_batch(people)
    setattr(claim.payee, lost, None if lost == "iban" else "")
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        add(batch, [claim, good], people["finance"])
    db.session.rollback()

    assert str(refused.value) == f"{claim.number}: the payee has no account number yet."
    assert (batch.items, good.status) == ([], ClaimStatus.APPROVED)
    assert add(batch, [good], people["finance"]) == 1


def test_coordinator_adds_no_claims(claim, people):
    batch = new_batch(people)

    with pytest.raises(NotAllowed):
        add(batch, [claim], people["coordinator"])
    db.session.rollback()

    assert add(batch, [claim], people["finance"]) == 1


def test_empty_batch_is_not_submitted(app, people):
    assert str(refusal(new_batch(people), "submit", people["finance"])) == "The batch is empty: add claims first."


def test_sealed_batch_takes_nothing_in_and_lets_nothing_out(sealed, claim, people):
    with pytest.raises(DomainError) as refused:
        add(sealed, [claim], people["finance"])
    db.session.rollback()

    with pytest.raises(DomainError) as edited:
        saving.prepare(sealed, people["finance"], TODAY, is_new=False)
    with pytest.raises(DomainError):
        do(sealed.items[0], "remove", people["finance"])
    db.session.rollback()

    assert str(refused.value) == "Claims are added to a draft only."
    assert str(edited.value) == "A sealed batch is not edited: return it to draft first."
    assert [item.status for item in sealed.items] == [ItemStatus.PENDING]


def test_payment_ids_are_never_given_twice(sealed, claim, people):
    other = another_claim(claim, people)
    first = sealed.items[0].end_to_end_id

    do(sealed, "refuse", people["finance2"], note="Yksi puuttuu")
    forgotten = (sealed.content_hash, sealed.submitted_by_id, sealed.approved_by_id)
    add(sealed, [other], people["finance"])
    do(sealed, "submit", people["finance"])

    assert forgotten == ("", None, None)
    assert (first, sorted(item.end_to_end_id for item in sealed.items)) == (
        "KA2026B0001-000001", ["KA2026B0001-000002", "KA2026B0001-000003"])


def test_batch_is_returned_with_a_sentence(sealed, people):
    assert refusal(sealed, "refuse", people["finance2"], note=" ").field == "note"
    assert sealed.status is BatchStatus.SUBMITTED


@pytest.mark.parametrize("who", ["maker", "maker's other account", "submitter", "submitter's other account"])
def test_approver_is_another_person_than_maker_and_submitter(claim, people, who):
    batch = new_batch(people, [claim])
    submitter = make_user("finance")
    do(batch, "submit", acting(submitter, "finance"))
    maker = batch.created_by
    user = {"maker": maker, "submitter": submitter}.get(who) or make_user(
        "finance", person=(maker if who.startswith("maker") else submitter).person)

    refused = refusal(batch, "approve", acting(user, "finance"))
    do(batch, "approve", people["finance2"])

    assert str(refused) == "Somebody else than the maker and the submitter approves a batch."
    assert batch.status is BatchStatus.APPROVED


def test_approver_may_have_approved_a_claim(claim, people):
    batch = PaymentBatch(payment_date=date(2026, 11, 30))
    saving.prepare(batch, people["finance2"], TODAY, is_new=True)
    db.session.add(batch)
    db.session.commit()
    add(batch, [claim], people["finance2"])
    do(batch, "submit", people["finance2"])

    do(batch, "approve", people["finance"])

    assert (claim.approved_by_id, batch.approved_by_id) == (people["finance"].user_id, people["finance"].user_id)


@pytest.mark.parametrize("account", ["own", "another"])
def test_approver_is_nobody_who_is_paid(sealed, held, people, account):
    paid = make_user("expert", "finance", expert=held.expert)
    user = paid if account == "own" else make_user("finance", person=paid.person)
    db.session.commit()

    refused = refusal(sealed, "approve", acting(user, "finance"))
    do(sealed, "approve", people["finance2"])

    assert str(refused) == "You are paid in this batch: somebody else approves it."


def change_amount(claim):
    claim.lines[0].unit_price = claim.lines[0].amount = Decimal("80.00")


def change_account(claim):
    claim.payee.iban = OTHER_IBAN
    db.session.commit()
    claim.payee.iban_confirmed_on, claim.payee.iban_confirmed_by_id = TODAY, claim.approved_by_id


def move_between_parts(claim):
    claim.lines[0].amount, claim.lines[1].amount = Decimal("74.00"), Decimal("27.40")


@pytest.mark.parametrize(("change", "whose"), [
    (change_account, "payee of"),
    (lambda claim: setattr(claim.payee, "identity_code", "131052-308T"), "payee of"),
    (lambda claim: setattr(claim.payee, "official_name", "Joku Muu"), "payee of"),
    (change_amount, "claim"), (move_between_parts, "claim"),
    (lambda claim: setattr(claim, "cost_centre", "1"), "claim"),
])
@pytest.mark.parametrize("verb", ["approve", "generate"])
def test_change_after_sealing_breaks_the_seal(sealed, claim, people, change, whose, verb):
    if verb == "generate":
        do(sealed, "approve", people["finance2"])
    change(claim)
    db.session.commit()

    refused = refusal(sealed, verb, people["finance2"])

    assert str(refused) == f"The {whose} {claim.number} has changed since: return the batch to draft."
    do(sealed, "refuse", people["finance2"], note="Muuttui")
    do(sealed, "submit", people["finance"])
    do(sealed, "approve", people["finance2"])
    assert sealed.approved_hash == batches.seal_of(sealed)


def test_changed_item_breaks_the_seal(sealed, people):
    sealed.items[0].hours = Decimal(9)
    db.session.commit()

    assert str(refusal(sealed, "approve", people["finance2"])) == (
        "The content is not what was sealed: return the batch to draft.")


def test_batch_is_not_approved_after_its_payment_date(sealed, people):
    sealed.payment_date = TODAY - timedelta(1)
    db.session.commit()

    assert str(refusal(sealed, "approve", people["finance2"])) == (
        "The payment date is past: return the batch to draft and edit it.")


def test_files_agree_with_the_database(claim, people):
    other = another_claim(claim, people)
    batch = new_batch(people, [claim, other])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    plain = {file.name.removeprefix(f"{batch.number}_"): file.plain() for file in batch.files}
    in_database = db.session.scalar(sa.select(sa.func.sum(BatchItem.amount)).where(BatchItem.batch_id == batch.id))

    rows = list(csv.DictReader(StringIO(plain["palkka.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    book = openpyxl.load_workbook(BytesIO(plain["maksulista.xlsx"]), data_only=True)
    lines = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    paid = sum(Decimal(row[part].replace(",", ".")) for row in rows for part in ("Palkkio", "Kilometrikorvaus", "Muut kulut"))

    assert in_database == paid == Decimal("221.45")
    assert Decimal(str(lines[-1][15])) == in_database
    assert [(row["Laskunumero"], row["Sukunimi"], row["Etunimi"], row["Henkilötunniste"]) for row in rows] == [
        (claim.number, "Sini Salminen", "", ""), (other.number, "Laine", "Oona", "131052-308T")]
    assert [row[4] for row in lines[:-1]] == ["FI21 •••• 85", "FI70 •••• 07"]
    sums = dict(reversed(line.split("  ")) for line in plain["SHA256SUMS.txt"].decode().splitlines())
    assert sums == {f"{batch.number}_{name}": hashlib.sha256(plain[name]).hexdigest()
                    for name in ("maksulista.xlsx", "palkka.csv")}


def test_control_list_carries_the_warnings(made, claim):
    data = next(file.plain() for file in made.files if file.name.endswith("xlsx"))

    rows = list(openpyxl.load_workbook(BytesIO(data)).worksheets[2].iter_rows(min_row=2, values_only=True))

    assert [row[:2] for row in rows] == [(1, claim.number)] * 2  # no tax card, no identity code
    assert rows[1][3] == "no tax card: tax is withheld at the rate without a card"


def test_files_are_made_once_and_stored_sealed(made, people):
    stored = {file.name: file.sealed_data for file in made.files}
    before = {file.name: file.plain() for file in made.files}

    refusal(made, "generate", people["finance"])

    assert {file.name: file.plain() for file in made.files} == before
    assert [name for name, data in before.items() if data in stored[name]] == []
    assert {file.name: (file.size, file.sha256) for file in made.files} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in before.items()}


@pytest.mark.parametrize("attribute", ["name", "sha256", "size", "content_type"])
def test_file_is_never_changed(made, session, attribute):
    file = made.files[0]
    setattr(file, attribute, 1 if attribute == "size" else "x")

    with pytest.raises(UnloggedStatusChange):
        session.flush()
    session.rollback()


def test_file_is_never_given_other_bytes_but_may_be_sealed_anew(made, session):
    file = made.files[0]
    plain, before = file.plain(), file.sealed_data
    file.sealed_data = KEYRING.seal(b"other", f"batch_file:{file.key}")
    with pytest.raises(ValueError, match="not those that were made"):
        session.flush()
    session.rollback()

    file.sealed_data = KEYRING.seal(plain, f"batch_file:{file.key}")
    session.commit()

    assert (file.plain(), file.sealed_data != before) == (plain, True)


def test_file_is_never_deleted(made, session):
    session.delete(made.files[0])

    with pytest.raises(UnloggedStatusChange):
        session.flush()
    session.rollback()

    assert session.scalar(sa.select(sa.func.count()).select_from(BatchFile)) == 3


def test_delivery_is_recorded(made, people):
    assert refusal(made, "send", people["finance"], on=TODAY + timedelta(1)).field == "on"

    do(made, "send", people["finance"], on=TODAY, way="Siirtokansio", receipt="PL-1")

    assert (made.status, made.sent_on, made.sent_by_way_of, made.receipt) == (
        BatchStatus.SENT, TODAY, "Siirtokansio", "PL-1")


@pytest.mark.parametrize("verbs", [(), ("submit",), ("submit", "approve")])
def test_cancelled_batch_frees_its_claims(claim, people, verbs):
    batch = new_batch(people, [claim])
    for verb in verbs:
        do(batch, verb, people["finance2" if verb == "approve" else "finance"])

    assert refusal(batch, "cancel", people["finance"], note="").field == "note"
    do(batch, "cancel", people["finance"], note="Väärä päivä")

    assert (batch.status, batch.cancel_reason, claim.status) == (
        BatchStatus.CANCELLED, "Väärä päivä", ClaimStatus.APPROVED)
    assert [(item.status, item.live) for item in batch.items] == [(ItemStatus.REMOVED, False)]
    assert add(new_batch(people), [claim], people["finance"]) == 1


def test_batch_with_files_is_cancelled_by_its_approver_who_vouches_that_nothing_was_sent(made, claim, people):
    by_maker = refusal(made, "cancel", people["finance"], note="Väärä päivä", not_sent=True)
    without_word = refusal(made, "cancel", people["finance2"], note="Väärä päivä", not_sent=False)
    do(made, "cancel", people["finance2"], note="Väärä päivä", not_sent=True)

    assert str(by_maker) == "Files are made: only the approver can cancel the batch."
    assert without_word.field == "not_sent"
    assert (made.status, claim.status, len(made.files)) == (BatchStatus.CANCELLED, ClaimStatus.APPROVED, 3)


def test_delivered_batch_is_never_cancelled(made, claim, people):
    do(made, "send", people["finance"], on=None)

    assert type(refusal(made, "cancel", people["finance2"], note="x", not_sent=True)).__name__ == "IllegalTransition"
    assert claim.status is ClaimStatus.BATCHED


def test_batch_closes_when_every_payment_has_its_outcome(made, people):
    do(made, "send", people["finance"], on=None)
    refusal(made, "close", people["finance"])

    do(made.items[0], "pay", people["finance"], on=TODAY)
    do(made, "close", people["finance"])

    assert made.status is BatchStatus.CLOSED


def said(sentences):
    return [str(sentence) for sentence in sentences]


def test_warnings_name_what_an_approver_should_look_at(claim, held, people):
    claim.payee.iban_changed_on, claim.requested_month = TODAY - timedelta(29), date(2026, 12, 1)
    claim.payee.iban_changed_by_id = people["coordinator"].user_id
    batch = new_batch(people, [claim])

    assert said(warnings_of(batch.items[0], TODAY)) == [
        f"account changed on 2026-10-26 by {people['coordinator'].name}, confirmed by {people['finance2'].name}",
        "no personal identity code: payroll cannot report the income",
        "no tax card: tax is withheld at the rate without a card", "payment wished for later"]


def test_nothing_is_warned_of_without_cause(claim, people):
    payee = claim.payee
    payee.iban_changed_on, payee.tax_card_year, payee.identity_code = TODAY - timedelta(31), 2026, "131052-308T"
    batch = new_batch(people, [claim])

    assert (said(warnings_of(batch.items[0], TODAY)), said(notes_of(batch.items))) == ([], [])


def test_warnings_know_a_difference(claim, people):
    batch = new_batch(people, [another_claim(claim, people)])

    assert said(warnings_of(batch.items[0], TODAY)) == ["differs from what was agreed: Eri saaja"]


def test_one_account_of_two_payees_and_one_payee_twice_are_noted(claim, held, people):
    db.session.add(Payee(official_name="Aino Toinen", expert=make_expert(), iban=claim.payee.iban))
    db.session.commit()
    second = do(held, "claim", people["coordinator"], other=Decimal(5))
    do(second, "check", people["coordinator"], difference_note="Kulut erikseen")
    do(second, "approve", people["finance"])
    batch = new_batch(people, [claim, second])

    assert said(notes_of(batch.items)) == [
        f"One account belongs to several payees: Aino Toinen, Sini Salminen ({claim.number}, {second.number}).",
        f"Sini Salminen is paid more than once: {claim.number}, {second.number}."]
