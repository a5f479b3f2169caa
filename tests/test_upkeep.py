"""The commands that keep an installation sound, as they are typed."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from models import AccessLog, BatchFile, Payee, db
from models.encryption import KEYRING
from tests.database import SETTINGS
from tests.factories import make

OLD, NEW = SETTINGS["FIELD_KEYS"], "B" * 43 + "="


@pytest.fixture
def run(app):
    """``run("verify")``: (exit code, lines)."""
    def command(*words):
        db.session.commit()
        answer = app.test_cli_runner().invoke(args=words)
        return answer.exit_code, answer.output.splitlines()

    yield command
    KEYRING.configure([OLD])


def line_of(lines, log):
    return [line for line in lines if line.startswith(f"{log}:")]


@pytest.mark.both_databases
def test_logs_are_sealed_once_and_hold(run):
    make(AccessLog)

    first, again, verified = run("seal-logs"), run("seal-logs"), run("verify")

    assert (first[0], line_of(first[1], "access_log")) == (0, ["access_log: 1 rows sealed."])
    assert (again[0], line_of(again[1], "access_log")) == (0, ["access_log: 0 rows sealed."])
    assert (verified[0], verified[1][-1]) == (0, "Everything is as it was written.")


@pytest.mark.both_databases
def test_row_changed_past_the_database_is_named_and_the_command_fails(run):
    make(AccessLog)
    run("seal-logs")
    drop = {"sqlite": "DROP TRIGGER access_log_changed",
            "postgresql": "DROP TRIGGER access_log_changed ON access_log"}[db.engine.dialect.name]
    with db.engine.begin() as connection:
        connection.execute(sa.text(drop))
        connection.execute(sa.text("UPDATE access_log SET actor = 'Eino'"))

    code, lines = run("verify")

    assert (code, line_of(lines, "access_log")[1:]) == (1, ["access_log: BROKEN. Row 1 was changed."])


def test_batch_file_that_is_not_the_one_made_is_named(run):
    file, whole = make(BatchFile, name="lista.csv"), make(BatchFile)
    number = file.batch.number
    assert run("verify")[0] == 0

    db.session.execute(sa.text("UPDATE batch_file SET sealed_data = (SELECT sealed_data FROM batch_file WHERE id = "
                               ":other) WHERE id = :id"), {"id": file.id, "other": whole.id})
    code, lines = run("verify")

    assert (code, line_of(lines, "batch_file")) == (
        1, [f"batch_file: BROKEN. The file lista.csv of batch {number} is not the one that was made."])


def test_keys_are_rotated_and_counted(run):
    make(Payee, iban="FI2112345600000785")
    db.session.commit()
    KEYRING.configure([NEW, OLD])

    first, again = run("rotate-keys"), run("rotate-keys")

    assert (first[0], line_of(first[1], "payee.iban")) == (0, ["payee.iban: 1 sealed anew."])
    assert (again[0], line_of(again[1], "payee.iban")) == (0, ["payee.iban: 0 sealed anew."])


def test_keys_that_are_missing_fail_the_rotation(run):
    payee = make(Payee, iban="FI2112345600000785")
    name = f"payee {payee.id}: its value does not open here and was left as it is."
    db.session.commit()
    KEYRING.configure([NEW])

    code, lines = run("rotate-keys")

    assert (code, [line for line in lines if line == name]) == (1, [name])


def test_retention_counts_and_lets_go_only_when_told_to(run):
    for _ in range(2):
        make(AccessLog, at=datetime(2001, 1, 1, tzinfo=UTC))
        run("seal-logs")

    dry, rows = run("retention"), db.session.scalar(sa.select(sa.func.count(AccessLog.id)))
    done = run("retention", "--commit")

    assert (dry[0], line_of(dry[1], "access_log"), rows) == (
        0, ["access_log: values of 0 rows to erase, 1 rows to remove."], 2)
    assert (done[0], db.session.scalar(sa.select(sa.func.count(AccessLog.id))), run("verify")[0]) == (0, 1, 0)
