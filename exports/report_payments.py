"""Sheets of what was paid: re-charge of the orderers, payees of a year, Incomes Register worksheet. All in full."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from exports.columns import Column, Translate
from exports.workbook import Sheet
from rules.wording import N_
from services.report_payments import Correction, Income


@dataclass(frozen=True)
class PaidRow:
    """Euros of one line: of a month (its first day) and orderer, or of a payee. Words in the reader's language."""

    who: str
    what: str
    claims: int
    fees: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal = Decimal(0)
    month: date | None = None

    @property
    def total(self) -> Decimal:
        """Everything that was paid."""
        return self.fees + self.travel + self.other + self.companion


def recharge_sheets(rows: Sequence[PaidRow], translate: Translate = str) -> list[Sheet]:
    """One line for each month, orderer and cost centre, and their sum."""
    return [Sheet(translate(N_("Re-charge")), [
        Column(translate(N_("Month")), lambda row: row.month, "month", width=12),
        Column(translate(N_("Orderer")), lambda row: row.who, width=32),
        Column(translate(N_("Cost centre")), lambda row: row.what), *_sums(translate)], rows)]


def payee_sheets(rows: Sequence[PaidRow], translate: Translate = str) -> list[Sheet]:
    """One line for each payee, and their sum."""
    return [Sheet(translate(N_("Paid by payee")), [
        Column(translate(N_("Payee")), lambda row: row.who, width=32),
        Column(translate(N_("Kind")), lambda row: row.what, width=20), *_sums(translate)], rows)]


def income_sheets(rows: Sequence[Income], translate: Translate = str) -> list[Sheet]:
    """One line for each payment, and their sum."""
    return [Sheet(translate(N_("Incomes Register worksheet")), [
        Column(translate(N_("Paid on")), lambda row: row.paid_on, "date", width=12),
        Column(translate(N_("Reported at the latest")), lambda row: row.report_by, "date", width=16),
        Column(translate(N_("Payee")), lambda row: row.payee, width=32),
        *_of_income(translate)], rows)]


def _of_income(translate: Translate) -> list[Column]:
    gross = ((N_("Fee"), "fee"), (N_("Kilometre allowance"), "kilometres"), (N_("Other costs"), "other"),
             (N_("Companions' costs"), "companion"))
    return [
        Column(translate(N_("Income type")), lambda row: row.income_type, width=12),
        Column(translate(N_("Fee claim")), lambda row: row.claim, width=16),
        *(_money(translate(word), name) for word, name in gross),
        Column(translate(N_("Tax rate (%)")), lambda row: row.tax_percent, "decimal", width=12),
        _money(translate(N_("Tax withheld")), "tax"), _money(translate(N_("Amount")), "amount")]


def correction_sheets(rows: Sequence[Correction], translate: Translate = str) -> list[Sheet]:
    """One line for each payment that is to be taken out of a report, with the day it was reported of."""
    if not rows:
        return []
    return [Sheet(translate(N_("Corrections")), [
        Column(translate(N_("Paid on")), lambda row: row.paid_on, "date", width=12),
        Column(translate(N_("Came back on")), lambda row: row.came_back_on, "date", width=14),
        Column(translate(N_("Correction reported on")), lambda row: row.corrected_on, "date", width=16),
        Column(translate(N_("Payee")), lambda row: row.payee, width=32),
        *_of_income(translate)], rows)]


def _sums(translate: Translate) -> list[Column]:
    words = ((N_("Fees"), "fees"), (N_("Travel"), "travel"), (N_("Other costs"), "other"),
             (N_("Companions' costs"), "companion"), (N_("Sum"), "total"))
    claims = Column(translate(N_("Fee claims")), _attribute("claims"), "integer", width=12, total=True)
    return [claims, *(_money(translate(word), name) for word, name in words)]


def _money(title: str, name: str) -> Column:
    return Column(title, _attribute(name), "money", width=18, total=True)


def _attribute(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)
