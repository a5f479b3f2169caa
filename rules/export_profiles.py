"""How a payroll house wants its file, as people write it down: columns, codes, marks. Makes no file.

A profile is kept as a record that finance edits. Its columns are one a line, ``Heading = field``; its codes are one a
line too, ``field: our value = their code``.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rules.choices import Choice
from rules.errors import BadInput
from rules.wording import N_

FieldKind = Literal["text", "integer", "decimal", "money", "date", "datetime"]

FIELDS: Mapping[str, FieldKind] = {
    "batch": "text", "payment_date": "date", "line_no": "integer", "end_to_end_id": "text", "claim_no": "text",
    "person_id": "text", "payee_name": "text", "last_name": "text", "first_name": "text", "iban": "text",
    "income_type": "text", "work_from": "date", "work_to": "date", "hours": "decimal", "unit_price": "money",
    "amount": "money", "km": "decimal", "km_amount": "money", "other": "money", "companion": "money", "total": "money",
    "cost_centre": "text", "project": "text", "approver": "text", "approved_at": "datetime", "claim_approver": "text",
    "note": "text",
}
"""What a column can hold, and how it is written."""

CODED = ("income_type", "cost_centre", "project")
"""The fields whose values a house may know by codes of its own."""

SHOWN_FIELDS = ", ".join(FIELDS)


class Separator(Choice):
    """What stands between two values."""

    SEMICOLON = "semicolon", N_("semicolon")
    COMMA = "comma", N_("comma")
    TAB = "tab", N_("tabulator")
    BAR = "bar", N_("vertical bar")


class DecimalMark(Choice):
    """What stands before the cents."""

    COMMA = "comma", N_("comma")
    POINT = "point", N_("point")


class Encoding(Choice):
    """In which characters a file is written."""

    UTF8_MARKED = "utf-8-sig", N_("UTF-8 with a byte order mark")
    UTF8 = "utf-8", N_("UTF-8")
    LATIN1 = "iso-8859-1", N_("ISO-8859-1")


class DateForm(Choice):
    """How a day is written; the value is the pattern itself."""

    FINNISH = "d.m.yyyy", N_("1.2.2026")
    FINNISH_EVEN = "dd.mm.yyyy", N_("01.02.2026")
    ISO = "yyyy-mm-dd", N_("2026-02-01")
    DIGITS = "yyyymmdd", N_("20260201")
    FINNISH_DIGITS = "ddmmyyyy", N_("01022026")


class LineEnd(Choice):
    """What ends a record."""

    CRLF = "crlf", N_("as in Windows (CR LF)")
    LF = "lf", N_("as in Unix (LF)")


SEPARATORS = {Separator.SEMICOLON: ";", Separator.COMMA: ",", Separator.TAB: "\t", Separator.BAR: "|"}
DECIMAL_MARKS = {DecimalMark.COMMA: ",", DecimalMark.POINT: "."}
LINE_ENDS = {LineEnd.CRLF: "\r\n", LineEnd.LF: "\n"}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A profile as it is typed and kept."""

    name: str
    columns: str
    separator: Separator = Separator.SEMICOLON
    decimal_mark: DecimalMark = DecimalMark.COMMA
    encoding: Encoding = Encoding.UTF8_MARKED
    date_form: DateForm = DateForm.FINNISH
    line_end: LineEnd = LineEnd.CRLF
    codes: str = ""


def read_columns(text: str) -> list[tuple[str, str]]:
    """(heading, field) of each line; BadInput naming the first line that is none, or says one for the second time."""
    found: list[tuple[str, str]] = []
    for line in _lines(text):
        heading, mark, name = (part.strip() for part in line.rpartition("="))
        if not mark or not heading:
            raise BadInput(N_("Write each column as its heading, = and a field: %(line)s"), field="columns", line=line)
        if name not in FIELDS:
            raise BadInput(N_("There is no field %(name)s. The fields are: %(fields)s."), field="columns", name=name,
                           fields=SHOWN_FIELDS)
        for place, said in ((0, heading), (1, name)):
            if said in (column[place] for column in found):
                raise BadInput(N_("%(name)s stands here twice."), field="columns", name=said)
        found.append((heading, name))
    if not found:
        raise BadInput(N_("A file has at least one column."), field="columns")
    return found


