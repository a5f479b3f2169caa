"""CSV for people and their spreadsheets: nothing acts as a formula. Files for machines are in payroll.py."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from io import StringIO
from typing import Any

from exports.columns import Column, Kind, Mark, Translate, cell_value
from rules.money import amount_text, number_text
from rules.wording import N_

BOM = "\ufeff"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DATE_PARTS: Mapping[str, Callable[[date], str]] = {
    "yyyy": lambda day: f"{day.year:04d}",
    "mm": lambda day: f"{day.month:02d}",
    "dd": lambda day: f"{day.day:02d}",
    "m": lambda day: str(day.month),
    "d": lambda day: str(day.day),
}


@dataclass(frozen=True)
class CsvStyle:
    """How a file is written; the default is what a Finnish spreadsheet opens rightly."""

    delimiter: str = ";"
    decimal: str = ","
    bom: bool = True
    date_format: str = "d.m.yyyy"


def write_csv(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    style: CsvStyle = CsvStyle(),
    zone: tzinfo = UTC,
    translate: Translate = str,
) -> bytes:
    """The whole file as UTF-8; instants are shown in ``zone``. TypeError when a value is not of its kind."""
    return "".join(csv_lines(columns, rows, style=style, zone=zone, translate=translate)).encode()


def csv_lines(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    style: CsvStyle = CsvStyle(),
    zone: tzinfo = UTC,
    translate: Translate = str,
) -> Iterator[str]:
    """The file line by line, heading first, for a list too long to hold in memory."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=style.delimiter, lineterminator="\r\n")
    buffer.write(BOM if style.bom else "")
    writer.writerow([harmless(column.title) for column in columns])
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_cell(column, column.value(row), style, zone, translate) for column in columns])
        yield buffer.getvalue()


def harmless(text: str) -> str:
    """``text``, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


@lru_cache(maxsize=1000)
def date_text(day: date, date_format: str) -> str:
    """``day`` written as ``d.m.yyyy``, ``yyyy-mm-dd``, ``ddmmyyyy`` and the like."""
    return re.sub("yyyy|mm|dd|m|d", lambda part: DATE_PARTS[part[0]](day), date_format)


@lru_cache(maxsize=1000)
def instant_text(instant: datetime, date_format: str, zone: tzinfo) -> str:
    """The day and the local clock time, ``24.11.2026 9:05``."""
    local = instant.astimezone(zone)
    return f"{date_text(local, date_format)} {local.hour}:{local.minute:02d}"


def value_text(kind: Kind, value: Any, style: CsvStyle, zone: tzinfo) -> str:
    """A value of a kind with a written form of its own (all but text and boolean)."""
    if kind == "money":
        return amount_text(value, style.decimal)
    if kind in {"date", "month"}:
        return date_text(value, style.date_format)
    if kind == "datetime":
        return instant_text(value, style.date_format, zone)
    return number_text(value, style.decimal)


def _cell(column: Column, value: Any, style: CsvStyle, zone: tzinfo, translate: Translate) -> str:
    value = cell_value(column.kind, column.title, value)
    if value is None:
        return ""
    if isinstance(value, Mark):
        return harmless(value.text)
    if column.kind == "text":
        return harmless(value)
    if column.kind == "boolean":
        return translate(N_("Yes") if value else N_("No"))
    return value_text(column.kind, value, style, zone)
