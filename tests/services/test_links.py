"""Links that open once."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import AccessLink, AccessLog, db
from rules.errors import BadInput
from services import links
from services.links import LinkGone
from services.passwords import matches
from tests.people import PASSWORD, make_user

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NEW = "kolme sanaa metsästä"


def is_open(secret, now=NOW):
    try:
        links.open_link(secret, now)
    except LinkGone:
        return False
    return True


@pytest.fixture
def user(app):
    return make_user("trainer")


@pytest.mark.parametrize(("hashed", "purpose", "wait"), [
    ("", "set_up", timedelta(days=7)), ("something", "reset", timedelta(hours=1))])
def test_link_waits_a_week_for_a_new_account_and_an_hour_for_another(hashed, purpose, wait, app):
    user = make_user("trainer", password_hash=hashed)

    secret = links.make_link(user, NOW)

    assert links.open_link(secret, NOW).purpose == purpose
    assert (is_open(secret, NOW + wait - timedelta(seconds=1)), is_open(secret, NOW + wait)) == (True, False)


def test_link_gives_the_password_once_and_ends_the_sessions(user):
    secret, before = links.make_link(user, NOW), user.get_id()

    assert links.use_link(secret, NEW, NOW) is user
    with pytest.raises(LinkGone):
        links.use_link(secret, "another good password", NOW)

    assert (matches(user.password_hash, NEW), matches(user.password_hash, PASSWORD)) == (True, False)
    assert user.get_id() != before


def test_password_that_is_too_easy_uses_no_link_up(user):
    secret = links.make_link(user, NOW)
    db.session.commit()

    with pytest.raises(BadInput):
        links.use_link(secret, "salasana1234", NOW)
    db.session.rollback()

    assert is_open(secret)


def test_new_link_ends_the_one_before_and_no_one_else_s(user):
    first, others = links.make_link(user, NOW), links.make_link(make_user("expert"), NOW)

    second = links.make_link(user, NOW)

    assert (is_open(first), is_open(second), is_open(others)) == (False, True, True)


def test_link_of_a_closed_account_opens_nothing(user):
    secret = links.make_link(user, NOW)
    assert is_open(secret)

    user.active = False

    assert not is_open(secret)


@pytest.mark.parametrize("secret", ["", "x", "ä" * 43])
def test_secret_that_was_never_made_opens_nothing(secret, user):
    links.make_link(user, NOW)

    assert not is_open(secret)


def test_database_keeps_the_digest_alone(user):
    secret = links.make_link(user, NOW)
    db.session.commit()

    (row,) = db.session.execute(sa.select(sa.text("*")).select_from(AccessLink.__table__)).all()
    assert (hashlib.sha256(secret.encode()).hexdigest() in row, secret in str(row), len(secret)) == (True, False, 43)


def test_log_says_that_a_link_was_made_and_used(user):
    links.use_link(links.make_link(user, NOW), NEW, NOW)

    rows = db.session.scalars(sa.select(AccessLog).order_by(AccessLog.id)).all()
    assert [(row.subject, row.what) for row in rows] == [(user.subject, "link"), (user.subject, "password")]
