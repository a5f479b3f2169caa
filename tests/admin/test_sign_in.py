"""Signing in and out, the role one acts in, and the way back to a form when the session has ended."""

import re

import pytest
import sqlalchemy as sa
from lxml import html

from models import AccessLog, Organisation, Pause, User, db
from rules.choices import Language
from tests.admin.filling import filled
from tests.conftest import token
from tests.factories import make
from tests.people import PASSWORD, make_user

NEW = "/admin/organisation/new/"


def sign_in(client, user, password=PASSWORD, **more):
    form = {"csrf_token": token(client, "/login"), "email": user if isinstance(user, str) else user.email,
            "password": password}
    return client.post("/login", data=form | more)


def hidden(page, action=None):
    """The fields of the one form on the page that leads to ``action``."""
    forms = html.fromstring(page).xpath("//main//form")
    (form,) = [form for form in forms if action is None or form.get("action") == action]
    return dict(form.form_values())


def plain(answer):
    """A page without what differs from one answer to the next."""
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|value="[^"]*@[^"]*"', "", answer.text)


def end_session(client):
    client.delete_cookie("session")


def typed(client, **changed):
    return filled(client.get(NEW).text, **{"name": "Koti", "kind": "ngo"} | changed)


def test_user_signs_in_and_comes_where_they_were_going(client):
    user = make_user("coordinator")

    answer = sign_in(client, user, next="/admin/order/?q=x")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/order/?q=x")
    assert client.get("/admin/order/").status_code == 200
    row = db.session.scalars(sa.select(AccessLog)).one()
    assert (row.subject, row.what, row.actor, row.role) == (user.subject, "sign_in", user.name, "coordinator")


def test_email_is_taken_in_any_case_and_with_spaces_around(client):
    user = make_user("finance")

    assert sign_in(client, f"  {user.email.upper()} ").status_code == 302


def test_known_and_unknown_account_get_the_same_answer(client):
    user = make_user("coordinator")

    wrong, unknown = sign_in(client, user, "not the password"), sign_in(client, "nobody@test.invalid")

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert plain(wrong) == plain(unknown)
    assert db.session.scalars(sa.select(AccessLog)).all() == []


@pytest.mark.parametrize("spoil", [
    lambda user: setattr(user, "active", False), lambda user: setattr(user, "password_hash", ""),
    lambda user: setattr(user, "password_hash", "not a hash"), lambda user: [db.session.delete(g) for g in user.grants],
])
def test_account_that_may_not_sign_in_gets_the_same_answer(spoil, client):
    user = make_user("coordinator")
    spoil(user)

    answer = sign_in(client, user)

    assert answer.status_code == 401
    assert plain(answer) == plain(sign_in(client, "nobody@test.invalid"))
    assert client.get("/admin/").status_code == 302


def test_page_never_sends_the_password_back(client):
    answer = sign_in(client, "nobody@test.invalid", "a very own password")

    assert "a very own password" not in answer.text


def test_signing_in_ends_what_the_session_held_before(client):
    with client.session_transaction() as cookie:
        cookie.update(left="behind", role="admin", language="sv", _user_id="77.1")

    sign_in(client, make_user("trainer"))

    with client.session_transaction() as cookie:
        assert {key: cookie.get(key) for key in ("left", "role", "language")} == {
            "left": None, "role": "trainer", "language": "sv"}
    assert client.get("/admin/user/").status_code == 403


def test_token_of_before_signing_in_is_not_taken_after(client):
    before = token(client, "/login")
    sign_in(client, make_user("coordinator"))

    answer = client.post(NEW, data={"csrf_token": before, "name": "Koti", "kind": "ngo"})

    assert answer.status_code == 400
    assert db.session.scalars(sa.select(Organisation)).all() == []


def test_session_is_kept_from_scripts_and_from_other_sites(client):
    cookie = sign_in(client, make_user("coordinator")).headers["Set-Cookie"]

    assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie) == (True, True)


