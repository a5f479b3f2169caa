"""What happened: states, field changes and readings, append-only; and the lock that keeps the histories complete."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, object_session

from models.base import Console, Menu, Model, Record, UTCDateTime, described, says
from models.encryption import KEYRING, Encrypted, HasSecrets, sealed_for
from rules.choices import HandedLink, Reason
from rules.errors import IllegalTransition, UnloggedStatusChange
from rules.permissions import Actor, Role
from rules.states import LifeCycle
from rules.wording import N_

DOORS = frozenset({"record_past", "demo", "retention", "erasure"})
"""Past the lock of the histories: a register row that lies in the past, demo data, retention, and erasing what logs say
of somebody and no more. Each leaves history."""

BORN_PAST = frozenset({"record_past", "demo"})
"""The doors through which a record may begin in a later state."""

ERASABLE = {"sealed_values": None, "note": None, "salt": ""}
"""What retention empties in a log row; the row and its digest stay."""

ACTING: ContextVar[Actor | None] = ContextVar("acting", default=None)
"""Who is at work in this request or command; the log rows name them."""

DOOR: ContextVar[str] = ContextVar("door", default="")
"""The door that is open, one of ``DOORS``. Else empty."""

CHANGES = {"create": N_("Recorded"), "edit": N_("Changed"), "delete": N_("Deleted")}
READINGS = {
    "open": N_("Record opened"), "report": N_("Report made"), "export": N_("List exported"),
    "download": N_("File downloaded"), "import": N_("File imported"), "reveal": N_("Masked data shown"),
    "package": N_("Data package made"), "check": N_("Training status looked at by a code"),
    "sign_in": N_("Signed in"),
    "sign_in_recovery": N_("Signed in with a recovery code"), "password": N_("Password changed"),
    "link": N_("Link for a new password made"), "factor_on": N_("Second factor turned on"),
    "factor_off": N_("Second factor turned off"), "recovery_codes": N_("New recovery codes made"),
    "signed_out": N_("Signed out everywhere"), "handed_link": N_("Link shown for handing over"),
}
"""What the verbs of the log rows are called; a verb that is not here is shown as it stands."""


def who_acts() -> dict[str, str]:
    """What a log row says of who is at work."""
    acting = ACTING.get()
    return {"actor": acting.logged_as if acting else "",
            "role": str(acting.role) if acting and acting.role else ""}


class LogRow(Model):
    """What every log row has. Rows are added, never changed."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(
        UTCDateTime, default=lambda: datetime.now(UTC), index=True, info=says(N_("When"), "meta", listed=True))
    subject: Mapped[str] = mapped_column(
        sa.String(60), index=True, info=says(N_("Record"), "meta", listed=True, searched=True))
    actor: Mapped[str] = mapped_column(sa.String(120), default="", info=says(N_("Who"), "meta", listed=True))
    role: Mapped[str] = mapped_column(sa.String(20), default="", info=says(
        N_("Role"), "meta", listed=True, words={role.value: role.label for role in Role}))
    constraint_sentences: ClassVar[dict[str, str]] = {}

    def __init__(self, **given: Any) -> None:
        super().__init__(**who_acts() | given)

    def __str__(self) -> str:
        return self.subject


class HasNote(HasSecrets):
    """A log row with a sentence of somebody's own: sealed and erasable, while the row keeps its salted digest."""

    bound_to_number: ClassVar[bool] = False
    salt: Mapped[str] = mapped_column(sa.String(32), default="", info=says(N_("Salt"), "secret"))
    digest: Mapped[str] = mapped_column(sa.String(64), default="", info=says(N_("Digest"), "secret"))
    if TYPE_CHECKING:
        note: Mapped[str | None]


class StatusChange(HasNote, LogRow):
    """One verb taken: from which state to which, and what was said."""

    __tablename__ = "status_change"
    console: ClassVar = Console(N_("State change"), N_("State changes"), Menu.TRUST, "clock-history")
    verb: Mapped[str] = mapped_column(sa.String(20), info=says(N_("Verb"), "meta", listed=True, filtered=True))
    source: Mapped[str] = mapped_column(sa.String(20), info=says(N_("From the state"), "meta"))
    target: Mapped[str] = mapped_column(sa.String(20), info=says(N_("To the state"), "meta"))
    note: Mapped[str | None] = mapped_column(Encrypted(length=1000), info=says(N_("Note"), "answers"))


def digest_of_note(note: str, salt: str) -> str:
    """64 hex digits over a note and its salt; empty for no note."""
    return hashlib.sha256(f"{salt}:{note}".encode()).hexdigest() if note else ""


