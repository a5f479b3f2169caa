"""Statements and notices of the account (camt.053, camt.054): what was booked. The account has the last word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from imports.bank_xml import Limited, bank_words, day, elements, money, text
from rules.bank_answers import Answer, Meaning, Scope

NO_ID = {"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"}
RETURN = "RRTN"
"""The bank's transaction code of a credit transfer that came back."""


@dataclass(frozen=True)
class _Entry:
    """What is said once of all transactions in an entry."""

    place: int
    amount: Decimal | None
    currency: str
    side: str
    status: str
    reversal: bool
    code: str
    on: date | None
    account: str


def camt_answers(source: Limited) -> Iterator[Answer]:
    """An answer for each transaction, and for each entry that has none; incoming money is among them, marked."""
    place = part = 0
    for name, element in elements(source, "TxDtls", "Ntry"):
        if name == "TxDtls":
            part += 1
            yield _transaction(element, _entry(element.getparent().getparent(), place + 1), part)
            continue
        place += 1
        if not part:
            yield _whole(element, _entry(element, place))
        part = 0


def _entry(element: Any, place: int) -> _Entry:
    amount = element.find("{*}Amt")
    dated = text(element, "BookgDt", "Dt") or text(element, "BookgDt", "DtTm") or text(element, "ValDt", "Dt")
    return _Entry(
        place, *_amount(amount), side=text(element, "CdtDbtInd"),
        status=text(element, "Sts", "Cd") or text(element, "Sts"), reversal=text(element, "RvslInd") in ("true", "1"),
        code=_code(element), on=day(dated), account=text(element.getparent(), "Acct", "Id", "IBAN"))


def _amount(element: Any) -> tuple[Decimal | None, str]:
    if element is None:
        return None, "EUR"
    return money((element.text or "").strip()), element.get("Ccy", "EUR")


def _code(element: Any) -> str:
    return text(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")


def _transaction(element: Any, entry: _Entry, part: int) -> Answer:
    paths = ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt", "{*}AmtDtls/{*}InstdAmt/{*}Amt")
    found = next((amount for path in paths if (amount := element.find(path)) is not None), None)
    amount, currency = (entry.amount, entry.currency) if found is None else _amount(found)
    end_to_end, group = _identifier(element, "EndToEndId"), _identifier(element, "PmtInfId")
    group = group or text(element.getparent(), "Btch", "PmtInfId")
    side, code = text(element, "CdtDbtInd") or entry.side, _code(element) or entry.code
    has_return = element.find("{*}RtrInf") is not None
    return Answer(
        entry=entry.place, part=part, status=entry.status, currency=currency, amount=amount,
        meaning=_meaning(entry, side, is_return=has_return or code == RETURN, named=bool(end_to_end or group)),
        scope=Scope.PAYMENT if end_to_end or not group else Scope.GROUP,
        message_id=_identifier(element, "MsgId"), group_id=group, end_to_end_id=end_to_end,
        account=entry.account, payee_account=text(element, "RltdPties", "CdtrAcct", "Id", "IBAN"),
        reason=text(element, "RtrInf", "Rsn", "Cd") or text(element, "RtrInf", "Rsn", "Prtry"),
        reason_text=bank_words(text(element, "RtrInf", "AddtlInf")), on=entry.on)


def _whole(element: Any, entry: _Entry) -> Answer:
    """An entry without transactions: a batch booked in one sum, or what has nothing to do with us."""
    batch = element.find("{*}NtryDtls/{*}Btch")
    group = "" if batch is None else text(batch, "PmtInfId")
    count = "" if batch is None else text(batch, "NbOfTxs")
    return Answer(
        entry=entry.place, status=entry.status, currency=entry.currency, amount=entry.amount,
        meaning=_meaning(entry, entry.side, is_return=entry.code == RETURN, named=bool(group)),
        scope=Scope.GROUP if group else Scope.PAYMENT, message_id="" if batch is None else text(batch, "MsgId"),
        group_id=group, count=int(count) if count.isascii() and count.isdigit() else None, account=entry.account,
        on=entry.on)


def _identifier(element: Any, name: str) -> str:
    written = text(element, "Refs", name)
    return "" if written.upper() in NO_ID else written


def _meaning(entry: _Entry, side: str, *, is_return: bool, named: bool) -> Meaning:
    ours = not is_return if side == "DBIT" else side == "CRDT" and (is_return or entry.reversal)
    if not ours or not named:
        return Meaning.OTHER_MONEY
    if entry.reversal:
        return Meaning.UNCLEAR
    if entry.status != "BOOK":
        return Meaning.ON_ITS_WAY if side == "DBIT" else Meaning.OTHER_MONEY
    return Meaning.PAID if side == "DBIT" else Meaning.RETURNED
