"""A batch's payments with their claims and payees as the database has them at this moment, read as plain values.

A record for each of ten thousand payments costs more than all that is done with it. Whoever only looks gets these;
their attributes are called as those of the records, so that one rule reads both. Changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import accumulate, chain, pairwise
from typing import Any, TypeAlias

import sqlalchemy as sa

from models import Assignment, BatchItem, IncomeType, Invoice, InvoiceLine, Payee, PaymentBatch, User, db
from models.encryption import Sealed, opening
from rules.choices import FeeUnit, LineKind, PayeeKind, PaymentKind, WithoutFee
from rules.states import AssignmentStatus, ClaimStatus

AT_ONCE = 500
"""Payments read together."""


@dataclass(frozen=True, slots=True)
class ReadPart:
    """What was agreed on an assignment."""

    status: AssignmentStatus
    without_fee: WithoutFee | None
    agreed_fee: Decimal | None
    agreed_unit: FeeUnit | None


@dataclass(frozen=True, slots=True)
class ReadType:
    """How a line is paid and reported."""

    code: str
    payment_kind: PaymentKind


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a claim."""

    kind: LineKind
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    income_type: ReadType | None


@dataclass(frozen=True, slots=True)
class ReadUser:
    """Somebody who did something."""

    name: str


@dataclass(slots=True)
class ReadPayee:
    """Who is paid. Of what is sealed and only asked whether it is there, the seal is left on."""

    id: int
    row_key: str
    kind: PayeeKind
    official_name: str
    iban: str | None
    iban_changed_on: date | None
    iban_changed_by: ReadUser | None
    iban_confirmed_on: date | None
    iban_confirmed_by: ReadUser | None
    identity_code: str | None
    business_id: Sealed | None
    tax_card_year: int | None
    tax_card_from: date | None
    tax_percent: Decimal | None
    tax_additional_percent: Decimal | None
    tax_income_limit: Decimal | None
    in_prepayment_register: bool
    prepayment_checked_on: date | None
    yel_seen_on: date | None


@dataclass(slots=True)
class ReadClaim:
    """A claim with its payee, what was agreed and its lines."""

    id: int
    number: str
    status: ClaimStatus
    payee_id: int
    approved_by: ReadUser | None
    worked_on: date
    requested_month: date | None
    reference: str
    cost_centre: str
    project: str
    difference_note: str
    payee: ReadPayee
    assignment: ReadPart | None
    lines: list[ReadLine]


@dataclass(slots=True)
class ReadItem:
    """A payment as it was copied when it was sealed, with the claim as it is now."""

    id: int
    row_key: str
    line_no: int | None
    end_to_end_id: str | None
    payee_name: str
    iban: str | None
    identity_code: str | None
    income_type: str
    worked_on: date | None
    hours: Decimal | None
    fee: Decimal
    kilometres: Decimal
    kilometre_amount: Decimal
    other: Decimal
    companion: Decimal
    taxed: Decimal
    tax_percent: Decimal | None
    taxed_over: Decimal
    tax_over_percent: Decimal | None
    tax: Decimal
    amount: Decimal
    cost_centre: str
    project: str
    reference: str
    text: str
    approver: str
    batch: PaymentBatch
    invoice: ReadClaim


AnyPart: TypeAlias = Assignment | ReadPart
AnyLine: TypeAlias = InvoiceLine | ReadLine
AnyPayee: TypeAlias = Payee | ReadPayee
AnyClaim: TypeAlias = Invoice | ReadClaim
AnyItem: TypeAlias = BatchItem | ReadItem

BESIDE = {"batch", "invoice", "payee", "assignment", "lines"}
"""What is read by itself; in their shapes these come last."""

BY_NUMBER = {"iban_changed_by", "iban_confirmed_by", "approved_by"}
"""What a row has the number of."""


