"""The calendar page: a month, a week or four weeks as a list, all of it in the address; and the address of the feed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_babel import format_date as babel_date
from flask_babel import gettext
from flask_login import current_user

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.own_page import OwnPage
from admin_views.words import show, show_month
from models import db
from rules.calendar_grid import (
    View,
    days_from,
    monday_of,
    month_start,
    overlapping,
    read_day,
    span,
    turned,
    week_number,
    weeks_of,
)
from rules.permissions import Role
from rules.wording import capital
from services import calendar_feed
from services.calendar import Entry, Kind, entries, kinds_for

IN_A_SQUARE = 4
"""A day of the month shows all its entries up to so many, else one less and how many more there are."""

SOME_MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Shown:
    """An entry in the reader's words. ``meets`` says that another entry is at the same time."""

    entry: Entry
    title: str
    times: str
    where: str
    address: str
    meets: bool


@dataclass(frozen=True)
class Day:
    """A square of the calendar; ``more`` is how many of its entries stand on the day's own page alone."""

    on: date
    shown: tuple[Shown, ...]
    more: int
    is_today: bool
    outside: bool


@dataclass(frozen=True)
class Week:
    """A row of the calendar."""

    number: int
    days: tuple[Day, ...]


class Page:
    """What the address asks for, as the actor may see it."""

    def __init__(self, args: Any) -> None:
        self.actor, self.today = current_actor(), today()
        names = {view.value: view for view in View}
        self.view = names.get(args.get("view", ""), View.MONTH)
        self.day = read_day(args.get("day", ""), self.today)
        self.kinds = kinds_for(self.actor.role)
        self.chosen = tuple(kind for kind in self.kinds if kind.value in args.getlist("kind"))
        self.first, self.last = span(self.view, self.day)
        found = entries(self.actor, self.first, self.last, self.chosen)
        together = overlapping([(e.on, e.starts, e.ends) for e in found if not e.called_off])
        kept = [e for e in found if not e.called_off]
        self._meets = {(kept[at].kind, kept[at].id) for at in together}
        self._by_day: dict[date, list[Entry]] = defaultdict(list)
        for entry in found:
            self._by_day[entry.on].append(entry)

    @property
    def title(self) -> str:
        if self.view is View.MONTH:
            return capital(show_month(self.day))
        days = f"{show(self.first)} – {show(self.last)}"
        if self.view is View.AGENDA:
            return days
        return f"{gettext('Week %(number)s', number=week_number(self.first))}: {days}"

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The heads of the columns: (short, full)."""
        days = days_from(SOME_MONDAY, date(2026, 1, 11))
        return [(str(babel_date(day, "ccc")), str(babel_date(day, "cccc"))) for day in days]

    def weeks(self) -> list[Week]:
        return [Week(week_number(days[0]), tuple(map(self._day, days))) for days in weeks_of(self.first, self.last)]

    def agenda(self) -> list[Day]:
        """The days that have something, and the first one, so that the list says where it begins."""
        days = days_from(self.first, self.last)
        return [self._day(day) for day in days if day in self._by_day or day == self.first]

    def _day(self, on: date) -> Day:
        found = self._by_day.get(on, [])
        cut = self.view is View.MONTH and len(found) > IN_A_SQUARE
        kept = found[:IN_A_SQUARE - 1] if cut else found
        outside = self.view is View.MONTH and month_start(on) != month_start(self.day)
        return Day(on, tuple(map(self._shown, kept)), len(found) - len(kept), on == self.today, outside)

    def _shown(self, entry: Entry) -> Shown:
        model, number = entry.record
        return Shown(entry, capital(gettext(entry.title.label)), times_of(entry.starts, entry.ends), _where(entry),
                     url_for(f"{model.lower()}.details_view", id=number), (entry.kind, entry.id) in self._meets)

    # --- addresses

    def address(self, view: View | None = None, day: date | None = None,
                kinds: tuple[Kind, ...] | None = None) -> str:
        """The page with another view, day or choice of kinds."""
        chosen = self.chosen if kinds is None else kinds
        return url_for("calendar.index_view", view=(view or self.view).value, day=(day or self.day).isoformat(),
                       kind=[kind.value for kind in chosen] or None)

    def turned(self, *, forward: bool) -> str:
        return self.address(day=turned(self.view, self.day, forward))

    def week_of(self, day: date) -> str:
        return self.address(View.WEEK, monday_of(day))

    def agenda_of(self, day: date) -> str:
        return self.address(View.AGENDA, day)


def times_of(starts: time | None, ends: time | None) -> str:
    """"9.00–11.00", "9.00", or nothing for a day whose times are open."""
    return "–".join(show(moment) for moment in (starts, ends if starts else None) if moment)


def _where(entry: Entry) -> str:
    if entry.remote:
        return gettext("Remote")
    town = show(entry.municipality) if entry.municipality else ""
    return ", ".join(part for part in (entry.place, town) if part not in ("", entry.about))


class CalendarView(OwnPage):
    """``/admin/calendar/``: for the roles that read something with a day."""

    def opens_to(self, role: Role | None) -> bool:
        return bool(kinds_for(role))

    @expose("/")
    def index_view(self) -> str:
        return self._page()

    @expose("/address/", methods=("POST",))
    def address_view(self) -> str:
        """Make a new address for the reader's own feed and show it this once, or take the address away."""
        secret = ""
        if request.form.get("do") == "remove":
            calendar_feed.take_away(current_user)
        else:
            secret = calendar_feed.make_address(current_user)
        db.session.commit()
        return self._page(url_for("feed.calendar", secret=secret, _external=True) if secret else "", asked=True)

    def _page(self, address: str = "", *, asked: bool = False) -> str:
        return self.render(
            "admin/calendar.html", page=Page(request.args), views=list(View), feed_address=address, feed_asked=asked,
            has_feed=current_user.calendar_key is not None, feed_role=calendar_feed.role_of_feed(current_user))
