"""A claim beside what was agreed, when it would be paid, and what its texts may not say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from models import FeeRate, Invoice, KilometreRate, Meeting, Municipality, Payee, PaymentBatch, db
from rules.choices import CostBearer, FeeUnit, LineKind, OrderKind, WithoutFee
from rules.errors import BadInput, DomainError, FieldErrors
from rules.states import BatchStatus, ClaimStatus
from services.claim_sums import beside, payment_day
from tests.factories import make
from tests.money_world import TODAY, acting, do
from tests.people import make_user
from tests.services.test_claims import line_on, refusal, save

FIRST = TODAY.replace(day=1)


@pytest.fixture
def protected(held):
    held.expert.protected = True
    db.session.add(Municipality(name="Laukaa"))
    db.session.commit()
    return held


def rows(claim):
    return [(row.kind.value, row.claimed, str(row.agreed), row.marked) for row in beside(claim)]


# --- beside what was agreed

def test_each_kind_of_line_stands_beside_what_was_agreed_or_is_allowed(held, people):
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10), meals=Decimal("13.50"), other=Decimal(5))

    assert rows(claim) == [
        ("fee", Decimal("75.00"), "75.00 agreed", False),
        ("kilometres", Decimal("5.50"), "0.55 a kilometre at most", False),
        ("meal", Decimal("13.50"), "by the meal allowance", False),
        ("other", Decimal("5.00"), "no receipt", True)]


@pytest.mark.parametrize(("fee", "unit", "claimed", "agreed", "marked"), [
    (Decimal("75.00"), FeeUnit.EVENT, {}, "75.00 agreed", False),
    (Decimal("75.00"), FeeUnit.EVENT, {"fee": Decimal(80)}, "75.00 agreed", True),
    (Decimal("30.00"), FeeUnit.HOUR, {"hours": Decimal(2)}, "30.00 an hour, 2 hours claimed", False),
    (None, None, {"fee": Decimal(80)}, "no fee agreed", True)])
def test_fee_is_marked_when_it_is_another_than_agreed(held, people, fee, unit, claimed, agreed, marked):
    held.agreed_fee, held.agreed_unit = fee, unit
    db.session.commit()

    row = beside(do(held, "claim", people["coordinator"], **claimed))[0]

    assert (str(row.agreed), row.marked) == (agreed, marked)


def test_costs_of_an_expert_without_a_fee_are_paid_and_nothing_is_marked(held, people):
    held.without_fee = WithoutFee.VOLUNTARY
    db.session.commit()

    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
    do(claim, "check", people["coordinator"])

    assert rows(claim) == [("fee", Decimal(0), "no fee: voluntary, agreed on beforehand", False),
                           ("kilometres", Decimal("5.50"), "0.55 a kilometre at most", False)]
    assert claim.status is ClaimStatus.CHECKED


@pytest.mark.parametrize(("price", "marked"), [("50.00", False), ("60.00", True)])
def test_fee_of_a_meeting_is_compared_with_the_rates_of_that_day(held, people, price, marked):
    db.session.add(FeeRate(kind=OrderKind.WORKING_GROUP, unit=FeeUnit.EVENT, amount=Decimal("50.00"), valid_from=FIRST))
    db.session.commit()
    claim = Invoice(payee=held.expert.payees[0], received_on=TODAY, worked_on=TODAY, meeting=make(Meeting))
    save(claim, people["coordinator"], is_new=True)
    save(line_on(claim, kind=LineKind.FEE, unit_price=Decimal(price)), people["coordinator"], is_new=True)
    db.session.refresh(claim)
    do(claim, "submit", people["coordinator"])

    row = beside(claim)[0]

    assert (str(row.agreed), row.marked) == ("50.00 to 50.00 by the rates of that day", marked)
    if marked:
        assert str(refusal(claim, "check", people["coordinator"])) == (
            "The fee is none of that day's rates for working groups: say why it differs.")
    else:
        do(claim, "check", people["coordinator"])
        assert claim.status is ClaimStatus.CHECKED


def test_day_without_a_kilometre_rate_is_marked(held, people):
    claim = do(held, "claim", people["coordinator"], kilometres=Decimal(10))
    db.session.query(KilometreRate).one().valid_until = TODAY - timedelta(1)
    db.session.commit()

    assert rows(claim)[1] == ("kilometres", Decimal("5.50"), "no kilometre rate is in force on that day", True)


@pytest.mark.parametrize(("given", "bearer"), [
    ({}, CostBearer.ORDERER), ({"cost_bearer": CostBearer.COUNTY}, CostBearer.COUNTY)])
def test_claim_is_paid_by_whom_the_order_says_unless_it_says_so_itself(held, people, given, bearer):
    held.order.cost_bearer = CostBearer.ORDERER
    db.session.commit()

    assert do(held, "claim", people["coordinator"], **given).cost_bearer is bearer


# --- when it is paid

def test_payment_date_is_that_of_the_next_batch_from_the_wished_month_on(held, people):
    claim = do(held, "claim", people["coordinator"])
    unknown = str(payment_day(claim, TODAY))
    for status, day in ((BatchStatus.CLOSED, TODAY), (BatchStatus.DRAFT, TODAY + timedelta(6)),
                        (BatchStatus.DRAFT, TODAY + timedelta(40))):
        make(PaymentBatch, status=status, payment_date=day)
    soon = payment_day(claim, TODAY).facts
    claim.requested_month = date(2026, 12, 1)
    later = payment_day(claim, TODAY).facts
    claim.requested_month = date(2027, 6, 1)
    wished = str(payment_day(claim, TODAY))

    assert unknown == "The payment date is not known yet: finance has begun no batch."
    assert (soon, later) == ({"day": TODAY + timedelta(6)}, {"day": TODAY + timedelta(40)})
    assert wished == "Paid on 2027-06-01 at the earliest, as was wished."


@pytest.mark.parametrize(("status", "told"), [(ClaimStatus.APPROVED, True), (ClaimStatus.PAID, False),
                                              (ClaimStatus.REJECTED, False)])
def test_payment_date_is_told_until_the_claim_is_in_a_batch(app, status, told):
    assert (payment_day(make(Invoice, status=status), TODAY) is not None) == told


@pytest.mark.parametrize("role", ["coordinator", "finance", "expert"])
def test_page_tells_the_payment_date_before_approval_to_all_who_read_it(held, people, login, role):
    claim = do(held, "claim", people["coordinator"])
    do(claim, "check", people["coordinator"])
    make(PaymentBatch, status=BatchStatus.DRAFT, payment_date=date(2026, 11, 30))
    given = {"expert": held.expert} if role == "expert" else {}

    page = login(role, **given).get(f"/admin/invoice/details/?id={claim.id}").text

    assert "30.11.2026" in page


# --- like claims, by rights

def test_same_reference_of_the_same_payee_is_a_like_claim_and_another_payees_is_none(held, people):
    first = do(held, "claim", people["coordinator"], reference="2026-7")
    first.assignment, first.meeting, first.worked_on = None, make(Meeting), TODAY - timedelta(9)
    for payee in (held.expert.payees[0], make(Payee)):
        claim = Invoice(payee=payee, received_on=TODAY, worked_on=TODAY, meeting=make(Meeting), reference="2026-7")
        save(claim, people["coordinator"], is_new=True)
        save(line_on(claim, unit_price=Decimal(9)), people["coordinator"], is_new=True)
        db.session.refresh(claim)
        do(claim, "submit", people["coordinator"])
    _, same, other = db.session.query(Invoice).order_by(Invoice.id).all()

    refused = refusal(same, "check", people["coordinator"])
    do(other, "check", people["coordinator"])

    assert (refused.sentence.facts, other.status) == ({"numbers": first.number}, ClaimStatus.CHECKED)


def test_finance_is_told_of_a_like_claim_that_it_may_not_see_without_its_number(held, people, login):
    unseen, seen = do(held, "claim", people["coordinator"]), do(held, "claim", people["coordinator"])
    do(seen, "check", people["coordinator"], difference_note="Toinen esiintyminen")
    client = login("finance")

    hidden = client.get(f"/admin/invoice/details/?id={seen.id}").text
    do(unseen, "check", people["coordinator"], difference_note="Ensimmäinen")
    shown = client.get(f"/admin/invoice/details/?id={seen.id}").text

    assert (unseen.number in hidden, unseen.number in shown) == (False, True)


# --- who checks, who approves

def test_whoever_is_paid_does_not_check_in_any_account(held, people):
    claim = do(held, "claim", people["coordinator"])
    paid = make_user("coordinator")
    held.expert.person = paid.person
    db.session.commit()

    refused = [refusal(claim, "check", acting(user, "coordinator")) for user in (
        paid, make_user("coordinator", person=paid.person))]
    do(claim, "check", people["coordinator"])

    assert [str(error) for error in refused] == ["This would be paid to you: somebody else takes it on."] * 2
    assert claim.status is ClaimStatus.CHECKED


def test_whoever_checked_does_not_approve_in_another_role_or_account(held, people):
    claim, both = do(held, "claim", people["coordinator"]), make_user("coordinator", "finance")
    do(claim, "check", acting(both, "coordinator"))

    refused = [refusal(claim, "approve", acting(user, "finance")) for user in (
        both, make_user("finance", person=both.person))]
    do(claim, "approve", people["finance"])

    assert [str(error) for error in refused] == ["You have checked this claim: somebody else approves it."] * 2
    assert claim.status is ClaimStatus.APPROVED


# --- sent back

@pytest.mark.parametrize("step", ["received", "checked", "approved"])
def test_claim_is_sent_back_from_every_step_before_a_batch_and_the_expert_reads_why(held, people, login, step):
    claim = do(held, "claim", people["coordinator"])
    if step != "received":
        do(claim, "check", people["coordinator"])
    if step == "approved":
        do(claim, "approve", people["finance"])

    do(claim, "send_back", people["coordinator"], note="Kuitti puuttuu, lisää se")
    pages = {role: login(role, **given).get(f"/admin/invoice/details/?id={claim.id}").text
             for role, given in (("expert", {"expert": held.expert}), ("coordinator", {}))}

    assert claim.status is ClaimStatus.DRAFT
    assert {role: "Kuitti puuttuu, lisää se" in page for role, page in pages.items()} == {"expert": True, "coordinator": True}


def test_sentence_longer_than_the_expert_can_read_is_refused_and_never_cut(held, people):
    claim = do(held, "claim", people["coordinator"])

    refused = refusal(claim, "send_back", people["coordinator"], note="x" * 401)
    do(claim, "send_back", people["coordinator"], note="x" * 400)

    assert (type(refused), refused.field, claim.sent_back_note) == (BadInput, "note", "x" * 400)


# --- no place of a protected person

@pytest.mark.parametrize("wrong", [{"other": Decimal(5), "other_for": "Bussi Laukaalta"}, {"reference": "Kivikatu 7"}])
def test_claim_of_a_protected_person_takes_no_place_and_that_of_another_does(protected, people, wrong):
    refused = refusal(protected, "claim", people["coordinator"], **wrong)
    protected.expert.protected = False
    db.session.commit()
    taken = do(protected, "claim", people["coordinator"], **wrong)

    assert list(refused.errors) == [list(wrong)[-1]]
    assert taken.status is ClaimStatus.RECEIVED


@pytest.mark.parametrize(("kind", "words", "taken"), [
    (LineKind.KILOMETRES, "Matka omalla autolla", False), (LineKind.KILOMETRES, "", True),
    (LineKind.OTHER, "Laukaasta taksilla", False), (LineKind.OTHER, "Taksi", True)])
def test_line_of_a_protected_person_has_no_route(protected, people, kind, words, taken):
    claim = do(protected, "claim", people["coordinator"])
    line = line_on(claim, kind=kind, unit_price=Decimal("0.50"), description=words)

    try:
        save(line, people["coordinator"], is_new=True)
        refused = []
    except FieldErrors as error:
        db.session.rollback()
        refused = list(error.errors)

    assert refused == ([] if taken else ["description"])


@pytest.mark.parametrize("verb", ["check", "send_back"])
def test_notes_of_a_protected_persons_claim_name_no_place(protected, people, verb):
    claim = do(protected, "claim", people["coordinator"])
    field = {"check": "difference_note", "send_back": "note"}[verb]

    refused = refusal(claim, verb, people["coordinator"], **{field: "Asuu Laukaassa"})
    do(claim, verb, people["coordinator"], **{field: "Matka oli pidempi"})

    assert (isinstance(refused, DomainError), list(refused.errors)) == (True, [field])
