"""The columns of a list: which a reader reads, which are shown, which sort, and what loads them at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty, joinedload, selectinload

from admin_views.words import column_type
from models.base import Money, Record, described
from models.encryption import Encrypted
from rules.permissions import Access, Actor, groups_with

LONGEST_KEY = 400
"""A text of more characters does not sort: where a page begins stands in the address."""


@dataclass(frozen=True)
class Column:
    """One column of a list for this reader."""

    name: str
    label: str
    numeric: bool
    sortable: bool


def readable(model: type[Any], actor: Actor, *, masked: bool) -> dict[str, dict[str, Any]]:
    """The described attributes that ``actor`` reads, with or without those shown masked."""
    groups = groups_with(actor.role, Access.READ, model.__name__)
    if masked:
        groups |= groups_with(actor.role, Access.MASKED, model.__name__)
    return {name: said for name, said in described(model) if said["group"] in groups}


def to_one(model: type[Any], name: str) -> bool:
    prop = sa.inspect(model).attrs[name]
    return isinstance(prop, RelationshipProperty) and prop.uselist is False


def is_rows(model: type[Any], name: str) -> bool:
    """Whether the attribute is rows of another model that point here: too much for a cell."""
    prop = sa.inspect(model).attrs[name]
    return isinstance(prop, RelationshipProperty) and bool(prop.uselist) and prop.secondary is None


def may_be_empty(model: type[Any], name: str) -> bool:
    """Whether some row may have nothing in the attribute."""
    prop: Any = sa.inspect(model).attrs[name]
    if isinstance(prop, RelationshipProperty):
        return bool(prop.uselist) or any(column.nullable for column in prop.local_columns)
    return any(isinstance(column, sa.Column) and bool(column.nullable) for column in prop.columns)


def is_numeric(model: type[Any], name: str) -> bool:
    return isinstance(column_type(model, name), Money | sa.Integer)


def may_sort(model: type[Any], name: str) -> bool:
    """Whether rows can be put in order by the attribute: a column that is neither sealed nor a long text."""
    kind: Any = column_type(model, name)
    if kind is None or isinstance(kind, Encrypted | sa.LargeBinary | sa.JSON):
        return False
    return not isinstance(kind, sa.String) or (kind.length or LONGEST_KEY + 1) <= LONGEST_KEY


def arranged(model: type[Record], said: dict[str, dict[str, Any]], chosen: Sequence[str] = ()) -> list[str]:
    """The columns to show, in order: those ``chosen`` that the reader has, else those the model says are listed."""
    known = [name for name in dict.fromkeys(chosen) if name in said and not is_rows(model, name)]
    return known or [name for name, about in said.items() if about.get("listed")]


def loaders(model: Any, names: Sequence[str]) -> tuple[Any, ...]:
    """Load what the shown columns need in a fixed number of queries, whatever the number of rows."""
    return _loaders(model, tuple(names))


@lru_cache(maxsize=500)
def _loaders(model: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_each_loader(model, names))


def _each_loader(model: type[Any], names: tuple[str, ...]) -> Iterator[Any]:
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
