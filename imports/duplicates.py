"""Finds rows of one file that mean the same thing. Says so; merges nothing."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from imports.problems import Problem, Row, SameAs, Severity
from imports.sheet import SheetRow
from rules.wording import N_, Sentence

# What two rows may have in common: (word for it, the value itself).
Keys = Callable[[Row], Iterable[tuple[str, Hashable]]]


def mark_repeats(rows: Sequence[Row], keys: Keys[Row]) -> list[Row]:
    """The rows, each later one that shares a key with an earlier one marked with it and given a notice."""
    first: dict[tuple[str, Hashable], int] = {}
    marked: list[Row] = []
    for index, row in enumerate(rows):
        own = list(keys(row))
        shared = {key: first[key] for key in own if key in first}
        marked.append(_marked(row, rows[min(shared.values())], shared) if shared else row)
        for key in own:
            first.setdefault(key, index)
    return marked


def number_letters(rows: Iterable[SheetRow]) -> Mapping[str, str]:
    """Sheet to the letter of its number column."""
    return {row.sheet: row.columns["number"] for row in rows}


def refuse_taken_numbers(
    rows: Sequence[Row], number_of: Callable[[Row], str | None], letters: Mapping[str, str]
) -> list[Row]:
    """The rows, with an error on each that has the number of an earlier row and is not that row again."""
    first: dict[str, Row] = {}
    checked: list[Row] = []
    for row in rows:
        number = number_of(row)
        earlier = first.setdefault(number, row) if number else row
        if earlier is row or _repeats(row, earlier):
            checked.append(row)
            continue
        text = N_("The number %(number)s is already on row %(row)s.")
        sentence = Sentence(text, number=number, row=earlier.row)
        letter = letters[row.sheet]
        taken = Problem(row.sheet, row.row, letter, sentence, Severity.ERROR, "number_taken")
        checked.append(add_problem(row, taken))
    return checked


def _repeats(row: Row, earlier: Row) -> bool:
    return row.same_as is not None and (row.same_as.sheet, row.same_as.row) == (earlier.sheet, earlier.row)


def add_problem(row: Row, problem: Problem) -> Row:
    return replace(row, problems=(*row.problems, problem))


def _marked(row: Row, earliest: Row, shared: Mapping[tuple[str, Hashable], int]) -> Row:
    nearest = min(shared.values())
    by = tuple(key[0] for key, index in shared.items() if index == nearest)
    text = N_("Row %(number)s of the sheet “%(sheet)s” already has the same one.")
    sentence = Sentence(text, number=earliest.row, sheet=earliest.sheet)
    problem = Problem(row.sheet, row.row, "", sentence, Severity.NOTICE, "repeated")
    return add_problem(replace(row, same_as=SameAs(earliest.sheet, earliest.row, by)), problem)