def read_codes(text: str) -> dict[str, dict[str, str]]:
    """The house's code of each value, by field; BadInput naming the first line that is none."""
    found: dict[str, dict[str, str]] = {}
    for line in _lines(text):
        left, mark, code = (part.strip() for part in line.rpartition("="))
        name, colon, value = (part.strip() for part in left.partition(":"))
        if not mark or not colon or not value or not code:
            raise BadInput(N_("Write each code as field: our value = their code. This is not: %(line)s"),
                           field="codes", line=line)
        if name not in CODED:
            raise BadInput(N_("%(name)s has no codes. These can have: %(fields)s."), field="codes", name=name,
                           fields=", ".join(CODED))
        if value in found.setdefault(name, {}):
            raise BadInput(N_("%(name)s stands here twice."), field="codes", name=f"{name}: {value}")
        found[name][value] = code
    return found


def check_marks(separator: Separator, decimal_mark: DecimalMark) -> None:
    """BadInput when amounts would be cut in two."""
    if SEPARATORS[separator] == DECIMAL_MARKS[decimal_mark]:
        raise BadInput(N_("The decimal mark is the same: an amount would be read as two values."), field="separator")


def digest(facts: Mapping[str, object]) -> str:
    """SHA-256 (hexadecimal) of everything that decides how a file is written."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def without_code(codes: Mapping[str, Mapping[str, str]], said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of (field, value) those for which the house has no code though it has codes for the field; each once."""
    for name, value in dict.fromkeys(said):
        if value and name in codes and value not in codes[name]:
            yield name, value


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


GENERIC = Written(name="Yleinen", columns="""\
Erä = batch
Rivi = line_no
Laskunumero = claim_no
Henkilötunniste = person_id
Sukunimi = last_name
Etunimi = first_name
Tulolaji = income_type
Työ alkaen = work_from
Työ päättyen = work_to
Tunnit = hours
Yksikköhinta = unit_price
Palkkio = amount
Kilometrit = km
Kilometrikorvaus = km_amount
Muut kulut = other
Kustannuspaikka = cost_centre
Projekti = project
Hyväksyjä = approver
Hyväksytty = approved_at
Huomautus = note""")
"""The columns finance asked for; Finnish headings, for this is a file format and not a screen."""

MEPCO_LIKE = Written(
    name="Mepco-tyyppinen (malli)", encoding=Encoding.UTF8, date_form=DateForm.FINNISH_EVEN, columns="""\
HENKILOTUNNUS = person_id
SUKUNIMI = last_name
ETUNIMI = first_name
PALKKALAJI = income_type
ALKUPVM = work_from
LOPPUPVM = work_to
MAARA = hours
AHINTA = unit_price
SUMMA = amount
KM = km
KM_SUMMA = km_amount
KULUT = other
KUSTANNUSPAIKKA = cost_centre
PROJEKTI = project
VIITE = end_to_end_id""")
"""Mepco takes UTF-8 with semicolons and columns agreed with each customer (support.nepton.com): one such."""

SARASTIA_LIKE = Written(
    name="Sarastia-tyyppinen (malli)", encoding=Encoding.LATIN1, date_form=DateForm.DIGITS,
    decimal_mark=DecimalMark.POINT, columns="""\
Tunniste = end_to_end_id
Hetu = person_id
Nimi = payee_name
Maksupäivä = payment_date
Tapahtumapäivä = work_from
Palkkalaji = income_type
Kappaleet = hours
Määrä = amount
Kilometrit = km
Kilometrikorvaus = km_amount
Muut korvaukset = other
Yhteensä = total
Kustannuspaikka = cost_centre
Projekti = project
Hyväksyjä = claim_approver""")
"""No layout of Sarastia is public: a sample to change by what the house says."""

SHIPPED = (GENERIC, MEPCO_LIKE, SARASTIA_LIKE)
