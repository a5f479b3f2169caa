"""The page of a verb: what will happen, its form, and the doing of it."""

import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin_views import drafts, forms
from admin_views.actor import current_actor
from admin_views.clock import today
from models import db
from models.base import Record
from rules.errors import DomainError, IllegalTransition
from rules.permissions import may_run
from rules.wording import Sentence
from services import verbs
from services.scopes import visible

if TYPE_CHECKING:
    from admin_views.base import GuardedView


def verb_page(view: "GuardedView", name: str) -> str | Response:
    """Show the form of verb ``name`` for the record of ``?id=``, or run it on POST."""
    actor = current_actor()
    verb = verbs.find(view.model, name)
    if verb is None:
        abort(404)
    if not may_run(actor.role, verb.model, name):
        abort(403)
    obj = view.one_or_404()
    sent = _sent() if request.method == "POST" else drafts.continued()
    form = forms.verb_form(verb, obj, actor)(sent)
    if sent is not None:
        drafts.without_names(form, sent)
    here = url_for(f"{view.endpoint}.details_view", id=obj.id)
    if request.method == "GET" and not verb.possible(obj, today()):
        flash(gettext("“%(verb)s” is not possible now.", verb=gettext(verb.label)), "look")
        return redirect(here)
    told: list[Sentence] = []
    if request.method == "POST" and form.validate():
        if "look" in request.form:
            told = _look(view, obj, verb, form)
        elif (address := view.sent_before()) is not None:
            return redirect(address)
        elif (done := _run(view, obj, verb, form)) is not None:
            return done
    page = view.render("admin/verb.html", form=form, verb=verb, obj=obj, back=here, draft=drafts.offered(),
                       form_key=request.form.get("form_key") or secrets.token_urlsafe(24),
                       errors=[field for field in form if field.errors], told=told)
    refused = request.method == "POST" and not told
    return Response(page, status=422 if refused else 200, mimetype="text/html")


def _sent() -> MultiDict[str, Any]:
    """What was typed, and the files beside it."""
    return MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)])


def _look(view: "GuardedView", obj: Any, verb: verbs.Verb, form: Any) -> list[Sentence]:
    """What the verb would do, with nothing done; nothing, when the refusal is shown on the form."""
    if verb.preview is None:
        abort(400)
    inputs = {name: field.data for name, field in form._fields.items()}
    try:
        if not verb.possible(obj, today()):
            raise IllegalTransition
        with db.session.no_autoflush:
            return verb.preview(obj, current_actor(), today(), **inputs)
    except DomainError as refused:
        view.put_error(refused, form)
        return []
    finally:
        db.session.rollback()


def _run(view: "GuardedView", obj: Any, verb: verbs.Verb, form: Any) -> str | Response | None:
    """Run and commit; the way on, or a page that is shown this once; None with the refusal shown on the form."""
    inputs = {name: field.data for name, field in form._fields.items()}
    try:
        result = verbs.run(obj, verb.name, current_actor(), today(), inputs)
        db.session.flush()
        shown = result if isinstance(result, Record) else obj
        view.remember(obj)
        drafts.drop()
        address, page = _address_of(view, shown), view.shown_once(obj, result)
        db.session.commit()
    except (DomainError, IntegrityError, StaleDataError) as refused:
        db.session.rollback()
        if (first := view.sent_before()) is not None:  # two clicks at the same moment
            return redirect(first)
        view.put_error(refused, form)
        return None
    if page is not None:
        return page
    flash(gettext("Done: %(verb)s.", verb=gettext(verb.label)), "done")
    return redirect(view.back_address(address))


def _address_of(view: "GuardedView", shown: Record) -> str:
    """The record's page; the list, when the verb took the record out of the actor's sight."""
    model = type(shown)
    seen = sa.select(model.id).where(model.id == shown.id, visible(model, current_actor()))
    if db.session.scalar(seen) is None:
        return view.list_address()
    return url_for(f"{model.__name__.lower()}.details_view", id=shown.id)
