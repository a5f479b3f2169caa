"""Reading finished batch files back: count, sum and identifiers must be those of the lines. Makes no file."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from operator import attrgetter

from python_calamine import CalamineWorkbook

from exports.payroll import Profile, read_payroll_csv
from rules.batch_seal import BatchFacts, BatchLine
from rules.errors import DomainError
from rules.money import amount_text, rounded
from rules.payment_ids import end_to_end_id
from rules.wording import N_

LINES_SHEET = 1
"""Place of the lines among the sheets of the control workbook: cover, lines, warnings."""

ID_COLUMN, TOTAL_COLUMN = 1, 15
"""Places of EndToEndId and of the line's sum on that sheet."""


IDENTIFYING = {"line_no": attrgetter("line_no"), "end_to_end_id": attrgetter("end_to_end_id"),
               "claim_no": attrgetter("claim_number")}
AMOUNTS = {"amount": attrgetter("fee"), "km_amount": attrgetter("km_amount"), "other": attrgetter("other"),
           "total": attrgetter("total")}
"""Fields of the payroll file, each with what it is read back against."""


class FilesDiffer(DomainError):
    """A finished file does not say what it was made of. Nothing of the batch may be stored or sent."""

    default = N_("A finished file does not agree with the batch. Nothing was stored; tell the administrator.")


def check_lines(facts: BatchFacts, lines: Sequence[BatchLine]) -> None:
    """DomainError unless lines are there, numbered once, rightly identified, above zero and adding up."""
    if not lines:
        raise DomainError(N_("The batch has no lines."))
    if len({line.line_no for line in lines}) != len(lines):
        raise DomainError(N_("Two lines of the batch have the same number."))
    for line in lines:
        if line.end_to_end_id != end_to_end_id(facts.number, line.line_no):
            raise DomainError(N_("Line %(line)s has an identifier of another payment."), line=line.line_no)
        if line.total <= 0:
            raise DomainError(N_("Line %(line)s has nothing to pay."), line=line.line_no)
        if line.total != line.fee + line.km_amount + line.other - line.tax:
            raise DomainError(N_("The parts of line %(line)s do not add up to its sum."), line=line.line_no)
        if not 0 <= line.companion <= line.other:
            raise DomainError(N_("The parts of line %(line)s do not add up to its sum."), line=line.line_no)


def check_workbook(data: bytes, lines: Sequence[BatchLine]) -> None:
    """FilesDiffer unless the line sheet holds every identifier once, its amounts, and their sum."""
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(LINES_SHEET).to_python()
    *records, total = rows[1:]
    found = {row[ID_COLUMN]: _euros(row[TOTAL_COLUMN]) for row in records}
    if len(records) != len(lines) or found != {line.end_to_end_id: line.total for line in lines}:
        raise FilesDiffer
    if _euros(total[TOTAL_COLUMN]) != sum(line.total for line in lines):
        raise FilesDiffer


def check_csv(profile: Profile, data: bytes, lines: Sequence[BatchLine]) -> None:
    """FilesDiffer unless the file holds the lines in order, with each identifying and money field it has."""
    records = read_payroll_csv(profile, data)
    if len(records) != len(lines):
        raise FilesDiffer
    written = {field for _, field in profile.columns} - profile.codes.keys()
    names, amounts = written & IDENTIFYING.keys(), written & AMOUNTS.keys()
    for record, line in zip(records, lines, strict=True):
        if any(record[field] != str(IDENTIFYING[field](line)) for field in names):
            raise FilesDiffer
        if any(record[field] != amount_text(AMOUNTS[field](line), profile.decimal) for field in amounts):
            raise FilesDiffer


def _euros(cell: object) -> Decimal:
    if not isinstance(cell, int | float):
        raise FilesDiffer
    return rounded(Decimal(str(cell)))
