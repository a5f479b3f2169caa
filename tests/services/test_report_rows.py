"""Rows of the reports beside the records they count: ages, months, sums, training that holds."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import Assignment, Completion, Expert, Pause
from rules.choices import OrderKind
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, BankStatus, ClaimStatus, CompletionStatus, OrderStatus
from services.report_rows import (
    ActivityCount,
    AgeBand,
    FeeSum,
    TrainingCount,
    activity_counts,
    askable_experts,
    fee_sums,
    months_between,
    training_counts,
)
from tests.people import make_expert, make_organisation
from tests.report_world import completed, held_order, paid_claim, past, payee_of, programme, taking_part

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
DAY = date(2026, 3, 15)
TALK, PANEL = OrderKind.TALK, OrderKind.PANEL
COORDINATOR = Actor(1, 1, Role.COORDINATOR)


def bands(**about):
    """The bands in which one participation on 15.3.2026 of an expert of whom this is known is counted."""
    held_order(DAY, experts=[make_expert(**about)])
    return {row.age_band for row in activity_counts(DAY, DAY)}


@pytest.mark.parametrize(("first", "last", "months"), [
    (date(2026, 1, 31), date(2026, 1, 31), [JANUARY]),
    (date(2025, 12, 31), date(2026, 2, 1), [date(2025, 12, 1), JANUARY, FEBRUARY]),
    (date(2026, 2, 1), date(2026, 1, 31), []),
])
def test_period_touches_its_months(first, last, months):
    assert months_between(first, last) == months


@pytest.mark.parametrize(("about", "band"), [
    ({"birth_date": date(2013, 3, 16)}, AgeBand.CHILD),
    ({"birth_date": date(2013, 3, 15)}, AgeBand.TEENAGER),
    ({"birth_date": date(2008, 3, 16)}, AgeBand.TEENAGER),
    ({"birth_date": date(2008, 3, 15)}, AgeBand.YOUNG_ADULT),
    ({"birth_date": date(2000, 3, 15)}, AgeBand.ADULT),
    ({"birth_date": date(2000, 12, 15), "birth_year": 1990}, AgeBand.YOUNG_ADULT),
    ({"birth_year": 1999}, AgeBand.ADULT),
    ({"birth_year": 2000}, AgeBand.UNKNOWN),
    ({"birth_year": 2001}, AgeBand.YOUNG_ADULT),
    ({"birth_date": date(2026, 3, 16)}, AgeBand.UNKNOWN),
    ({}, AgeBand.UNKNOWN),
])
def test_age_is_that_of_the_occasion(session, about, band):
    assert bands(**about) == {band}


def test_order_and_participations_count_once_on_the_last_occasion(session):
    adult = make_expert(birth_year=1980)
    held_order(date(2026, 1, 20), date(2026, 2, 3), experts=[adult])

    rows = activity_counts(date(2026, 1, 1), date(2026, 2, 28))

    assert rows == [
        ActivityCount(FEBRUARY, AgeBand.ADULT, TALK, 1, 1), ActivityCount(JANUARY, AgeBand.ADULT, TALK, 0, 0)]


def test_order_of_several_ages_stands_in_no_single_band(session):
    held_order(DAY, experts=[make_expert(birth_year=1980), make_expert(birth_year=2010), make_expert(birth_year=1970)])

    rows = activity_counts(DAY, DAY)

    assert rows == [
        ActivityCount(MARCH, AgeBand.TEENAGER, TALK, 0, 1), ActivityCount(MARCH, AgeBand.ADULT, TALK, 0, 2),
        ActivityCount(MARCH, AgeBand.SEVERAL, TALK, 1, 0)]


def test_order_without_an_occasion_or_an_expert_counts_when_it_was_received(session):
    held_order(received_on=date(2026, 3, 2), kind=PANEL, status=OrderStatus.CLOSED)

    assert activity_counts(MARCH, DAY) == [ActivityCount(MARCH, AgeBand.NOBODY, PANEL, 1, 0)]


def test_only_what_was_held_in_the_period_counts(session):
    adult = make_expert(birth_year=1980)
    for days, status in (((date(2025, 12, 31),), OrderStatus.HELD), ((date(2027, 1, 1),), OrderStatus.HELD),
                         ((DAY,), OrderStatus.CANCELLED), ((DAY,), OrderStatus.UNMET)):
        held_order(*days, status=status)
    taking_part(held_order(DAY), adult, AssignmentStatus.STOOD_DOWN)
    held_order(YEAR[0], YEAR[1], experts=[adult])

    rows = [row for row in activity_counts(*YEAR) if row.orders or row.participations]

    assert rows == [ActivityCount(date(2026, 12, 1), AgeBand.ADULT, TALK, 1, 1),
                    ActivityCount(MARCH, AgeBand.NOBODY, TALK, 1, 0)]


def test_activity_adds_up_to_the_records(session):
    young, adult, unknown = make_expert(birth_year=2010), make_expert(birth_year=1980), make_expert()
    for month in range(1, 7):
        held_order(date(2026, month, 5), kind=PANEL if month % 2 else TALK, experts=[young, adult, unknown][:month % 4])

    rows = activity_counts(*YEAR)

    assert sum(row.orders for row in rows) == 6
    assert sum(row.participations for row in rows) == session.scalar(sa.select(sa.func.count(Assignment.id)))


def test_fees_add_up_by_month_of_payment_and_cost_centre(session):
    paid_claim(date(2026, 1, 31), {"fee": "100.10", "kilometres": "20.05", "meal": "11.00", "other": "3.33"})
    paid_claim(date(2026, 1, 1), {"fee": "0.05"})
    paid_claim(date(2026, 1, 15), {"kilometres": "9.90"}, cost_centre="")

    rows = fee_sums(date(2026, 1, 1), date(2026, 2, 28))

    assert rows == [
        FeeSum(JANUARY, "", 1, Decimal("0.00"), Decimal("9.90"), Decimal("0.00"), Decimal(0)),
        FeeSum(JANUARY, "4410", 2, Decimal("100.15"), Decimal("31.05"), Decimal("3.33"), Decimal(0)),
        FeeSum(FEBRUARY, "", 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))]


def test_claim_unpaid_or_paid_outside_the_period_is_no_cost_of_it(session):
    paid_claim(date(2025, 12, 31), {"fee": "1.00"})
    paid_claim(date(2026, 2, 1), {"fee": "2.00"})
    paid_claim(None, {"fee": "4.00"}, status=ClaimStatus.APPROVED)
    paid_claim(date(2026, 1, 31), {"fee": "8.00"})

    rows = fee_sums(date(2026, 1, 1), date(2026, 1, 31))

    assert [(row.payees, row.fees) for row in rows] == [(1, Decimal("8.00"))]


def test_people_are_counted_and_not_claims_nor_their_invoicing_service(session):
    expert, service = make_expert(), payee_of()
    own = payee_of(expert)
    for payee, of in ((own, expert), (own, expert), (service, expert), (service, make_expert())):
        paid_claim(date(2026, 1, 10), {"fee": "10.00", "meal": "5.00"}, payee=payee, expert=of)

    rows = fee_sums(*YEAR)[:1]

    assert rows == [FeeSum(JANUARY, "4410", 2, Decimal("40.00"), Decimal("20.00"), Decimal("0.00"), Decimal(0))]


def test_claim_without_lines_costs_nothing_and_has_its_payee(session):
    paid_claim(date(2026, 1, 10), {})

    assert fee_sums(JANUARY, JANUARY.replace(day=31)) == [
        FeeSum(JANUARY, "4410", 1, Decimal(0), Decimal(0), Decimal(0), Decimal(0))]


def test_training_holds_to_its_last_day_and_expires_within_three_months(session):
    basic = programme(organiser=make_organisation(name="Kide ry", trains=True))
    for valid_until in (None, date(2026, 11, 29), date(2026, 11, 30), date(2027, 2, 28), date(2027, 3, 1)):
        completed(basic, valid_until=valid_until)

    rows = training_counts(date(2026, 11, 30), COORDINATOR)

    assert rows == [TrainingCount("Peruskoulutus", "Kide ry", 5, 4, 2, 4)]


def test_training_counts_who_had_completed_it_and_is_in_the_bank(session):
    basic = programme(organiser=make_organisation(name="Kide ry", trains=True))
    completed(basic, on=date(2026, 1, 1))
    completed(basic, on=date(2026, 1, 2))
    left = make_expert()
    past_expert = type(left)(first_name="Aino", last_name="Lähtenyt", phone="+358401234567")
    completed(basic, expert=past(past_expert, BankStatus.LEFT))
    past(Completion(programme=basic, expert=left), CompletionStatus.INTERRUPTED)

    assert training_counts(date(2026, 1, 1), COORDINATOR) == [TrainingCount("Peruskoulutus", "Kide ry", 1, 1, 0, 1)]


def test_who_is_paused_or_restricted_cannot_be_asked(session):
    basic = programme(organiser=make_organisation(name="Kide ry", trains=True))
    free, restricted, away, back = make_expert(), make_expert(restricted=True), make_expert(), make_expert()
    session.add_all([Pause(expert=away, starts_on=DAY), Pause(expert=back, starts_on=MARCH, ends_on=date(2026, 3, 14))])
    for expert in (free, restricted, away, back):
        completed(basic, expert=expert)
    past(Expert(first_name="Aino", last_name="Lähtenyt", phone="+358401234567"), BankStatus.LEFT)
    make_expert()

    assert training_counts(DAY, COORDINATOR) == [TrainingCount("Peruskoulutus", "Kide ry", 4, 4, 0, 2)]
    assert askable_experts(DAY) == 3


def test_programme_nobody_completed_is_shown_while_it_is_given(session):
    kide = make_organisation(name="Kide ry", trains=True)
    programme("Annetaan", kide)
    programme("Ei enää", kide, active=False)
    completed(programme("Ennen annettu", kide, active=False))

    rows = training_counts(DAY, COORDINATOR)

    assert [(row.programme, row.trained) for row in rows] == [("Annetaan", 0), ("Ennen annettu", 1)]


def test_trainer_counts_the_own_programmes_and_the_coordinator_all(session):
    own = programme("Oma")
    programme("Toisten")
    trainer = Actor(2, 2, Role.TRAINER, organisation_id=own.organisation_id)

    assert [row.programme for row in training_counts(DAY, trainer)] == ["Oma"]
    assert {row.programme for row in training_counts(DAY, COORDINATOR)} == {"Oma", "Toisten"}


def test_number_of_queries_does_not_grow_with_the_records(session):
    def asked():
        sent = []
        listening = (session.get_bind(), "before_cursor_execute", lambda *given: sent.append(given[2]))
        sa.event.listen(*listening)
        for rows in (activity_counts(*YEAR), fee_sums(*YEAR), training_counts(DAY, COORDINATOR)):
            list(rows)
        sa.event.remove(*listening)
        return sum(text.startswith("SELECT") for text in sent)

    fill(1)
    few = asked()
    fill(4)

    assert (few, asked()) == (4, 4)


def fill(times):
    for number in range(times):
        expert = make_expert(birth_year=1960 + number)
        held_order(date(2026, 1 + number, 5), experts=[expert])
        paid_claim(date(2026, 1 + number, 9), {"fee": "10.00"}, cost_centre=f"{number}", expert=expert)
        completed(programme(), expert=expert)


@pytest.mark.both_databases
def test_rows_are_the_same_on_either_database(session):
    basic = programme(organiser=make_organisation(name="Kide ry", trains=True))
    expert = make_expert(birth_date=date(2000, 2, 29))
    held_order(date(2026, 2, 28), experts=[expert])
    held_order(date(2026, 3, 1), experts=[expert, make_expert(birth_year=2010)])
    paid_claim(date(2026, 2, 28), {"fee": "12.34", "meal": "0.01"}, expert=expert)
    completed(basic, valid_until=date(2026, 5, 1), expert=expert)

    assert activity_counts(FEBRUARY, DAY) == [
        ActivityCount(MARCH, AgeBand.TEENAGER, TALK, 0, 1),
        ActivityCount(FEBRUARY, AgeBand.YOUNG_ADULT, TALK, 1, 1),
        ActivityCount(MARCH, AgeBand.ADULT, TALK, 0, 1), ActivityCount(MARCH, AgeBand.SEVERAL, TALK, 1, 0)]
    assert fee_sums(FEBRUARY, DAY) == [
        FeeSum(FEBRUARY, "4410", 1, Decimal("12.34"), Decimal("0.01"), Decimal(0), Decimal(0)),
        FeeSum(MARCH, "4410", 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))]
    assert training_counts(FEBRUARY, COORDINATOR) == [TrainingCount("Peruskoulutus", "Kide ry", 1, 1, 1, 1)]
