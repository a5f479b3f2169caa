"""What the database itself refuses: to change, remove or replace a row of a log or a seal. Triggers, on both engines.

Let through are the emptying of what may be erased, a change's values sealed with another key, and the removal of rows
whose seal has been emptied. A migration that rebuilds one of these tables on SQLite makes its triggers anew.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from models.audit import AccessLog, ChangeLog, StatusChange
from models.log_seal import LogSeal

LOGS: tuple[type[AccessLog] | type[ChangeLog] | type[StatusChange], ...] = (AccessLog, ChangeLog, StatusChange)

MAY_BECOME: dict[str, tuple[tuple[str, str], ...]] = {
    "access_log": (("note", "OLD.note IS NOT NULL"), ("salt", "NEW.salt = ''")),
    "change_log": (("sealed_values", "OLD.sealed_values IS NOT NULL"),),
    "status_change": (("note", "OLD.note IS NOT NULL"), ("salt", "NEW.salt = ''")),
    "log_seal": (("digests", "NEW.digests IS NULL"),),
}
"""Table to the columns that may change, each with the condition under which it may."""

REFUSAL = "history is append-only"

_REFUSE = (f"RAISE EXCEPTION USING MESSAGE = '{REFUSAL}: ' || TG_TABLE_NAME, "
           "ERRCODE = 'integrity_constraint_violation';")
FUNCTIONS = (
    ("CREATE OR REPLACE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS "
     f"$body$ BEGIN {_REFUSE} END $body$"),
    ("CREATE OR REPLACE FUNCTION refuse_removal_of_history() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "  # noqa: S608 - nothing in it comes from outside
     "IF EXISTS (SELECT 1 FROM log_seal WHERE log = TG_TABLE_NAME AND last_id >= OLD.id AND first_id <= OLD.id "
     f"AND digests IS NULL) THEN RETURN OLD; END IF; {_REFUSE} END $body$"),
)
"""PostgreSQL's: a trigger's own condition reads no other table."""


def _columns(table: Any) -> list[str]:
    return [str(column.name) for column in table.columns]


def _changed(table: Any, same: str) -> str:
    """A condition in SQL: something else changed than what may. ``same`` is how the engine compares with NULL."""
    may = dict(MAY_BECOME[table.name])
    kept = [f"NEW.{name} {same} OLD.{name}" for name in _columns(table) if name not in may]
    kept += [f"(NEW.{name} {same} OLD.{name} OR {when})" for name, when in may.items()]
    return f"NOT ({' AND '.join(kept)})"


def _let_go(name: str) -> str:
    """A condition in SQL: the seal of the row has been emptied. Never so for the seals themselves."""
    sealed = "last_id >= OLD.id AND first_id <= OLD.id AND digests IS NULL"
    return f"EXISTS (SELECT 1 FROM log_seal WHERE log = '{name}' AND {sealed})"  # noqa: S608 - our own table names


def on_sqlite(table: Any) -> Iterator[str]:
    """The triggers of one table. SQLite fires no trigger for a row that REPLACE takes away, so an id is taken once."""
    name, refuse = table.name, f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {table.name}'); END"
    yield f"CREATE TRIGGER {name}_changed BEFORE UPDATE ON {name} WHEN {_changed(table, 'IS')} {refuse}"
    yield f"CREATE TRIGGER {name}_removed BEFORE DELETE ON {name} WHEN NOT {_let_go(name)} {refuse}"
    taken = f"EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id)"  # noqa: S608 - our own table names
    yield f"CREATE TRIGGER {name}_replaced BEFORE INSERT ON {name} WHEN {taken} {refuse}"


def on_postgresql(table: Any) -> Iterator[str]:
    """The triggers of one table, and the functions that they run."""
    name, refuse = table.name, "EXECUTE FUNCTION refuse_change_of_history()"
    changed = _changed(table, "IS NOT DISTINCT FROM")
    yield from FUNCTIONS
    yield f"CREATE TRIGGER {name}_changed BEFORE UPDATE ON {name} FOR EACH ROW WHEN ({changed}) {refuse}"
    yield (f"CREATE TRIGGER {name}_removed BEFORE DELETE ON {name} FOR EACH ROW "
           "EXECUTE FUNCTION refuse_removal_of_history()")
    yield f"CREATE TRIGGER {name}_emptied BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}"


def _guard(table: Any) -> None:
    ddl: Any = sa.DDL
    for dialect, statements in (("sqlite", on_sqlite(table)), ("postgresql", on_postgresql(table))):
        for statement in statements:
            event.listen(table, "after_create", ddl(statement).execute_if(dialect=dialect))


for _model in (*LOGS, LogSeal):
    _mapper: Any = sa.inspect(_model)
    _guard(_mapper.local_table)
