"""What the database refused, as the sentence of the constraint and the field it is about."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import Base, Record
from rules.wording import N_

USED = N_("Other records need this one: it stays.")
DUPLICATE = N_("There is already such a record.")
NEEDED = N_("This is needed.")
REFUSED = N_("The database refused this: a value is missing or does not fit.")
OTHERWISE = {"unique": DUPLICATE, "needed": NEEDED, "foreign": USED}
"""The sentence where the constraint has none of its own."""

SQLITE = {
    "unique": re.compile(r"UNIQUE constraint failed: (?!index)(?P<columns>.+)"),
    "needed": re.compile(r"NOT NULL constraint failed: (?P<columns>.+)"),
    "check": re.compile(r"CHECK constraint failed: (?P<constraint>\S+)"),
    "foreign": re.compile(r"FOREIGN KEY constraint failed"),
}
POSTGRESQL = {"23505": "unique", "23502": "needed", "23514": "check", "23503": "foreign", "23001": "foreign"}


@dataclass(frozen=True)
class Refusal:
    """What the driver tells: the kind of rule, its table, its name or its columns. Never a value."""

    kind: str
    table: str = ""
    constraint: str = ""
    columns: tuple[str, ...] = ()


def _read(error: IntegrityError) -> Refusal:
    orig: Any = error.orig
    diagnosis = getattr(orig, "diag", None)
    if diagnosis is not None:
        columns = (diagnosis.column_name,) if diagnosis.column_name else ()
        return Refusal(POSTGRESQL.get(orig.sqlstate or "", ""), diagnosis.table_name or "",
                       diagnosis.constraint_name or "", columns)
    for kind, pattern in SQLITE.items():
        if match := pattern.search(str(orig)):
            found = match.groupdict()
            pairs = [part.split(".") for part in found.get("columns", "").split(", ") if "." in part]
            return Refusal(kind, pairs[0][0] if pairs else "", found.get("constraint", ""),
                           tuple(column for _, column in pairs))
    return Refusal("")


def _rules(table: Any) -> list[Any]:
    return [*table.constraints, *table.indexes]


def _model_of(refusal: Refusal) -> type[Record] | None:
    """The model whose table it is: SQLite names the table of a CHECK only within the constraint's own name."""
    for mapper in Base.registry.mappers:
        found: type[Any] = mapper.class_
        table: Any = mapper.local_table
        named = bool(refusal.constraint) and refusal.constraint in {rule.name for rule in _rules(table)}
        if issubclass(found, Record) and (named or table.name == refusal.table):
            return found
    return None


def _rule_of(table: Any, refusal: Refusal) -> Any:
    """The constraint or index that was broken: by its name, else the unique one over the columns; None if unknown."""
    for rule in _rules(table):
        columns = tuple(column.name for column in getattr(rule, "columns", ()))
        unique = isinstance(rule, sa.UniqueConstraint) or getattr(rule, "unique", False)
        if rule.name == refusal.constraint or (refusal.kind == "unique" and unique and columns == refusal.columns):
            return rule
    return None


def _columns_of(rule: Any) -> tuple[str, ...]:
    if isinstance(rule, sa.CheckConstraint):
        words = dict.fromkeys(re.findall(r"[a-z_]+", str(rule.sqltext)))
        return tuple(word for word in words if word in rule.table.columns)
    return tuple(column.name for column in getattr(rule, "columns", ()))


def explain(error: IntegrityError) -> tuple[str, list[str]]:
    """The English sentence and the attribute names it is about, the first the most likely to have its field.

    Never the database's own words: those carry the values.
    """
    refusal = _read(error)
    otherwise = OTHERWISE.get(refusal.kind, REFUSED)
    model = _model_of(refusal)
    if model is None or refusal.kind == "foreign":
        return otherwise, []
    table: Any = sa.inspect(model).local_table
    rule = _rule_of(table, refusal)
    columns = refusal.columns or _columns_of(rule)
    key = re.sub(rf"^(?:ck|uq|ix)_{table.name}_", "", str(rule.name)) if rule is not None else ""
    return model.constraint_sentences.get(key, otherwise), [column.removesuffix("_id") for column in columns]
