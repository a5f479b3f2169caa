"""A fee that the expert does not take: no fee can be claimed in any way, costs can, and it is taken back as easily."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models import InvoiceLine, db
from rules.choices import FeeUnit, LineKind, WithoutFee
from rules.errors import DomainError, FieldErrors, IllegalTransition, NotAllowed
from rules.permissions import Role
from rules.states import ClaimStatus
from services import queues, saving
from services.claim_sums import beside
from services.report_rows import without_fee_counts
from tests.money_world import TODAY, acting, do
from tests.people import make_user
from tests.services.placing_world import EVENT, accepted, actor_of, an_order, confirmed
from tests.services.placing_world import do as placing_do

NO_FEE = "The expert takes part without a fee: costs can be claimed, a fee cannot."
REFUSED = "The expert has refused the fee: costs can be claimed, a fee cannot."


@pytest.fixture
def expert(held):
    return acting(make_user("expert", expert=held.expert), "expert")


def test_expert_says_so_without_a_reason_and_costs_are_paid(held, people, expert):
    do(held, "waive_fee", expert)

    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
    do(claim, "check", people["coordinator"])

    assert (held.without_fee, [line.kind for line in claim.lines], claim.status) == (
        WithoutFee.REFUSED, [LineKind.KILOMETRES], ClaimStatus.CHECKED)


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

    assert {name: str(sentence) for name, sentence in claimed.value.errors.items()} == {"fee": REFUSED}
    assert found == {LineKind.FEE: {"kind": REFUSED}}


def test_fee_that_was_on_a_draft_is_not_handed_in(held, people):
    claim = do(held, "claim", people["coordinator"], draft=True)
    held.without_fee = WithoutFee.VOLUNTARY
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        do(claim, "submit", people["coordinator"])
    db.session.rollback()
    held.without_fee = None
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
    assert held.without_fee is WithoutFee.REFUSED


@pytest.mark.parametrize("agreed", [Decimal("80.00"), Decimal(0), None])
def test_fee_taken_after_all_is_what_was_agreed_or_the_tables(held, people, expert, agreed):
    held.agreed_fee, held.agreed_unit = agreed, FeeUnit.EVENT if agreed else None
    db.session.commit()
    do(held, "waive_fee", expert)

    do(held, "take_fee", expert)

    assert (held.without_fee, held.agreed_fee, held.agreed_unit) == (
        None, agreed or Decimal("75.00"), FeeUnit.EVENT)


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


@pytest.mark.parametrize(("verb", "how"), [(None, WithoutFee.VOLUNTARY), ("hold", WithoutFee.REFUSED)])
def test_fee_given_up_before_the_event_is_voluntary_work_and_after_it_is_refused(app, verb, how):
    coordinator, order = (who := actor_of("coordinator")), an_order(who)
    part = confirmed(order, coordinator, agreed_fee=Decimal("80.00"))
    if verb:
        placing_do(order, verb, coordinator, today=EVENT)

    placing_do(part, "waive_fee", coordinator)

    assert (part.without_fee, part.agreed_fee) == (how, Decimal("80.00"))


def test_confirming_keeps_how_the_fee_was_given_up_unless_it_is_taken_after_all(app):
    coordinator, found = actor_of("coordinator"), []
    for voluntary in (True, False):
        part = accepted(an_order(coordinator), coordinator)
        placing_do(part, "waive_fee", coordinator)
        placing_do(part, "confirm", coordinator, voluntary=voluntary, agreed_fee=Decimal(80), agreed_unit=FeeUnit.EVENT)
        found.append((part.without_fee, part.agreed_fee))

    assert found == [(WithoutFee.VOLUNTARY, Decimal(0)), (None, Decimal(80))]


@pytest.mark.parametrize(("how", "count"), [(None, 1), (WithoutFee.VOLUNTARY, 0), (WithoutFee.REFUSED, 0)])
def test_nobody_is_reminded_of_a_fee_not_taken_while_costs_can_be_claimed(held, how, count):
    expert = actor_of("expert", expert=held.expert)
    held.without_fee = how
    db.session.commit()

    waiting = queues.count(queues.TO_CLAIM, expert, TODAY)
    claim = do(held, "claim_own", expert, kilometres=Decimal(10))

    assert (waiting, claim.status, len(claim.lines)) == (count, ClaimStatus.RECEIVED, 1 + (how is None))


def test_page_of_the_claim_says_how_it_came(held, people):
    said = []
    for how in WithoutFee:
        held.without_fee = how
        db.session.commit()
        claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
        said.append(str(beside(claim)[0].agreed))
        do(claim, "withdraw", people["coordinator"], note="Uudelleen")

    assert said == ["no fee: voluntary, agreed on beforehand", "no fee: fee refused afterwards"]


@pytest.mark.both_databases
def test_report_counts_who_took_part_without_a_fee_by_how_it_came(held):
    counted = []
    for how in (None, *WithoutFee):
        held.without_fee = how
        db.session.commit()
        counted.append(without_fee_counts(TODAY, TODAY))

    assert counted == [{WithoutFee.VOLUNTARY: 0, WithoutFee.REFUSED: 0}, {WithoutFee.VOLUNTARY: 1, WithoutFee.REFUSED: 0},
                       {WithoutFee.VOLUNTARY: 0, WithoutFee.REFUSED: 1}]
    assert without_fee_counts(TODAY + timedelta(1), TODAY + timedelta(9)) == counted[0]
