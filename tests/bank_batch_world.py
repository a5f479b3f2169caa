"""Five companies paid by the bank in one batch of the product, for the bank of ``bank_world``."""

from datetime import date

import pytest

import imports.bank_outcomes
from models import BatchItem, NetPay, PayingAccount, PaymentBatch, db
from models.engine import writing
from rules.choices import BatchKind, PayeeKind
from services import saving
from tests.bank_world import IBANS, NAMES, PAYER
from tests.factories import make
from tests.money_world import TODAY, approved_claim, confirmed, do
from tests.services.test_batches import add, another_claim

PAYMENT_DATE = date(2026, 12, 1)


@pytest.fixture
def paying_account(app):
    return make(PayingAccount, name=PAYER.name, iban=PAYER.iban, bic=PAYER.bic)


def own_account(payee, people, iban):
    payee.iban = iban
    db.session.commit()
    for name, value in confirmed(people["finance2"].user_id).items():
        setattr(payee, name, value)
    db.session.commit()


def decide(people, *, allowed, on):
    decision = NetPay(allowed=allowed, valid_from=on, note="Lautakunta")
    saving.prepare(decision, people["finance"], TODAY, is_new=True)
    db.session.add(decision)
    db.session.commit()
    return decision


@pytest.fixture
def decided(people):
    return decide(people, allowed=True, on=TODAY)


def to_the_bank(people, account, claims=(), day=PAYMENT_DATE):
    batch = PaymentBatch(kind=BatchKind.SEPA, paying_account=account, payment_date=day)
    with db.session.no_autoflush:
        saving.prepare(batch, people["finance"], TODAY, is_new=True)
    db.session.add(batch)
    db.session.commit()
    if claims:
        add(batch, claims, people["finance"])
    return batch


def business_claims(like, people, number):
    """Approved claims of companies, each of its own payee with an account of ``bank_world``."""
    return [another_claim(like, people, official_name=NAMES[place], iban=IBANS[place], kind=PayeeKind.COMPANY,
                          identity_code=None) for place in range(number)]


def delivered(batch, people):
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(batch, verb, people[who])
    do(batch, "send", people["finance"], on=None)
    return batch


@pytest.fixture
def five_claims(held, people):
    return business_claims(approved_claim(held, people), people, 5)


@pytest.fixture
def sent_batch(five_claims, people, paying_account):
    """A batch of five, delivered to the bank."""
    return delivered(to_the_bank(people, paying_account, five_claims), people)


def message_of(batch):
    return next(file.plain() for file in batch.files if file.name.endswith("_pain001.xml"))


def states_of(batch):
    db.session.expire_all()
    return [item.status for item in batch.items]


def id_of(batch, line_no):
    return next(item.end_to_end_id for item in batch.items if item.line_no == line_no)


def brought_in(name, data, people):
    """The record of a file that finance brought in, and whether it was new."""
    with writing():
        answer, is_new = imports.bank_outcomes.bring_in(name, data, people["finance"], TODAY)
        db.session.commit()
    return answer, is_new


def everything_of(batch):
    """What an answer could change of a batch, for comparing before and after."""
    db.session.expire_all()
    items = db.session.query(BatchItem).filter(BatchItem.batch_id == batch.id).order_by(BatchItem.id)
    return [(item.status, item.live, item.outcome_on, item.version, item.invoice.status, item.invoice.version)
            for item in items]
