"""The amounts of an invoice row as the lines of a claim, with the income types in force."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from imports.invoices import InvoiceRow
from imports.row_taken import RowTaken
from models import IncomeType, InvoiceLine, db
from rules.choices import LineKind, OrderKind
from rules.money import line_amount, rounded
from rules.wording import N_


def has_odd_kilometres(row: InvoiceRow) -> bool:
    """Whether the kilometres have parts that a claim cannot hold."""
    return row.km != rounded(row.km)


def claim_lines(row: InvoiceRow, event: OrderKind, day: date, taken: RowTaken) -> list[InvoiceLine]:
    """Fee, kilometres and costs in euros, as in the row; their sum is the row's total."""
    rate = row.km_rate or Decimal(0)
    amounts = (
        (LineKind.FEE, Decimal(1), row.fee.amount or Decimal(0)),
        (LineKind.KILOMETRES, row.km, rate),
        (LineKind.OTHER, Decimal(1), row.other),
    )
    lines = [
        InvoiceLine(kind=kind, quantity=quantity, unit_price=price, amount=line_amount(quantity, price),
                    income_type=_income_type(kind, event, day))
        for kind, quantity, price in amounts if quantity and price
    ]
    if not lines:
        taken.notice("total", "empty_claim", N_("The claim is of nothing."))
    return lines


def _income_type(kind: LineKind, event: OrderKind, day: date) -> IncomeType | None:
    """The type for such lines on ``day``: one for the kind of event before one for every event."""
    fitting = db.session.scalars(sa.select(IncomeType).where(
        IncomeType.line_kind == kind, sa.or_(IncomeType.event_kind == event, IncomeType.event_kind.is_(None)),
        IncomeType.valid_from <= day, sa.or_(IncomeType.valid_until.is_(None), IncomeType.valid_until >= day)))
    return min(fitting, key=lambda t: (t.event_kind is None, -t.valid_from.toordinal()), default=None)
