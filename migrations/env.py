"""How a migration is written and run; the steps themselves are in versions/.

Autogenerate compares types, server defaults, keys, indexes, and CHECKs by their names. What a CHECK says is
not compared: a list of choices that grows needs its step written by hand.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from models.search import is_compared

log = logging.getLogger("alembic.env")
db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our own column types as the plain type in the database, for old migrations outlive the models."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def number_revision(_migration: Any, _revision: Any, directives: list[Any]) -> None:
    """Name revisions 0001, 0002 and so on; write none when autogenerate finds nothing."""
    script = directives[0]
    if getattr(context.config.cmd_opts, "autogenerate", False) and script.upgrade_ops.is_empty():
        directives.clear()
        log.info("The schema is as the models say.")
        return
    script.rev_id = f"{int(context.script.get_current_head() or 0) + 1:04d}"


OPTIONS: dict[str, Any] = {
    "target_metadata": db.metadata,  # carries the naming convention
    "compare_type": True,
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    "render_as_batch": True,  # SQLite alters a table by rebuilding it
    "render_item": render_item,
    "include_name": is_compared,
    "process_revision_directives": number_revision,
}


@contextmanager
def rebuilding_allowed(connection: sa.Connection) -> Iterator[None]:
    """Foreign keys off while SQLite rebuilds tables (a dropped one takes its children); checked after."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so before any
    try:
        yield
        orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
    if orphans:
        raise RuntimeError(f"rows without their parent after the migration: {orphans[:5]}")


def run_offline() -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    with db.engine.connect() as connection, rebuilding_allowed(connection):
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


run_offline() if context.is_offline_mode() else run_online()
