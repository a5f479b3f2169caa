"""What is wrong or odd in a file that comes in, and what reading a file gives. No reading here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from models.numbers import mask_in_text
from rules.wording import Sentence


class Severity(StrEnum):
    """An error keeps its row out; a notice is shown and the row is good."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True)
class Problem:
    """``row`` counts as the spreadsheet does, None for a whole sheet; ``kind`` is for counting."""

    sheet: str
    row: int | None
    column: str
    sentence: Sentence
    severity: Severity
    kind: str


@dataclass(frozen=True)
class SameAs:
    """An earlier row of the same file that means the same, and by what it is known."""

    sheet: str
    row: int
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    """What every row has: where it stands, what is wrong with it, which earlier row it repeats."""

    sheet: str
    row: int
    problems: tuple[Problem, ...] = ()
    same_as: SameAs | None = None

    @property
    def good(self) -> bool:
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


Row = TypeVar("Row", bound=ReadRow)


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """All rows of a file, good and bad, in their order, and the remarks about its sheets."""

    rows: Sequence[Row]
    remarks: Sequence[Problem] = ()

    @property
    def rows_read(self) -> int:
        return len(self.rows)

    @property
    def good_rows(self) -> list[Row]:
        return [row for row in self.rows if row.good]

    @property
    def problems(self) -> list[Problem]:
        return [*self.remarks, *(problem for row in self.rows for problem in row.problems)]

    @property
    def repeated_rows(self) -> list[Row]:
        return [row for row in self.rows if row.same_as is not None]

    def count(self, severity: Severity) -> Mapping[str, int]:
        """How many problems of each kind."""
        return Counter(problem.kind for problem in self.problems if problem.severity is severity)


def masked(sentence: Sentence) -> Sentence:
    """The sentence with account numbers, identity codes, phone numbers and addresses masked in its facts."""
    facts = sentence.facts.items()
    hidden = {name: mask_in_text(fact) if isinstance(fact, str) else fact for name, fact in facts}
    return Sentence(sentence.text, **hidden)
