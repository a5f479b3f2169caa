"""The review of the access log: one month, who opened how many sensitive records, and what is more than usual."""

from dataclasses import dataclass
from datetime import date

from flask import request
from flask_admin import expose
from flask_babel import gettext

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.own_page import OwnPage
from admin_views.words import ZONE, show, show_month
from rules.permissions import Role
from rules.reading_review import LIMITS, Alert, Reader, month_after, month_before
from rules.wording import N_, Sentence, capital
from services.reading_review import may_review, readers_of

FIRST_YEAR = 2000
ALERTS = {
    "opened": N_("%(day)s: %(count)s different records opened, the limit is %(limit)s."),
    "revealed": N_("%(day)s: %(count)s times masked data shown, the limit is %(limit)s."),
    "rows": N_("%(day)s: %(count)s rows taken out in files, the limit is %(limit)s."),
}


@dataclass(frozen=True)
class Shown:
    """A reader with their role and alerts in words."""

    reader: Reader
    role: str
    alerts: tuple[Sentence, ...]


def month_asked(raw: str, now: date) -> date:
    """The first day of the month written 2026-01; of the month before ``now`` when it is none, or not over yet."""
    try:
        asked = date.fromisoformat(f"{raw}-01")
    except ValueError:
        return month_before(now)
    return asked if asked.year >= FIRST_YEAR and asked <= now else month_before(now)


def alert_words(alert: Alert) -> Sentence:
    return Sentence(ALERTS[alert.kind], day=alert.on, count=str(alert.count), limit=str(alert.limit))


class ReadingReviewView(OwnPage):
    """``/admin/review/``: last month, or the one in the address."""

    def opens_to(self, role: Role | None) -> bool:
        return may_review(role)

    @expose("/")
    def index_view(self) -> str:
        month = month_asked(request.args.get("month", ""), today())
        roles = {role.value: gettext(role.label) for role in Role}
        readers = [Shown(one, roles.get(one.role, one.role), tuple(map(alert_words, one.alerts)))
                   for one in readers_of(month, current_actor(), ZONE)]
        later = month_after(month)
        return self.render(
            "admin/review.html", month=capital(show_month(month)), readers=readers, limits=LIMITS, show=show,
            earlier=f"{month_before(month):%Y-%m}", later=f"{later:%Y-%m}" if later <= today() else "",
            alerts=[(one, alert) for one in readers for alert in one.alerts])
