"""A worksheet that takes and writes its commonest cells by the shortest way; its bytes are XlsxWriter's. No layout."""

from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellDatetimeTuple, CellNumberTuple, CellStringTuple, Worksheet

PLAIN = {CellNumberTuple, CellDatetimeTuple, CellStringTuple}
SHORT = 16_000
"""Characters of a text of which the library need not ask whether a cell takes it."""


class PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter tells nothing of its types
    """Of numbers and texts with a format, beside cells that are there, nothing is to be checked or escaped anew.

    A control list of ten thousand payments has a quarter of a million of them.
    """

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        if self._is_inside(row, col) and len(string) <= SHORT:
            self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(string), cell_format)
            return 0
        return int(super().write_string(row, col, string, cell_format))

    def write_number(self, row: int, col: int, number: Any, cell_format: Format | None = None) -> int:
        if self._is_inside(row, col) and isfinite(number):
            self.table[row][col] = CellNumberTuple(number, cell_format)
            return 0
        return int(super().write_number(row, col, number, cell_format))

    def _is_inside(self, row: int, col: int) -> bool:
        """Whether the sheet has a cell before and after this place already, or this one."""
        return (not self.constant_memory and self.dim_rowmin is not None and self.dim_rowmin <= row <= self.dim_rowmax
                and self.dim_colmin <= col <= self.dim_colmax)

    def _write_rows(self) -> None:
        if self.row_info or self.comments:
            super()._write_rows()
            return
        self._calculate_spans()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            if cells := self.table.get(row):
                self._write_row(row, self.row_spans.get(row // 16))
                for col in sorted(cells):
                    self._write_cell(row, col, cells[col])
                self._xml_end_tag("row")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        if self.constant_memory or not cell.format or kind not in PLAIN:
            super()._write_cell(row, col, cell)
            return
        begun = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if kind is CellStringTuple:
            self.fh.write(f'{begun} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{begun}><v>{cell.number:.16G}</v></c>")

    def _calculate_spans(self) -> None:
        """The first and last column used in each sixteen rows."""
        if self.comments:
            super()._calculate_spans()
            return
        ends: dict[int, list[int]] = {}
        for row, cells in self.table.items():
            if cells:
                ends.setdefault(row // 16, []).extend((min(cells), max(cells)))
        self.row_spans = {block: f"{min(cols) + 1}:{max(cols) + 1}" for block, cols in ends.items()}
