"""The activity report: orders and participations by month, age band and kind. Counts only, no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exports.columns import Column, Translate
from exports.report_grid import Grid, count_column, grand_total, open_table
from exports.workbook import ColumnChart, Sheet
from rules.suppression import protect_counts
from rules.wording import N_


@dataclass(frozen=True)
class ActivityRow:
    """Counts of one month (its first day), age band and kind of order; the words in the reader's language."""

    month: date
    age_band: str
    kind: str
    orders: int
    participations: int


def activity_sheets(rows: Sequence[ActivityRow], *, suppress: bool, translate: Translate = str) -> list[Sheet]:
    """Three sheets: everything in one list, totals by month with a chart, totals by age band and kind.

    Bands and kinds come in the order of ``rows``. A month without activity needs a row of noughts, or the
    chart leaves it out.
    """
    grid = Grid.of(rows, lambda row: row.month, lambda row: (row.age_band, row.kind))
    publish = protect_counts if suppress else open_table
    shown = [publish(grid.table(lambda row: row.orders)), publish(grid.table(lambda row: row.participations))]
    month = Column(translate(N_("Month")), lambda line: line.row, "month", width=12)
    bands = [
        Column(translate(N_("Age band")), lambda line: line.column[0]),
        Column(translate(N_("Kind")), lambda line: line.column[1]),
    ]
    counts = [count_column(translate(N_("Orders")), 0), count_column(translate(N_("Participations")), 1)]
    total = grand_total(shown) if suppress else None
    by_month = translate(N_("Activity by month"))
    return [
        Sheet(translate(N_("Activity")), [month, *bands, *counts], grid.lines(shown), total),
        Sheet(by_month, [month, *counts], grid.row_totals(shown), total, _chart(by_month, translate)),
        Sheet(translate(N_("Activity by age band")), [*bands, *counts], grid.column_totals(shown), total),
    ]


def _chart(title: str, translate: Translate) -> ColumnChart:
    told = N_("Bars of the orders and participations of each month. The table above has the numbers.")
    return ColumnChart(title, 0, (1, 2), translate(told))
