"""The page on which somebody outside checks an expert's training status by a code, typed or from a QR picture.

Opening the page shows nothing and counts nothing: programs open addresses, too.
"""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from admin_views.clock import today
from admin_views.words import say
from models import db
from models.audit import at_work
from portal import throttle
from portal.way_in import say_wait
from rules.errors import BadInput
from rules.wording import N_, Sentence
from services import training_checks
from services.training_checks import CheckClosed

blueprint = Blueprint("training_check", __name__)
LATER = Sentence(N_("So many codes have been tried from here that this has to wait a little."))


@blueprint.route("/check", methods=["GET", "POST"], defaults={"code": ""})
@blueprint.route("/check/<code>", methods=["GET", "POST"])
def page(code: str) -> Response:
    """The form; on POST all that the code shows."""
    if request.method == "GET":
        return _form(code)
    code = request.form.get("code", code)
    if seconds := throttle.wait_after(throttle.check_counters()):
        return _form(code, 429, say_wait(seconds), error=say(LATER))
    try:
        with at_work(training_checks.READER):
            shown = training_checks.look(code, request.form.get("who", ""), today())
            db.session.commit()
    except CheckClosed as closed:
        db.session.rollback()
        return _form(code, 410, error=say(closed.sentence))
    except BadInput as refused:
        db.session.rollback()
        return _form(code, 422, who_error=say(refused.sentence))
    return make_response(render_template("training_shown.html", shown=shown, today=today()))


def _form(code: str, status: int = 200, headers: dict[str, str] | None = None, **given: str) -> Response:
    told: str = render_template("training_check.html", code=code[:100], who=request.form.get("who", "")[:200], **given)
    return make_response(told, status, headers or {})
