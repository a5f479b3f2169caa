"""Fee claims: what is entered becomes lines, what differs is explained, what was checked stays as it is."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import IncomeType, Invoice, InvoiceLine, Meeting, Payee, db
from models.engine import writing
from rules.choices import FeeUnit, LineKind, OrderKind, PaymentKind, WithoutFee
from rules.errors import DomainError, FieldErrors
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, ClaimStatus
from services import saving
from services.claim_facts import hours_of, total
from tests.factories import make
from tests.money_world import TODAY, acting, do
from tests.people import make_user


@pytest.fixture
def income_types(app):
    """One code for every event, one for talks, one of last year, one for kilometres."""
    rows = (("210", LineKind.FEE, None, date(2025, 1, 1), None), ("214", LineKind.FEE, OrderKind.TALK, date(2026, 1, 1), None),
            ("999", LineKind.FEE, OrderKind.TALK, date(2025, 1, 1), date(2025, 12, 31)),
            ("311", LineKind.KILOMETRES, None, date(2025, 1, 1), None))
    db.session.add_all([
        IncomeType(code=code, name=code, line_kind=kind, event_kind=event, payment_kind=PaymentKind.WAGE,
                   valid_from=since, valid_until=until) for code, kind, event, since, until in rows])
    db.session.commit()


def lines_of(claim):
    return [(line.kind.value, line.quantity, line.unit_price, line.amount) for line in claim.lines]


def refusal(record, verb, actor, **inputs):
    with pytest.raises(DomainError) as refused:
        do(record, verb, actor, **inputs)
    db.session.rollback()
    return refused.value


def save(record, actor, *, is_new):
    with writing(), db.session.no_autoflush:
        saving.prepare(record, actor, TODAY, is_new=is_new)
        db.session.add(record)
        db.session.commit()


def line_on(claim, **given):
    facts = {"kind": LineKind.OTHER, "quantity": Decimal(1), "unit_price": Decimal("5.00")} | given
    return InvoiceLine(invoice=claim, **facts)


def test_claim_has_a_line_for_each_thing_claimed(held, people, income_types):
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(48), other=Decimal("12.30"), other_for="Pysäköinti")

    assert lines_of(claim) == [
        ("fee", Decimal(1), Decimal("75.00"), Decimal("75.00")),
        ("kilometres", Decimal(48), Decimal("0.55"), Decimal("26.40")),
        ("other", Decimal(1), Decimal("12.30"), Decimal("12.30"))]
    assert [line.income_type and line.income_type.code for line in claim.lines] == ["214", "311", None]
    assert (claim.number, claim.status, claim.worked_on, claim.cost_centre, claim.received_on) == (
        "L2026-0001", ClaimStatus.RECEIVED, TODAY, "4711", TODAY)


def test_claim_can_be_left_as_a_draft_and_says_its_own_cost_centre(held, people):
    claim = do(held, "claim", people["coordinator"], draft=True, cost_centre="9999")

    assert (claim.status, claim.cost_centre) == (ClaimStatus.DRAFT, "9999")


def test_numbers_follow_one_another(held, people):
    claims = [do(held, "claim", people["coordinator"]) for _ in range(2)]

    assert [claim.number for claim in claims] == ["L2026-0001", "L2026-0002"]


@pytest.mark.parametrize(("inputs", "lines", "hours"), [
    ({"hours": Decimal("2.5")}, [("fee", Decimal("2.5"), Decimal("30.00"), Decimal("75.00"))], Decimal("2.5")),
    ({"hours": Decimal(2), "fee": Decimal("60.00")}, [("fee", Decimal(2), Decimal("30.00"), Decimal("60.00"))], Decimal(2)),
    ({"hours": Decimal(2), "fee": Decimal("70.00")}, [("fee", Decimal(1), Decimal("70.00"), Decimal("70.00"))], None),
])
def test_fee_agreed_by_the_hour_is_counted_by_hours(held, people, inputs, lines, hours):
    held.agreed_fee, held.agreed_unit = Decimal("30.00"), FeeUnit.HOUR
    db.session.commit()

    claim = do(held, "claim", people["coordinator"], **inputs)

    assert (lines_of(claim), hours_of(claim)) == (lines, hours)


def test_fee_agreed_by_the_hour_asks_for_the_hours(held, people):
    held.agreed_fee, held.agreed_unit = Decimal("30.00"), FeeUnit.HOUR
    db.session.commit()

    refused = refusal(held, "claim", people["coordinator"])

    assert (refused.field, str(refused)) == ("hours", "The fee was agreed by the hour: give the hours.")


def test_kilometres_need_a_rate_in_force(held, people):
    held.order.occasions[0].on = date(2025, 12, 31)
    db.session.commit()

    refused = refusal(held, "claim", people["coordinator"], kilometres=Decimal(10))

    assert refused.field == "kilometres"
    assert refused.sentence.text == "No kilometre rate is in force on %(day)s: add it to the rates first."
    assert do(held, "claim", people["coordinator"]).worked_on == date(2025, 12, 31)


@pytest.mark.parametrize(("inputs", "fields"), [
    ({"fee": Decimal(-1)}, ["fee"]), ({"kilometres": Decimal(-1), "other": Decimal(-1)}, ["kilometres", "other"]),
    ({"received_on": date(2026, 11, 25)}, ["received_on"]), ({"reference": "1" * 36}, ["reference"]),
])
def test_input_that_cannot_be_is_refused_at_its_field(held, people, inputs, fields):
    assert sorted(refusal(held, "claim", people["coordinator"], **inputs).errors) == fields
    assert db.session.scalars(sa.select(Invoice)).all() == []


def test_expert_without_a_payee_cannot_be_claimed_for(held, people):
    held.expert.payees[0].expert = None
    db.session.commit()

    assert str(refusal(held, "claim", people["coordinator"])) == (
        "This expert has no payment details yet: add a payee first.")


def test_event_that_was_not_held_is_claimed_for_costs_alone(held, people):
    do(held, "decline", people["coordinator"])

    refused = refusal(held, "claim", people["coordinator"], fee=Decimal("75.00"))
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))

    assert held.status is AssignmentStatus.NOT_NOW
    assert list(refused.errors) == ["fee"]
    assert [line.kind for line in claim.lines] == [LineKind.KILOMETRES]


def test_fee_slipped_in_for_an_event_not_held_is_not_checked(held, people):
    do(held, "decline", people["coordinator"])
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
    save(line_on(claim, kind=LineKind.FEE), people["coordinator"], is_new=True)

    assert str(refusal(claim, "check", people["coordinator"])) == (
        "The event was not held for this expert: costs can be claimed, a fee cannot.")


def test_claim_with_nothing_to_pay_is_not_handed_in(held, people):
    held.without_fee = WithoutFee.VOLUNTARY
    db.session.commit()

    assert str(refusal(held, "claim", people["coordinator"])) == (
        "There is nothing to pay yet: add a line with an amount.")


@pytest.mark.parametrize("grounds", [0, 2])
def test_claim_has_one_ground(held, people, grounds):
    meeting = make(Meeting)
    given = {} if grounds == 0 else {"assignment": held, "meeting": meeting}
    payee = held.expert.payees[0]

    with pytest.raises(FieldErrors) as refused:
        save(Invoice(payee=payee, received_on=TODAY, worked_on=TODAY, **given), people["coordinator"], is_new=True)
    db.session.rollback()
    save(Invoice(payee=payee, received_on=TODAY, worked_on=TODAY, meeting=meeting), people["coordinator"], is_new=True)

    assert list(refused.value.errors) == ["assignment"]
    assert [claim.number for claim in db.session.scalars(sa.select(Invoice))] == ["L2026-0001"]


@pytest.mark.parametrize(("given", "field"), [
    ({"quantity": Decimal(0)}, "quantity"), ({"unit_price": Decimal(-1)}, "unit_price"),
    ({"kind": LineKind.KILOMETRES, "unit_price": Decimal("0.56")}, "unit_price"),
])
def test_line_that_cannot_be_is_refused_at_its_field(held, people, given, field):
    claim = do(held, "claim", people["coordinator"])

    with db.session.no_autoflush, pytest.raises(FieldErrors) as refused:
        saving.prepare(line_on(claim, **given), people["coordinator"], TODAY, is_new=True)
    db.session.rollback()
    save(line_on(claim, kind=LineKind.KILOMETRES, quantity=Decimal("10.5"), unit_price=Decimal("0.55")),
         people["coordinator"], is_new=True)

    assert list(refused.value.errors) == [field]
    assert total(claim) == Decimal("80.78")


def test_lines_of_a_checked_claim_are_not_added_changed_moved_or_deleted(held, people):
    checked, open_claim = (do(held, "claim", people["coordinator"]) for _ in range(2))
    do(checked, "check", people["coordinator"], difference_note="Toinen käynti")
    line = checked.lines[0]
    sentence = "A claim that was checked is not edited: send it back first."

    def moved():
        line.invoice = open_claim
        save(line, people["coordinator"], is_new=False)

    def changed():
        line.unit_price = Decimal(1)
        save(line, people["coordinator"], is_new=False)

    for attempt in (moved, changed, lambda: save(line_on(checked), people["coordinator"], is_new=True),
                    lambda: saving.remove(line, people["coordinator"], TODAY)):
        with pytest.raises(DomainError) as refused:
            attempt()
        db.session.rollback()
        assert str(refused.value) == sentence
    saving.remove(open_claim.lines[0], people["coordinator"], TODAY)
    db.session.commit()

    assert (total(checked), total(open_claim)) == (Decimal("75.00"), Decimal(0))


def test_emptied_claim_is_not_checked(held, people):
    claim = do(held, "claim", people["coordinator"])
    saving.remove(claim.lines[0], people["coordinator"], TODAY)
    db.session.commit()

    assert str(refusal(claim, "check", people["coordinator"])) == (
        "There is nothing to pay yet: add a line with an amount.")


@pytest.mark.parametrize(("agreed", "sentence"), [
    (Decimal("75.00"), "The fee agreed was 75.00: say why it differs."),
    (None, "No fee was agreed: say why one is paid."),
])
def test_fee_that_differs_is_explained(held, people, agreed, sentence):
    held.agreed_fee = agreed
    db.session.commit()
    claim = do(held, "claim", people["coordinator"], fee=Decimal("90.00"))

    refused = refusal(claim, "check", people["coordinator"])
    do(claim, "check", people["coordinator"], difference_note="Tilaisuus venyi")

    assert (refused.field, str(refused)) == ("difference_note", sentence)
    assert (claim.status, claim.difference_note, claim.checked_by_id) == (
        ClaimStatus.CHECKED, "Tilaisuus venyi", people["coordinator"].user_id)


def test_like_claim_is_answered_when_checking_whatever_was_written_before(held, people):
    first, second = (do(held, "claim", people["coordinator"]) for _ in range(2))
    second.difference_note = "Kirjoitettu ennen"
    db.session.commit()

    refused = refusal(second, "check", people["coordinator"])
    do(second, "check", people["coordinator"], difference_note="Toinen esiintyminen")

    assert (refused.field, refused.sentence.facts) == ("difference_note", {"numbers": first.number})
    assert second.status is ClaimStatus.CHECKED


def test_withdrawn_claim_is_like_no_other(held, people):
    first, second = (do(held, "claim", people["coordinator"]) for _ in range(2))
    do(first, "withdraw", people["coordinator"])

    do(second, "check", people["coordinator"])

    assert second.status is ClaimStatus.CHECKED


@pytest.mark.parametrize("owner", ["payee", "expert"])
def test_nobody_approves_what_is_paid_to_themselves(held, people, owner):
    claim = do(held, "claim", people["coordinator"])
    do(claim, "check", people["coordinator"])
    paid = make_user("finance")
    held.expert.person = paid.person
    if owner == "expert":  # paid through a firm that has no expert record of its own
        claim.payee.expert = None
    db.session.commit()

    refused = refusal(claim, "approve", acting(paid, "finance"))
    other_account = refusal(claim, "approve", acting(make_user("finance", person=paid.person), "finance"))
    do(claim, "approve", people["finance"])

    assert str(refused) == str(other_account) == "This would be paid to you: somebody else takes it on."
    assert (claim.status, claim.approved_by_id) == (ClaimStatus.APPROVED, people["finance"].user_id)


def test_coordinator_does_not_approve(held, people):
    claim = do(held, "claim", people["coordinator"])
    do(claim, "check", people["coordinator"])

    assert type(refusal(claim, "approve", people["coordinator"])).__name__ == "NotAllowed"
    assert type(refusal(claim, "approve", Actor(None, None, Role.EXPERT))).__name__ == "NotAllowed"
    assert claim.status is ClaimStatus.CHECKED


def test_claim_sent_back_says_why_and_forgets_who_had_approved(held, people):
    claim = do(held, "claim", people["coordinator"])
    do(claim, "check", people["coordinator"])
    do(claim, "approve", people["finance"])

    do(claim, "send_back", people["finance"], note="Kuitti puuttuu")

    assert (claim.status, claim.sent_back_note, claim.checked_by_id, claim.approved_by_id, claim.approved_at) == (
        ClaimStatus.DRAFT, "Kuitti puuttuu", None, None, None)


def test_checked_claim_is_not_edited(held, people):
    claim = do(held, "claim", people["coordinator"])
    save(claim, people["coordinator"], is_new=False)
    do(claim, "check", people["coordinator"])

    with pytest.raises(DomainError) as refused:
        save(claim, people["coordinator"], is_new=False)

    assert str(refused.value) == "A claim that was checked is not edited: send it back first."


def test_payee_of_a_firm_can_be_claimed_by_hand(held, people):
    firm = Payee(official_name="Yritys Oy")

    save(Invoice(payee=firm, received_on=TODAY, worked_on=TODAY, assignment=held), people["coordinator"], is_new=True)

    assert db.session.scalars(sa.select(Invoice.status)).one() is ClaimStatus.DRAFT
