"""Report workbooks: the cover sheet before the sheets of one or more reports. Asks no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from exports.columns import Translate
from exports.report_activity import ActivityRow, activity_sheets
from exports.report_fees import FeeRow, fee_sheets, without_fee_sheets
from exports.report_training import TrainingRow, training_sheets
from exports.workbook import CoverLine, CoverSheet, Sheet, write_workbook
from rules.wording import N_

__all__ = [
    "ActivityRow",
    "Cover",
    "FeeRow",
    "TrainingRow",
    "activity_sheets",
    "fee_sheets",
    "report_workbook",
    "training_sheets",
    "without_fee_sheets",
]

WHAT_WITHHELD_MEANS = (
    N_("<5 stands for one to four. Nought is shown."),
    N_("Two dots stand for a number that would give a small one away, totals included."),
    N_("Amounts are withheld where fewer than five people may stand behind them."),
    N_("Do not put this report beside another of an overlapping period to work out what is withheld."),
)


@dataclass(frozen=True)
class Cover:
    """What the first page says. ``title``, ``made_by_role`` and ``notes`` are in the reader's language."""

    title: str
    first_day: date
    last_day: date
    made_at: datetime
    made_by_role: str
    suppressed: bool
    notes: tuple[str, ...] = ()


def report_workbook(cover: Cover, sheets: Sequence[Sheet], *, zone: tzinfo = UTC, translate: Translate = str) -> bytes:
    """Bytes of a report, cover first; the same input gives the same bytes. ``zone`` is for the clock time."""
    small = N_("Withheld") if cover.suppressed else N_("Shown in full: do not pass this report on")
    lines = [
        CoverLine(translate(N_("First day")), cover.first_day, "date"),
        CoverLine(translate(N_("Last day")), cover.last_day, "date"),
        CoverLine(translate(N_("Made at")), cover.made_at, "datetime"),
        CoverLine(translate(N_("Made in the role")), cover.made_by_role),
        CoverLine(translate(N_("Numbers under five")), translate(small)),
    ]
    meaning = [translate(note) for note in WHAT_WITHHELD_MEANS] if cover.suppressed else []
    front = CoverSheet(translate(N_("Cover")), cover.title, lines, [*cover.notes, *meaning])
    pages: list[Sheet | CoverSheet] = [front, *sheets]
    return write_workbook(pages, created=cover.made_at, zone=zone, title=cover.title, translate=translate)
