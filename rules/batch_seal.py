"""What an approval of a payment batch binds to, as plain data with full values, and the seal over it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from rules.money import number_text, to_cents

NOT_BOUND = {"warnings", "claim_approver"}
"""Warnings are computed anew at each look; approval binds to what is paid, to whom and on which account."""


WHERE_GIVEN = {"companion", "reference", "text", "taxed", "tax_percent", "taxed_over", "tax_over_percent", "tax"}
"""What few payments have: bound where it is given, so that lines without it seal as they always did."""

PLAIN = {"hours", "km", "tax_percent", "tax_over_percent"}
"""Numbers that are no euros."""


@dataclass(frozen=True)
class BatchFacts:
    """The head of a batch, as far as approval binds to it; ``kind`` is ``payroll`` or ``sepa``."""

    number: str
    kind: str
    payment_date: date
    payer_account: str = ""
    profile: str = ""
    """The hash over how the file for payroll is written; bound where it is given, for there was a time without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchLine:
    """One payment: the payee as copied to the batch item, what it is for, and its parts in euros.

    To the bank it has either the payee's ``reference`` or a ``text``; to payroll neither. ``total`` is what is paid:
    ``fee + km_amount + other - tax``; ``companion`` is the part of ``other`` that somebody coming along cost. ``taxed``
    is the wage that ``tax`` is withheld of, ``taxed_over`` its part at ``tax_over_percent``. ``warnings`` are sentences
    in the reader's language.
    """

    line_no: int
    end_to_end_id: str
    claim_number: str
    payee_name: str
    last_name: str = ""
    first_name: str = ""
    iban: str = ""
    identity_code: str = ""
    income_type: str = ""
    work_from: date | None = None
    work_to: date | None = None
    hours: Decimal | None = None
    unit_price: Decimal | None = None
    fee: Decimal = Decimal(0)
    km: Decimal | None = None
    km_amount: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    companion: Decimal = Decimal(0)
    taxed: Decimal = Decimal(0)
    tax_percent: Decimal | None = None
    taxed_over: Decimal = Decimal(0)
    tax_over_percent: Decimal | None = None
    tax: Decimal = Decimal(0)
    total: Decimal
    cost_centre: str = ""
    project: str = ""
    reference: str = ""
    text: str = ""
    claim_approver: str = ""
    note: str = ""
    warnings: tuple[str, ...] = ()


BOUND = tuple(field.name for field in fields(BatchLine) if field.name not in NOT_BOUND)
AS_THEY_ARE = {str, int, type(None)}
CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_hash(facts: BatchFacts, lines: Sequence[BatchLine]) -> str:
    """SHA-256 (hexadecimal) of what an approval binds to; line order and ``2.5`` or ``2.50`` do not count.

    The canonical text is JSON with sorted keys, amounts in whole cents, full account and identity code.
    """
    head = {name: _canonical(name, value) for name, value in vars(facts).items() if value or name != "profile"}
    # Digested piece by piece, in the order of the keys: the text of a large batch is never whole in memory.
    seal = hashlib.sha256(f'{{"batch":{CANONICAL.encode(head)},"form":"kokemussilta-batch-1","lines":['.encode())
    for place, line in enumerate(sorted(lines, key=lambda line: line.line_no)):
        bound = {name: value if type(value) in AS_THEY_ARE else _canonical(name, value) for name in BOUND
                 if (value := getattr(line, name)) or name not in WHERE_GIVEN}
        seal.update(("," * bool(place) + CANONICAL.encode(bound)).encode())
    seal.update(b"]}")
    return seal.hexdigest()


def _canonical(name: str, value: object) -> object:
    if isinstance(value, Decimal):
        return number_text(value, ".") if name in PLAIN else to_cents(value)
    return value.isoformat() if isinstance(value, date) else value
