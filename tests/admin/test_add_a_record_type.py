"""The page docs/add-a-record-type.md, followed to the letter: a model alone gets its console, without a view."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "add-a-record-type.md").read_text()
MODEL = textwrap.dedent(PAGE.split("```python\n")[1].split("```")[0])
RIGHTS = PAGE.split("```\n   MeetingRoom")[1].split("```")[0]

# Run in a process of its own: a model cannot be taken back.
SCRIPT = f'''
import re
from io import BytesIO
from typing import ClassVar

import openpyxl
import sqlalchemy as sa
from babel.support import Translations
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Console, Menu, Record, db, says, short
from rules.wording import N_

{MODEL}

import rules.permissions as permissions
from services.scopes import SCOPES, everyone

permissions.MATRIX.update(permissions.read_table("""   MeetingRoom{RIGHTS}
   MeetingRoom export() x - - - - - -"""))
SCOPES[MeetingRoom] = everyone

from app import create_app
app = create_app(SQLALCHEMY_DATABASE_URI="sqlite:///" + __import__("sys").argv[1], SECRET_KEY="x", TESTING=True)
from tests.people import PASSWORD, make_user
with app.app_context():
    db.create_all()
    mail = {{role: make_user(role).email for role in ("coordinator", "steering", "finance")}}


def token(client, address):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]


def signed_in(role):
    client = app.test_client()
    client.post("/login", data={{"csrf_token": token(client, "/login"), "email": mail[role], "password": PASSWORD}})
    return client


def save(client, address, **fields):
    return client.post(address, data={{"csrf_token": token(client, address), **fields}})


c = signed_in("coordinator")
refused = save(c, "/admin/meetingroom/new/", name="", seats="x")
fi = Translations.load("translations", ["fi"]).gettext
assert fi("This is needed.") != "This is needed."
assert refused.status_code == 422
assert fi("This is needed.") in refused.text and fi("Write a whole number.") in refused.text
assert save(c, "/admin/meetingroom/new/", name="Matara", seats="12").status_code == 302
assert save(c, "/admin/meetingroom/new/", name="Etähuone", seats="3", remote="y").status_code == 302
twice = save(c, "/admin/meetingroom/new/", name="Matara", seats="1")
assert twice.status_code == 422 and "There is already a room of this name." in twice.text
negative = save(c, "/admin/meetingroom/new/", name="Kellari", seats="-1")
assert negative.status_code == 422 and "A room has at least one seat." in negative.text


def names(address):
    return [n for n in ("Matara", "Etähuone") if n in c.get(address).text]


assert names("/admin/meetingroom/") == ["Matara", "Etähuone"]
assert names("/admin/meetingroom/?f_remote=1") == ["Etähuone"]
assert names("/admin/meetingroom/?q=matar") == ["Matara"]
detail = c.get("/admin/meetingroom/details/?id=1").text
assert "Matara" in detail and ">12<" in detail.replace(" ", "")
assert save(c, "/admin/meetingroom/edit/?id=1", name="Matara", seats="14", version="1").status_code == 302
assert ">14<" in c.get("/admin/meetingroom/details/?id=1").text.replace(" ", "")

rows = list(openpyxl.load_workbook(BytesIO(c.get("/admin/meetingroom/export/xlsx/").data)).active.values)
assert [row[:2] for row in rows[1:]] == [("Etähuone", 3), ("Matara", 14)], rows
assert "Matara;14" in c.get("/admin/meetingroom/export/csv/").data.decode("utf-8-sig")

assert signed_in("steering").get("/admin/meetingroom/").status_code == 200
assert signed_in("steering").get("/admin/meetingroom/new/").status_code == 403
assert signed_in("finance").get("/admin/meetingroom/").status_code == 403

words = {{}}
for language in ("fi", "sv", "en"):
    c.post("/language", data={{"csrf_token": token(c, "/admin/"), "language": language}})
    words[language] = re.search(r'<html lang="(\\w+)"', c.get("/admin/meetingroom/").text)[1]
assert words == {{"fi": "fi", "sv": "sv", "en": "en"}}
print("all of it")
'''


def test_a_model_alone_gets_its_console(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "x.sqlite")], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})

    assert (done.stdout.strip(), done.returncode) == ("all of it", 0), done.stderr[-3000:]
