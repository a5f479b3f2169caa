"""Status reports of a bank (pain.002, all versions): taken, refused, name checked. Never that something was paid."""

from collections.abc import Iterator
from typing import Any

from imports.bank_xml import Limited, bank_words, day, elements, money, text
from rules.bank_answers import DUPLICATES, STATUSES, Answer, Meaning, Scope


def pain002_answers(source: Limited) -> Iterator[Answer]:
    """An answer for each payment that the report names, for a group or file that it speaks of as a whole.

    A refusal of a group or of the whole file is given also when payments are named, for they are then but the
    reason of it; otherwise payments named say more than their group.
    """
    said = in_group = groups = 0
    head, dated = None, ""
    for name, element in elements(source, "CreDtTm", "OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts"):
        if name == "CreDtTm":
            dated = dated or (element.text or "").strip()
        elif name == "OrgnlGrpInfAndSts":
            head = _whole(element, dated)
        elif name == "TxInfAndSts":
            said, in_group = said + 1, in_group + 1
            yield _payment(element, said, head, dated)
        else:
            groups += 1
            group = _group(element, groups, head, dated)
            if group.status and (group.meaning is Meaning.REFUSED or not in_group):
                said += 1
                yield group
            in_group = 0
    if head and head.status and (head.meaning is Meaning.REFUSED or not said):
        yield head


def _whole(element: Any, dated: str) -> Answer:
    status, reason, words = text(element, "GrpSts"), *_reason(element)
    return Answer(entry=1, meaning=_meaning(status, reason), scope=Scope.MESSAGE, status=status,
                  message_id=text(element, "OrgnlMsgId"), amount=money(text(element, "OrgnlCtrlSum")),
                  count=_count(element), reason=reason, reason_text=words, on=day(dated))


def _group(element: Any, place: int, head: Answer | None, dated: str) -> Answer:
    status, reason, words = text(element, "PmtInfSts"), *_reason(element)
    return Answer(entry=place, meaning=_meaning(status, reason), scope=Scope.GROUP, status=status,
                  message_id=head.message_id if head else "", group_id=text(element, "OrgnlPmtInfId"),
                  amount=money(text(element, "OrgnlCtrlSum")), count=_count(element), reason=reason, reason_text=words,
                  on=day(dated))


def _payment(element: Any, place: int, head: Answer | None, dated: str) -> Answer:
    parent = element.getparent()
    status, (reason, words) = text(element, "TxSts"), _reason(element)
    if status == "RJCT" and not reason and not words:
        reason, words = _reason(parent)
    amount = element.find("{*}OrgnlTxRef/{*}Amt/{*}InstdAmt")
    return Answer(
        entry=place, meaning=_meaning(status, reason), status=status, message_id=head.message_id if head else "",
        group_id=text(parent, "OrgnlPmtInfId"), end_to_end_id=text(element, "OrgnlEndToEndId"),
        amount=None if amount is None else money((amount.text or "").strip()),
        currency="EUR" if amount is None else amount.get("Ccy", "EUR"),
        account=text(element, "OrgnlTxRef", "DbtrAcct", "Id", "IBAN"),
        payee_account=text(element, "OrgnlTxRef", "CdtrAcct", "Id", "IBAN"),
        reason=reason, reason_text=words, on=day(text(element, "AccptncDtTm") or dated))


def _meaning(status: str, reason: str) -> Meaning:
    meaning = STATUSES.get(status, Meaning.UNCLEAR)
    return Meaning.DUPLICATE if meaning is Meaning.REFUSED and reason in DUPLICATES else meaning


def _reason(element: Any) -> tuple[str, str]:
    """Code and words; in the first version the code stands under another name."""
    code = text(element, "StsRsnInf", "Rsn", "Cd") or text(element, "StsRsnInf", "StsRsn", "Cd")
    code = code or text(element, "StsRsnInf", "Rsn", "Prtry") or text(element, "StsRsnInf", "StsRsn", "Prtry")
    words = " ".join((found.text or "").strip() for found in element.findall("{*}StsRsnInf/{*}AddtlInf"))
    return code, bank_words(words)


def _count(element: Any) -> int | None:
    written = text(element, "OrgnlNbOfTxs")
    return int(written) if written.isascii() and written.isdigit() else None
