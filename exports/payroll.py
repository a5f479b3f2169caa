"""The payroll CSV by an export profile, written and read back: a machine reads it, so values stay bare."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from io import StringIO
from typing import Any

from exports.batch_facts import BatchSheet
from exports.columns import cell_value
from exports.csv_file import CsvStyle, value_text
from rules.batch_seal import BatchLine
from rules.errors import DomainError
from rules.export_profiles import (
    DECIMAL_MARKS,
    FIELDS,
    LINE_ENDS,
    SEPARATORS,
    Written,
    check_marks,
    read_codes,
    read_columns,
)
from rules.wording import N_

VALUES: Mapping[str, Callable[[BatchSheet, BatchLine], Any]] = {
    "batch": lambda batch, _: batch.facts.number,
    "payment_date": lambda batch, _: batch.facts.payment_date,
    "line_no": lambda _, line: line.line_no,
    "end_to_end_id": lambda _, line: line.end_to_end_id,
    "claim_no": lambda _, line: line.claim_number,
    "person_id": lambda _, line: line.identity_code,
    "payee_name": lambda _, line: line.payee_name,
    "last_name": lambda _, line: line.last_name,
    "first_name": lambda _, line: line.first_name,
    "iban": lambda _, line: line.iban,
    "income_type": lambda _, line: line.income_type,
    "work_from": lambda _, line: line.work_from,
    "work_to": lambda _, line: line.work_to,
    "hours": lambda _, line: line.hours,
    "unit_price": lambda _, line: line.unit_price,
    "amount": lambda _, line: line.fee,
    "km": lambda _, line: line.km,
    "km_amount": lambda _, line: line.km_amount,
    "other": lambda _, line: line.other,
    "companion": lambda _, line: line.companion,
    "total": lambda _, line: line.total,
    "cost_centre": lambda _, line: line.cost_centre,
    "project": lambda _, line: line.project,
    "approver": lambda batch, _: batch.approver,
    "approved_at": lambda batch, _: batch.approved_at,
    "claim_approver": lambda _, line: line.claim_approver,
    "note": lambda _, line: line.note,
}
"""Where the value of each field is found."""



@dataclass(frozen=True)
class Profile:
    """How one payroll house wants its file. ``columns`` are (heading, field), ``codes`` maps values to the house's."""

    name: str
    version: str
    columns: tuple[tuple[str, str], ...]
    delimiter: str = ";"
    decimal: str = ","
    encoding: str = "utf-8-sig"
    date_format: str = "d.m.yyyy"
    line_end: str = "\r\n"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Written, version: str = "1") -> "Profile":
        """The profile as it was typed; BadInput when it cannot be read."""
        check_marks(written.separator, written.decimal_mark)
        return cls(
            name=written.name, version=version, columns=tuple(read_columns(written.columns)),
            delimiter=SEPARATORS[written.separator], decimal=DECIMAL_MARKS[written.decimal_mark],
            encoding=written.encoding.value, date_format=written.date_form.value,
            line_end=LINE_ENDS[written.line_end], codes=read_codes(written.codes))

    @property
    def style(self) -> CsvStyle:
        """The written form of dates and numbers."""
        return CsvStyle(delimiter=self.delimiter, decimal=self.decimal, date_format=self.date_format)

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return f"text/csv; charset={self.encoding.removesuffix('-sig')}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def payroll_csv(profile: Profile, batch: BatchSheet, lines: Sequence[BatchLine], *, zone: tzinfo = UTC) -> bytes:
    """One record a line by ``profile``; the same input gives the same bytes.

    No apostrophe is put before a value: a machine reads this file. DomainError when a code is without a counterpart,
    or when a value has a character that the encoding of the profile does not have.
    """
    records = [[heading for heading, _ in profile.columns]]
    written = [_writing(profile, column, batch, zone) for column in profile.columns]
    records += [[write(line) for write in written] for line in lines]
    mark = profile.delimiter
    awkward = re.compile(rf'[\x00-\x1f\x7f"{re.escape(mark)}]')
    text = "".join(mark.join(_quoted(value, awkward) for value in record) + profile.line_end for record in records)
    try:
        return text.encode(profile.encoding)
    except UnicodeEncodeError as stranger:
        raise DomainError(
            N_("The export profile %(profile)s writes %(encoding)s, which does not have the character %(character)s."),
            profile=str(profile), encoding=profile.encoding.upper(), character=text[stranger.start],
        ) from None


def read_payroll_csv(profile: Profile, data: bytes) -> list[dict[str, str]]:
    """The records of a file made by ``profile``, by field; DomainError when its headings are others."""
    text = data.decode(profile.encoding)
    records = list(csv.reader(StringIO(text, newline=""), delimiter=profile.delimiter, strict=True))
    if not records or records[0] != [heading for heading, _ in profile.columns]:
        raise DomainError(N_("The file does not have the columns of the export profile %(name)s."), name=profile.name)
    fields = [name for _, name in profile.columns]
    return [dict(zip(fields, record, strict=True)) for record in records[1:]]


def _writing(profile: Profile, column: tuple[str, str], batch: BatchSheet, zone: tzinfo) -> Callable[[BatchLine], str]:
    """What writes one column of a line."""
    heading, name = column
    value_of, kind, style, coded = VALUES[name], FIELDS[name], profile.style, name in profile.codes

    def text(line: BatchLine) -> str:
        value = value_of(batch, line)
        if value is None:
            return ""
        if coded and value != "":
            return _code(profile, column, str(value), line)
        if kind == "text":
            return str(value)
        return value_text(kind, cell_value(kind, heading, value), style, zone)

    return text


def _code(profile: Profile, column: tuple[str, str], value: str, line: BatchLine) -> str:
    heading, name = column
    try:
        return profile.codes[name][value]
    except KeyError:
        raise DomainError(
            N_("Line %(line)s: the export profile %(profile)s has no code for %(heading)s %(value)s."),
            line=line.line_no, profile=profile.name, heading=heading, value=value,
        ) from None


def _quoted(value: str, awkward: re.Pattern[str]) -> str:
    if value != value.strip() or awkward.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value
