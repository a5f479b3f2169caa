"""The pages of ``docs/`` that are made from the tables: who may do what, and when. Writes no file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import EnumMeta

from rules import states
from rules.choices import Choice
from rules.permissions import GROUPS, MATRIX, Role, Row
from rules.states import LifeCycle, Step

MADE = "<!-- Made by `make docs` from the tables in `rules/`. Change those, not this page. -->"
CELLS = {"-": "", "r": "sees", "m": "sees masked", "w": "enters", "rw": "sees, changes", "mw": "sees masked, changes",
         "x": "may"}
NOTES = {"required": "needed", "optional": "may be written", "": ""}


def permissions_page(matrix: Mapping[tuple[str, str], Row] = MATRIX) -> str:
    """The table of rights: a heading for each record type, its field groups, then its verbs. ``matrix`` by row."""
    lines = [
        "# Who may do what", "", MADE, "",
        "A field group is a set of fields that are shown together. What is not listed is denied to everybody.",
        "Which *rows* a role meets is said in `services/scopes.py`.", "",
        *(f"- **{word}**: {means}" for word, means in (
            ("sees", "the fields are shown"), ("sees masked", "only a part of the value is shown"),
            ("enters", "may write without seeing what is stored"), ("may", "may take the verb"))),
    ]
    for model in dict.fromkeys(model for model, _ in matrix):
        rows = {what: row for (of, what), row in matrix.items() if of == model}
        lines += ["", f"## {model}", "", *_table(["", *(role.label for role in Role)], _rights(rows))]
    return _page(lines)


def states_page(cycles: Mapping[str, LifeCycle] | None = None) -> str:
    """The life cycles: a picture and the verbs of each. ``cycles`` by name; all of ``rules.states`` when None."""
    lines = [
        "# When what may happen", "", MADE, "",
        "A verb is what people do. One *by itself* has no button: it follows from another verb or from a job.",
    ]
    for name, cycle in (known_cycles() if cycles is None else cycles).items():
        lines += ["", f"## {name}", "", *_picture(cycle), "", *_table(
            ["Verb", "Button", "From", "To", "A sentence", ""], _verbs(cycle))]
    return _page(lines)


def known_cycles() -> dict[str, LifeCycle]:
    """Every life cycle of ``rules.states`` by its name in words, in the order of the file."""
    return {name.replace("_", " ").capitalize(): cycle
            for name, cycle in vars(states).items() if isinstance(cycle, LifeCycle)}


def _rights(rows: Mapping[str, Row]) -> Iterator[list[str]]:
    for what, row in sorted(rows.items(), key=lambda pair: pair[0].endswith("()")):
        name = f"`{what}`" if what.endswith("()") else GROUPS[what]
        yield [name, *(CELLS[row[role]] for role in Role)]


def _picture(cycle: LifeCycle) -> list[str]:
    arrows = [f"    {source.value} --> {step.target.value}: {verb}"
              for verb, step in cycle.steps.items() for source in step.sources]
    names = [f"    {state.value}: {state.label}" for state in _states(cycle)]
    return ["```mermaid", "stateDiagram-v2", *names, f"    [*] --> {cycle.initial.value}", *arrows, "```"]


def _states(cycle: LifeCycle) -> list[Choice]:
    kind: EnumMeta = type(cycle.initial)
    return list(kind)


def _verbs(cycle: LifeCycle) -> Iterator[list[str]]:
    for verb, step in cycle.steps.items():
        sources = ", ".join(source.label for source in step.sources)
        yield [f"`{verb}`", step.label, sources, step.target.label, _note(step), "" if step.own else "by itself"]


def _note(step: Step) -> str:
    return NOTES[step.note] if step.own else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


PAGES = {"permissions.md": permissions_page, "states.md": states_page}
"""File name in ``docs/`` to what makes its text."""
