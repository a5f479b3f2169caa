"""What the filter panel offers: the conditions a reader can set, with those that are set."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_babel import gettext

from admin_views.lists.conditions import is_number, may_choose, members
from admin_views.lists.filters import GROUP, MOST_GROUPS, kind_of, parts_of
from admin_views.words import show
from models.base import db
from services.scopes import visible

if TYPE_CHECKING:
    from admin_views.listing import Listing

MOST_OPTIONS = 200
Options = tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Filter:
    """A condition that can be set: its name in the address and on the page, its kind, what is set now.

    ``options`` are (value, label, chosen); ``set`` what stands in the address by the ending of the name; ``main``
    says that the record type names it among its filters.
    """

    key: str
    id: str
    name: str
    label: str
    kind: str
    main: bool
    parts: tuple[str, ...]
    options: Options = ()
    set: dict[str, str] = field(default_factory=dict)

    @property
    def used(self) -> bool:
        return any(self.set.values())


@dataclass
class Panel:
    """The filters of one list page. A short list of records is asked for once, however many alternatives there are."""

    page: "Listing"
    names: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def alternatives(self) -> list[int]:
        """The numbers of the alternatives to show: those in the address, and as many as were asked for."""
        used = {int(match[1]) for key in self.page.args if (match := GROUP.match(key))}
        raw = self.page.args.get("panel", "")
        wanted = min(int(raw) - 1, MOST_GROUPS) if is_number(raw) else 0
        free = [number for number in range(1, MOST_GROUPS + 1) if number not in used]
        return sorted([*used, *free[:max(0, wanted - len(used))]])

    @property
    def one_more(self) -> int:
        """The ``panel`` that shows one alternative more: the first time two, for one alone is no choice. 0 if full."""
        shown = len(self.alternatives())
        return 0 if shown == MOST_GROUPS else max(shown + 1, 2) + 1

    def filters(self, prefix: str = "f_") -> list[Filter]:
        """The conditions of one group, those that the record type names first."""
        found = [self._filter(prefix, name, kind, said) for name, said in self.page.open.items()
                 if (kind := kind_of(self.page.model, name, said))
                 and may_choose(self.page.model, name, kind, self.page.actor)]
        return sorted(found, key=lambda one: not one.main)

    def _filter(self, prefix: str, name: str, kind: str, said: dict[str, Any]) -> Filter:
        key, args, parts = f"{prefix}{name}", self.page.args, parts_of(self.page.model, name, kind)
        options: Options = ()
        if kind in ("choice", "truth"):
            chosen = args.getlist(key)
            options = tuple((raw, show(value), raw in chosen) for raw, value in members(self.page.model, name).items())
        elif kind in ("record", "records") and self._target(name).console.small:
            chosen = args.getlist(key)
            options = tuple((str(number), label, str(number) in chosen) for number, label in self._names(name))
            kind = "listed"
        return Filter(key, key.replace("_", "-", 1), name, gettext(said["label"]), kind, bool(said.get("filtered")),
                      parts, options, {part: args.get(f"{key}{part}", "") for part in parts})

    def _target(self, name: str) -> Any:
        return sa.inspect(self.page.model).relationships[name].mapper.class_

    def _names(self, name: str) -> list[tuple[int, str]]:
        target = self._target(name)
        if target.__name__ not in self.names:
            rows = db.session.scalars(
                sa.select(target).where(visible(target, self.page.actor)).limit(MOST_OPTIONS)).all()
            self.names[target.__name__] = sorted(((row.id, show(row)) for row in rows),
                                                 key=lambda option: option[1].casefold())
        return self.names[target.__name__]

    def groups(self) -> Iterator[tuple[int, list[Filter]]]:
        """Each alternative with its conditions."""
        yield from ((number, self.filters(f"or{number}_")) for number in self.alternatives())
