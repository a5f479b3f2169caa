"""The files of a payment batch: control workbook, payroll CSV, checksums, made once and read back before use.

Knows no model: a service fills the rows, stores the bytes and logs the downloads.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from exports.batch_check import check_csv, check_lines, check_workbook
from exports.batch_facts import BatchSheet
from exports.batch_workbook import batch_workbook
from exports.columns import Translate
from exports.payroll import Profile, payroll_csv
from rules.batch_seal import BatchLine, content_hash
from rules.choices import BatchKind
from rules.errors import DomainError
from rules.wording import N_

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        others.insert(0, MadeFile.of(f"{number}_palkka.csv", profile.content_type, data))
    hashes = [(other.name, other.sha256) for other in others]
    book = batch_workbook(sheet, lines, profile, hashes, translate, zone)
    check_workbook(book, lines)
    files = [MadeFile.of(f"{number}_maksulista.xlsx", XLSX_TYPE, book), *others]
    return [*files, _checksums(number, files)]


def _checksums(number: str, files: Sequence[MadeFile]) -> MadeFile:
    """The list that ``sha256sum -c`` reads."""
    text = "".join(f"{made.sha256}  {made.name}\n" for made in files)
    return MadeFile.of(f"{number}_SHA256SUMS.txt", "text/plain; charset=utf-8", text.encode())
