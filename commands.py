"""Commands of the installation: ``flask --app app …``. Each prints what it did in a sentence."""

import sys

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from models import db
from models.engine import writing
from rules.errors import DomainError
from rules.permissions import Role
from services.accounts import create_user


def add_commands(app: Flask) -> None:
    """Put the commands on ``app``."""
    app.cli.add_command(create_user_command)


@click.command("create-user")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="")
@with_appcontext
def create_user_command(email: str, roles: tuple[str, ...], name: str) -> None:
    """Create a user who may act in ROLE; the password is read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    try:
        with writing():
            create_user(email, name or email, [Role(role) for role in roles], password)
            db.session.commit()
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    except IntegrityError as refused:
        raise click.ClickException("There is already a user with this e-mail address.") from refused
    click.echo(f"Created {email}, who may act as {', '.join(roles)}.")
