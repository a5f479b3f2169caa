"""The pages behind personal links: answering a question, and saying "not now" for somebody one supports.

Opening a link changes nothing: programs that read mail open links, too. A link that opens nothing shows one page,
whatever is wrong with it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, session, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response

from admin_views.clock import today
from admin_views.words import language, say, show
from models import Assignment, PersonalLink, db
from models.audit import at_work
from models.personal_link import LinkFor
from portal import throttle
from portal.way_in import say_wait
from rules.choices import FeeUnit
from rules.errors import BadInput
from rules.states import AssignmentStatus
from rules.wording import N_
from services import answers, personal_links
from services.answers import Answer
from services.assignments import usual_fee
from services.personal_links import LinkClosed

blueprint = Blueprint("answers", __name__)
WHAT = {answer.value for answer in Answer}
FOR = {FeeUnit.HOUR: N_("an hour"), FeeUnit.EVENT: N_("for the event")}
BAD_DAY = N_("Write the day as day.month.year.")


@blueprint.route("/answer/<secret>", methods=["GET", "POST"])
def answer(secret: str) -> Response:
    """What is asked, and three answers of which each is as good."""
    def act(link: PersonalLink) -> str:
        given = request.form.get("answer", "")
        pausing = given == "pause"
        if given not in WHAT and not pausing:
            abort(400)
        chosen = Answer.NOT_NOW if pausing else Answer(given)
        with at_work(answers.EXPERT):
            answers.give(link, chosen, today(), datetime.now(UTC), _typed_day() if pausing else None)
            db.session.commit()
        return chosen.value

    return _behind(LinkFor.ANSWER, secret, "answer.html", act)


@blueprint.route("/for-another/<secret>", methods=["GET", "POST"])
def for_another(secret: str) -> Response:
    """The support person's page: "not now" on the expert's behalf, and nothing else."""
    def act(link: PersonalLink) -> str:
        with at_work(answers.SUPPORTER):
            answers.not_now_for_another(link, datetime.now(UTC))
            db.session.commit()
        return "for_another"

    return _behind(LinkFor.SUPPORT, secret, "for_another.html", act)


@blueprint.get("/answered/<what>")
def answered(what: str) -> str:
    """Thanks, at an address that tells of nobody and may be loaded again."""
    if what not in (*WHAT, "for_another"):
        abort(404)
    return render_template("answered.html", what=what)


def _behind(purpose: LinkFor, secret: str, template: str, act: Callable[[PersonalLink], str]) -> Response:
    if seconds := throttle.wait_after(throttle.link_counters()):
        return make_response(render_template("link_closed.html"), 429, say_wait(seconds))
    try:
        link = personal_links.open_link(purpose, secret, today())
        if request.method == "POST":
            return redirect(url_for(".answered", what=act(link)), 303)
        return _page(template, link)
    except LinkClosed as closed:
        db.session.rollback()
        return make_response(render_template("link_closed.html", sentence=say(closed.sentence)), 410)
    except BadInput as refused:
        db.session.rollback()
        link = personal_links.open_link(purpose, secret, today())
        return _page(template, link, 422, error=say(refused.sentence), typed=request.form.get("pause_until", "")[:20])


def _page(template: str, link: PersonalLink, status: int = 200, **given: Any) -> Response:
    """The page in the language that was chosen, else in that of the person's messages."""
    assignment = link.assignment
    if assignment is None:
        raise LinkClosed
    with force_locale(language() if session.get("language") else assignment.expert.message_language.value):
        page: Any = render_template(template, facts=_facts(assignment), status=assignment.status, until=link.expires_on,
                                    talk=assignment.wants_to_talk, **given)
    return make_response(page, status)


def _facts(assignment: Assignment) -> dict[str, Any]:
    """What the person is told. No theme, no unit and no name: the link may be opened by somebody else.

    Of somebody under non-disclosure not even the municipality stands here; the place itself once it is confirmed.
    """
    order, expert = assignment.order, assignment.expert
    fee, unit = usual_fee(assignment, today())
    sure = assignment.status is AssignmentStatus.CONFIRMED
    return {
        "kind": show(order.kind), "audience": order.audience, "size": order.audience_size,
        "times": [(one, "" if expert.protected or one.remote or not one.municipality else show(one.municipality),
                   one.place if sure and not expert.protected else "") for one in order.occasions],
        "fee": "" if assignment.fee_refused or not fee else f"{show(fee)} {say(FOR[unit]) if unit else ''}".strip(),
        "who": order.responsible.name if order.responsible else ""}


def _typed_day() -> date:
    typed = request.form.get("pause_until", "").strip()
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise BadInput(BAD_DAY, field="pause_until")
