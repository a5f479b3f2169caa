"""The briefing sheets for the expert and for the orderer, behind a link of their own or signed in, for printing."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.doors import to_sign_in
from exports.order_calendar import order_calendar
from models import Assignment, Order, PersonalLink
from models.personal_link import LinkFor
from portal.links import behind, page, reading_in
from rules.choices import Language
from rules.errors import BadInput
from rules.permissions import Role
from services import briefing
from services.personal_links import LinkClosed
from services.scopes import visible

blueprint = Blueprint("briefing", __name__)


@blueprint.get("/briefing/<secret>")
def of_expert(secret: str) -> Response:
    """The expert's sheet, behind the link of the confirmation."""
    def show(link: PersonalLink, refused: BadInput | None = None) -> Response:
        if (assignment := link.assignment) is None:
            raise LinkClosed
        with reading_in(assignment.expert.message_language):
            if _wants_file():
                return _file(assignment.order, with_place=not assignment.expert.protected)
            return page("briefing_expert.html", refused, sheet=briefing.expert_sheet(assignment, today(), by_link=True),
                        until=link.expires_on)

    return behind(LinkFor.BRIEFING_EXPERT, secret, show, _nothing)


@blueprint.get("/order-briefing/<secret>")
def of_orderer(secret: str) -> Response:
    """The orderer's sheet, behind the link of the confirmation."""
    def show(link: PersonalLink, refused: BadInput | None = None) -> Response:
        if (order := link.order) is None:
            raise LinkClosed
        with reading_in(order.contact.message_language if order.contact else Language.FI):
            if _wants_file():
                return _file(order, with_place=True)
            return page("briefing_orderer.html", refused, sheet=briefing.orderer_sheet(order, today()),
                        until=link.expires_on)

    return behind(LinkFor.BRIEFING_ORDERER, secret, show, _nothing)


@blueprint.get("/own-briefing/assignment/<int:number>")
def of_assignment(number: int) -> Response:
    """The same sheet, signed in as the expert; and for the coordinator, to print for somebody without e-mail."""
    actor = current_actor()
    if actor.user_id is None:
        return to_sign_in()
    if actor.role not in (Role.EXPERT, Role.COORDINATOR):
        abort(403)
    if (found := briefing.of_assignment(number, visible(Assignment, actor))) is None:
        abort(404)
    if _wants_file():
        return _file(found.order, with_place=True)
    return Response(render_template("briefing_expert.html", sheet=briefing.expert_sheet(found, today(), by_link=False)),
                    mimetype="text/html")


@blueprint.get("/own-briefing/order/<int:number>")
def of_order(number: int) -> Response:
    """The orderer's sheet, signed in; and for the coordinator."""
    actor = current_actor()
    if actor.user_id is None:
        return to_sign_in()
    if actor.role not in (Role.ORDERER, Role.COORDINATOR):
        abort(403)
    if (found := briefing.of_order(number, visible(Order, actor))) is None:
        abort(404)
    if _wants_file():
        return _file(found, with_place=True)
    return Response(render_template("briefing_orderer.html", sheet=briefing.orderer_sheet(found, today())),
                    mimetype="text/html")


def _wants_file() -> bool:
    return request.args.get("file") == "ics"


def _file(order: Order, *, with_place: bool) -> Response:
    return Response(order_calendar(order, request.host, gettext, with_place=with_place), mimetype="text/calendar",
                    headers={"Content-Disposition": 'attachment; filename="kokemussilta.ics"'})


def _nothing(_link: PersonalLink) -> str:
    """A sheet is only read."""
    raise LinkClosed
