"""Private persons paid net by the bank: only by a decision, with the tax withheld recorded, sealed, shown and reported."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from lxml import etree
from openpyxl import load_workbook

from models import IncomeType, NetPay, Payee, WithholdingRate, db
from rules.choices import LineKind, PayeeKind, PaymentKind
from rules.errors import BadInput, DomainError
from services import saving
from services.batch_figures import figures_of
from services.batches import seal_of
from services.report_payments import incomes
from services.waiting_claims import Wanted, waiting_claims
from tests.bank_batch_world import PAYMENT_DATE, decide, delivered, message_of, own_account, to_the_bank
from tests.bank_world import IBANS
from tests.factories import make
from tests.money_world import TODAY, approved_claim, do, new_batch
from tests.queries import Queries
from tests.services.test_batches import add, another_claim

WRONG = "L2026-0001: a private person is paid by payroll, which withholds the tax and reports it."


@pytest.fixture
def claim(held, people):
    """75.00 fee and 26.40 kilometre allowance, of a payee with an account of their own."""
    own_account(held.expert.payees[0], people, "FI7012345600100007")
    return approved_claim(held, people, kilometres=Decimal(48))


def card(claim, **facts):
    for name, value in {"tax_card_year": 2026, "tax_percent": Decimal("12.5"), **facts}.items():
        setattr(claim.payee, name, value)
    db.session.commit()


def tax_in(batch):
    db.session.expire_all()
    return [(item.taxed, item.tax_percent, item.taxed_over, item.tax_over_percent, item.tax, item.amount)
            for item in sorted(batch.items, key=lambda item: item.id)]


def euros(*texts):
    return tuple(None if text is None else Decimal(text) for text in texts)


def test_without_a_decision_private_persons_stay_with_payroll(claim, people, paying_account):
    batch = to_the_bank(people, paying_account)

    with pytest.raises(DomainError) as refused:
        add(batch, [claim], people["finance"])
    db.session.rollback()
    decide(people, allowed=True, on=TODAY)
    add(batch, [claim], people["finance"])

    assert (str(refused.value), len(batch.items)) == (WRONG, 1)


@pytest.mark.parametrize(("allowed", "on", "taken"), [
    (True, PAYMENT_DATE, True), (True, PAYMENT_DATE + timedelta(1), False), (False, PAYMENT_DATE, False)])
def test_the_decision_in_force_on_the_payment_date_counts(claim, people, paying_account, decided, allowed, on, taken):
    if not (allowed and on > PAYMENT_DATE):
        decide(people, allowed=allowed, on=on)
    else:
        decided.valid_from = on
        db.session.commit()
    batch = to_the_bank(people, paying_account)

    found = waiting_claims(batch.kind, Wanted(private_too=taken))
    try:
        add(batch, [claim], people["finance"])
    except DomainError:
        db.session.rollback()

    assert ([claim] if taken else [], bool(batch.items)) == (found, taken)


def test_decision_says_who_made_it_and_stays(people, decided):
    with pytest.raises(DomainError) as stays:
        saving.prepare(decided, people["finance"], TODAY, is_new=False)
    ahead = decide(people, allowed=False, on=TODAY + timedelta(1))
    ahead.note = "Johtaja"
    saving.prepare(ahead, people["finance"], TODAY, is_new=False)
    with pytest.raises(BadInput) as past:
        saving.prepare(NetPay(allowed=True, valid_from=TODAY - timedelta(1)), people["finance"], TODAY, is_new=True)

    assert decided.decided_by_id == people["finance"].user_id
    assert (str(stays.value), past.value.field) == ("A decision in force stays as it was made: record a new one.", "valid_from")


def test_card_is_withheld_by_and_costs_are_not_taxed(claim, people, paying_account, decided):
    card(claim)

    batch = to_the_bank(people, paying_account, [claim])

    assert tax_in(batch) == [euros("75.00", "12.5", "0", None, "9.38", "92.02")]


@pytest.mark.parametrize("facts", [{"tax_percent": None}, {"tax_card_year": 2025}, {"tax_card_from": date(2026, 12, 2)}])
def test_without_a_card_of_that_day_the_shipped_rate_is_withheld(claim, people, paying_account, decided, facts):
    card(claim, **facts)

    batch = to_the_bank(people, paying_account, [claim])

    assert tax_in(batch) == [euros("75.00", "60", "0", None, "45.00", "56.40")]


def test_no_rate_in_force_is_told_and_nothing_is_paid_gross(claim, people, paying_account, decided):
    db.session.scalars(sa.select(WithholdingRate)).one().valid_until = PAYMENT_DATE - timedelta(1)
    db.session.commit()

    with pytest.raises(DomainError) as refused:
        to_the_bank(people, paying_account, [claim])
    db.session.rollback()

    assert str(refused.value) == (
        "L2026-0001: no withholding rate is in force on 2026-12-01: add it to the rates first.")


def test_fee_that_finance_treats_as_a_refund_is_not_taxed(claim, people, paying_account, decided):
    kinds = {kind: make(IncomeType, line_kind=LineKind.FEE, payment_kind=kind) for kind in PaymentKind}
    fee = next(line for line in claim.lines if line.kind is LineKind.FEE)
    found = {}
    for kind, income_type in kinds.items():
        fee.income_type = income_type
        db.session.commit()
        batch = to_the_bank(people, paying_account, [claim])
        found[kind] = batch.items[0].taxed
        do(batch.items[0], "remove", people["finance"])

    assert found == {kind: Decimal("75.00") for kind in PaymentKind} | {PaymentKind.REIMBURSEMENT: Decimal(0)}


def test_income_limit_counts_what_was_paid_before_in_the_year_and_in_the_same_batch(
        claim, held, people, paying_account, decided):
    card(claim, tax_income_limit=Decimal(200), tax_additional_percent=Decimal(40))
    by_payroll = new_batch(people, [claim])
    do(by_payroll, "submit", people["finance"])
    second, third = (approved_again(held, people) for _ in range(2))

    batch = to_the_bank(people, paying_account, [second, third])
    do(batch, "submit", people["finance"])

    assert tax_in(batch) == [
        euros("75.00", "12.5", "0", None, "9.38", "65.62"), euros("75.00", "12.5", "25.00", "40", "16.25", "58.75")]


def approved_again(held, people):
    claim = do(held, "claim", people["coordinator"])
    do(claim, "check", people["coordinator"], difference_note="Eri päivä")
    do(claim, "approve", people["finance"])
    return claim


def test_drafts_and_what_came_back_do_not_count_to_the_limit(claim, held, people, paying_account, decided):
    card(claim, tax_income_limit=Decimal(80), tax_additional_percent=Decimal(40))
    draft = new_batch(people, [claim])
    other = approved_again(held, people)
    batch = to_the_bank(people, paying_account, [other])
    do(batch, "submit", people["finance"])
    while_draft = tax_in(batch)
    do(batch, "refuse", people["finance"], note="Odota")

    do(draft, "submit", people["finance"])
    do(batch, "submit", people["finance"])

    assert (while_draft[0][4], tax_in(batch)[0][4]) == euros("9.38", "28.63")


def test_card_changed_after_sealing_is_told_and_breaks_the_seal(claim, people, paying_account, decided):
    card(claim)
    batch = to_the_bank(people, paying_account, [claim])
    do(batch, "submit", people["finance"])
    card(claim, tax_percent=Decimal(20))

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", people["finance2"])
    db.session.rollback()
    card(claim)
    do(batch, "approve", people["finance2"])

    assert str(refused.value) == "The claim L2026-0001 has changed since: return the batch to draft."
    assert batch.approved_hash == batch.content_hash


def test_decision_taken_back_stops_a_sealed_batch(claim, people, paying_account, decided):
    batch = to_the_bank(people, paying_account, [claim])
    do(batch, "submit", people["finance"])
    decide(people, allowed=False, on=PAYMENT_DATE)

    with pytest.raises(DomainError) as refused:
        do(batch, "approve", people["finance2"])

    assert str(refused.value) == WRONG


@pytest.mark.parametrize("name", ["taxed", "tax_percent", "taxed_over", "tax_over_percent", "tax"])
def test_seal_binds_what_was_withheld(claim, people, paying_account, decided, name):
    card(claim)
    batch = to_the_bank(people, paying_account, [claim])
    do(batch, "submit", people["finance"])
    before = seal_of(batch)

    with db.session.no_autoflush:
        setattr(batch.items[0], name, Decimal("1.00"))
        after = seal_of(batch)
    db.session.rollback()

    assert (before == batch.content_hash, after == before) == (True, False)


def test_bank_gets_the_net_and_the_control_list_the_whole_sum(claim, people, paying_account, decided):
    card(claim)
    company = another_claim(claim, people, kind=PayeeKind.COMPANY, identity_code=None)
    batch = delivered(to_the_bank(people, paying_account, [claim, company]), people)

    paid = [Decimal(one.text) for one in etree.fromstring(message_of(batch)).iter("{*}InstdAmt")]
    book = load_workbook(BytesIO(next(file.plain() for file in batch.files if file.name.endswith("xlsx"))), data_only=True)
    heading, first, second, total = book["Lines"].iter_rows(values_only=True)
    cover = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}

    assert paid == [Decimal("92.02"), Decimal("120.05")]
    assert heading[-6:] == ("Before tax", "Wage that tax is withheld of", "Tax rate (%)", "Of it over the income limit",
                            "Additional tax rate (%)", "Tax withheld")
    assert [row[-6:] for row in (first, second)] == [(101.4, 75, 12.5, 0, None, 9.38), (120.05, 0, None, 0, None, 0)]
    assert (total[-6], total[-1], cover["Before tax"], cover["Tax withheld"], cover["Sum"]) == (
        221.45, 9.38, 221.45, 9.38, 212.07)
    figures = figures_of(batch)
    assert (figures.tax, figures.fee + figures.travel + figures.other - figures.tax) == (Decimal("9.38"), figures.sum)


def test_worksheet_of_the_incomes_register_has_rate_tax_and_net(claim, people, paying_account, decided):
    card(claim)
    batch = delivered(to_the_bank(people, paying_account, [claim]), people)
    do(batch.items[0], "pay", people["finance"], on=None)

    row, = incomes(TODAY, TODAY)

    assert (row.fee, row.kilometres, row.tax_percent, row.tax, row.amount) == euros("75", "26.40", "12.5", "9.38", "92.02")


def test_rate_is_between_0_and_100_and_limit_and_additional_rate_go_together(people):
    refused = {}
    for name, record in {
            "rate": WithholdingRate(percent=Decimal(101), valid_from=TODAY),
            "card": Payee(official_name="A", tax_percent=Decimal("100.5")),
            "limit": Payee(official_name="A", tax_income_limit=Decimal(1000)),
            "additional": Payee(official_name="A", tax_additional_percent=Decimal(40))}.items():
        with pytest.raises(BadInput) as found:
            saving.prepare(record, people["finance"], TODAY, is_new=True)
        refused[name] = found.value.field
    saving.prepare(Payee(official_name="A", tax_percent=Decimal("12.5"), tax_income_limit=Decimal(1000),
                         tax_additional_percent=Decimal(40)), people["finance"], TODAY, is_new=True)

    assert refused == {"rate": "percent", "card": "tax_percent", "limit": "tax_additional_percent",
                       "additional": "tax_income_limit"}


def test_as_many_questions_for_one_private_payee_as_for_three(claim, people, paying_account, decided):
    asked = []
    for payees in ([claim], [another_claim(claim, people, official_name=f"Saaja {n}", iban=iban) for n, iban in enumerate(IBANS[:3])]):
        batch = to_the_bank(people, paying_account, payees)
        do(batch, "submit", people["finance"])
        with Queries() as queries:
            do(batch, "approve", people["finance2"])
        asked.append(len(queries.asked))

    assert asked[0] == asked[1]


def test_payment_to_payroll_has_no_tax_here(claim, people, decided):
    card(claim)

    assert tax_in(new_batch(people, [claim])) == [euros("0", None, "0", None, "0", "101.40")]


def test_payee_of_the_bank_is_confirmed_as_ever(claim, people, paying_account, decided):
    claim.payee.iban = IBANS[1]
    db.session.commit()
    batch = to_the_bank(people, paying_account, [claim])

    with pytest.raises(DomainError) as refused:
        do(batch, "submit", people["finance"])
    db.session.rollback()
    own_account(claim.payee, people, IBANS[1])
    do(batch, "submit", people["finance"])

    assert "not confirmed by a second person" in str(refused.value)
