"""The second factor: codes of the app and recovery codes, each taken once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import AccessLog, RecoveryCode, db
from rules.errors import BadInput, DomainError
from services import second_factor
from tests.authenticator import code
from tests.people import make_user

NOW = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


def shown(secret, steps=0):
    return code(secret, NOW.timestamp(), steps)


def enrolled(user):
    """The secret and the recovery codes of ``user``, whose app was set up a minute before NOW."""
    second_factor.begin(user)
    db.session.flush()
    secret = second_factor.waiting_secret(user)
    codes = second_factor.confirm(user, shown(secret, -2), NOW - timedelta(minutes=1))
    db.session.commit()
    return secret, codes


@pytest.fixture
def user(app):
    return make_user("finance")


@pytest.mark.parametrize(("seconds", "expected"), [
    (59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, expected):
    totp = second_factor._totp(RFC_SECRET)

    assert (totp.generate(seconds).decode(), code(RFC_SECRET, seconds)) == (expected, expected)


def test_nothing_is_on_before_a_right_code(user):
    second_factor.begin(user)
    db.session.flush()
    secret = second_factor.waiting_secret(user)

    with pytest.raises(BadInput) as refused:
        second_factor.confirm(user, "000000" if shown(secret) != "000000" else "000001", NOW)

    assert refused.value.field == "code"
    assert (second_factor.is_on(user), second_factor.passes(user, shown(secret), NOW)) == (False, None)


def test_confirming_without_beginning_is_refused(user):
    with pytest.raises(DomainError):
        second_factor.confirm(user, "123456", NOW)


def test_right_code_turns_it_on_and_the_code_of_enrolment_is_not_taken_again(user):
    second_factor.begin(user)
    db.session.flush()
    secret = second_factor.waiting_secret(user)

    codes = second_factor.confirm(user, f" {shown(secret)[:3]} {shown(secret)[3:]} ", NOW)

    assert (second_factor.is_on(user), len(set(codes)), second_factor.waiting_secret(user)) == (True, 10, None)
    assert second_factor.passes(user, shown(secret), NOW) is None
    assert second_factor.passes(user, shown(secret, 1), NOW) == "sign_in"


@pytest.mark.parametrize(("steps", "expected"), [(-2, None), (-1, "sign_in"), (0, "sign_in"), (1, "sign_in"), (2, None)])
def test_code_of_the_half_minute_before_and_after_is_taken_and_no_other(steps, expected, user):
    secret, _ = enrolled(user)

    assert second_factor.passes(user, shown(secret, steps), NOW) == expected


def test_code_is_taken_once_and_none_before_it_after_that(user):
    secret, _ = enrolled(user)

    assert [second_factor.passes(user, shown(secret, step), NOW) for step in (0, 0, -1, 1)] == [
        "sign_in", None, None, "sign_in"]


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "½½½½½½", "000 000 000"])
def test_what_is_no_code_is_refused(typed, user):
    enrolled(user)

    assert second_factor.passes(user, typed, NOW) is None


def test_code_of_another_user_is_refused(user):
    other, _ = make_user("admin"), enrolled(user)
    secret, codes = enrolled(other)

    assert (second_factor.passes(user, shown(secret), NOW), second_factor.passes(user, codes[0], NOW)) == (None, None)
    assert second_factor.passes(other, codes[0], NOW) == "sign_in_recovery"


def test_recovery_code_is_taken_once_however_it_is_written(user):
    _, codes = enrolled(user)

    assert second_factor.passes(user, codes[3].upper().replace("-", " "), NOW) == "sign_in_recovery"
    assert second_factor.passes(user, codes[3], NOW) is None
    assert (second_factor.codes_left(user), second_factor.passes(user, codes[4], NOW)) == (9, "sign_in_recovery")


def test_new_recovery_codes_end_the_ones_before(user):
    _, old = enrolled(user)

    new = second_factor.new_codes(user)

    assert (second_factor.passes(user, old[0], NOW), second_factor.passes(user, new[0], NOW)) == (None, "sign_in_recovery")


def test_app_in_use_works_until_another_one_is_confirmed(user):
    old, _ = enrolled(user)
    second_factor.begin(user)
    db.session.flush()
    new = second_factor.waiting_secret(user)

    assert second_factor.passes(user, shown(new, 0), NOW) is None
    assert second_factor.passes(user, shown(old, 0), NOW) == "sign_in"
    second_factor.confirm(user, shown(new, 1), NOW)

    assert second_factor.passes(user, shown(old, 1), NOW + timedelta(minutes=1)) is None
    assert second_factor.passes(user, shown(new, 2), NOW + timedelta(minutes=1)) == "sign_in"


def test_turning_off_leaves_nothing_behind(user):
    secret, codes = enrolled(user)

    second_factor.turn_off(user)

    assert (second_factor.is_on(user), second_factor.codes_left(user)) == (False, 0)
    assert (second_factor.passes(user, shown(secret), NOW), second_factor.passes(user, codes[0], NOW)) == (None, None)


def test_database_shows_neither_the_secret_nor_a_recovery_code(user):
    secret, codes = enrolled(user)
    second_factor.begin(user)
    db.session.commit()
    waiting = second_factor.waiting_secret(user)

    raw = [str(row).replace("-", "") for table in ("second_factor", "recovery_code")
           for row in db.session.execute(sa.text(f"SELECT * FROM {table}"))]

    assert [word for word in (secret, waiting, *codes) if any(word.replace("-", "") in row for row in raw)] == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 10


def test_log_says_what_was_done_and_by_whom(user):
    enrolled(user)
    second_factor.new_codes(user)
    second_factor.turn_off(user)

    rows = db.session.scalars(sa.select(AccessLog).order_by(AccessLog.id)).all()
    assert [(row.subject, row.what, row.actor) for row in rows] == [
        (user.subject, what, user.name) for what in ("factor_on", "recovery_codes", "factor_off")]


@pytest.mark.parametrize(("roles", "expected"), [
    (["coordinator"], False), (["expert", "steering"], False), (["finance"], True), (["coordinator", "admin"], True)])
def test_second_factor_is_needed_for_those_who_move_money_or_open_accounts(roles, expected, app):
    assert second_factor.is_needed(make_user(*roles)) is expected


def test_app_is_told_whose_account_it_is(user):
    address = second_factor.app_address(user, RFC_SECRET)

    assert address.startswith(f"otpauth://totp/Kokemussilta:{user.email.replace('@', '%40')}?")
    assert (f"secret={RFC_SECRET}" in address, "issuer=Kokemussilta" in address) == (True, True)
