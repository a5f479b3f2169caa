"""A large batch asks the database no more than a small one, and the files of it are made from lines, not from records."""

import gc
from dataclasses import fields
from decimal import Decimal

import pytest
import sqlalchemy as sa

import exports.batch_generation  # noqa: F401 - the verb that makes the files registers itself
from jobs.demo_names import account
from models import (
    Assignment,
    BatchItem,
    Expert,
    IncomeType,
    Invoice,
    InvoiceLine,
    Meeting,
    Payee,
    PayingAccount,
    PaymentBatch,
    Person,
    StatusChange,
    User,
    db,
)
from models.audit import open_door
from models.encryption import Sealed
from models.engine import writing
from rules.choices import LineKind, PayeeKind
from rules.errors import DomainError
from rules.states import ClaimStatus, ItemStatus
from services import batches
from services.batch_items import persons_paid
from services.batch_reading import (
    ReadClaim,
    ReadItem,
    ReadLine,
    ReadPart,
    ReadPayee,
    ReadType,
    ReadUser,
    read_payments,
)
from services.large_batches import searching_no_garbage
from tests.bank_batch_world import to_the_bank
from tests.factories import make, make_many
from tests.money_world import approved_claim, confirmed, do, new_batch
from tests.queries import Queries
from tests.services.test_batches import another_claim

STEPS = ("submit", "approve", "generate")


def add(batch, numbers, actor):
    with writing():
        batches.add_claims(batch, numbers, actor)
        db.session.commit()


def claims_of(number, people, first):
    """Approved claims of meetings, each of its own payee, with two lines."""
    meeting = make(Meeting)
    claims = []
    for place in range(first, first + number):
        payee = make(Payee, official_name=f"Yritys {place}", kind=PayeeKind.COMPANY, iban=account(place),
                     **confirmed(people["finance2"].user_id))
        claims += make_many(Invoice, 1, status=ClaimStatus.APPROVED, payee=payee, meeting=meeting)
    with open_door("record_past"):
        db.session.add_all(
            InvoiceLine(invoice=claim, kind=kind, quantity=Decimal(1), unit_price=Decimal(30), amount=Decimal(30))
            for claim in claims for kind in (LineKind.FEE, LineKind.OTHER))
        db.session.commit()
    return claims


@pytest.mark.both_databases
def test_steps_of_a_large_batch_ask_as_many_questions_as_those_of_a_small_one(app, people):
    payer_id = make(PayingAccount, name="Hyvinvointialue", iban=account(900)).id
    asked = {}

    for size, first in ((3, 1), (30, 101)):
        numbers = [claim.id for claim in claims_of(size, people, first)]
        batch = to_the_bank(people, db.session.get(PayingAccount, payer_id))
        number = batch.id
        with Queries() as adding:
            add(batch, numbers, people["finance"])
        asked[size] = [len(adding.asked)]
        for step in STEPS:
            db.session.remove()
            batch = db.session.get(PaymentBatch, number)
            held_users = db.session.scalars(sa.select(User)).all()  # else chance says which the session forgets
            who = people["finance2" if step == "approve" else "finance"]
            with Queries() as stepping:
                do(batch, step, who)
            asked[size].append(len(stepping.asked))
        assert (len(batch.files), bool(held_users)) == (3, True)

    assert asked[3] == asked[30]


@pytest.mark.both_databases
def test_payments_are_read_as_their_records_have_them(app, held, people):
    payer = make(PayingAccount, name="Hyvinvointialue", iban=account(900))
    claim = approved_claim(held, people, kilometres=Decimal(48))
    for name, value in {"identity_code": "131052-308T", "tax_percent": Decimal("12.5"), "tax_card_year": 2026}.items():
        setattr(claim.payee, name, value)
    batch = to_the_bank(people, payer, [another_claim(claim, people, iban=account(7), kind=PayeeKind.COMPANY),
                                        *claims_of(2, people, 40)])
    do(batch, "submit", people["finance"])

    read = list(read_payments(batch))

    assert [told(one) for one in read] == [told(one) for one in batches.read_anew(batch)]
    assert [(one.iban, one.invoice.payee.iban_confirmed_by.name) for one in read] == [
        (account(place), people["finance2"].name) for place in (7, 40, 41)]


SHAPES = {BatchItem: ReadItem, Invoice: ReadClaim, Payee: ReadPayee, Assignment: ReadPart, InvoiceLine: ReadLine,
          IncomeType: ReadType, User: ReadUser}


def told(one):
    """What is said of a payment, all the way down."""
    if isinstance(one, list):
        return [told(each) for each in one]
    shape = SHAPES.get(type(one), type(one))
    if shape not in SHAPES.values():
        return one is not None if isinstance(one, Sealed) else one
    said = {field.name: told(getattr(one, field.name)) for field in fields(shape) if field.name != "batch"}
    return said | {"business_id": bool(said["business_id"])} if "business_id" in said else said


def test_what_is_searched_for_garbage_is_searched_again_after_an_error():
    @searching_no_garbage()
    def fail():
        raise DomainError(f"searching: {gc.isenabled()}")

    with pytest.raises(DomainError) as refused:
        fail()

    assert (str(refused.value), gc.isenabled()) == ("searching: False", True)


def test_batch_that_is_cancelled_lets_its_claims_go_by_few_questions(app, people):
    payer_id = make(PayingAccount, name="Hyvinvointialue", iban=account(900)).id
    asked = {}
    for size, first in ((3, 1), (30, 101)):
        batch = to_the_bank(people, db.session.get(PayingAccount, payer_id), claims_of(size, people, first))
        with Queries() as cancelling:
            do(batch, "cancel", people["finance"], note="Väärä päivä")
        asked[size] = len(cancelling.asked)
        assert {(item.status, item.live, item.invoice.status) for item in batch.items} == {
            (ItemStatus.REMOVED, False, ClaimStatus.APPROVED)}
        assert len(db.session.scalars(sa.select(StatusChange).where(
            StatusChange.subject.in_([item.invoice.subject for item in batch.items]),
            StatusChange.verb == "release")).all()) == size

    assert asked[3] == asked[30]


def test_persons_paid_are_payees_and_who_did_the_work(app, held, people):
    claim = approved_claim(held, people)
    doer, paid, nobody = (make(Person) for _ in range(3))
    held.expert.person = doer
    other = another_claim(claim, people, iban=account(7))
    other.payee.expert = make(Expert, person=paid)
    make(Expert, person=nobody)
    db.session.commit()

    batch = new_batch(people, [claim, other])

    assert isinstance(claim.assignment, Assignment)
    assert persons_paid(batch) == {doer.id, paid.id}
