"""What each kind of payee needs before it is paid: what is missing, out of date or soon to end on a day. Asks nobody.

Sources: a tax card is of a calendar year and the card before it holds through January (vero.fi); a public payer checks
the YEL certificate of those who work in their own name every year, not of companies (keva.fi).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.choices import PayeeKind
from rules.wording import N_, Sentence

CHECK_HOLDS = timedelta(365)
"""How long a look at the prepayment register or at a YEL certificate is good for."""

ENDS_SOON = timedelta(30)


class Need(StrEnum):
    """One thing that a payee is to have."""

    ACCOUNT = "account"
    CONFIRMED_ACCOUNT = "confirmed_account"
    IDENTITY_CODE = "identity_code"
    TAX_CARD = "tax_card"
    BUSINESS_ID = "business_id"
    PREPAYMENT = "prepayment"
    REGISTRATION = "registration"
    YEL = "yel"


class Standing(StrEnum):
    """How a need is not met: there is nothing, it has run out, or it ends within ``ENDS_SOON``."""

    MISSING = "missing"
    OUT = "out"
    ENDING = "ending"


ALWAYS = (Need.ACCOUNT, Need.CONFIRMED_ACCOUNT)
BUSINESS = (*ALWAYS, Need.BUSINESS_ID, Need.PREPAYMENT, Need.REGISTRATION)
NEEDS = {
    PayeeKind.PRIVATE: (*ALWAYS, Need.IDENTITY_CODE, Need.TAX_CARD),
    PayeeKind.INVOICING_SERVICE: (*BUSINESS, Need.YEL),
    PayeeKind.SOLE_TRADER: (*BUSINESS, Need.YEL),
    PayeeKind.COMPANY: BUSINESS,
}
BLOCKING = frozenset({Need.ACCOUNT, Need.CONFIRMED_ACCOUNT, Need.REGISTRATION})
"""Without these no payment goes out; the others are looked at by who pays."""

WORDS = {
    (Need.ACCOUNT, Standing.MISSING): N_("no account number: nothing can be paid"),
    (Need.CONFIRMED_ACCOUNT, Standing.MISSING): N_("account not confirmed by a second person: nothing is paid to it"),
    (Need.IDENTITY_CODE, Standing.MISSING): N_("no personal identity code: payroll cannot report the income"),
    (Need.TAX_CARD, Standing.MISSING): N_("no tax card: tax is withheld at the rate without a card"),
    (Need.TAX_CARD, Standing.OUT): N_("the tax card is not of this day: tax is withheld at the rate without a card"),
    (Need.TAX_CARD, Standing.ENDING): N_("the tax card ends on %(day)s"),
    (Need.BUSINESS_ID, Standing.MISSING): N_("no business ID"),
    (Need.PREPAYMENT, Standing.MISSING): N_("prepayment register not checked: tax may have to be withheld"),
    (Need.PREPAYMENT, Standing.OUT): N_("prepayment register checked over a year ago, good until %(day)s"),
    (Need.PREPAYMENT, Standing.ENDING): N_("prepayment register to be checked again by %(day)s"),
    (Need.REGISTRATION, Standing.MISSING): N_(
        "not in the prepayment register: tax must be withheld, and a payment by the bank withholds none"),
    (Need.YEL, Standing.MISSING): N_("no YEL certificate seen: the pension insurance may fall to the payer"),
    (Need.YEL, Standing.OUT): N_("YEL certificate seen over a year ago, good until %(day)s"),
    (Need.YEL, Standing.ENDING): N_("YEL certificate to be seen again by %(day)s"),
}


@dataclass(frozen=True)
class PayeeFacts:
    """What is known of a payee, without any number that tells who or where."""

    kind: PayeeKind
    has_account: bool = False
    account_confirmed: bool = False
    has_identity_code: bool = False
    has_business_id: bool = False
    tax_card_year: int | None = None
    tax_card_from: date | None = None
    in_prepayment_register: bool = False
    prepayment_checked_on: date | None = None
    yel_seen_on: date | None = None


@dataclass(frozen=True)
class Lack:
    """A need that is not met, or not for long: ``until`` is the last day that it is or was met."""

    need: Need
    standing: Standing
    until: date | None = None

    @property
    def blocks(self) -> bool:
        """Whether no payment goes out before it is mended."""
        return self.need in BLOCKING

    @property
    def sentence(self) -> Sentence:
        facts = {"day": self.until} if self.until and "%(day)s" in WORDS[self.need, self.standing] else {}
        return Sentence(WORDS[self.need, self.standing], **facts)


def lacks(payee: PayeeFacts, on: date) -> tuple[Lack, ...]:
    """What the payee lacks on the day ``on``, in the order of ``NEEDS``; nothing when all is well for 30 days."""
    return tuple(lack for need in NEEDS[payee.kind] for lack in _lack(need, payee, on))


def card_holds(year: int | None, valid_from: date | None, on: date) -> bool:
    """Whether the tax card of ``year`` is the one to withhold by on the day ``on``."""
    return year is not None and _card_begins(year, valid_from) <= on <= card_ends(year)


def card_ends(year: int) -> date:
    """The last day of a year's card: the end of the next January."""
    return date(year + 1, 1, 31)


def _card_begins(year: int, valid_from: date | None) -> date:
    return max(valid_from or date.min, date(year, 1, 1))


def _lack(need: Need, payee: PayeeFacts, on: date) -> Iterator[Lack]:
    if need is Need.TAX_CARD:
        yield from _card_lack(payee, on)
    elif need is Need.PREPAYMENT:
        yield from _check_lack(need, payee.prepayment_checked_on, on)
    elif need is Need.YEL:
        yield from _check_lack(need, payee.yel_seen_on, on)
    elif not _has(need, payee):
        yield Lack(need, Standing.MISSING)


def _has(need: Need, payee: PayeeFacts) -> bool:
    """What has no end. An account that is not there is not unconfirmed; a register not checked says nothing."""
    return {
        Need.ACCOUNT: payee.has_account,
        Need.CONFIRMED_ACCOUNT: payee.account_confirmed or not payee.has_account,
        Need.IDENTITY_CODE: payee.has_identity_code,
        Need.BUSINESS_ID: payee.has_business_id,
        Need.REGISTRATION: payee.in_prepayment_register or payee.prepayment_checked_on is None,
    }[need]


def _card_lack(payee: PayeeFacts, on: date) -> Iterator[Lack]:
    year = payee.tax_card_year
    if year is None:
        yield Lack(Need.TAX_CARD, Standing.MISSING)
    elif not card_holds(year, payee.tax_card_from, on):
        yield Lack(Need.TAX_CARD, Standing.OUT, card_ends(year))
    elif card_ends(year) - on <= ENDS_SOON:
        yield Lack(Need.TAX_CARD, Standing.ENDING, card_ends(year))


def _check_lack(need: Need, checked_on: date | None, on: date) -> Iterator[Lack]:
    if checked_on is None:
        yield Lack(need, Standing.MISSING)
        return
    until = checked_on + CHECK_HOLDS
    if until < on:
        yield Lack(need, Standing.OUT, until)
    elif until - on <= ENDS_SOON:
        yield Lack(need, Standing.ENDING, until)
