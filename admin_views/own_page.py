"""The base of a page that belongs to no record type: the same gate before every address of it."""

from flask import abort, request
from flask_admin import BaseView
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import RESERVED
from admin_views.doors import to_sign_in
from rules.permissions import Role


class OwnPage(BaseView):
    """Open to the roles for which ``opens_to`` says so, and closed where a subclass says nothing."""

    def opens_to(self, _role: Role | None) -> bool:
        return False

    def is_accessible(self) -> bool:
        return self.opens_to(current_actor().role)

    def _handle_view(self, name: str, /, **kwargs: object) -> Response | None:
        if current_actor().user_id is None:
            return to_sign_in()
        if not self.is_accessible():
            abort(403)
        if RESERVED & set(request.args):
            abort(400)
        return None
