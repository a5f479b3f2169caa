"""Where rights meet HTTP: one base view for every model, without opt-outs; one gate before every address."""

import re
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views import forms, reasons, record_page, reveal
from admin_views.actor import current_actor
from admin_views.bulk import BulkPages
from admin_views.clock import today
from admin_views.doors import to_sign_in
from admin_views.exporting import export_list
from admin_views.form_pages import FormPages
from admin_views.listing import Listing, loaders, to_one
from admin_views.lists.pages import ListPages
from admin_views.verb_page import verb_page
from admin_views.words import say
from models import db
from models.base import Base, Record, described
from rules.errors import DomainError
from rules.permissions import Access, Actor, groups_with, may_run, opens
from services import saving, verbs
from services.scopes import visible

LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")
RESERVED = frozenset({"endpoint", "export_type", "_external", "_scheme", "_anchor", "_method"})
ID = re.compile(r"[0-9]{1,9}")
LOOKUP_ROWS = 20


class GuardedView(ListPages, BulkPages, FormPages, ModelView):
    """A model's pages. Every address passes ``_handle_view``; every row comes through the scope."""

    model: type[Record]
    form_base_class = BaseForm
    can_view_details = True
    record_template = "admin/record.html"
    column_display_actions = True
    column_editable_list = None

    PAGES = {"index_view": "read", "details_view": "read", "export": "export", "create_view": "create",
             "edit_view": "edit", "delete_view": "delete", "verb_view": "read", "lookup": "lookup",
             "columns_view": "read", "views_view": "read",
             "bulk_view": "read", "bulk_verb_view": "read", "bulk_done_view": "read",
             "reveal_view": "reveal", "reason_view": "read"}

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

    def _handle_view(self, name: str, /, **kwargs: Any) -> Response | None:
        actor = current_actor()
        if actor.user_id is None:
            return to_sign_in()
        page = self.PAGES.get(name) or getattr(getattr(type(self), name, None), "opens_for", None)
        if page is None:
            abort(404)
        if not self.allowed(page, actor):
            abort(403)
        if RESERVED & set(request.args):
            abort(400)
        if (url := request.values.get("url")) and not LOCAL.match(url):
            abort(400)
        return None

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)  # Flask-Admin's own hides our TypeError behind one that it makes

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
        mappers = Base.registry.mappers
        return any(forms.target_of(field) is self.model
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

    def get_one(self, id: Any) -> Any:  # Flask-Admin's name for it
        text = str(id)
        if not ID.fullmatch(text):
            return None
        to_ones = [name for name, _ in described(self.model) if to_one(self.model, name)]
        query = self.get_query().options(*loaders(self.model, to_ones))
        return query.filter(self.model.id == int(text)).one_or_none()

    def one_or_404(self) -> Any:
        """The record that ``?id=`` names, as far as the actor may meet it, and has said why where one must."""
        found = self.behind_its_door()
        reasons.reason_first(self, found)
        return found

    def behind_its_door(self) -> Any:
        """The same for those who have not said why yet."""
        found = self.get_one(request.args.get("id", ""))
        if found is None:
            abort(404)
        return found

    # --- pages

    @expose("/details/")
    def details_view(self) -> str:
        obj = self.one_or_404()
        actor = current_actor()
        record_page.log_reading(obj, actor)
        return self.render(self.record_template, **record_page.contents(self, obj, actor, today()))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response | dict[str, str]:
        return self._create()

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> str | Response:
        return self._edit()

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Response:
        obj = self.one_or_404()
        if request.form.get("version") != str(obj.version):
            return self._not_deleted(obj)
        try:
            saving.remove(obj, current_actor(), today())
            db.session.commit()
            flash(gettext("Deleted."), "done")
        except (DomainError, IntegrityError, StaleDataError) as refused:
            db.session.rollback()
            flash(self.sentence_of(refused), "stop")
        return redirect(self.back_address(self.list_address()))

    @expose("/verb/<name>/", methods=("GET", "POST"))
    def verb_view(self, name: str) -> str | Response:
        return verb_page(self, name)

    @expose("/reveal/", methods=("POST",))
    def reveal_view(self) -> Response:
        return reveal.reveal_page(self)

    @expose("/reason/", methods=("POST",))
    def reason_view(self) -> Response:
        return reasons.reason_page(self, self.behind_its_door())

    @expose("/export/<kind>/")
    def export(self, kind: str) -> Response:
        return export_list(self, kind)

    @expose("/lookup/")
    def lookup(self) -> dict[str, Any]:
        """Names for a field that points here: at most twenty, in the actor's scope."""
        text = request.args.get("q", "")[:100]
        page = Listing(self.model, current_actor(), {"q": text}, today(), looking_up=True)
        rows = db.session.scalars(page.query().limit(LOOKUP_ROWS))
        return {"rows": [{"id": row.id, "text": f"{say(str(row))} #{row.id}"} for row in rows]}

    def extra(self, _obj: Any, _actor: Actor) -> dict[str, Any]:
        """What a model's own view adds to the record page; its template says where."""
        return {}

    def shown_once(self, _obj: Any, _result: object) -> str | None:
        """The page of what a verb gave that is shown this once; None for a verb that leads on to a record."""
        return None

    def verbs_of(self, obj: Any) -> list[verbs.Verb]:
        return verbs.possible_now(obj, current_actor(), today())
