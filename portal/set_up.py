"""The page behind a link that opens once: a password for a new account, or in the place of a forgotten one."""

from datetime import UTC, datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views.words import say
from models import db
from rules.errors import BadInput
from rules.password_rules import LONGEST
from services import links
from services.links import LinkGone

blueprint = Blueprint("set_up", __name__)


@blueprint.route("/set-up/<secret>", methods=["GET", "POST"])
def page(secret: str) -> Response:
    """Opening the link uses nothing up: programs that read mail open links, too. Sending the form does."""
    try:
        user = links.open_link(secret, datetime.now(UTC)).user
        if request.method == "GET":
            return _answer(200, who=user.email)
        links.use_link(secret, request.form.get("new_password", "")[:LONGEST + 1], datetime.now(UTC))
        db.session.commit()
    except LinkGone as refused:
        return _answer(410, gone=say(refused.sentence))
    except BadInput as refused:
        db.session.rollback()
        return _answer(422, who=user.email, error=say(refused.sentence))
    flash(gettext("The password is set. Sign in with it now."), "done")
    return redirect(url_for("sign_in.login"))


def _answer(status: int, **given: str) -> Response:
    return make_response(render_template("set_up.html", **given), status)
