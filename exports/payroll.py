"""The payroll CSV by an export profile, written and read back: a machine reads it, so values stay bare."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, tzinfo
from io import StringIO
from typing import Any

from exports.batch_facts import BatchSheet
from exports.columns import Kind, cell_value
from exports.csv_file import BOM, CsvStyle, value_text
from rules.batch_seal import BatchLine
from rules.errors import DomainError
from rules.wording import N_

FIELDS: Mapping[str, Callable[[BatchSheet, BatchLine], Any]] = {
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
    "total": lambda _, line: line.total,
    "cost_centre": lambda _, line: line.cost_centre,
    "project": lambda _, line: line.project,
    "approver": lambda batch, _: batch.approver,
    "approved_at": lambda batch, _: batch.approved_at,
    "claim_approver": lambda _, line: line.claim_approver,
    "note": lambda _, line: line.note,
}


@dataclass(frozen=True)
class ProfileColumn:
    """One column of the file: the payroll house's heading, our field, how it is written."""

    heading: str
    field: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Profile:
    """How one payroll house wants its file. ``codes`` maps a field's values to the house's own.

    Kept as data (``facts``, ``from_facts``), because every house differs. ValueError for an unknown field.
    """

    name: str
    version: str
    columns: tuple[ProfileColumn, ...]
    delimiter: str = ";"
    decimal: str = ","
    bom: bool = True
    date_format: str = "d.m.yyyy"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = [column.field for column in self.columns]
        unknown = sorted({*named, *self.codes} - set(FIELDS))
        if unknown or len(set(named)) != len(named) or not named:
            message = f"profile {self.name}: each field once, and only known ones: {unknown}"
            raise ValueError(message)

    @property
    def style(self) -> CsvStyle:
        """The written form of dates and numbers."""
        return CsvStyle(self.delimiter, self.decimal, self.bom, self.date_format)

    def facts(self) -> dict[str, Any]:
        """The profile as plain JSON data."""
        return {**asdict(self), "columns": [asdict(column) for column in self.columns]}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Profile":
        """The profile that ``facts`` came from."""
        return cls(**{**facts, "columns": tuple(ProfileColumn(**column) for column in facts["columns"])})


GENERIC = Profile(
    name="Generic",
    version="1",
    columns=(
        ProfileColumn("Erä", "batch"),
        ProfileColumn("Rivi", "line_no", "integer"),
        ProfileColumn("Laskunumero", "claim_no"),
        ProfileColumn("Henkilötunniste", "person_id"),
        ProfileColumn("Sukunimi", "last_name"),
        ProfileColumn("Etunimi", "first_name"),
        ProfileColumn("Tulolaji", "income_type"),
        ProfileColumn("Työ alkaen", "work_from", "date"),
        ProfileColumn("Työ päättyen", "work_to", "date"),
        ProfileColumn("Tunnit", "hours", "decimal"),
        ProfileColumn("Yksikköhinta", "unit_price", "money"),
        ProfileColumn("Palkkio", "amount", "money"),
        ProfileColumn("Kilometrit", "km", "decimal"),
        ProfileColumn("Kilometrikorvaus", "km_amount", "money"),
        ProfileColumn("Muut kulut", "other", "money"),
        ProfileColumn("Kustannuspaikka", "cost_centre"),
        ProfileColumn("Projekti", "project"),
        ProfileColumn("Hyväksyjä", "approver"),
        ProfileColumn("Hyväksytty", "approved_at", "datetime"),
        ProfileColumn("Huomautus", "note"),
    ),
)
"""The columns finance asked for; Finnish headings, for this is a file format and not a screen."""


def payroll_csv(profile: Profile, batch: BatchSheet, lines: Sequence[BatchLine], *, zone: tzinfo = UTC) -> bytes:
    """One record a line by ``profile``, UTF-8; the same input gives the same bytes.

    No apostrophe is put before a value: a machine reads this file. DomainError when a code is
    without a counterpart.
    """
    records = [[column.heading for column in profile.columns]]
    records += [[_text(profile, column, batch, line, zone) for column in profile.columns] for line in lines]
    mark = profile.delimiter
    text = "".join(mark.join(_quoted(value, mark) for value in record) + "\r\n" for record in records)
    return (BOM * profile.bom + text).encode()


def read_payroll_csv(profile: Profile, data: bytes) -> list[dict[str, str]]:
    """The records of a file made by ``profile``, by field; DomainError when its headings are others."""
    text = data.decode().removeprefix(BOM)
    records = list(csv.reader(StringIO(text, newline=""), delimiter=profile.delimiter, strict=True))
    if not records or records[0] != [column.heading for column in profile.columns]:
        raise DomainError(N_("The file does not have the columns of the export profile %(name)s."), name=profile.name)
    fields = [column.field for column in profile.columns]
    return [dict(zip(fields, record, strict=True)) for record in records[1:]]


def _text(profile: Profile, column: ProfileColumn, batch: BatchSheet, line: BatchLine, zone: tzinfo) -> str:
    value = FIELDS[column.field](batch, line)
    if value is None:
        return ""
    if column.field in profile.codes and value != "":
        return _code(profile, column, str(value), line)
    if column.kind == "text":
        return str(value)
    return value_text(column.kind, cell_value(column.kind, column.heading, value), profile.style, zone)


def _code(profile: Profile, column: ProfileColumn, value: str, line: BatchLine) -> str:
    try:
        return profile.codes[column.field][value]
    except KeyError:
        raise DomainError(
            N_("Line %(line)s: the export profile %(profile)s has no code for %(heading)s %(value)s."),
            line=line.line_no,
            profile=profile.name,
            heading=column.heading,
            value=value,
        ) from None


def _quoted(value: str, delimiter: str) -> str:
    if value != value.strip() or re.search(rf'[\x00-\x1f\x7f"{re.escape(delimiter)}]', value):
        return '"' + value.replace('"', '""') + '"'
    return value
