"""What production adds: cookies and pages by TLS alone; and an error page that says a number and nothing else."""

import re

import pytest

from tests.conftest import token
from tests.people import PASSWORD, make_user

PRODUCTION = {"APP_ENV": "production", "SECRET_KEY": "a key for tests", "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}


@pytest.fixture
def production(make_app, app, database, monkeypatch):
    """A client of the application as it starts in production."""
    for name, value in (PRODUCTION | {"DATABASE_URL": database}).items():
        monkeypatch.setenv(name, value)
    return make_app().test_client()


def signed_in(client):
    user = make_user("coordinator")
    form = {"csrf_token": token(client, "https://localhost/login"), "email": user.email, "password": PASSWORD}
    return client.post("https://localhost/login", data=form, headers={"Referer": "https://localhost/login"})


@pytest.mark.parametrize("address", ["/login", "/privacy", "/nothing", "/static/kokemussilta.css", "/healthz"])
def test_production_asks_for_tls_and_a_demo_does_not(address, production, client):
    told = [one.get(address).headers.get("Strict-Transport-Security") for one in (production, client)]

    assert told == ["max-age=31536000", None]


def test_every_cookie_of_production_is_for_tls_and_out_of_reach_of_scripts(production):
    answer = signed_in(production)

    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 302
    assert [cookie.partition("=")[0] for cookie in cookies] == ["session"]
    assert [{"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; ")) for cookie in cookies] == [True]


def test_page_of_a_mistake_says_a_number_and_no_word_of_it(production, monkeypatch):
    def broken(*_):
        raise RuntimeError("Salaperäinen FI2112345600000785")

    production.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(production.application.view_functions, "statement.privacy", broken)

    answer = production.get("/privacy")

    assert answer.status_code == 500
    assert re.findall(r"<strong>([0-9a-f]{8})</strong>", answer.text) != []
    assert [word for word in ("Salaperäinen", "FI21", "RuntimeError", "Traceback", ".py") if word in answer.text] == []


@pytest.mark.parametrize("address", ["/login", "/language"])
def test_more_than_a_form_may_carry_is_refused_before_it_is_read(address, client):
    answer = client.post(address, data=b"x" * (33 * 1024 * 1024), content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, "<main" in answer.text) == (413, True)
