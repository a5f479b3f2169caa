"""What the rows of one import share: the day, the words, the lists, the people, what was made. Commits nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from imports.lists import Lists, Made, Organisations
from imports.people import People
from imports.problems import ReadRow
from imports.row_taken import RowTaken
from imports.sheet import SheetRow
from models import db
from models.audit import HasStatus
from rules.choices import Choice
from rules.person_names import PersonName
from rules.wording import N_, Sentence
from services.transitions import born_past

OLD_REGISTER = N_("the old register")


class Taking:
    """One import at work. ``say`` writes a sentence in the language in which notes are kept."""

    def __init__(self, today: date, say: Callable[[Sentence], str], sheet_rows: Iterable[SheetRow]) -> None:
        self.today = today
        self.say = say
        self.made = Made()
        self.lists = Lists(self.made)
        self.organisations = Organisations(self.made)
        self.people = People()
        self.current: RowTaken | None = None
        self._columns: Mapping[tuple[str, int], Mapping[str, str]] = {
            (row.sheet, row.number): row.columns for row in sheet_rows
        }

    def begin(self, row: ReadRow) -> RowTaken:
        """Start on ``row``; until the next one begins, what the database refuses is its."""
        self.current = RowTaken(row, self._columns.get((row.sheet, row.row), {}))
        return self.current

    def add(self, obj: Any) -> None:
        """A new record in the state in which its life begins."""
        self.made.add(obj)

    def born(self, obj: HasStatus, status: Choice, taken: RowTaken) -> None:
        """A new record in the state the register gives it, with the row as its history; it has its id afterwards."""
        if status is obj.lifecycle.initial:
            self.made.add(obj)
            db.session.flush()
            return
        note = Sentence(N_("Old register, row %(row)s of the sheet “%(sheet)s”."),
                        row=str(taken.row.row), sheet=taken.row.sheet)
        born_past(obj, status, self.say(note))
        self.made.count(obj)  # type: ignore[arg-type]  # a record with a status is a record

    @property
    def register(self) -> str:
        """The old register as the name of who did something."""
        return self.say(Sentence(OLD_REGISTER))


def written(name: PersonName) -> str:
    """A name as people write it."""
    return f"{name.given} {name.surname}".strip() or name.alias
