"""The chain over the logs: rows sealed in blocks, in the order of their ids, and the search for the first broken link.

Writers do not wait for it: a row is sealed some time after it was written. A digest covers what a row says for good,
not what may be erased; of a change's values and of a step's note it covers the salted digest.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from models.audit import ERASABLE, ChangeLog, HasNote, digest_of_note
from models.base import db
from models.encryption import KEYRING, opened
from models.log_guard import LOGS
from models.log_seal import LogSeal
from rules.wording import N_, Sentence

Log = type[Any]
UNCOVERED = {*ERASABLE, "row_key"}
"""What the digest of a row leaves out: what may be erased, and the key under which a note opens or does not."""
BLOCK = 1000
SALT, NUMBER, DIGEST = 16, 8, 32
LONGEST_WAIT = "5s"
"""So long sealing waits for those who write a log on PostgreSQL; it is tried again the next time."""


@dataclass(frozen=True)
class State:
    """How one log stands: ``head`` is the chain's last link, ``broken`` the first that does not hold."""

    log: str
    sealed: int
    waiting: int
    head: str
    broken: Sentence | None = None


# --- sealing

def reach(log: Log) -> int:
    """The highest id that may be sealed: nobody is still writing a row with a lower one. The caller commits at once.

    On PostgreSQL a number is drawn before its row is committed, so those at it are waited for, and for a moment nobody
    begins; OperationalError when it takes too long. On SQLite there is one writer, the caller (``models.engine``).
    """
    if _is_postgresql():
        db.session.execute(sa.text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))
        db.session.execute(sa.text(f"LOCK TABLE {log.__tablename__} IN SHARE MODE"))
    return db.session.scalar(sa.select(sa.func.max(log.id))) or 0


def seal(log: Log, until: int, now: datetime) -> Iterator[int]:
    """Seal the rows of ``log`` up to the id ``until`` that no seal covers; gives the rows of each block.

    The caller commits after each: stopped at any moment, it goes on there the next time.
    """
    while rows := _next_block(log, until):
        last = _last_seal(log)
        block = secrets.token_bytes(SALT) + b"".join(_entry(row) for row in rows)
        made = LogSeal(log=log.__tablename__, at=now, first_id=rows[0]["id"], last_id=rows[-1]["id"], rows=len(rows),
                       digests=block, root=hashlib.sha256(block).hexdigest())
        made.chain = _link(made, last.chain if last else "")
        db.session.add(made)
        db.session.flush()
        yield len(rows)


def _next_block(log: Log, until: int) -> list[Mapping[str, Any]]:
    if _is_postgresql():
        db.session.execute(sa.text("LOCK TABLE log_seal IN EXCLUSIVE MODE"))  # of two at it, one goes first
    last = _last_seal(log)
    asked = _select(log).where(log.id > (last.last_id if last else 0), log.id <= until).limit(BLOCK)
    return [dict(row) for row in db.session.execute(asked).mappings()]


def _is_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _last_seal(log: Log) -> LogSeal | None:
    return db.session.scalars(sa.select(LogSeal).where(LogSeal.log == log.__tablename__)
                              .order_by(LogSeal.last_id.desc()).limit(1)).first()


def _select(log: Log) -> sa.Select[Any]:
    """What a digest covers of the rows of ``log``, by column, in the order of the ids."""
    columns = sa.inspect(log).column_attrs
    return sa.select(*(column.class_attribute for column in columns if column.key not in UNCOVERED)).order_by(log.id)


def digest_of(row: Mapping[str, Any]) -> bytes:
    """32 bytes over the columns of a row. What is empty is left out, so a column added later changes no digest."""
    told = {name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items() if value not in (None, "")}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).digest()


def _entry(row: Mapping[str, Any]) -> bytes:
    return int(row["id"]).to_bytes(NUMBER) + digest_of(row)


