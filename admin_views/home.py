"""The first screen of each role, and what stands around every page: menu, language, role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import current_app, request, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import format_decimal, gettext, ngettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.doors import to_sign_in
from admin_views.generate import consoled
from admin_views.plots import on_first_screen
from admin_views.words import ZONE, language, show
from models.base import Menu
from rules.permissions import Actor, may_run, opens
from services import absences, queues
from services.calendar import Entry as Timed
from services.calendar import entries, kinds_for
from services.figures import figures_for
from services.reading_review import may_review
from services.report_rights import sheets_for
from services.waiting import Found, Queue

DAYS_AHEAD = 6
"""The week on the first screen: today and so many days after it."""


@dataclass(frozen=True)
class Line:
    """One queue on a tile: how many, how old the oldest is, and where its next step is taken."""

    label: str
    count: int
    address: str
    urgent: bool
    age: str = ""
    step: str = ""
    step_address: str = ""

    @property
    def number(self) -> str:
        """The count as it reads; "1 000+" where more were not counted."""
        return f"{format_decimal(queues.MOST)}+" if self.count > queues.MOST else str(self.count)


@dataclass(frozen=True)
class TileView:
    """A tile of the first screen: heading and its queues."""

    label: str
    task: str
    lines: list[Line]

    @property
    def urgent(self) -> list[Line]:
        """What stands above all tiles, and not in its own a second time."""
        return [line for line in self.lines if line.count and line.urgent]

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.count and not line.urgent]

    @property
    def empty(self) -> list[Line]:
        return [line for line in self.lines if not line.count]


def tiles(actor: Actor) -> list[TileView]:
    """The tiles of the actor's role with what waits in them."""
    screen = queues.FIRST_SCREENS.get(actor.role, ()) if actor.role else ()
    found = queues.look([queue for tile in screen for queue in tile.queues], actor, today())
    return [TileView(gettext(tile.label), gettext(tile.task) if tile.task else "",
                     [_line(q, found[q], actor) for q in tile.queues if opens(actor.role, q.model.__name__)])
            for tile in screen]


def by_task(shown: list[TileView]) -> list[tuple[str, list[TileView]]]:
    """The tiles under the headings of their tasks."""
    return [(task, list(some)) for task, some in groupby(shown, key=lambda tile: tile.task)]


def _line(queue: Queue, found: Found, actor: Actor) -> Line:
    step = gettext(queue.step.label) if queue.step and found.first else ""
    return Line(gettext(queue.label), found.count, queue_address(queue), queue.urgent, _age(queue, found), step,
                _step_address(queue, found.first, actor) if step else "")


def _age(queue: Queue, found: Found) -> str:
    if found.day is None:
        return ""
    if queue.ahead:
        return gettext("first %(day)s", day=show(found.day))
    if (days := (today() - found.day).days) < 1:
        return gettext("oldest today")
    return ngettext("oldest %(num)s day", "oldest %(num)s days", days)


def _step_address(queue: Queue, first: int | None, actor: Actor) -> str:
    """Where the next step of the first row is taken: its form, where the actor may run it, else its page."""
    name, step = queue.model.__name__, queue.step
    if step and step.make and may_run(actor.role, step.make[0], "create"):
        field: dict[str, Any] = {step.make[1]: first} if step.make[1] else {}
        return url_for(f"{step.make[0].lower()}.create_view", **field)
    if step and step.verb and may_run(actor.role, name, step.verb):
        if step.verb == "match":
            return url_for("order.match_view", id=first)
        return url_for(f"{name.lower()}.verb_view", name=step.verb, id=first)
    return url_for(f"{name.lower()}.details_view", id=first)


def queue_address(queue: Queue) -> str:
    return url_for(f"{queue.model.__name__.lower()}.index_view", queue=queue.name)


def week(actor: Actor) -> list[Timed] | None:
    """What the calendar of the actor has in the days ahead; None without a calendar."""
    if not kinds_for(actor.role):
        return None
    return [entry for entry in entries(actor, today(), today() + timedelta(DAYS_AHEAD)) if not entry.called_off]
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
    "BatchItem", "BatchFile", "Receipt", "OnboardingPart", "Absence", "Attendance", "Membership", "Decision",
    "RoleGrant",
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
        shown = tiles(actor)
        away = absences.away(actor, today()) if may_run(actor.role, "Absence", "create") else None
        return self.render(
            "admin/home.html", tiles=shown, tasks=by_task(shown), week=week(actor), away=away, actor=actor,
            today=today(),
            greeting=greeting(datetime.now(ZONE).hour),
            new_order=may_run(actor.role, "Order", "create"), first_name=actor.name.split(" ")[0],
            plots=on_first_screen(actor))
