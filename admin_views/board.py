"""The board page: orders by state. A card is moved by the verbs of the order, each with its own form."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import abort, request, url_for
from flask_admin import expose

from admin_views.actor import current_actor
from admin_views.base import ID
from admin_views.clock import today
from admin_views.own_page import OwnPage
from admin_views.words import ZONE
from models import Order, db
from rules.permissions import Role, opens
from rules.wording import capital
from services import verbs
from services.board import CARDS, LOOK_BACK, board, next_day
from services.scopes import visible


class BoardView(OwnPage):
    """``/admin/board/``: for the roles that open orders."""

    def opens_to(self, role: Role | None) -> bool:
        return opens(role, "Order")

    @expose("/")
    def index_view(self) -> str:
        day = today()
        return self.render(
            "admin/board.html", columns=board(current_actor(), datetime.now(UTC)), most=CARDS, back=LOOK_BACK.days,
            capital=capital, next_day=lambda order: next_day(order, day), today=day,
            days_since=lambda at: max(0, (day - at.astimezone(ZONE).date()).days))

    @expose("/steps/")
    def steps_view(self) -> str:
        """The verbs possible for one card now, as a piece of the page: asked for when the card is opened."""
        number, actor = request.args.get("id", ""), current_actor()
        order = db.session.scalars(
            sa.select(Order).where(Order.id == int(number), visible(Order, actor))).one_or_none() if ID.fullmatch(
                number) else None
        if order is None:
            abort(404)
        return self.render("admin/board_steps.html", order=order, back=url_for(".index_view"),
                           verbs=verbs.possible_now(order, actor, today()))
