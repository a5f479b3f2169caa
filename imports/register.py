"""A register file into the database: read, matched, taken in one transaction, or in a dry run taken back again."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from imports.bad_rows import Sentences, check_target, write_bad_rows
from imports.experts import read_experts
from imports.invoices import read_invoices
from imports.layouts import EXPERTS, INVOICES, ORDERS, Layout
from imports.lists import Made
from imports.orders import read_orders
from imports.problems import Problem, Reading, Severity
from imports.register_experts import take_experts
from imports.register_invoices import kilometre_rate, take_invoices
from imports.register_orders import take_orders
from imports.row_taken import RowTaken
from imports.sheet import open_register
from imports.taking import Taking
from imports.workbooks import open_grids
from models import AccessLog, KilometreRate, db
from models.audit import ACTING
from models.engine import writing
from models.refusals import REFUSED, explain
from rules.errors import DomainError
from rules.permissions import Actor
from rules.wording import N_, Sentence
from services.doors import record_past

log = logging.getLogger(__name__)
Say = Callable[[Sentence], str]
IMPORTER = Actor(None, None, None, name="import-register")


class Kind(StrEnum):
    """Which register a file is."""

    EXPERTS = "experts"
    ORDERS = "orders"
    INVOICES = "invoices"


@dataclass(frozen=True)
class Settings:
    """How an import is run. ``bad_rows`` is where a commit writes the rows that are not taken; None: nowhere.

    ``allow_temporary`` lets identity codes 900-999 pass. ``say`` writes notes in the language they are kept in.
    """

    today: date
    allow_temporary: bool = False
    commit: bool = False
    bad_rows: Path | None = None
    say: Say = str


@dataclass(frozen=True)
class Report:
    """What an import did, or would do. ``bad_rows`` is the file that was written, if one."""

    kind: Kind
    committed: bool
    rows: Sequence[RowTaken]
    remarks: Sequence[Problem]
    made: Made
    bad_rows: Path | None = None

    @property
    def problems(self) -> list[Problem]:
        """Remarks about the file first, then the problems row by row."""
        return [*self.remarks, *(problem for taken in self.rows for problem in taken.problems)]


@dataclass(frozen=True)
class _Way:
    model: str
    layout: Layout
    read: Callable[[Path, Settings], Reading[Any]]
    take: Callable[[Sequence[Any], Taking], list[RowTaken]]


WAYS: Mapping[Kind, _Way] = {
    Kind.EXPERTS: _Way(
        "Expert", EXPERTS,
        lambda path, s: read_experts(path, s.today, allow_temporary=s.allow_temporary), take_experts),
    Kind.ORDERS: _Way("Order", ORDERS, lambda path, s: read_orders(path, s.today), take_orders),
    Kind.INVOICES: _Way(
        "Invoice", INVOICES, lambda path, s: read_invoices(path, s.today, kilometre_rate()), take_invoices),
}


def import_register(kind: Kind, path: Path, settings: Settings) -> Report:
    """Take the good rows of ``path`` in one transaction; without ``commit`` it is rolled back at the end.

    A dry run does all the work, so it also tells what the database would refuse. A commit writes the other rows to
    ``bad_rows`` first. BadInput when the file is no such register or ``bad_rows`` cannot be written; DomainError,
    naming the row, when the database refuses: then nothing is written.
    """
    if settings.commit and settings.bad_rows is not None:
        check_target(settings.bad_rows)
    with writing(), _acting(), db.session.no_autoflush:
        try:
            report = _take(kind, path, settings)
            if settings.commit:
                _finish(report, path, settings)
        finally:
            db.session.rollback()
    return report


def _take(kind: Kind, path: Path, settings: Settings) -> Report:
    way = WAYS[kind]
    remarks = [*_remarks(kind, path), *(reading := way.read(path, settings)).remarks]
    taking = Taking(settings.today, settings.say, open_register(path, way.layout).rows)
    try:
        with record_past():
            rows = way.take(reading.rows, taking)
            db.session.flush()
    except (IntegrityError, DataError) as refused:
        raise _refusal(refused, taking) from None
    written = settings.bad_rows if settings.commit and any(not taken.good for taken in rows) else None
    return Report(kind, settings.commit, rows, remarks, taking.made, written)


def _finish(report: Report, path: Path, settings: Settings) -> None:
    """The file of bad rows before the commit, for a full disk must not lose them; without a commit no file stays."""
    way = WAYS[report.kind]
    taken = sum(row.good for row in report.rows)
    db.session.add(AccessLog(subject=f"{way.model}:import", what="import", rows=taken, reason=_mark(report.kind, path)))
    if report.bad_rows is not None:
        write_bad_rows(report.bad_rows, open_grids(path), way.layout, _bad(report.rows))
    try:
        db.session.commit()
    except BaseException:
        if report.bad_rows is not None:
            report.bad_rows.unlink()
        raise
    log.info("import of %s: %s rows taken, %s not", report.kind, taken, len(report.rows) - taken)


def _bad(rows: Sequence[RowTaken]) -> Sentences:
    """(Sheet, row) to its sentences, errors first."""
    bad: dict[tuple[str, int], list[str]] = {}
    for taken in rows:
        if not taken.good:
            problems = sorted(taken.problems, key=lambda problem: problem.severity is not Severity.ERROR)
            bad[taken.row.sheet, taken.row.row] = [
                f"{problem.column}: {problem.sentence}" if problem.column else str(problem.sentence)
                for problem in problems
            ]
    return bad


def _refusal(refused: IntegrityError | DataError, taking: Taking) -> DomainError:
    """The database's refusal in a sentence; its own words would carry the values."""
    why = explain(refused)[0] if isinstance(refused, IntegrityError) else REFUSED
    row = taking.current.row if taking.current else None
    text = N_("Row %(row)s of the sheet “%(sheet)s” cannot be kept: %(why)s Nothing was written.")
    return DomainError(text, row=str(row.row) if row else "", sheet=row.sheet if row else "", why=Sentence(why))


def _remarks(kind: Kind, path: Path) -> Iterator[Problem]:
    """What holds for the whole file: it was imported before, or a rate that it needs is missing."""
    before = db.session.scalar(sa.select(sa.func.max(AccessLog.at)).where(
        AccessLog.what == "import", AccessLog.reason == _mark(kind, path)))
    if before is not None:
        yield _remark("same_file", N_("The very same file was imported on %(day)s."), day=f"{before:%-d.%-m.%Y}")
    if kind is Kind.INVOICES and db.session.scalar(sa.select(KilometreRate).limit(1)) is None:
        yield _remark("no_rate", N_("No kilometre rate is recorded: claims with kilometres will not add up."))


def _remark(name: str, text: str, **facts: Any) -> Problem:
    return Problem("", None, "", Sentence(text, **facts), Severity.NOTICE, name)


def _mark(kind: Kind, path: Path) -> str:
    return f"{kind}, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


@contextmanager
def _acting() -> Iterator[None]:
    """Nobody is signed in: the log rows name the command, unless the caller has said who acts."""
    token = ACTING.set(ACTING.get() or IMPORTER)
    try:
        yield
    finally:
        ACTING.reset(token)
