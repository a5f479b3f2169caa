"""One row on its way into the database: filling what is empty, keeping what differs, saying both masked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from imports.problems import Problem, ReadRow, SameAs, Severity, masked
from models.base import Record, described
from models.numbers import DOTS, mask_email, mask_iban, mask_identity_code, mask_in_text, mask_phone
from rules.wording import N_, Sentence

EMPTY = "–"
PERSONAL = frozenset({"identity", "contact", "payee", "wellbeing"})
MASKS: Mapping[str, Callable[[str], str]] = {
    "iban": mask_iban, "identity_code": mask_identity_code, "phone": mask_phone, "email": mask_email,
}


class Fate(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """A field that was empty and got a value; both sides masked, ``label`` is English source."""

    label: str
    old: str
    new: str


class RowTaken:
    """A row with its problems, to which the database adds its own.

    ``columns`` are the letters of the row's fields. ``known_from`` is the earlier row of the file that made the record.
    """

    def __init__(self, row: ReadRow, columns: Mapping[str, str]) -> None:
        self.row = row
        self.columns = columns
        self.problems: list[Problem] = list(row.problems)
        self.changes: list[Change] = []
        self.is_new = False
        self.known_from: SameAs | None = None

    @property
    def good(self) -> bool:
        return all(problem.severity is not Severity.ERROR for problem in self.problems)

    @property
    def fate(self) -> Fate:
        if not self.good:
            return Fate.REFUSED
        if self.is_new:
            return Fate.NEW
        return Fate.CHANGED if self.changes else Fate.SAME

    def error(self, field: str, kind: str, text: str, **facts: Any) -> None:
        self._keep(field, kind, Severity.ERROR, Sentence(text, **facts))

    def notice(self, field: str, kind: str, text: str, **facts: Any) -> None:
        self._keep(field, kind, Severity.NOTICE, Sentence(text, **facts))

    def _keep(self, field: str, kind: str, severity: Severity, sentence: Sentence) -> None:
        column = self.columns.get(field, "")
        self.problems.append(Problem(self.row.sheet, self.row.row, column, masked(sentence), severity, kind))

    def check_lengths(self, texts: Iterable[tuple[str, Any, str]]) -> None:
        """Refuse the row when a text does not fit its column: nothing is ever cut.

        ``texts`` are (field of the row, mapped column, text).
        """
        for field, column, text in texts:
            longest = column.type.length
            if len(text) > longest:
                self.error(field, "too_long", N_("At most %(longest)s characters fit here."), longest=longest)

    def fill(self, obj: Record, name: str, value: Any, field: str = "") -> None:
        """Write ``value`` where ``obj`` has none. Where it has another one, keep that and say so.

        ``field`` is the row's, for the column of the notice; ``name`` when left out.
        """
        if not value:
            return
        old = getattr(obj, name)
        if not old:
            setattr(obj, name, value)
            self._tell(obj, name, old, value)
        elif not _same(old, value):
            text = N_("%(what)s differs: “%(here)s” here, “%(there)s” in the register. Nothing was changed.")
            self.notice(field or name, "differs", text, what=Sentence(_said(obj, name)["label"]),
                        here=_shown(obj, name, old), there=_shown(obj, name, value))

    def add_missing(self, obj: Record, name: str, values: Iterable[Any]) -> None:
        """Add to a list what it lacks: for what protects a person, where both sides hold."""
        there = getattr(obj, name)
        missing = [value for value in dict.fromkeys(values) if value not in there]
        if missing:
            old = list(there)
            setattr(obj, name, [*old, *missing])
            self._tell(obj, name, old, [*old, *missing])

    def made(self, label: str, new: str) -> None:
        """Say that a known record got another record beside it."""
        if not self.is_new:
            self.changes.append(Change(label, EMPTY, new))

    def _tell(self, obj: Record, name: str, old: Any, new: Any) -> None:
        if not self.is_new:
            label = _said(obj, name)["label"]
            self.changes.append(Change(label, _shown(obj, name, old), _shown(obj, name, new)))


def _same(old: Any, new: Any) -> bool:
    """Equal; or a list that already holds all of ``new``."""
    return set(new) <= set(old) if isinstance(old, list) else bool(old == new)


def _said(obj: Record, name: str) -> Mapping[str, Any]:
    return dict(described(type(obj)))[name]


def _shown(obj: Record, name: str, value: Any) -> str:
    if not value:
        return EMPTY
    if name in MASKS:
        return MASKS[name](str(value))
    if _said(obj, name)["group"] in PERSONAL:
        return DOTS
    return ", ".join(map(str, value)) if isinstance(value, list) else mask_in_text(str(value))
