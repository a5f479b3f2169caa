"""Payees: what they need before they can be paid, cleaned when it is typed."""

from dataclasses import dataclass
from datetime import date

from models import Payee
from models.numbers import clean_business_id, clean_iban, clean_identity_code
from rules.choices import PayeeKind
from rules.errors import BadInput
from rules.permissions import Actor
from rules.wording import N_
from services.saving import on_save


@dataclass
class Settings:
    """``allow_temporary``: whether identity codes 900-999 are taken; in demos and tests only."""

    allow_temporary: bool = False


SETTINGS = Settings()


@on_save(Payee)
def prepare_payee(payee: Payee, _actor: Actor, today: date, is_new: bool) -> None:
    """Numbers with right check digits; the day an account changed is kept, for it is looked at before paying."""
    before = None if is_new else payee.iban_fingerprint_before()
    if payee.iban:
        payee.iban = clean_iban(payee.iban)
    if payee.identity_code:
        payee.identity_code = clean_identity_code(
            payee.identity_code, today, allow_temporary=SETTINGS.allow_temporary)
    if payee.business_id:
        payee.business_id = clean_business_id(payee.business_id)
    if payee.tax_percent is not None and not 0 <= payee.tax_percent <= 100:  # sealed: no CHECK of the database reads it
        raise BadInput(N_("A tax rate is between 0 and 100."), field="tax_percent")
    if payee.iban_fingerprint and payee.iban_fingerprint != before:
        payee.iban_changed_on = today


def tax_card_is_missing(payee: Payee, pays_on: date) -> bool:
    """Whether payroll withholds 60 %: a private person without a card for the day of payment.

    A year's card begins in February; in January the card of the year before still holds.
    """
    years = {pays_on.year, pays_on.year - 1} if pays_on.month == 1 else {pays_on.year}
    return payee.kind is PayeeKind.PRIVATE and payee.tax_card_year not in years
