"""What was paid, for the books: to be charged from the orderers, by payee over a year, by day for the Incomes Register.

Every function asks a fixed number of questions, however many payments there are. Names people: see the rows ``Report``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models import Assignment, BatchItem, Invoice, Order, Organisation, Payee, db
from models.base import Money
from models.encryption import opening
from rules.choices import CostBearer, PayeeKind
from rules.income_register import report_deadline
from rules.states import ClaimStatus, ItemStatus
from services.report_rows import sums_by_kind, year_and_month


@dataclass(frozen=True)
class Recharge:
    """Euros of one month (its first day) that one orderer bears, by its cost centre ("" when none was given).

    ``orderer`` is "" where the claim's ground has no order.
    """

    month: date
    orderer: str
    cost_centre: str
    claims: int
    fees: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal


@dataclass(frozen=True)
class PaidTo:
    """Euros paid to one payee."""

    payee: str
    kind: PayeeKind
    claims: int
    fees: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal


@dataclass(frozen=True)
class _Paid:
    """One payment of a day; ``amount`` is net of the ``tax`` withheld here.

    What payroll withholds is not known here: then ``tax_percent`` is None.
    """

    paid_on: date
    payee: str
    income_type: str
    claim: str
    fee: Decimal
    kilometres: Decimal
    other: Decimal
    companion: Decimal
    tax_percent: Decimal | None
    tax: Decimal
    amount: Decimal


BEFORE_TAX = [field.name for field in fields(_Paid)].index("tax_percent")


@dataclass(frozen=True)
class Income(_Paid):
    """A payment, with the last day on which it is reported."""

    @property
    def report_by(self) -> date:
        """The fifth calendar day after it, moved past days off."""
        return report_deadline(self.paid_on)


@dataclass(frozen=True)
class Correction(_Paid):
    """A payment that came back after its day was reported: what is to be taken out of that report.

    ``corrected_on`` is None until somebody has done so.
    """

    came_back_on: date
    corrected_on: date | None


def recharges(first: date, last: date) -> list[Recharge]:
    """Claims paid from ``first`` to ``last`` that the orderer bears, by month of payment, orderer and cost centre."""
    year, month = year_and_month(Invoice.paid_on)
    orderer = sa.func.coalesce(Organisation.name, "")
    rows = db.session.execute(
        sa.select(year, month, orderer, Invoice.cost_centre, *_sums())
        .outerjoin(Invoice.lines).outerjoin(Invoice.assignment).outerjoin(Assignment.order)
        .outerjoin(Order.organisation)
        .where(*_paid(first, last), Invoice.cost_bearer == CostBearer.ORDERER)
        .group_by(year, month, Organisation.id, orderer, Invoice.cost_centre)
        .order_by(year, month, orderer, Organisation.id, Invoice.cost_centre))
    return [Recharge(date(int(year), int(month), 1), *rest) for year, month, *rest in rows]


def paid_by_payee(first: date, last: date) -> list[PaidTo]:
    """Claims paid from ``first`` to ``last`` by payee, in the order of their names."""
    rows = db.session.execute(
        sa.select(Payee.official_name, Payee.kind, *_sums()).select_from(Invoice)
        .join(Invoice.payee).outerjoin(Invoice.lines).where(*_paid(first, last))
        .group_by(Payee.id, Payee.official_name, Payee.kind).order_by(Payee.official_name, Payee.id))
    return [PaidTo(*row) for row in rows]


def incomes(first: date, last: date) -> list[Income]:
    """Payments of batches from ``first`` to ``last`` that were paid and have not come back, by day and payee."""
    rows = db.session.execute(_payments().where(
        BatchItem.status == ItemStatus.PAID, BatchItem.paid_on.between(first, last)))
    return [Income(*row) for row in _opened(rows)]


def corrections(first: date, last: date) -> list[Correction]:
    """Reported payments that came back from ``first`` to ``last``, and older ones that are still to be corrected."""
    open_before = sa.and_(BatchItem.correct_from < first, BatchItem.corrected_on.is_(None))
    rows = db.session.execute(_payments(BatchItem.correct_from, BatchItem.corrected_on).where(
        sa.or_(BatchItem.correct_from.between(first, last), open_before)))
    return [Correction(*row) for row in _opened(rows)]


def _payments(*more: Any) -> sa.Select[Any]:
    """What opens a sealed value, the columns of ``_Paid`` and ``more``, by day and payee."""
    return (sa.select(BatchItem.id, BatchItem.row_key, BatchItem.tax_percent, BatchItem.paid_on, BatchItem.payee_name,
                      BatchItem.income_type, Invoice.number, BatchItem.fee, BatchItem.kilometre_amount,
                      sa.type_coerce(BatchItem.other - BatchItem.companion, Money), BatchItem.companion,
                      BatchItem.tax, BatchItem.amount, *more)
            .join(BatchItem.invoice).order_by(BatchItem.paid_on, BatchItem.payee_name, BatchItem.id))


def _opened(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows of ``_payments`` as ``_Paid`` has them, the tax rate before the tax."""
    open_it = opening(BatchItem.tax_percent)
    for number, key, sealed, *told in rows:
        told.insert(BEFORE_TAX, open_it(sealed, number, key))
        yield told


def _paid(first: date, last: date) -> Iterator[sa.ColumnElement[bool]]:
    yield Invoice.status == ClaimStatus.PAID
    yield Invoice.paid_on.between(first, last)


def _sums() -> Iterator[sa.ColumnElement[int] | sa.ColumnElement[Decimal]]:
    yield sa.func.count(Invoice.id.distinct())
    yield from sums_by_kind()
