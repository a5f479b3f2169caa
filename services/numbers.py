"""Running numbers of a year: one after the other, each given once."""

import zlib
from typing import Any

import sqlalchemy as sa

from models.base import db


def next_number(column: Any, prefix: str, width: int) -> str:
    """The next number of ``column`` that begins with ``prefix``, its running part at least ``width`` digits.

    On PostgreSQL writers wait for each other here until they commit; on SQLite they already do.
    """
    session = db.session
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(prefix.encode()))))
    given = session.scalars(
        sa.select(column).where(column.like(f"{prefix}%"))
        .order_by(sa.func.length(column).desc(), column.desc()).limit(1)).first()
    running = given.removeprefix(prefix) if given else "0"
    return f"{prefix}{int(running) + 1:0{width}}" if running.isdigit() else f"{prefix}{1:0{width}}"
