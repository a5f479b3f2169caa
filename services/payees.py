"""Payees: what they need before they can be paid, cleaned when it is typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from models import Invoice, Payee
from models.numbers import clean_business_id, clean_iban, clean_identity_code
from rules.errors import BadInput, DomainError
from rules.payee_needs import Lack, PayeeFacts, lacks
from rules.permissions import Actor
from rules.wording import N_, Sentence
from services.batch_reading import AnyPayee
from services.saving import on_save
from services.transitions import lock
from services.verbs import Input, verb


@dataclass
class Settings:
    """``allow_temporary``: whether identity codes 900-999 are taken; in demos and tests only."""

    allow_temporary: bool = False


SETTINGS = Settings()


@on_save(Payee)
def prepare_payee(payee: Payee, actor: Actor, today: date, is_new: bool) -> None:
    """Numbers with right check digits; the day an account changed is kept, for it is looked at before paying."""
    before = None if is_new else payee.iban_fingerprint_before()
    if payee.iban:
        payee.iban = clean_iban(payee.iban)
    if payee.identity_code:
        payee.identity_code = clean_identity_code(
            payee.identity_code, today, allow_temporary=SETTINGS.allow_temporary)
    if payee.business_id:
        payee.business_id = clean_business_id(payee.business_id)
    if (payee.tax_additional_percent is None) != (payee.tax_income_limit is None):
        lacking = "tax_income_limit" if payee.tax_income_limit is None else "tax_additional_percent"
        raise BadInput(N_("An income limit and the rate for what goes over it belong together."), field=lacking)
    if payee.tax_percent is not None and not 0 <= payee.tax_percent <= 100:  # sealed: no CHECK of the database reads it
        raise BadInput(N_("A tax rate is between 0 and 100."), field="tax_percent")
    if payee.tax_additional_percent is not None and not 0 <= payee.tax_additional_percent <= 100:
        raise BadInput(N_("A tax rate is between 0 and 100."), field="tax_additional_percent")
    if payee.iban_fingerprint != before:
        payee.iban_changed_on, payee.iban_changed_by_id = today, actor.user_id
        payee.iban_confirmed_on = payee.iban_confirmed_by_id = None


def _is_unconfirmed(payee: Payee, _today: date) -> bool:
    return bool(payee.iban) and payee.iban_confirmed_on is None


def check_second_person(payee: Payee, actor: Actor, _today: date) -> None:
    """DomainError when ``actor`` is, behind whatever account, who entered the account or who is paid to it."""
    if payee.iban_changed_by is not None and actor.person_id == payee.iban_changed_by.person_id:
        raise DomainError(N_("You entered this account: somebody else in finance confirms it."))
    if payee.expert is not None and payee.expert.person_id is not None and actor.person_id == payee.expert.person_id:
        raise DomainError(N_("This is your own account: somebody else in finance confirms it."))


@verb(Payee, "confirm_account", N_("Confirm the account"), possible=_is_unconfirmed, guard=check_second_person,
      explains=N_("Ask the payee, or read it from a paper of the bank: not from who entered it here. "
                  "From then on it is paid to."))
def confirm_account(payee: Payee, actor: Actor, today: date, *,
                    last: Annotated[str, Input(N_("Last four characters of the account"), help=N_(
                        "As the payee or the paper says them."))]) -> None:
    """The second pair of eyes on an account; what they saw is what is confirmed, even if it is changed meanwhile."""
    lock(payee)
    check_second_person(payee, actor, today)
    if not payee.iban or payee.iban_confirmed_on is not None:
        raise DomainError(N_("There is no account to confirm any more."))
    if "".join(last.split()).upper() != payee.iban[-4:]:
        raise BadInput(N_("The account entered here ends otherwise: ask the payee again."), field="last")
    payee.iban_confirmed_on, payee.iban_confirmed_by_id = today, actor.user_id


def facts_of(payee: AnyPayee) -> PayeeFacts:
    """What ``rules.payee_needs`` asks of a payee."""
    return PayeeFacts(
        kind=payee.kind, has_account=bool(payee.iban), account_confirmed=payee.iban_confirmed_on is not None,
        has_identity_code=bool(payee.identity_code), has_business_id=bool(payee.business_id),
        tax_card_year=payee.tax_card_year, tax_card_from=payee.tax_card_from,
        in_prepayment_register=payee.in_prepayment_register, prepayment_checked_on=payee.prepayment_checked_on,
        yel_seen_on=payee.yel_seen_on)


def lacks_of(payee: AnyPayee, on: date) -> tuple[Lack, ...]:
    """What the payee lacks on the day ``on``."""
    return lacks(facts_of(payee), on)


def check_payable(claims: Iterable[Invoice], on: date) -> None:
    """DomainError with the claims that must not be paid on the day ``on`` and why, all of one cause at once."""
    causes: dict[Sentence, list[str]] = {}
    for claim in claims:
        for lack in lacks_of(claim.payee, on):
            if lack.blocks:
                causes.setdefault(lack.sentence, []).append(claim.number)
    for why, numbers in causes.items():
        raise DomainError(N_("%(numbers)s: %(why)s. Mend it on the payee's page, or take the claim out of the batch."),
                          numbers=", ".join(numbers), why=why)
