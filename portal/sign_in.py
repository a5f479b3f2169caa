"""Signing in and out, the role to act in, the language to read in."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from admin_views.actor import open_roles
from models import User, db
from portal import second_factor as factor_pages
from portal import sessions, throttle
from portal.way_in import LONGEST, ask, carried, go_on, local_or_home, say_wait
from rules.choices import Language
from rules.permissions import Role
from services import second_factor
from services.sign_ins import user_of

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/")
def root() -> Response:
    return redirect(url_for("admin.index"))


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Response | str:
    """Take e-mail and password; go on to where the reader was going, with what they had typed."""
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(local_or_home(request.args.get("next")))
        return render_template("sign_in.html", **carried())
    email = request.form.get("email", "")[:LONGEST]
    counters = throttle.sign_in_counters(email)
    if seconds := throttle.wait_after(counters):
        headers = say_wait(seconds)
        return ask(429, headers)
    user = user_of(email, request.form.get("password", "")[:LONGEST + 1])
    if user is None:
        flash(gettext("E-mail or password is not right."), "stop")
        return ask(401)
    throttle.forgive(counters)
    return _after_password(user)


def _after_password(user: User) -> Response | str:
    """In, or on to the second factor: to show it, or first to set it up."""
    if current_app.config["SECOND_FACTOR"]:
        if second_factor.is_on(user):
            sessions.begin_half(user)
            return factor_pages.ask_code()
        if second_factor.is_needed(user):
            sessions.begin_half(user)
            second_factor.begin(user)
            db.session.commit()
            return factor_pages.ask_to_enrol(user)
    sessions.begin(user, proven=False)
    return go_on()


@blueprint.get("/login/forgotten")
def forgotten() -> str:
    """Whom to ask. It asks for no e-mail address, so that it tells nothing of who has an account."""
    return render_template("forgotten.html")


@blueprint.post("/logout")
def logout() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.login"))


@blueprint.post("/role")
def act_as() -> Response:
    """Act in another of one's own roles from now on; some ask for the second factor first."""
    if not current_user.is_authenticated:
        abort(403)
    wanted = request.form.get("role", "")
    if wanted not in {role.value for role in current_user.roles}:
        abort(403)
    if wanted not in open_roles(current_user):
        flash(gettext("This role asks for the second factor. Turn it on here first."), "look")
        return redirect(url_for("account.page"))
    session["role"] = Role(wanted).value
    return redirect(url_for("admin.index"))


@blueprint.post("/language")
def read_in() -> Response:
    """Read in another language; a signed-in user keeps it."""
    wanted = request.form.get("language", "")
    if wanted not in {language.value for language in Language}:
        abort(400)
    session["language"] = wanted
    if current_user.is_authenticated:
        current_user.language = Language(wanted)
        db.session.commit()
    return redirect(local_or_home(request.form.get("next")))


@blueprint.get("/healthz")
def alive() -> str:
    return "ok"


@blueprint.get("/readyz")
def ready() -> str:
    db.session.execute(sa.text("SELECT 1"))
    return "ok"
