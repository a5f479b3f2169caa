"""What the database refused, as the sentence of the constraint and the field it is about."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import Base, Record
from rules.wording import N_

UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
CHECK = re.compile(r"CHECK constraint failed: (\S+)")
USED = N_("Other records need this one: it stays.")
DUPLICATE = N_("There is already such a record.")
REFUSED = N_("The database refused this: a value is missing or does not fit.")


def _model_of(table_name: str) -> type[Record] | None:
    for mapper in Base.registry.mappers:
        found: type[Any] = mapper.class_
        if getattr(mapper.local_table, "name", "") == table_name and issubclass(found, Record):
            return found
    return None


def _columns_of(table: sa.Table, constraint: str) -> list[str]:
    everything: list[Any] = [*table.constraints, *table.indexes]
    for found in everything:
        if found.name == constraint and isinstance(found, sa.CheckConstraint):
            words = re.findall(r"[a-z_]+", str(found.sqltext))
            return [word for word in dict.fromkeys(words) if word in table.columns]
        if found.name == constraint:
            return [column.name for column in getattr(found, "columns", ())]
    return []


def _named(error: IntegrityError) -> tuple[str, str, list[str]]:
    """(table, constraint, columns), as far as the driver tells."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.table_name or "", diagnosis.constraint_name or "", []
    text = str(error.orig)
    if match := UNIQUE.search(text):
        pairs = [part.split(".") for part in match[1].split(", ")]
        return pairs[0][0], "", [pair[-1] for pair in pairs]
    if match := CHECK.search(text):
        for mapper in Base.registry.mappers:
            table: Any = mapper.local_table
            if match[1] in {constraint.name for constraint in table.constraints}:
                return table.name, match[1], []
    return "", "FOREIGN KEY" if "FOREIGN KEY" in text else "", []


def explain(error: IntegrityError) -> tuple[str, list[str]]:
    """The English sentence and the attribute names it is about, the first the most likely to have its field.

    Never the database's own words: those carry the values.
    """
    table_name, constraint, columns = _named(error)
    model = _model_of(table_name)
    if model is None or constraint.startswith("fk_"):
        return (USED if "FOREIGN" in constraint or constraint.startswith("fk_") else REFUSED), []
    table: Any = sa.inspect(model).local_table
    columns = columns or _columns_of(table, constraint)
    key = re.sub(rf"^(?:ck|uq|ix)_{table_name}_", "", constraint) if constraint else "_".join(columns)
    sentences = model.constraint_sentences
    sentence = sentences.get(key) or sentences.get("_".join(columns)) or (DUPLICATE if not constraint else REFUSED)
    return sentence, [column.removesuffix("_id") for column in columns]
