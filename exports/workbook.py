"""Typed tables into .xlsx: totals, print setup, cover, chart. Knows no model and no word of the trade."""

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from exports.columns import Column, Kind, Mark, Translate
from exports.plain_sheet import PlainSheet
from exports.sheet_cells import CellWriter, sheet_name
from rules.wording import N_

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
BAR_COLOUR = "#1D5B52"
STREAM_WIDTHS: dict[Kind, int] = {
    "text": 28, "money": 16, "date": 12, "month": 10, "datetime": 18,
    "integer": 10, "decimal": 12, "share": 10, "boolean": 10,
}  # fmt: skip


@dataclass(frozen=True)
class ColumnChart:
    """Upright bars of the sheet's own rows; columns are named by their place (0 = first)."""

    title: str
    category: int
    values: tuple[int, ...]
    description: str


@dataclass(frozen=True)
class Sheet:
    """One table. ``total_row`` is written as it stands (for withheld cells) instead of summing formulas."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    total_row: Any = None
    chart: ColumnChart | None = None


@dataclass(frozen=True)
class CoverLine:
    """A labelled fact of a cover sheet."""

    label: str
    value: Any
    kind: Kind = "text"


@dataclass(frozen=True)
class CoverSheet:
    """First page of a workbook: heading, labelled facts, explaining sentences."""

    title: str
    heading: str
    lines: Sequence[CoverLine]
    notes: Sequence[str] = ()


def write_workbook(
    sheets: Sequence[Sheet | CoverSheet],
    *,
    created: datetime,
    zone: tzinfo = UTC,
    title: str = "",
    translate: Translate = str,
) -> bytes:
    """Bytes of a workbook; the same input gives the same bytes.

    ``created`` is an aware instant, kept in the file's properties; instants in cells are shown in ``zone``.
    DomainError when a text, a number or the number of rows does not fit: nothing is ever cut.
    """
    buffer = BytesIO()
    book = _book(buffer, {"in_memory": True}, created, title)
    cells = CellWriter(book, zone, translate)
    taken: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(sheet_name(sheet.title, taken, translate), PlainSheet)
        if isinstance(sheet, CoverSheet):
            _write_cover(page, cells, sheet)
        else:
            _write_table(book, page, cells, sheet)
    book.close()
    return buffer.getvalue()


def stream_workbook(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    target: Path | BinaryIO,
    *,
    created: datetime,
    zone: tzinfo = UTC,
    translate: Translate = str,
) -> int:
    """Write a long plain list in constant memory; returns the number of rows.

    ``target`` is written only when the whole workbook is ready, so a failure leaves no half file.
    """
    beside = target.parent if isinstance(target, Path) else None
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        made = Path(folder) / "list.xlsx"
        book = _book(str(made), {"constant_memory": True, "tmpdir": folder}, created, title)
        try:
            count = _stream_rows(book, title, columns, rows, CellWriter(book, zone, translate))
        finally:
            book.close()
        if isinstance(target, Path):
            made.replace(target)
        else:
            with made.open("rb") as source:
                shutil.copyfileobj(source, target)
    return count


def _book(target: Any, options: dict[str, Any], created: datetime, title: str) -> Workbook:
    if created.utcoffset() is None:
        message = "the time of making must be an aware instant"
        raise ValueError(message)
    book = Workbook(target, {**SAFE, **options})
    book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None), "title": title})
    return book


def _write_cover(page: Worksheet, cells: CellWriter, cover: CoverSheet) -> None:
    page.set_column(0, 0, max([24, *(len(line.label) + 2 for line in cover.lines)]))
    page.set_column(1, 1, 70)
    cells.text(page, 0, 0, cover.heading, cells.formats.heading)
    for row, line in enumerate(cover.lines, 2):
        cells.text(page, row, 0, line.label, cells.formats.bold)
        shown = Column(line.label, str, line.kind)
        cells.writing(page, 1, shown, cells.formats.cover[line.kind])(row, line.value)
    for row, note in enumerate(cover.notes, len(cover.lines) + 3):
        cells.text(page, row, 1, note, cells.formats.cover["text"])
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _write_table(book: Workbook, page: Worksheet, cells: CellWriter, sheet: Sheet) -> None:
    _head(page, cells, sheet.columns)
    widths = [len(column.title) + 3 for column in sheet.columns]
    written = [(place, column.value, cells.writing(page, place, column)) for place, column in enumerate(sheet.columns)]
    for number, row in enumerate(sheet.rows, 1):
        for place, value_of, write in written:
            if (length := write(number, value_of(row)) + 2) > widths[place]:
                widths[place] = length
    last = len(sheet.rows)
    if last:
        page.autofilter(0, 0, last, len(sheet.columns) - 1)
    totals = _write_totals(page, cells, sheet)
    for place, (column, width, total) in enumerate(zip(sheet.columns, widths, totals, strict=True)):
        page.set_column(place, place, column.width or min(max(width, total + 2), 60))
    if sheet.chart and last:
        _insert_chart(book, page, sheet, sheet.chart)


def _head(page: Worksheet, cells: CellWriter, columns: Sequence[Column]) -> None:
    for place, column in enumerate(columns):
        cells.text(page, 0, place, column.title, cells.formats.head)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")


def _write_totals(page: Worksheet, cells: CellWriter, sheet: Sheet) -> list[int]:
    """Write the last row, if the sheet has one; gives how many letters each of its cells takes."""
    row = len(sheet.rows) + 1
    if sheet.total_row is not None:
        return _write_given_totals(page, cells, sheet, row)
    lengths = [0] * len(sheet.columns)
    if not any(column.total for column in sheet.columns):
        return lengths
    if not sheet.columns[0].total:
        lengths[0] = cells.text(page, row, 0, cells.translate(N_("Total")), cells.formats.total["text"])
    for place, column in enumerate(sheet.columns):
        if column.total:
            values = [column.value(record) for record in sheet.rows]
            span = xl_range(1, place, len(sheet.rows), place)
            lengths[place] = cells.total(page, row, place, column, span, values)
    return lengths


def _write_given_totals(page: Worksheet, cells: CellWriter, sheet: Sheet, row: int) -> list[int]:
    lengths = []
    for place, column in enumerate(sheet.columns):
        value = column.value(sheet.total_row)
        if place == 0 and value is None:
            value = Mark(cells.translate(N_("Total")))
        lengths.append(cells.writing(page, place, column, cells.formats.total[column.kind])(row, value))
    return lengths


def _insert_chart(book: Workbook, page: Worksheet, sheet: Sheet, chart: ColumnChart) -> None:
    bars: Any = book.add_chart({"type": "column"})
    last = len(sheet.rows)
    for place in chart.values:
        bars.add_series({
            "name": [page.name, 0, place],
            "categories": [page.name, 1, chart.category, last, chart.category],
            "values": [page.name, 1, place, last, place],
            "fill": {"color": BAR_COLOUR} if len(chart.values) == 1 else None,
        })  # fmt: skip
    bars.set_title({"name": chart.title.lstrip("="), "overlay": False})
    bars.set_x_axis({"text_axis": True})
    if len(chart.values) == 1:
        bars.set_legend({"none": True})
    bars.set_size({"width": 860, "height": 340})
    page.insert_chart(last + 3, 0, bars, {"description": chart.description})


def _stream_rows(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Any], cells: CellWriter) -> int:
    page = book.add_worksheet(sheet_name(title, set(), cells.translate), PlainSheet)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width or max(STREAM_WIDTHS[column.kind], len(column.title) + 2))
    _head(page, cells, columns)
    written = [(column.value, cells.writing(page, place, column)) for place, column in enumerate(columns)]
    count = 0
    for count, row in enumerate(rows, 1):
        for value_of, write in written:
            write(count, value_of(row))
    return count
