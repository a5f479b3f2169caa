"""Two people in one record: yours, theirs and before, field by field, and the form made of what was chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from admin_views import record_page
from admin_views.snapshots import Snapshot, is_unseen, place, sealed, taken, typed_in, unsealed
from admin_views.words import DASH, show
from models.base import Record
from rules.permissions import Actor

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """A field in which two of the three differ. ``asks``: one has to choose; ``chosen`` is empty until one has."""

    field: Any
    theirs: str
    before: str
    asks: bool
    chosen: str
    sent: list[str]
    """Theirs as the form would send it."""

    @property
    def name(self) -> str:
        return str(self.field.name)


class Meeting:
    """A form that somebody sent for a record which somebody else has saved since it was opened."""

    def __init__(self, form: Any, obj: Record, sent: MultiDict[str, str], actor: Actor) -> None:
        self.form, self.obj, self.sent, self.actor = form, obj, sent, actor
        self.bound = place(type(obj), str(obj.id), actor)
        self.before = unsealed(sent.get("before", ""), self.bound)
        self.shown = unsealed(sent.get("shown", ""), self.bound)
        self.now = taken(form, obj, actor, with_typed=True)
        self.differences = list(self._differences())

    def is_over(self) -> bool:
        """Whether what is stored is what was typed: a second click on Save has met its own save."""
        return not any(d.asks or (is_unseen(d.field) and _is_typed(d.field)) for d in self.differences)

    def is_answered(self) -> bool:
        """Whether the choices were made on what is stored now, and none is missing."""
        return self.sent.get("version") == str(self.obj.version) and not self.unanswered()

    def unanswered(self) -> list[Difference]:
        return [d for d in self.differences if not d.chosen]

    def put_errors(self, merged: Any) -> None:
        """Show the errors of the form that was to be saved, and where a choice is missing."""
        for name, one in self.form._fields.items():
            one.errors = list(merged[name].errors)
        for d in self.unanswered():
            d.field.errors = [*d.field.errors, gettext("Choose yours or theirs.")]

    def merged(self) -> MultiDict[str, str]:
        """The form with theirs in the fields where theirs was chosen."""
        both = MultiDict(self.sent)
        for d in self.differences:
            if d.chosen == THEIRS:
                both.setlist(d.name, [""] if is_unseen(d.field) else d.sent)
        return both

    def carried(self) -> dict[str, str]:
        """The hidden fields of the page: what was before, and what it shows as theirs."""
        before = self.sent.get("before", "") if self.before else ""
        return {"before": before, "shown": sealed(self.now, self.bound)}

    def events(self) -> list[record_page.Event]:
        """Who has saved since the form was opened, as far as the reader may know."""
        if self.before is None:
            return []
        return record_page.happened_since(self.obj, self.actor, datetime.fromisoformat(self.before.at))

    def _differences(self) -> Iterator[Difference]:
        for name, one in self.form._fields.items():
            found = self._unseen(name, one) if is_unseen(one) else self._seen(name, one)
            if found is not None:
                yield found

    def _seen(self, name: str, one: Any) -> Difference | None:
        yours, theirs = typed_in(one), self.now.values[name]
        before = self.before.values.get(name) if self.before else None
        if yours == theirs and before in (None, yours):
            return None
        chosen = MINE if yours == theirs else self._chosen(name, yours != before, theirs != before)
        words = self.before.words.get(name, DASH) if self.before else DASH
        return Difference(one, self.now.words[name], words, yours != theirs, chosen, theirs)

    def _unseen(self, name: str, one: Any) -> Difference | None:
        """Never compared with what is stored: whoever writes a field unread could learn it by trying values."""
        before = self.before.values.get(name) if self.before else None
        changed = before is not None and self.now.values[name] != before
        typed = _is_typed(one)
        if not (changed or typed):
            return None
        asks = changed and typed
        chosen = self._chosen(name, True, True) if asks else (THEIRS if changed else MINE)
        words = gettext("Has been changed") if changed else gettext("As it was")
        return Difference(one, words, gettext("Not shown"), asks, chosen, [""])

    def _chosen(self, name: str, yours_changed: bool, theirs_changed: bool) -> str:
        """The choice that was made, if it still holds; else the side that changed, or nothing when both did."""
        choice = self.sent.get(f"choose-{name}", "")
        if self.shown is None or choice not in (MINE, THEIRS):
            return "" if yours_changed and theirs_changed else (MINE if yours_changed else THEIRS)
        if self.shown.values.get(name) != self.now.values[name]:
            return THEIRS if choice == THEIRS and not yours_changed else ""
        typed_since = self.shown.typed.get(name) != self.now.typed[name]
        return "" if choice == THEIRS and typed_since else choice


def _is_typed(one: Any) -> bool:
    """Whether something was written in a field that opens empty, also where it could not be read."""
    return any(str(value).strip() for value in one.raw_data or ())


def is_behind(sent: MultiDict[str, str], obj: Record) -> bool:
    """Whether ``obj`` has been saved since the form was opened, or the form came from the page that says so."""
    return sent.get("version") != str(obj.version) or "shown" in sent


def opening(form: Any, obj: Record, sent: MultiDict[str, str] | None, actor: Actor) -> str:
    """The sealed values that a form which is not behind carries: those of its first opening."""
    bound = place(type(obj), str(obj.id), actor)
    carried = sent.get("before", "") if sent is not None else ""
    known: Snapshot | None = unsealed(carried, bound)
    return carried if known else sealed(taken(form, obj, actor), bound)


def told(events: list[record_page.Event]) -> str:
    """What has happened, on one line."""
    return "; ".join(_line(event) for event in events)


def _line(event: record_page.Event) -> str:
    changed = ", ".join(label for label, _, _ in event.details)
    return f"{show(event.at)} {event.who}: {event.text}" + (f" ({changed})" if changed else "")
