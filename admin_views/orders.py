"""Orders: the experts of an order on its page, and the page that finds candidates and asks them."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import ID, GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.words import show
from models import Assignment, Message, Municipality, OnboardingPart, Order, db
from rules.choices import OrderKind
from rules.errors import DomainError
from rules.matching import Ranked
from rules.permissions import Actor, Role, may_run, opens
from rules.states import AssignmentStatus
from services import matching, queues, verbs
from services.scopes import visible
from services.training_status import training_status

SHOWN = 100
ENDED = (*matching.AGAIN, AssignmentStatus.CANCELLED)


@own_view(Order)
class OrderView(GuardedView):
    """The order's record page and the matching page."""

    record_template = "admin/order.html"

    def extra(self, obj: Order, actor: Actor) -> dict[str, Any]:
        """The experts of the order: with answers and next steps for the coordinator, confirmed ones for the orderer."""
        if actor.role is Role.ORDERER:
            return {"status": training_status(obj, today()), "joint": self._joint(obj, actor)}
        rows = db.session.scalars(
            sa.select(Assignment).where(Assignment.order_id == obj.id, visible(Assignment, actor))
            .options(joinedload(Assignment.expert), selectinload(Assignment.onboarding_parts))
            .order_by(Assignment.id)).all()
        people = [(row, self._steps(row, actor)) for row in rows]
        search = (may_run(actor.role, "Order", "match") and obj.status in matching.SEARCHABLE
                  and obj.kind is not OrderKind.PEER_EVALUATION)
        return {"people": people, "may_match": search, "messages": self._messages(obj, actor)}

    def verbs_of(self, obj: Order) -> list[verbs.Verb]:
        """Nobody is searched for what is arranged elsewhere."""
        found = super().verbs_of(obj)
        return [v for v in found if v.name != "search"] if obj.kind is OrderKind.PEER_EVALUATION else found

    def _messages(self, order: Order, actor: Actor) -> list[Message] | None:
        """What was written about the order, the newest first; None for a role that reads no messages."""
        if not opens(actor.role, "Message"):
            return None
        return list(db.session.scalars(sa.select(Message).where(Message.order_id == order.id, visible(Message, actor))
                    .options(joinedload(Message.expert), joinedload(Message.support_person))
                    .order_by(Message.id.desc())))

    def _joint(self, order: Order, actor: Actor) -> list[OnboardingPart]:
        """The parts of onboardings that wait for the reader's organisation."""
        return list(db.session.scalars(sa.select(OnboardingPart).where(
            OnboardingPart.order_id == order.id, OnboardingPart.signed_on.is_(None), visible(OnboardingPart, actor),
            queues.JOINT.where(actor, today())).order_by(OnboardingPart.id)))

    def _steps(self, assignment: Assignment, actor: Actor) -> list[verbs.Verb]:
        """The verbs that carry the order on; for somebody who is not in it any more, asking again alone."""
        found = verbs.possible_now(assignment, actor, today())
        return [v for v in found if v.name == "ask_again"] if assignment.status in ENDED else found

    def _new_forms(self, actor: Actor) -> tuple[Any, Any]:
        """A new order has come in today, unless one says otherwise."""
        form, inner = super()._new_forms(actor)
        if request.method == "GET" and "received_on" in form:
            form.received_on.data = today()
        return form, inner

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
        chosen = [matching.Choice(n, request.form.get(f"reason-{n}", "")) for n in numbers]
        try:
            asked = matching.ask_many(order, chosen, current_actor(), today())
            self.remember(order)
            db.session.commit()
        except (DomainError, IntegrityError, StaleDataError) as refusal:
            db.session.rollback()
            if (first := self.sent_before()) is not None:  # two clicks at the same moment
                return redirect(first)
            return self.sentence_of(refusal)
        names = ", ".join(str(a.expert) for a in asked)
        flash(gettext("Recorded as asked: %(names)s", names=names), "done")
        if by_phone := ", ".join(str(a.expert) for a in asked if not a.expert.email):
            flash(gettext("No e-mail address, ask by phone: %(names)s", names=by_phone), "look")
        return redirect(url_for(".details_view", id=order.id))

    def _match_page(self, order: Order, actor: Actor, refused: str) -> Response:
        ranking = matching.ranking(order, today(), show)
        everybody, names = request.args.get("all") == "1", request.args.get("names") == "1"
        limit = None if everybody else SHOWN
        askable, not_now = ranking.can_be_asked[:limit], ranking.not_now[:limit] if names else ()
        in_order = [(a, self._steps(a, actor)) for a in order.assignments]
        page = self.render(
            "admin/match.html", order=order, ranking=ranking, askable=askable, not_now=not_now, names=names,
            counts=matching.counted(ranking), places=self._places(askable), refused=refused, in_order=in_order,
            ticked=set(request.form.getlist("expert")), here=self._with(order), all_here=self._with(order, all=1),
            names_here=self._with(order, names=1),
            form_key=request.form.get("form_key") or secrets.token_urlsafe(24), actor=actor)
        return Response(page, status=422 if refused else 200, mimetype="text/html")

    def _with(self, order: Order, **more: int) -> str:
        """The address of this page with what it shows now, and ``more``."""
        kept: dict[str, Any] = {name: 1 for name in ("all", "names") if request.args.get(name) == "1"}
        return url_for(".match_view", id=order.id, **(kept | more))

    def _places(self, askable: tuple[Ranked, ...]) -> dict[int, str]:
        """The municipalities of the experts shown; none for a protected person."""
        towns = {town.id: show(town) for town in db.session.scalars(sa.select(Municipality))}
        return {found.candidate.expert_id: ", ".join(sorted(towns[n] for n in found.candidate.municipalities))
                for found in askable if not found.candidate.protected}
