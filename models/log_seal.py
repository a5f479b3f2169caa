"""The seals of the logs: one row for each block of log rows, chained, and never changed. A service makes them."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UTCDateTime, pk


class LogSeal(Model):
    """A block of rows of one log, in the order of their ids, with their digests and the chain up to here.

    ``digests`` is None once the rows have been let go: ``root`` and ``chain`` stay, so the seals before and after it
    still hold together, and the database then lets the rows of the block be deleted.
    """

    __tablename__ = "log_seal"
    __table_args__ = (sa.UniqueConstraint("log", "last_id"),)
    constraint_sentences: ClassVar[dict[str, str]] = {}

    id: Mapped[pk]
    log: Mapped[str] = mapped_column(sa.String(40))
    """The log's table."""
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_id: Mapped[int]
    last_id: Mapped[int]
    rows: Mapped[int]
    digests: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    """A salt of 16 bytes, then for each row its id (8 bytes) and its digest (32 bytes)."""
    root: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 over ``digests``."""
    chain: Mapped[str] = mapped_column(sa.String(64))
    """A keyed hash over this seal and the chain of the one before."""
