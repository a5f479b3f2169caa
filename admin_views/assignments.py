"""Assignments: a link to hand over, shown once, and when links were shown; to the expert what was said afterwards."""

from typing import Any
from urllib.parse import quote

from flask import current_app, request, url_for
from flask_babel import gettext

from admin_views.base import GuardedView
from admin_views.generate import own_view
from jobs.mail import web_address
from models import Assignment
from rules.choices import FeedbackBy, HandedLink
from rules.permissions import Actor, Role, may_run
from services import handed_links, own_wishes
from services.handed_links import Handed
from services.letters import filled


@own_view(Assignment)
class AssignmentView(GuardedView):
    """The record page, with the links that were handed over, or with what the expert may read of the feedback."""

    record_template = "admin/assignment.html"

    def extra(self, obj: Assignment, actor: Actor) -> dict[str, Any]:
        if actor.role is Role.EXPERT:
            return {"said": [(on, gettext("you") if by is FeedbackBy.EXPERT else gettext(by.label), text)
                             for on, by, text in own_wishes.read_back(obj)]}
        if not may_run(actor.role, "Assignment", "hand_link"):
            return {}
        words = {what.value: what.label for what in HandedLink}
        return {"handed": [(row.at, row.actor, gettext(words[row.reason])) for row in handed_links.handed_of(obj)]}

    def shown_once(self, obj: Assignment, result: object) -> str | None:
        if not isinstance(result, Handed):
            return None
        address = web_address(current_app.config["BASE_URL"] or request.host_url, result.purpose, result.secret)
        text = filled(result.text, {"link": address})
        message = f"sms:{result.phone.replace(' ', '')}?&body={quote(text)}" if result.phone else ""
        page: str = self.render("admin/handed_link.html", obj=obj, address=address, text=text, message=message,
                                handed=result, back=url_for(".details_view", id=obj.id))
        return page
