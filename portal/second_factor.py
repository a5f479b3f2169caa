"""The pages of the second factor: its code at sign-in, and the setting up of an authenticator app."""

import io
from datetime import UTC, datetime

import segno
from flask import Blueprint, Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from admin_views.actor import open_roles
from admin_views.words import say
from models import User, db
from portal import sessions, throttle
from portal.way_in import answer, ask, go_on, local_or_home, resend, say_wait
from rules.errors import DomainError
from services import second_factor

blueprint = Blueprint("second_factor", __name__)
LONGEST = 40
"""Of a code as typed, recovery codes included."""


@blueprint.route("/login/code", methods=["GET", "POST"])
def code() -> AnyResponse | str:
    """Take the code of the app, or a recovery code, from whoever has shown the password."""
    user = sessions.half_user()
    if user is None:
        return _from_the_start()
    if request.method == "GET":
        return answer("second_factor.html")
    counters = throttle.code_counters(user.id)
    if seconds := throttle.wait_after(counters):
        return answer("second_factor.html", 429, say_wait(seconds))
    how = second_factor.passes(user, _typed(), datetime.now(UTC))
    if how is None:
        return answer("second_factor.html", 401, wrong=True)
    throttle.forgive(counters)
    sessions.begin(user, what=how, proven=True)
    if how == "sign_in_recovery":
        left = second_factor.codes_left(user)
        flash(gettext("That recovery code is used now. Recovery codes left: %(count)s.", count=left), "look")
    return go_on()


@blueprint.route("/second-factor", methods=["GET", "POST"])
def enrol() -> AnyResponse | str:
    """Put the secret into an app and prove it with a code; then the recovery codes, this once."""
    user = _enrolling()
    if user is None or second_factor.waiting_secret(user) is None:
        return redirect(url_for("account.page")) if current_user.is_authenticated else _from_the_start()
    if request.method == "GET":
        return _enrolment(user)
    counters = throttle.code_counters(user.id)
    if seconds := throttle.wait_after(counters):
        return _enrolment(user, 429, say_wait(seconds))
    try:
        codes = second_factor.confirm(user, _typed(), datetime.now(UTC))
    except DomainError as refused:
        db.session.rollback()
        return _enrolment(user, 422, error=say(refused.sentence))
    throttle.forgive(counters)
    _proven(user)
    return answer("recovery_codes.html", codes=codes, next=local_or_home(request.form.get("next")))


@blueprint.get("/second-factor/qr.svg")
def picture() -> Response:
    """The secret as a QR code, for the app to read."""
    user = _enrolling()
    secret = second_factor.waiting_secret(user) if user else None
    if user is None or secret is None:
        abort(404)
    drawn = io.BytesIO()
    segno.make_qr(second_factor.app_address(user, secret), error="m").save(
        drawn, kind="svg", scale=4, light="#ffffff", xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.before_app_request
def ask_first() -> AnyResponse | None:
    """Whoever may act in no role of theirs without a second factor is led to it from the pages of the console."""
    in_console = request.path.startswith("/admin") and request.method == "GET"
    if in_console and current_user.is_authenticated and current_user.roles and not open_roles(current_user):
        flash(gettext("This role asks for the second factor. Turn it on here first."), "look")
        return redirect(url_for("account.page"))
    return None


def ask_code() -> AnyResponse:
    """On from the password to the code; at once when a form waits, for it travels in the page."""
    return answer("second_factor.html") if resend() else _to("second_factor.code")


def ask_to_enrol(user: User) -> AnyResponse:
    """On from the password to setting up an app, for a role that needs it."""
    return _enrolment(user) if resend() else _to("second_factor.enrol")


def _to(endpoint: str) -> AnyResponse:
    return redirect(url_for(endpoint, next=request.form.get("next") or None))


def _typed() -> str:
    return (request.form.get("recovery") or request.form.get("code", ""))[:LONGEST]


def _from_the_start() -> AnyResponse:
    """The time between password and code has run out, or there was no password."""
    flash(gettext("Sign in again: the code was not given in time."), "look")
    return ask(401)


def _enrolling() -> User | None:
    """Who sets up an app: a signed-in user, or one whose password was right and who has none yet.

    The password alone must not replace an app that is in use.
    """
    if current_user.is_authenticated:
        user: User = current_user._get_current_object()
        return user
    half = sessions.half_user()
    return half if half and not second_factor.is_on(half) else None


def _proven(user: User) -> None:
    if current_user.is_authenticated:
        session["second_factor"] = True
        db.session.commit()
    else:
        sessions.begin(user, proven=True)


def _enrolment(user: User, status: int = 200, headers: dict[str, str] | None = None, error: str = "") -> AnyResponse:
    secret = second_factor.waiting_secret(user) or ""
    groups = " ".join(secret[at:at + 4] for at in range(0, len(secret), 4))
    return answer("enrol.html", status, headers, secret=groups, error=error,
                  needed=second_factor.is_needed(user), signed_in_user=current_user.is_authenticated)
