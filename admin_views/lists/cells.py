"""The cells of a table of rows, ready to be written: what is the same in all rows of a column is settled once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from admin_views.lists.columns import Column
from admin_views.words import DASH, column_type, show, show_field
from models.sealed_choice import SealedChoice
from rules.choices import Choice
from rules.permissions import Access, cell
from services.protection import is_protected, telling_fields

if TYPE_CHECKING:
    from admin_views.listing import Listing

WITHHELD = "••••"
SHORT = 20
"""A first cell of fewer characters, or one with a digit in front, is a number, a day or a key: none of them wraps."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its column's label, its text, how it looks; the state when it is one, yes or no when it is that."""

    label: str
    text: str
    manner: str
    state: Choice | None
    truth: bool | None


def cells(page: "Listing", columns: Sequence[Column]) -> Callable[[Any], list[Cell]]:
    """A function from a row of ``page`` to its cells in ``columns``. The first one leads to the record."""
    makers = [_maker(page, column, leads=place == 0) for place, column in enumerate(columns)]
    return lambda row: [make(row) for make in makers]


def _maker(page: "Listing", column: Column, *, leads: bool) -> Callable[[Any], Cell]:
    name, label, text_of, is_open = column.name, column.label, _writer(page, column.name), column.name in page.open

    def make(row: Any) -> Cell:
        value, text = (getattr(row, name) if is_open else None), text_of(row)
        if leads and text == DASH:
            text = str(row)
        truth = value if isinstance(value, bool) else None
        state = value if name == "status" and value and not leads else None
        return Cell(label, text, _manner(text, truth, numeric=column.numeric, leads=leads), state, truth)

    return make


def _manner(text: str, truth: bool | None, *, numeric: bool, leads: bool) -> str:
    """The classes: an amount to the right, yes apart from no, nothing quiet."""
    if truth is not None:
        return "yes" if truth else "no"
    is_key = len(text) < SHORT and (leads or text[:1].isdigit())
    manner = "num" if numeric else ("key" if is_key else "")
    return f"{manner} none".strip() if text == DASH and not leads else manner


def _writer(page: "Listing", name: str) -> Callable[[Any], str]:
    """The text of a row in the column ``name``: of somebody under non-disclosure nothing that tells where they are."""
    write = _plain_writer(page, name)
    if name not in telling_fields(page.model):
        return write
    return lambda row: WITHHELD if is_protected(row) else write(row)


def _plain_writer(page: "Listing", name: str) -> Callable[[Any], str]:
    """The text of a row in the column ``name``; a value that many rows have is put in words once."""
    said, kind = page.said[name], column_type(page.model, name)
    rights = cell(page.actor.role, page.model.__name__, said["group"])
    if Access.READ not in rights or said.get("words") or said.get("fields_of") or said.get("mask"):
        return lambda row: show_field(row, name, said, page.actor)
    known: dict[Any, str] = {}

    def one(value: Any) -> str:
        if value not in known:
            known[value] = show(value, kind)
        return known[value]

    def write(row: Any) -> str:
        value = getattr(row, name)
        return (", ".join(map(one, value)) or DASH) if isinstance(value, list | SealedChoice) else one(value)

    return write
