"""Find anything: pages, actions and records by their words, in the rights and rows of the reader.

One address answers both ways: a page for whoever sends the form, names alone for the box that offers while one types.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views import home
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.generate import consoled
from admin_views.listing import Listing
from admin_views.lists.columns import loaders, readable
from admin_views.own_page import OwnPage
from admin_views.words import DASH, column_type, say
from models import db
from models.audit import LogRow
from models.base import Record
from rules.folding import asked_words, kept_words
from rules.permissions import Actor, Role, may_run, opens

LONGEST = 200
SHORTEST = 2
"""Letters from which records are looked for; pages and actions from the first."""
DETAILS = 2
"""Cells of its list that a found record shows beside its name."""
OFFERED = 5
"""Records of one kind in the box; the page has a link to the list for the rest."""


@dataclass(frozen=True)
class Found:
    """One thing to go to; ``detail`` tells records of like names apart."""

    text: str
    address: str
    detail: str = ""


@dataclass(frozen=True)
class Part:
    """Things of one kind under their heading; ``all_address`` is the list of all that match, when there are more."""

    label: str
    items: tuple[Found, ...]
    all_address: str = ""


def fits(asked: list[str], text: str) -> bool:
    """Whether every asked word begins a word of ``text``."""
    words = kept_words(text)
    return all(any(word.startswith(one) for word in words) for one in asked)


def pages(actor: Actor) -> Iterator[Found]:
    """Every page of the menu."""
    yield Found(gettext("Today"), url_for("admin.index"))
    entries = [*home.beside_today(actor), *(entry for _, section in home.menu(actor) for entry in section)]
    yield from (Found(label, address) for label, address, _ in entries)


def actions(actor: Actor) -> Iterator[Found]:
    """What the role may begin from anywhere: a new record of each type."""
    for model in consoled():
        name = model.__name__
        if opens(actor.role, name) and may_run(actor.role, name, "create"):
            yield Found(f"{gettext('New')}: {gettext(model.console.one).lower()}",
                        url_for(f"{name.lower()}.create_view"))


def searched_models(actor: Actor) -> Iterator[type[Record]]:
    """The record types of the menu in which ``actor`` may search; a log is not gone to by name."""
    for model in consoled():
        met = model.console.menu is not None and not issubclass(model, LogRow) and opens(actor.role, model.__name__)
        if met and any(said.get("searched") for said in readable(model, actor, masked=False).values()):
            yield model


def records(actor: Actor, words: str) -> Iterator[Part]:
    """The first records of each type that ``words`` find, newest first by the order of their list."""
    for model in searched_models(actor):
        endpoint = model.__name__.lower()
        listing = Listing(model, actor, {"q": words}, today())
        names = [column.name for column in listing.columns() if not isinstance(
            column_type(model, column.name), sa.Boolean)][:DETAILS + 1]
        query = listing.query().options(*loaders(model, names)).limit(OFFERED + 1)
        rows = db.session.scalars(query).unique().all()
        if rows:
            yield Part(gettext(model.console.many), tuple(
                Found(say(str(row)), url_for(f"{endpoint}.details_view", id=row.id), detail(listing, row, names))
                for row in rows[:OFFERED]), url_for(f"{endpoint}.index_view", q=words) if len(rows) > OFFERED else "")


def detail(listing: Listing, row: Record, names: list[str]) -> str:
    """The first cells of the row in its list that its name does not say already."""
    name = say(str(row))
    cells = [text for text in (listing.cell(row, one) for one in names) if text != DASH and text not in name]
    return " · ".join(cells[:DETAILS])


def found(actor: Actor, words: str) -> list[Part]:
    """Everything that ``words`` find for ``actor``: pages, actions, records."""
    asked = asked_words(words)
    if not asked:
        return []
    near = [Part(gettext("Pages"), tuple(one for one in pages(actor) if fits(asked, one.text))),
            Part(gettext("Actions"), tuple(one for one in actions(actor) if fits(asked, one.text)))]
    far = records(actor, words) if len("".join(asked)) >= SHORTEST else ()
    return [part for part in (*near, *far) if part.items]


class PaletteView(OwnPage):
    """``/admin/find/``: for everybody who is signed in."""

    def opens_to(self, role: Role | None) -> bool:
        return role is not None

    @expose("/")
    def index_view(self) -> str | Response | dict[str, Any]:
        words = request.args.get("q", "").strip()[:LONGEST]
        parts = found(current_actor(), words)
        if request.accept_mimetypes.best == "application/json":
            return {"parts": [asdict(part) for part in parts]}
        return self.render("admin/find.html", words=words, parts=parts)
