"""Asking why: the form of a reason, and the door before the page of a record under non-disclosure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, make_response, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.words import say, show
from models import AccessLog, db
from models.base import Record
from rules.choices import Reason
from rules.errors import BadInput
from rules.permissions import Actor
from services import protection, reveal

if TYPE_CHECKING:
    from admin_views.base import GuardedView

OPEN_FOR = timedelta(minutes=30)
"""So long one reason lasts for one record; what is opened meanwhile is logged with it."""

GIVEN = "reasons_given"


@dataclass(frozen=True)
class Asking:
    """A form that asks for a reason: what may be shown and chosen, and what was wrong with the answer."""

    fields: list[tuple[str, str, bool]]
    """(name, label, whether it is chosen)"""
    reasons: list[tuple[str, str]]
    chosen: str
    words: str
    errors: dict[str, str]


def asking(obj: Any, actor: Actor, refused: BadInput | None = None) -> Asking:
    """The form for ``obj``, as it was sent when it was ``refused``."""
    sent = request.form if refused else {}
    named = request.form.getlist("fields") if refused else []
    fields = [(name, gettext(said["label"]), name in named) for name, said in reveal.revealable(obj, actor).items()]
    reasons = [(key, _reason_words(given)) for key, given in reveal.reasons(obj, actor)]
    errors = {str(refused.field): say(refused.sentence)} if refused else {}
    return Asking(fields, reasons, sent.get("reason", ""), sent.get("words", ""), errors)


def _reason_words(given: Record | Reason) -> str:
    return gettext(given.label) if isinstance(given, Reason) else f"{gettext(type(given).console.one)} {show(given)}"


def reason_first(view: Any, obj: Any) -> None:
    """Stop at the door of a record under non-disclosure until a reason has been given in this session.

    A form that was opened for a reason may still be sent after its time: what it shows has been logged.
    """
    actor = current_actor()
    if protection.needs_a_reason(obj, actor) and _given(obj, actor, lasting=request.method == "POST") is None:
        abort(_door(view, obj, actor))


def reason_page(view: "GuardedView", obj: Any) -> Response:
    """Take the reason, log it, and go on to where the reader was going."""
    actor, address = current_actor(), url_for(f"{view.endpoint}.details_view", id=obj.id)
    if not protection.needs_a_reason(obj, actor):
        return redirect(address)
    try:
        why = reveal.reason_given(obj, actor, request.form.get("reason", ""), request.form.get("words", ""))
    except BadInput as refused:
        return _door(view, obj, actor, refused)
    row = reveal.opened(obj, why)
    kept = {key: given for key, given in session.get(GIVEN, {}).items() if _age(given[0]) < OPEN_FOR}
    session[GIVEN] = kept | {_key(obj, actor): [datetime.now(UTC).isoformat(), row.id]}
    db.session.commit()
    going = request.form.get("next", "")
    return redirect(going if going.startswith(f"/admin/{view.endpoint}/") else address)


def _door(view: "GuardedView", obj: Any, actor: Actor, refused: BadInput | None = None) -> Response:
    going = request.full_path if request.method == "GET" else request.form.get("next", "")
    page = view.render("admin/reason.html", obj=obj, reveal=asking(obj, actor, refused), going=going.rstrip("?"),
                       list_address=view.list_address())
    return make_response(page, 422 if refused else 200)


def reason_of(obj: Any, actor: Actor) -> reveal.Why:
    """The reason for which the record stands open; an empty one where none is needed."""
    number = _given(obj, actor, lasting=True) if protection.needs_a_reason(obj, actor) else None
    row = db.session.get(AccessLog, number) if number else None
    return reveal.Why(row.reason, row.note or "") if row else reveal.Why()


def _given(obj: Any, actor: Actor, *, lasting: bool) -> int | None:
    """The log row of the reason that the session carries; ``lasting``: also when its time is over."""
    at, number = session.get(GIVEN, {}).get(_key(obj, actor), ("", None))
    return number if number and (lasting or _age(at) < OPEN_FOR) else None


def _key(obj: Any, actor: Actor) -> str:
    return f"{actor.user_id}:{obj.subject}"


def _age(at: str) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(at)
