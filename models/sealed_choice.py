"""A choice of several records whose very choosing tells something: sealed with its row, no table of links."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from models.base import Base, Record, db


class SealedChoice(Sequence[Any]):
    """Records chosen for a row, in the order of their numbers, known by what logs call them: ``Theme:3, Theme:17``.

    The records are read from the database when they are asked for; one that is gone is left out.
    """

    __slots__ = ("bound_to", "subjects")
    bound_to: Callable[[], str]
    subjects: tuple[str, ...]

    def __init__(self, chosen: "str | Iterable[Record] | SealedChoice" = "") -> None:
        if isinstance(chosen, SealedChoice):
            names = list(chosen.subjects)
        else:
            names = chosen.split(", ") if isinstance(chosen, str) else [_name_of(row) for row in chosen]
        self.subjects = tuple(sorted(filter(None, dict.fromkeys(names)), key=number_in))

    @property
    def ids(self) -> frozenset[int]:
        """The numbers of the rows."""
        return frozenset(map(number_in, self.subjects))

    def __str__(self) -> str:
        return ", ".join(self.subjects)

    def __len__(self) -> int:
        return len(self.subjects)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows())

    def __getitem__(self, place: Any) -> Any:
        return self._rows()[place]

    def __contains__(self, row: object) -> bool:
        return isinstance(row, Record) and row.subject in self.subjects

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list | tuple) and all(isinstance(row, Record) for row in other):
            return self.subjects == SealedChoice(other).subjects
        return isinstance(other, SealedChoice) and self.subjects == other.subjects

    def __hash__(self) -> int:
        return hash(self.subjects)

    def _rows(self) -> list[Any]:
        found = (db.session.get(_model(name), number_in(name)) for name in self.subjects)
        return [row for row in found if row is not None]


def number_in(subject: str) -> int:
    """3 of ``Theme:3``."""
    return int(subject.partition(":")[2])


def _name_of(row: Record) -> str:
    if row.id is None:  # chosen before it is written: its number is needed now
        db.session.add(row)
        db.session.flush()
    return row.subject


def _model(subject: str) -> Any:
    name = subject.partition(":")[0]
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == name)
