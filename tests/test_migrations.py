"""The migrations lead to what the models say, and back."""

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models import db
from models.search import is_compared
from tests.database import MIGRATIONS

PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


def checks(connection):
    """Every CHECK of the database as it stands, by table and name; layout apart."""
    inspector = sa.inspect(connection)
    return {
        (table, check["name"]): " ".join(check["sqltext"].split())
        for table in inspector.get_table_names() for check in inspector.get_check_constraints(table)}


@pytest.mark.both_databases
def test_migrations_lead_to_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "compare_server_default": True, "autogenerate_plugins": PLUGINS,
            "include_name": is_compared})

        assert compare_metadata(context, db.metadata) == []


@pytest.mark.both_databases
def test_checks_say_what_the_models_say(app):
    with db.engine.connect() as connection:
        migrated = checks(connection)
    with db.engine.begin() as connection:
        old = sa.MetaData()
        old.reflect(connection)
        old.drop_all(connection)
    db.create_all()

    with db.engine.connect() as connection:
        assert migrated == checks(connection)


@pytest.mark.both_databases
def test_migrations_lead_back_to_nothing(app):
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")

    with db.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
