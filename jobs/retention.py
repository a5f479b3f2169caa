"""Letting go what has been kept long enough, by ``rules.retention``. So far the logs, without breaking their chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from models.audit import ERASABLE, AccessLog
from models.base import db
from models.log_guard import LOGS
from models.log_seal import LogSeal
from rules.retention import LOG_RULES, LogRule, years_before
from services.doors import retention

BATCH = 1000
Log = type[Any]


@dataclass(frozen=True)
class Due:
    """What of one log has been kept long enough: rows with values to erase, and rows to remove."""

    log: str
    values: int
    rows: int


def due_in_logs(today: date) -> list[Due]:
    """What ``let_go_of_logs`` would let go today."""
    found = []
    for log, rule in _rules():
        seals = sum(made.rows for made in _old_seals(log, _until(today, rule.rows)))
        found.append(Due(rule.log, _count(log, _with_values(log, rule, today)), seals))
    return found


def let_go_of_logs(today: date) -> Iterator[Due]:
    """Erase old values and remove old rows, batch by batch; the caller commits after each and may stop at any.

    A row goes with all of its seal, which stays, emptied, as the checkpoint between those before and after it. A row
    that is not sealed stays, and so does the newest seal: SQLite would give the ids of its rows once more.
    """
    for log, rule in _rules():
        yield from _erase(log, rule, today)
        for made in _old_seals(log, _until(today, rule.rows)):
            with retention():
                made.digests = None
                db.session.flush()
                db.session.execute(sa.delete(log).where(log.id.between(made.first_id, made.last_id)),
                                   execution_options={"synchronize_session": False})
            yield Due(rule.log, 0, made.rows)


def _rules() -> Iterator[tuple[Log, LogRule]]:
    by_name = {rule.log: rule for rule in LOG_RULES}
    yield from ((log, by_name[log.__tablename__]) for log in LOGS)


def _until(today: date, years: int) -> datetime:
    return datetime.combine(years_before(today, years), time.min, UTC)


def _with_values(log: Log, rule: LogRule, today: date) -> sa.ColumnElement[bool]:
    """The old rows in which something that may be erased is left."""
    if rule.values is None or log is AccessLog:
        return sa.false()
    column = log.sealed_values if hasattr(log, "sealed_values") else log.note
    return sa.and_(log.at < _until(today, rule.values), column.is_not(None))


def _erase(log: Log, rule: LogRule, today: date) -> Iterator[Due]:
    emptied = {name: value for name, value in ERASABLE.items() if hasattr(log, name)}
    asked = sa.select(log.id).where(_with_values(log, rule, today)).order_by(log.id).limit(BATCH)
    while ids := db.session.scalars(asked).all():
        with retention():
            db.session.execute(sa.update(log).where(log.id.in_(ids)).values(emptied),
                               execution_options={"synchronize_session": False})
        yield Due(rule.log, len(ids), 0)


def _count(log: Log, clause: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(log).where(clause)) or 0


def _old_seals(log: Log, until: datetime) -> list[LogSeal]:
    """The seals of which every row is older, oldest first, without the newest seal."""
    newest = sa.select(sa.func.max(LogSeal.last_id)).where(LogSeal.log == log.__tablename__).scalar_subquery()
    younger = sa.exists().where(log.id.between(LogSeal.first_id, LogSeal.last_id), log.at >= until)
    return list(db.session.scalars(
        sa.select(LogSeal).order_by(LogSeal.last_id).options(sa.orm.defer(LogSeal.digests)).where(
            LogSeal.log == log.__tablename__, LogSeal.digests.is_not(None), LogSeal.last_id < newest, ~younger)))
