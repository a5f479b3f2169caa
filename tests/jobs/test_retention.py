"""Letting go of old logs: what goes, what stays, and that the chain holds across the gap."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from jobs.retention import due_in_logs, let_go_of_logs
from jobs.sealing import seal_logs
from models import AccessLog, ChangeLog, LogSeal, StatusChange, db
from models.engine import writing
from models.log_guard import LOGS
from rules.retention import LOG_RULES
from services import log_chain
from tests.factories import make

TODAY = date(2026, 1, 20)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(log_chain, "BLOCK", 2)


def read_on(*years):
    for year in years:
        make(AccessLog, at=datetime(year, 1, 19, tzinfo=UTC))
    seal_logs(datetime(2026, 1, 20, tzinfo=UTC))


def let_go():
    with writing():
        for _ in let_go_of_logs(TODAY):
            db.session.commit()
        db.session.commit()


def due(log):
    return next((one.values, one.rows) for one in due_in_logs(TODAY) if one.log == log.__tablename__)


def years_left():
    return [at.year for at in db.session.scalars(sa.select(AccessLog.at).order_by(AccessLog.id))]


def broken():
    return [str(state.broken) for state in log_chain.verify() if state.broken]


@pytest.mark.both_databases
def test_old_rows_go_and_the_chain_holds(app):
    read_on(2018, 2019, 2019, 2020, 2024, 2025)
    before = due(AccessLog)

    let_go()

    assert (before, due(AccessLog), years_left(), broken()) == ((0, 4), (0, 0), [2024, 2025], [])
    assert [made.digests is None for made in db.session.scalars(sa.select(LogSeal).order_by(LogSeal.id))] == [
        True, True, False]


@pytest.mark.parametrize(("years", "left"), [
    ((2018, 2024, 2025, 2025), [2018, 2024, 2025, 2025]),  # a block goes when all of it is old
    ((2018, 2018), [2018, 2018]),  # the newest block stays
    ((2018, 2018, 2025), [2025]),
])
def test_rows_go_by_whole_blocks_and_never_the_newest(years, left, app):
    read_on(*years)

    let_go()

    assert (years_left(), broken()) == (left, [])


def test_row_that_is_not_sealed_stays(app):
    make(AccessLog, at=datetime(2010, 1, 1, tzinfo=UTC))

    let_go()

    assert years_left() == [2010]


@pytest.mark.both_databases
def test_old_values_and_notes_are_erased_and_their_rows_stay(app):
    old, young = datetime(2023, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    for at in (old, young):
        make(ChangeLog, at=at, sealed_values=None)
        make(StatusChange, at=at, note="Kerrottiin puhelimessa")
    seal_logs(datetime(2026, 1, 20, tzinfo=UTC))
    before = due(StatusChange)

    let_go()

    rows = db.session.scalars(sa.select(StatusChange).order_by(StatusChange.id)).all()
    assert [(row.note, row.salt != "", row.digest != "") for row in rows] == [
        (None, False, True), ("Kerrottiin puhelimessa", True, True)]
    assert (before, due(StatusChange), broken()) == ((1, 0), (0, 0), [])


def test_every_log_has_its_rule():
    assert [rule.log for rule in LOG_RULES] == [log.__tablename__ for log in LOGS]
