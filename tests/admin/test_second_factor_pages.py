"""The second factor on the way in: who is asked, that the password alone opens nothing, that nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import AccessLog, Organisation, db
from services import second_factor
from tests.admin.test_sign_in import NEW, end_session, hidden, sign_in, typed
from tests.authenticator import code
from tests.conftest import token
from tests.people import PASSWORD, make_user

CODE, ENROL, QR = "/login/code", "/second-factor", "/second-factor/qr.svg"
CONSOLE = ("/admin/", "/admin/user/", "/admin/invoice/", "/account/", "/admin/find/?q=x")


def has_app(user):
    """Set the app of ``user`` up; its secret."""
    second_factor.begin(user)
    db.session.flush()
    secret = second_factor.waiting_secret(user)
    then = datetime.now(UTC) - timedelta(minutes=5)
    user.codes = second_factor.confirm(user, code(secret, then.timestamp()), then)
    db.session.commit()
    return secret


def send(client, address, **form):
    return client.post(address, data={"csrf_token": token(client, address)} | form)


def secret_on(page):
    return re.search(r"data-secret>([A-Z2-7 ]+)<", page).group(1)


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def user(app):
    return make_user("admin")


def test_code_of_the_app_completes_the_sign_in(user, client):
    secret = has_app(user)

    asked = sign_in(client, user, next="/admin/user/?q=x")
    assert asked.headers["Location"] == f"{CODE}?next=/admin/user/?q%3Dx"
    answer = send(client, CODE, code=code(secret), next="/admin/user/?q=x")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/user/?q=x")
    assert client.get("/admin/user/").status_code == 200
    assert db.session.scalars(sa.select(AccessLog.what).order_by(AccessLog.id.desc())).first() == "sign_in"


def test_password_alone_opens_no_page(user, client):
    has_app(user)

    sign_in(client, user)

    assert [client.get(address).status_code for address in CONSOLE] == [302] * len(CONSOLE)
    assert [client.get(address).status_code for address in (ENROL, QR)] == [401, 404]
    assert client.post("/role", data={"csrf_token": token(client, "/login"), "role": "admin"}).status_code == 403
    assert db.session.scalars(sa.select(AccessLog.what)).all() == ["factor_on"]


def test_code_is_not_taken_without_the_password_before_it(user, client):
    secret = has_app(user)

    answer = client.post(CODE, data={"csrf_token": token(client, "/login"), "code": code(secret)})

    assert (answer.status_code, is_in(client)) == (401, False)


@pytest.mark.parametrize("spoil", [
    lambda cookie, _user: cookie.update(half_at=cookie["half_at"] - 601),
    lambda _cookie, user: setattr(user, "session_version", user.session_version + 1),
    lambda _cookie, user: setattr(user, "active", False),
])
def test_code_that_comes_too_late_begins_at_the_password_again(spoil, user, client):
    secret = has_app(user)
    sign_in(client, user)
    form = {"csrf_token": token(client, CODE), "code": code(secret)}

    with client.session_transaction() as cookie:
        spoil(cookie, user)
    answer = client.post(CODE, data=form)

    assert (answer.status_code, is_in(client)) == (401, False)


def test_code_is_taken_for_one_sign_in_only(user, client, login):
    secret, other = has_app(user), login(None)
    now = code(secret)
    sign_in(client, user)
    sign_in(other, user)

    first, second = send(client, CODE, code=now), send(other, CODE, code=now)

    assert (first.status_code, second.status_code) == (302, 401)
    assert (is_in(client), is_in(other)) == (True, False)


def test_recovery_code_stands_in_for_the_app_and_says_how_many_are_left(user, client):
    has_app(user)
    sign_in(client, user)

    send(client, CODE, code="", recovery=user.codes[0])

    assert re.search(r'<p class="note look"[^>]*>[^<]+: 9\.</p>', client.get("/admin/").text)
    assert db.session.scalars(sa.select(AccessLog.what).order_by(AccessLog.id.desc())).first() == "sign_in_recovery"


def test_wrong_codes_of_one_account_wait_and_the_right_one_goes_in_after(user, client):
    secret = has_app(user)
    sign_in(client, user)

    answers = [send(client, CODE, code="000000").status_code for _ in range(6)]

    assert answers == [401] * 5 + [429]
    assert send(client, CODE, code=code(secret)).status_code == 429
    assert not is_in(client)


@pytest.mark.parametrize(("role", "expected"), [
    ("finance", ENROL), ("admin", ENROL), ("coordinator", "/admin/"), ("expert", "/admin/")])
def test_roles_of_money_and_accounts_enrol_before_anything_else(role, expected, client):
    answer = sign_in(client, make_user(role))

    assert answer.headers["Location"] == expected
    assert is_in(client) is (expected == "/admin/")


def test_user_who_has_turned_it_on_is_asked_whatever_the_role(client):
    user = make_user("coordinator")
    has_app(user)

    assert sign_in(client, user).headers["Location"] == CODE


def test_enrolment_at_sign_in_ends_in_the_codes_and_a_session(user, client):
    page = client.get(sign_in(client, user).headers["Location"]).text

    refused = send(client, ENROL, code="000000")
    done = send(client, ENROL, code=code(secret_on(page)), next="/admin/user/")

    assert (refused.status_code, done.status_code) == (422, 200)
    codes = re.findall(r"<li>([a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4})</li>", done.text)
    assert (len(codes), 'href="/admin/user/"' in done.text) == (10, True)
    assert client.get("/admin/user/").status_code == 200
    assert (client.get(ENROL).headers["Location"], codes[0] in client.get("/account/").text) == ("/account/", False)


def test_secret_of_an_enrolment_given_up_does_not_stay(user, client, login):
    first = secret_on(client.get(sign_in(client, user).headers["Location"]).text)
    other = login(None)
    second = secret_on(other.get(sign_in(other, user).headers["Location"]).text)

    assert first != second
    assert send(other, ENROL, code=code(first)).status_code == 422


def test_form_of_an_ended_session_is_kept_over_the_code(login):
    user = make_user("coordinator")
    secret, client = has_app(user), login(user=user)
    form = typed(client)
    end_session(client)

    asked = client.post(NEW, data=form)
    half = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    again = client.post(CODE, data=hidden(half.text, CODE) | {"code": "000000"})
    kept = client.post(CODE, data=hidden(again.text, CODE) | {"code": code(secret)})
    saved = client.post(NEW, data=hidden(kept.text, NEW))

    assert (half.status_code, again.status_code, kept.status_code, saved.status_code) == (200, 401, 200, 302)
    assert db.session.scalars(sa.select(Organisation.name)).all() == ["Koti"]


def test_form_of_an_ended_session_is_kept_over_enrolment(login):
    user = make_user("coordinator", "finance")
    client = login(user=user)
    form = typed(client)
    end_session(client)

    asked = client.post(NEW, data=form)
    page = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    kept = client.post(ENROL, data=hidden(page.text, ENROL) | {"code": code(secret_on(page.text))})
    saved = client.post(NEW, data=hidden(kept.text, NEW))

    assert (kept.status_code, saved.status_code) == (200, 302)
    assert db.session.scalars(sa.select(Organisation.name)).all() == ["Koti"]


def test_form_is_kept_over_a_code_page_that_has_grown_old(login):
    user = make_user("coordinator")
    secret, client = has_app(user), login(user=user)
    form = typed(client)
    end_session(client)
    asked = client.post(NEW, data=form)
    half = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    end_session(client)

    again = client.post(CODE, data=hidden(half.text, CODE) | {"code": code(secret)})

    assert (again.status_code, hidden(again.text, "/login")["kept-name"]) == (400, "Koti")


def test_form_is_kept_over_an_enrolment_page_that_has_grown_old(login):
    user = make_user("coordinator", "finance")
    client = login(user=user)
    form = typed(client)
    end_session(client)
    asked = client.post(NEW, data=form)
    page = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    end_session(client)

    again = client.post(ENROL, data=hidden(page.text, ENROL) | {"code": code(secret_on(page.text))})

    assert (again.status_code, hidden(again.text, "/login")["kept-name"]) == (400, "Koti")


# --- roles granted while one is signed in


def signed_in_without(login, *roles):
    user = make_user(*roles)
    client = login(user=user)
    with client.session_transaction() as cookie:
        cookie["second_factor"] = False
    return client


def test_role_that_needs_it_is_not_acted_in_without_it(login):
    client = signed_in_without(login, "coordinator", "admin")

    answer = send_role(client, "admin")

    assert (answer.headers["Location"], client.get("/admin/rolegrant/").status_code) == ("/account/", 403)
    with client.session_transaction() as cookie:
        cookie.update(role="admin", second_factor=False)
    assert client.get("/admin/rolegrant/").status_code == 403
    with client.session_transaction() as cookie:
        cookie["second_factor"] = True
    assert client.get("/admin/rolegrant/").status_code == 200


def send_role(client, role):
    return client.post("/role", data={"csrf_token": token(client, "/admin/"), "role": role})


def test_user_with_no_role_but_such_is_led_to_their_own_page(login):
    client = signed_in_without(login, "finance")

    answer = client.get("/admin/invoice/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


# --- the demo


@pytest.mark.parametrize(("environment", "expected"), [
    ({}, True), ({"DEMO": "1"}, False), ({"DEMO": "1", "DEMO_SECOND_FACTOR": "1"}, True)])
def test_demo_asks_for_no_code_unless_told_to(environment, expected, make_app, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert make_app().config["SECOND_FACTOR"] is expected


def test_where_it_is_off_the_password_is_enough(app, client):
    app.config["SECOND_FACTOR"] = False
    user = make_user("admin")
    has_app(user)

    sign_in(client, user)

    assert client.get("/admin/user/").status_code == 200


def test_picture_is_there_for_whoever_enrols_and_for_nobody_else(user, client, login):
    sign_in(client, user)

    answer = client.get(QR)

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert (b"<svg" in answer.data, b"style=" in answer.data) == (True, False)
    assert login(None).get(QR).status_code == 404
