"""Commands of the installation: ``flask --app app …``. Each prints what it did in a sentence."""

import os
import secrets
import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from admin_views.clock import today
from admin_views.words import say
from imports.bad_rows import free_name
from imports.register import Kind, Settings, import_register
from imports.report_lines import report_lines
from jobs import demo, demo_scale
from mail_commands import add_mail_commands
from models import db
from models.engine import gather_statistics, writing
from models.search import reindex
from rules.errors import DomainError
from rules.permissions import Role
from services.accounts import create_user
from services.links import make_link
from upkeep import add_upkeep


def add_commands(app: Flask) -> None:
    """Put the commands on ``app``."""
    app.cli.add_command(create_user_command)
    app.cli.add_command(demo_command)
    app.cli.add_command(import_register_command)
    app.cli.add_command(reindex_command)
    add_upkeep(app)
    add_mail_commands(app)


@click.command("create-user")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="")
@with_appcontext
def create_user_command(email: str, roles: tuple[str, ...], name: str) -> None:
    """Create a user who may act in ROLE; the password comes from standard input, else by a link that is printed."""
    password = "" if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        with writing():
            user = create_user(email, name or email, [Role(role) for role in roles], password or None)
            secret = "" if password else make_link(user, datetime.now(UTC))
            db.session.commit()
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    except IntegrityError as refused:
        raise click.ClickException("There is already a user with this e-mail address.") from refused
    click.echo(f"Created {email}, who may act as {', '.join(roles)}.")
    if secret:
        base = (current_app.config["BASE_URL"] or "http://127.0.0.1:8000").rstrip("/")
        click.echo(f"The password is chosen at this address, once and within a week: {base}/set-up/{secret}")


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Leave a database with records as it is, without a word.")
@click.option("--scale", default=0, type=click.IntRange(0, 500_000),
              help="On top, for measuring: so many experts, ten times as many orders and claims, without a history.")
@with_appcontext
def demo_command(if_empty: bool, scale: int) -> None:
    """Fill an empty database with an invented Central Finland; prints the accounts and their password."""
    if os.environ.get("APP_ENV") == "production":
        raise click.ClickException("The demo is not for production: APP_ENV says this is one.")
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
    with writing():
        if if_empty and not demo.is_empty():
            return
        try:
            addresses = demo.fill(today(), password)
        except DomainError as refused:
            raise click.ClickException(str(refused)) from refused
        gather_statistics(db.session.connection())
        db.session.commit()
        if scale:
            _grow(scale)
    click.echo(f"The demo is ready. Password {password} for:")
    for address in addresses:
        click.echo(f"  {address}")


def _grow(experts: int) -> None:
    """Each part is kept as it is written, so that no transaction is as large as the database."""
    for name, parts in groupby(demo_scale.grow(today(), experts)):
        click.echo(f"Growing {name} ...")
        for _ in parts:
            db.session.commit()
    db.session.commit()


@click.command("import-register")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commit", is_flag=True, help="Take the good rows. Without it this is a dry run: nothing is written.")
@click.option("--bad-rows", type=click.Path(path_type=Path),
              help="Where the other rows go, a new .xlsx file; without it to one under instance/.")
@click.option("--allow-temporary", is_flag=True, help="Let identity codes 900-999 pass, as the demo does.")
@with_appcontext
def import_register_command(kind: str, file: Path, commit: bool, bad_rows: Path | None, allow_temporary: bool) -> None:
    """Read a register of experts, orders or invoices from FILE and take its good rows; a dry run without --commit."""
    allow_temporary = allow_temporary or current_app.config["DEMO"] or current_app.testing
    if commit and bad_rows is None:
        bad_rows = free_name(Path(current_app.instance_path), kind, today())
    settings = Settings(today(), allow_temporary=allow_temporary, commit=commit, bad_rows=bad_rows, say=say)
    try:
        with force_locale("fi"):
            report = import_register(Kind(kind), file, settings)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    if commit:
        with writing():
            gather_statistics(db.session.connection())
            db.session.commit()
    for line in report_lines(report):
        click.echo(line)


@click.command("reindex")
@with_appcontext
def reindex_command() -> None:
    """Write anew the words by which records are found. It may be stopped at any time and run again."""
    total = 0
    with writing():
        for written in reindex(db.session):
            db.session.commit()  # others may write between two batches
            total += written
        gather_statistics(db.session.connection())
        db.session.commit()
    click.echo(f"{total} records are found by their words.")
