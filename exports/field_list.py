"""The list of fields as a page of ``docs/``: what each is for, who reads it, how it lies at rest, how long it stays."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from models.base import Base, Record, described
from models.encryption import Encrypted
from rules.permissions import GROUPS, Role, cell
from rules.processing import GROUNDS, KEPT_BY, OTHERWISE
from rules.retention import LOG_RULES, RECORD_RULES

HEAD = """# Which personal data is kept, field by field

<!-- Made by `make docs` from the models, the rights and the rules of retention. Change those, not this page. -->

Purpose and basis are a proposal for the controller, who decides them before use. Who reads a field stands by role, *m*
means masked. *Sealed* is encrypted in the database for its own row. What stands in no line is not kept."""
LETTERS = {Role.COORDINATOR: "coordinator", Role.TRAINER: "trainer", Role.FINANCE: "finance", Role.ORDERER: "orderer",
           Role.STEERING: "steering", Role.EXPERT: "expert", Role.ADMIN: "admin"}


def field_list() -> str:
    """Markdown: purposes by field group, then a table for each record type."""
    lines = [HEAD, "", "| Field group | Purpose | Basis |", "|---|---|---|"]
    lines += [f"| {group} | {ground.purpose} | {ground.basis} |" for group, ground in GROUNDS.items()]
    for model in _models():
        time = kept(model.__name__, model.__tablename__)
        lines += ["", f"## {model.__name__}", "", f"{model.console.one}. Kept: {time}.", "",
                  "| Field | Group | Read by | At rest |", "|---|---|---|---|", *_rows(model)]
    return "\n".join(lines) + "\n"


def kept(name: str, table: str) -> str:
    """How long a record type is kept, in English words."""
    for log in LOG_RULES:
        if log.log == table:
            values = f"; values and notes {log.values} years" if log.values else ""
            return f"{log.rows} years{values}"
    rule = RECORD_RULES.get(KEPT_BY.get(name, ""))
    if rule is None:
        return OTHERWISE
    years = " of the calendar year" if rule.by_year else ""
    return f"{rule.months} months from the end{years} ({rule.ended}), then it {rule.then.label}"


def _models() -> list[Any]:
    """The record types of the console and the logs, in the order of their names."""
    found = [mapper.class_ for mapper in Base.registry.mappers if hasattr(mapper.class_, "console")]
    return sorted(found, key=lambda model: str(model.__name__))


def _rows(model: type[Record]) -> Iterator[str]:
    for name, said in described(model):
        readers = [LETTERS[role] + (" *m*" if "r" not in granted or said.get("mask") else "") for role in Role
                   if (granted := cell(role, model.__name__, said["group"])).strip("-wx")]
        group = said["group"] if said["group"] in GROUPS else "?"
        yield f"| {said['label']} (`{name}`) | {group} | {', '.join(readers) or 'nobody'} | {_at_rest(model, name)} |"


def _at_rest(model: type[Record], name: str) -> str:
    attribute = sa.inspect(model).attrs[name]
    columns = getattr(attribute, "columns", ())
    if not columns:
        return "link"
    if isinstance(columns[0].type, Encrypted) or name.startswith("sealed_"):
        return "sealed"
    return "keyed hash" if name.endswith("_fingerprint") else "plain"
