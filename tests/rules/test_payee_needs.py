"""What a payee lacks on a day: by kind, with what has run out and what ends soon."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.choices import PayeeKind
from rules.payee_needs import CHECK_HOLDS, ENDS_SOON, NEEDS, Need, PayeeFacts, Standing, card_holds, lacks

DAY = date(2026, 11, 30)
PRIVATE = PayeeFacts(PayeeKind.PRIVATE, has_account=True, account_confirmed=True, has_identity_code=True,
                     tax_card_year=2026)
TRADER = PayeeFacts(PayeeKind.SOLE_TRADER, has_account=True, account_confirmed=True, has_business_id=True,
                    in_prepayment_register=True, prepayment_checked_on=date(2026, 6, 1), yel_seen_on=date(2026, 6, 1))
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
payees = st.builds(
    PayeeFacts, kind=st.sampled_from(PayeeKind), has_account=st.booleans(), account_confirmed=st.booleans(),
    has_identity_code=st.booleans(), has_business_id=st.booleans(),
    tax_card_year=st.none() | st.integers(2020, 2040), tax_card_from=st.none() | days,
    in_prepayment_register=st.booleans(), prepayment_checked_on=st.none() | days, yel_seen_on=st.none() | days)


@pytest.mark.parametrize("payee", [PRIVATE, TRADER, replace(TRADER, kind=PayeeKind.INVOICING_SERVICE),
                                   replace(TRADER, kind=PayeeKind.COMPANY, yel_seen_on=None)])
def test_payee_with_everything_lacks_nothing(payee):
    assert lacks(payee, DAY) == ()


@pytest.mark.parametrize(("kind", "needs"), [
    (PayeeKind.PRIVATE, ["account", "identity_code", "tax_card"]),
    (PayeeKind.SOLE_TRADER, ["account", "business_id", "prepayment", "yel"]),
    (PayeeKind.INVOICING_SERVICE, ["account", "business_id", "prepayment", "yel"]),
    (PayeeKind.COMPANY, ["account", "business_id", "prepayment"]),
])
def test_each_kind_with_nothing_lacks_what_it_needs(kind, needs):
    assert [lack.need for lack in lacks(PayeeFacts(kind), DAY)] == needs


@pytest.mark.parametrize(("year", "valid_from", "day", "standing"), [
    (2026, None, date(2026, 11, 30), None), (2025, None, date(2026, 11, 30), Standing.OUT),
    (2026, None, date(2027, 1, 1), Standing.ENDING), (2026, None, date(2027, 1, 31), Standing.ENDING),
    (2026, None, date(2027, 2, 1), Standing.OUT), (2026, date(2026, 12, 1), date(2026, 11, 30), Standing.OUT),
    (2026, date(2026, 12, 1), date(2026, 12, 1), None), (None, None, date(2026, 11, 30), Standing.MISSING),
])
def test_tax_card_is_of_its_year_and_holds_through_next_january(year, valid_from, day, standing):
    found = lacks(replace(PRIVATE, tax_card_year=year, tax_card_from=valid_from), day)

    assert [lack.standing for lack in found] == ([standing] if standing else [])


@pytest.mark.parametrize("field", ["prepayment_checked_on", "yel_seen_on"])
@pytest.mark.parametrize(("age", "standing"), [
    (335 - 1, None), (335, Standing.ENDING), (365, Standing.ENDING), (366, Standing.OUT)])
def test_check_is_good_for_a_year_and_announces_its_end(field, age, standing):
    found = lacks(replace(TRADER, **{field: DAY - timedelta(age)}), DAY)

    assert [lack.standing for lack in found] == ([standing] if standing else [])


@pytest.mark.parametrize(("payee", "blocking"), [
    (replace(PRIVATE, has_account=False), [Need.ACCOUNT]),
    (replace(PRIVATE, account_confirmed=False), [Need.CONFIRMED_ACCOUNT]),
    (replace(TRADER, in_prepayment_register=False), [Need.REGISTRATION]),
    (replace(TRADER, in_prepayment_register=False, prepayment_checked_on=None), []),
    (replace(PRIVATE, tax_card_year=None, has_identity_code=False), []),
    (replace(TRADER, yel_seen_on=None, has_business_id=False), []),
])
def test_only_what_must_block_blocks(payee, blocking):
    assert [lack.need for lack in lacks(payee, DAY) if lack.blocks] == blocking


@given(payees, days)
def test_every_lack_is_of_the_kind_and_has_its_sentence(payee, day):
    for lack in lacks(payee, day):
        assert lack.need in NEEDS[payee.kind]
        assert str(lack.sentence)


@given(payees, days)
def test_what_has_run_out_ended_before_the_day_and_what_ends_soon_has_not(payee, day):
    for lack in lacks(payee, day):
        if lack.standing is Standing.ENDING:
            assert day <= lack.until <= day + ENDS_SOON
        if lack.standing is Standing.OUT and lack.need is not Need.TAX_CARD:
            assert lack.until < day


@given(payees, days, st.integers(0, 400))
def test_looking_again_today_lifts_what_a_look_can_lift(payee, day, later):
    seen = replace(payee, prepayment_checked_on=day, yel_seen_on=day)
    found = {lack.need for lack in lacks(seen, day + timedelta(later))} & {Need.PREPAYMENT, Need.YEL}

    assert not found or later >= (CHECK_HOLDS - ENDS_SOON).days


@given(st.integers(2020, 2040), days)
def test_card_holds_in_its_year_and_the_next_january_only(year, day):
    assert card_holds(year, None, day) is (day.year == year or (day.year, day.month) == (year + 1, 1))


