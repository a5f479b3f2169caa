"""The pages of a list: the list itself, the choice of its columns, its saved views; they write the reader's own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import format_decimal, gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.listing import Listing, same_list
from admin_views.lists.columns import is_rows
from admin_views.lists.conditions import is_number
from admin_views.lists.place import list_address, take_along
from admin_views.lists.totals import Total, summed
from admin_views.words import say
from models.base import Record, db
from models.desk import SavedView
from rules.errors import DomainError
from rules.permissions import Actor, Role, opens
from services import desk


@dataclass(frozen=True)
class Tab:
    """A saved view above the list."""

    name: str
    address: str
    current: bool
    shared: bool


@dataclass(frozen=True)
class ColumnChoice:
    """A column that can be shown, in its place."""

    name: str
    label: str
    chosen: bool


class ListPages:
    """Mixed into the base view."""

    model: type[Record]
    endpoint: str
    if TYPE_CHECKING:
        def render(self, template: str, **kwargs: Any) -> str: ...
        def get_url(self, endpoint: str, **kwargs: Any) -> str: ...
        def back_address(self, otherwise: str) -> str: ...

    @expose("/")
    def index_view(self) -> str:
        actor, name = current_actor(), self.model.__name__
        page = Listing(self.model, actor, request.args, today(), columns=desk.columns_of(actor, name))
        if request.args.get("panel") == "only":
            return self.render("admin/filter_panel.html", page=page)
        rows, total = page.rows(), page.total()
        return self.render(
            "admin/list.html", page=page, rows=rows, total=total, counted=counted(total),
            first_number=page.first_number(total, rows), has_money=bool(summed(self.model, page.shown)),
            tabs=tabs(page, desk.views_for(actor, name)), may_share=desk.may_share(actor), roles=self._readers())

    def create_blueprint(self, admin: Any) -> Any:
        blueprint = super().create_blueprint(admin)  # type: ignore[misc]  # mixed into a ModelView
        blueprint.url_defaults(take_along)
        return blueprint

    def list_address(self) -> str:
        """The list as the reader left it."""
        return list_address(self.endpoint)

    def _readers(self) -> list[Role]:
        """The roles that open the list, so that a view of it can be shared with them."""
        return [role for role in Role if opens(role, self.model.__name__)]

    @expose("/columns/", methods=("GET", "POST"))
    def columns_view(self) -> str | Response:
        """Which columns the reader's list has, and in which order."""
        actor, name = current_actor(), self.model.__name__
        page = Listing(self.model, actor, {}, today(), columns=desk.columns_of(actor, name))
        names = [name for name in page.said if not is_rows(self.model, name)]
        order, chosen, moved = page.shown, set(page.shown), ""
        if request.method == "POST":
            if request.form.get("action") in ("save", "reset"):
                return self._keep_columns(actor, [n for n in request.form.getlist("column") if n in names])
            order, moved = shifted([n for n in request.form.getlist("order") if n in names], request.form)
            chosen = set(request.form.getlist("column"))
        order = list(dict.fromkeys([*order, *names]))
        choices = [ColumnChoice(n, gettext(page.said[n]["label"]), n in chosen) for n in order]
        return self.render("admin/list_columns.html", choices=choices, moved=moved, by=request.form.keys())

    def _keep_columns(self, actor: Actor, names: list[str]) -> Response:
        if request.form["action"] == "save" and not names:
            flash(gettext("Choose at least one column."), "stop")
            return redirect(request.full_path)
        desk.keep_columns(actor, self.model.__name__, names if request.form["action"] == "save" else [])
        db.session.commit()
        flash(gettext("Saved."), "done")
        return redirect(self.back_address(self.get_url(".index_view")))

    @expose("/views/", methods=("GET", "POST"))
    def views_view(self) -> str | Response:
        """The reader's saved views of this list: add, rename, share, delete."""
        actor = current_actor()
        if request.method == "POST":
            try:
                address = self._write_view(actor)
                db.session.commit()
            except DomainError as refused:
                db.session.rollback()
                flash(say(refused.sentence), "stop")
                return Response(self._views_page(actor), status=422, mimetype="text/html")
            flash(gettext("Saved."), "done")
            return redirect(address)
        return self._views_page(actor)

    def _write_view(self, actor: Actor) -> str:
        """Do what the form says; the address to go on to."""
        form, model = request.form, self.model.__name__
        number = int(form["view"]) if is_number(form.get("view", "")) else 0
        shared = Role(form["shared_with"]) if form.get("shared_with") in set(Role) else None
        if form.get("action") == "save":
            view = desk.save_view(actor, model, form.get("name", ""), form.get("address", ""), shared)
            return f"{self.get_url('.index_view')}?{view.address}"
        if form.get("action") == "delete":
            desk.delete_view(actor, model, number)
        else:
            desk.change_view(actor, model, number, form.get("name", ""), shared)
        return self.get_url(".views_view", url=request.values.get("url"))

    def _views_page(self, actor: Actor) -> str:
        found = desk.views_for(actor, self.model.__name__)
        return self.render(
            "admin/list_views.html", own=[view for view in found if view.user_id == actor.user_id],
            others=[view for view in found if view.user_id != actor.user_id], typed=request.form,
            may_share=desk.may_share(actor), roles=self._readers())


def tabs(page: Listing, views: list[SavedView]) -> list[Tab]:
    """The saved views with the one at hand marked."""
    here = page.address()
    return [Tab(view.name, view.address, same_list(view.address, here), view.shared_with is not None)
            for view in views]


def counted(total: Total) -> str:
    """The number of rows in the reader's language; "10 000+" where more were not counted."""
    return f"{format_decimal(total.count)}{'+' if total.more else ''}"


def shifted(order: list[str], form: Any) -> tuple[list[str], str]:
    """``order`` with the column that ``form`` names moved one step "up" or "down", and that column."""
    for key, step in (("up", -1), ("down", 1)):
        name = form.get(key, "")
        if name in order:
            place = order.index(name)
            order.insert(max(0, place + step), order.pop(place))
            return order, name
    return order, ""
