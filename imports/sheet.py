"""A register file as rows of named cells; says what it left unread. No cell is judged here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imports.layouts import LAYOUTS, Layout
from imports.problems import Problem, Severity
from imports.workbooks import Grid, open_grids
from rules.errors import BadInput
from rules.person_names import fold
from rules.reading import Cell, is_blank, text_of
from rules.wording import N_, Sentence

TITLE_ROWS_AT_MOST = 20
SUMMARY_WORDS = frozenset({"yhteensä", "summa", "välisumma", "totalt", "total"})


@dataclass(frozen=True)
class SheetRow:
    """``cells`` by field, ``columns`` the letter of each field, ``formulas`` the fields the sheet counts."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, str]
    formulas: frozenset[str] = frozenset()


@dataclass
class Opened:
    """The rows of all sheets read, and a notice for whatever was left unread."""

    rows: list[SheetRow] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def open_register(path: Path, layout: Layout) -> Opened:
    """The rows of every sheet that has the headings of ``layout``.

    Raises BadInput (field ``file``) when no sheet has them, with the name of the register that it looks like.
    """
    opened = Opened()
    grids = open_grids(path)
    known = [(grid, find_heading(grid, layout)) for grid in grids]
    if not any(heading is not None and not grid.hidden for grid, heading in known):
        raise _wrong_file(grids, layout)
    for grid, heading in known:
        if heading is None or grid.hidden:
            _remark_unread(opened, grid, hidden=heading is not None)
        else:
            _read_grid(opened, grid, heading, layout)
    return opened


def column_letter(index: int) -> str:
    """The spreadsheet's name of the column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def find_heading(grid: Grid, layout: Layout) -> int | None:
    """The place of the row with the headings of ``layout`` among the first rows, if there is one."""
    for index, row in enumerate(grid.rows[:TITLE_ROWS_AT_MOST]):
        if set(layout.required) <= set(_fields(row, layout)):
            return index
    return None


def _fields(row: Sequence[Cell], layout: Layout) -> dict[str, int]:
    """Field to column; the first of two equal headings wins."""
    fields: dict[str, int] = {}
    for index, cell in enumerate(row):
        heading = fold(text_of(cell))
        for name, headings in layout.headings.items():
            if heading in headings:
                fields.setdefault(name, index)
    return fields


def _read_grid(opened: Opened, grid: Grid, heading: int, layout: Layout) -> None:
    fields = _fields(grid.rows[heading], layout)
    columns = {name: column_letter(index) for name, index in fields.items()}
    body = list(enumerate(grid.rows[heading + 1 :], heading + 2))
    _remark_unknown_columns(opened, grid, heading, set(fields.values()))
    for number, row in body:
        if all(is_blank(cell) for cell in row):
            continue
        if _is_summary(row) or _fields(row, layout).keys() >= set(layout.required):
            text = N_("This row is a heading or a sum and was not read.")
            opened.remarks.append(_notice(grid, number, "", "summary_row", Sentence(text)))
            continue
        cells = {name: row[index] if index < len(row) else None for name, index in fields.items()}
        formulas = frozenset(name for name in fields if f"{columns[name]}{number}" in grid.formulas)
        opened.rows.append(SheetRow(grid.name, number, cells, columns, formulas))


def _is_summary(row: Iterable[Cell]) -> bool:
    first = next((text_of(cell) for cell in row if not is_blank(cell)), "")
    return fold(first) in SUMMARY_WORDS


def _remark_unknown_columns(opened: Opened, grid: Grid, heading: int, known: set[int]) -> None:
    width = max(len(row) for row in grid.rows[heading:])
    for index in sorted(set(range(width)) - known):
        if any(index < len(row) and not is_blank(row[index]) for row in grid.rows[heading + 1 :]):
            title = text_of(grid.rows[heading][index]) if index < len(grid.rows[heading]) else ""
            text = N_("The column “%(heading)s” is not known and was not read.")
            sentence = Sentence(text, heading=title)
            letter = column_letter(index)
            opened.remarks.append(_notice(grid, heading + 1, letter, "unknown_column", sentence))


def _remark_unread(opened: Opened, grid: Grid, *, hidden: bool) -> None:
    if all(is_blank(cell) for row in grid.rows for cell in row):
        return
    if hidden:
        sentence = Sentence(N_("The sheet “%(sheet)s” is hidden and was not read."), sheet=grid.name)
    else:
        text = N_("The sheet “%(sheet)s” does not have the headings and was not read.")
        sentence = Sentence(text, sheet=grid.name)
    opened.remarks.append(_notice(grid, None, "", "unread_sheet", sentence))


def _notice(grid: Grid, row: int | None, column: str, kind: str, sentence: Sentence) -> Problem:
    return Problem(grid.name, row, column, sentence, Severity.NOTICE, kind)


def _wrong_file(grids: Sequence[Grid], layout: Layout) -> BadInput:
    wanted = Sentence(layout.name)
    for other in LAYOUTS:
        if other is not layout and any(find_heading(grid, other) is not None for grid in grids):
            text = N_("This file is %(found)s, not %(wanted)s.")
            return BadInput(text, field="file", found=Sentence(other.name), wanted=wanted)
    headings = ", ".join(layout.headings[name][0] for name in layout.required)
    text = N_("This file is not %(wanted)s: no row has the headings %(headings)s.")
    return BadInput(text, field="file", wanted=wanted, headings=headings)
