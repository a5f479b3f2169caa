"""Drafts of forms in the browser's reach: kept while one types, offered on opening the form again, thrown away."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Form

from admin_views.actor import current_actor
from admin_views.fields import RecordField
from admin_views.words import show
from models import Draft, db
from services import desk_drafts

blueprint = Blueprint("drafts", __name__, url_prefix="/admin/desk/draft")

ROLE = "draft-role"


@dataclass(frozen=True)
class Offer:
    """A draft as its form says it: when it was kept, on which version of the record, and the ways on."""

    at: datetime
    version: str
    going_on: bool
    address: str
    form_address: str


def _here() -> str:
    """The form at this address; none for a form in a dialog, which keeps no draft."""
    if "fragment" in request.args:
        return ""
    return desk_drafts.path_of(request.full_path.rstrip("?"))


def _waiting() -> Draft | None:
    user_id = current_actor().user_id
    return desk_drafts.find(user_id, _here()) if user_id is not None else None


def waiting() -> MultiDict[str, str] | None:
    """The fields of the reader's draft of the form at this address."""
    draft = _waiting()
    return MultiDict(desk_drafts.fields_of(draft)) if draft is not None else None


def _is_continued() -> bool:
    return request.method == "GET" and request.args.get("draft") == "1"


def continued() -> MultiDict[str, str] | None:
    """The same, when the reader has asked to go on with it."""
    return waiting() if _is_continued() else None


def offered() -> Offer | None:
    """The draft that a form opened anew offers, or goes on with."""
    draft = _waiting() if request.method == "GET" else None
    if draft is None:
        return None
    version = dict(desk_drafts.fields_of(draft)).get("version", "")
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "draft"]
    anew = f"{request.path}?{urlencode(others)}" if others else request.path
    return Offer(draft.at, version, _is_continued(), f"{request.path}?{urlencode([*others, ('draft', '1')])}", anew)


def without_names(form: Form, sent: MultiDict[str, str]) -> None:
    """Empty the records of a draft typed in another role that this one could not have chosen: a name says much."""
    if sent.get(ROLE, str(current_actor().role)) == str(current_actor().role):
        return
    for field in form:
        if isinstance(field, RecordField) and field.process_errors:
            field.raw_data, field.data = [""], field.object_data
            field.process_errors = []


def drop() -> None:
    """Forget the draft of the form that is being saved, in the same transaction."""
    user_id = current_actor().user_id
    if user_id is not None:
        desk_drafts.drop(user_id, _here())


def _asked() -> tuple[int, str]:
    """Whose draft of which form a request is about."""
    user_id, path = current_actor().user_id, desk_drafts.path_of(request.form.get("draft-path", ""))
    if user_id is None:
        abort(401)
    if not path:
        abort(400)
    return user_id, path


@blueprint.post("")
def keep() -> Response | tuple[dict[str, str], int]:
    """Keep what the form holds now. Answers with the time; 413 when it is too large, 409 when it was just saved."""
    user_id, path = _asked()
    fields, now = [*request.form.items(multi=True), (ROLE, str(current_actor().role))], datetime.now(UTC)
    if sum(len(name) + len(value) for name, value in fields) > desk_drafts.LARGEST:
        abort(413)
    try:
        kept = desk_drafts.keep(user_id, path, fields, now)
        db.session.commit()
    except IntegrityError:  # the same form in two windows, at the same moment
        db.session.rollback()
        kept = False
    return ({"at": show(now)}, 200) if kept else ({}, 409)


@blueprint.post("/drop")
def throw_away() -> Response:
    """Forget the draft, and open the form as it is stored."""
    user_id, path = _asked()
    desk_drafts.drop(user_id, path)
    db.session.commit()
    return redirect(request.form["draft-path"])
