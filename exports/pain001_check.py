"""Reading a finished bank file back: counts, sums, identifiers and accounts are those of the order. Makes no file."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from lxml import etree

from exports.batch_check import FilesDiffer
from exports.pain001_order import BankOrder


def check_pain001(data: bytes, order: BankOrder) -> None:
    """FilesDiffer unless the file has each payment once with its amount and account, and says their count and sum.

    An address of a payee is none of ours either: it is not needed, and a bank may refuse its form.
    """
    expected = [(one.end_to_end_id, one.amount, one.iban, one.name) for one in order.payments]
    head: dict[str, list[str]] = {"NbOfTxs": [], "CtrlSum": [], "MsgId": []}
    found = list(_payments(data, head))
    if found != expected or len({one[0] for one in found}) != len(found):
        raise FilesDiffer
    if head["NbOfTxs"] != [str(len(expected))] * 2 or head["MsgId"] != [order.number]:
        raise FilesDiffer
    if [Decimal(text) for text in head["CtrlSum"]] != [sum(one[1] for one in expected)] * 2:
        raise FilesDiffer


def _payments(data: bytes, head: dict[str, list[str]]) -> Iterator[tuple[str, Decimal, str, str]]:
    tags = [f"{{*}}{name}" for name in ("CdtTrfTxInf", *head)]
    for _, element in etree.iterparse(BytesIO(data), tag=tags, resolve_entities=False, no_network=True):
        name = etree.QName(element).localname
        if element.find("{*}Cdtr/{*}PstlAdr") is not None:
            raise FilesDiffer
        if name != "CdtTrfTxInf":
            head[name].append(element.text or "")
            continue
        yield (
            _text(element, "PmtId", "EndToEndId"),
            Decimal(_text(element, "Amt", "InstdAmt")),
            _text(element, "CdtrAcct", "Id", "IBAN"),
            _text(element, "Cdtr", "Nm"),
        )
        element.clear()


def _text(element: Any, *path: str) -> str:
    return str(element.findtext("/".join(f"{{*}}{name}" for name in path)))
