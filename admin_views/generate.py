"""From models to a console: every model that says a ``console`` gets its view, in the menu's order."""

from typing import Any

from flask_admin import Admin

from admin_views.base import GuardedView
from models.audit import LogRow
from models.base import Base, Menu, Record, db, described

OWN_VIEWS: dict[str, type[GuardedView]] = {}
"""Model name to its own view class, for the few that have pages of their own."""


def own_view(model: type[Any]) -> Any:
    """Register the decorated class as the view of ``model``."""
    def register(view: type[GuardedView]) -> type[GuardedView]:
        OWN_VIEWS[model.__name__] = view
        return view
    return register


def consoled() -> list[type[Any]]:
    """The models with a console, by the sections of the menu and, in each, as they are defined."""
    models = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Record | LogRow)]
    with_console = [m for m in models if "console" in vars(m)]
    places, tables = [*Menu, None], list(db.Model.metadata.tables)
    return sorted(with_console, key=lambda m: (places.index(m.console.menu), tables.index(m.__tablename__)))


def add_views(admin: Admin) -> None:
    """Give every model its pages under ``/admin/<model>/``."""
    for model in consoled():
        admin.add_view(view_of(model))


def view_of(model: type[Any]) -> GuardedView:
    """The view of one model, made from what the model says of itself."""
    view = OWN_VIEWS.get(model.__name__, GuardedView)
    name = model.__name__.lower()
    columns = [key for key, _ in described(model)]
    own = type(f"{model.__name__}View", (view,), {
        "column_list": columns, "column_details_list": columns, "column_export_list": columns, "form_columns": columns,
    })
    return own(model, db, name=model.console.many, category=str(model.console.menu or ""), endpoint=name, url=name)
