"""The bank file of a batch: pain.001 of ISO 20022, in two versions, written as a stream. Payroll files are not here.

What may be in it is decided in ``pain001_order.py``; the finished bytes are read back by ``pain001_check.py``.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, tzinfo
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from lxml import etree

from exports.pain001_check import check_pain001
from exports.pain001_order import BankOrder, Payer, Payment, checked
from exports.payment_batch import MadeFile
from rules.choices import PainVersion
from rules.money import amount_text, from_cents, to_cents

Node = tuple[str, "str | list[Node]"]
"""An element: its name, and its text or what is in it."""

NO_BIC = "NOTPROVIDED"


def bank_file(order: BankOrder, *, zone: tzinfo = UTC) -> MadeFile:
    """The finished file with its name and hash. DomainError when ``order`` may not go to a bank."""
    return MadeFile.of(f"{order.number}_pain001.xml", "application/xml", pain001(order, zone=zone))


def pain001(order: BankOrder, *, zone: tzinfo = UTC) -> bytes:
    """The message, read back before it is given; the same order gives the same bytes.

    The moment of making is written in ``zone``. DomainError names what may not go to a bank.
    """
    clean, buffer = checked(order), BytesIO()
    _write(buffer, clean, zone)
    data = buffer.getvalue()
    check_pain001(data, clean)
    return data


def uetr(payer_account: str, end_to_end_id: str) -> str:
    """The payment's identifier in all banks on its way, as a random UUID looks but the same at each making."""
    digest = hashlib.sha256(f"kokemussilta-uetr:{payer_account}:{end_to_end_id}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def _write(target: BinaryIO, order: BankOrder, zone: tzinfo) -> None:
    space = f"urn:iso:std:iso:20022:tech:xsd:{order.payer.version}"
    with (
        etree.xmlfile(target, encoding="UTF-8") as page,
        _declared(page).element(f"{{{space}}}Document", nsmap={None: space}),
        page.element(f"{{{space}}}CstmrCdtTrfInitn"),
    ):
        _put(page, space, _group_header(order, zone))
        with page.element(f"{{{space}}}PmtInf"):
            for node in _payment_head(order):
                _put(page, space, node)
            for payment in order.payments:
                _put(page, space, _transfer(order.payer, payment))


def _declared(page: Any) -> Any:
    page.write_declaration()
    return page


def _put(page: Any, space: str, node: Node) -> None:
    name, content = node
    # Only an amount has an attribute in this message.
    with page.element(f"{{{space}}}{name}", {"Ccy": "EUR"} if name == "InstdAmt" else None):
        if isinstance(content, str):
            page.write(content)
        else:
            for child in content:
                _put(page, space, child)


def _totals(payments: Iterable[Payment]) -> list[Node]:
    cents = [to_cents(payment.amount) for payment in payments]
    return [("NbOfTxs", str(len(cents))), ("CtrlSum", amount_text(from_cents(sum(cents)), "."))]


def _group_header(order: BankOrder, zone: tzinfo) -> Node:
    made_at = order.made_at.astimezone(zone)
    party: list[Node] = [("Nm", order.payer.name)]
    if order.payer.agreement:
        scheme: Node = ("SchmeNm", [("Cd", "BANK")])
        party.append(("Id", [("OrgId", [("Othr", [("Id", order.payer.agreement), scheme])])]))
    return ("GrpHdr", [
        ("MsgId", order.number),
        ("CreDtTm", f"{made_at:%Y-%m-%dT%H:%M:%S}"),
        *_totals(order.payments),
        ("InitgPty", party),
    ])


def _payment_head(order: BankOrder) -> list[Node]:
    payer, day = order.payer, f"{order.execution_date:%Y-%m-%d}"
    return [
        ("PmtInfId", order.group_id),
        ("PmtMtd", "TRF"),
        ("BtchBookg", "true" if payer.batch_booking else "false"),
        *_totals(order.payments),
        ("PmtTpInf", [("SvcLvl", [("Cd", "SEPA")])]),
        ("ReqdExctnDt", [("Dt", day)] if payer.version is PainVersion.V09 else day),
        ("Dbtr", [("Nm", payer.name)]),
        ("DbtrAcct", _account(payer.iban)),
        ("DbtrAgt", [("FinInstnId", [_bank(payer)])]),
        ("ChrgBr", "SLEV"),
    ]


def _bank(payer: Payer) -> Node:
    if not payer.bic:
        return ("Othr", [("Id", NO_BIC)])
    return ("BICFI" if payer.version is PainVersion.V09 else "BIC", payer.bic)


def _account(iban: str) -> list[Node]:
    return [("Id", [("IBAN", iban)])]


def _transfer(payer: Payer, payment: Payment) -> Node:
    """One payment. The payee's address is not in it: no bank needs it, and it is nobody's business."""
    ids: list[Node] = [("InstrId", payment.end_to_end_id), ("EndToEndId", payment.end_to_end_id)]
    if payer.version is PainVersion.V09:
        ids.append(("UETR", uetr(payer.iban, payment.end_to_end_id)))
    return ("CdtTrfTxInf", [
        ("PmtId", ids),
        ("Amt", [("InstdAmt", amount_text(payment.amount, "."))]),
        ("Cdtr", [("Nm", payment.name)]),
        ("CdtrAcct", _account(payment.iban)),
        ("RmtInf", [_reference(payment.reference) if payment.reference else ("Ustrd", payment.text)]),
    ])


def _reference(reference: str) -> Node:
    kind: list[Node] = [("CdOrPrtry", [("Cd", "SCOR")])]
    if reference.startswith("RF"):
        kind.append(("Issr", "ISO"))
    return ("Strd", [("CdtrRefInf", [("Tp", kind), ("Ref", reference)])])
