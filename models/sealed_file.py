"""A file kept in the database: sealed with a key of its own row, hashed over the plain bytes, never another one."""

import hashlib
from typing import Any, Self
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, says, short
from models.encryption import KEYRING
from rules.errors import UnloggedStatusChange
from rules.wording import N_


class SealedFile(Record):
    """What the record types that hold a file have in common. Sealing anew with another key is all that changes one."""

    __abstract__ = True

    name: Mapped[short] = mapped_column(info=says(N_("File"), "money", listed=True, form=False))
    content_type: Mapped[short] = mapped_column(info=says(N_("Type"), "money", form=False))
    size: Mapped[int] = mapped_column(info=says(N_("Size in bytes"), "money", listed=True, form=False))
    sha256: Mapped[str] = mapped_column(sa.String(64), info=says(N_("SHA-256"), "money", form=False))
    key: Mapped[str] = mapped_column(sa.String(32), info=says(N_("Key"), "secret", form=False))
    sealed_data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True, info=says(
        N_("Content"), "secret", form=False))

    def __str__(self) -> str:
        return self.name

    @classmethod
    def sealed(cls, data: bytes, **facts: Any) -> Self:
        """A row that holds ``data``; ``facts`` are its other columns."""
        return cls(**cls.columns_of(data), **facts)

    @classmethod
    def columns_of(cls, data: bytes) -> dict[str, Any]:
        """The columns that hold ``data``, sealed with a new key."""
        key = uuid4().hex
        return {"key": key, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                "sealed_data": KEYRING.seal(data, cls.place(key))}

    @classmethod
    def place(cls, key: str) -> str:
        """What the bytes of the row with this key are bound to."""
        return f"{cls.__tablename__}:{key}"

    def plain(self) -> bytes:
        """The bytes as they were given; ValueError when they were changed or moved."""
        data = KEYRING.open(self.sealed_data, self.place(self.key))
        if (len(data), hashlib.sha256(data).hexdigest()) != (self.size, self.sha256):
            raise ValueError(f"{self.subject}: the stored bytes are not those that were made")
        return data


@event.listens_for(SealedFile, "before_update", propagate=True)
def _made_once(_mapper: Any, _connection: Any, file: SealedFile) -> None:
    """A file is never another one. Sealing the same bytes with a new key is all that may happen to it."""
    state: Any = sa.inspect(file)
    changed = {a.key for a in state.attrs if a.history.has_changes()}
    if changed - {"sealed_data", "version"}:
        raise UnloggedStatusChange("a stored file is never another one")
    if "sealed_data" in changed:
        file.plain()
