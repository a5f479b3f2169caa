"""The figures behind the plots: what is counted, over which months, for whom."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import db
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, OrderStatus
from services.figures import DAYS, LOADS, figure, figures_for, year_to
from tests.people import make_expert
from tests.report_world import held_order, paid_claim, taking_part

TODAY = date(2026, 11, 24)
COORDINATOR = Actor(role=Role.COORDINATOR, user_id=1, person_id=1, name="Aino")


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_year_is_twelve_months_that_end_with_this_one(today):
    months = year_to(today)

    assert len(months) == 12
    assert months[-1] == today.replace(day=1)
    assert months[0].month == months[-1].month % 12 + 1


def test_orders_stand_in_the_month_received_by_their_state_now(session):
    held_order(date(2026, 10, 1), received_on=date(2026, 9, 30))
    held_order(date(2026, 10, 2), received_on=date(2026, 10, 1), status=OrderStatus.CLOSED)
    held_order(date(2025, 12, 2), received_on=date(2025, 11, 30))  # a day before the year

    found = figure("orders", COORDINATOR, TODAY)

    assert found.places == year_to(TODAY)
    assert {one.label: one.values for one in found.series} == {
        "held": (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0), "closed": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0)}


def test_days_run_from_receiving_an_order_to_its_first_question(session):
    for asked in (date(2026, 10, 1), date(2026, 10, 4), date(2026, 12, 30)):
        order = held_order(date(2027, 1, 1), received_on=date(2026, 10, 1))
        taking_part(order, make_expert()).asked_on = asked
        taking_part(order, make_expert()).asked_on = date(2026, 12, 31)
    held_order(date(2027, 1, 1), received_on=date(2026, 10, 1))  # nobody asked yet
    db.session.commit()

    found = figure("response", COORDINATOR, TODAY)

    assert found.places == DAYS
    assert [one.values for one in found.series] == [(1, 0, 1, 0, 0, 1)]


def test_load_counts_the_experts_of_the_bank_and_what_they_took_part_in(session):
    busy, once, _never = make_expert(), make_expert(), make_expert()
    for day in (1, 2, 3):
        held_order(date(2026, 11, day), experts=[busy])
    order = held_order(date(2026, 11, 4), experts=[once])
    taking_part(order, busy, AssignmentStatus.NOT_NOW)
    held_order(date(2025, 11, 30), experts=[once])  # before the year

    found = figure("load", COORDINATOR, TODAY)

    assert found.places == LOADS
    assert [one.values for one in found.series] == [(1, 1, 0, 1, 0, 0)]


def test_fees_are_the_euros_paid_by_sort_and_month(session):
    paid_claim(date(2026, 2, 27), {"fee": "120.50", "kilometres": "14.20", "other": "0.99"})
    paid_claim(date(2026, 2, 28), {"fee": "0.05"})

    found = figure("fees", COORDINATOR, TODAY)

    february = found.places.index(date(2026, 2, 1))
    assert [(one.label, one.values[february]) for one in found.series] == [
        ("Fees", Decimal("120.55")), ("Travel", Decimal("14.20")), ("Other costs", Decimal("0.99"))]
    assert sum(sum(one.values) for one in found.series) == Decimal("135.74")


@pytest.mark.parametrize(("role", "names"), [
    (Role.COORDINATOR, ("orders", "response", "load", "fees")), (Role.FINANCE, ("fees",)), (Role.STEERING, ()),
    (Role.TRAINER, ()), (Role.ORDERER, ()), (Role.EXPERT, ()), (Role.ADMIN, ()), (None, ())])
def test_figures_are_for_the_roles_that_see_the_records(role, names):
    assert figures_for(role) == names


def test_a_year_without_anything_is_an_empty_figure(session):
    assert [figure(name, COORDINATOR, TODAY).is_empty for name in ("orders", "response", "load", "fees")] == [True] * 4
