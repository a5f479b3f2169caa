"""A companion's costs: paid back to the expert, never the expert's pay, and apart wherever costs are told."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from models import IncomeType, InvoiceLine, WithholdingRate, db
from rules.choices import CostBearer, LineKind, PaymentKind
from rules.errors import DomainError, FieldErrors
from services import saving
from services.claim_sums import beside
from services.report_payments import incomes, paid_by_payee, recharges
from services.report_rows import fee_sums
from services.withholding import wage_of
from tests.bank_batch_world import delivered, own_account, to_the_bank
from tests.factories import make
from tests.money_world import TODAY, acting, approved_claim, do, new_batch
from tests.people import make_user

COSTS = {"companion": Decimal("18.60"), "companion_for": "Bussiliput"}


def lines_of(claim):
    return [(line.kind, line.amount, line.description) for line in claim.lines]


def said(claim):
    return {row.kind: (str(row.agreed), row.marked) for row in beside(claim)}[LineKind.COMPANION]


@pytest.fixture
def claim(held, people):
    """75.00 of fee, 5.00 of own costs, 18.60 of a companion's."""
    return approved_claim(held, people, other=Decimal("5.00"), **COSTS)


@pytest.mark.parametrize(("verb", "who"), [("claim", "coordinator"), ("claim_own", "expert")])
def test_coordinator_and_expert_claim_them_beside_the_fee(held, people, verb, who):
    people["expert"] = acting(make_user("expert", expert=held.expert), "expert")

    entered = do(held, verb, people[who], **COSTS)

    assert lines_of(entered) == [(LineKind.FEE, Decimal("75.00"), ""), (LineKind.COMPANION, Decimal("18.60"), "Bussiliput")]


def test_negative_amount_is_refused_at_its_field(held, people):
    with pytest.raises(FieldErrors) as refused:
        do(held, "claim", people["coordinator"], companion=Decimal(-1))

    assert list(refused.value.errors) == ["companion"]


def test_place_of_a_protected_expert_is_not_told_by_a_companions_ticket(held, people):
    held.expert.protected = True
    db.session.commit()

    with pytest.raises(FieldErrors) as refused:
        do(held, "claim", people["coordinator"], companion=Decimal(9), companion_for="Bussi, Kivikatu 7")
    db.session.rollback()

    assert list(refused.value.errors) == ["companion_for"]
    assert lines_of(do(held, "claim", people["coordinator"], **COSTS))[1][2] == "Bussiliput"


def test_they_are_marked_until_a_companion_is_agreed_on_and_a_receipt_is_there(held, people):
    entered = do(held, "claim", people["coordinator"], **COSTS)
    found = [said(entered)]
    held.companion_agreed = True
    db.session.commit()
    found.append(said(entered))

    assert found == [("no companion was agreed on", True), ("no receipt", True)]


def test_they_are_paid_where_no_fee_can_be(held, people):
    do(held, "waive_fee", people["coordinator"])

    paid_back = do(held, "claim", people["coordinator"], **COSTS)

    assert (lines_of(paid_back), wage_of(paid_back)) == ([(LineKind.COMPANION, Decimal("18.60"), "Bussiliput")], 0)


def test_no_tax_is_withheld_of_them_though_of_the_fee_it_is(claim, people, paying_account, decided):
    make(WithholdingRate, percent=Decimal(60))
    own_account(claim.payee, people, "FI7012345600100007")
    line = next(line for line in claim.lines if line.kind is LineKind.COMPANION)
    line.income_type = make(IncomeType, payment_kind=PaymentKind.WAGE, line_kind=LineKind.COMPANION)
    db.session.commit()

    item = to_the_bank(people, paying_account, [claim]).items[0]

    assert (item.taxed, item.tax, item.other, item.companion, item.amount) == (
        Decimal("75.00"), Decimal("45.00"), Decimal("23.60"), Decimal("18.60"), Decimal("53.60"))


def test_line_of_a_companion_takes_no_wage_as_its_income_type(held, people):
    entered, found = do(held, "claim", people["coordinator"]), {}
    for kind in PaymentKind:
        income = make(IncomeType, payment_kind=kind)
        with db.session.no_autoflush:
            line = InvoiceLine(invoice=entered, kind=LineKind.COMPANION, quantity=Decimal(1), unit_price=Decimal(9),
                               income_type=income)
            try:
                saving.prepare(line, people["coordinator"], TODAY, is_new=True)
            except FieldErrors as refused:
                found[kind] = list(refused.errors)
        db.session.rollback()

    assert found == {kind: ["income_type"] for kind in PaymentKind if kind is not PaymentKind.REIMBURSEMENT}


def test_control_list_has_them_apart_and_only_where_there_are_any(claim, people):
    batch = new_batch(people, [claim])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        do(batch, verb, people[who])
    data = next(file.plain() for file in batch.files if file.name.endswith(".xlsx"))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    head, line, total = book.worksheets[1].iter_rows(values_only=True)
    at = head.index("Of the other costs a companion's")

    assert (line[at], total[at], line[head.index("Other costs")], line[head.index("Sum")]) == (18.6, 18.6, 23.6, 98.6)
    assert ("Of it companions' costs", 18.6) in list(book.worksheets[0].iter_rows(values_only=True, max_col=2))


def test_seal_is_broken_when_the_own_costs_become_a_companions(claim, people):
    batch = new_batch(people, [claim])
    do(batch, "submit", people["finance"])
    own = next(line for line in claim.lines if line.kind is LineKind.OTHER)
    own.kind = LineKind.COMPANION
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", people["finance2"])
    db.session.rollback()
    own.kind = LineKind.OTHER
    db.session.commit()
    do(batch, "approve", people["finance2"])

    assert (claim.number in str(refused.value), batch.approved_hash) == (True, batch.content_hash)


def test_reports_have_them_apart_and_add_up(claim, people, paying_account, decided):
    make(WithholdingRate, percent=Decimal(60))
    own_account(claim.payee, people, "FI7012345600100007")
    claim.cost_bearer = CostBearer.ORDERER
    batch = delivered(to_the_bank(people, paying_account, [claim]), people)
    do(batch.items[0], "pay", people["finance"], on=None)

    rows = [*fee_sums(TODAY, TODAY), *recharges(TODAY, TODAY), *paid_by_payee(TODAY, TODAY)]
    told = {(row.fees, row.travel, row.other, row.companion) for row in rows}
    income, = incomes(TODAY, TODAY)

    assert (len(rows), told) == (3, {(Decimal("75.00"), Decimal(0), Decimal("5.00"), Decimal("18.60"))})
    assert (income.fee, income.other, income.companion, income.tax, income.amount) == (
        Decimal("75.00"), Decimal("5.00"), Decimal("18.60"), Decimal("45.00"), Decimal("53.60"))
