"""Batches to the bank: who may be in one, what is sealed, the bank file, and what is refused before it."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from lxml import etree

from models import BatchItem, Invoice, PayingAccount, PaymentBatch, db
from rules.bank_characters import Characters
from rules.choices import BatchKind, LineKind, PainVersion, PayeeKind
from rules.errors import BadInput, DomainError
from rules.states import BatchStatus, ClaimStatus
from services import saving
from services.waiting_claims import waiting_claims, waiting_count
from tests.bank_batch_world import to_the_bank
from tests.bank_world import IBANS, NAMES, schema
from tests.factories import make
from tests.money_world import TODAY, approved_claim, do, new_batch
from tests.services.test_batches import add, another_claim, refusal

PAYER_IBAN = "FI2112345600000785"
BUSINESS = PayeeKind.COMPANY


@pytest.fixture
def account(app):
    return make(PayingAccount, name="Keski-Suomen hyvinvointialue", iban=PAYER_IBAN, agreement="1234567-1")


@pytest.fixture
def private(held, people):
    return approved_claim(held, people)


@pytest.fixture
def business(private, people):
    """An approved claim of a company with a reference of its own."""
    claim = another_claim(private, people, official_name=NAMES[0], iban=IBANS[0], kind=BUSINESS, identity_code=None)
    claim.reference = "RF85 1234 5672"
    db.session.commit()
    return claim


def second_business(like, people):
    return another_claim(like, people, official_name="Öhman & Co Oy", iban=IBANS[1], kind=BUSINESS, identity_code=None)


def approved(batch, people):
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    return batch


def files_of(batch):
    return {file.name.removeprefix(f"{batch.number}_"): file.plain() for file in batch.files}


def texts(data, name):
    return [found.text for found in etree.fromstring(data).iter(f"{{*}}{name}")]


# --- which way

@pytest.mark.parametrize("costs_only", [False, True])
def test_private_person_is_paid_by_payroll_alone_costs_without_a_fee_too(private, people, account, costs_only):
    if costs_only:
        private.lines[0].kind = LineKind.OTHER
        db.session.commit()
    batch = to_the_bank(people, account)

    with pytest.raises(DomainError) as refused:
        add(batch, [private], people["finance"])
    db.session.rollback()

    assert str(refused.value) == (
        f"{private.number}: a private person is paid by payroll, which withholds the tax and reports it.")
    assert (batch.items, private.status) == ([], ClaimStatus.APPROVED)
    assert add(new_batch(people), [private], people["finance"]) == 1


@pytest.mark.parametrize("kind", [kind for kind in PayeeKind if kind is not PayeeKind.PRIVATE])
def test_business_is_paid_by_the_bank_alone(business, people, account, kind):
    business.payee.kind = kind
    db.session.commit()
    payroll = new_batch(people)

    with pytest.raises(DomainError) as refused:
        add(payroll, [business], people["finance"])
    db.session.rollback()

    assert str(refused.value) == f"{business.number}: a business is paid by the bank, not by payroll."
    assert add(to_the_bank(people, account), [business], people["finance"]) == 1


def test_only_claims_that_go_its_way_wait_for_a_batch(private, business):
    assert [waiting_claims(kind) for kind in BatchKind] == [[private], [business]]
    assert [waiting_count(kind) for kind in BatchKind] == [1, 1]


@pytest.mark.parametrize(("changes", "why"), [
    ({"iban": PAYER_IBAN}, "the payee's account is the payer's own."),
    ({"official_name": "🎻 Oy"}, "A bank does not take 🎻. Write it in Latin letters, as on the account."),
    ({"official_name": "Y" * 71}, "A bank takes at most 70 characters here; this has 71."),
])
def test_payee_that_the_bank_would_refuse_is_refused_before_sealing(business, people, account, changes, why):
    batch = to_the_bank(people, account)
    for name, value in changes.items():
        setattr(business.payee, name, value)
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        add(batch, [business], people["finance"])
    db.session.rollback()

    assert str(refused.value) == f"{business.number}: {why}"
    assert batch.items == []


def test_reference_with_a_wrong_check_digit_is_refused_before_sealing(business, people, account):
    business.reference = "12345673"
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        add(to_the_bank(people, account), [business], people["finance"])
    db.session.rollback()

    assert str(refused.value) == f"{business.number}: The check digit of the reference number does not match."


# --- one kind, one account, one payment date

@pytest.mark.parametrize(("facts", "field", "sentence"), [
    ({"kind": BatchKind.SEPA}, "paying_account", "Choose the account that the bank pays from."),
    ({"kind": BatchKind.PAYROLL, "paying_account": "own"}, "paying_account",
     "Payroll pays from an account of its own: leave this empty."),
    ({"kind": BatchKind.SEPA, "paying_account": "old"}, "paying_account", "This account is no longer in use."),
    ({"payment_date": date(2026, 11, 28)}, "payment_date",
     "Banks do not pay on this day: the next banking day is 2026-11-30."),
    ({"payment_date": date(2026, 12, 24)}, "payment_date",
     "Banks do not pay on this day: the next banking day is 2026-12-28."),
    ({"kind": BatchKind.SEPA, "paying_account": "own"}, None, None),
    ({}, None, None),
])
def test_batch_has_the_account_of_its_kind_and_a_banking_day(people, account, facts, field, sentence):
    old = make(PayingAccount, iban="FI7012345600100007", active=False)
    named = {"own": account, "old": old}
    given = {"payment_date": date(2026, 11, 30)} | facts
    if "paying_account" in given:
        given["paying_account"] = named[given["paying_account"]]
    batch, found = PaymentBatch(**given), (None, None)

    with db.session.no_autoflush:
        try:
            saving.prepare(batch, people["finance"], TODAY, is_new=True)
        except BadInput as refused:
            found = (refused.field, str(refused))
    db.session.rollback()

    assert found == (field, sentence)


def test_database_keeps_an_account_for_the_bank_and_for_nothing_else(people, account, session):
    batch = new_batch(people)
    batch.paying_account = account

    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()

    assert to_the_bank(people, account).paying_account is account


def test_batch_with_claims_does_not_change_its_way(business, people, account):
    batch = to_the_bank(people, account, [business])
    batch.kind, batch.paying_account = BatchKind.PAYROLL, None

    with db.session.no_autoflush, pytest.raises(BadInput) as refused:
        saving.prepare(batch, people["finance"], TODAY, is_new=False)
    db.session.rollback()

    assert (refused.value.field, str(refused.value)) == (
        "kind", "Take the claims out first: they were gathered for the other way of paying.")


@pytest.mark.parametrize(("changes", "field"), [
    ({"iban": "FI2112345600000786"}, "iban"), ({"bic": "NDEA"}, "bic"), ({"name": "🎻"}, "name"),
    ({"agreement": "Ä" * 36}, "agreement"), ({"iban": "FI21 1234 5600 0007 85", "bic": "ndeafihh"}, None),
])
def test_paying_account_is_checked_where_it_is_typed(people, app, changes, field):
    account = PayingAccount(**{"name": "Kunta", "iban": PAYER_IBAN, "bic": "", "agreement": ""} | changes)
    found = None

    try:
        saving.prepare(account, people["finance"], TODAY, is_new=True)
    except BadInput as refused:
        found = refused.field

    assert found == field
    assert (field is not None) or (account.iban, account.bic) == (PAYER_IBAN, "NDEAFIHH")


@pytest.mark.parametrize("used", [True, False])
def test_number_of_an_account_that_was_paid_from_does_not_change(people, account, used):
    if used:
        to_the_bank(people, account)
    account.iban, found = "FI7012345600100007", None

    with db.session.no_autoflush:
        try:
            saving.prepare(account, people["finance"], TODAY, is_new=False)
        except BadInput as refused:
            found = refused.field
    db.session.rollback()

    assert found == ("iban" if used else None)


# --- the seal

@pytest.mark.parametrize(("change", "sentence"), [
    (lambda batch: setattr(batch.items[0].invoice, "reference", "12345672"),
     "The claim {} has changed since: return the batch to draft."),
    (lambda batch: setattr(batch.items[0], "text", "Palkkio"),
     "The claim {} has changed since: return the batch to draft."),
    (lambda batch: setattr(batch.paying_account, "iban", "FI7012345600100007"),
     "The content is not what was sealed: return the batch to draft."),
])
def test_seal_covers_payer_account_references_and_texts(business, people, account, change, sentence):
    batch = to_the_bank(people, account, [business])
    do(batch, "submit", people["finance"])
    change(batch)
    db.session.commit()

    assert str(refusal(batch, "approve", people["finance2"])) == sentence.format(business.number)


# --- the files

@pytest.mark.parametrize("version", PainVersion)
def test_files_of_a_bank_batch_agree_with_the_database(business, people, account, version):
    account.pain_version, account.characters = version, Characters.EPC_BASIC
    other = second_business(business, people)
    batch = approved(to_the_bank(people, account, [business, other]), people)
    do(batch, "generate", people["finance"])
    files = files_of(batch)
    in_database = db.session.scalar(sa.select(sa.func.sum(BatchItem.amount)).where(BatchItem.batch_id == batch.id))

    message = files["pain001.xml"]
    book = openpyxl.load_workbook(BytesIO(files["maksulista.xlsx"]), data_only=True)
    lines = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))

    schema(version).assertValid(etree.fromstring(message))
    assert list(files) == ["SHA256SUMS.txt", "maksulista.xlsx", "pain001.xml"]
    assert texts(message, "CtrlSum") == [str(in_database)] * 2 == ["240.10"] * 2
    assert Decimal(str(lines[-1][15])) == in_database
    assert texts(message, "EndToEndId") == [f"{batch.number}-000001", f"{batch.number}-000002"]
    assert texts(message, "Ref") + texts(message, "Ustrd") == ["RF8512345672", f"Palkkio {other.number}"]
    assert [row[-2:] for row in lines[:-1]] == [("RF8512345672", None), (None, f"Palkkio {other.number}")]
    assert texts(message, "Nm")[2:] == ["Pekka Makinen", "Ohman + Co Oy"]
    assert (batch.profile, batch.status) == (version.value, BatchStatus.GENERATED)


def test_control_list_of_a_bank_batch_names_the_paying_account(business, people, account):
    batch = approved(to_the_bank(people, account, [business]), people)
    do(batch, "generate", people["finance"])

    book = openpyxl.load_workbook(BytesIO(files_of(batch)["maksulista.xlsx"]))
    summary = dict(row[:2] for row in book.worksheets[0].iter_rows(values_only=True))

    assert (summary["Payer account"], summary["Kind"]) == (PAYER_IBAN, "to the bank")


def test_claims_of_a_cancelled_bank_batch_are_paid_in_another_under_a_new_id(business, people, account):
    first = to_the_bank(people, account, [business])
    do(first, "submit", people["finance"])
    do(first, "cancel", people["finance"], note="Väärä päivä")
    second = to_the_bank(people, account, [business])
    do(second, "submit", people["finance"])

    ids = db.session.scalars(sa.select(BatchItem.end_to_end_id).order_by(BatchItem.id)).all()

    assert ids == [f"{first.number}-000001", f"{second.number}-000001"]
    assert db.session.scalars(sa.select(Invoice.status).where(Invoice.id == business.id)).one() is ClaimStatus.BATCHED