def _columns(model: type[Any], shape: type[Any]) -> list[Any]:
    names = [field.name for field in fields(shape) if field.name not in BESIDE]
    return [getattr(model, f"{name}_id" if name in BY_NUMBER else name) for name in names]


COLUMNS = {model: _columns(model, shape) for model, shape in (
    (BatchItem, ReadItem), (Invoice, ReadClaim), (Payee, ReadPayee), (Assignment, ReadPart))}
ENDS = list(accumulate(map(len, COLUMNS.values())))
ITEM, CLAIM, PAYEE, PART = (slice(*ends) for ends in pairwise([0, *ENDS]))
OPENING = {model: [(name, opening(getattr(model, name))) for name in names] for model, names in {
    BatchItem: ("iban", "identity_code", "tax_percent", "tax_over_percent"),
    Payee: ("iban", "identity_code", "tax_percent", "tax_additional_percent", "tax_income_limit")}.items()}
"""The sealed values that are read in plain, each with what opens it."""


def read_payments(batch: PaymentBatch) -> Iterator[ReadItem]:
    """The live payments of ``batch`` in the order of their lines, in few queries.

    They come in parts, so that whoever keeps none of them never has all of a large batch at hand. ValueError when a
    sealed value does not open where it stands.
    """
    db.session.flush()
    query = (sa.select(*chain.from_iterable(COLUMNS.values())).select_from(BatchItem)
             .join(BatchItem.invoice).join(Invoice.payee).outerjoin(Invoice.assignment)
             .where(BatchItem.batch_id == batch.id, BatchItem.live).order_by(BatchItem.line_no, BatchItem.id))
    types = {number: ReadType(*said) for number, *said in db.session.execute(
        sa.select(IncomeType.id, IncomeType.code, IncomeType.payment_kind))}
    users: dict[int | None, ReadUser] = {}
    for rows in db.session.execute(query.execution_options(yield_per=AT_ONCE)).partitions():
        claims = [_claim(row) for row in rows]
        _add_lines(claims, types)
        _name_users(claims, users)
        for row, claim in zip(rows, claims, strict=True):
            yield _opened(BatchItem, ReadItem(*(*row[ITEM], batch, claim)))


def _claim(row: Any) -> ReadClaim:
    part = ReadPart(*row[PART]) if row[PART.start] is not None else None
    return ReadClaim(*(*row[CLAIM], _opened(Payee, ReadPayee(*row[PAYEE])), part, []))


def _opened(model: type[Any], found: Any) -> Any:
    for name, open_it in OPENING[model]:
        if (sealed := getattr(found, name)) is not None:
            setattr(found, name, open_it(sealed, found.id, found.row_key))
    return found


def _add_lines(claims: Sequence[ReadClaim], types: dict[int, ReadType]) -> None:
    by_number = {claim.id: claim for claim in claims}
    rows = db.session.execute(
        sa.select(InvoiceLine.invoice_id, InvoiceLine.income_type_id, InvoiceLine.kind, InvoiceLine.quantity,
                  InvoiceLine.unit_price, InvoiceLine.amount)
        .where(InvoiceLine.invoice_id.in_(by_number)).order_by(InvoiceLine.id))
    for claim, income_type, *said in rows:
        by_number[claim].lines.append(ReadLine(*(*said, types[income_type] if income_type else None)))


def _name_users(claims: Sequence[ReadClaim], users: dict[int | None, ReadUser]) -> None:
    """Put in the place of each user's number who it is."""
    places = [(owner, name) for claim in claims for owner, name in (
        (claim, "approved_by"), (claim.payee, "iban_changed_by"), (claim.payee, "iban_confirmed_by"))]
    unknown = {getattr(owner, name) for owner, name in places} - users.keys() - {None}
    if unknown:
        users |= {number: ReadUser(said) for number, said in db.session.execute(
            sa.select(User.id, User.name).where(User.id.in_(unknown)))}
    for owner, name in places:
        setattr(owner, name, users.get(getattr(owner, name)))
