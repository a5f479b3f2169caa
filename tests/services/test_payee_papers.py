"""The lists of payees whose papers need looking at say the same as the rule does of each payee."""

from datetime import date, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from models import Payee, db
from rules.choices import PayeeKind
from rules.payee_needs import CHECK_HOLDS, ENDS_SOON, Need, Standing
from services import queues
from services.payee_papers import ending, lacks_a_paper, to_confirm
from services.payees import lacks_of
from tests.factories import make
from tests.money_world import IBAN, TODAY, acting, approved_claim
from tests.people import make_user


def found(clause):
    return set(db.session.scalars(sa.select(Payee.id).where(clause)))


@pytest.fixture
def all_sorts(app):
    """A payee for each kind of card and check, with and without the numbers."""
    for year, begins in product((None, 2025, 2026, 2027), (None, date(2026, 11, 30), date(2027, 1, 10))):
        make(Payee, tax_card_year=year, tax_card_from=begins, iban=IBAN, identity_code="131052-308T")
    for number, (age, kind) in enumerate(product((None, 0, 335 - 1, 335, 365, 366), list(PayeeKind)[1:])):
        seen = None if age is None else TODAY - timedelta(age)
        make(Payee, kind=kind, iban=IBAN, business_id="1234567-1", in_prepayment_register=number % 5 > 0,
             prepayment_checked_on=seen, yel_seen_on=TODAY)
        make(Payee, kind=kind, iban=IBAN if number % 3 else None, business_id="1234567-1" if number % 2 else None,
             in_prepayment_register=True, prepayment_checked_on=TODAY, yel_seen_on=seen)
    make(Payee, iban=IBAN, tax_card_year=2026)


@pytest.mark.both_databases
def test_lists_and_the_rule_say_the_same(all_sorts):
    payees = db.session.scalars(sa.select(Payee)).all()

    for day in (TODAY, date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31), date(2027, 2, 1)):
        lacks = {payee.id: [lack for lack in lacks_of(payee, day) if lack.need is not Need.CONFIRMED_ACCOUNT]
                 for payee in payees}
        by_rule = [{number for number, own in lacks.items() if any((lack.standing is Standing.ENDING) is soon for lack in own)}
                   for soon in (False, True)]

        assert [found(lacks_a_paper(day)), found(ending(day))] == by_rule
        assert [bool(numbers) for numbers in by_rule] == [True, day in (TODAY, date(2027, 1, 1), date(2027, 1, 31))]


def test_a_check_ends_a_year_after_it(app):
    payee = make(Payee, kind=PayeeKind.COMPANY, iban=IBAN, business_id="1234567-1", in_prepayment_register=True,
                 prepayment_checked_on=TODAY)
    last = TODAY + CHECK_HOLDS

    days = (last - ENDS_SOON - timedelta(1), last - ENDS_SOON, last, last + timedelta(1))
    assert [found(ending(day)) == {payee.id} for day in days] == [False, True, True, False]
    assert [found(lacks_a_paper(day)) == {payee.id} for day in days] == [False, False, False, True]


def test_queue_of_papers_is_of_those_who_are_about_to_be_paid(held, people):
    make(Payee)
    claim = approved_claim(held, people)

    assert [queues.count(queues.PAPERS, people[who], TODAY) for who in ("finance", "finance2")] == [1, 1]
    claim.payee.tax_card_year, claim.payee.identity_code = 2026, "131052-308T"
    db.session.commit()
    assert queues.count(queues.PAPERS, people["finance"], TODAY) == 0


def test_account_waits_for_everybody_but_who_entered_it(app):
    first, second = make_user("finance"), make_user("finance")
    payee, unknown = make(Payee, iban=IBAN, iban_changed_by=first), make(Payee, iban=IBAN)
    make(Payee)
    make(Payee, iban=IBAN, iban_confirmed_by=first, iban_confirmed_on=TODAY)
    other_account = make_user("finance", person=first.person)

    waits = [found(to_confirm(acting(user, "finance"))) for user in (first, other_account, second)]
    assert waits == [{unknown.id}, {unknown.id}, {payee.id, unknown.id}]
