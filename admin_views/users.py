"""Users: the page that shows a link for a new password, this once."""

from datetime import UTC, datetime

from flask import current_app, request, url_for

from admin_views.base import GuardedView
from admin_views.generate import own_view
from models import User
from services import links


@own_view(User)
class UserView(GuardedView):
    """The verbs of a user, of which one ends in something to show."""

    def shown_once(self, obj: User, result: object) -> str | None:
        if not isinstance(result, str):
            return None
        until = links.open_link(result, datetime.now(UTC)).expires_at
        page: str = self.render("admin/link.html", obj=obj, address=_address(result), until=until,
                                back=url_for(".details_view", id=obj.id))
        return page


def _address(secret: str) -> str:
    """The whole address of a link, by ``BASE_URL``; without it, as this request came."""
    base = current_app.config["BASE_URL"] or request.host_url
    return base.rstrip("/") + url_for("set_up.page", secret=secret)
