"""The bank file of a batch: pain.001 of ISO 20022, in two versions. Payroll files are not here.

What may be in it is decided in ``pain001_order.py``; the finished bytes are read back by ``pain001_check.py``.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from io import BytesIO
from uuid import UUID
from xml.sax.saxutils import escape

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
    clean = checked(order)
    data = _document(clean, zone)
    check_pain001(data, clean)
    return data


def uetr(payer_account: str, end_to_end_id: str) -> str:
    """The payment's identifier in all banks on its way, as a random UUID looks but the same at each making."""
    digest = hashlib.sha256(f"kokemussilta-uetr:{payer_account}:{end_to_end_id}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def _document(order: BankOrder, zone: tzinfo) -> bytes:
    page = BytesIO()
    for piece in _pieces(order, zone):
        page.write(piece.encode())
    return page.getvalue()


def _pieces(order: BankOrder, zone: tzinfo) -> Iterator[str]:
    yield "<?xml version='1.0' encoding='UTF-8'?>\n"
    yield f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{order.payer.version}"><CstmrCdtTrfInitn>'
    yield _text(_group_header(order, zone))
    yield "<PmtInf>"
    yield from map(_text, _payment_head(order))
    for payment in order.payments:
        yield _transfer(order.payer, payment)
    yield "</PmtInf></CstmrCdtTrfInitn></Document>"


def _text(node: Node) -> str:
    name, content = node
    inside = escape(content) if isinstance(content, str) else "".join(map(_text, content))
    return f"<{name}>{inside}</{name}>"


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


def _transfer(payer: Payer, payment: Payment) -> str:
    """One payment. The payee's address is not in it: no bank needs it, and it is nobody's business."""
    name = escape(payment.end_to_end_id)
    trace = f"<UETR>{uetr(payer.iban, payment.end_to_end_id)}</UETR>" if payer.version is PainVersion.V09 else ""
    said: Node = _reference(payment.reference) if payment.reference else ("Ustrd", payment.text)
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>{name}</InstrId><EndToEndId>{name}</EndToEndId>{trace}</PmtId>"
        f'<Amt><InstdAmt Ccy="EUR">{amount_text(payment.amount, ".")}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{escape(payment.name)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{escape(payment.iban)}</IBAN></Id></CdtrAcct>"
        f"<RmtInf>{_text(said)}</RmtInf></CdtTrfTxInf>")


def _reference(reference: str) -> Node:
    kind: list[Node] = [("CdOrPrtry", [("Cd", "SCOR")])]
    if reference.startswith("RF"):
        kind.append(("Issr", "ISO"))
    return ("Strd", [("CdtrRefInf", [("Tp", kind), ("Ref", reference)])])
