"""From an address to conditions on rows, each with the pill that says it in words. Nothing is dropped in silence."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import RelationshipDirection
from werkzeug.datastructures import MultiDict

from admin_views.lists.filters import (
    EMPTY,
    FILLED,
    GROUP,
    Asking,
    askings,
    contains,
    is_empty,
    prefixes,
    read_bound,
    within,
)
from admin_views.words import column_type, enum_of, show
from models.base import Record, db
from rules.permissions import Actor, opens
from services.protection import telling_fields, unprotected
from services.scopes import visible

LONGEST_VALUE = 200
LONGEST_ODD = 60
MOST_ODD = 8
RECORD = re.compile(r"(?:^|#)([0-9]{1,9})\Z")
"""A record in an address: "12", or as a look-up offers it, "Name #12"."""

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Pill:
    """A filter at work, in words, and the address without it.

    ``group`` is the number of its alternative, 0 for what always holds; ``odd`` marks what was not understood and
    does nothing.
    """

    label: str
    value: str
    without: str
    group: int = 0
    odd: bool = False


@dataclass
class Conditions:
    """What ``args`` ask of the rows of ``model``, by columns that ``said`` describes as the actor's to read.

    ``met`` is a record that the actor is known to meet.
    """

    model: type[Record]
    actor: Actor
    args: MultiDict[str, str]
    said: dict[str, dict[str, Any]]
    address_without: Callable[[str], str]
    met: Record | None = None
    pills: list[Pill] = field(default_factory=list)

    def clauses(self) -> Iterator[Clause]:
        """What always holds, and that one of the alternatives does; fills the pills on the way."""
        known = {name: asking for name, asking in askings(self.model, self.said).items()
                 if may_choose(self.model, asking.name, asking.kind, self.actor)}
        alternatives = []
        for group, prefix in prefixes():
            if not any(key.startswith(prefix) for key in self.args):
                continue
            found = [clause for name, asking in known.items() if f"{prefix}{name}" in self.args
                     for clause in self._of(f"{prefix}{name}", asking, group)]
            if group == 0:
                yield from found
            elif found:
                alternatives.append(sa.and_(*found))
        if alternatives:
            yield sa.or_(*alternatives)
        for key in [key for key in self.args if key.startswith("f_") or GROUP.match(key)]:
            name = key.split("_", 1)[1]
            if name not in known:
                self.odd(key, self.args.get(key, ""), _group_of(key))

    def odd(self, key: str, value: str, group: int = 0) -> None:
        """Say that ``key`` was not understood; of many such a few are enough."""
        if sum(pill.odd for pill in self.pills) < MOST_ODD:
            self.pills.append(Pill(key[:LONGEST_ODD], value[:LONGEST_ODD], self.address_without(key), group, odd=True))

    def _of(self, key: str, asking: Asking, group: int) -> Iterator[Clause]:
        raws = [raw.strip()[:LONGEST_VALUE] for raw in dict.fromkeys(self.args.getlist(key)) if raw.strip()]
        if not raws:
            return
        clause, words, unread = self._read(asking, raws)
        if clause is not None and asking.name in telling_fields(self.model):
            clause = sa.and_(clause, unprotected(self.model))  # what a list does not show, it does not answer either
        if clause is not None:
            label = gettext(self.said[asking.name]["label"])
            self.pills.append(Pill(label, words, self.address_without(key), group))
            yield clause
        if unread:
            self.odd(key, ", ".join(unread), group)

    def _read(self, asking: Asking, raws: list[str]) -> tuple[Clause | None, str, list[str]]:
        """The condition, its words, and the values that were not understood."""
        if asking.part == "_is":
            return self._presence(asking, raws)
        if asking.part in ("_from", "_until"):
            return self._range(asking, raws)
        attribute: Any = getattr(self.model, asking.name)
        if asking.kind == "text":
            begins = asking.part == "_begins"
            words = gettext("begins with %(words)s", words=raws[0]) if begins else raws[0]
            return contains(attribute, raws[0], begins=begins), words, raws[1:]
        return (self._related if asking.kind in ("record", "records") else self._members)(asking, raws)

    def _presence(self, asking: Asking, raws: list[str]) -> tuple[Clause | None, str, list[str]]:
        if raws == [EMPTY]:
            return is_empty(self.model, asking.name, asking.kind), gettext("is empty"), []
        if raws == [FILLED]:
            return sa.not_(is_empty(self.model, asking.name, asking.kind)), gettext("is not empty"), []
        return None, "", raws

    def _range(self, asking: Asking, raws: list[str]) -> tuple[Clause | None, str, list[str]]:
        try:
            bound = read_bound(asking.kind, raws[0])
        except ValueError:
            return None, "", raws
        words = gettext("from") if asking.part == "_from" else gettext("until")
        said = show(bound, column_type(self.model, asking.name))
        return within(getattr(self.model, asking.name), asking.kind, asking.part, bound), f"{words} {said}", raws[1:]

    def _members(self, asking: Asking, raws: list[str]) -> tuple[Clause | None, str, list[str]]:
        known = members(self.model, asking.name)
        chosen = [known[raw] for raw in raws if raw in known]
        if asking.kind == "truth" and len(chosen) > 1:
            chosen = chosen[:1]
        attribute: Any = getattr(self.model, asking.name)
        clause = attribute.in_(chosen) if chosen else None
        return clause, ", ".join(map(show, chosen)), [raw for raw in raws if raw not in known]

    def _related(self, asking: Asking, raws: list[str]) -> tuple[Clause | None, str, list[str]]:
        """Rows that name one of the given records; one out of the reader's sight is as one that is not there."""
        wanted = {raw: int(match[1]) for raw in raws if (match := RECORD.search(raw))}
        unread = [raw for raw in raws if raw not in wanted]
        if not wanted:
            return None, "", unread
        relationship = sa.inspect(self.model).relationships[asking.name]
        target = relationship.mapper.class_
        found = self._named(target, list(wanted.values()))
        ids = [row.id for row in found]
        if relationship.direction is RelationshipDirection.MANYTOONE:
            clause = next(iter(relationship.local_columns)).in_(ids)  # its index serves; EXISTS would look at every row
        else:
            clause = getattr(self.model, asking.name).any(target.id.in_(ids))
        return clause, ", ".join(show(row) for row in found) or gettext("unknown"), unread

    def _named(self, target: type[Record], ids: list[int]) -> Sequence[Record]:
        if self.met is not None and type(self.met) is target and ids == [self.met.id]:
            return [self.met]
        return db.session.scalars(sa.select(target).where(target.id.in_(ids), visible(target, self.actor))).all()


def members(model: type[Any], name: str) -> dict[str, Any]:
    """The values of a choice or of yes and no, by how an address writes them."""
    enum = enum_of(column_type(model, name))
    return {"1": True, "0": False} if enum is None else {member.value: member for member in enum}


def may_choose(model: type[Any], name: str, kind: str, actor: Actor) -> bool:
    """Whether the reader meets the records to choose from: their names tell what the own rows do not."""
    return kind not in ("record", "records") or opens(
        actor.role, sa.inspect(model).relationships[name].mapper.class_.__name__)


def is_number(raw: str) -> bool:
    """Whether ``raw`` can be the number of a record."""
    return raw.isascii() and raw.isdigit() and len(raw) < 10


def _group_of(key: str) -> int:
    match = GROUP.match(key)
    return int(match[1]) if match else 0
