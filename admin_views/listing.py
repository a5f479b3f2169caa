"""A list page: which columns, which rows, in which order; all of it in the address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from admin_views.lists.cells import WITHHELD, Cell, cells
from admin_views.lists.columns import Column, arranged, is_numeric, is_rows, loaders, may_sort, readable, to_one
from admin_views.lists.conditions import Conditions, Pill
from admin_views.lists.filters import GROUP
from admin_views.lists.near import from_here, has_more_near, page_near
from admin_views.lists.paging import LAST, Clause, beyond, ordering, read_cursor, terms_of, write_cursor
from admin_views.lists.panel import Panel
from admin_views.lists.totals import CAP, Total, summed, total_of
from admin_views.words import label, show_field
from models.base import Record, db
from rules.permissions import Actor
from services import selections
from services.protection import is_protected, telling_fields
from services.queues import queue_of
from services.scopes import visible
from services.search import matching

__all__ = ["LONGEST_SEARCH", "Column", "Listing", "Pill", "loaders", "readable", "to_one"]

PAGE_SIZES = (20, 50, 100)
LONGEST_SEARCH = 200
LONGEST_PLACE = 1500
PLACE = ("after", "before", "page")
"""Where one stands in the list; left behind when what is listed changes. ``page`` stood in older addresses."""

PASSING = ("panel", "url", "from")
"""What is about this one page and not about the list."""

KNOWN = frozenset({"q", "queue", "chosen", "sort", "size", "count", *PLACE, *PASSING})


class Listing:
    """The rows of ``model`` that ``args`` ask for, as ``actor`` may see them.

    ``met`` is a record that the actor has before them: a condition that names it does not read it again.
    """

    def __init__(self, model: type[Record], actor: Actor, args: Mapping[str, str], today: date, *,
                 looking_up: bool = False, columns: Sequence[str] = (), met: Record | None = None) -> None:
        self.model, self.actor, self.today, self.looking_up = model, actor, today, looking_up
        self.args: MultiDict[str, str] = args if isinstance(args, MultiDict) else MultiDict(args)
        self.said = readable(model, actor, masked=True)
        self.open = readable(model, actor, masked=False)
        self.shown = arranged(model, self.said, columns)
        self.search = self.args.get("q", "").strip()[:LONGEST_SEARCH]
        self.conditions = Conditions(model, actor, self.args, self.open, lambda key: self.address(drop=(key,)), met)
        self.narrowing: list[Clause] = [visible(model, actor), *self._filter_clauses()]
        self.clauses = [*self.narrowing, self.searched(by_row=False)] if self.search else self.narrowing
        self.is_broad = False
        self.terms = terms_of(model, self._keys())
        self.cursor, self.backward = self._place()
        self.has_previous = self.has_next = False
        self._note_unknown()

    @property
    def pills(self) -> list[Pill]:
        return self.conditions.pills

    # --- columns

    def columns(self) -> list[Column]:
        return [self._column(name) for name in self.shown]

    def export_columns(self) -> list[Column]:
        return [self._column(name) for name in self.said if not is_rows(self.model, name)]

    def _column(self, name: str) -> Column:
        return Column(name, label(self.said[name]["label"]), is_numeric(self.model, name), name in self.sortable)

    @cached_property
    def sortable(self) -> frozenset[str]:
        """The columns that put rows in order: not what is withheld of a protected person, whose place would tell it."""
        return frozenset(name for name in self.open.keys() - telling_fields(self.model) if may_sort(self.model, name))

    def cell(self, row: Any, name: str) -> str:
        if name in telling_fields(self.model) and is_protected(row):
            return WITHHELD
        return show_field(row, name, self.said[name], self.actor)

    def cells(self, columns: Sequence[Column]) -> Callable[[Any], list[Cell]]:
        """A function from a row to its cells in ``columns``."""
        return cells(self, columns)

    # --- which rows

    def _filter_clauses(self) -> Iterator[Any]:
        if name := self.args.get("queue", ""):
            if queue := queue_of(self.model, name, self.actor):
                self.pills.append(Pill(gettext("Queue"), gettext(queue.label), self.address(drop=("queue",))))
                yield queue.where(self.actor, self.today)
            else:
                self.conditions.odd("queue", name)
        if "chosen" in self.args:
            ids = selections.ids_in(self.args["chosen"], self.model, self.actor)
            self.pills.append(Pill(gettext("Chosen rows"), str(len(ids)), self.address(drop=("chosen",))))
            yield self.model.id.in_(ids)
        yield from self.conditions.clauses()

    def searched(self, *, by_row: bool) -> Clause:
        """The condition of the search, in the one or the other way of ``services.search``."""
        return matching(self.model, self.search, self.actor, looking_up=self.looking_up, by_row=by_row)

    def _note_unknown(self) -> None:
        for key in self.args:
            if key not in KNOWN and not key.startswith("f_") and not GROUP.match(key):
                self.conditions.odd(key, self.args.get(key, ""))
        if (raw := self.args.get("size", "")) and raw not in map(str, PAGE_SIZES):
            self.conditions.odd("size", raw)

    @property
    def narrowed(self) -> bool:
        """Whether anything that was understood leaves rows out."""
        return bool(self.search) or any(not pill.odd for pill in self.pills)

    # --- order and place

    def _keys(self) -> list[str]:
        """The sort keys: the column that the address names, else the model's own order."""
        wanted = self.args.get("sort", "")
        if wanted.removeprefix("-") in self.sortable:
            return [wanted]
        if wanted:
            self.conditions.odd("sort", wanted)
        return list(self.model.console.order)

    def _place(self) -> tuple[list[Any] | None, bool]:
        """The row that the page begins after, or ends before, and whether it is the latter."""
        for key in ("after", "before"):
            raw = self.args.get(key, "")
            if key == "before" and raw == LAST:
                return None, True
            if raw:
                try:
                    return read_cursor(self.terms, raw), key == "before"
                except ValueError:
                    self.conditions.odd(key, raw)
        return None, False

    def query(self) -> Any:
        return sa.select(self.model).where(*self.clauses).order_by(*ordering(self.terms))

    @property
    def size(self) -> int:
        raw = self.args.get("size", "")
        return int(raw) if raw in map(str, PAGE_SIZES) else PAGE_SIZES[1]

    def rows(self) -> list[Any]:
        """The rows of the page; says on the way whether there are more before and after it."""
        ids = page_near(self) if self.search else []
        self.is_broad = bool(ids)
        wanted = sa.select(self.model)
        wanted = wanted.where(self.model.id.in_(ids)) if ids else from_here(self, wanted.where(*self.clauses))
        wanted = wanted.options(*loaders(self.model, self.shown)).order_by(
            *ordering(self.terms, backward=self.backward)).limit(self.size + 1)
        found = list(db.session.scalars(wanted).unique())
        more, met = len(found) > self.size, self.cursor is not None
        del found[self.size:]
        if self.backward:
            found.reverse()
        self.has_previous, self.has_next = (more, met) if self.backward else (met, more)
        return found

    # --- how many

    def count(self) -> int:
        """Exactly how many rows there are."""
        return db.session.scalar(sa.select(sa.func.count()).select_from(self.model).where(*self.clauses)) or 0

    def total(self) -> Total:
        """How many rows there are, up to a cap unless ``count=exact``, and their sums."""
        exact = self.args.get("count") == "exact"
        if self.is_broad and not exact and has_more_near(self, CAP):
            return Total(CAP, more=True)
        beside = beyond(self.terms, self.cursor, backward=self.backward) if self.cursor is not None else None
        seen = [name for name in self.shown if name in self.open and not self.said[name].get("mask")]
        names = summed(self.model, seen)
        return total_of(self.model, self.clauses, names, beside, exact=exact)

    def first_number(self, total: Total, rows: Sequence[Any]) -> int | None:
        """The place of the page's first row in the list, from 1; None where it was not counted."""
        if self.cursor is None and not self.backward:
            return 1
        if total.more:
            return None
        if self.cursor is None:
            return total.count - len(rows) + 1
        return total.beside - len(rows) + 1 if self.backward else total.count - total.beside + 1

    # --- addresses

    def address(self, drop: tuple[str, ...] = (), **put: Any) -> str:
        """The query string of this list, from its first page, without ``drop`` and with ``put``."""
        gone = {*drop, *put, *PLACE, *PASSING}
        kept = [(k, v) for k, v in self.args.items(multi=True) if k not in gone and v]
        return "?" + urlencode(kept + [(k, v) for k, v in put.items() if v not in (None, "")])

    @property
    def place(self) -> str:
        """The query string that leads back to this very page; empty for a list as it opens."""
        return urlencode([(k, v) for k, v in self.args.items(multi=True) if v and k not in ("page", *PASSING)])

    @property
    def kept(self) -> dict[str, str]:
        """What the address of a record carries so that its page leads back here."""
        return {"from": self.place} if 0 < len(self.place) <= LONGEST_PLACE else {}

    def previous_address(self, rows: Sequence[Any]) -> str:
        return self.address(before=write_cursor(self.terms, rows[0]))

    def next_address(self, rows: Sequence[Any]) -> str:
        return self.address(after=write_cursor(self.terms, rows[-1]))

    def last_address(self) -> str:
        return self.address(before=LAST)

    def sort_address(self, name: str) -> str:
        return self.address(sort=f"-{name}" if self.sorted_by(name) == "ascending" else name)

    def sorted_by(self, name: str) -> str:
        """"ascending", "descending" or "": what ``aria-sort`` says of the column."""
        if self.terms[0].name != name:
            return ""
        return "descending" if self.terms[0].descending else "ascending"

    @cached_property
    def panel(self) -> Panel:
        return Panel(self)


def same_list(address: str, other: str) -> bool:
    """Whether two query strings ask for the same list, whatever the order of their parts."""
    return sorted(parse_qsl(address.lstrip("?"))) == sorted(parse_qsl(other.lstrip("?")))
