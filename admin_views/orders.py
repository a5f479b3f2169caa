"""Orders: the experts of an order on its page, and the page that finds candidates and asks them."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import ID, GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.words import show
from models import Assignment, Expert, Order, db
from rules.errors import DomainError
from rules.permissions import Actor, Role, may_run
from services import matching, verbs
from services.scopes import visible
from services.training_status import training_status

SHOWN = 100
LONGEST_REASON = 400


@own_view(Order)
class OrderView(GuardedView):
    """The order's record page and the matching page."""

    record_template = "admin/order.html"

    def extra(self, obj: Order, actor: Actor) -> dict[str, Any]:
        """The experts of the order: with answers and next steps for the coordinator, confirmed ones for the orderer."""
        if actor.role is Role.ORDERER:
            return {"status": training_status(obj, today())}
        rows = db.session.scalars(
            sa.select(Assignment).where(Assignment.order_id == obj.id, visible(Assignment, actor))
            .options(joinedload(Assignment.expert)).order_by(Assignment.id)).all()
        people = [(row, verbs.possible_now(row, actor, today())) for row in rows]
        search = may_run(actor.role, "Order", "match") and obj.status in matching.SEARCHABLE
        return {"people": people, "may_match": search}

    @expose("/match/", methods=("GET", "POST"))
    def match_view(self) -> str | Response:
        """Who can be asked and who not now; on POST ask the chosen."""
        order = self.one_or_404()
        actor = current_actor()
        if not may_run(actor.role, "Order", "match"):
            abort(403)
        refused = ""
        if request.method == "POST":
            if (address := self.sent_before()) is not None:
                return redirect(address)
            done = self._ask(order)
            if isinstance(done, Response):
                return done
            refused = done
        return self._match_page(order, actor, refused)

    match_view.opens_for = "match"

    def _ask(self, order: Order) -> Response | str:
        """Ask those ticked; the sentence of a refusal otherwise, with nothing changed."""
        numbers = dict.fromkeys(int(raw) for raw in request.form.getlist("expert") if ID.fullmatch(raw))
        chosen = [matching.Choice(n, request.form.get(f"reason-{n}", "")[:LONGEST_REASON]) for n in numbers]
        try:
            asked = matching.ask_many(order, chosen, current_actor(), today())
            self.remember(order)
            db.session.commit()
        except (DomainError, IntegrityError) as refusal:
            db.session.rollback()
            return self.sentence_of(refusal)
        names = ", ".join(str(a.expert) for a in asked)
        flash(gettext("Recorded as asked: %(names)s.", names=names), "done")
        return redirect(url_for(".details_view", id=order.id))

    def _match_page(self, order: Order, actor: Actor, refused: str) -> Response:
        ranking = matching.ranking(order, today(), show)
        everybody = request.args.get("all") == "1"
        limit = None if everybody else SHOWN
        askable = ranking.can_be_asked[:limit]
        places = self._places([found.candidate.expert_id for found in askable])
        page = self.render(
            "admin/match.html", order=order, ranking=ranking, askable=askable, everybody=everybody, places=places,
            names=request.args.get("names") == "1", counts=matching.counted(ranking), refused=refused,
            in_order=list(order.assignments), ticked=set(request.form.getlist("expert")),
            form_key=request.form.get("form_key") or secrets.token_urlsafe(24), actor=actor)
        return Response(page, status=422 if refused else 200, mimetype="text/html")

    def _places(self, numbers: list[int]) -> dict[int, str]:
        """The municipalities of the experts shown; none for a protected person."""
        rows = db.session.scalars(
            sa.select(Expert).where(Expert.id.in_(numbers), sa.not_(Expert.protected))
            .options(sa.orm.selectinload(Expert.municipalities)))
        return {row.id: show(list(row.municipalities)) for row in rows}
