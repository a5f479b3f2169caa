"""Users: the page that shows a link for a new password, this once."""

from datetime import UTC, datetime

from flask import current_app, request, url_for
from flask_admin import expose
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from models import User, db
from rules.permissions import may_run
from services import links, verbs


@own_view(User)
class UserView(GuardedView):
    """The verbs of a user, of which one ends in something to show."""

    @expose("/verb/<name>/", methods=("GET", "POST"))
    def verb_view(self, name: str) -> str | Response:
        actor = current_actor()
        if name != "link" or request.method == "GET" or not may_run(actor.role, "User", name):
            return super().verb_view(name)
        user = self.one_or_404()
        if not user.active:
            return super().verb_view(name)  # which says why not
        secret = verbs.run(user, name, actor, today(), {})
        until = links.open_link(secret, datetime.now(UTC)).expires_at
        db.session.commit()
        page: str = self.render("admin/link.html", obj=user, address=_address(secret), until=until,
                                back=url_for(".details_view", id=user.id))
        return page


def _address(secret: str) -> str:
    """The whole address of a link, by ``BASE_URL``; without it, as this request came."""
    base = current_app.config["BASE_URL"] or request.host_url
    return base.rstrip("/") + url_for("set_up.page", secret=secret)
