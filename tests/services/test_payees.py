"""Payees: numbers cleaned when they are typed, the day an account changed, the tax card of the day of payment."""

from datetime import date, timedelta

import pytest

from models import Payee, db
from rules.errors import BadInput
from rules.permissions import Actor, Role
from services import payees, saving

TODAY = date(2026, 11, 24)
FINANCE = Actor(None, None, Role.FINANCE)


def saved(payee, today=TODAY, *, is_new=True):
    saving.prepare(payee, FINANCE, today, is_new=is_new)
    db.session.add(payee)
    db.session.commit()
    return payee


@pytest.fixture
def production(monkeypatch):
    monkeypatch.setattr(payees.SETTINGS, "allow_temporary", False)


def test_numbers_are_stored_clean(app):
    payee = saved(Payee(official_name="Sini Salminen", iban="fi21 1234 5600 0007 85", identity_code=" 131052-308t",
                        business_id="FI12345671"))

    assert (payee.iban, payee.identity_code, payee.business_id) == ("FI2112345600000785", "131052-308T", "1234567-1")


def test_day_is_kept_when_an_account_changes_and_only_then(app):
    payee = saved(Payee(official_name="Sini Salminen", iban="FI2112345600000785"))
    later = TODAY + timedelta(40)

    payee.iban, payee.address = "FI21 1234 5600 0007 85", "Kotikatu 1"
    saved(payee, later, is_new=False)
    unchanged = payee.iban_changed_on
    payee.iban = "FI7012345600100007"
    saved(payee, later, is_new=False)

    assert (unchanged, payee.iban_changed_on) == (TODAY, later)


@pytest.mark.parametrize(("given", "field"), [
    ({"identity_code": "131052-308S"}, "identity_code"), ({"identity_code": "131052A308T"}, "identity_code"),
    ({"identity_code": "010190-999W"}, "identity_code"), ({"business_id": "1234567-2"}, "business_id"),
    ({"tax_percent": 101}, "tax_percent"), ({"tax_percent": -1}, "tax_percent"),
])
def test_number_that_cannot_be_is_refused_at_its_field(app, production, given, field):
    with pytest.raises(BadInput) as refused:
        saved(Payee(official_name="Sini Salminen", **given))

    assert refused.value.field == field


def test_wrong_account_is_refused_at_its_field(app):
    with pytest.raises(BadInput) as refused:
        Payee(official_name="Sini Salminen", iban="FI2112345600000786")

    assert refused.value.field == "iban"


def test_temporary_codes_are_taken_in_a_test_or_a_demo(app):
    assert saved(Payee(official_name="Sini", identity_code="010190-999W")).identity_code == "010190-999W"


def test_form_sends_no_stored_number_back(app, login):
    payee = saved(Payee(official_name="Sini Salminen", iban="FI2112345600000785", identity_code="131052-308T"))

    page = login("finance").get(f"/admin/payee/edit/?id={payee.id}").text

    assert [number in page for number in ("Sini Salminen", "FI2112345600000785", "131052-308T")] == [True, False, False]
