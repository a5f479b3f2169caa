"""One's own account: the password, the second factor, the history, signing out everywhere, the end of an idle session."""

import pytest
import sqlalchemy as sa

from models import AccessLog, db
from services import second_factor
from services.passwords import matches
from tests.admin.test_second_factor_pages import has_app, secret_on
from tests.admin.test_sign_in import NEW, hidden, sign_in, typed
from tests.authenticator import code
from tests.conftest import token
from tests.people import PASSWORD, make_user

PAGE = "/account/"
GOOD = "kolme sanaa metsästä"


def send(client, address, **form):
    return client.post(address, data={"csrf_token": token(client, PAGE)} | form)


@pytest.fixture
def user(app):
    return make_user("coordinator")


@pytest.fixture
def client(login, user):
    return login(user=user)


ACTS = ("/account/password", "/account/second-factor", "/account/second-factor/off", "/account/recovery-codes",
        "/account/sign-out")


@pytest.mark.parametrize("address", ACTS)
def test_own_page_is_closed_to_nobody_and_to_forms_without_their_token(address, client, login):
    stranger = login(None)

    assert stranger.get(PAGE).headers["Location"] == "/login?next=/account/"
    assert stranger.post(address, data={"csrf_token": token(stranger, "/login")}).status_code == 401
    assert client.post(address).status_code == 400


def test_name_in_the_header_leads_to_the_page(client, user):
    assert f'href="{PAGE}"' in client.get("/admin/").text
    assert client.get(PAGE).status_code == 200


def test_password_is_changed_and_other_sessions_end(client, user, login):
    other = login(user=user)

    answer = send(client, "/account/password", password=PASSWORD, new_password=GOOD)

    assert answer.headers["Location"] == PAGE
    assert matches(user.password_hash, GOOD)
    assert (client.get("/admin/").status_code, other.get("/admin/").status_code) == (200, 302)


@pytest.mark.parametrize(("old", "new", "field"), [
    ("not the password", GOOD, "passwordpassword"), ("", GOOD, "passwordpassword"),
    (PASSWORD, "short", "new_password"), (PASSWORD, "salasana1234", "new_password"), (PASSWORD, "", "new_password")])
def test_password_stays_and_the_field_says_why(old, new, field, client, user):
    answer = send(client, "/account/password", password=old, new_password=new)

    assert (answer.status_code, matches(user.password_hash, PASSWORD)) == (422, True)
    assert (f'id="{field}-error"' in answer.text, answer.text.count('class="error"')) == (True, 1)
    assert client.get("/admin/").status_code == 200


def test_password_made_of_one_s_own_name_is_refused(client, user):
    user.name = "Kaisa Koordinaattori"

    answer = send(client, "/account/password", password=PASSWORD, new_password="kaisakoordinaattori1")

    assert (answer.status_code, matches(user.password_hash, PASSWORD)) == (422, True)


def test_guessing_the_password_on_the_own_page_is_slowed(client):
    answers = [send(client, "/account/second-factor", password="wrong").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_app_is_set_up_after_the_password(client, user):
    assert send(client, "/account/second-factor", password="wrong").status_code == 422
    assert client.get("/second-factor").headers["Location"] == PAGE

    begun = send(client, "/account/second-factor", password=PASSWORD)
    page = client.get(begun.headers["Location"]).text
    done = client.post("/second-factor", data=hidden(page, "/second-factor") | {"code": code(secret_on(page))})

    assert (done.status_code, second_factor.is_on(user), second_factor.codes_left(user)) == (200, True, 10)
    assert sign_in_again(client, user).headers["Location"] == "/login/code"


def sign_in_again(client, user):
    client.delete_cookie("session")
    return sign_in(client, user)


def test_second_factor_is_turned_off_with_the_password_where_no_role_needs_it(client, user):
    has_app(user)

    assert send(client, "/account/second-factor/off", password="wrong").status_code == 422
    assert second_factor.is_on(user)
    assert send(client, "/account/second-factor/off", password=PASSWORD).status_code == 302
    assert not second_factor.is_on(user)


def test_second_factor_is_not_turned_off_where_a_role_needs_it(login):
    user = make_user("finance")
    client = login(user=user)
    has_app(user)

    assert send(client, "/account/second-factor/off", password=PASSWORD).status_code == 403
    assert second_factor.is_on(user)


def test_new_recovery_codes_are_shown_once_after_the_password(client, user):
    assert send(client, "/account/recovery-codes", password=PASSWORD).status_code == 404
    has_app(user)

    assert send(client, "/account/recovery-codes", password="wrong").status_code == 422
    answer = send(client, "/account/recovery-codes", password=PASSWORD)

    assert (answer.status_code, answer.text.count("<li>") >= 10, user.codes[0] in answer.text) == (200, True, False)


def test_signing_out_everywhere_ends_every_session(client, user, login):
    other = login(user=user)

    answer = send(client, "/account/sign-out")

    assert answer.headers["Location"] == "/login"
    assert (client.get("/admin/").status_code, other.get("/admin/").status_code) == (302, 302)


def test_history_shows_one_s_own_sign_ins_with_a_part_of_the_address(app, user):
    mine, other = app.test_client(), make_user("trainer")
    mine.environ_base = mine.environ_base | {"REMOTE_ADDR": "203.0.113.77"}
    sign_in(mine, user)
    theirs = app.test_client()
    theirs.environ_base = theirs.environ_base | {"REMOTE_ADDR": "198.51.100.9"}
    sign_in(theirs, other)

    page = mine.get(PAGE).text

    assert ("203.0.113.x" in page, "198.51.100" in page) == (True, False)
    assert [row.reason for row in db.session.scalars(sa.select(AccessLog).order_by(AccessLog.id))] == [
        "203.0.113.x", "198.51.100.x"]


# --- idle and long sessions


def turn_back(client, **seconds):
    with client.session_transaction() as cookie:
        for name, amount in seconds.items():
            cookie[name] = cookie[name] - amount


@pytest.mark.parametrize(("seconds", "code"), [
    ({"seen": 3590}, 200), ({"seen": 3610}, 302), ({"began": 8 * 3600 - 10}, 200), ({"began": 8 * 3600 + 10}, 302)])
def test_session_ends_when_idle_for_an_hour_or_after_a_working_day(seconds, code, client):
    client.get("/admin/")

    turn_back(client, **seconds)

    assert client.get("/admin/").status_code == code


def test_session_that_is_used_goes_on(client):
    for _ in range(3):
        assert client.get("/admin/").status_code == 200
        turn_back(client, seen=3000)


def test_idle_minutes_are_a_setting(app, client):
    app.config["IDLE_MINUTES"] = 5
    client.get("/admin/")

    turn_back(client, seen=310)

    assert client.get("/admin/").status_code == 302


def test_form_of_an_idle_session_is_kept_over_signing_in(client, user):
    form = typed(client)
    turn_back(client, seen=4000)

    asked = client.post(NEW, data=form)
    kept = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})

    assert (asked.status_code, hidden(kept.text, NEW)["name"]) == (401, "Koti")
