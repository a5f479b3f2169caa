"""The first screen of each role, and what stands around every page: menu, language, role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import format_decimal, gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.doors import to_sign_in
from admin_views.generate import consoled
from admin_views.listing import Listing
from admin_views.plots import on_first_screen
from admin_views.words import ZONE, language
from models import Occasion
from models.base import Menu
from rules.permissions import Actor, may_run, opens
from services import queues
from services.calendar import kinds_for
from services.figures import figures_for
from services.reading_review import may_review
from services.report_rights import sheets_for

FIRST_ROWS = 4
NEXT_EVENTS = 6


@dataclass(frozen=True)
class Line:
    """One queue on a tile."""

    label: str
    count: int
    address: str
    urgent: bool

    @property
    def number(self) -> str:
        """The count as it reads; "1 000+" where more were not counted."""
        return f"{format_decimal(queues.MOST)}+" if self.count > queues.MOST else str(self.count)


@dataclass(frozen=True)
class TileView:
    """A tile of the first screen: heading and its queues."""

    label: str
    lines: list[Line]

    @property
    def waiting(self) -> int:
        return sum(line.count for line in self.lines)


def tiles(actor: Actor) -> list[TileView]:
    """The tiles of the actor's role with their counts."""
    screen = queues.FIRST_SCREENS.get(actor.role, ()) if actor.role else ()
    counted = queues.counts([queue for tile in screen for queue in tile.queues], actor, today())
    found = []
    for tile in screen:
        lines = [Line(gettext(q.label), counted[q], queue_address(q), q.urgent)
                 for q in tile.queues if opens(actor.role, q.model.__name__)]
        found.append(TileView(gettext(tile.label), lines))
    return found


def queue_address(queue: queues.Queue) -> str:
    return url_for(f"{queue.model.__name__.lower()}.index_view", queue=queue.name)


def week(actor: Actor) -> tuple[Listing, list[Any]] | None:
    """The next events that the actor may see."""
    if not opens(actor.role, "Occasion"):
        return None
    page = Listing(Occasion, actor, {"f_on_from": today().isoformat(), "sort": "on", "size": "20"}, today())
    return page, page.rows()[:NEXT_EVENTS]


def greeting(hour: int) -> str:
    if hour < 10:
        return gettext("Good morning")
    return gettext("Good day") if hour < 18 else gettext("Good evening")


Entry = tuple[str, str, str]
"""An entry of the menu: (label, address, endpoint)."""


def menu(actor: Actor) -> list[tuple[str, list[Entry]]]:
    """Sections of the side bar with their headings, only what the role opens."""
    shown = tuple(m for m in consoled() if m.__name__ not in ON_THEIR_RECORDS and opens(actor.role, m.__name__))
    return _once(actor, shown, lambda: list(_sections(actor, shown)))


def _once(actor: Actor, about: tuple[Any, ...], made: Callable[[], Any]) -> Any:
    """What ``made`` gives, made once for each role, language and ``about`` and kept: no page changes its menu."""
    kept = current_app.extensions.setdefault("kokemussilta.menu", {})
    key = (actor.role, language(), request.script_root, about)
    if key not in kept:
        kept[key] = made()
    return kept[key]


def _sections(actor: Actor, shown: tuple[type[Any], ...]) -> Iterator[tuple[str, list[Entry]]]:
    for section in Menu:
        if section is Menu.TRUST and (pages := _report_pages(actor)):
            yield gettext("Reports"), pages
        entries = [(gettext(m.console.many), url_for(f"{m.__name__.lower()}.index_view"), m.__name__.lower())
                   for m in shown if m.console.menu is section]
        if entries:
            yield gettext(section.value), entries


def beside_today(actor: Actor) -> list[Entry]:
    """What stands beside the first screen in the menu."""
    pages = ("calendar", bool(kinds_for(actor.role))), ("board", opens(actor.role, "Order"))
    return _once(actor, pages, lambda: list(_pages_beside(pages)))


def _pages_beside(pages: tuple[tuple[str, bool], ...]) -> Iterator[Entry]:
    labels = {"calendar": gettext("Calendar"), "board": gettext("Board of orders")}
    return ((labels[name], url_for(f"{name}.index_view"), name) for name, is_open in pages if is_open)


def _report_pages(actor: Actor) -> list[Entry]:
    pages = [(gettext("Figures"), "plot", figures_for(actor.role)),
             (gettext("Make a report"), "report", sheets_for(actor.role)),
             (gettext("Review of readings"), "review", may_review(actor.role))]
    return [(label, url_for(f"{endpoint}.index_view"), endpoint) for label, endpoint, open_ones in pages if open_ones]


ON_THEIR_RECORDS = frozenset({
    "Pause", "SupportPerson", "Guardian", "Consent", "Agreement", "BackgroundCheck", "Occasion", "InvoiceLine",
    "BatchItem", "BatchFile", "Receipt", "OnboardingPart", "Attendance", "Membership", "Decision", "RoleGrant",
})
"""Models met on the record page of what they belong to; their lists exist, the menu is short without them."""


class HomeView(AdminIndexView):
    """``/admin/``: what waits for the reader."""

    def is_accessible(self) -> bool:
        return current_actor().role is not None

    def _handle_view(self, name: str, **kwargs: Any) -> Response | None:
        return None if current_actor().user_id is not None else to_sign_in()

    @expose("/")
    def index(self) -> str:
        actor = current_actor()
        return self.render(
            "admin/home.html", tiles=tiles(actor), week=week(actor), today=today(), actor=actor,
            greeting=greeting(datetime.now(ZONE).hour),
            new_order=may_run(actor.role, "Order", "create"), first_name=actor.name.split(" ")[0],
            plots=on_first_screen(actor))
