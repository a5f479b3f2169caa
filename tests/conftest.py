"""What tests ask for: an app on a fresh database, somebody signed in, a browser. Nothing is tested here."""

import contextvars
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

import services.register  # noqa: F401 - the verbs in their one order, whichever test asks first
from tests.bank_batch_world import decided, five_claims, paying_account, sent_batch  # noqa: F401 - fixtures
from tests.database import SETTINGS, PostgreSQL, SQLite, unavailable
from tests.every_right import everything  # noqa: F401 - fixtures for every test that asks, this and the next two
from tests.forgotten_world import known  # noqa: F401 - a fixture
from tests.mail_world import mail_server  # noqa: F401 - a fixture
from tests.money_world import held, people  # noqa: F401 - fixtures
from tests.services.placing_world import coordinator  # noqa: F401 - a fixture

NOON = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""When the tests take place: a Tuesday noon in Finland."""

KINDS = {"sqlite": SQLite, "postgresql": PostgreSQL}
CHROMIUMS = (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser")
CHROMIUM_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)

# A machine busy with a browser is no reason for a rule to fail.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", list(KINDS), indirect=True)


def token(client, url):
    """The CSRF token that the page at ``url`` gives this client."""
    page = client.get(url).text
    return re.search(r"""name=["']csrf_token["'][^>]*value=["']([^"']+)""", page).group(1)


class Client(FlaskClient):
    """Each request runs as in production: in a context and a database session of its own.

    What the test has arranged is committed first, so that the request sees it; records that the test holds
    are read again when it next looks at them.
    """

    def open(self, *args, **kwargs):
        from models import db

        db.session.commit()
        if self.preserve_context:
            return super().open(*args, **kwargs)
        kwargs["buffered"] = True  # a streamed body is read in the context that makes it
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(autouse=True)
def clock(request):
    """The clock starts at one noon in every test, whenever the suite runs: due dates and payment days lie as written.

    A browser keeps its own clock, by which cookies expire, so its tests run on today's.
    """
    if request.node.get_closest_marker("browser"):
        yield
    else:
        with time_machine.travel(NOON, tick=True):
            yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    """The kinds of database started so far, by name."""
    started = {}

    def start(kind):
        if kind not in started:
            started[kind] = KINDS[kind](tmp_path_factory.mktemp(kind))
        return started[kind]

    yield start
    for database in started.values():
        database.stop()


@pytest.fixture
def database(request, databases):
    """The address of an empty, migrated database: SQLite, or as the marker ``both_databases`` says."""
    return databases(getattr(request, "param", "sqlite")).fresh()


@pytest.fixture(scope="session")
def built_apps():
    """One app for each database, for making one takes longer than a test."""
    return {}


@pytest.fixture
def make_app(database):
    """Make an app of one's own on the test's database: for other settings, or to add views to it."""
    from app import create_app

    def make(**settings):
        app = create_app(**{"SQLALCHEMY_DATABASE_URI": database} | SETTINGS | settings)
        app.test_client_class = Client
        return app

    return make


@pytest.fixture
def app(database, built_apps, make_app):
    """The app, its context open, on an empty database. Settings changed by the test are put back after it."""
    from models import db

    if database not in built_apps:
        built_apps[database] = make_app()
    app = built_apps[database]
    settings = dict(app.config)
    for limiter in app.extensions.get("limiter", ()):
        limiter.reset()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config.update(settings)


@pytest.fixture
def session(app):
    """The database session of the test."""
    from models import db

    return db.session


@pytest.fixture
def client(app):
    """Nobody signed in."""
    return app.test_client()


@pytest.fixture
def login(app):
    """A client signed in: ``login(role)`` as a new user, ``login(user=one)``; ``login(None)`` is nobody."""

    def sign_in(role=None, user=None, **given):
        client = app.test_client()
        if role is not None or user is not None:
            if user is None:
                from tests.people import make_user

                user = make_user(role, **given)
            with client.session_transaction() as cookie:
                cookie.update(_user_id=user.get_id(), _fresh=True, second_factor=True)
            client.user = user
        return client

    return sign_in


@pytest.fixture
def live_server(app):
    """The address of the app served on a port of its own."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # closing waits for the answers under way: the next test has another database
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    path = next((path for path in CHROMIUMS if path and Path(path).exists()), None)
    if path is None:
        unavailable("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(app, browser, live_server):
    """``open_page(client, **context)``: a page in Chromium with that client's sign-in; ask for ``/login``.

    The test fails when a script had an error, the content security policy was broken, or another host asked.
    """
    from models import db

    contexts, complaints, documents = [], [], set()

    def on_console(said):
        answered_so = said.text.startswith("Failed to load resource") and said.location["url"] in documents
        if said.type == "error" and not answered_so:
            complaints.append(said.text)

    def on_request(asked):
        if asked.is_navigation_request() or "fragment=1" in asked.url:
            documents.add(asked.url)  # a page or a part of one may well answer that something is missing or refused
        if not asked.url.startswith((live_server, "data:", "blob:")):
            complaints.append(asked.url)

    def listen(page):
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", on_console)
        page.on("request", on_request)

    def open_as(client=None, **given):
        db.session.commit()
        context = browser.new_context(**{"base_url": live_server, "locale": "fi-FI"} | given)
        contexts.append(context)
        context.on("page", listen)
        cookie = client and client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        if cookie:
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []
