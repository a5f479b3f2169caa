"""How each database is talked to: SQLite's pragmas and its writing transactions, and one case rule for search."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

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
        for pragma in ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=NORMAL",
                       "secure_delete=ON"):  # what is deleted is overwritten: a file is copied, backed up, stolen
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")


def gather_statistics(connection: Connection) -> None:
    """Let SQLite see how its tables have grown, for the ways that it chooses; PostgreSQL looks by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")  # of an index so many rows are enough
        connection.exec_driver_sql("ANALYZE")


def empty_log_file(engine: Engine) -> None:
    """Bring SQLite's log file into the database and cut it to nothing: it has pages as they were before.

    Outside a transaction; does nothing for other databases, and nothing while somebody else is reading.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()
