"""Two minutes afterwards: how it went, asked of the expert and of the orderer behind links of their own."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from admin_views.clock import today
from models import Order, PersonalLink, db
from models.audit import at_work
from models.personal_link import LinkFor
from portal.links import behind, page, reading_in
from rules.choices import Agrees, Felt, Language
from rules.errors import BadInput
from rules.wording import N_
from services import feedback
from services.feedback import Said
from services.personal_links import LinkClosed

blueprint = Blueprint("how_it_went", __name__)

FACES = tuple((int(felt.value), felt.label) for felt in Felt)
AGREES = tuple((int(agrees.value), agrees.label) for agrees in Agrees)
LONGEST = 4000


@blueprint.route("/how-it-went/<secret>", methods=["GET", "POST"])
def of_expert(secret: str) -> Response:
    """The expert's own: whether they were heard, would come again, how they feel now."""
    def act(link: PersonalLink) -> str:
        with at_work(feedback.EXPERT):
            feedback.by_expert(link, _said(), today(), datetime.now(UTC))
            db.session.commit()
        return url_for(".thanks", called=1 if _ticked("wants_call") else None)

    def show(link: PersonalLink, refused: BadInput | None = None) -> Response:
        if link.assignment is None:
            raise LinkClosed
        with reading_in(link.assignment.expert.message_language):
            return _page("feedback_expert.html", link.assignment.order, link, refused)

    return behind(LinkFor.FEEDBACK_EXPERT, secret, show, act)


@blueprint.route("/how-did-it-go/<secret>", methods=["GET", "POST"])
def of_orderer(secret: str) -> Response:
    """The orderer's: whether it was useful, what came of it."""
    def act(link: PersonalLink) -> str:
        with at_work(feedback.ORDERER):
            feedback.by_orderer(link, _said(), today(), datetime.now(UTC))
            db.session.commit()
        return url_for(".thanks", called=1 if _ticked("wants_call") else None)

    def show(link: PersonalLink, refused: BadInput | None = None) -> Response:
        if link.order is None:
            raise LinkClosed
        contact = link.order.contact
        with reading_in(contact.message_language if contact else Language.FI):
            return _page("feedback_orderer.html", link.order, link, refused)

    return behind(LinkFor.FEEDBACK_ORDERER, secret, show, act)


@blueprint.get("/how-it-went")
def thanks() -> str:
    """Thanks, at an address that tells of nobody and may be loaded again."""
    return render_template("feedback_thanks.html", called=request.args.get("called") == "1")


def _page(template: str, order: Order, link: PersonalLink, refused: BadInput | None) -> Response:
    return page(template, refused, times=order.occasions, until=link.expires_on,
                who=order.responsible.name if order.responsible else "", faces=FACES, agrees=AGREES, longest=LONGEST,
                wrong=refused.field if refused else "", typed=request.form)


def _said() -> Said:
    text = request.form.get("text", "").strip()
    if len(text) > LONGEST:
        raise BadInput(N_("Say it in %(number)s characters at most."), field="text", number=LONGEST)
    return Said(text=text, useful=_number("useful"), was_heard=_number("was_heard"),
                would_again=_yes_or_no("would_again"), feels_after=_number("feels_after"),
                wants_call=_ticked("wants_call"), concern=_ticked("concern"), may_be_shown=_ticked("may_be_shown"))


def _number(name: str) -> int | None:
    typed = request.form.get(name, "")
    if typed and typed not in "12345":
        raise BadInput(N_("Answer from 1 to 5."), field=name)
    return int(typed) if typed else None


def _yes_or_no(name: str) -> bool | None:
    return {"yes": True, "no": False}.get(request.form.get(name, ""))


def _ticked(name: str) -> bool:
    return bool(request.form.get(name))
