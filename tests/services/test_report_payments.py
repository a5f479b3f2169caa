"""Re-charge, payees of a year and the Incomes Register worksheet: who gets them, and that they add up to the cent."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from models import BatchItem, Invoice, InvoiceLine, Meeting, db
from rules.choices import CostBearer, PayeeKind
from rules.states import ClaimStatus, ItemStatus
from services.report_payments import Income, PaidTo, Recharge, incomes, paid_by_payee, recharges
from tests.conftest import token
from tests.factories import make
from tests.people import make_organisation
from tests.queries import Queries
from tests.report_world import paid_claim, payee_of

AT = "/admin/report/"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
NOUGHT = Decimal("0.00")


@pytest.fixture
def world(session):
    """Two payees; of the first one three claims, two of them borne by the orderer, one of these of January."""
    first, second = payee_of(), payee_of()
    first.official_name, second.official_name, second.kind = "Aino Aho", "Yritys Oy", PayeeKind.COMPANY
    claims = [
        paid_claim(date(2026, 1, 31), {"fee": "120.50", "kilometres": "14.20", "other": "0.99"}, payee=first),
        paid_claim(date(2026, 2, 27), {"fee": "75.01", "meal": "13.25"}, payee=first),
        paid_claim(date(2026, 2, 28), {"fee": "10.00"}, payee=first, cost_centre=""),
        paid_claim(date(2026, 12, 31), {"fee": "200.00"}, payee=second)]
    koivikko = make_organisation(name="Koivikko")
    for claim in claims[:2]:
        claim.cost_bearer = CostBearer.ORDERER
        claim.assignment.order.organisation = koivikko
    paid_claim(None, {"fee": "999.00"}, payee=first, status=ClaimStatus.APPROVED)
    paid_claim(date(2025, 12, 31), {"fee": "888.00"}, payee=first)
    db.session.commit()
    return claims


def workbook(client, *sheets):
    fields = {"first": "2026-01-01", "last": "2026-12-31", "sheets": list(sheets), "csrf_token": token(client, AT)}
    answer = client.post(AT, data=fields, headers={"Accept-Language": "en"})
    return load_workbook(BytesIO(answer.data)) if answer.status_code == 200 else answer.status_code


def lines(sheet):
    rows = [tuple(cell.date() if isinstance(cell, datetime) else cell for cell in row)
            for row in sheet.iter_rows(min_row=2, values_only=True)]
    return [row for row in rows if row[0] and row[-1] is not None and row[1] is not None]


def cents(values):
    return sum(Decimal(str(value)) for value in values)


def test_recharge_is_of_what_the_orderer_bears_by_month(world):
    assert recharges(*YEAR) == [
        Recharge(date(2026, 1, 1), "Koivikko", "4410", 1, Decimal("120.50"), Decimal("14.20"), Decimal("0.99"), NOUGHT),
        Recharge(date(2026, 2, 1), "Koivikko", "4410", 1, Decimal("75.01"), Decimal("13.25"), NOUGHT, NOUGHT)]


def test_claim_without_an_order_is_charged_from_nobody_known(app):
    claim = make(Invoice, status=ClaimStatus.PAID, assignment=None, meeting=make(Meeting), cost_bearer=CostBearer.ORDERER)

    assert [(row.orderer, row.claims) for row in recharges(claim.paid_on, claim.paid_on)] == [("", 1)]


def test_payees_of_the_year_have_what_was_paid_in_it(world):
    assert paid_by_payee(*YEAR) == [
        PaidTo("Aino Aho", PayeeKind.PRIVATE, 3, Decimal("205.51"), Decimal("27.45"), Decimal("0.99"), NOUGHT),
        PaidTo("Yritys Oy", PayeeKind.COMPANY, 1, Decimal("200.00"), NOUGHT, NOUGHT, NOUGHT)]


def test_two_payees_of_one_name_are_two_lines(session):
    for _ in range(2):
        payee = payee_of()
        payee.official_name = "Aino Aho"
        paid_claim(date(2026, 3, 1), {"fee": "1.00"}, payee=payee)

    assert [(row.payee, row.claims) for row in paid_by_payee(*YEAR)] == [("Aino Aho", 1)] * 2


@pytest.mark.both_databases
def test_worksheet_has_what_was_paid_and_did_not_come_back_with_its_deadline(app):
    facts = {"payee_name": "Aino Aho", "income_type": "210", "fee": Decimal("75.00"),
             "kilometre_amount": Decimal("14.20"), "amount": Decimal("89.20")}
    paid = make(BatchItem, status=ItemStatus.PAID, paid_on=date(2026, 12, 1), **facts)
    make(BatchItem, status=ItemStatus.RETURNED, paid_on=date(2026, 12, 1), outcome_on=date(2026, 12, 3), **facts)
    make(BatchItem, **facts)

    found = incomes(*YEAR)

    assert [one.report_by for one in found] == [date(2026, 12, 7)]
    assert found == [Income(
        date(2026, 12, 1), "Aino Aho", "210", paid.invoice.number, Decimal("75.00"),
        Decimal("14.20"), NOUGHT, NOUGHT, None, NOUGHT, Decimal("89.20"))]


def test_workbooks_add_up_to_the_database(world, login, session):
    make(BatchItem, status=ItemStatus.PAID, paid_on=date(2026, 1, 31), invoice=world[0],
         payee_name="Aino Aho", fee=Decimal("120.50"), amount=Decimal("135.69"))
    book = workbook(login("finance"), "recharge", "payees", "incomes")
    in_year = sa.and_(Invoice.status == ClaimStatus.PAID, Invoice.paid_on.between(*YEAR))
    paid = sa.select(sa.func.sum(InvoiceLine.amount)).join(InvoiceLine.invoice).where(in_year)

    assert book.sheetnames == ["Cover", "Re-charge", "Paid by payee", "Incomes Register worksheet"]
    sums = [cents(row[-1] for row in lines(book[name]) if row[0] != "Total") for name in book.sheetnames[1:]]
    assert sums == [session.scalar(paid.where(Invoice.cost_bearer == CostBearer.ORDERER)), session.scalar(paid),
                    session.scalar(sa.select(sa.func.sum(BatchItem.amount)))]
    assert sums == [Decimal("223.95"), Decimal("433.95"), Decimal("135.69")]


def test_page_shows_the_same_tables(world, login):
    client = login("finance")
    page = client.post(AT, data={"first": "2026-01-01", "last": "2026-12-31", "sheets": ["payees"], "show": "1",
                                 "csrf_token": token(client, AT)}, headers={"Accept-Language": "en"}).text

    assert [text in page for text in ("Aino Aho", "Yritys Oy", "433.95", "999")] == [True, True, True, False]


@pytest.mark.parametrize(("role", "own"), [
    ("finance", ["recharge", "payees", "incomes"]), ("coordinator", ["recharge"]), ("steering", [])])
def test_only_finance_gets_the_lists_that_name_payees(login, world, role, own):
    client = login(role)

    assert [name for name in ("recharge", "payees", "incomes") if workbook(client, name) != 422] == own


def test_number_of_questions_does_not_grow(session):
    def asked():
        with Queries() as made:
            recharges(*YEAR)
            paid_by_payee(*YEAR)
            incomes(*YEAR)
        return len(made.asked)

    paid_claim(date(2026, 3, 1), {"fee": "1.00"})
    one = asked()
    for _ in range(2):
        paid_claim(date(2026, 3, 1), {"fee": "1.00"})
    assert one == asked() == 3
