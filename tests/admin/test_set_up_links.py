"""Links for a new password: the administrator's verb, the command, the page behind the link."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import AccessLink, User, db
from services import links, second_factor
from services.passwords import matches
from tests.admin.test_second_factor_pages import has_app
from tests.admin.test_sign_in import hidden, sign_in
from tests.conftest import token
from tests.people import PASSWORD, make_user

GOOD = "kolme sanaa metsästä"
VERB = "/admin/user/verb/{}/?id={}"


@pytest.fixture
def user(app):
    return make_user("coordinator")


@pytest.fixture
def secret(user):
    return links.make_link(user, datetime.now(UTC))


def use(client, secret, password=GOOD):
    address = f"/set-up/{secret}"
    return client.post(address, data={"csrf_token": token(client, "/login"), "new_password": password})


def test_link_opens_more_than_once_and_is_used_once(client, user, secret):
    assert [client.get(f"/set-up/{secret}").status_code for _ in range(2)] == [200, 200]

    first, second = use(client, secret), use(client, secret, "another good password")

    assert (first.status_code, first.headers["Location"], second.status_code) == (302, "/login", 410)
    assert client.get(f"/set-up/{secret}").status_code == 410
    assert sign_in(client, user, GOOD).status_code == 302


def test_form_of_a_link_whose_page_has_grown_old_is_asked_for_again(client, user, secret):
    answer = client.post(f"/set-up/{secret}", data={"csrf_token": "old", "new_password": GOOD})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/set-up/{secret}")
    assert matches(user.password_hash, PASSWORD)


def test_sessions_from_before_the_link_was_used_end(client, user, secret, login):
    other = login(user=user)
    assert other.get("/admin/").status_code == 200

    use(client, secret)

    assert other.get("/admin/").status_code == 302


def test_password_that_is_too_easy_is_refused_with_its_reason_and_the_link_still_opens(client, user, secret):
    refused = use(client, secret, "salasana1234")

    assert (refused.status_code, 'id="new_password-error"' in refused.text) == (422, True)
    assert (matches(user.password_hash, PASSWORD), use(client, secret).status_code) == (True, 302)


def test_used_expired_and_unknown_links_answer_the_same(client, secret, login):
    use(login(None), secret)
    expired = links.make_link(make_user("trainer"), datetime.now(UTC) - timedelta(hours=1))

    answers = [client.get(f"/set-up/{one}") for one in (secret, expired, "x" * 43)]

    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.text.partition("<main")[2] for answer in answers}) == 1


def test_link_does_not_go_around_the_second_factor(client, user, secret):
    has_app(user)

    use(client, secret)

    assert sign_in(client, user, GOOD).headers["Location"] == "/login/code"


@pytest.mark.both_databases
def test_two_who_send_the_form_at_the_same_moment_use_the_link_once(app):
    user = make_user("coordinator")
    secret, answers = links.make_link(user, datetime.now(UTC)), []
    db.session.commit()
    clients = [app.test_client() for _ in range(2)]
    forms = [{"csrf_token": token(client, "/login"), "new_password": f"{GOOD} {number}"}
             for number, client in enumerate(clients)]
    together = threading.Barrier(2)

    def send(client, form):
        with app.app_context():
            together.wait(5)
            answers.append(client.post(f"/set-up/{secret}", data=form).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [302, 410]


# --- the administrator


def test_administrator_makes_a_link_that_is_shown_once(login, client, user):
    admin, address = login("admin"), VERB.format("link", user.id)
    form = hidden(admin.get(address).text)

    page = admin.post(address, data=form)

    secret = re.search(r'value="http://localhost/set-up/([\w-]{43})"', page.text).group(1)
    assert client.get(f"/set-up/{secret}").status_code == 200
    assert secret not in admin.get(f"/admin/user/details/?id={user.id}").text


def test_address_of_the_link_follows_the_setting(app, login, user):
    app.config["BASE_URL"] = "https://silta.example/"
    admin, address = login("admin"), VERB.format("link", user.id)

    page = admin.post(address, data=hidden(admin.get(address).text))

    assert re.search(r'value="https://silta\.example/set-up/[\w-]{43}"', page.text)


@pytest.mark.parametrize("role", ["coordinator", "finance", "steering", "trainer"])
def test_nobody_else_makes_a_link(role, login, user):
    client = login(role)

    answer = client.post(VERB.format("link", user.id), data={"csrf_token": token(client, "/admin/")})

    assert answer.status_code == 403
    assert db.session.scalars(sa.select(AccessLink)).all() == []


def test_closed_account_gets_no_link(login, user):
    user.active, admin = False, login("admin")

    admin.post(VERB.format("link", user.id), data={"csrf_token": token(admin, "/admin/")})

    assert db.session.scalars(sa.select(AccessLink)).all() == []


def test_administrator_takes_away_the_second_factor_of_another_and_not_the_own(login, user):
    admin = login("admin")
    has_app(user)
    has_app(admin.user)
    before = user.get_id()

    for one in (user, admin.user):
        address = VERB.format("forget_factor", one.id)
        admin.post(address, data=hidden(admin.get(address).text))

    assert (second_factor.is_on(user), second_factor.is_on(admin.user)) == (False, True)
    assert user.get_id() != before


# --- the command


def test_command_takes_the_password_from_standard_input(app):
    done = app.test_cli_runner().invoke(
        args=["create-user", "Uusi@test.invalid", "--role", "admin"], input=f"{GOOD}\n")

    user = db.session.scalars(sa.select(User)).one()
    assert (done.exit_code, user.email, matches(user.password_hash, GOOD)) == (0, "uusi@test.invalid", True)
    assert "/set-up/" not in done.output


def test_command_prints_a_link_when_no_password_comes(app, client):
    done = app.test_cli_runner().invoke(args=["create-user", "uusi@test.invalid", "--role", "trainer"], input="")

    secret = re.search(r"http://127\.0\.0\.1:8000/set-up/([\w-]{43})", done.output).group(1)
    assert sign_in(client, "uusi@test.invalid", "").status_code == 401
    assert use(client, secret).status_code == 302
    assert sign_in(client, "uusi@test.invalid", GOOD).status_code == 302


def test_command_refuses_a_password_that_is_too_easy(app):
    done = app.test_cli_runner().invoke(
        args=["create-user", "uusi@test.invalid", "--role", "admin"], input="salasana1234\n")

    assert (done.exit_code, db.session.scalars(sa.select(User)).all()) == (1, [])


def test_forgotten_password_says_whom_to_ask_and_asks_for_nothing(client):
    page = client.get("/login/forgotten")

    assert page.status_code == 200
    assert 'name="email"' not in page.text
