"""An expert's own claim: made of what was agreed, once, with photos of receipts; taken back, paid, and seen."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models import Assignment, Invoice, Payee, db
from rules.choices import LineKind
from rules.errors import DomainError, IllegalTransition, NotAllowed
from rules.states import ClaimStatus
from services import own_money, queues
from services.scopes import visible
from services.verbs import Upload
from tests.factories import make
from tests.money_world import approved_claim, new_batch
from tests.receipt_files import jpeg
from tests.services.placing_world import EVENT, actor_of, an_askable, an_order, confirmed, do

AFTER = EVENT + timedelta(1)
C = ClaimStatus


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def expert(app):
    expert = an_askable()
    make(Payee, expert=expert)
    return expert


@pytest.fixture
def own(expert):
    return actor_of("expert", expert=expert)


@pytest.fixture
def was_there(coordinator, expert):
    order = an_order(coordinator)
    assignment = confirmed(order, coordinator, expert, agreed_fee=Decimal("80.00"))
    do(order, "hold", coordinator, today=EVENT)
    return assignment


def claim(assignment, actor, **given):
    return do(assignment, "claim_own", actor, today=AFTER, **given)


def test_claim_is_of_what_was_agreed_and_what_was_paid_with_several_photos(was_there, own):
    made = claim(was_there, own, other=Decimal("12.40"), other_for="bussi",
                 receipts=[Upload(jpeg(filling=21)), Upload(jpeg(filling=22))])

    assert (made.status, made.received_on, len(made.receipts)) == (C.RECEIVED, AFTER, 2)
    assert [(line.kind, line.amount) for line in made.lines] == [
        (LineKind.FEE, Decimal("80.00")), (LineKind.OTHER, Decimal("12.40"))]


def test_nothing_is_claimed_twice_and_what_was_taken_back_can_be_claimed_anew(was_there, own):
    first = claim(was_there, own)
    with pytest.raises(DomainError):
        claim(was_there, own)

    do(first, "take_back", own, today=AFTER)
    second = claim(was_there, own)

    assert (first.status, second.status) == (C.WITHDRAWN, C.RECEIVED)


def test_claim_that_was_checked_is_not_taken_back_by_its_expert(was_there, own, coordinator):
    made = claim(was_there, own)
    do(made, "check", coordinator, today=AFTER)

    with pytest.raises(IllegalTransition):
        do(made, "take_back", own, today=AFTER)

    assert made.status is C.CHECKED


def test_claim_that_was_sent_back_is_handed_in_again_by_its_expert(was_there, own, coordinator):
    made = claim(was_there, own)
    do(made, "send_back", coordinator, today=AFTER, note="Kuitti puuttuu.")

    do(made, "attach", own, today=AFTER, receipts=[Upload(jpeg())])
    do(made, "submit", own, today=AFTER)

    assert (made.status, len(made.receipts)) == (C.RECEIVED, 1)


def test_without_payment_details_nothing_is_claimed(coordinator):
    order, expert = an_order(coordinator), an_askable()
    assignment = confirmed(order, coordinator, expert, agreed_fee=Decimal("80.00"))
    do(order, "hold", coordinator, today=EVENT)

    with pytest.raises(DomainError, match="payment details"):
        claim(assignment, actor_of("expert", expert=expert))

    assert assignment.claims == []


@pytest.mark.parametrize("role", ["coordinator", "trainer", "orderer", "finance", "steering", "admin"])
def test_nobody_claims_in_the_experts_place(role, was_there):
    with pytest.raises(NotAllowed):
        claim(was_there, actor_of(role))


def test_own_payments_have_their_dates_and_nobody_elses_are_among_them(was_there, own, expert):
    made, other = claim(was_there, own), make(Invoice)

    [(shown, when)] = own_money.payments_of(expert, AFTER)

    assert (shown, when.text) == (made, "The payment date is not known yet: finance has begun no batch.")
    assert db.session.scalars(db.select(Invoice.id).where(visible(Invoice, own))).all() == [made.id]
    assert other.payee.expert_id != expert.id
    paid = make(Invoice, payee=made.payee, status=C.PAID, paid_on=AFTER)
    assert paid in [one for one, _ in own_money.payments_of(expert, AFTER)]
    assert own_money.paid_in(expert, AFTER.year) == paid.total


def test_payment_in_a_batch_has_the_day_of_its_batch(app, held, people):
    made = approved_claim(held, people)
    batch = new_batch(people, [made])

    [(shown, when)] = own_money.payments_of(made.payee.expert, batch.payment_date)

    assert (shown, when.facts) == (made, {"day": batch.payment_date})


def test_what_is_to_be_claimed_waits_on_the_experts_first_screen_until_it_is(was_there, own):
    before = queues.count(queues.TO_CLAIM, own, AFTER)
    made = claim(was_there, own)

    assert (before, queues.count(queues.TO_CLAIM, own, AFTER)) == (1, 0)
    assert isinstance(made.assignment, Assignment)
