"""Withholding: by the card, over its limit, without one; rounded half up, and no cent lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.withholding import Card, Withheld, withhold

euros = st.integers(0, 10**8).map(lambda cents: Decimal(cents).scaleb(-2))
percents = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


@pytest.mark.parametrize(("taxed", "card", "earned", "tax"), [
    ("75.00", Card(Decimal(60)), "0", "45.00"),
    ("75.00", Card(Decimal("12.5")), "0", "9.38"),
    ("0.05", Card(Decimal(10)), "0", "0.01"),
    ("0.04", Card(Decimal(10)), "0", "0.00"),
    ("100.00", Card(Decimal(0)), "0", "0.00"),
    ("100.00", Card(Decimal(10), Decimal(1000), Decimal(40)), "900.00", "10.00"),
    ("100.00", Card(Decimal(10), Decimal(1000), Decimal(40)), "940.00", "22.00"),
    ("100.00", Card(Decimal(10), Decimal(1000), Decimal(40)), "5000.00", "40.00"),
    ("100.00", Card(Decimal(10), Decimal(1000)), "5000.00", "10.00"),
])
def test_tax_follows_the_card_and_its_limit(taxed, card, earned, tax):
    assert withhold(Decimal(taxed), card, Decimal(earned)).tax == Decimal(tax)


def test_both_rates_are_told_with_the_euros_of_each():
    card = Card(Decimal("12.5"), Decimal(1000), Decimal(40))

    assert withhold(Decimal("100.00"), card, Decimal("940.00")) == Withheld(
        Decimal("100.00"), Decimal("12.5"), Decimal("40.00"), Decimal(40), Decimal("23.50"))


def test_rate_over_the_limit_is_not_told_while_nothing_goes_over():
    found = withhold(Decimal("100.00"), Card(Decimal(10), Decimal(1000), Decimal(40)))

    assert (found.over, found.over_percent) == (0, None)


@given(euros, percents, st.none() | euros, st.none() | percents, euros)
def test_tax_and_net_are_the_wage_to_the_cent(taxed, percent, limit, over_percent, earned):
    found = withhold(taxed, Card(percent, limit, over_percent), earned)

    assert found.tax + found.net == taxed
    assert 0 <= found.tax <= taxed
    assert found.tax == found.tax.quantize(Decimal("0.01"))
    exact = (taxed - found.over) * percent / 100 + found.over * (over_percent or 0) / 100
    assert abs(found.tax - exact) <= Decimal("0.01")


@given(st.lists(euros, min_size=1, max_size=6), percents, euros, percents)
def test_wages_one_by_one_go_over_the_limit_by_as_much_as_at_once(wages, percent, limit, over_percent):
    card, earned, over = Card(percent, limit, over_percent), Decimal(0), Decimal(0)
    for wage in wages:
        over += withhold(wage, card, earned).over
        earned += wage

    assert over == withhold(earned, card).over
