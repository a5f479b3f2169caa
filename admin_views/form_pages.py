"""The forms of a model at work: filled, saved once, refused with a sentence at the field it belongs to."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from flask import abort, flash, get_flashed_messages, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views import drafts, forms, record_page, stale
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.fields import RecordField
from admin_views.reasons import reason_first
from admin_views.snapshots import place, typed_in, unsealed
from admin_views.stale import Meeting
from admin_views.words import say, show
from models import Submission, db
from models.base import Record
from models.collections import note_empty
from models.refusals import explain
from rules.errors import DomainError, FieldErrors
from rules.permissions import Actor
from rules.wording import N_
from services import saving
from services.scopes import visible

log = logging.getLogger(__name__)
LONGEST_KEY = 64
DIALOG = "new-"
"""Before the names of a form that stands in a dialog over another one."""


def in_dialog() -> bool:
    """Whether the form is asked for as a part of another page."""
    return request.args.get("fragment") == "1"


class FormPages:
    """What create, edit and verb pages share; mixed into the base view."""

    model: type[Record]
    endpoint: str
    if TYPE_CHECKING:
        def render(self, template: str, **kwargs: Any) -> str: ...
        def get_url(self, endpoint: str, **kwargs: Any) -> str: ...
        def get_one(self, id: Any) -> Any: ...
        def allowed(self, page: str, actor: Actor) -> bool: ...

    def included(self) -> RelationshipProperty[Any] | None:
        """The relationship whose first row is typed in the same form when creating, if there is one."""
        name = self.model.console.includes
        return sa.inspect(self.model).relationships[name] if name else None

    # --- the pages

    def _create(self) -> str | Response | dict[str, str]:
        form, inner = self._new_forms(current_actor())
        if request.method == "POST" and "as_new" not in request.form:
            if (address := self.sent_before()) is not None:
                return self._made(address)
            if form.validate() & (inner is None or inner.validate()):  # both, so that each shows its errors
                saved = self._save(self.model(), form, inner, is_new=True)
                if saved is not None:
                    return self._made(saved)
        return self._form_page(form, inner, None)

    def _made(self, address: str) -> Response | dict[str, str]:
        """On to the new record; for a form in a dialog its number and name, for the field that asked."""
        if not in_dialog():
            return redirect(address)
        get_flashed_messages()  # the page behind the dialog stays as it is
        obj = self.get_one(parse_qs(urlsplit(address).query)["id"][0])
        if obj is None:
            abort(404)
        return {"id": str(obj.id), "name": show(obj)}

    def _edit(self) -> str | Response:
        actor, obj = current_actor(), self.get_one(request.args.get("id", ""))
        sent = request.form if request.method == "POST" else drafts.continued()
        if obj is None:
            return self._gone(sent)
        reason_first(self, obj)
        if request.method == "GET" and (sentence := saving.why_fixed(obj)):
            flash(gettext(sentence), "look")
            return redirect(url_for(f"{self.endpoint}.details_view", id=obj.id))
        if request.method == "GET":
            record_page.log_reading(obj, actor)
        form = self._edit_form(obj, sent)
        if sent is not None and stale.is_behind(sent, obj):
            return self._meet(Meeting(form, obj, sent, actor))
        if request.method == "POST" and form.validate():
            saved = self._save(obj, form, None, is_new=False)
            if saved is not None:
                return redirect(saved)
            if (now := self.get_one(request.args["id"])) is None or stale.is_behind(request.form, now):
                return self._edit()  # somebody else was faster by a moment
        return self._form_page(form, None, obj, before=stale.opening(form, obj, sent, actor))

    def _edit_form(self, obj: Any, sent: Any) -> Any:
        actor = current_actor()
        if obj is not None:
            note_empty(obj, (name for name, _ in forms.writable(self.model, actor)))
        form = forms.model_form(self.model, actor)(sent, obj=obj)
        if sent is not None:
            drafts.without_names(form, sent)
        return form

    def _meet(self, meeting: Meeting) -> Response:
        """Somebody saved first: yours, theirs and before, until one has chosen; then what was chosen is saved."""
        obj, form = meeting.obj, meeting.form
        posted = request.method == "POST"
        if posted and meeting.is_over():
            drafts.drop()
            db.session.commit()
            flash(gettext("Saved."), "done")
            return redirect(self.back_address(url_for(f"{self.endpoint}.details_view", id=obj.id)))
        if posted and meeting.sent.get("version") == str(obj.version):
            merged = self._edit_form(obj, meeting.merged())
            if merged.validate() & meeting.is_answered():
                saved = self._save(obj, merged, None, is_new=False)
                if saved is not None:
                    return redirect(saved)
                if self.get_one(request.args["id"]) is None:
                    return self._gone(meeting.sent)
            meeting.put_errors(merged)
        return self._form_page(form, None, obj, meeting=meeting)

    def _gone(self, sent: Any) -> Response:
        """The record was deleted while somebody wrote: what they typed is theirs to take along."""
        sent = sent if sent is not None else drafts.waiting()
        number, actor = request.args.get("id", ""), current_actor()
        if sent is None or unsealed(sent.get("before", ""), place(self.model, number, actor)) is None:
            abort(404)  # the form was never opened here
        form = self._edit_form(None, sent)
        html = self.render(
            "admin/gone.html", fields=[f for f in form if typed_in(f) not in ([], [""])],
            deletion=record_page.deletion(self.model, number, actor),
            may_create=self.allowed("create", actor), pairs=[(n, v) for n, v in sent.items(multi=True) if n in form])
        return Response(html, status=410, mimetype="text/html")

    def _not_deleted(self, obj: Any) -> Response:
        """Somebody changed the record since the page with the button was opened: its reader has not seen that."""
        sentence = gettext("This was not deleted: it has been changed since you opened the page. Look at it first.")
        with suppress(ValueError):
            since = datetime.fromisoformat(request.form.get("opened", ""))
            sentence += f" {stale.told(record_page.happened_since(obj, current_actor(), since.astimezone(UTC)))}"
        flash(sentence.strip(), "stop")
        return redirect(url_for(f"{self.endpoint}.details_view", id=obj.id))

    # --- saving

    def _new_forms(self, actor: Actor) -> tuple[Any, Any]:
        sent = request.form if request.method == "POST" else drafts.continued()
        prefix = DIALOG if in_dialog() else ""
        form = forms.model_form(self.model, actor)(sent, prefix=prefix)
        inner = None
        if (prop := self.included()) is not None:
            inner = forms.model_form(prop.mapper.class_, actor, without=frozenset({str(prop.back_populates)}))(
                sent, prefix=f"{prefix}{prop.key}-")
        if sent is not None:
            for one in filter(None, (form, inner)):
                drafts.without_names(one, sent)
        else:
            for name, field in form._fields.items():
                if isinstance(field, RecordField) and name in request.args:
                    field.prefill(request.args[name])
        return form, inner

    def sent_before(self) -> str | None:
        """Where the same form went when it was sent the first time; None for a form not seen before."""
        key = request.form.get("form_key", "")[:LONGEST_KEY]
        sent = db.session.get(Submission, key) if key else None
        if sent is None or sent.user_id != current_actor().user_id:
            return None
        flash(gettext("This was already saved; it was not saved twice."), "look")
        return sent.address or self.get_url(".index_view")

    def remember(self, obj: Any) -> None:
        """Note that this form has been saved, in the same transaction."""
        actor = current_actor()
        if (key := request.form.get("form_key", "")[:LONGEST_KEY]) and actor.user_id:
            address = url_for(f"{self.endpoint}.details_view", id=obj.id) if obj is not None else ""
            db.session.add(Submission(key=key, user_id=actor.user_id, address=address))

    def _save(self, obj: Any, form: Any, inner: Any, *, is_new: bool) -> str | None:
        """Fill, prepare, flush, commit; None with the errors at their fields when something refuses."""
        try:
            with db.session.no_autoflush:
                forms.fill(form, obj)
                if inner is not None and (prop := self.included()) is not None:
                    child = prop.mapper.class_()
                    forms.fill(inner, child)
                    getattr(obj, prop.key).append(child)
                saving.prepare(obj, current_actor(), today(), is_new=is_new)
            db.session.add(obj)
            db.session.flush()
            self.keep_in_sight(obj)
            if is_new:
                self.remember(obj)
            drafts.drop()
            address = url_for(f"{self.endpoint}.details_view", id=obj.id)
            db.session.commit()
        except (DomainError, IntegrityError, StaleDataError) as refused:
            db.session.rollback()
            if is_new and (first := self.sent_before()) is not None:  # two clicks at the same moment
                return first
            if is_new or not isinstance(refused, StaleDataError):  # an edit has a page of its own for that
                self.put_error(refused, form, inner)
            return None
        flash(gettext("Saved."), "done")
        return self.back_address(address)

    def keep_in_sight(self, obj: Any) -> None:
        """Refuse a save that takes ``obj`` out of the writer's own rows: it would end up in somebody else's."""
        own = visible(self.model, current_actor())
        if own is sa.true():
            return
        if db.session.scalar(sa.select(self.model.id).where(self.model.id == obj.id, own)) is None:
            raise DomainError(N_("Saved like this, the record would not be yours to see any more."))

    def put_error(self, refused: Exception, form: Any, inner: Any = None) -> None:
        """Stand the sentence at the field it belongs to, else on top of the page."""
        if isinstance(refused, FieldErrors):
            pairs = [(say(sentence), [field]) for field, sentence in refused.errors.items()]
        elif isinstance(refused, IntegrityError):
            sentence, fields = explain(refused)
            log.warning("refused by the database: %s", sentence)
            pairs = [(gettext(sentence), fields)]
        else:
            field = refused.field if isinstance(refused, DomainError) else None
            pairs = [(self.sentence_of(refused), [field] if field else [])]
        for sentence, fields in pairs:
            known = [f[name] for f in (form, inner) if f is not None for name in fields if name in f]
            if known:
                known[0].errors = [*known[0].errors, sentence]
            else:
                flash(sentence, "stop")

    def sentence_of(self, refused: Exception) -> str:
        if isinstance(refused, DomainError):
            return say(refused.sentence)
        if isinstance(refused, IntegrityError):
            return gettext(explain(refused)[0])
        return gettext("Somebody has saved this record at the same moment. Look at it and try again.")

    def back_address(self, otherwise: str) -> str:
        return request.values.get("url") or otherwise

    def _form_page(self, form: Any, inner: Any, obj: Any, *, before: str = "", meeting: Meeting | None = None
                   ) -> Response:
        """The form; with ``meeting`` the fields where two people differ first."""
        quick = self._quick(form, inner) if obj is None and not in_dialog() else []
        parts = [(heading, rest) for heading, fields in self._parts(form, inner)
                 if (rest := [field for field in fields if field not in quick])]
        errors = [f for f in (*quick, *(f for _, fields in parts for f in fields)) if f.errors]
        html = self.render(
            "admin/dialog.html" if in_dialog() else ("admin/stale.html" if meeting else "admin/form.html"),
            form=form, quick=quick, parts=parts, obj=obj, errors=errors, meeting=meeting,
            carried=meeting.carried() if meeting else {"before": before}, draft=drafts.offered(),
            form_key=request.form.get("form_key") or secrets.token_urlsafe(24))
        status = 200 if request.method == "GET" or "as_new" in request.form else 422
        return Response(html, status=409 if meeting and not errors and status == 422 else status, mimetype="text/html")

    def _quick(self, form: Any, inner: Any) -> list[Any]:
        """The fields that the model asks for first of a new record, those that this role may write."""
        found = []
        for name in self.model.console.quick:
            included, _, child = name.rpartition(".")
            one = inner if included else form
            if one is not None and child in one:
                found.append(one[child])
        return found

    def _parts(self, form: Any, inner: Any) -> Iterator[tuple[str, list[Any]]]:
        yield from forms.sections(form, self.model)
        if inner is not None and (prop := self.included()) is not None:
            child = prop.mapper.class_
            yield child.console.one, [field for _, fields in forms.sections(inner, child) for field in fields]
