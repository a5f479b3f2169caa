"""Experts: on their own page they see who has looked at it, how much they do and what was paid."""

from datetime import datetime
from typing import Any

from flask_babel import gettext

from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.words import say
from models import AccessLog, Expert
from models.audit import READINGS
from rules.choices import Reason
from rules.permissions import Actor, Role
from services import own_money, own_wishes
from services.own_voice import who_looked


@own_view(Expert)
class ExpertView(GuardedView):
    """The record page; to the expert alone it tells of the readings, the own pace and the payments."""

    record_template = "admin/expert.html"

    def extra(self, obj: Expert, actor: Actor) -> dict[str, Any]:
        if actor.role is not Role.EXPERT:
            return {}
        day = today()
        return {"looks": [_told(row) for row in who_looked(obj)], "limit": obj.load_limit,
                "months": own_wishes.taken_in(obj, day), "year": day.year, "paid": own_money.paid_in(obj, day.year),
                "payments": [(claim, say(words)) for claim, words in own_money.payments_of(obj, day)]}


def _told(row: AccessLog) -> tuple[datetime, str, str, str]:
    """When, who, what and why, in the reader's words; one's own account by what one is here."""
    roles = {role.value: role.label for role in Role}
    reasons = {reason.value: reason.label for reason in Reason}
    who = gettext("you") if row.role == Role.EXPERT else " · ".join(
        filter(None, (row.actor, gettext(roles[row.role]) if row.role in roles else "")))
    why = row.note or (gettext(reasons[row.reason]) if row.reason in reasons else row.reason)
    return row.at, who, gettext(READINGS.get(row.what, row.what)), why