def with_digest(log: type[HasNote], note: str) -> dict[str, Any]:
    """The note of a row of ``log``, to be sealed as it is written, with its salt and digest, by column."""
    salt = secrets.token_hex(16) if note else ""
    key = uuid4().hex
    return {"note": sealed_for(log.note, note, None, key), "row_key": key, "salt": salt,
            "digest": digest_of_note(note, salt)}


@event.listens_for(HasNote, "before_insert", propagate=True)
def _digest_the_note(_mapper: Any, _connection: Any, row: HasNote) -> None:
    row.salt = secrets.token_hex(16) if row.note else ""
    row.digest = digest_of_note(row.note or "", row.salt)


class ChangeLog(LogRow):
    """One save: the values before and after are sealed and erasable, the row keeps their salted digest."""

    __tablename__ = "change_log"
    console: ClassVar = Console(N_("Field change"), N_("Field changes"), Menu.TRUST, "pencil")
    verb: Mapped[str] = mapped_column(sa.String(20), info=says(N_("Verb"), "meta", listed=True, words=CHANGES))
    fields: Mapped[str] = mapped_column(sa.String(1000), info=says(
        N_("Fields"), "meta", listed=True, fields_of="subject"))
    key: Mapped[str] = mapped_column(sa.String(32), info=says(N_("Key"), "secret"))
    sealed_values: Mapped[bytes | None] = mapped_column(sa.LargeBinary, info=says(N_("Values"), "secret"))
    digest: Mapped[str] = mapped_column(sa.String(64), info=says(N_("Digest"), "secret"))

    def values(self) -> dict[str, list[str | None]]:
        """Field name to [before, after], as text; empty when erased."""
        if self.sealed_values is None:
            return {}
        salted = json.loads(KEYRING.open(self.sealed_values, f"change_log:{self.key}"))
        return dict(salted["values"])


class AccessLog(HasNote, LogRow):
    """One reading of something sensitive, one export, one download, one sign-in.

    ``reason`` is the work at hand or a word of a list; what somebody wrote is the ``note``.
    """

    __tablename__ = "access_log"
    console: ClassVar = Console(N_("Reading"), N_("Access log"), Menu.TRUST, "eye")
    what: Mapped[str] = mapped_column(sa.String(40), info=says(N_("What"), "meta", listed=True, words=READINGS))
    fields: Mapped[str] = mapped_column(sa.String(200), default="", info=says(N_("Fields"), "meta", listed=True))
    reason: Mapped[str] = mapped_column(sa.String(200), default="", info=says(
        N_("Reason"), "meta", listed=True, words={one.value: one.label for one in (*Reason, *HandedLink)}))
    note: Mapped[str | None] = mapped_column(Encrypted(length=200), info=says(N_("In words"), "meta", listed=True))
    rows: Mapped[int] = mapped_column(default=1, info=says(N_("Rows"), "meta", listed=True))


class HasStatus:
    """A model whose ``status`` only ``services.transitions`` may write."""

    lifecycle: ClassVar[LifeCycle]
    if TYPE_CHECKING:
        id: Mapped[int]
        status: Mapped[Any]
        subject: str


@contextmanager
def at_work(actor: Actor) -> Iterator[None]:
    """The log rows written inside name ``actor``: a command, or whoever holds a personal link."""
    token = ACTING.set(actor)
    try:
        yield
    finally:
        ACTING.reset(token)


@contextmanager
def open_door(name: str) -> Iterator[None]:
    """Let records be born in a later state while inside; the caller writes their history."""
    if name not in DOORS:
        raise ValueError(f"there is no door {name!r}")
    token = DOOR.set(name)
    try:
        yield
    finally:
        DOOR.reset(token)


def _history_of_status(obj: HasStatus) -> Any:
    state: Any = sa.inspect(obj)
    return state.attrs.status.history


def _refuse_unlogged(session: Session) -> None:
    recorded = {(c.subject, c.source, c.target) for c in session.new if isinstance(c, StatusChange)}
    kept = LogRow if DOOR.get() == "retention" else HasStatus | LogRow
    if any(isinstance(o, kept) for o in session.deleted):
        raise UnloggedStatusChange("records with a history are closed, not deleted")
    for obj in session.dirty:
        if isinstance(obj, LogRow) and session.is_modified(obj) and not _is_erasure(obj):
            raise UnloggedStatusChange("history is append-only")
        if isinstance(obj, HasStatus) and (change := _history_of_status(obj)).has_changes():
            # Both are known: status has active_history. None stands for a status that was taken away.
            source, target = next(iter(change.deleted), None), next(iter(change.added), None)
            if source is None or target is None or not obj.lifecycle.allows(source, target):
                raise IllegalTransition(N_("This state cannot follow from the one before."))
            if (obj.subject, source, target) not in recorded:
                raise UnloggedStatusChange(f"{obj.subject}: {source} -> {target}")
    for obj in session.new:
        if isinstance(obj, HasStatus) and obj.status not in (None, obj.lifecycle.initial):
            if DOOR.get() not in BORN_PAST:
                raise IllegalTransition(N_("A record cannot begin in this state."))
            session.info.setdefault("past", {})[obj] = obj.status


