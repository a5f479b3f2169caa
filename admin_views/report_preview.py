"""The sheets of a report as tables of a page: the same cells as in the workbook, withheld where it withholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_percent
from flask_babel import get_locale, gettext

from admin_views.words import show, show_money
from exports.columns import SUMMABLE, Column, Mark
from exports.workbook import Sheet

OPEN_ROWS = 13
"""A year of months and its total are shown at once; a longer table unfolds."""

NUMERIC = SUMMABLE | {"share"}


@dataclass(frozen=True)
class Preview:
    """One table: title, columns with whether they are of numbers, lines of text, and the line of totals, if any."""

    title: str
    columns: list[tuple[str, bool]]
    lines: list[list[str]]
    totals: list[str]

    @property
    def is_short(self) -> bool:
        return len(self.lines) <= OPEN_ROWS


def previews(sheets: Sequence[Sheet]) -> list[Preview]:
    """The tables of ``sheets``, in the reader's language."""
    return [_preview(sheet) for sheet in sheets]


def _preview(sheet: Sheet) -> Preview:
    lines = [[_text(column, column.value(row)) for column in sheet.columns] for row in sheet.rows]
    totals = _totals(sheet)
    if totals and not totals[0]:
        totals[0] = gettext("Total")
    return Preview(sheet.title, [(column.title, column.kind in NUMERIC) for column in sheet.columns], lines, totals)


def _totals(sheet: Sheet) -> list[str]:
    if sheet.total_row is not None:
        return [_text(column, column.value(sheet.total_row)) for column in sheet.columns]
    if not any(column.total for column in sheet.columns):
        return []
    nought = {"money": Decimal(0)}
    return [_text(column, sum((column.value(row) for row in sheet.rows), nought.get(column.kind, 0)))
            if column.total else "" for column in sheet.columns]


def _text(column: Column, value: Any) -> str:
    if value is None or isinstance(value, Mark):
        return value.text if value is not None else ""
    if column.kind == "month":
        return f"{value.month}/{value.year}"
    if column.kind == "share":
        return format_percent(value, locale=get_locale())
    if column.kind == "money":
        return show_money(value)
    return str(value) if column.kind == "integer" else show(value)