def test_session_cookie_asks_for_https_in_production(make_app, monkeypatch):
    for name, value in (("APP_ENV", "production"), ("DATABASE_URL", "x"), ("SECRET_KEY", "x"), ("FIELD_KEYS", "x")):
        monkeypatch.setenv(name, value)

    assert make_app().config["SESSION_COOKIE_SECURE"] is True


def test_signing_out_ends_the_session(client):
    user = make_user("coordinator")
    sign_in(client, user)

    answer = client.post("/logout", data={"csrf_token": token(client, "/admin/")})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert client.get("/admin/").status_code == 302


def test_signing_out_of_an_ended_session_asks_for_nothing_more(client):
    answer = client.post("/logout")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")


@pytest.mark.parametrize("end", [
    lambda user: setattr(user, "session_version", user.session_version + 1),
    lambda user: setattr(user, "active", False),
])
def test_session_ends_at_once_everywhere(end, login):
    user = make_user("coordinator")
    one, other = login(user=user), login(user=user)
    assert (one.get("/admin/").status_code, other.get("/admin/").status_code) == (200, 200)

    end(user)

    assert (one.get("/admin/").status_code, other.get("/admin/").status_code) == (302, 302)


@pytest.mark.parametrize("name", ["", "1", "1.", ".1", "1.1.1", "x.1", "99.1", "²3.1"])
def test_session_of_nobody_is_nobody(name, client):
    make_user("admin", session_version=7)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = name

    assert client.get("/admin/").status_code == 302


def test_role_that_was_taken_away_is_not_acted_in_any_longer(login):
    user = make_user("admin", "coordinator")
    client = login(user=user)
    with client.session_transaction() as cookie:
        cookie["role"] = "admin"
    assert client.get("/admin/rolegrant/").status_code == 200

    db.session.delete(next(grant for grant in user.grants if grant.role == "admin"))

    assert (client.get("/admin/rolegrant/").status_code, client.get("/admin/order/").status_code) == (403, 200)


def test_user_without_a_role_sees_an_empty_first_screen(login):
    user = make_user("admin")
    client = login(user=user)
    db.session.delete(user.grants[0])

    assert (client.get("/admin/").status_code, client.get("/admin/user/").status_code) == (200, 403)


# --- language


@pytest.mark.parametrize(("header", "expected"), [("sv", "sv"), ("en-GB,en;q=0.9,fi;q=0.5", "en"), ("de", "fi"), ("", "fi")])
def test_reader_is_spoken_to_in_the_language_of_the_browser(header, expected, client):
    page = client.get("/login", headers={"Accept-Language": header})

    assert f'<html lang="{expected}"' in page.text


