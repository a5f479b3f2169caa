"""What a bank or payroll says about payments, as plain data, and what its codes mean. Decides nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rules.choices import Choice
from rules.wording import N_, Sentence


class Meaning(Choice):
    """What an answer says, whatever message it came in. Accepted is not paid, and paid is not final."""

    ON_ITS_WAY = "on_its_way", N_("on its way")
    REFUSED = "refused", N_("not paid")
    PAID = "paid", N_("paid from the account")
    RETURNED = "returned", N_("came back to the account")
    DUPLICATE = "duplicate", N_("sent a second time")
    NAME_CHECK = "name_check", N_("name checked")
    OTHER_MONEY = "other_money", N_("other money")
    UNCLEAR = "unclear", N_("not understood")


class AnswerKind(Choice):
    """What kind of file an answer came in."""

    REPORT = "report", N_("status report of the bank (pain.002)")
    STATEMENT = "statement", N_("account statement (camt.053)")
    NOTICE = "notice", N_("notice of entries on the account (camt.054)")
    OUTCOMES = "outcomes", N_("list of outcomes (CSV)")


class Scope(StrEnum):
    """How much of a batch an answer speaks of: one payment, its group of payments, the whole file."""

    PAYMENT = "payment"
    GROUP = "group"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One thing that a file says. Identifiers that the file does not give are empty.

    ``entry`` and ``part`` count from 1 as the file has them (of a CSV, ``entry`` is the row of the sheet); ``part``
    is 0 for what has none. ``status`` and ``reason`` are the codes as written, ``reason_text`` the bank's words with
    account numbers masked. ``amount`` is positive; for a group it is the sum, and ``count`` the number of payments.
    ``account`` is the payer's, ``payee_account`` the payee's. ``on`` is the day it was booked or said.
    """

    entry: int
    part: int = 0
    meaning: Meaning
    scope: Scope = Scope.PAYMENT
    status: str = ""
    message_id: str = ""
    group_id: str = ""
    end_to_end_id: str = ""
    amount: Decimal | None = None
    currency: str = "EUR"
    count: int | None = None
    account: str = ""
    payee_account: str = ""
    reason: str = ""
    reason_text: str = ""
    on: date | None = None


STATUSES = {
    **dict.fromkeys(("RCVD", "PDNG", "PART", "ACTC", "ACCP", "ACSP", "ACWC", "ACFC", "ACSC", "ACCC", "PATC", "ACWP"),
                    Meaning.ON_ITS_WAY),
    "RJCT": Meaning.REFUSED,
    **dict.fromkeys(("RCVC", "RVMC", "RVNM", "RVNA", "RVCM"), Meaning.NAME_CHECK),
}
"""The statuses of pain.002. None of them says paid, not even ACSC: that is told by the account."""

DUPLICATES = frozenset({"DUPL", "AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})
"""Reasons that say: seen before. What was seen before stands, so nothing is refused by them."""

NAMES = {
    "RCVC": N_("The name is that of the account's holder."),
    "RVMC": N_("The name is nearly that of the account's holder."),
    "RVNM": N_("The name is not that of the account's holder."),
    "RVNA": N_("The bank could not check the name."),
    "RVCM": N_("Some names are not those of the accounts' holders."),
}

REASONS = {
    "AC01": N_("the account number is wrong"),
    "AC03": N_("the account number is wrong"),
    "AC04": N_("the account is closed"),
    "AC06": N_("the account is blocked"),
    "AC13": N_("the account does not take this kind of payment"),
    "AG01": N_("this kind of payment is forbidden on the account"),
    "AG02": N_("the bank does not take this kind of payment"),
    "AM04": N_("there is not enough money on the account"),
    "AM05": N_("the payment was sent a second time"),
    "AM09": N_("the amount is wrong"),
    "AM10": N_("the control sum is wrong"),
    "AM18": N_("the number of payments is wrong"),
    "BE01": N_("the name is not that of the account's holder"),
    "BE04": N_("the payee's address is missing"),
    "BE05": N_("the bank does not know the sender"),
    "CNOR": N_("the payee's bank is not known"),
    "CUST": N_("the payer asked for it back"),
    "DNOR": N_("the payer's bank is not known"),
    "DT01": N_("the date is wrong"),
    "DUPL": N_("the payment was sent a second time"),
    "ED05": N_("the banks could not settle it"),
    "FF01": N_("the form of the file is wrong"),
    "FOCR": N_("it was called back"),
    "MD07": N_("the payee has died"),
    "MS02": N_("the payee gave no reason"),
    "MS03": N_("the bank gave no reason"),
    "NARR": N_("the bank's own words tell why"),
    "NOAS": N_("the payee did not answer"),
    "RC01": N_("the bank code is wrong"),
    "RR01": N_("the payer's account is missing"),
    "RR02": N_("the payer's name or address is missing"),
    "RR03": N_("the payee's name or address is missing"),
    "RR04": N_("the bank may not say why"),
    "TECH": N_("a technical fault"),
    "TM01": N_("it came after the bank's closing time"),
}
"""The reasons that banks give most, in words (ISO 20022 external code sets)."""


def group_id_of(batch_number: str) -> str:
    """The identifier of a batch's one group of payments in the bank file (PmtInfId)."""
    return f"{batch_number}-1"


def batch_number_of(group_id: str) -> str:
    """The number of the batch that a group of payments belongs to: ``group_id_of`` turned around."""
    return group_id.removesuffix("-1")


def reason_of(answer: Answer) -> Sentence:
    """Why, in words, with the code; the bank's own words when the code is not known."""
    if answer.reason in REASONS:
        return Sentence(N_("%(why)s (%(code)s)"), why=Sentence(REASONS[answer.reason]), code=answer.reason)
    own = " ".join(part for part in (answer.reason, answer.reason_text) if part)
    return Sentence(N_("the bank says: %(own)s"), own=own) if own else Sentence(N_("no reason was given"))
