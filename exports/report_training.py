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

    ``askable`` are those of ``valid`` who can be asked. An expert with two programmes counts in both. ValueError
    when the numbers do not nest.
    """

    programme: str
    organiser: str
    trained: int
    valid: int
    expiring: int
    askable: int = 0

    def __post_init__(self) -> None:
        among = (self.expiring, self.askable)
        if not 0 <= min(among) <= max(among) <= self.valid <= self.trained:
            message = f"expiring, askable, valid and trained do not nest: {self}"
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
    of_askable: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """The valid among the trained, when both are shown."""
        if isinstance(self.valid, Withheld) or isinstance(self.trained, Withheld) or not self.trained:
            return None
        return _share(self.valid, self.trained)


def training_sheets(rows: Sequence[TrainingRow], *, suppress: bool, askable: int | None = None,
                    translate: Translate = str) -> list[Sheet]:
    """One sheet, a line for each programme and organiser in the order of ``rows``.

    ``askable`` is how many experts can be asked in all: with it the sheet tells which share of them is trained.
    """
    table = [[row.valid, row.trained - row.valid] for row in rows]
    shown = protect_counts(table) if suppress else open_table(table)
    lines = [_line(row, cells, askable, suppress=suppress) for row, cells in zip(rows, shown.cells, strict=False)]
    columns = [
        Column(translate(N_("Programme")), lambda line: line.programme),
        Column(translate(N_("Organiser")), lambda line: line.organiser),
        _count(translate(N_("Experts trained")), "trained"),
        _count(translate(N_("Valid")), "valid"),
        _count(translate(N_("Of these expiring soon")), "expiring"),
        _count(translate(N_("Expired")), "expired"),
        Column(translate(N_("Share valid")), lambda line: line.share, "share", width=12),
    ]
    if askable is not None:
        columns.append(Column(translate(N_("Share of askable experts")), lambda line: line.of_askable, "share"))
    total = _total(lines, shown.cells[-1]) if suppress and rows else None
    return [Sheet(translate(N_("Training coverage")), columns, lines, total)]


def _count(title: str, name: str) -> Column:
    return Column(title, lambda line: count_cell(getattr(line, name)), "integer", width=16, total=True)


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(Decimal("0.0001"))


def _line(row: TrainingRow, cells: Sequence[Shown], askable: int | None, *, suppress: bool) -> _Line:
    valid, expired, trained = cells
    return _Line(
        row.programme,
        row.organiser,
        valid,
        expired,
        trained,
        _expiring(row, valid) if suppress else row.expiring,
        _of_askable(row, valid, askable, suppress=suppress) if askable else None,
    )


def _of_askable(row: TrainingRow, valid: Shown, askable: int, *, suppress: bool) -> Decimal | None:
    """The share, unless it would tell of a few who hold it, who lack it, or who hold it and cannot be asked."""
    told_by_it = (row.askable, askable - row.askable, row.valid - row.askable)
    if suppress and (isinstance(valid, Withheld) or any(map(is_small, told_by_it))):
        return None
    return _share(row.askable, askable)


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
