"""What a batch asks the bank to pay, and the rules that stand before any schema: each refused with its sentence.

The schema of ISO lets pass 0.00, a wrong check digit, an identifier used twice and an emoji. Writes no file.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from exports.batch_facts import BatchSheet
from models.numbers import BIC, clean_iban, clean_reference
from rules.bank_answers import group_id_of
from rules.bank_characters import LONGEST_NAME, LONGEST_TEXT, Characters, bank_text
from rules.bank_days import bank_day_from
from rules.batch_seal import BatchLine
from rules.choices import BatchKind, PainVersion
from rules.errors import BadInput, DomainError
from rules.money import LARGEST, to_cents
from rules.payment_ids import BATCH_NUMBER, LONGEST
from rules.wording import N_

NO_ID = "NOTPROVIDED"
"""What others write for a missing identifier: no answer of the bank could be matched to it."""


@dataclass(frozen=True, kw_only=True)
class Payer:
    """Who pays, and what the agreement with the bank says.

    ``agreement`` is the customer id that some banks want. ``batch_booking`` makes one entry of the whole batch on
    the statement, which then may not tell which payments were made. ``bic`` may be left out.
    """

    name: str
    iban: str
    bic: str = ""
    agreement: str = ""
    batch_booking: bool = False
    characters: Characters = Characters.LATIN1
    version: PainVersion = PainVersion.V09


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One credit transfer in euros; it has either the payee's ``reference`` or a ``text``."""

    end_to_end_id: str
    name: str
    iban: str
    amount: Decimal
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class BankOrder:
    """A batch as the bank gets it; its ``number`` is the message's identifier and is never used again."""

    number: str
    payment_date: date
    made_at: datetime
    payer: Payer
    payments: Sequence[Payment]

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at is an instant: it knows its zone")

    @property
    def execution_date(self) -> date:
        """The payment date, or the first banking day after it."""
        return bank_day_from(self.payment_date)

    @property
    def group_id(self) -> str:
        """The identifier of the batch's one group of payments."""
        return group_id_of(self.number)


def order_of(sheet: BatchSheet, lines: Sequence[BatchLine], payer: Payer) -> BankOrder:
    """The order of an approved batch.

    DomainError when the batch is not for the bank, or was approved for another account of the payer.
    """
    if sheet.facts.kind != BatchKind.SEPA:
        raise DomainError(N_("This batch goes to payroll, not to the bank."))
    if sheet.facts.payer_account != payer.iban:
        raise DomainError(N_("The batch was approved for another account of the payer."))
    payments = [
        Payment(end_to_end_id=line.end_to_end_id, name=line.payee_name, iban=line.iban, amount=line.total,
                text=line.text, reference=line.reference)
        for line in lines]
    return BankOrder(number=sheet.facts.number, payment_date=sheet.facts.payment_date, made_at=sheet.generated_at,
                     payer=payer, payments=payments)


def checked(order: BankOrder) -> BankOrder:
    """``order`` in the characters of the bank; DomainError with the payment's id when something may not be sent."""
    if not order.payments:
        raise DomainError(N_("The batch has no lines."))
    if not BATCH_NUMBER.fullmatch(order.number) or len(order.group_id) > LONGEST:
        raise DomainError(N_("A batch number has only letters A to Z, digits and single hyphens."))
    if order.payment_date < order.made_at.date():
        raise DomainError(N_("The payment date is past: return the batch to draft and edit it."))
    repeated = [name for name, count in Counter(one.end_to_end_id for one in order.payments).items() if count > 1]
    if repeated:
        raise DomainError(N_("The payment id %(id)s is in the batch twice."), id=repeated[0])
    payer = _checked_payer(order.payer)
    return replace(order, payer=payer, payments=[_checked_payment(payer, one) for one in order.payments])


def _checked_payer(payer: Payer) -> Payer:
    if payer.bic and not BIC.fullmatch(payer.bic):
        raise BadInput(N_("A bank code (BIC) has eight or eleven letters and digits."), field="bic")
    return replace(
        payer,
        name=bank_text(payer.name, payer.characters, most=LONGEST_NAME, field="name"),
        iban=clean_iban(payer.iban),
        agreement=payer.agreement and bank_text(payer.agreement, Characters.EPC_BASIC, most=LONGEST, field="agreement"),
    )


def _checked_payment(payer: Payer, payment: Payment) -> Payment:
    try:
        _check_amount(payment.amount)
        _check_id(payment.end_to_end_id)
        _check_one_way_to_say(payment)
        return replace(
            payment,
            iban=_payee_account(payer, payment.iban),
            name=bank_text(payment.name, payer.characters, most=LONGEST_NAME, field="payee_name"),
            text=payment.text and bank_text(payment.text, payer.characters, most=LONGEST_TEXT, field="text"),
            reference=payment.reference and clean_reference(payment.reference),
        )
    except BadInput as refused:
        raise BadInput(N_("%(id)s: %(why)s"), field=refused.field, id=payment.end_to_end_id,
                       why=refused.sentence) from None


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0:
        raise BadInput(N_("The amount is more than zero."), field="amount")
    if amount > LARGEST:
        raise BadInput(N_("The amount is too large."), field="amount")
    to_cents(amount)


def _check_id(name: str) -> None:
    if name == NO_ID or len(name) > LONGEST or not BATCH_NUMBER.fullmatch(name):
        raise BadInput(N_("A payment id has at most 35 letters, digits and single hyphens."), field="end_to_end_id")


def _check_one_way_to_say(payment: Payment) -> None:
    if bool(payment.text.strip()) == bool(payment.reference.strip()):
        raise BadInput(N_("A payment has either a reference or a text."), field="reference")


def _payee_account(payer: Payer, iban: str) -> str:
    account = clean_iban(iban)
    if account == payer.iban:
        raise BadInput(N_("This is the payer's own account."), field="iban")
    return account
