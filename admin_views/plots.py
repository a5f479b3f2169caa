"""Plots: each an image at its own address, and one page where every plot has its numbers in a table."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import abort, request
from flask_admin import expose
from flask_babel import format_decimal, gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.own_page import OwnPage
from admin_views.words import show, show_month
from exports.plots import svg_of
from rules.permissions import Actor, Role
from services.figures import TITLES, Figure, Place, figure, figures_for

ON_FIRST_SCREEN = ("orders", "fees")


@dataclass(frozen=True)
class Shown:
    """A figure in the reader's words: head and lines of its table, the sums of the columns last."""

    name: str
    title: str
    told: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...]
    is_empty: bool


def place_words(place: Place) -> str:
    """A month as "1/26", a span of numbers as "3–7" or "31+"."""
    if isinstance(place, date):
        return f"{place.month}/{place.year % 100:02}"
    first, last = place
    if last is None:
        return f"{first}+"
    return str(first) if first == last else f"{first}–{last}"


def axis_value(value: int | Decimal) -> str:
    return format_decimal(value, "#,##0.##")


def month_or_span(place: Place) -> str:
    """A place as the table says it: the month with its name."""
    if isinstance(place, date):
        return show_month(place)
    return place_words(place)


def shown(found: Figure) -> Shown:
    """``found`` in the reader's words."""
    def words(value: int | Decimal) -> str:
        return show(value) if found.money else axis_value(value)

    lines = tuple((month_or_span(place), *(words(one.values[at]) for one in found.series))
                  for at, place in enumerate(found.places))
    nothing = Decimal(0) if found.money else 0
    return Shown(found.name, gettext(found.title), gettext(found.told),
                 (gettext(found.axis), *(gettext(one.label) for one in found.series)), lines,
                 (gettext("Total"), *(words(sum(one.values, nothing)) for one in found.series)), found.is_empty)


def on_first_screen(actor: Actor) -> list[tuple[str, str]]:
    """The plots of the actor's first screen: (name, title)."""
    return [(name, gettext(TITLES[name])) for name in figures_for(actor.role) if name in ON_FIRST_SCREEN]


class PlotView(OwnPage):
    """``/admin/plot/``: for the roles that have a figure in the table of rights."""

    def opens_to(self, role: Role | None) -> bool:
        return bool(figures_for(role))

    @expose("/")
    def index_view(self) -> str:
        actor = current_actor()
        found = [shown(figure(name, actor, today())) for name in figures_for(actor.role)]
        return self.render("admin/plots.html", figures=found)

    @expose("/<name>.svg")
    def image(self, name: str) -> Response:
        """The picture in the reader's language; ``?ground=dark`` for a dark page."""
        actor = current_actor()
        if name not in figures_for(actor.role):
            abort(404)
        drawn = svg_of(figure(name, actor, today()), dark=request.args.get("ground") == "dark", place=place_words,
                       value=axis_value, translate=gettext)
        return Response(drawn, mimetype="image/svg+xml")
