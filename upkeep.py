"""Commands that keep an installation sound: its logs sealed and verified, its keys changed, old data let go."""

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from admin_views.clock import today
from admin_views.words import say
from jobs import retention, retention_records
from jobs.sealing import seal_logs
from models import Expert, db
from models.audit import at_work
from models.engine import writing
from rules.errors import DomainError
from rules.permissions import Actor, Role
from rules.retention import RecordRule
from services import key_rotation, log_chain
from services.anonymise import forget
from services.stored_file_check import broken_files


def add_upkeep(app: Flask) -> None:
    """Put the commands on ``app``."""
    for command in (seal_logs_command, verify_command, rotate_keys_command, retention_command,
                    anonymise_command):
        app.cli.add_command(command)


@click.command("seal-logs")
@with_appcontext
def seal_logs_command() -> None:
    """Seal the rows of the logs that have come since the last time. Run it daily, or as often as you like."""
    try:
        sealed = seal_logs(datetime.now(UTC))
    except OperationalError as busy:
        raise click.ClickException("Somebody is writing into a log for a long time. Try again later.") from busy
    for log, rows in sealed.items():
        click.echo(f"{log}: {rows} rows sealed.")


@click.command("verify")
@with_appcontext
def verify_command() -> None:
    """Look for the first broken link of each log and for batch files that are not those that were made.

    The head of a chain tells whether its end was cut off: write it down elsewhere and compare.
    """
    broken = 0
    with force_locale("en"):
        for state in log_chain.verify():
            click.echo(f"{state.log}: {state.sealed} rows sealed, {state.waiting} not sealed yet, "
                       f"head {state.head or '-'}.")
            if state.broken:
                broken += 1
                click.echo(f"{state.log}: BROKEN. {say(state.broken)}")
        for sentence in broken_files():
            broken += 1
            click.echo(f"batch_file: BROKEN. {say(sentence)}")
    if broken:
        raise SystemExit(1)
    click.echo("Everything is as it was written.")


@click.command("rotate-keys")
@with_appcontext
def rotate_keys_command() -> None:
    """Seal every sealed value anew with the first of FIELD_KEYS. It may be stopped at any time and run again.

    Put the new key first, run this, then take the old ones out. The last key stays: it makes the hashes by which
    values are found, and the chain of the logs.
    """
    refused: list[str] = []
    for one in key_rotation.sealed_columns():
        done = 0
        with writing():
            for part in key_rotation.reseal(one):
                db.session.commit()
                done += part.done
                refused += part.refused
            db.session.commit()
        click.echo(f"{one.table}.{one.column}: {done} sealed anew.")
    for name in refused:
        click.echo(f"{name}: its value does not open here and was left as it is.")
    if refused:
        raise SystemExit(1)


@click.command("retention")
@click.option("--commit", is_flag=True, help="Let it go. Without it nothing is changed: this only counts.")
@with_appcontext
def retention_command(commit: bool) -> None:
    """Let go what has been kept long enough; a dry run without --commit."""
    with writing(), force_locale("en"), at_work(retention_records.AT_WORK):
        for rule, rows in retention_records.due_in_records(today()):
            click.echo(f"{rule.kind}: {rows} to go. {_words_of(rule)}")
        for due in retention.due_in_logs(today()):
            click.echo(f"{due.log}: values of {due.values} rows to erase, {due.rows} rows to remove.")
        if not commit:
            click.echo("Nothing was changed: this was a dry run.")
            return
        for let_go in (retention_records.let_go_of_records, retention.let_go_of_logs):
            for _ in let_go(today()):
                db.session.commit()
            db.session.commit()
    click.echo("Done.")


def _words_of(rule: RecordRule) -> str:
    counted = "from the end of that year" if rule.by_year else "from that day"
    return (f"{say(rule.label)}: {rule.months} months {counted} ({say(rule.ended)}), then it {say(rule.then.label)}. "
            f"{say(rule.ground)}")


@click.command("anonymise")
@click.argument("number", metavar="ID", type=int)
@click.option("--commit", is_flag=True, help="Do it. Without it nothing is changed: this only tells what would go.")
@click.option("--reason", default="", help="Kept in the history; without the person's name.")
@with_appcontext
def anonymise_command(number: int, commit: bool, reason: str) -> None:
    """Anonymise the expert ID, who has left; a dry run without --commit."""
    if commit and not reason.strip():
        raise click.UsageError("--commit needs --reason: it is kept in the history.")
    actor = Actor(None, None, Role.COORDINATOR, "anonymise")
    with writing(), force_locale("en"), at_work(actor):
        if (expert := db.session.get(Expert, number)) is None:
            raise click.ClickException(f"There is no expert {number}.")
        try:
            done = forget(expert, actor, today(), reason or "-")
        except DomainError as refused:
            db.session.rollback()
            raise click.ClickException(say(refused.sentence)) from refused
        if commit:
            db.session.commit()
        else:
            db.session.rollback()
    click.echo(f"Expert {number}: {done.deleted} records deleted, the name taken out of {done.traces.texts} texts, "
               f"{done.traces.log_values} logged changes, {done.traces.notes} notes and {done.traces.drafts} drafts.")
    if done.kept_until:
        click.echo(f"{done.claims} fee claims stay as they were paid until {done.kept_until:%Y-%m-%d}.")
    click.echo("Done: it cannot be undone." if commit else "Nothing was changed: this was a dry run.")
