"""How each database is talked to: SQLite's pragmas and its writing transactions, and one case rule for search."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

WRITING: ContextVar[bool] = ContextVar("writing", default=False)
"""True while the work at hand will write. SQLite then takes its lock at BEGIN: it has no row locks, and two
sessions that both read a record before either writes would otherwise both approve it."""


@contextmanager
def writing() -> Iterator[None]:
    """Begin transactions as writers while inside."""
    token = WRITING.set(True)
    try:
        yield
    finally:
        WRITING.reset(token)


def prepare_engine(engine: Engine) -> None:
    """Install the connection settings of ``engine``; does nothing for other databases than SQLite."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions behind our back
        connection.create_function("lower", 1, lambda text: text.lower() if isinstance(text, str) else text,
                                   deterministic=True)  # the built-in one knows no Ä
        for pragma in ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")
