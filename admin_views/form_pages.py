"""The forms of a model at work: filled, saved once, refused with a sentence at the field it belongs to."""

import logging
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views import forms, record_page
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.fields import RecordField
from admin_views.words import say
from models import Submission, db
from models.base import Record
from models.refusals import explain
from rules.errors import DomainError, FieldErrors
from rules.permissions import Actor
from rules.wording import N_
from services import saving
from services.scopes import visible

log = logging.getLogger(__name__)
LONGEST_KEY = 64


class FormPages:
    """What create, edit and verb pages share; mixed into the base view."""

    model: type[Record]
    endpoint: str
    if TYPE_CHECKING:
        def render(self, template: str, **kwargs: Any) -> str: ...
        def get_url(self, endpoint: str, **kwargs: Any) -> str: ...

    def included(self) -> RelationshipProperty[Any] | None:
        """The relationship whose first row is typed in the same form when creating, if there is one."""
        name = self.model.console.includes
        return sa.inspect(self.model).relationships[name] if name else None

    def _new_forms(self, actor: Actor) -> tuple[Any, Any]:
        posted = request.form if request.method == "POST" else None
        form = forms.model_form(self.model, actor)(posted)
        inner = None
        if (prop := self.included()) is not None:
            inner = forms.model_form(prop.mapper.class_, actor, without=frozenset({str(prop.back_populates)}))(
                posted, prefix=f"{prop.key}-")
        if posted is None:
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
            address = url_for(f"{self.endpoint}.details_view", id=obj.id)
            db.session.commit()
        except (DomainError, IntegrityError, StaleDataError) as refused:
            db.session.rollback()
            if is_new and (first := self.sent_before()) is not None:  # two clicks at the same moment
                return first
            self.put_error(refused, form, inner)
            return None
        flash(gettext("Saved."), "done")
        return self.back_address(address)

    def keep_in_sight(self, obj: Any) -> None:
        """Refuse a save that takes ``obj`` out of the writer's own rows: it would end up in somebody else's."""
        actor = current_actor()
        seen = sa.select(self.model.id).where(self.model.id == obj.id, visible(self.model, actor))
        if db.session.scalar(seen) is None:
            raise DomainError(N_("Saved like this, the record would not be yours to see any more."))

    def _stale(self, form: Any, obj: Any) -> str | Response:
        """Somebody saved first: the typed values with what is stored now. A second click on Save finds its own."""
        stored = record_page.stored_values(obj, form, current_actor())
        if not stored:
            flash(gettext("Saved."), "done")
            return redirect(self.back_address(url_for(f"{self.endpoint}.details_view", id=obj.id)))
        flash(gettext("Somebody has saved this record while you were writing. What you typed is below, with what is "
                      "stored now. Save again to keep yours."), "look")
        return self._form_page(form, None, obj, stored=stored)

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

    def _form_page(self, form: Any, inner: Any, obj: Any, *, stored: dict[str, str] | None = None) -> Response:
        """The form; ``stored`` is what a stale edit differs from."""
        parts = list(self._parts(form, inner))
        status = 200 if request.method == "GET" else (409 if stored else 422)
        html = self.render(
            "admin/form.html", form=form, parts=parts, obj=obj, stale=bool(stored), stored=stored or {},
            form_key=request.form.get("form_key") or secrets.token_urlsafe(24),
            errors=[f for _, fields in parts for f in fields if f.errors])
        return Response(html, status=status, mimetype="text/html")

    def _parts(self, form: Any, inner: Any) -> Iterator[tuple[str, list[Any]]]:
        yield from forms.sections(form, self.model)
        if inner is not None and (prop := self.included()) is not None:
            child = prop.mapper.class_
            yield child.console.one, [field for _, fields in forms.sections(inner, child) for field in fields]
