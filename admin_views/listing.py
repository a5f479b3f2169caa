"""A list page: which columns, which rows, in which order; all of it in the address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import RelationshipProperty, joinedload, selectinload
from werkzeug.datastructures import MultiDict

from admin_views.fields import DateField
from admin_views.words import column_type, enum_of, show, show_field
from models.base import Money, Record, db, described
from models.encryption import Encrypted
from rules.permissions import Access, Actor, groups_with
from services.queues import queue_of
from services.scopes import visible

PAGE_SIZES = (20, 50, 100)
LAST_PAGE = 100_000
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Column:
    """One column of a list for this reader."""

    name: str
    label: str
    numeric: bool
    sortable: bool


@dataclass(frozen=True)
class Pill:
    """A filter at work, in words, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Filter:
    """A filter that can be set: its name in the address, kind, and the choices with whether each is set."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str, bool], ...] = ()
    value: str = ""
    until: str = ""


def readable(model: type[Any], actor: Actor, *, masked: bool) -> dict[str, dict[str, Any]]:
    """The described attributes that ``actor`` reads, with or without those shown masked."""
    groups = groups_with(actor.role, Access.READ, model.__name__)
    if masked:
        groups |= groups_with(actor.role, Access.MASKED, model.__name__)
    return {name: said for name, said in described(model) if said["group"] in groups}


def to_one(model: type[Any], name: str) -> bool:
    prop = sa.inspect(model).attrs[name]
    return isinstance(prop, RelationshipProperty) and prop.uselist is False


class Listing:
    """The rows of ``model`` that ``args`` ask for, as ``actor`` may see them."""

    def __init__(self, model: type[Record], actor: Actor, args: Mapping[str, str], today: date, *,
                 looking_up: bool = False) -> None:
        self.model, self.actor, self.today, self.looking_up = model, actor, today, looking_up
        self.args = args if isinstance(args, MultiDict) else MultiDict(args)
        self.said = readable(model, actor, masked=True)
        self.open = readable(model, actor, masked=False)
        self.pills: list[Pill] = []
        self.search = self.args.get("q", "").strip()[:LONGEST_SEARCH]
        self.clauses = [visible(model, actor), *self._filter_clauses()]

    # --- columns

    def columns(self) -> list[Column]:
        return [self._column(name) for name, said in self.said.items() if said.get("listed")]

    def export_columns(self) -> list[Column]:
        return [self._column(name) for name in self.said if not self._is_rows(name)]

    def _is_rows(self, name: str) -> bool:
        prop = sa.inspect(self.model).attrs[name]
        return isinstance(prop, RelationshipProperty) and bool(prop.uselist) and prop.secondary is None

    def _column(self, name: str) -> Column:
        kind = column_type(self.model, name)
        sortable = name in self.open and kind is not None and not isinstance(kind, Encrypted)
        return Column(name, gettext(self.said[name]["label"]), isinstance(kind, Money | sa.Integer), sortable)

    # --- filters

    def _filter_clauses(self) -> Iterator[Any]:
        if queue := queue_of(self.model, self.args.get("queue", ""), self.actor):
            self._pill(gettext("Queue"), gettext(queue.label), "queue")
            yield queue.where(self.actor, self.today)
        if self.search:
            yield self._search_clause()
        for name, said in self.open.items():
            if said.get("filtered") or to_one(self.model, name):
                yield from self._clauses_of(name, said)

    def _clauses_of(self, name: str, said: dict[str, Any]) -> Iterator[Any]:
        attribute: Any = getattr(self.model, name)
        kind: Any = column_type(self.model, name)
        label = gettext(said["label"])
        if isinstance(kind, sa.Date):
            yield from self._date_clauses(name, label, attribute)
        elif (enum := enum_of(kind)) and (chosen := self._members(name, enum)):
            self._pill(label, ", ".join(show(m) for m in chosen), f"f_{name}")
            yield attribute.in_(chosen)
        elif isinstance(kind, sa.Boolean) and (raw := self.args.get(f"f_{name}")) in ("0", "1"):
            self._pill(label, show(raw == "1"), f"f_{name}")
            yield attribute == (raw == "1")
        elif kind is None and (numbers := self._numbers(f"f_{name}")):
            target = sa.inspect(self.model).relationships[name].mapper.class_
            found = db.session.scalars(
                sa.select(target).where(target.id.in_(numbers), visible(target, self.actor))).all()
            self._pill(label, ", ".join(show(row) for row in found) or gettext("unknown"), f"f_{name}")
            ids = [row.id for row in found]
            yield attribute.has(target.id.in_(ids)) if to_one(self.model, name) else attribute.any(target.id.in_(ids))

    def _members(self, name: str, enum: type[Any]) -> list[Any]:
        known = {member.value: member for member in enum}
        return [known[raw] for raw in dict.fromkeys(self.args.getlist(f"f_{name}")) if raw in known]

    def _numbers(self, name: str) -> list[int]:
        return [int(raw) for raw in self.args.getlist(name) if raw.isascii() and raw.isdigit() and len(raw) < 10]

    def _date_clauses(self, name: str, label: str, attribute: Any) -> Iterator[Any]:
        for suffix, words in (("from", gettext("from")), ("until", gettext("until"))):
            key = f"f_{name}_{suffix}"
            try:
                day = DateField.read(DateField.__new__(DateField), self.args.get(key, "").strip())
            except ValueError:
                continue
            self._pill(label, f"{words} {show(day)}", key)
            yield attribute >= day if suffix == "from" else attribute <= day

    def _search_clause(self) -> Any:
        literal = self.search.lower().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        searched = (getattr(self.model, name) for name in self._searched())
        return sa.or_(sa.false(), *(sa.func.lower(column).like(f"%{literal}%", escape="\\") for column in searched))

    def _searched(self) -> list[str]:
        """The columns to search: those the reader reads; in a look-up by a role that reads none, the record's name."""
        found = [name for name, said in self.open.items() if said.get("searched")]
        if found or not self.looking_up:
            return found
        return [name for name, said in described(self.model) if said.get("searched")][:1]

    def _pill(self, label: str, value: str, *names: str) -> None:
        self.pills.append(Pill(label, value, self.address(drop=(*names, "page"))))

    def filters(self) -> list[Filter]:
        """What the filter panel offers."""
        return [f for name, said in self.open.items() if said.get("filtered") and (f := self._filter(name, said))]

    def _filter(self, name: str, said: dict[str, Any]) -> Filter | None:
        kind: Any = column_type(self.model, name)
        label = gettext(said["label"])
        if isinstance(kind, sa.Date):
            return Filter(name, label, "date", (), self.args.get(f"f_{name}_from", ""),
                          self.args.get(f"f_{name}_until", ""))
        if (enum := enum_of(kind)) is not None:
            chosen = self._members(name, enum)
            return Filter(name, label, "many", tuple((m.value, show(m), m in chosen) for m in enum))
        if isinstance(kind, sa.Boolean):
            raw = self.args.get(f"f_{name}", "")
            return Filter(name, label, "one", (("1", show(True), raw == "1"), ("0", show(False), raw == "0")))
        if kind is None:
            target = sa.inspect(self.model).relationships[name].mapper.class_
            if not target.console.small:
                return Filter(name, label, "record", (), self.args.get(f"f_{name}", ""))
            chosen_ids = self._numbers(f"f_{name}")
            rows = db.session.scalars(sa.select(target).where(visible(target, self.actor)).limit(200)).all()
            named = sorted(((row.id, show(row)) for row in rows), key=lambda option: option[1].casefold())
            return Filter(name, label, "many", tuple((str(i), text, i in chosen_ids) for i, text in named))
        return None

    # --- rows

    def _order_by(self) -> Iterator[Any]:
        names = {column.name for column in map(self._column, self.said) if column.sortable}
        wanted = self.args.get("sort", "")
        chosen = [wanted] if wanted.removeprefix("-") in names else list(self.model.console.order)
        for key in chosen:
            attribute = getattr(self.model, key.removeprefix("-"))
            yield attribute.desc().nulls_last() if key.startswith("-") else attribute.asc().nulls_last()
        yield self.model.id.desc() if chosen[0].startswith("-") else self.model.id.asc()

    def query(self) -> Any:
        return sa.select(self.model).where(*self.clauses).order_by(*self._order_by())

    def count(self) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(self.model).where(*self.clauses)) or 0

    @property
    def size(self) -> int:
        raw = self.args.get("size", "")
        return int(raw) if raw in map(str, PAGE_SIZES) else PAGE_SIZES[1]

    @property
    def page(self) -> int:
        raw = self.args.get("page", "0")
        return min(int(raw), LAST_PAGE) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0

    def rows(self) -> list[Any]:
        query = self.query().options(*loaders(self.model, [c.name for c in self.columns()]))
        return list(db.session.scalars(query.offset(self.page * self.size).limit(self.size)).unique())

    def cell(self, row: Any, name: str) -> str:
        return show_field(row, name, self.said[name], self.actor)

    # --- addresses

    def address(self, drop: tuple[str, ...] = (), **put: Any) -> str:
        """The query string of this list without ``drop`` and with ``put``."""
        kept = [(k, v) for k, v in self.args.items(multi=True) if k not in drop and k not in put and v]
        return "?" + urlencode(kept + [(k, v) for k, v in put.items() if v not in (None, "")])

    def sort_address(self, name: str) -> str:
        current = self.args.get("sort", self.model.console.order[0])
        return self.address(drop=("page",), sort=f"-{name}" if current == name else name)

    def sorted_by(self, name: str) -> str:
        """"ascending", "descending" or "": what ``aria-sort`` says of the column."""
        current = self.args.get("sort") or self.model.console.order[0]
        return {name: "ascending", f"-{name}": "descending"}.get(current, "")


def loaders(model: type[Any], names: list[str]) -> Iterator[Any]:
    """Load what the shown columns need in a fixed number of queries, whatever the number of rows."""
    mapper = sa.inspect(model)
    for name in dict.fromkeys([*names, *model.console.label_from]):
        if name not in mapper.relationships:
            continue
        prop = mapper.relationships[name]
        load = (selectinload if prop.uselist else joinedload)(getattr(model, name))
        yield load
        target = prop.mapper.class_
        for nested in target.console.label_from:
            yield (selectinload if prop.uselist else joinedload)(getattr(model, name)).joinedload(
                getattr(target, nested))
