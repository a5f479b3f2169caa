"""The training coverage report: how many are trained by programme, and whose papers hold. Counts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exports.columns import Column, Translate
from exports.report_grid import count_cell, open_table
from exports.workbook import Sheet
from rules.suppression import Shown, Withheld, is_small, protect_counts
from rules.wording import N_


@dataclass(frozen=True)
class TrainingRow:
    """Experts trained in one programme; ``expiring`` are those of ``valid`` whose paper ends soon.

    An expert with two programmes counts in both. ValueError when the three do not nest.
    """

    programme: str
    organiser: str
    trained: int
    valid: int
    expiring: int

    def __post_init__(self) -> None:
        if not 0 <= self.expiring <= self.valid <= self.trained:
            message = f"expiring, valid and trained do not nest: {self}"
            raise ValueError(message)


@dataclass(frozen=True)
class _Line:
    """One programme as it may be shown."""

    programme: str | None
    organiser: str | None
    valid: Shown
    expired: Shown
    trained: Shown
    expiring: Shown

    @property
    def share(self) -> Decimal | None:
        """The valid among the trained, when both are shown."""
        if isinstance(self.valid, Withheld) or isinstance(self.trained, Withheld) or not self.trained:
            return None
        return (Decimal(self.valid) / self.trained).quantize(Decimal("0.0001"))


def training_sheets(rows: Sequence[TrainingRow], *, suppress: bool, translate: Translate = str) -> list[Sheet]:
    """One sheet, a line for each programme and organiser in the order of ``rows``."""
    table = [[row.valid, row.trained - row.valid] for row in rows]
    shown = protect_counts(table) if suppress else open_table(table)
    lines = [_line(row, cells, suppress=suppress) for row, cells in zip(rows, shown.cells, strict=False)]
    columns = [
        Column(translate(N_("Programme")), lambda line: line.programme),
        Column(translate(N_("Organiser")), lambda line: line.organiser),
        _count(translate(N_("Experts trained")), "trained"),
        _count(translate(N_("Valid")), "valid"),
        _count(translate(N_("Of these expiring soon")), "expiring"),
        _count(translate(N_("Expired")), "expired"),
        Column(translate(N_("Share valid")), lambda line: line.share, "share", width=12),
    ]
    total = _total(lines, shown.cells[-1]) if suppress and rows else None
    return [Sheet(translate(N_("Training coverage")), columns, lines, total)]


def _count(title: str, name: str) -> Column:
    return Column(title, lambda line: count_cell(getattr(line, name)), "integer", width=16, total=True)


def _line(row: TrainingRow, cells: Sequence[Shown], *, suppress: bool) -> _Line:
    valid, expired, trained = cells
    return _Line(
        row.programme,
        row.organiser,
        valid,
        expired,
        trained,
        _expiring(row, valid) if suppress else row.expiring,
    )


def _expiring(row: TrainingRow, valid: Shown) -> Shown:
    """Shown only beside a shown ``valid``, and when neither it nor the rest of the valid is small."""
    if is_small(row.expiring):
        return Withheld.SMALL
    if isinstance(valid, Withheld) or is_small(row.valid - row.expiring):
        return Withheld.HIDDEN
    return row.expiring


def _total(lines: Sequence[_Line], cells: Sequence[Shown]) -> _Line:
    """The last line; the sum of the expiring only when each of them is shown: the table does not guard it."""
    counts = [line.expiring for line in lines if not isinstance(line.expiring, Withheld)]
    valid, expired, trained = cells
    expiring: Shown = sum(counts) if len(counts) == len(lines) else Withheld.HIDDEN
    return _Line(None, None, valid, expired, trained, expiring)
