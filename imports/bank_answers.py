"""The door for what comes back from a bank or payroll: tells what a file is and reads it. Decides and changes nothing.

What the answers do to payments: ``rules/outcomes.py``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from imports.bank_xml import LARGEST_FILE, Limited, message_name
from imports.camt import camt_answers
from imports.outcomes_csv import csv_answers
from imports.pain002 import pain002_answers
from rules.bank_answers import Answer, AnswerKind
from rules.errors import BadInput
from rules.wording import N_

MARKS_OF_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

OTHER_KINDS = {
    "CstmrCdtTrfInitn": N_("This is a payment file (pain.001), not the bank's answer to it."),
    "BkToCstmrAcctRpt": N_("This is a report of an unfinished day (camt.052). Fetch the statement (camt.053)."),
    "PmtRtr": N_("This is a message between banks (pacs.004). Fetch the notice of the entry (camt.054)."),
}
"""What is often fetched instead, each with what to do."""

READERS = {
    "CstmrPmtStsRpt": (AnswerKind.REPORT, pain002_answers),
    "pain.002.001.02": (AnswerKind.REPORT, pain002_answers),
    "BkToCstmrStmt": (AnswerKind.STATEMENT, camt_answers),
    "BkToCstmrDbtCdtNtfctn": (AnswerKind.NOTICE, camt_answers),
}


@dataclass(frozen=True)
class AnswerFile:
    """A whole file: ``answers`` in the order of the file."""

    kind: AnswerKind
    answers: list[Answer]


def read_answers(source: BinaryIO, today: date, *, most: int = LARGEST_FILE) -> AnswerFile:
    """Every answer in a file. BadInput (field ``file``) when any part of it cannot be read: then none is to be used.

    Money of others and payments we do not know are among the answers. ``today`` reads years of two digits in a CSV.
    """
    kind, answers = stream_answers(source, today, most=most)
    return AnswerFile(kind, list(answers))


def stream_answers(source: BinaryIO, today: date, *, most: int = LARGEST_FILE) -> tuple[AnswerKind, Iterator[Answer]]:
    """The kind of a file and its answers one by one, in little memory however large it is.

    BadInput may come after many answers were given: use none of them before the last one has come.
    """
    limited = Limited(source, most)
    start = limited.head
    for mark in MARKS_OF_ORDER:
        start = start.removeprefix(mark)
    start = start.replace(b"\x00", b"").lstrip()
    if not start:
        raise BadInput(N_("The file is empty."), field="file")
    if not start.startswith(b"<"):
        return AnswerKind.OUTCOMES, csv_answers(limited, today)
    name = message_name(limited.head)
    if name not in READERS:
        raise BadInput(OTHER_KINDS.get(name, N_("This is no answer to payments: it is neither a status report "
                                                "(pain.002) nor a statement or notice (camt.053, camt.054).")),
                       field="file")
    kind, reader = READERS[name]
    return kind, reader(limited)