def test_language_is_switched_without_an_account(client):
    answer = client.post("/language", data={
        "csrf_token": token(client, "/login"), "language": "sv", "next": "/login?next=/admin/"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/admin/")
    assert '<html lang="sv"' in client.get("/login").text


def test_language_of_a_user_is_kept_for_the_next_time(login):
    user = make_user("coordinator")
    client = login(user=user)

    client.post("/language", data={"csrf_token": token(client, "/admin/"), "language": "en"})

    assert user.language is Language.EN
    assert '<html lang="en"' in login(user=user).get("/admin/").text


def test_unknown_language_is_refused(client):
    assert client.post("/language", data={
        "csrf_token": token(client, "/login"), "language": "xx"}).status_code == 400


# --- a form whose session has ended


def test_form_of_an_ended_session_is_kept_over_signing_in_and_saved(login):
    user = make_user("coordinator")
    client = login(user=user)
    form = typed(client, note="rivi 1\nrivi 2 <b>&amp;")
    end_session(client)

    asked = client.post(NEW, data=form)
    assert asked.status_code == 401
    kept = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    assert (kept.status_code, db.session.scalars(sa.select(Organisation)).all()) == (200, [])
    saved = client.post(NEW, data=hidden(kept.text, NEW))

    organisation = db.session.scalars(sa.select(Organisation)).one()
    assert saved.headers["Location"] == f"/admin/organisation/details/?id={organisation.id}"
    assert (organisation.name, organisation.note.replace("\r", "")) == ("Koti", "rivi 1\nrivi 2 <b>&amp;")


def test_form_is_kept_also_over_a_wrong_password(login):
    user = make_user("coordinator")
    client = login(user=user)
    form = typed(client)
    end_session(client)

    asked = client.post(NEW, data=form)
    again = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": "wrong"})
    kept = client.post("/login", data=hidden(again.text, "/login") | {"email": user.email, "password": PASSWORD})

    assert hidden(kept.text, NEW)["name"] == "Koti"


def test_form_is_kept_also_over_a_sign_in_page_that_has_grown_old(login):
    user = make_user("coordinator")
    client = login(user=user)
    form = typed(client)
    end_session(client)
    asked = client.post(NEW, data=form)
    end_session(client)

    again = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    assert again.status_code == 400
    kept = client.post("/login", data=hidden(again.text, "/login") | {"email": user.email, "password": PASSWORD})

    assert hidden(kept.text, NEW)["name"] == "Koti"


def test_button_with_hidden_fields_is_sent_again_after_signing_in(login):
    user, pause = make_user("coordinator"), make(Pause)
    client, address = login(user=user), f"/admin/pause/delete/?id={pause.id}"
    end_session(client)

    asked = client.post(address, data={"version": pause.version})
    kept = client.post("/login", data=hidden(asked.text, "/login") | {"email": user.email, "password": PASSWORD})
    assert client.post(address, data=hidden(kept.text, address)).status_code == 302

    assert db.session.scalars(sa.select(Pause)).all() == []


def test_form_without_its_token_saves_nothing_and_is_kept(login):
    client = login("coordinator")
    form = typed(client) | {"csrf_token": "wrong"}

    answer = client.post(NEW, data=form)

    assert (answer.status_code, db.session.scalars(sa.select(Organisation)).all()) == (400, [])
    assert client.post(NEW, data=hidden(answer.text, NEW)).status_code == 302
    assert db.session.scalars(sa.select(Organisation.name)).all() == ["Koti"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"},
                                     {"Origin": "http://localhost.evil.example"}])
@pytest.mark.parametrize("signed_in", [True, False])
def test_form_of_another_site_is_not_offered_for_sending(headers, signed_in, login):
    """One click on "go on" would do what the token is there to stop."""
    client = login("coordinator" if signed_in else None)

    answer = client.post(NEW, data={"name": "Koti", "kind": "ngo"}, headers=headers)

    assert answer.status_code == 400
    assert ("Koti" in answer.text, NEW in answer.text.partition("<main")[2]) == (False, False)


def test_form_of_our_own_page_says_so_and_is_kept(login):
    answer = login(None).post(NEW, data={"name": "Koti"}, headers={"Origin": "http://localhost"})

    assert (answer.status_code, hidden(answer.text, "/login")["kept-name"]) == (401, "Koti")


def test_password_is_never_kept(login):
    user = make(User)
    client, address = login("admin"), f"/admin/user/verb/password/?id={user.id}"
    form = {"password": "a very own password", "name": "x"}

    without_token = client.post(address, data=form)
    end_session(client)
    signed_out = client.post(address, data=form)
    at_the_door = sign_in(client, "nobody@test.invalid", resend="1", **{"kept-password": "a very own password"})

    assert ["a very own password" in answer.text for answer in (without_token, signed_out, at_the_door)] == [False] * 3
    assert [answer.status_code for answer in (without_token, signed_out, at_the_door)] == [400, 401, 401]


def test_new_password_ends_the_sessions_of_its_user(login):
    user = make_user("trainer")
    theirs, client = login(user=user), login("admin")
    address = f"/admin/user/verb/password/?id={user.id}"
    form = filled(client.get(address).text, password="a long enough one")

    short = client.post(address, data=form | {"password": "short"})
    assert (short.status_code, theirs.get("/admin/").status_code) == (422, 200)
    assert client.post(address, data=form).status_code == 302

    assert theirs.get("/admin/").status_code == 302
    assert sign_in(login(None), user, "a long enough one").status_code == 302
