"""A record's own page: its facts by group, the verbs possible now, related records, and what has happened to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import RelationshipProperty

from admin_views import reasons
from admin_views.forms import target_of
from admin_views.listing import Listing, readable
from admin_views.lists.place import beside
from admin_views.words import column_type, enum_of, label, show, show_field
from models import AccessLog, ChangeLog, Message, StatusChange, db
from models.audit import HasStatus
from models.base import Money, UTCDateTime, described
from models.collections import is_empty, note_empty
from models.engine import writing
from rules.permissions import GROUPS, Access, Actor, Role, groups_with, may_run, opens
from services import protection
from services.notices import Notice, notices_of
from services.reveal import revealable
from services.saving import why_fixed
from services.scopes import visible
from services.verbs import Verb

if TYPE_CHECKING:
    from admin_views.base import GuardedView

SENSITIVE = frozenset({"Expert", "Payee", "SupportContact", "SupportPerson", "Guardian"})
"""Opening one of these records leaves a row in the access log."""

RELATED_ROWS = 10

LOGGED: tuple[tuple[type[Any], Callable[[str], Any]], ...] = (
    (sa.Boolean, "True".__eq__), (UTCDateTime, datetime.fromisoformat), (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat), (Money, Decimal))
"""How the change log's text of a column type becomes a value again."""


@dataclass(frozen=True)
class Fact:
    """One described value; ``link`` leads to the record it names, where the reader may open it."""

    label: str
    value: str
    link: str = ""


@dataclass(frozen=True)
class Related:
    """A short list of rows that point here, with where the rest is and where to add one; no page when it is empty."""

    label: str
    page: Listing | None
    rows: list[Any]
    total: int
    all_address: str
    add_address: str


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    at: datetime
    who: str
    text: str
    details: tuple[tuple[str, str, str], ...] = ()


def log_reading(obj: Any, actor: Actor) -> None:
    """Leave a row in the access log for a sensitive record, in a transaction of its own."""
    if type(obj).__name__ not in SENSITIVE:
        return
    subject, why = obj.subject, reasons.reason_of(obj, actor)
    db.session.rollback()  # SQLite cannot turn a reading transaction into a writing one
    with writing():
        db.session.add(AccessLog(subject=subject, what="open", **why._asdict()))
        db.session.commit()


def contents(view: "GuardedView", obj: Any, actor: Actor, today: date, shown: Mapping[str, str] | None = None,
             ) -> dict[str, Any]:
    """What the template of a record page needs. ``shown``: masked fields by name, in full this once."""
    note_empty(obj, (*readable(type(obj), actor, masked=True), *type(obj).console.related))
    return {
        "obj": obj, "title": str(obj), "groups": list(_groups(obj, actor, shown or {})), "verbs": view.verbs_of(obj),
        "related": list(_related(obj, actor, today)), "timeline": _timeline(obj, actor),
        "status": _status(obj, actor), "extra": view.extra(obj, actor), "beside": beside(view.model, obj, actor, today),
        "opened": datetime.now(UTC), "shown": shown,
        "reveal": reasons.asking(obj, actor) if revealable(obj, actor) else None,
        "notices": _notices(view, obj, today), "fixed": why_fixed(obj), "protected": protection.is_protected(obj),
    }


def _notices(view: "GuardedView", obj: Any, today: date) -> list[tuple[Notice, Verb | None]]:
    """What there is to say, each with its verb; without one that the reader may run now it is left out."""
    possible = {verb.name: verb for verb in view.verbs_of(obj)}
    return [(one, possible.get(one.verb)) for one in notices_of(obj, today) if not one.verb or one.verb in possible]


def _status(obj: Any, actor: Actor) -> Any:
    said = dict(readable(type(obj), actor, masked=False))
    return obj.status if isinstance(obj, HasStatus) and "status" in said else None


def _groups(obj: Any, actor: Actor, shown: Mapping[str, str]) -> Iterator[tuple[str, list[Fact]]]:
    by_group: dict[str, list[Fact]] = {}
    for name, said in readable(type(obj), actor, masked=True).items():
        prop = sa.inspect(type(obj)).attrs[name]
        rows = isinstance(prop, RelationshipProperty) and prop.uselist and prop.secondary is None
        if rows or said.get("detail", True) is False or name == "status":
            continue
        link = _link(getattr(obj, name), actor) if isinstance(prop, RelationshipProperty) and not prop.uselist else ""
        by_group.setdefault(said["group"], []).append(
            Fact(label(said["label"]), shown.get(name) or show_field(obj, name, said, actor), link))
    yield from ((label(GROUPS[group]), facts) for group, facts in by_group.items())


def _link(target: Any, actor: Actor) -> str:
    """Where ``target`` is read; "" when the actor's role or rows do not have it."""
    model = type(target)
    if target is None or not opens(actor.role, model.__name__):
        return ""
    if actor.role is not Role.COORDINATOR and db.session.scalar(  # the coordinator's rows are all rows
            sa.select(model.id).where(model.id == target.id, visible(model, actor))) is None:
        return ""
    return url_for(f"{type(target).__name__.lower()}.details_view", id=target.id)