def _link(made: LogSeal, before: str) -> str:
    """Keyed, so that whoever writes into the database cannot make a chain of their own."""
    told = [before, made.log, made.at.isoformat(), made.first_id, made.last_id, made.rows, made.root]
    return KEYRING.fingerprint(f"log_seal:{json.dumps(told)}")


# --- verifying

def verify() -> list[State]:
    """How each log stands."""
    return [_state(log) for log in LOGS]


def _state(log: Log) -> State:
    head, last, sealed, broken = "", 0, 0, None
    numbers = db.session.scalars(
        sa.select(LogSeal.id).where(LogSeal.log == log.__tablename__).order_by(LogSeal.last_id)).all()
    for number in numbers:
        made = db.session.get_one(LogSeal, number)
        broken = broken or _broken_seal(made, head, last) or _broken_row(log, made, last)
        head, last, sealed = made.chain, made.last_id, sealed + made.rows
        db.session.expunge(made)
        if broken:
            break
    broken = broken or _broken_values(log, last)
    waiting = db.session.scalar(sa.select(sa.func.count()).select_from(log).where(log.id > last)) or 0
    return State(log.__tablename__, sealed, waiting, head, broken)


def _broken_seal(made: LogSeal, before: str, last: int) -> Sentence | None:
    if made.first_id <= last or made.chain != _link(made, before):
        return Sentence(N_("The seal of rows %(first)s to %(last)s is not the one that was made."),
                        first=str(made.first_id), last=str(made.last_id))
    if made.digests is not None and hashlib.sha256(made.digests).hexdigest() != made.root:
        return Sentence(N_("The digests of rows %(first)s to %(last)s are not those that were sealed."),
                        first=str(made.first_id), last=str(made.last_id))
    return None


def _broken_row(log: Log, made: LogSeal, last: int) -> Sentence | None:
    """The first row of a block that was changed, taken away or put in. ``last`` is where the block before it ends."""
    sealed = _entries(made.digests or b"")
    found = {int(row["id"]): dict(row) for row in db.session.execute(
        _select(log).where(log.id > last, log.id <= made.last_id)).mappings()}
    for number in sorted(sealed.keys() | found.keys()):
        if number not in sealed:
            return Sentence(N_("Row %(id)s was put in afterwards."), id=str(number))
        if number not in found:
            return Sentence(N_("Row %(id)s is missing."), id=str(number))
        if digest_of(found[number]) != sealed[number]:
            return Sentence(N_("Row %(id)s was changed."), id=str(number))
    return _broken_values(log, last, made.last_id)


def _entries(digests: bytes) -> dict[int, bytes]:
    """Id to digest."""
    width = NUMBER + DIGEST
    parts = [digests[at:at + width] for at in range(SALT, len(digests), width)]
    return {int.from_bytes(part[:NUMBER]): part[NUMBER:] for part in parts}


def _broken_values(log: Log, after: int, until: int | None = None) -> Sentence | None:
    """The first row whose values or note are not those of its digest; what has been erased is as it should be."""
    kept, holds = ((("key", "sealed_values"), _values_hold) if log is ChangeLog
                   else (("row_key", "note", "salt"), partial(_note_holds, log)))
    asked = sa.select(log.id, log.digest, *(getattr(log, name) for name in kept)).where(
        log.id > after).order_by(log.id).execution_options(yield_per=BLOCK)
    for row in db.session.execute(asked.where(log.id <= until) if until is not None else asked):
        if not holds(row):
            return Sentence(N_("The values of row %(id)s are not those that were written."), id=str(row.id))
    return None


def _values_hold(row: Any) -> bool:
    if row.sealed_values is None:
        return True
    try:
        body = KEYRING.open(row.sealed_values, f"change_log:{row.key}")
    except ValueError:
        return False
    return bool(hashlib.sha256(body).hexdigest() == row.digest)


def _note_holds(log: type[HasNote], row: Any) -> bool:
    try:
        note = opened(log.note, row.note, row.id, row.row_key)
    except ValueError:
        return False
    return note is None or bool(digest_of_note(note, row.salt) == row.digest)
