"""The fee report: euros by month and cost centre. Amounts of few people are withheld when asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from exports.columns import Column, Mark, Translate
from exports.report_grid import Grid, Line, grand_total, money_column, open_table
from exports.workbook import ColumnChart, Sheet
from rules.money import to_cents
from rules.suppression import Place, PublishedTable, Withheld, is_small, protect_amounts
from rules.wording import N_

PARTS = ("fees", "travel", "other", "companion")
TOGETHER = ("fees", "travel", "costs")
"""What is shown where amounts of few are withheld: the more columns, the more has to be."""
SLACK = 10_00
"""A withheld amount stays open by at least ten euros (in cents)."""


@dataclass(frozen=True)
class FeeRow:
    """Euros of one month (its first day) and cost centre, and how many different people they went to."""

    month: date
    cost_centre: str
    payees: int
    fees: Decimal
    travel: Decimal
    other: Decimal
    companion: Decimal = Decimal(0)

    @property
    def costs(self) -> Decimal:
        """Other costs, a companion's among them."""
        return self.other + self.companion

    @property
    def total(self) -> Decimal:
        """Everything that was paid."""
        return self.fees + self.travel + self.other + self.companion


def fee_sheets(rows: Sequence[FeeRow], *, suppress: bool, translate: Translate = str) -> list[Sheet]:
    """Three sheets: months and cost centres in one list, totals by month with a chart, totals by cost centre.

    A month without payments needs a row of noughts, or the chart leaves it out. How many people stand behind
    a total is not known here: at least as many as behind its largest cell, and that is what counts. With
    cells withheld there is no column of sums, for a sum would tell what was withheld from it.
    """
    grid = Grid.of(rows, lambda row: row.month, lambda row: (row.cost_centre,))
    shown = _publish(grid, suppress=suppress)
    month = Column(translate(N_("Month")), lambda line: line.row, "month", width=12)
    centre = Column(translate(N_("Cost centre")), lambda line: line.column[0])
    payees = Column(translate(N_("Payees")), lambda line: _payees(line, suppress=suppress), "integer", width=10)
    words = [N_("Fees"), N_("Travel"), N_("Other costs"), N_("Companions' costs"), N_("Sum")]
    amounts = [money_column(translate(word), place) for place, word in enumerate(words[: len(shown)])]
    total = grand_total(shown) if suppress else None
    by_month = translate(N_("Fees by month"))
    told = N_("Bars of the fees and travel paid in each month. The table above has the numbers.")
    chart = ColumnChart(by_month, 0, (1, 2), translate(told))
    return [
        Sheet(translate(N_("Fees")), [month, centre, payees, *amounts], grid.lines(shown), total),
        Sheet(by_month, [month, *amounts], grid.row_totals(shown), total, chart),
        Sheet(translate(N_("Fees by cost centre")), [centre, *amounts], grid.column_totals(shown), total),
    ]


def without_fee_sheets(counts: Mapping[str, int], *, suppress: bool, translate: Translate = str) -> list[Sheet]:
    """How many took part without a fee, by how it came; no line is the sum of others, so a small one tells nothing."""
    rows = [(how, Mark(Withheld.SMALL.value) if suppress and is_small(count) else count)
            for how, count in counts.items()]
    return [Sheet(translate(N_("Without a fee")), [
        Column(translate(N_("Without a fee")), lambda row: row[0], width=36),
        Column(translate(N_("Participations")), lambda row: row[1], "integer", width=14)], rows)]


def _publish(grid: Grid, *, suppress: bool) -> list[PublishedTable]:
    if not suppress:
        return [open_table(grid.table(partial(_cents, name))) for name in (*PARTS, "total")]
    sensitive = _sensitive(grid)
    return [protect_amounts(grid.table(partial(_cents, name)), sensitive, SLACK) for name in TOGETHER]


def _cents(name: str, row: FeeRow) -> int:
    return to_cents(getattr(row, name))


def _sensitive(grid: Grid) -> set[Place]:
    """Places, totals included, behind which there may be fewer than five people."""
    payees = grid.table(lambda row: row.payees)
    rows = [[*line, max(line)] for line in payees]
    full = [*rows, [max(column) for column in zip(*rows, strict=True)]] if rows else []
    return {(row, place) for row, line in enumerate(full) for place, count in enumerate(line) if is_small(count)}


def _payees(line: Line, *, suppress: bool) -> int | Mark | None:
    if line.record is None:
        return None
    return Mark(Withheld.SMALL.value) if suppress and is_small(line.record.payees) else line.record.payees