def _related(obj: Any, actor: Actor, today: date) -> Iterator[Related]:
    for name in type(obj).console.related:
        prop = sa.inspect(type(obj)).relationships[name]
        target, back = prop.mapper.class_, prop.back_populates or (prop.backref[0] if prop.backref else "")
        if not opens(actor.role, target.__name__) or back not in readable(target, actor, masked=False):
            continue
        page = None if is_empty(obj, name) else _beside(target, back, obj, actor, today)
        rows, endpoint = page.rows()[:RELATED_ROWS] if page else [], target.__name__.lower()
        total = page.count() if page and len(rows) == RELATED_ROWS else len(rows)
        add = url_for(f"{endpoint}.create_view", **{back: obj.id}) if _may_add(target, back, actor) else ""
        rest = url_for(f"{endpoint}.index_view", **{f"f_{back}": obj.id})
        yield Related(label(target.console.many), page, rows, total, rest, add)


def _beside(target: type[Any], back: str, obj: Any, actor: Actor, today: date) -> Listing:
    """The rows of ``target`` that name ``obj`` in ``back``, without the column that would say so in each."""
    columns = [key for key, said in readable(target, actor, masked=True).items() if said.get("listed") and key != back]
    return Listing(target, actor, {f"f_{back}": str(obj.id), "size": "20"}, today, met=obj, columns=columns)


def _may_add(target: type[Any], back: str, actor: Actor) -> bool:
    said = dict(described(target)).get(back, {})
    return (may_run(actor.role, target.__name__, "create") and said.get("form", True)
            and said.get("group") in groups_with(actor.role, Access.WRITE, target.__name__))


def _timeline(obj: Any, actor: Actor) -> list[Event]:
    """States, field changes and messages, newest first; only what the reader may read of each."""
    found: list[Event] = list(_messages(obj, actor))
    open_fields = readable(type(obj), actor, masked=False)
    if "status" in open_fields:
        steps = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == obj.subject))
        found += [_of_step(row, obj, actor) for row in steps]
    if "created_at" in open_fields:
        changes = db.session.scalars(sa.select(ChangeLog).where(ChangeLog.subject == obj.subject))
        found += [event for row in changes if (event := _of_change(row, type(obj), open_fields))]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _messages(obj: Any, actor: Actor) -> Iterator[Event]:
    """Messages that belong to the record, by the relationship of ``Message`` that leads to its type."""
    ways = [way for way in sa.inspect(Message).relationships if way.mapper.class_ is type(obj)]
    if not ways or not opens(actor.role, "Message"):
        return
    mine = sa.or_(*(getattr(Message, way.key) == obj for way in ways))
    for row in db.session.scalars(sa.select(Message).where(mine, visible(Message, actor))):
        told = show_field(row, "subject_line", dict(described(Message))["subject_line"], actor)
        yield Event(row.created_at, "", f"{gettext(Message.console.one)}: {told} ({show(row.status)})")


def happened_since(obj: Any, actor: Actor, moment: datetime) -> list[Event]:
    """What the timeline says of the time after ``moment``, newest first."""
    return [event for event in _timeline(obj, actor) if event.at > moment]


def deletion(model: type[Any], number: str, actor: Actor) -> ChangeLog | None:
    """The log row of a record's deletion, for a reader who reads the histories of such records."""
    if "created_at" not in readable(model, actor, masked=False):
        return None
    return db.session.scalars(sa.select(ChangeLog).where(
        ChangeLog.subject == f"{model.__name__}:{number}", ChangeLog.verb == "delete")).first()


def _of_step(row: StatusChange, obj: Any, actor: Actor) -> Event:
    states = type(obj.lifecycle.initial)
    verb = obj.lifecycle.steps.get(row.verb)
    words = gettext(verb.label) if verb else gettext("Taken from the old register")
    text = f"{words}: {show(states(row.source))} → {show(states(row.target))}"
    note = ((gettext("Note"), "", row.note),) if row.note and Access.READ in _note_cell(actor) else ()
    return Event(row.at, row.actor, text, note)


def _note_cell(actor: Actor) -> str:
    return "r" if "answers" in groups_with(actor.role, Access.READ, "StatusChange") else "-"


def _of_change(row: ChangeLog, model: type[Any], open_fields: dict[str, dict[str, Any]]) -> Event | None:
    if row.verb == "create":
        return Event(row.at, row.actor, gettext("Recorded"))
    shown = tuple((gettext(said["label"]), *(_read_back(model, name, said, logged) for logged in values))
                  for name, values in row.values().items()
                  if (said := open_fields.get(name)) and name != "status" and not said.get("mask"))
    return Event(row.at, row.actor, gettext("Changed"), shown) if shown else None


def _read_back(model: type[Any], name: str, said: dict[str, Any], logged: str | None) -> str:
    """A value of the change log, which is text, as the field shows it."""
    if logged is None:
        return show(None)
    if words := said.get("words"):
        return ", ".join(gettext(words.get(key, key)) for key in logged.split(","))
    prop = sa.inspect(model).attrs[name]
    if (target := target_of(prop)) is not None:
        return ", ".join(_named(target, subject) for subject in logged.split(", "))
    kind = column_type(model, name)
    if (enum := enum_of(kind)) is not None:
        return show(enum(logged)) if logged in list(enum) else logged
    read = next((read for known, read in LOGGED if isinstance(kind, known)), str)
    return show(read(logged), kind)


def _named(model: type[Any], subject: str) -> str:
    """The record that the log names by its number; as logged when it is gone."""
    number = subject.partition(":")[2]
    row = db.session.get(model, int(number)) if number.isdigit() else None
    return show(row) if row is not None else subject
