"""Outreach: on its page the orders that followed."""

from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.listing import Listing
from admin_views.record_page import RELATED_ROWS
from models import Order, Outreach
from rules.permissions import Actor
from services.outreach import FOLLOWS, followed_until


@own_view(Outreach)
class OutreachView(GuardedView):
    """The record page with a short list of the orders that the units placed in the time after."""

    record_template = "admin/outreach.html"

    def extra(self, obj: Outreach, actor: Actor) -> dict[str, Any]:
        args = MultiDict([("f_organisation", str(unit.id)) for unit in obj.organisations])
        if not args:
            return {}
        args["f_received_on_from"], args["f_received_on_until"] = obj.on.isoformat(), followed_until(obj).isoformat()
        address: dict[str, Any] = args.to_dict(flat=False)
        page = Listing(Order, actor, args, today())
        return {"page": page, "rows": page.rows()[:RELATED_ROWS], "total": page.count(), "days": FOLLOWS.days,
                "all_address": url_for("order.index_view", **address)}
