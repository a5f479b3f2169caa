"""A fee that the expert does not take: no fee can be claimed in any way, costs can, and it is taken back as easily."""

from decimal import Decimal

import pytest

from models import InvoiceLine, db
from rules.choices import FeeUnit, LineKind
from rules.errors import DomainError, FieldErrors, IllegalTransition, NotAllowed
from rules.permissions import Role
from rules.states import ClaimStatus
from services import saving
from tests.money_world import TODAY, acting, do
from tests.people import make_user

NO_FEE = "The expert takes part without a fee: costs can be claimed, a fee cannot."


@pytest.fixture
def expert(held):
    return acting(make_user("expert", expert=held.expert), "expert")


def test_expert_says_so_without_a_reason_and_costs_are_paid(held, people, expert):
    do(held, "waive_fee", expert)

    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
    do(claim, "check", people["coordinator"])

    assert (held.fee_refused, [line.kind for line in claim.lines], claim.status) == (
        True, [LineKind.KILOMETRES], ClaimStatus.CHECKED)


def test_fee_is_refused_at_its_field_however_it_is_entered(held, people, expert):
    do(held, "waive_fee", expert)
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))

    with pytest.raises(FieldErrors) as claimed:
        do(held, "claim", people["coordinator"], fee=Decimal("75.00"))
    db.session.rollback()
    found = {}
    for kind in (LineKind.FEE, LineKind.MEAL):
        with db.session.no_autoflush:
            line = InvoiceLine(invoice=claim, kind=kind, quantity=Decimal(1), unit_price=Decimal(10))
            try:
                saving.prepare(line, people["coordinator"], TODAY, is_new=True)
            except FieldErrors as refused:
                found[kind] = {name: str(sentence) for name, sentence in refused.errors.items()}
        db.session.rollback()

    assert {name: str(sentence) for name, sentence in claimed.value.errors.items()} == {"fee": NO_FEE}
    assert found == {LineKind.FEE: {"kind": NO_FEE}}


def test_fee_that_was_on_a_draft_is_not_handed_in(held, people):
    claim = do(held, "claim", people["coordinator"], draft=True)
    held.fee_refused = True
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        do(claim, "submit", people["coordinator"])
    db.session.rollback()
    held.fee_refused = False
    db.session.commit()
    do(claim, "submit", people["coordinator"])

    assert (str(refused.value), claim.status) == (NO_FEE, ClaimStatus.RECEIVED)


def test_fee_that_is_claimed_is_not_waived_before_the_claim_ends(held, people, expert):
    claim = do(held, "claim", people["coordinator"])

    with pytest.raises(DomainError) as refused:
        do(held, "waive_fee", expert)
    db.session.rollback()
    do(claim, "withdraw", people["coordinator"], note="Ei palkkiota")
    do(held, "waive_fee", expert)

    assert str(refused.value) == f"A fee is claimed already ({claim.number}): it is taken out of the claim first."
    assert held.fee_refused


@pytest.mark.parametrize("agreed", [Decimal("80.00"), Decimal(0), None])
def test_fee_taken_after_all_is_what_was_agreed_or_the_tables(held, people, expert, agreed):
    held.agreed_fee, held.agreed_unit = agreed, FeeUnit.EVENT if agreed else None
    db.session.commit()
    do(held, "waive_fee", expert)

    do(held, "take_fee", expert)

    assert (held.fee_refused, held.agreed_fee, held.agreed_unit) == (
        False, agreed or Decimal("75.00"), FeeUnit.EVENT)


def test_neither_is_possible_twice_nor_for_others(held, people, expert):
    refused = []
    for verb, who in (("take_fee", expert), ("waive_fee", people["finance"]), ("waive_fee", people["coordinator"]),
                      ("waive_fee", expert)):
        try:
            do(held, verb, who)
        except (IllegalTransition, NotAllowed) as no:
            refused.append((verb, who.role, type(no)))
            db.session.rollback()

    assert refused == [("take_fee", Role.EXPERT, IllegalTransition), ("waive_fee", Role.FINANCE, NotAllowed),
                       ("waive_fee", Role.EXPERT, IllegalTransition)]
