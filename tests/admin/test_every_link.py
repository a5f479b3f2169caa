"""Links of every kind: whatever is wrong with one, the page, its time and the database tell the same; no log has it."""

import logging
import re
import runpy
import secrets
import string
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from gunicorn.config import Config

from app import BY_LINK
from models import db
from models.personal_link import LinkFor
from rules.secret_addresses import without_secrets
from tests.conftest import token
from tests.every_door import CHECK, FEED, KINDS, WHAT_IT_DOES, door
from tests.people import make_user
from tests.services.placing_world import TODAY

FREE = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|nonce-[\w-]+|\?v=\w+')
FREE_HEADERS = {"X-Noise", "Set-Cookie", "Content-Length", "Date"}
OPENS = {405: False, 410: False, 404: False, 200: True, 303: True, 302: True}
SLOWER = 4
"""A machine that is busy with other things makes one page of many so much slower, and hardly their median."""

every_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


@pytest.fixture(autouse=True)
def day(app):
    app.config["TODAY"] = TODAY


def guessed(secret):
    """Another secret of the same shape."""
    return "".join(secrets.choice(string.ascii_uppercase if sign.isupper() or sign.isdigit() else string.ascii_lowercase)
                   if sign.isalnum() else sign for sign in secret)


def altered(secret):
    return secret[:-1] + ("7" if secret[-1] != "7" else "8")


def forget_attempts(app):
    for limiter in app.extensions["limiter"]:
        limiter.reset()


def stored():
    """Every row of every table."""
    db.session.commit()
    return {table.name: db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables}


def asked_of_database(work):
    """What ``work`` gives, and the statements it made."""
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        return work(), statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def told(answer, path, secret):
    """All that an answer tells, without what is drawn anew each time and the address that was asked for."""
    headers = sorted((name, FREE.sub("", value)) for name, value in answer.headers if name not in FREE_HEADERS)
    return answer.status_code, headers, FREE.sub("", answer.text).replace(path, "").replace(secret, "")


def knocked(client, one, secret):
    """What opening and using the page of ``secret`` tells, and what each asked of the database."""
    forget_attempts(client.application)
    tried = [lambda: client.get(one.path(secret))]
    if one.kind in WHAT_IT_DOES:
        token(client, "/login")  # so that the session is there before the statements are counted
        tried.append(lambda: one.use(client, secret))
    answers = [asked_of_database(work) for work in tried]
    return [(told(answer, one.path(secret), secret), statements) for answer, statements in answers]


def after(work, kind, client):
    """A door of ``kind`` after ``work``, and what its secret tells then."""
    one = door(kind)
    assert OPENS[one.look(client).status_code]
    work(one)
    before = stored()
    answers = knocked(client, one, one.secret)
    assert {name for name, rows in stored().items() if rows != before[name]} == set()
    return answers


@every_kind
def test_link_that_opens_nothing_tells_the_same_and_changes_nothing_whatever_is_wrong_with_it(kind, client):
    one, other = door(kind), door(next(other for other in KINDS if other not in (kind, CHECK, FEED)))
    assert OPENS[one.look(client).status_code]
    before = stored()
    answers = {name: knocked(client, one, secret) for name, secret in {
        "guessed": guessed(one.secret), "altered": altered(one.secret), "long": one.secret + "x" * 60,
        "of another kind": other.secret}.items()}
    assert {name for name, rows in stored().items() if rows != before[name]} == set()
    answers |= {name: after(work, kind, client) for name, work in {
        "expired": lambda one: one.expire(client), "revoked": lambda one: one.revoke(client)}.items()}
    if kind != FEED:  # a feed is read again and again
        answers["used"] = after(lambda one: one.use_up(client), kind, client)

    first = answers["guessed"]

    assert {name: answer == first for name, answer in answers.items()} == dict.fromkeys(answers, True)
    assert not OPENS[first[-1][0][0]]


