"""The rows that were not taken, as a workbook in the layout of their register, with what is wrong beside each."""

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from imports.layouts import Layout
from imports.sheet import column_letter, find_heading
from imports.workbooks import Grid
from rules.errors import BadInput
from rules.reading import Cell, is_blank, text_of
from rules.wording import N_

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
PROBLEMS = "Ongelmat"
"""The heading of the added column, in the language of the registers."""

UNREAD_FORMULA = "=?"
"""Stands for a formula that showed no value: read again it is refused again, until somebody has looked."""

ONLY_OWNER = 0o600

SHAPES: Mapping[type, str] = {
    date: "d.m.yyyy", datetime: "d.m.yyyy hh:mm", time: "hh:mm", timedelta: "[h]:mm",
}
Sentences = Mapping[tuple[str, int], Sequence[str]]


def write_bad_rows(target: Path, grids: Sequence[Grid], layout: Layout, bad: Sentences) -> None:
    """Write the rows of ``bad``, (sheet, row) to sentences, to a new file that only its owner can read.

    BadInput when the file exists already, is no .xlsx, or cannot be written.
    """
    data = _workbook(grids, layout, bad)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    except FileExistsError:
        raise BadInput(N_("There is a file “%(name)s” already: it is left as it is."), field="bad_rows",
                       name=target.name) from None
    except OSError as refused:
        raise BadInput(N_("The file “%(name)s” cannot be written: %(why)s."), field="bad_rows",
                       name=target.name, why=refused.strerror or "") from None
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), ONLY_OWNER)
        file.write(data)


def free_name(folder: Path, kind: str, today: date) -> Path:
    """A name in ``folder`` that no file has yet: rows being corrected from an earlier run are not touched."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    endings = chain([""], (f"-{number}" for number in count(2)))
    tries = (folder / f"bad-rows-{kind}-{today}{ending}.xlsx" for ending in endings)
    return next(path for path in tries if not path.exists())


def check_target(target: Path) -> None:
    """BadInput when bad rows could not be written to ``target``."""
    if target.suffix.lower() != ".xlsx":
        raise BadInput(N_("The rows that are not taken are written as a workbook: give a name that ends in .xlsx."),
                       field="bad_rows")
    if target.exists():
        raise BadInput(N_("There is a file “%(name)s” already: it is left as it is."), field="bad_rows",
                       name=target.name)


def _workbook(grids: Sequence[Grid], layout: Layout, bad: Sentences) -> bytes:
    buffer = BytesIO()
    try:
        with Workbook(buffer, SAFE) as book:
            formats = {kind: book.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
            for place, grid in enumerate(grids, 1):
                _write_grid(book, formats, grid, f"{place}", layout, bad)
    except XlsxWriterException as refused:
        raise BadInput(N_("The rows that were not taken do not fit into a workbook."), field="bad_rows") from refused
    return buffer.getvalue()


def _write_grid(
    book: Workbook, formats: Mapping[type, Any], grid: Grid, otherwise: str, layout: Layout, bad: Sentences
) -> None:
    numbers = [number for sheet, number in bad if sheet == grid.name]
    heading = find_heading(grid, layout)
    if not numbers or heading is None:
        return
    page = book.add_worksheet(_sheet_name(grid.name, otherwise))
    titles = grid.rows[heading]
    last = _problem_column(grid, titles)
    rows = [[*_padded(titles, last), PROBLEMS]]
    for number in sorted(numbers):
        cells = _padded([_kept(grid, number, place, cell) for place, cell in enumerate(grid.rows[number - 1])], last)
        rows.append([*cells, "\n".join(bad[grid.name, number])])
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write_cell(page, formats, at, column, cell)
    page.freeze_panes(1, 0)
    page.set_column(last, last, 80)


def _problem_column(grid: Grid, titles: Sequence[Cell]) -> int:
    """After all columns; a file that was written here before has its column of problems already."""
    for place, title in enumerate(titles):
        if text_of(title) == PROBLEMS:
            return place
    return max(len(row) for row in grid.rows)


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


def _kept(grid: Grid, number: int, place: int, cell: Cell) -> Cell:
    from_formula = f"{column_letter(place)}{number}" in grid.formulas
    return UNREAD_FORMULA if from_formula and is_blank(cell) else cell


def _write_cell(page: Any, formats: Mapping[type, Any], row: int, column: int, cell: Cell) -> None:
    if is_blank(cell):
        return
    match cell:
        case bool():
            refused = page.write_boolean(row, column, cell)
        case int() | float():
            refused = page.write_number(row, column, cell)
        case datetime() | date() | time() | timedelta():
            refused = page.write_datetime(row, column, cell, formats[type(cell)])
        case _:
            refused = page.write_string(row, column, str(cell))
    if refused:
        raise BadInput(N_("The rows that were not taken do not fit into a workbook."), field="bad_rows")


def _sheet_name(name: str, otherwise: str) -> str:
    """The name of the sheet; a number where a workbook does not allow it, as for the name of a CSV file."""
    forbidden = len(name) > 31 or set(name) & set("[]:*?/\\") or name.startswith("'") or name.endswith("'")
    return otherwise if forbidden else name
