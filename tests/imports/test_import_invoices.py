"""The list of invoices into fee claims that wait to be checked."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from imports.invoices import read_invoices
from models import Assignment, IncomeType, Invoice, KilometreRate, Occasion, Order, Payee, StatusChange
from models.audit import open_door
from rules.choices import LineKind, OrderKind, OrderSource, PaymentKind
from rules.states import AssignmentStatus, ClaimStatus, OrderStatus
from services.transitions import born_past
from tests.imports.importing import (
    EXPERTS,
    INVOICES,
    TODAY,
    fates,
    kinds,
    on_row,
    run,
    sentences,
    table_counts,
    write_csv,
)
from tests.people import make_expert, make_organisation

HEADINGS = "Laskun nro;Saapunut;Nimi;Tilaus;Palkkio;Km;Muut kulut;Yhteensä;IBAN;Viite;Huom"
IBAN, OTHER_IBAN = "FI2112345600000785", "FI5810171000000122"
DAY = date(2026, 3, 2)


@pytest.fixture
def rates(session):
    for amount, year in (("0.59", 2025), ("0.55", 2026)):
        session.add(KilometreRate(
            amount=Decimal(amount), valid_from=date(year, 1, 1), valid_until=date(year, 12, 31)))


def make_order(session, number, status=OrderStatus.HELD, source=OrderSource.REGISTER, **given):
    order = Order(number=number, organisation=make_organisation(), received_on=date(2026, 2, 1),
                  kind=OrderKind.TALK, source=source, **given)
    with open_door("record_past"):
        born_past(order, status, "for the test")
        session.add(Occasion(order=order, on=DAY))
        session.commit()
    return order


def make_aino(session, iban=IBAN):
    expert = make_expert(first_name="Aino", last_name="Salo")
    session.add(Payee(expert=expert, official_name="Aino Salo", iban=iban))
    return expert


def row(number="701", name="Salo Aino", order="2026-001", fee="50,00", total="60,00", iban=IBAN, note=""):
    return f"{number};2.10.2026;{name};{order};{fee};;10,00;{total};{iban};12345672;{note}"


def one_claim(session):
    return session.scalars(sa.select(Invoice)).one()


@pytest.fixture
def whole_list(session, rates):
    """The experts of their register, and the orders that the list of invoices names."""
    run("experts", EXPERTS, commit=True)
    read = read_invoices(INVOICES, TODAY, lambda _day: Decimal("0.55"))
    for number in sorted({invoice.order_number for invoice in read.rows if invoice.order_number}):
        make_order(session, number)


def test_dry_run_counts_everything_and_writes_nothing(whole_list):
    before = table_counts()

    report = run("invoices", INVOICES)

    assert (fates(report), report.made.counts) == ((21, 0, 1, 18), {"Assignment": 21, "Invoice": 21, "InvoiceLine": 47})
    assert kinds(report, "error") == {
        "sum": 1, "number_taken": 1, "iban": 1, "reference": 2, "order_number": 1, "formula": 1, "fee": 1,
        "person_unknown": 10,
    }  # fmt: skip
    assert kinds(report, "notice") == {
        "repeated": 1, "earlier_rate": 1, "received_later": 1, "iban_missing": 1, "note": 1, "to_check": 41,
    }  # fmt: skip
    assert table_counts() == before


def test_commit_writes_claims_and_a_second_one_nothing(session, whole_list):
    first = run("invoices", INVOICES, commit=True)
    before = table_counts()

    again = run("invoices", INVOICES, commit=True)

    assert (fates(again), again.made.counts) == ((0, 0, 22, 18), {})
    assert table_counts() == before | {"access_log": 3}
    claims = session.scalars(sa.select(Invoice)).all()
    assert {claim.status for claim in claims} == {ClaimStatus.RECEIVED}
    assert [claim.paid_on for claim in claims if claim.paid_on] == []
    assert sum(claim.total for claim in claims) == sum(taken.row.total for taken in first.rows if taken.is_new)
    assert (len(claims), sum(claim.total for claim in claims)) == (21, Decimal("1925.40"))


def test_claim_is_written_whole_with_its_history(session, whole_list):
    run("invoices", INVOICES, commit=True)

    claim = session.scalars(sa.select(Invoice).where(Invoice.number == "701")).one()
    change = session.scalars(sa.select(StatusChange).where(StatusChange.subject == claim.subject)).one()
    assert (claim.received_on, claim.worked_on, claim.total) == (date(2026, 10, 2), DAY, Decimal("91.60"))
    assert [(line.kind, line.quantity, line.unit_price, line.amount) for line in claim.lines] == [
        (LineKind.FEE, Decimal("1.00"), Decimal("75.00"), Decimal("75.00")),
        (LineKind.KILOMETRES, Decimal("22.00"), Decimal("0.55"), Decimal("12.10")),
        (LineKind.OTHER, Decimal("1.00"), Decimal("4.50"), Decimal("4.50")),
    ]
    assert (change.source, change.target) == ("draft", "received")
    assert change.note == "Old register, row 2 of the sheet “register-invoices.csv”."
    assert claim.payee.expert == claim.assignment.expert


def test_ground_is_the_assignment_of_the_person_and_is_made_when_missing(session, tmp_path):
    expert, other = make_aino(session), make_expert(first_name="Otto", last_name="Laine")
    order = make_order(session, "2026-001")
    known = Assignment(order=order, expert=other)
    session.add(known)
    lines = (row("701", "Otto Laine", iban=OTHER_IBAN), row("702"))

    report = run("invoices", write_csv(tmp_path, HEADINGS, *lines), commit=True)

    found, made = session.scalars(sa.select(Invoice).order_by(Invoice.number))
    assert (found.assignment, made.assignment.expert, made.assignment.status) == (known, expert, AssignmentStatus.HELD)
    assert [sentences(taken, "to_check") for taken in report.rows] == [
        [], ["The register does not name this person for the order: check that it was this one."]]
    assert made.register_note == "The register does not name this person for the order: check that it was this one."


@pytest.mark.parametrize(("line", "kind"), [
    (row(order="2026-009"), "order_unknown"), (row(order=""), "order_unknown"), (row(order="2026-002"), "order_not_held"),
    (row(order="2026-003"), "not_in_order"), (row(name="Eino Virta"), "person_unknown"),
    (row(name="Otto Laine"), "person_unclear"), (row(note="maksettu 3.11."), "already_paid"),
    (row("555", order="2026-004"), "already_paid"),
])  # fmt: skip
def test_claim_without_a_sure_ground_is_not_taken(session, tmp_path, line, kind):
    make_aino(session)
    for _ in range(2):
        make_expert(first_name="Otto", last_name="Laine")
    make_order(session, "2026-001")
    make_order(session, "2026-002", OrderStatus.SEARCHING)
    make_order(session, "2026-003", source=OrderSource.PHONE)
    make_order(session, "2026-004", OrderStatus.CLOSED, register_note="Lasku nro 555; Maksettu 1.4.2026")

    refused = run("invoices", write_csv(tmp_path, HEADINGS, line))
    taken = run("invoices", write_csv(tmp_path, HEADINGS, row()))

    assert (fates(refused), kinds(refused, "error")) == ((0, 0, 0, 1), {kind: 1})
    assert fates(taken) == (1, 0, 0, 0)


def test_namesakes_are_told_apart_by_the_account(session, tmp_path):
    make_aino(session, OTHER_IBAN)
    expert = make_aino(session, IBAN)
    make_order(session, "2026-001")

    run("invoices", write_csv(tmp_path, HEADINGS, row()), commit=True)

    assert one_claim(session).assignment.expert == expert


def test_another_account_is_said_and_never_replaces_the_known_one(session, tmp_path):
    make_aino(session)
    make_order(session, "2026-001")

    report = run("invoices", write_csv(tmp_path, HEADINGS, row(iban=OTHER_IBAN)), commit=True)

    assert "The account on the claim is not the payee's: it would be paid to the known one. Ask the person." in (
        sentences(on_row(report, 2), "to_check"))
    claim = one_claim(session)
    assert (claim.payee.iban, "The account on the claim is not the payee's" in claim.register_note) == (IBAN, True)


def test_account_of_a_payee_without_one_is_filled(session, tmp_path):
    make_aino(session, None)
    make_order(session, "2026-001")

    run("invoices", write_csv(tmp_path, HEADINGS, row()), commit=True)

    assert one_claim(session).payee.iban == IBAN


def test_second_claim_for_one_assignment_is_taken_and_said(session, tmp_path):
    make_aino(session)
    make_order(session, "2026-001")

    report = run("invoices", write_csv(tmp_path, HEADINGS, row("701"), row("702", total="70,00", fee="60,00")))

    assert fates(report) == (2, 0, 0, 0)
    assert "There is another claim for the same assignment." in sentences(on_row(report, 3), "to_check")
    assert "There is another claim for the same assignment." not in sentences(on_row(report, 2), "to_check")


def test_number_of_another_claim_is_refused_and_the_same_claim_is_not(session, tmp_path):
    make_aino(session)
    make_order(session, "2026-001")
    run("invoices", write_csv(tmp_path, HEADINGS, row()), commit=True)

    same = run("invoices", write_csv(tmp_path, HEADINGS, row()))
    other = run("invoices", write_csv(tmp_path, HEADINGS, row(fee="60,00", total="70,00")))

    assert (fates(same), fates(other)) == ((0, 0, 1, 0), (0, 0, 0, 1))
    assert sentences(on_row(other, 2), "number_of_another") == ["The number 701 is already on another claim."]


def test_lines_have_the_income_type_of_the_event_before_the_general_one(session, tmp_path):
    for code, kind, event in (("210", LineKind.FEE, None), ("214", LineKind.FEE, OrderKind.TALK),
                              ("KULU", LineKind.OTHER, None)):
        session.add(IncomeType(code=code, name=code, line_kind=kind, event_kind=event, payment_kind=PaymentKind.WAGE,
                               valid_from=date(2024, 1, 1)))
    make_aino(session)
    make_order(session, "2026-001")

    run("invoices", write_csv(tmp_path, HEADINGS, row()), commit=True)

    assert [line.income_type.code for line in one_claim(session).lines] == ["214", "KULU"]


def test_claims_with_kilometres_are_refused_while_no_rate_is_recorded(session, tmp_path):
    make_aino(session)
    make_order(session, "2026-001")
    line = "701;2.10.2026;Salo Aino;2026-001;50,00;10;;55,50;;;"
    path = write_csv(tmp_path, HEADINGS, line)

    without = run("invoices", path)
    session.add(KilometreRate(amount=Decimal("0.55"), valid_from=date(2026, 1, 1)))
    with_rate = run("invoices", path)

    assert (fates(without), kinds(without, "error"), kinds(without, "notice")["no_rate"]) == ((0, 0, 0, 1), {"sum": 1}, 1)
    assert (fates(with_rate), kinds(with_rate, "notice")["no_rate"]) == ((1, 0, 0, 0), 0)
