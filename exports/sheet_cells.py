"""One cell of a worksheet, written by its kind and checked; also formats and legal sheet names. No layout."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exports.columns import Column, Kind, Mark, Translate, cell_value
from rules.errors import DomainError
from rules.wording import N_

NUMBER_FORMATS: Mapping[Kind, str] = {
    "text": "General",
    "money": '#,##0.00 "€"',
    "date": "d.m.yyyy",
    "month": "m/yyyy",
    "datetime": "d.m.yyyy h:mm",
    "integer": "#,##0",
    "decimal": "General",
    "share": "0 %",
    "boolean": "General",
}
LONGEST_TEXT = 32_767
LONGEST_SHEET_NAME = 31
LARGEST_NUMBER = 10**15
"""A spreadsheet keeps fifteen digits and silently rounds the rest."""

NOT_IN_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})


@dataclass(frozen=True)
class Formats:
    """The formats of one workbook."""

    heading: Format
    bold: Format
    head: Format
    body: Mapping[Kind, Format]
    total: Mapping[Kind, Format]
    cover: Mapping[Kind, Format]
    withheld: Format

    @classmethod
    def of(cls, book: Workbook) -> "Formats":
        """Add the formats to ``book``."""

        def by_kind(**more: Any) -> dict[Kind, Format]:
            shapes = NUMBER_FORMATS.items()
            return {kind: book.add_format({"num_format": shape, **more}) for kind, shape in shapes}

        return cls(
            heading=book.add_format({"bold": True, "font_size": 16}),
            bold=book.add_format({"bold": True, "valign": "top"}),
            head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            body=by_kind(),
            total=by_kind(bold=True, top=1),
            cover=by_kind(align="left", valign="top", text_wrap=True),
            withheld=book.add_format({"align": "right", "font_color": "#555555"}),
        )


class CellWriter:
    """Writes typed cells of one workbook and refuses what a spreadsheet would cut or round."""

    def __init__(self, book: Workbook, zone: tzinfo, translate: Translate) -> None:
        self.formats = Formats.of(book)
        self.zone = zone
        self.translate = translate

    def text(self, page: Worksheet, row: int, place: int, text: str, form: Format) -> int:
        """Write ``text`` as text whatever it looks like; gives the length of its longest line in letters."""
        if not text:
            return 0
        if len(text) * 2 > LONGEST_TEXT and _utf16_units(text) > LONGEST_TEXT:
            raise DomainError(N_("A text of %(count)s characters does not fit in one cell."), count=len(text))
        _check(page.write_string(row, place, text if text.isascii() else text.translate(NOT_IN_XML), form))
        return max(map(len, text.split("\n"))) if "\n" in text else len(text)

    def writing(
        self, page: Worksheet, place: int, column: Column, form: Format | None = None
    ) -> Callable[[int, Any], int]:
        """What writes a value of ``column`` into a row; it gives about how many letters wide that is (0 when empty)."""
        kind, title, plain = column.kind, column.title, form or self.formats.body[column.kind]

        def write(row: int, value: Any) -> int:
            if value is None:
                return 0
            if kind == "text" and type(value) is str:
                return self.text(page, row, place, value, plain)
            value = cell_value(kind, title, value)
            if isinstance(value, Mark):
                return self.text(page, row, place, value.text, form or self.formats.withheld)
            written, width = self._typed(page, kind, value)
            _check(written(row, place, _plain(value, self.zone), plain))
            return width

        return write

    def total(self, page: Worksheet, row: int, place: int, column: Column, span: str, values: Sequence[Any]) -> int:
        """Write a summing formula over ``span`` with its value; gives its width in letters."""
        if any(isinstance(value, Mark) for value in values):
            message = f"column {column.title!r} has withheld cells: give the total row itself"
            raise ValueError(message)
        amount = sum((Decimal(value) for value in values if value is not None), Decimal(0))
        form = self.formats.total[column.kind]
        if values:
            _check(page.write_formula(row, place, f"=SUM({span})", form, amount))
        else:
            _check(page.write_number(row, place, 0, form))
        return _width(column.kind, amount)

    def _typed(self, page: Worksheet, kind: Kind, value: Any) -> tuple[Callable[..., int], int]:
        if kind == "boolean":
            return page.write_boolean, 5
        if isinstance(value, date):
            return page.write_datetime, len(NUMBER_FORMATS[kind]) + 1
        if abs(value) >= LARGEST_NUMBER:
            raise DomainError(N_("The number %(number)s is too long for a spreadsheet."), number=value)
        return page.write_number, _width(kind, value)


def sheet_name(title: str, taken: set[str], translate: Translate = str) -> str:
    """A legal worksheet name near ``title``, not yet in ``taken`` (case ignored); adds it to ``taken``."""
    legal = re.sub(r"[\x00-\x1f\[\]:*?/\\]", "-", title)
    clean = " ".join(legal.split()).strip("'") or translate(N_("Sheet"))
    name, number = _cut(clean, LONGEST_SHEET_NAME), 1
    # "History" is a name that the spreadsheet keeps for itself.
    while name.casefold() in {*taken, "history"}:
        number += 1
        ending = f" ({number})"
        name = _cut(clean, LONGEST_SHEET_NAME - len(ending)) + ending
    taken.add(name.casefold())
    return name


def _cut(text: str, units: int) -> str:
    while _utf16_units(text) > units:
        text = text[:-1]
    return text.rstrip(" '")


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _plain(value: Any, zone: tzinfo) -> Any:
    """A worksheet knows no time zones: an instant becomes local clock time first."""
    return value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value


def _width(kind: Kind, value: Decimal | int) -> int:
    return len(f"{value:,.2f} €") if kind == "money" else len(f"{value:,}") + 1


def _check(code: int) -> None:
    if code != 0:
        raise DomainError(N_("The rows do not fit in one worksheet. Narrow the list, or export it as CSV."))
