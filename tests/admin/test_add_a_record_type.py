"""docs/add-a-record-type.md, followed to the letter in a copy of the product, where its new type is then used.

The copy keeps the type away from every other test. What is asked of it there stands in ``record_type_journey.py``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "add-a-record-type.md"
FOLDERS = ("rules", "models", "services", "exports", "imports", "jobs", "admin_views", "portal", "migrations",
           "static", "templates", "translations", "tests", "docs")
FILES = ("app.py", "commands.py", "delivery.py", "gunicorn.conf.py", "mail_commands.py", "upkeep.py", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "browser", "data", "*.mo", "*.png")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORDS = re.compile(r"^\| (?!English|-)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ENVIRONMENT = {"SECRET_KEY": "a key for tests", "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
               "REQUIRE_ALL": "0"}


def write_after(path, anchor, added):
    """Write ``added`` on the lines after the one place where ``anchor`` stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(anchor) == 1, f"{anchor!r} in {path.name}"
    path.write_text(text.replace(anchor, f"{anchor}\n{added}"), encoding="utf-8")


class Copy:
    """A copy of the product in ``folder``, where commands are run."""

    def __init__(self, folder):
        self.folder = folder
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        for name in FILES:
            shutil.copy2(ROOT / name, folder / name)

    def run(self, *command):
        database = f"sqlite:///{self.folder / 'office.sqlite'}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
        done = subprocess.run([sys.executable, "-m", *command], cwd=self.folder, check=False, text=True, timeout=300,
                              env=kept | ENVIRONMENT | {"DATABASE_URL": database}, capture_output=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def translate(self, place, language, words):
        """Put ``words`` in the catalogue of ``language`` and compile it."""
        folder = self.folder / "translations" / language / "LC_MESSAGES"
        with (folder / "messages.po").open("rb") as source:
            catalogue = read_po(source)
        for word in words:
            catalogue.add(word[0], word[place])
        with (folder / "messages.mo").open("wb") as target:
            write_mo(target, catalogue)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The copy after every step of the page."""
    text = PAGE.read_text(encoding="utf-8")
    model, imported, rights, rows, commands = (block for _, block in BLOCK.findall(text))
    copy = Copy(tmp_path_factory.mktemp("office"))
    copy.run("flask", "--app", "app", "db", "upgrade")
    (copy.folder / "models/meeting_room.py").write_text(model, encoding="utf-8")
    write_after(copy.folder / "models/__init__.py", "from models.order import Occasion, Order, Request", imported.strip())
    write_after(copy.folder / "models/__init__.py", "__all__ = [", '    "MeetingRoom",')
    write_after(copy.folder / "rules/permission_table.py", 'TABLE = """', rights.strip())
    write_after(copy.folder / "services/scopes.py", "from models import (", "    MeetingRoom,")
    write_after(copy.folder / "services/scopes.py", "SCOPES: dict[type[Any], Rule] = {", f"    {rows.strip()}")
    for command in commands.splitlines():
        program, *rest = command.replace('"Meeting rooms"', "Meeting_rooms").split()
        copy.run(Path(program).name, *rest)
    words = WORDS.findall(text)
    copy.translate(1, "fi", words)
    copy.translate(2, "sv", words)
    return copy


def test_migration_makes_the_table_and_nothing_else(office):
    written = sorted(path.name for path in (office.folder / "migrations/versions").glob("*_meeting_rooms.py"))

    steps = [(office.folder / "migrations/versions" / name).read_text(encoding="utf-8") for name in written]
    assert [re.findall(r"op\.(\w+_table)\(\s*'(\w+)'", step) for step in steps] == [
        [("create_table", "meeting_room"), ("batch_alter_table", "meeting_room"),
         ("batch_alter_table", "meeting_room"), ("drop_table", "meeting_room")]]


def test_every_word_of_the_type_is_translated_on_the_page_or_known():
    text = PAGE.read_text(encoding="utf-8")
    used = set(re.findall(r'N_\("([^"]+)"\)', text))

    with (ROOT / "translations/fi/LC_MESSAGES/messages.po").open("rb") as source:
        known = {str(message.id) for message in read_po(source) if message.string}

    assert used - {english for english, _, _ in WORDS.findall(text)} - known == set()


def test_record_type_has_its_console_in_three_languages_with_rights(office):
    said = office.run("pytest", "-q", "-p", "no:cacheprovider", "tests/admin/record_type_journey.py")

    assert re.search(r"(\d+) passed", said.splitlines()[-1]), said


def test_record_type_meets_what_must_hold_of_every_one(office):
    said = office.run("pytest", "-q", "-p", "no:cacheprovider", "tests/test_foundation.py", "-k", "MeetingRoom or not [")

    assert re.search(r"(\d+) passed", said.splitlines()[-1]), said
