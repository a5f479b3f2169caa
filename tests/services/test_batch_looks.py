"""What a batch says of itself: its sums, what to look at, which claims may still be put in it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from models import Consent, db
from rules.choices import BatchKind, ConsentKind
from rules.states import ItemStatus
from services.batch_figures import Share, figures_of
from services.batch_warnings import notes_of
from services.waiting_claims import Wanted, cost_centres_waiting, waiting_claims, waiting_count, waiting_ids
from tests.money_world import TODAY, approved_claim, do, new_batch
from tests.services.test_batches import another_claim

PAYROLL = BatchKind.PAYROLL


@pytest.fixture
def claim(held, people):
    return approved_claim(held, people, kilometres=Decimal("48.00"))


def said(notes):
    return [str(note) for note in notes]


def test_sums_are_by_state_by_part_and_by_cost_centre_without_what_was_taken_out(claim, people):
    other, third = another_claim(claim, people), another_claim(claim, people, official_name="Aino Mäki")
    batch = new_batch(people, [claim, other, third])
    do(batch.items[2], "remove", people["finance"])

    figures = figures_of(batch)

    assert (figures.count, figures.sum, figures.fee, figures.travel, figures.other) == (
        2, Decimal("221.45"), Decimal("195.05"), Decimal("26.40"), Decimal(0))
    assert list(figures.states) == [Share(ItemStatus.PENDING, 2, Decimal("221.45"))]
    assert list(figures.cost_centres) == [
        Share(other.cost_centre, 1, Decimal("120.05")), Share(claim.cost_centre, 1, Decimal("101.40"))]


def test_empty_batch_has_no_sums(people):
    figures = figures_of(new_batch(people))

    assert (figures.count, figures.sum, list(figures.states), list(figures.cost_centres)) == (0, Decimal(0), [], [])


def test_same_payee_day_and_sum_in_another_batch_is_noted(claim, people):
    first = new_batch(people, [claim])
    again = another_claim(claim, people)
    again.payee, again.lines[0].unit_price, again.lines[0].amount = claim.payee, Decimal("101.40"), Decimal("101.40")
    db.session.commit()

    second = new_batch(people, [again])

    numbers = f"{claim.number}, {again.number}"
    assert said(notes_of(second.items)) == [
        f"Sini Salminen has the same sum for the same day more than once: {numbers}."]
    again.lines[0].amount = again.lines[0].unit_price = Decimal("101.41")
    assert said(notes_of(first.items)) == said(notes_of(second.items))  # as sealed, not as the claim says now


@pytest.mark.parametrize(("born", "consent", "noted"), [
    (date(2008, 12, 1), False, True), (date(2008, 12, 1), True, False), (date(2008, 11, 28), False, False),
])
def test_payee_under_age_without_a_guardians_consent_is_noted(claim, held, people, born, consent, noted):
    held.expert.birth_date = born
    if consent:
        db.session.add(Consent(expert=held.expert, kind=ConsentKind.GUARDIAN, given_by="Huoltaja", given_on=TODAY))
    db.session.commit()

    notes = said(notes_of(new_batch(people, [claim]).items))

    sentence = f"Sini Salminen is under age, and no guardian's consent is in force: {claim.number}."
    assert notes == [sentence] * noted


@pytest.mark.parametrize(("wanted", "found"), [
    (Wanted(), "both"), (Wanted(words="oona"), "other"), (Wanted(words="SALMI"), "claim"), (Wanted(words="zz"), ""),
    (Wanted(cost_centre="4711"), "claim"), (Wanted(until=TODAY), "both"), (Wanted(until=TODAY - timedelta(1)), ""),
])
def test_waiting_claims_are_narrowed(claim, people, wanted, found):
    claim.cost_centre = "4711"
    other = another_claim(claim, people)
    other.cost_centre = "99"
    db.session.commit()
    expected = {"both": [claim, other], "claim": [claim], "other": [other], "": []}[found]

    assert waiting_claims(PAYROLL, wanted) == expected
    assert waiting_count(PAYROLL, wanted) == len(expected)
    assert sorted(waiting_ids(PAYROLL, wanted)) == [one.id for one in expected]
    assert cost_centres_waiting(PAYROLL) == ["4711", "99"]
