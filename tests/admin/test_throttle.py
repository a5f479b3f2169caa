"""Wrong passwords slow the address that they come from, and nobody else."""

import argon2
import pytest

from models import db
from services.passwords import HASHER
from tests.admin.test_sign_in import hidden, plain, sign_in
from tests.people import PASSWORD, make_user

HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.9"}


@pytest.fixture
def user(app):
    return make_user("coordinator")


@pytest.fixture
def here(app):
    return from_address(app, HERE)


def from_address(app, environment):
    client = app.test_client()
    client.environ_base = client.environ_base | environment
    return client


def codes(client, user, times, password="not the password"):
    return [sign_in(client, user, password).status_code for _ in range(times)]


def test_wrong_passwords_slow_the_address_and_not_the_owner_elsewhere(app, user, here):
    assert codes(here, user, 20) == [401] * 5 + [429] * 15

    assert codes(here, user, 1, PASSWORD) == [429]
    assert codes(from_address(app, ELSEWHERE), user, 1, PASSWORD) == [302]


def test_wrong_passwords_for_one_account_leave_the_others_at_that_address_alone(app, user, here):
    assert codes(here, user, 6)[-1] == 429

    assert codes(from_address(app, HERE), make_user("trainer"), 1, PASSWORD) == [302]


def test_many_accounts_tried_from_one_address_are_slowed(app, here):
    answers = [codes(here, f"nobody{number}@test.invalid", 1)[0] for number in range(21)]

    assert answers == [401] * 20 + [429]


@pytest.mark.parametrize(("first", "second", "slowed"), [
    ("192.0.2.7", "192.0.2.8", False), ("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:1::1", False)])
def test_address_is_a_subscriber(first, second, slowed, app, user):
    assert codes(from_address(app, {"REMOTE_ADDR": first}), user, 6)[-1] == 429

    assert codes(from_address(app, {"REMOTE_ADDR": second}), user, 1) == [429 if slowed else 401]


def test_right_password_forgives_the_wrong_ones_before_it(user, here):
    assert codes(here, user, 4) == [401] * 4
    assert codes(here, user, 1, PASSWORD) == [302]
    here.delete_cookie("session")

    assert codes(here, user, 4) == [401] * 4


def test_answer_says_how_long_to_wait_and_keeps_what_was_typed(user, here):
    codes(here, user, 5)

    answer = sign_in(here, user, "not the password", next="/admin/order/", resend="1", **{"kept-name": "Koti"})

    seconds = int(answer.headers["Retry-After"])
    assert 1 <= seconds <= 61
    assert (f" {seconds} " in answer.text, "not the password" in answer.text) == (True, False)
    form = hidden(answer.text, "/login")
    assert (form["email"], form["next"], form["kept-name"]) == (user.email, "/admin/order/", "Koti")


def test_slowed_account_and_slowed_stranger_get_the_same_answer(user, here):
    codes(here, user, 5)
    codes(here, "nobody@test.invalid", 5)

    known, unknown = sign_in(here, user), sign_in(here, "nobody@test.invalid")

    assert (known.status_code, unknown.status_code) == (429, 429)
    assert without_numbers(known) == without_numbers(unknown)


def without_numbers(answer):
    return "".join(sign for sign in plain(answer) if not sign.isdigit())


@pytest.mark.parametrize(("proxies", "header", "expected"), [(0, "198.51.100.9", 429), (1, "198.51.100.9", 401)])
def test_header_of_a_proxy_counts_only_when_a_proxy_is_trusted(proxies, header, expected, make_app, user):
    app = make_app(TRUSTED_PROXIES=proxies)
    client = from_address(app, HERE)
    assert codes(client, user, 6)[-1] == 429

    client = from_address(app, HERE | {"HTTP_X_FORWARDED_FOR": header})

    assert codes(client, user, 1) == [expected]


@pytest.mark.parametrize("spoil", [
    lambda _user: None, lambda user: setattr(user, "active", False), lambda user: setattr(user, "password_hash", ""),
    lambda user: [db.session.delete(grant) for grant in user.grants], lambda user: setattr(user, "email", "x@y.invalid"),
])
def test_every_account_known_or_not_costs_one_comparison(spoil, user, here, monkeypatch):
    address, done, verify = user.email, [], argon2.PasswordHasher.verify
    spoil(user)
    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda self, *given: (done.append(given), verify(self, *given))[1])

    sign_in(here, address, "not the password")

    assert len(done) == 1
    assert argon2.extract_parameters(done[0][0]) == argon2.extract_parameters(HASHER.hash("x"))
