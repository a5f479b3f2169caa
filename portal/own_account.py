"""A user's own account: password, second factor, where it was signed in, signing out everywhere."""

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_views.doors import to_sign_in
from admin_views.words import say
from models import User, db
from models.audit import READINGS
from portal import sessions, throttle
from portal.way_in import say_wait
from rules.errors import BadInput
from rules.password_rules import LONGEST
from services import accounts, calendar_feed, second_factor, sign_ins

blueprint = Blueprint("account", __name__, url_prefix="/account")
FIELDS = {False: "password", True: "new_password"}
"""Which field a refusal belongs to: before and after the user's own password was found right."""


@blueprint.before_request
def gate() -> Response | None:
    return None if current_user.is_authenticated else to_sign_in()


@blueprint.get("/")
def page() -> Response:
    return _page()


@blueprint.post("/password")
def change_password() -> Response:
    """Change the password; every other session of the user ends."""
    def change() -> None:
        sign_ins.set_password(_user(), request.form.get("new_password", "")[:LONGEST + 1])
        sessions.renew(_user())

    return _with_password("password", change) or _done(gettext("The password is changed. Other sessions have ended."))


@blueprint.post("/second-factor")
def begin_factor() -> Response:
    """On to setting up an authenticator app, the first or another one."""
    refused = _with_password("factor", lambda: second_factor.begin(_user()))
    if refused is None:
        db.session.commit()
    return refused or redirect(url_for("second_factor.enrol"))


@blueprint.post("/second-factor/off")
def end_factor() -> Response:
    if second_factor.is_needed(_user()) and current_app.config["SECOND_FACTOR"]:
        abort(403)

    def end() -> None:
        second_factor.turn_off(_user())
        session["second_factor"] = False

    return _with_password("factor", end) or _done(gettext("The second factor is off."))


@blueprint.post("/recovery-codes")
def make_codes() -> Response:
    """New recovery codes, shown this once."""
    codes: list[str] = []
    if not second_factor.is_on(_user()):
        abort(404)
    refused = _with_password("factor", lambda: codes.extend(second_factor.new_codes(_user())))
    if refused is not None:
        return refused
    db.session.commit()
    return make_response(render_template("recovery_codes.html", codes=codes, next=url_for(".page")))


@blueprint.post("/sign-out")
def sign_out_everywhere() -> Response:
    """End every session of the user, this one too."""
    sign_ins.end_sessions(_user(), what="signed_out")
    db.session.commit()
    session.clear()
    flash(gettext("You are signed out everywhere."), "done")
    return redirect(url_for("sign_in.login"))


def _user() -> User:
    user: User = current_user._get_current_object()
    return user


def _with_password(form: str, act: Callable[[], None]) -> Response | None:
    """``act`` after the user's own password was right; the page with what refuses it at ``form``, or None."""
    user, password = _user(), request.form.get("password", "")[:LONGEST + 1]
    counters = throttle.own_password_counters(user.id)
    if seconds := throttle.wait_after(counters):
        return _page(429, say_wait(seconds))
    checked = False
    try:
        accounts.check_own(user, password)
        checked = True
        throttle.forgive(counters)
        act()
    except BadInput as refused:
        db.session.rollback()
        return _page(422, form=form, errors={FIELDS[checked]: say(refused.sentence)})
    return None


def _done(sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "done")
    return redirect(url_for(".page"))


def _page(status: int = 200, headers: dict[str, str] | None = None, **given: Any) -> Response:
    user = _user()
    shown: Any = render_template(
        "own_account.html", is_on=second_factor.is_on(user), is_needed=second_factor.is_needed(user),
        codes_left=second_factor.codes_left(user), history=sign_ins.history_of(user), words=READINGS,
        has_calendar=calendar_feed.role_of_feed(user) is not None, **{"errors": {}, "form": ""} | given)
    return make_response(shown, status, headers or {})
