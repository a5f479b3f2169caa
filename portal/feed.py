"""The calendar feed at its secret address. Whoever asks is known by the address alone."""

import hashlib

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale, gettext

from admin_views.actor import actor_of
from admin_views.clock import today
from exports.calendar_feed import feed_bytes
from rules.choices import Language
from services import calendar_feed

blueprint = Blueprint("feed", __name__)


@blueprint.get("/calendar/<secret>.ics")
def calendar(secret: str) -> Response:
    """The feed in its owner's language; 304 while nothing has changed, 404 for any address that opens nothing."""
    owner = calendar_feed.owner_of(secret)
    role = calendar_feed.role_of_feed(owner) if owner else None
    if owner is None or role is None:
        abort(404)
    day = today()
    entries = calendar_feed.feed_entries(actor_of(owner, role), day)
    with force_locale((owner.language or Language.FI).value):
        written = feed_bytes(entries, calendar_feed.feed_span(day), request.host, gettext)
    answer = Response(written, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"  # kept by the phone, and asked for again each time
    answer.set_etag(hashlib.sha256(written).hexdigest())
    answer.make_conditional(request)
    return answer
