"""The pages behind personal links: answering a question, and saying "not now" for somebody one supports.

A link that opens nothing shows one page, whatever is wrong with it (``portal.links``).
"""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from admin_views.clock import today
from admin_views.words import say, show
from models import Assignment, PersonalLink, db
from models.audit import at_work
from models.personal_link import LinkFor
from portal.links import Show, behind, page, reading_in
from rules.choices import FeeUnit
from rules.errors import BadInput
from rules.states import AssignmentStatus
from rules.wording import N_
from services import answers
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
        return url_for(".answered", what=chosen.value)

    return behind(LinkFor.ANSWER, secret, _shown("answer.html"), act)


@blueprint.route("/for-another/<secret>", methods=["GET", "POST"])
def for_another(secret: str) -> Response:
    """The support person's page: "not now" on the expert's behalf, and nothing else."""
    def act(link: PersonalLink) -> str:
        with at_work(answers.SUPPORTER):
            answers.not_now_for_another(link, today(), datetime.now(UTC))
            db.session.commit()
        return url_for(".answered", what="for_another")

    return behind(LinkFor.SUPPORT, secret, _shown("for_another.html"), act)


@blueprint.get("/answered/<what>")
def answered(what: str) -> str:
    """Thanks, at an address that tells of nobody and may be loaded again."""
    if what not in (*WHAT, "for_another"):
        abort(404)
    return render_template("answered.html", what=what)


def _shown(template: str) -> Show:
    def show(link: PersonalLink, refused: BadInput | None = None) -> Response:
        assignment = link.assignment
        if assignment is None:
            raise LinkClosed
        typed = request.form.get("pause_until", "")[:20] if refused else ""
        with reading_in(assignment.expert.message_language):
            return page(template, refused, facts=_facts(assignment), status=assignment.status, until=link.expires_on,
                        talk=assignment.wants_to_talk, typed=typed)
    return show


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
        "fee": "" if assignment.without_fee or not fee else f"{show(fee)} {say(FOR[unit]) if unit else ''}".strip(),
        "who": order.responsible.name if order.responsible else ""}


def _typed_day() -> date:
    typed = request.form.get("pause_until", "").strip()
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise BadInput(BAD_DAY, field="pause_until")
