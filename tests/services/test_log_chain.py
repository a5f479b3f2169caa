"""The chain over the logs: what it seals, what it takes no notice of, and which row it names when one was touched."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs.sealing import seal_logs
from models import AccessLog, ChangeLog, LogSeal, StatusChange, Theme, db
from models.audit import with_digest
from models.engine import writing
from models.log_guard import LOGS
from services import log_chain
from services.doors import retention
from tests.factories import make

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Three rows a block, so that a handful makes a chain."""
    monkeypatch.setattr(log_chain, "BLOCK", 3)


def make_rows(model, count=7):
    given = {"note": "sana"} if model in (StatusChange, AccessLog) else {}
    db.session.add_all([model(subject=f"Order:{n}", **given | NEEDED[model](n)) for n in range(1, count + 1)])
    db.session.commit()


NEEDED = {
    AccessLog: lambda _n: {"what": "open"},
    ChangeLog: lambda n: {"verb": "edit", "fields": "title", "key": f"{n}", "digest": f"{n:064}"},
    StatusChange: lambda _n: {"verb": "search", "source": "received", "target": "searching"},
}


def without_triggers(*statements):
    """Run ``statements`` as somebody who owns the database and takes its triggers away first."""
    with db.engine.begin() as connection:
        postgresql = connection.dialect.name == "postgresql"
        for table in ("access_log", "change_log", "status_change", "log_seal"):
            if postgresql:
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for what in ("changed", "removed", "replaced"):
                    connection.execute(sa.text(f"DROP TRIGGER {table}_{what}"))
        for statement in statements:
            connection.execute(sa.text(statement))


def broken():
    """Log to what is broken of it now, in words."""
    db.session.rollback()
    return {state.log: str(state.broken) for state in log_chain.verify() if state.broken}


def standing(log):
    return next(state for state in log_chain.verify() if state.log == log.__tablename__)


@pytest.mark.both_databases
@pytest.mark.parametrize("log", LOGS)
def test_rows_are_sealed_in_blocks_and_hold(log, app):
    make_rows(log)

    sealed = seal_logs(NOW)

    seals = db.session.scalars(sa.select(LogSeal).order_by(LogSeal.id)).all()
    assert sealed == {other.__tablename__: 7 if other is log else 0 for other in LOGS}
    assert [(seal.log, seal.first_id, seal.last_id, seal.rows) for seal in seals] == [
        (log.__tablename__, 1, 3, 3), (log.__tablename__, 4, 6, 3), (log.__tablename__, 7, 7, 1)]
    assert (broken(), standing(log).sealed, standing(log).waiting, standing(log).head) == ({}, 7, 0, seals[-1].chain)


def test_sealing_again_seals_what_has_come_since(app):
    make_rows(AccessLog, 4)
    seal_logs(NOW)
    make_rows(AccessLog, 2)
    waiting = standing(AccessLog).waiting

    again, more = seal_logs(NOW), seal_logs(NOW)

    assert (waiting, again["access_log"], more["access_log"], broken()) == (2, 2, 0, {})


@pytest.mark.both_databases
@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize(("statement", "finding"), [
    ("UPDATE {log} SET actor = 'Eino' WHERE id = 5", "Row 5 was changed."),
    ("UPDATE {log} SET subject = 'Order:99' WHERE id IN (2, 6)", "Row 2 was changed."),
    ("DELETE FROM {log} WHERE id = 4", "Row 4 is missing."),
    ("DELETE FROM {log} WHERE id = 7", "Row 7 is missing."),
    ("DELETE FROM log_seal WHERE first_id = 4", "The seal of rows 7 to 7 is not the one that was made."),
    ("UPDATE log_seal SET rows = 2 WHERE first_id = 4", "The seal of rows 4 to 6 is not the one that was made."),
    ("UPDATE log_seal SET digests = (SELECT digests FROM log_seal WHERE first_id = 1) WHERE first_id = 4",
     "The digests of rows 4 to 6 are not those that were sealed."),
    ("UPDATE log_seal SET digests = NULL WHERE first_id = 1", "Row 1 was put in afterwards."),
])
def test_first_broken_link_is_named(log, statement, finding, app):
    make_rows(log)
    seal_logs(NOW)
    assert broken() == {}

    without_triggers(statement.format(log=log.__tablename__))

    assert broken() == {log.__tablename__: finding}


@pytest.mark.parametrize("gone", ["4", "4, 5, 6"])
def test_row_put_where_one_had_been_is_named(gone, app):
    make_rows(AccessLog)
    seal_logs(NOW)

    without_triggers(f"DELETE FROM access_log WHERE id IN ({gone})",
                     "INSERT INTO access_log (id, at, subject, actor, role, what, fields, reason, rows, "
                     "salt, digest, row_key) SELECT 4, at, subject, 'Eino', role, what, fields, reason, rows, salt, "
                     "digest, row_key FROM access_log WHERE id = 1")

    assert broken() == {"access_log": "Row 4 was changed."}