@every_kind
def test_link_that_opens_nothing_takes_the_same_time_whatever_is_wrong_with_it(kind, client, app):
    one = door(kind)
    one.revoke(client)
    db.session.commit()
    form = WHAT_IT_DOES.get(kind, {}) | {"csrf_token": token(client, "/login")}

    def time_of(secret):
        forget_attempts(app)
        address = one.path(secret)
        began = perf_counter()
        client.post(address, data=form) if kind == CHECK else client.get(address)
        return perf_counter() - began

    times = [(time_of(one.secret), time_of(guessed(one.secret))) for _ in range(9)]  # by turns: a busy machine slows both

    assert 1 / SLOWER < median(closed for closed, _ in times) / median(never for _, never in times) < SLOWER


@every_kind
def test_link_stands_in_no_log_line_and_goes_along_as_no_referrer(kind, client, caplog):
    caplog.set_level(logging.DEBUG)
    one = door(kind)
    caplog.clear()

    page = one.look(client)
    if kind in WHAT_IT_DOES:
        one.use(client)
    one.expire(client)
    one.look(client)

    def written():
        return "\n".join([caplog.text, *(str(vars(record)) for record in caplog.records)])

    assert (one.secret in written(), page.headers["Referrer-Policy"]) == (False, "strict-origin")
    logging.getLogger("app").info("%s", one.path())
    assert one.secret in written()


def test_every_secret_address_is_of_a_kind_that_is_known_here(app):
    """By the addresses of the product: a new page behind a secret fails here until it is masked and has its kind."""
    rules = [rule for rule in app.url_map.iter_rules() if {"secret", "code"} & rule.arguments and "<" in rule.rule]

    assert {rule.endpoint for rule in rules} == BY_LINK
    assert {path for rule in rules if without_secrets(path := rule.rule.replace("<", "").replace(">", "")) == path} == set()
    opened = {door(kind).path().rpartition("/")[0] for kind in KINDS}
    assert opened == {rule.rule.partition("/<")[0] for rule in rules}


@pytest.mark.parametrize(("referer", "status"), [
    ("https://localhost/", "not_now"), ("https://elsewhere.test/", "asked"), (None, "asked")])
def test_form_behind_a_link_is_taken_over_tls_with_no_more_than_our_own_origin_as_referrer(referer, status, app):
    one, client = door(LinkFor.ANSWER), app.test_client()
    app.config["SESSION_COOKIE_SECURE"] = True
    page = client.get(one.path(), base_url="https://localhost").text
    form = WHAT_IT_DOES[one.kind] | {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)}

    client.post(one.path(), data=form, base_url="https://localhost", headers={"Referer": referer} if referer else {})

    assert one.row.assignment.status == status


# --- the lines of the web server

@pytest.fixture
def served(capfd):
    """The logger that gunicorn runs with here, its access log switched on."""
    cfg = Config()
    cfg.set("logger_class", runpy.run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))["logger_class"])
    cfg.set("accesslog", "-")
    yield cfg.logger_class(cfg)
    for name in ("gunicorn.access", "gunicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.filters.clear()


def line_of(served, capfd, path, query=""):
    """What the access log says of one request, its Referer the same page."""
    answer = SimpleNamespace(status="200 OK", headers=[], sent=10)
    asked = SimpleNamespace(headers=[("REFERER", f"https://b.test{path}")])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": path + query, "PATH_INFO": path, "QUERY_STRING": query.lstrip("?"),
               "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_REFERER": f"https://b.test{path}{query}"}
    served.access(answer, asked, environ, timedelta(milliseconds=3))
    served.error("Error handling request %s", path + query)
    out, err = capfd.readouterr()
    return out + err


@every_kind
def test_access_log_of_the_web_server_names_the_page_without_its_secret(kind, served, capfd):
    one = door(kind)

    line = line_of(served, capfd, one.path(), "?file=ics")

    start = one.path().rpartition("/")[0]
    assert (one.secret in line, line.count(f"{start}/…")) == (False, 3)


def test_access_log_says_other_addresses_as_they_are(served, capfd):
    user = make_user("coordinator")

    assert line_of(served, capfd, f"/admin/user/details/{user.id}", "?q=1").count(f"/admin/user/details/{user.id}?q=1") == 3
