"""What became of each payment, and how its claim follows."""

from datetime import timedelta

import pytest

from models import db
from models.engine import writing
from rules.errors import DomainError, NotAllowed
from rules.states import ClaimStatus, ItemStatus
from services.batch_items import pay_all
from tests.money_world import TODAY, approved_claim, do, new_batch
from tests.services.test_batches import another_claim, refusal


@pytest.fixture
def claims(held, people):
    first = approved_claim(held, people)
    return [first, another_claim(first, people)]


@pytest.fixture
def sent(claims, people):
    batch = new_batch(people, claims)
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance"), ("send", "finance")):
        do(batch, verb, people[who])
    return batch


def test_paid_item_settles_its_claim(sent, claims, people):
    do(sent.items[0], "pay", people["finance"], on=TODAY)

    assert [(item.status, item.live, item.outcome_on) for item in sent.items] == [
        (ItemStatus.PAID, True, TODAY), (ItemStatus.PENDING, True, None)]
    assert [(claim.status, claim.paid_on) for claim in claims] == [(ClaimStatus.PAID, TODAY), (ClaimStatus.BATCHED, None)]


def test_payment_is_not_of_a_day_to_come(sent, people):
    assert refusal(sent.items[0], "pay", people["finance"], on=TODAY + timedelta(1)).field == "on"


@pytest.mark.parametrize(("verbs", "status"), [(("reject",), ItemStatus.REJECTED), (("pay", "return"), ItemStatus.RETURNED)])
def test_payment_that_failed_returns_its_claim(sent, claims, people, verbs, status):
    item = sent.items[0]
    for verb in verbs[:-1]:
        do(item, verb, people["finance"], on=None)

    without_words = refusal(item, verbs[-1], people["finance"], note="")
    do(item, verbs[-1], people["finance"], note="Tili on suljettu")

    assert without_words.field == "note"
    assert (item.status, item.live, item.outcome_note) == (status, False, "Tili on suljettu")
    assert (claims[0].status, claims[0].paid_on) == (ClaimStatus.RETURNED, None)


def test_returned_after_closing_too(sent, claims, people):
    with writing():
        pay_all(sent, people["finance"], TODAY, TODAY)
        db.session.commit()
    do(sent, "close", people["finance"])

    do(sent.items[0], "return", people["finance"], note="Tili on suljettu")

    assert claims[0].status is ClaimStatus.RETURNED


def test_claim_is_mended_when_its_payee_has_an_account(sent, claims, people):
    do(sent.items[0], "reject", people["finance"], note="Tili on suljettu")
    claims[0].payee.iban = None
    db.session.commit()

    without_account = refusal(claims[0], "mend", people["finance"], note="Odottaa")
    claims[0].payee.iban = "FI7012345600100007"
    db.session.commit()
    do(claims[0].payee, "confirm_account", people["finance2"], last="0007")
    do(claims[0], "mend", people["finance"], note="Uusi tili")
    again = new_batch(people, [claims[0]])
    do(again, "submit", people["finance"])

    assert str(without_account) == "The payee has no account number yet."
    assert [item.end_to_end_id for item in (sent.items[0], again.items[0])] == [
        "KA2026B0001-000001", "KA2026B0002-000001"]


def test_item_leaves_a_draft_and_its_claim_is_free(claims, people):
    batch = new_batch(people, claims)

    do(batch.items[0], "remove", people["finance"])

    assert [(item.status, item.live) for item in batch.items] == [
        (ItemStatus.REMOVED, False), (ItemStatus.PENDING, True)]
    assert [claim.status for claim in claims] == [ClaimStatus.APPROVED, ClaimStatus.BATCHED]


def test_nothing_is_paid_before_delivery(claims, people):
    batch = new_batch(people, claims)
    do(batch, "submit", people["finance"])

    refusal(batch.items[0], "pay", people["finance"], on=TODAY)

    assert [claim.status for claim in claims] == [ClaimStatus.BATCHED, ClaimStatus.BATCHED]


def test_all_that_wait_are_paid_on_one_day(sent, claims, people):
    do(sent.items[0], "reject", people["finance"], note="Tili on suljettu")

    with pytest.raises(NotAllowed):
        pay_all(sent, people["coordinator"], TODAY, TODAY)
    with writing():
        number = pay_all(sent, people["finance"], TODAY, TODAY)
        db.session.commit()
    with pytest.raises(DomainError) as again:
        pay_all(sent, people["finance"], TODAY, TODAY)

    assert (number, [claim.status for claim in claims]) == (1, [ClaimStatus.RETURNED, ClaimStatus.PAID])
    assert str(again.value) == "No payment of this batch waits for an outcome."
