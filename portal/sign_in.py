"""Signing in and out, the role to act in, the language to read in."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from admin_views.actor import actor_of
from admin_views.base import LOCAL
from admin_views.doors import NEVER_KEPT
from models import AccessLog, User, db
from rules.choices import Language
from rules.permissions import Role
from services.passwords import UNKNOWN_HASH, matches

blueprint = Blueprint("sign_in", __name__)
LONGEST = 200


def local_or_home(address: str | None) -> str:
    """``address`` if it is a plain path of this site, else the first screen."""
    return address if address and LOCAL.match(address) else url_for("admin.index")


@blueprint.get("/")
def root() -> Response:
    return redirect(url_for("admin.index"))


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Response | str:
    """Take e-mail and password; go on to where the reader was going, with what they had typed."""
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(local_or_home(request.args.get("next")))
        return render_template("sign_in.html", next=request.args.get("next", ""), kept=[], resend=False)
    user = _check(request.form.get("email", "")[:LONGEST], request.form.get("password", "")[:LONGEST])
    if user is None:
        flash(gettext("E-mail or password is not right."), "stop")
        return ask(401)
    _begin(user)
    address = local_or_home(request.form.get("next"))
    if _resend():
        return render_template("kept.html", address=address, kept=_kept())
    return redirect(address)


def ask(status: int) -> Response:
    """The sign-in page once more, with all that the form at hand carried except the password."""
    page: Any = render_template("sign_in.html", next=request.form.get("next", ""), kept=_kept(), resend=_resend(),
                                email=request.form.get("email", "")[:LONGEST])
    return make_response(page, status)


def _resend() -> bool:
    """Whether a form waits to be sent again after signing in."""
    return request.form.get("resend") == "1"


def _kept() -> list[tuple[str, str]]:
    """The fields of the form that waits."""
    fields = ((name.removeprefix("kept-"), value) for name, value in request.form.items(multi=True)
              if name.startswith("kept-"))
    return [(name, value) for name, value in fields if name not in NEVER_KEPT]


def _check(email: str, password: str) -> User | None:
    """The active user whose password this is. Takes the same time for unknown accounts."""
    user = db.session.scalars(sa.select(User).where(User.email == email.strip().lower())).one_or_none()
    right = matches(user.password_hash if user and user.password_hash else UNKNOWN_HASH, password)
    return user if user is not None and right and user.active and user.roles else None


def _begin(user: User) -> None:
    language = session.get("language")
    session.clear()  # a session from before signing in is not carried over
    if language:
        session["language"] = language
    login_user(user)
    actor = actor_of(user, None)
    session["role"] = str(actor.role)
    db.session.add(AccessLog(subject=f"User:{user.id}", what="sign_in", actor=user.name, role=str(actor.role)))
    db.session.commit()


@blueprint.post("/logout")
def logout() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.login"))


@blueprint.post("/role")
def act_as() -> Response:
    """Act in another of one's own roles from now on."""
    if not current_user.is_authenticated:
        abort(403)
    wanted = request.form.get("role", "")
    if wanted not in {role.value for role in current_user.roles}:
        abort(403)
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