def _is_erasure(row: LogRow) -> bool:
    state: Any = sa.inspect(row)
    changed = {a.key: a.value for a in state.attrs if a.history.has_changes()}
    return DOOR.get() in ("retention", "erasure") and changed.items() <= ERASABLE.items()


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, Record):
        return value.subject
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _changes(obj: Record) -> dict[str, list[str | None]]:
    state: Any = sa.inspect(obj)
    found: dict[str, list[str | None]] = {}
    for name, said in described(type(obj)):
        if name == "created_at":
            continue
        history = state.attrs[name].history
        if history.has_changes() and said["group"] == "secret":
            found[name] = [None, None]  # that it changed, never a key, a hash or a file
        elif history.has_changes():
            before = sorted(filter(None, map(_as_text, history.deleted)))
            after = sorted(filter(None, map(_as_text, history.added)))
            if before != after:
                found[name] = [", ".join(before) or None, ", ".join(after) or None]
    return found


def _log_of(subject: str, verb: str, values: dict[str, list[str | None]]) -> dict[str, Any]:
    """A row of ``ChangeLog``, by column."""
    key = uuid4().hex
    body = json.dumps({"salt": secrets.token_hex(16), "values": values}, sort_keys=True, ensure_ascii=False).encode()
    return {"subject": subject, "verb": verb, "fields": ",".join(values)[:1000], "key": key, **who_acts(),
            "sealed_values": KEYRING.seal(body, f"change_log:{key}"), "digest": hashlib.sha256(body).hexdigest()}


@event.listens_for(Record, "mapper_configured", propagate=True)
def _know_what_was_before(mapper: Any, cls: type[Record]) -> None:
    """Read the stored value before a new one is set, also where it was not loaded: the log says both."""
    for name in [*mapper.column_attrs.keys(), *mapper.relationships.keys()]:
        event.listen(getattr(cls, name), "set", _take_note, active_history=True)


def _take_note(*_: object) -> None:
    """Listening alone makes SQLAlchemy read the value before."""


@event.listens_for(Session, "before_flush")
def _keep_history(session: Session, *_: object) -> None:
    _refuse_unlogged(session)
    # Of this flush only: one that failed before has written nothing.
    session.info["logs"] = [
        *(_log_of(obj.subject, "edit", values) for obj in session.dirty
          if isinstance(obj, Record) and session.is_modified(obj) and (values := _changes(obj))),
        *(_log_of(obj.subject, "delete", {}) for obj in session.deleted if isinstance(obj, Record))]
    session.info["born"] = [(obj, _changes(obj)) for obj in session.new if isinstance(obj, Record)]
    told = {(c.subject, c.target) for c in session.new if isinstance(c, StatusChange)}
    session.info.setdefault("told", set()).update(told)


@event.listens_for(Session, "after_flush")
def _write_logs(session: Session, *_: object) -> None:
    """The rows of a flush are written together: what changed, and what is new, for that has its number only now."""
    logs = session.info.pop("logs", [])
    logs += [_log_of(obj.subject, "create", values) for obj, values in session.info.pop("born", [])
             if object_session(obj) is session]
    if logs:
        session.connection().execute(sa.insert(ChangeLog), logs)


@event.listens_for(Session, "before_commit")
def _refuse_untold_past(session: Session) -> None:
    """Whoever went through a door has left history by now."""
    session.flush()
    if session.in_nested_transaction():
        return
    told = session.info.pop("told", set())
    for obj, status in session.info.pop("past", {}).items():
        if (obj.subject, status) not in told:
            raise UnloggedStatusChange(f"{obj.subject} began as {status} and nothing says why")


@event.listens_for(Session, "after_rollback")
def _forget_births(session: Session) -> None:
    for kept in ("born", "logs", "told", "past"):
        session.info.pop(kept, None)


@event.listens_for(Session, "do_orm_execute")
def _no_bulk_writes(call: ORMExecuteState) -> None:
    writes = call.is_insert or call.is_update or call.is_delete
    mapper = call.bind_mapper
    if mapper and issubclass(mapper.class_, LogRow) and (
            (DOOR.get() == "retention" and not call.is_insert) or (DOOR.get() == "erasure" and call.is_update)):
        return  # the database itself lets go what may be erased and what is past its seal, and nothing else
    if writes and mapper and issubclass(mapper.class_, Record | LogRow):
        raise UnloggedStatusChange("bulk writes bypass the history")
