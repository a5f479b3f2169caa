"""Rows of a report turned into a table of two sides with totals, whole or with cells withheld."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exports.columns import Column, Mark
from rules.money import from_cents
from rules.suppression import PublishedTable, Shown, Withheld, with_totals

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Line:
    """One line of a report sheet: its keys (empty in totals), a number for each measure, its source row."""

    row: Any
    column: tuple[Any, ...]
    cells: tuple[Shown, ...]
    record: Any = None


@dataclass(frozen=True)
class Grid:
    """Records by two keys: rows sorted, columns in the order in which they first come."""

    rows: tuple[Any, ...]
    columns: tuple[Key, ...]
    records: dict[tuple[Any, Key], Any]

    @classmethod
    def of(cls, records: Sequence[Any], row: Callable[[Any], Any], column: Callable[[Any], Key]) -> "Grid":
        """Arrange ``records``; ValueError when two have the same keys, for then one number would be lost."""
        placed = {(row(record), column(record)): record for record in records}
        if len(placed) != len(records):
            message = "two rows of the report have the same keys"
            raise ValueError(message)
        return cls(
            tuple(sorted({row(record) for record in records})),
            tuple(dict.fromkeys(column(record) for record in records)),
            placed,
        )

    def table(self, measure: Callable[[Any], int]) -> list[list[int]]:
        """One measure as whole numbers, nought where there is no record."""
        return [[self._number(row, column, measure) for column in self.columns] for row in self.rows]

    def lines(self, shown: Sequence[PublishedTable]) -> list[Line]:
        """A line for each record, and for each absent one that is withheld as if it were there."""
        made = []
        for at, row in enumerate(self.rows):
            for place, column in enumerate(self.columns):
                cells, record = _cells(shown, at, place), self.records.get((row, column))
                if record is not None or any(isinstance(cell, Withheld) for cell in cells):
                    made.append(Line(row, column, cells, record))
        return made

    def row_totals(self, shown: Sequence[PublishedTable]) -> list[Line]:
        """A line for each row key."""
        return [Line(row, (), _cells(shown, at, -1)) for at, row in enumerate(self.rows)]

    def column_totals(self, shown: Sequence[PublishedTable]) -> list[Line]:
        """A line for each column key."""
        return [Line(None, column, _cells(shown, -1, place)) for place, column in enumerate(self.columns)]

    def _number(self, row: Any, column: Key, measure: Callable[[Any], int]) -> int:
        record = self.records.get((row, column))
        return 0 if record is None else measure(record)


def open_table(table: Sequence[Sequence[int]]) -> PublishedTable:
    """The table with totals and nothing withheld."""
    return PublishedTable(tuple(tuple(line) for line in with_totals(table)))


def grand_total(shown: Sequence[PublishedTable]) -> Line:
    """The last line of a sheet whose totals may not be summed by formula."""
    return Line(None, (None, None), _cells(shown, -1, -1))


def count_column(title: str, place: int) -> Column:
    """The measure at ``place`` as a whole number."""
    return Column(title, lambda line: count_cell(line.cells[place]), "integer", width=16, total=True)


def money_column(title: str, place: int) -> Column:
    """The measure at ``place``, in cents, as euros."""
    return Column(title, lambda line: money_cell(line.cells[place]), "money", width=18, total=True)


def count_cell(cell: Shown) -> int | Mark:
    """The number, or the mark in its place."""
    return Mark(cell.value) if isinstance(cell, Withheld) else cell


def money_cell(cell: Shown) -> Decimal | Mark:
    """The cents as euros, or the mark in their place."""
    return Mark(cell.value) if isinstance(cell, Withheld) else from_cents(cell)


def _cells(shown: Sequence[PublishedTable], row: int, place: int) -> tuple[Shown, ...]:
    return tuple(table.cells[row][place] for table in shown)
