"""A list of outcomes from payroll as CSV: payment id, outcome, day, amount, reason. Bank messages are not here."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from imports.bank_xml import Limited, bank_words
from rules.bank_answers import REASONS, Answer, Meaning
from rules.errors import BadInput
from rules.folding import fold
from rules.money import parse_amount
from rules.reading_dates import read_event_date
from rules.wording import N_, Sentence

DELIMITERS = ";\t,"
HEADINGS: Mapping[str, frozenset[str]] = {
    "end_to_end_id": frozenset({"maksutunnus", "maksun tunnus", "betalnings id", "betalningsid", "payment id",
                                "endtoendid"}),
    "outcome": frozenset({"lopputulos", "tulos", "tila", "utfall", "lage", "outcome", "state", "status"}),
    "on": frozenset({"paiva", "pvm", "maksupaiva", "dag", "datum", "day", "date"}),
    "amount": frozenset({"summa", "maara", "euroa", "belopp", "amount"}),
    "reason": frozenset({"syy", "syykoodi", "orsak", "reason"}),
}
"""Field to the headings it is known by, folded as search folds."""

REQUIRED = ("end_to_end_id", "outcome")
WORDS: Mapping[str, Meaning] = {
    **dict.fromkeys(("maksettu", "betald", "paid"), Meaning.PAID),
    **dict.fromkeys(("hylatty", "avvisad", "avslagen", "rejected", "refused"), Meaning.REFUSED),
    **dict.fromkeys(("palautettu", "palautunut", "maksu palautunut", "aterbetald", "returnerad", "returned"),
                    Meaning.RETURNED),
    **dict.fromkeys(("hyvaksytty", "godkand", "accepted"), Meaning.ON_ITS_WAY),
}


def csv_answers(source: Limited, today: date) -> Iterator[Answer]:
    """An answer for each row that is not empty. BadInput with the number of the row that cannot be read."""
    lines = _rows(source)
    fields = _fields(next(lines, []))
    for number, row in enumerate(lines, 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in fields.items()}
        if any(cells.values()):
            try:
                yield _answer(number, cells, today)
            except BadInput as refused:
                raise _bad_row(number, refused.sentence) from None


def _rows(source: Limited) -> Iterator[list[str]]:
    data = source.read()
    if b"\x00" in data:
        raise BadInput(N_("The file is neither a message of a bank nor a list as CSV."), field="file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    try:
        yield from reader
    except csv.Error:
        raise _bad_row(reader.line_num, Sentence(N_("a quotation mark is open."))) from None


def _fields(headings: list[str]) -> dict[str, int]:
    """Field to column; BadInput unless the needed ones are there."""
    fields: dict[str, int] = {}
    for place, heading in enumerate(headings):
        for name, known in HEADINGS.items():
            if fold(heading) in known:
                fields.setdefault(name, place)
    if not fields.keys() >= set(REQUIRED):
        raise BadInput(N_("A list of outcomes has at least the columns “Payment id” and “Outcome”."), field="file")
    return fields


def _answer(number: int, cells: Mapping[str, str], today: date) -> Answer:
    meaning = WORDS.get(fold(cells["outcome"]))
    if meaning is None:
        raise BadInput(N_("the outcome is one of: accepted, paid, rejected, returned."), field="file")
    if not cells["end_to_end_id"]:
        raise BadInput(N_("the payment id is missing."), field="file")
    reason = cells.get("reason", "")
    is_code = reason in REASONS
    amount = cells.get("amount", "")
    return Answer(
        entry=number, meaning=meaning, status=cells["outcome"], end_to_end_id=cells["end_to_end_id"],
        amount=parse_amount(amount, "file") if amount else None, on=read_event_date(cells.get("on", ""), today),
        reason=reason if is_code else "", reason_text="" if is_code else bank_words(reason))


def _bad_row(number: int, why: Sentence) -> BadInput:
    return BadInput(N_("Row %(row)s: %(why)s"), field="file", row=number, why=why)
