"""The files of a payment batch: control workbook, payroll CSV, checksums, made once and read back before use.

Knows no model: a service fills the rows, stores the bytes and logs the downloads.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from decimal import Decimal

from exports.batch_check import check_csv, check_lines, check_workbook
from exports.batch_facts import BatchFacts, BatchLine, BatchSheet
from exports.batch_workbook import batch_workbook
from exports.columns import Translate
from exports.payroll import Profile, payroll_csv
from rules.choices import BatchKind
from rules.errors import DomainError
from rules.money import number_text, to_cents
from rules.wording import N_

__all__ = ["BatchFacts", "BatchLine", "BatchSheet", "MadeFile", "batch_files", "content_hash"]

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_BOUND = {"warnings", "claim_approver"}
"""Warnings are computed anew at each look; approval binds to what is paid, to whom and on which account."""


@dataclass(frozen=True)
class MadeFile:
    """A finished file: name, media type, bytes and their SHA-256 in hexadecimal."""

    name: str
    content_type: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, name: str, content_type: str, data: bytes) -> "MadeFile":
        """The file with its hash."""
        return cls(name, content_type, data, hashlib.sha256(data).hexdigest())


def content_hash(facts: BatchFacts, lines: Sequence[BatchLine]) -> str:
    """SHA-256 (hexadecimal) of what an approval binds to; line order and ``2.5`` or ``2.50`` do not count.

    The canonical text is JSON with sorted keys, amounts in whole cents, full account and identity code.
    """
    bound = {
        "form": "kokemussilta-batch-1",
        "batch": {name: _canonical(name, value) for name, value in vars(facts).items()},
        "lines": [
            {name: _canonical(name, value) for name, value in vars(line).items() if name not in NOT_BOUND}
            for line in sorted(lines, key=lambda line: line.line_no)
        ],
    }
    text = json.dumps(bound, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def batch_files(
    sheet: BatchSheet,
    lines: Sequence[BatchLine],
    profile: Profile | None,
    translate: Translate = str,
    *,
    zone: tzinfo = UTC,
    other_files: Sequence[MadeFile] = (),
) -> list[MadeFile]:
    """Control list, payroll file (when ``profile`` is given), ``other_files`` (a bank file), checksums.

    The same input gives the same bytes. DomainError when the lines are no longer what was approved, do not
    add up, or when a finished file, read back, does not say the same.
    """
    check_lines(sheet.facts, lines)
    if content_hash(sheet.facts, lines) != sheet.content_hash:
        raise DomainError(N_("The batch is not what was approved. Return it to draft and approve it again."))
    if (sheet.facts.kind == BatchKind.PAYROLL) != (profile is not None):
        raise DomainError(N_("A payroll batch needs an export profile, and no other batch has one."))
    number, others = sheet.facts.number, list(other_files)
    if profile is not None:
        data = payroll_csv(profile, sheet, lines, zone=zone)
        check_csv(profile, data, lines)
        others.insert(0, MadeFile.of(f"{number}_palkka.csv", "text/csv; charset=utf-8", data))
    hashes = [(other.name, other.sha256) for other in others]
    book = batch_workbook(sheet, lines, profile, hashes, translate, zone)
    check_workbook(book, lines)
    files = [MadeFile.of(f"{number}_maksulista.xlsx", XLSX_TYPE, book), *others]
    return [*files, _checksums(number, files)]


def _checksums(number: str, files: Sequence[MadeFile]) -> MadeFile:
    """The list that ``sha256sum -c`` reads."""
    text = "".join(f"{made.sha256}  {made.name}\n" for made in files)
    return MadeFile.of(f"{number}_SHA256SUMS.txt", "text/plain; charset=utf-8", text.encode())


def _canonical(name: str, value: object) -> object:
    if isinstance(value, Decimal):
        return number_text(value, ".") if name in {"hours", "km"} else to_cents(value)
    return value.isoformat() if isinstance(value, date) else value
