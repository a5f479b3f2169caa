"""The monthly review of the access log: who opened how much, without what. The counting is a rule."""

from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo

import sqlalchemy as sa

from models import AccessLog
from models.base import db
from rules.errors import NotAllowed
from rules.permissions import Actor, Role, may_run
from rules.reading_review import Reader, Reading, month_after, review

BATCH = 1000
COUNTED = ("open", "reveal", "export", "download", "report")


def may_review(role: Role | None) -> bool:
    """Whether the role goes through the readings of everybody."""
    return may_run(role, "Review", "readings")


def readers_of(month: date, actor: Actor, zone: tzinfo) -> list[Reader]:
    """The readers of the month that begins on ``month``, in the days of ``zone``. NotAllowed without the right."""
    if not may_review(actor.role):
        raise NotAllowed
    return review(_readings(month, zone))


def _readings(month: date, zone: tzinfo) -> Iterator[Reading]:
    first, after = (datetime.combine(day, time.min, zone) for day in (month, month_after(month)))
    asked = sa.select(AccessLog.at, AccessLog.actor, AccessLog.role, AccessLog.what, AccessLog.subject, AccessLog.rows)
    for at, actor, role, what, subject, rows in db.session.execute(
            asked.where(AccessLog.at >= first, AccessLog.at < after, AccessLog.what.in_(COUNTED))
            .execution_options(yield_per=BATCH)):
        yield Reading(at.astimezone(zone).date(), actor, role, what, subject, rows)
