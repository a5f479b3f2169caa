"""Two people at the same moment, on both databases: no claim twice, no approval twice, no line past a check."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import BatchFile, BatchItem, Invoice, InvoiceLine, PaymentBatch, db
from rules.choices import LineKind
from rules.states import BatchStatus, ClaimStatus, ItemStatus
from services import batches, saving, verbs
from services.claim_facts import total
from tests.money_world import TODAY, acting, approved_claim, at_once, do, new_batch
from tests.people import make_user
from tests.services.test_batches import another_claim

pytestmark = pytest.mark.both_databases
REFUSALS = {"IllegalTransition", "DomainError", "StaleDataError", "IntegrityError"}


def kinds(results):
    """The names of what was refused, in alphabetical order."""
    return sorted(type(result).__name__ for result in results if isinstance(result, Exception))


def running(model, number, verb, actor, **inputs):
    return lambda: verbs.run(db.session.get(model, number), verb, actor, TODAY, inputs)


@pytest.fixture
def claims(held, people):
    first = approved_claim(held, people)
    return [first, another_claim(first, people), another_claim(first, people, official_name="Aino Mäki")]


@pytest.fixture
def sealed(claims, people):
    batch = new_batch(people, claims)
    do(batch, "submit", people["finance"])
    return batch


def test_same_claims_in_two_batches_at_once_are_each_in_one(app, claims, people):
    numbers, actor = [claim.id for claim in claims], people["finance"]
    ids = [new_batch(people).id for _ in range(4)]
    db.session.commit()

    results = at_once(app, *(
        lambda i=i, order=order: batches.add_claims(db.session.get(PaymentBatch, i), numbers[::order], actor)
        for i, order in zip(ids, (1, -1, 1, -1), strict=True)))

    live = db.session.scalars(sa.select(BatchItem.invoice_id).where(BatchItem.live).order_by(BatchItem.invoice_id)).all()
    assert live == numbers
    assert sum(result for result in results if isinstance(result, int)) == len(numbers)
    assert {claim.status for claim in db.session.scalars(sa.select(Invoice))} == {ClaimStatus.BATCHED}


def test_of_two_approvals_at_once_one_holds(app, sealed, people):
    third, number = acting(make_user("finance"), "finance"), sealed.id
    db.session.commit()

    results = at_once(app, *(running(PaymentBatch, number, "approve", who) for who in (people["finance2"], third)))

    assert kinds(results) == ["IllegalTransition"]
    assert db.session.get(PaymentBatch, number).approved_by_id in {people["finance2"].user_id, third.user_id}


def test_maker_at_the_same_moment_as_another_does_not_approve(app, sealed, people):
    number = sealed.id
    db.session.commit()

    results = at_once(app, *(running(PaymentBatch, number, "approve", people[who]) for who in ("finance", "finance2")))

    assert len(kinds(results)) == 1
    assert db.session.get(PaymentBatch, number).approved_by_id == people["finance2"].user_id


def test_files_made_at_once_are_made_once(app, sealed, people):
    do(sealed, "approve", people["finance2"])
    number = sealed.id
    db.session.commit()

    results = at_once(app, *(running(PaymentBatch, number, "generate", people[who]) for who in ("finance", "finance2")))

    assert kinds(results) == ["IllegalTransition"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BatchFile)) == 3


def test_removal_and_sealing_at_once_leave_a_whole_seal(app, claims, people):
    batch = new_batch(people, claims)
    number, item = batch.id, batch.items[0].id
    db.session.commit()

    results = at_once(app, running(BatchItem, item, "remove", people["finance"]),
                      running(PaymentBatch, number, "submit", people["finance"]))

    batch = db.session.get(PaymentBatch, number)
    assert set(kinds(results)) <= REFUSALS
    assert (batch.status is BatchStatus.DRAFT) or batch.content_hash == batches.seal_of(batch)


def test_cancelling_and_delivering_at_once_do_one_of_them(app, sealed, people):
    do(sealed, "approve", people["finance2"])
    do(sealed, "generate", people["finance"])
    number = sealed.id
    db.session.commit()

    results = at_once(app, running(PaymentBatch, number, "cancel", people["finance2"], note="x", not_sent=True),
                      running(PaymentBatch, number, "send", people["finance"], on=None))

    ends = {BatchStatus.CANCELLED: {ItemStatus.REMOVED}, BatchStatus.SENT: {ItemStatus.PENDING}}
    batch = db.session.get(PaymentBatch, number)
    assert len(kinds(results)) == 1
    assert {item.status for item in batch.items} == ends[batch.status]


def test_line_added_while_the_claim_is_checked_is_seen_or_refused(app, held, people):
    number = do(held, "claim", people["coordinator"]).id
    db.session.commit()

    def add_line():
        with db.session.no_autoflush:
            line = InvoiceLine(invoice=db.session.get(Invoice, number), kind=LineKind.FEE, quantity=Decimal(1),
                               unit_price=Decimal(900))
            saving.prepare(line, people["coordinator"], TODAY, is_new=True)

    results = at_once(app, add_line, running(Invoice, number, "check", people["coordinator"]))

    claim = db.session.get(Invoice, number)
    assert len(kinds(results)) == 1
    assert (claim.status, total(claim)) in {
        (ClaimStatus.RECEIVED, Decimal("975.00")), (ClaimStatus.CHECKED, Decimal("75.00"))}


def test_claims_entered_at_once_have_numbers_of_their_own(app, held, people):
    number = held.id
    db.session.commit()

    results = at_once(app, *(lambda: verbs.run(db.session.get(type(held), number), "claim", people["coordinator"], TODAY, {})
                             and None for _ in range(4)))

    assert kinds(results) == []
    assert sorted(db.session.scalars(sa.select(Invoice.number))) == [f"L2026-{place:04}" for place in range(1, 5)]
