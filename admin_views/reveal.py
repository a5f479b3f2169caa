"""Masked fields shown in full, once: for a reason, in the answer to a form, never in an address."""

from typing import TYPE_CHECKING

from flask import abort, make_response, request
from werkzeug.wrappers import Response

from admin_views import record_page
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.reasons import asking
from admin_views.words import column_type, show
from models import db
from rules.errors import BadInput, NotAllowed
from services import reveal

if TYPE_CHECKING:
    from admin_views.base import GuardedView


def reveal_page(view: "GuardedView") -> Response:
    """The record's page with what was asked for shown in full, in this answer and no other."""
    obj, actor = view.one_or_404(), current_actor()
    shown: dict[str, str] = {}
    refused = None
    try:
        why = reveal.reason_given(obj, actor, request.form.get("reason", ""), request.form.get("words", ""))
        values = reveal.reveal(obj, actor, request.form.getlist("fields"), why)
        shown = {name: show(value, column_type(type(obj), name)) for name, value in values.items()}
        db.session.commit()
    except NotAllowed:
        abort(403)
    except BadInput as bad:
        refused = bad
    page = record_page.contents(view, obj, actor, today(), shown=shown)
    page["reveal"] = asking(obj, actor, refused)
    return make_response(view.render(view.record_template, **page), 422 if refused else 200)
