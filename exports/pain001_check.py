"""Reading a finished bank file back: counts, sums, identifiers and accounts are those of the order. Makes no file."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from lxml import etree

from exports.batch_check import FilesDiffer
from exports.pain001_order import BankOrder

PATHS = ("PmtId/EndToEndId", "Amt/InstdAmt", "CdtrAcct/Id/IBAN", "Cdtr/Nm", "Cdtr/PstlAdr")
"""Where a payment has its identifier, amount, account and name, and where it would have the address."""


def check_pain001(data: bytes, order: BankOrder) -> None:
    """FilesDiffer unless the file has each payment once with its amount and account, and says their count and sum.

    An address of a payee is none of ours either: it is not needed, and a bank may refuse its form.
    """
    expected = [(one.end_to_end_id, one.amount, one.iban, one.name) for one in order.payments]
    head: dict[str, list[str]] = {"NbOfTxs": [], "CtrlSum": [], "MsgId": []}
    found = list(_payments(data, head, f"{{urn:iso:std:iso:20022:tech:xsd:{order.payer.version}}}"))
    if found != expected or len({one[0] for one in found}) != len(found):
        raise FilesDiffer
    if head["NbOfTxs"] != [str(len(expected))] * 2 or head["MsgId"] != [order.number]:
        raise FilesDiffer
    if [Decimal(text) for text in head["CtrlSum"]] != [sum(one[1] for one in expected)] * 2:
        raise FilesDiffer


def _payments(data: bytes, head: dict[str, list[str]], space: str) -> Iterator[tuple[str, Decimal, str, str]]:
    end_to_end_id, amount, iban, name, address = ("/".join(space + part for part in path.split("/")) for path in PATHS)
    tags = [space + part for part in ("CdtTrfTxInf", *head)]
    for _, element in etree.iterparse(BytesIO(data), tag=tags, resolve_entities=False, no_network=True):
        said: Any = element.findtext
        if element.tag != tags[0]:
            head[element.tag.removeprefix(space)].append(element.text or "")
            continue
        if element.find(address) is not None:
            raise FilesDiffer
        yield said(end_to_end_id) or "", Decimal(said(amount) or 0), said(iban) or "", said(name) or ""
        element.clear()