def test_row_put_into_a_gap_afterwards_is_named(app):
    make_rows(AccessLog, 2)
    db.session.add(AccessLog(id=9, subject="Order:9", what="open"))
    db.session.commit()
    seal_logs(NOW)

    db.session.add(AccessLog(id=5, subject="Order:5", what="open"))
    db.session.commit()

    assert broken() == {"access_log": "Row 5 was put in afterwards."}


@pytest.mark.parametrize("when", ["sealed", "waiting"])
@pytest.mark.parametrize(("table", "statement"), [
    ("change_log", "UPDATE change_log SET sealed_values = 'x' WHERE id = 1"),
    ("status_change", "UPDATE status_change SET note = 'toinen' WHERE id = 1"),
    ("access_log", "UPDATE access_log SET note = (SELECT note FROM access_log WHERE id = 2) WHERE id = 1"),
])
def test_values_that_are_not_those_of_their_digest_are_named(table, statement, when, app):
    make(Theme)  # leaves a change with real values
    make_rows(StatusChange, 2)
    make_rows(AccessLog, 2)
    if when == "sealed":
        seal_logs(NOW)
    assert broken() == {}

    without_triggers(statement)

    assert broken() == {table: "The values of row 1 are not those that were written."}


@pytest.mark.both_databases
def test_erasing_what_may_be_erased_breaks_nothing(app):
    make(Theme)
    make_rows(StatusChange)
    make_rows(AccessLog)
    seal_logs(NOW)
    before = standing(ChangeLog)

    with retention():
        for row in db.session.scalars(sa.select(ChangeLog)):
            row.sealed_values = None
        for log in (StatusChange, AccessLog):
            for row in db.session.scalars(sa.select(log)):
                row.note, row.salt = None, ""
        db.session.commit()

    assert (broken(), standing(ChangeLog)) == ({}, before)


def test_chain_of_ones_own_making_is_not_taken(app):
    """Whoever has the database and not the keys cannot seal what they have changed."""
    make_rows(AccessLog, 2)
    seal_logs(NOW)
    without_triggers("UPDATE access_log SET actor = 'Eino' WHERE id = 1", "DELETE FROM log_seal")
    seal_logs(NOW)
    own = db.session.scalars(sa.select(LogSeal)).one()
    real, made = own.chain, log_chain.hashlib.sha256(own.root.encode()).hexdigest()
    assert broken() == {}  # with the keys one can: the head, written down elsewhere, tells

    db.session.execute(sa.update(LogSeal).values(chain=made))
    db.session.commit()

    assert (real != made, broken()) == (True, {"access_log": "The seal of rows 1 to 2 is not the one that was made."})


def test_digest_leaves_out_what_is_empty_so_that_a_new_column_changes_none():
    row = {"id": 1, "at": NOW, "actor": "Aino", "rows": 0}

    assert log_chain.digest_of(row) == log_chain.digest_of(row | {"new": "", "newer": None})
    assert log_chain.digest_of(row) != log_chain.digest_of(row | {"rows": 1})
    assert log_chain.digest_of(row) != log_chain.digest_of(row | {"at": NOW + timedelta(microseconds=1)})


def test_equal_notes_have_digests_of_their_own():
    one, other = with_digest(StatusChange, "sana"), with_digest(AccessLog, "sana")

    assert one["digest"] != other["digest"]
    assert (one["note"], one["row_key"] != other["row_key"]) == ("sana", True)
    empty = with_digest(AccessLog, "")
    assert (empty["note"], empty["salt"], empty["digest"]) == (None, "", "")


@pytest.mark.both_databases
def test_sealing_waits_for_a_row_that_is_being_written(app):
    """A row whose number is drawn and that is not committed yet is sealed with the others, never skipped."""
    wrote, may_commit, done = threading.Event(), threading.Event(), threading.Event()

    def write():
        with app.app_context(), writing():
            db.session.add(AccessLog(subject="Order:1", what="open"))
            db.session.flush()
            wrote.set()
            may_commit.wait(10)
            db.session.commit()

    def seal():
        with app.app_context():
            seal_logs(NOW)
            done.set()

    workers = [threading.Thread(target=write), threading.Thread(target=seal)]
    workers[0].start()
    assert wrote.wait(10)
    workers[1].start()
    waited = not done.wait(0.3)
    may_commit.set()
    for worker in workers:
        worker.join()

    assert (waited, standing(AccessLog).sealed, broken()) == (True, 1, {})


@pytest.mark.both_databases
def test_two_who_seal_at_the_same_time_make_one_chain(app):
    make_rows(AccessLog, 30)

    def seal():
        with app.app_context():
            seal_logs(NOW)

    workers = [threading.Thread(target=seal) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (standing(AccessLog).sealed, broken()) == (30, {})
