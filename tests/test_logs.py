"""What the log says of a whole day: every kind of page, read, written, refused and broken; and nothing of anybody.

Every text of every record carries a mark (``tests.two_sides``); account, identity code, password and session are looked
for as they are.
"""

import logging
import re
from itertools import chain

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from admin_views.generate import consoled
from models import db
from rules.permissions import opens
from tests.admin.filling import filled
from tests.conftest import token
from tests.people import PASSWORD
from tests.rights_walk import MARK, NO_ROW
from tests.two_sides import actor_of, two_sides

IBAN, CODE = "FI2112345600000785", "131052-308T"
ROLES = ("coordinator", "finance")
OWN_PAGES = ("", "find/?q={mark}", "calendar/", "board/", "report/", "plot/", "review/")
PAGES = ("?q={mark}&f_name={mark}&sort={mark}", "details/?id={id}", "lookup/?q={mark}", "export/csv/?q={mark}",
         "delete/?id={id}&url=//{mark}")
TYPED = {"Expert", "Payee", "Order", "SupportContact", "Invoice", "User"}
"""Record types of which the forms are sent."""


class Day:
    """One role's day at one side's records, and what was written in the log meanwhile."""

    def __init__(self, role, login, caplog):
        caplog.set_level(logging.DEBUG)
        self.own, _ = two_sides()
        payee = self.own["Payee"]
        payee.iban, payee.identity_code = IBAN, CODE
        self.caplog, self.user = caplog, actor_of(role, self.own)
        self.client, self.codes = login(user=self.user), []
        self.opened = [model for model in consoled() if opens(role, model.__name__)]
        self.mark, self.email = next(iter(self.own.marks)), self.user.email
        self.keys = {mark for mark, (_, name) in self.own.marks.items() if name == "key"}  # names of files, by chance
        self.ids = {name: row.id for name, row in self.own.rows.items()}
        caplog.clear()

    def get(self, address):
        self.codes.append(self.client.get(address).status_code)

    def read(self):
        """Every kind of page of every record type that opens, with words of a person in its address."""
        for page in OWN_PAGES:
            self.get(f"/admin/{page.format(mark=self.mark)}")
        for model in self.opened:
            for page in PAGES:
                self.get(f"/admin/{model.__name__.lower()}/{page.format(mark=self.mark, id=self.ids[model.__name__])}")

    def write(self):
        """Forms once as they open, once with what cannot be; a wrong password; a sign-in; no token."""
        self.get(f"/admin/{self.opened[0].__name__.lower()}/details/?id={NO_ROW}")
        for model in [model for model in self.opened if model.__name__ in TYPED]:
            for page in (f"edit/?id={self.ids[model.__name__]}", "new/"):
                address = f"/admin/{model.__name__.lower()}/{page}"
                answer = self.client.get(address)
                if answer.status_code == 200:
                    form = filled(answer.text)
                    for typed in (form, form | dict.fromkeys(form.keys() - {"csrf_token"}, f"{self.mark} {IBAN}")):
                        self.codes.append(self.client.post(address, data=typed).status_code)
        self.codes.append(self.client.post("/admin/expert/new/", data={"alias": self.mark}).status_code)
        stranger = self.client.application.test_client()
        for password in (f"{PASSWORD}!", PASSWORD):
            self.codes.append(stranger.post("/login", data={
                "csrf_token": token(stranger, "/login"), "email": self.email, "password": password}).status_code)

    def written(self):
        """Every record of the log with all that it carries, also what no handler prints."""
        return "\n".join(chain([self.caplog.text], (str(vars(record)) for record in self.caplog.records)))

    def told(self, text):
        secrets = {"account": IBAN, "code": CODE, "password": PASSWORD, "email": self.email,
                   "session": self.client.get_cookie("session").value}
        return (set(MARK.findall(text)) - self.keys) | {name for name, value in secrets.items() if value in text}


@pytest.fixture
def broken(app):
    """A function that makes every question to the database about a record type fail, with its values in the error."""
    armed = []

    def fail(_connection, _cursor, statement, parameters, *_):
        if armed and re.search(r"FROM (?!\"?user|role_grant)", statement):
            raise OperationalError(f"{statement} {parameters}", parameters, Exception(f"{armed} {IBAN}"))

    sa.event.listen(db.engine, "before_cursor_execute", fail)
    yield armed.append
    sa.event.remove(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("role", ROLES)
def test_log_of_a_day_names_nobody(role, app, login, caplog):
    day = Day(role, login, caplog)

    day.read()
    day.write()

    assert ({200, 302, 400, 404, 422} <= set(day.codes), 500 in day.codes) == (True, False)
    assert caplog.records != []
    assert day.told(day.written()) == set()


@pytest.mark.parametrize("role", ["finance", "admin"])
def test_log_of_a_day_on_which_the_database_fails_names_nobody(role, app, login, caplog, broken):
    day = Day(role, login, caplog)
    broken(day.mark)

    day.read()

    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert (day.codes.count(500) > len(day.opened), len(errors) >= day.codes.count(500)) == (True, True)
    assert [record for record in errors if "OperationalError" not in record.getMessage()] == []
    assert day.told(day.written()) == set()


@pytest.mark.parametrize("said", ["{mark}", IBAN, CODE, PASSWORD])
def test_what_is_looked_for_is_found_where_it_is(said, app, login, caplog):
    """The same reading of the log finds a name in a message, an argument and an error."""
    day = Day("coordinator", login, caplog)
    word = said.format(mark=day.mark)
    found = []
    for write in (lambda: logging.getLogger("app").info(word), lambda: logging.getLogger("app").info("%s", word),
                  lambda: logging.getLogger("app").error("x", exc_info=ValueError(word))):
        caplog.clear()
        write()
        found.append(len(day.told(day.written())))

    assert found == [1, 1, 1]
