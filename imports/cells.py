"""Reads the cells of one row and gathers what is wrong with them. Here formulas are stopped."""

from collections.abc import Callable
from typing import Any, TypeVar

from imports.problems import Problem, Severity, masked
from imports.sheet import SheetRow
from rules.errors import BadInput
from rules.reading import Cell, is_blank, looks_like_formula, text_of
from rules.wording import N_, Sentence

Value = TypeVar("Value")


class RowCells:
    """A row being read. Problem sentences never carry a personal identifier unmasked."""

    def __init__(self, row: SheetRow) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def take(self, field: str, read: Callable[[Cell], Value], otherwise: Value) -> Value:
        """What the cell says; ``otherwise`` when the column is missing or, with an error kept, unreadable."""
        if field not in self.row.columns:
            return otherwise
        cell = self.row.cells[field]
        if looks_like_formula(cell):
            self.error(field, "formula", N_("The cell begins like a formula and was not read."))
            return otherwise
        if field in self.row.formulas and is_blank(cell):
            # What stood there may have protected somebody, so an empty value is not taken for an empty cell.
            self.error(field, "formula", N_("The cell has a formula that shows no value and was not read."))
            return otherwise
        if field in self.row.formulas:
            self.notice(field, "live_formula", N_("The cell has a formula; its last counted value was read."))
        try:
            return read(cell)
        except BadInput as refusal:
            self._keep(field, field, Severity.ERROR, refusal.sentence)
            return otherwise

    def text(self, field: str) -> str:
        return self.take(field, text_of, "")

    def error(self, field: str, kind: str, text: str, **facts: Any) -> None:
        self._keep(field, kind, Severity.ERROR, Sentence(text, **facts))

    def notice(self, field: str, kind: str, text: str, **facts: Any) -> None:
        self._keep(field, kind, Severity.NOTICE, Sentence(text, **facts))

    def _keep(self, field: str, kind: str, severity: Severity, sentence: Sentence) -> None:
        column = self.row.columns.get(field, "")
        problem = Problem(self.row.sheet, self.row.number, column, masked(sentence), severity, kind)
        self.problems.append(problem)
