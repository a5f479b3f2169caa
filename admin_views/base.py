"""Where rights meet HTTP: one base view for every model, without opt-outs; one gate before every address."""

import logging
import re
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views import forms, record_page
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.doors import to_sign_in
from admin_views.exporting import export_list
from admin_views.fields import RecordField
from admin_views.listing import Listing
from admin_views.verb_page import verb_page
from admin_views.words import say
from models import Submission, db
from models.base import Record
from models.refusals import explain
from rules.errors import DomainError, FieldErrors
from rules.permissions import Access, Actor, groups_with, may_run, opens
from services import saving, verbs
from services.scopes import visible

log = logging.getLogger(__name__)

LOCAL = re.compile(r"^/(?![/\\])[^\\\x00-\x20]*$")
RESERVED = frozenset({"endpoint", "export_type", "_external", "_scheme", "_anchor", "_method"})
BIGGEST_ID = 2**31 - 1
LOOKUP_ROWS = 20


class GuardedView(ModelView):
    """A model's pages. Every address passes ``_handle_view``; every row comes through the scope."""

    model: type[Record]
    form_base_class = BaseForm
    can_view_details = True
    column_display_actions = True
    column_editable_list = None

    PAGES = {"index_view": "read", "details_view": "read", "export": "export", "create_view": "create",
             "edit_view": "edit", "delete_view": "delete", "verb_view": "read", "lookup": "lookup"}

    # --- what Flask-Admin would scaffold, and must not

    def scaffold_list_columns(self) -> list[str]:
        return []

    def scaffold_sortable_columns(self) -> dict[str, Any]:
        return {}

    def scaffold_form(self) -> type[Any]:
        return BaseForm

    def scaffold_auto_joins(self) -> list[Any]:
        return []

    # --- the gate

    def is_accessible(self) -> bool:
        return opens(current_actor().role, self.model.__name__)

    def is_visible(self) -> bool:
        return self.model.console.menu is not None and self.is_accessible()

    def _handle_view(self, name: str, **kwargs: Any) -> Response | None:
        actor = current_actor()
        if actor.user_id is None:
            return to_sign_in()
        page = self.PAGES.get(name) or getattr(getattr(type(self), name, None), "opens_for", None)
        if page is None:
            abort(404)
        if not self.allowed(page, actor):
            abort(403)
        if RESERVED & set(request.args) or any("\x00" in v for v in request.values.values()):
            abort(400)
        if (url := request.values.get("url")) and not LOCAL.match(url):
            abort(400)
        return None

    def allowed(self, page: str, actor: Actor) -> bool:
        """Whether ``actor`` may have the page kind at all; rows and verbs are checked apart."""
        name = self.model.__name__
        if page == "lookup":
            return self.may_be_chosen(actor)
        if not opens(actor.role, name):
            return False
        if page == "read":
            return True
        if page == "edit":
            return bool(groups_with(actor.role, Access.WRITE, name))
        return may_run(actor.role, name, page)

    def may_be_chosen(self, actor: Actor) -> bool:
        """Whether some form of this role has a field that points to the model."""
        mappers = db.Model.registry.mappers
        return any(isinstance(field, sa.orm.RelationshipProperty) and field.mapper.class_ is self.model
                   for m in mappers if issubclass(m.class_, Record)
                   for field in (m.attrs[name] for name, _ in forms.writable(m.class_, actor)))

    @property
    def can_create(self) -> bool:
        return self.allowed("create", current_actor())

    @property
    def can_edit(self) -> bool:
        return self.allowed("edit", current_actor())

    @property
    def can_delete(self) -> bool:
        return self.allowed("delete", current_actor())

    @property
    def can_export(self) -> bool:
        return self.allowed("export", current_actor())

    # --- rows

    def get_query(self) -> Any:
        return db.session.query(self.model).filter(visible(self.model, current_actor()))

    def get_count_query(self) -> Any:
        return db.session.query(sa.func.count()).select_from(self.model).filter(visible(self.model, current_actor()))

    def get_one(self, id: Any) -> Any:  # noqa: A002 - Flask-Admin's name
        text = str(id)
        if not (text.isascii() and text.isdigit()) or int(text) > BIGGEST_ID:
            return None
        return self.get_query().filter(self.model.id == int(text)).one_or_none()

    def one_or_404(self) -> Any:
        """The record that ``?id=`` names, as far as the actor may meet it."""
        found = self.get_one(request.args.get("id", ""))
        if found is None:
            abort(404)
        return found

    # --- pages

    @expose("/")
    def index_view(self) -> str:
        page = Listing(self.model, current_actor(), request.args, today())
        return self.render("admin/list.html", page=page, rows=page.rows(), total=page.count())

    @expose("/details/")
    def details_view(self) -> str:
        obj = self.one_or_404()
        actor = current_actor()
        record_page.log_reading(obj, actor)
        return self.render("admin/record.html", **record_page.contents(self, obj, actor, today()))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        actor = current_actor()
        form, inner = self._new_forms(actor)
        if request.method == "POST":
            if (address := self._sent_before()) is not None:
                return redirect(address)
            if all([f.validate() for f in (form, inner) if f is not None]):
                saved = self._save(self.model(), form, inner, is_new=True)
                if saved is not None:
                    return redirect(saved)
        return self._form_page(form, inner, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> str | Response:
        obj = self.one_or_404()
        form = forms.model_form(self.model, current_actor())(request.form if request.method == "POST" else None, obj=obj)
        if request.method == "POST":
            typed_on = request.form.get("version", "")
            if typed_on != str(obj.version):
                flash(gettext("Somebody has saved this record while you were writing. What you typed is below; what is "
                              "stored now stands beside it. Save again to keep yours."), "look")
                return self._form_page(form, None, obj, stale=True)
            if form.validate():
                saved = self._save(obj, form, None, is_new=False)
                if saved is not None:
                    return redirect(saved)
        return self._form_page(form, None, obj)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Response:
        obj = self.one_or_404()
        try:
            saving.remove(obj)
            db.session.commit()
            flash(gettext("Deleted."), "done")
        except (DomainError, IntegrityError) as refused:
            db.session.rollback()
            flash(self.sentence_of(refused), "stop")
        return redirect(self.back_address(self.get_url(".index_view")))

    @expose("/verb/<name>/", methods=("GET", "POST"))
    def verb_view(self, name: str) -> str | Response:
        return verb_page(self, name)

    @expose("/export/<kind>/")
    def export(self, kind: str) -> Response:
        return export_list(self, kind)

    @expose("/lookup/")
    def lookup(self) -> dict[str, Any]:
        """Names for a field that points here: at most twenty, in the actor's scope."""
        text = request.args.get("q", "")[:100]
        args = {"q": text}
        page = Listing(self.model, current_actor(), args, today())
        rows = db.session.scalars(page.query().limit(LOOKUP_ROWS))
        return {"rows": [{"id": row.id, "text": f"{say(str(row))} #{row.id}"} for row in rows]}

    # --- saving

    def _new_forms(self, actor: Actor) -> tuple[Any, Any]:
        posted = request.form if request.method == "POST" else None
        form = forms.model_form(self.model, actor)(posted)
        inner = None
        if included := self.model.console.includes:
            prop = sa.inspect(self.model).relationships[included]
            inner = forms.model_form(prop.mapper.class_, actor, without=frozenset({prop.back_populates}))(
                posted, prefix=f"{included}-")
        if posted is None:
            for name, field in form._fields.items():
                if isinstance(field, RecordField) and name in request.args:
                    field.prefill(request.args[name])
        return form, inner

    def _sent_before(self) -> str | None:
        """Where the same form went when it was sent the first time; None for a form not seen before."""
        key = request.form.get("form_key", "")
        sent = db.session.get(Submission, key) if key else None
        if sent is None or sent.user_id != current_actor().user_id:
            return None
        flash(gettext("This was already saved; it was not saved twice."), "look")
        return sent.address or self.get_url(".index_view")

    def remember(self, obj: Any) -> None:
        """Note that this form has been saved, in the same transaction."""
        actor = current_actor()
        if (key := request.form.get("form_key", "")[:64]) and actor.user_id:
            address = url_for(f"{self.endpoint}.details_view", id=obj.id) if obj is not None else ""
            db.session.add(Submission(key=key, user_id=actor.user_id, address=address))

    def _save(self, obj: Any, form: Any, inner: Any, *, is_new: bool) -> str | None:
        """Fill, prepare, flush, commit; None with the errors at their fields when something refuses."""
        try:
            with db.session.no_autoflush:
                forms.fill(form, obj)
                if inner is not None:
                    child = sa.inspect(self.model).relationships[self.model.console.includes].mapper.class_()
                    forms.fill(inner, child)
                    getattr(obj, self.model.console.includes).append(child)
                saving.prepare(obj, current_actor(), today(), is_new=is_new)
            db.session.add(obj)
            db.session.flush()
            if is_new:
                self.remember(obj)
            address = url_for(f"{self.endpoint}.details_view", id=obj.id)
            db.session.commit()
        except (DomainError, IntegrityError, StaleDataError) as refused:
            db.session.rollback()
            self.put_error(refused, form, inner)
            return None
        flash(gettext("Saved."), "done")
        return self.back_address(address)

    def put_error(self, refused: Exception, form: Any, inner: Any = None) -> None:
        """Stand the sentence at the field it belongs to, else on top of the page."""
        if isinstance(refused, FieldErrors):
            pairs = [(say(sentence), [field]) for field, sentence in refused.errors.items()]
        elif isinstance(refused, IntegrityError):
            sentence, fields = explain(refused)
            log.warning("refused by the database: %s", sentence)
            pairs = [(gettext(sentence), fields)]
        else:
            pairs = [(self.sentence_of(refused), [refused.field] if isinstance(refused, DomainError) else [])]
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

    def _form_page(self, form: Any, inner: Any, obj: Any, *, stale: bool = False) -> str:
        parts = list(self._parts(form, inner))
        status = 422 if request.method == "POST" and not stale else (409 if stale else 200)
        html = self.render(
            "admin/form.html", form=form, parts=parts, obj=obj, stale=stale,
            stored=record_page.stored_values(obj, form, current_actor()) if stale else {},
            form_key=request.form.get("form_key") or secrets.token_urlsafe(24),
            errors=[f for _, fields in parts for f in fields if f.errors])
        return Response(html, status=status, mimetype="text/html")

    def _parts(self, form: Any, inner: Any) -> Iterator[tuple[str, list[Any]]]:
        yield from forms.sections(form, self.model)
        if inner is not None:
            child = sa.inspect(self.model).relationships[self.model.console.includes].mapper.class_
            yield child.console.one, [field for _, fields in forms.sections(inner, child) for field in fields]

    def extra(self, _obj: Any, _actor: Actor) -> dict[str, Any]:
        """What a model's own view adds to the record page; its template says where."""
        return {}

    def verbs_of(self, obj: Any) -> list[verbs.Verb]:
        return verbs.possible_now(obj, current_actor(), today())
