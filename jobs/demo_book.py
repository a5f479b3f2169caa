"""The book of a demo: gathers records with the history that each step leaves, and writes them. Invents nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa

from models import AccessLog, ChangeLog, StatusChange, User
from models.audit import with_digest
from models.base import Base, Record
from models.encryption import KEYRING
from rules.choices import Reason
from rules.income_register import is_working_day

R = TypeVar("R", bound=Record)
DAY = timedelta(1)
OFFICE_OPENS, OFFICE_MINUTES = time(6, tzinfo=UTC), 510


@dataclass(frozen=True)
class Went:
    """One step that a record took: the verb, the day, whose work it was."""

    verb: str
    on: date
    by: User
    note: str = ""


class Book:
    """Records of an empty database: their ids run from one, so that they may name each other before they are written.

    Nothing is recorded as done later than the last working day before ``today``.
    """

    def __init__(self, today: date, rng: Random) -> None:
        self.latest = working_day(today - DAY, -1)
        self.rng = rng
        self.records: dict[str, list[Record]] = {}
        self.links: dict[str, list[dict[str, Any]]] = {}
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self.moments: dict[tuple[str, str], datetime] = {}
        self.roles: dict[int, str] = {}

    def add(self, model: type[R], on: date, by: User | None = None, /, **columns: Any) -> R:
        """A record made on ``on``; with ``by``, the log says who made it."""
        return self._add(model, self._moment(on), by, columns)

    def add_after(
        self, model: type[R], on: date, steps: Sequence[Went], /, *, by: User | None = None, **columns: Any,
    ) -> R:
        """A record of a life cycle, made on ``on``, in the state where ``steps`` have led it; each is in the history.

        IllegalTransition when a step does not follow from the one before.
        """
        lifecycle: Any = getattr(model, "lifecycle")  # noqa: B009 - a TypeVar has one bound only
        state, at = lifecycle.initial, self._moment(on)
        trail = []
        for step in steps:
            source, state = state, lifecycle.target(state, step.verb)
            trail.append((step, source, state))
        record = self._add(model, at, by, columns | {"status": state})
        for step, source, target in trail:
            at = self.moments[record.subject, step.verb] = self._moment(step.on, at)
            self._log(StatusChange, at, record.subject, step.by, verb=step.verb, source=source, target=target,
                      **with_digest(StatusChange, step.note))
        return record

    def of(self, model: type[R]) -> list[R]:
        """The records of ``model`` so far."""
        table: Any = sa.inspect(model).local_table
        return [record for record in self.records.get(table.name, []) if isinstance(record, model)]

    def when(self, record: Record, verb: str) -> datetime | None:
        """When the record last took ``verb``, if it did."""
        return self.moments.get((record.subject, verb))

    def link(self, table: sa.Table, *ids: int) -> None:
        """A row of a many-to-many choice."""
        self.links.setdefault(table.name, []).append(dict(zip(table.columns.keys(), ids, strict=True)))

    def add_plain(self, model: Any, **columns: Any) -> None:
        """A row that is no record: without a history, and named by nothing."""
        self.links.setdefault(model.__tablename__, []).append(columns)

    def changed(self, record: Record, on: date, by: User, **values: tuple[str | None, str | None]) -> None:
        """A change of fields in the log: name to (before, after)."""
        self._log_values(record.subject, "edit", self._moment(on), by, {name: list(v) for name, v in values.items()})

    def read(self, record: Record, on: date, by: User, why: str) -> None:
        """A row of the access log."""
        self._log(AccessLog, self._moment(on), record.subject, by, what="open", reason=Reason.OTHER.value, rows=1,
                  **with_digest(AccessLog, why))

    def looked(self, record: Record, on: date, who: str) -> None:
        """A row of the access log that somebody without an account left by a code."""
        self.logs.setdefault(AccessLog.__tablename__, []).append({
            "at": self._moment(on), "subject": record.subject, "actor": "training check", "role": "", "what": "check",
            "reason": "", "rows": 1, **with_digest(AccessLog, who)})

    def write(self, connection: sa.Connection) -> None:
        """Insert everything, what is named before what names it; move the sequences of PostgreSQL past the ids."""
        for table in Base.metadata.sorted_tables:
            rows = [*map(_row, self.records.get(table.name, [])), *self.links.get(table.name, []),
                    *sorted(self.logs.get(table.name, []), key=lambda row: row["at"])]
            if not rows:
                continue
            connection.execute(table.insert(), rows)
            if connection.dialect.name == "postgresql" and table.name in self.records:
                sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
                connection.execute(sa.select(sa.func.setval(sequence, len(rows))))

    def _add(self, model: type[R], at: datetime, by: User | None, columns: dict[str, Any]) -> R:
        table: Any = sa.inspect(model).local_table
        known = self.records.setdefault(table.name, [])
        meta = {"id": len(known) + 1, "version": 1, "created_at": at}
        record = model(**_defaults(model) | columns | meta)
        known.append(record)
        if by is not None:
            told = {name: [None, str(value)] for name, value in columns.items() if value and not name.endswith("_id")}
            self._log_values(record.subject, "create", at, by, told)
        return record

    def _moment(self, on: date, after: datetime | None = None) -> datetime:
        day = min(working_day(on), self.latest)
        at = datetime.combine(day, OFFICE_OPENS) + timedelta(
            minutes=self.rng.randrange(OFFICE_MINUTES), seconds=self.rng.randrange(60))
        if after is not None and at <= after:
            at = after + timedelta(minutes=self.rng.randrange(2, 25), seconds=self.rng.randrange(60))
        return at

    def _log_values(self, subject: str, verb: str, at: datetime, by: User, values: dict[str, Any]) -> None:
        key, salt = uuid4().hex, uuid4().hex
        body = json.dumps({"salt": salt, "values": values}, sort_keys=True, ensure_ascii=False).encode()
        self._log(ChangeLog, at, subject, by, verb=verb, fields=",".join(values)[:1000], key=key,
                  sealed_values=KEYRING.seal(body, f"change_log:{key}"), digest=hashlib.sha256(body).hexdigest())

    def _log(self, model: Any, at: datetime, subject: str, by: User, **columns: Any) -> None:
        row = {"at": at, "subject": subject, "actor": by.name, "role": self.roles[by.id], **columns}
        self.logs.setdefault(model.__tablename__, []).append(row)


def working_day(day: date, towards: int = 1) -> date:
    """``day``, or the nearest working day after it (before it, with -1)."""
    while not is_working_day(day):
        day += towards * DAY
    return day


def _columns(model: type[Record]) -> list[tuple[str, Any]]:
    attributes: Any = sa.inspect(model).column_attrs
    return [(attribute.key, attribute.columns[0]) for attribute in attributes
            if isinstance(attribute.columns[0], sa.Column)]


def _defaults(model: type[Record]) -> dict[str, Any]:
    """What the database would write into columns that are not given, so that a record reads the same before."""
    return {key: column.default.arg(None) if column.default.is_callable else column.default.arg
            for key, column in _columns(model) if column.default is not None}


def _row(record: Record) -> dict[str, Any]:
    return {column.name: record.__dict__.get(key) for key, column in _columns(type(record))}
