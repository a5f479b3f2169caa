"""Experts: on their own page they see who has looked at it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext

from admin_views.base import GuardedView
from admin_views.generate import own_view
from models import AccessLog, Expert
from models.audit import READINGS
from rules.choices import Reason
from rules.permissions import Actor, Role
from services.own_voice import who_looked


@own_view(Expert)
class ExpertView(GuardedView):
    """The record page; to the expert alone it tells of the readings."""

    record_template = "admin/expert.html"

    def extra(self, obj: Expert, actor: Actor) -> dict[str, Any]:
        return {"looks": [_told(row) for row in who_looked(obj)]} if actor.role is Role.EXPERT else {}


def _told(row: AccessLog) -> tuple[datetime, str, str, str]:
    """When, who, what and why, in the reader's words; one's own account by what one is here."""
    roles = {role.value: role.label for role in Role}
    reasons = {reason.value: reason.label for reason in Reason}
    who = gettext("you") if row.role == Role.EXPERT else " · ".join(
        filter(None, (row.actor, gettext(roles[row.role]) if row.role in roles else "")))
    return row.at, who, gettext(READINGS.get(row.what, row.what)), gettext(reasons[row.reason]) if (
        row.reason in reasons) else row.reason
