"""Short lists that other records choose from: themes, viewpoints, tasks, languages, municipalities."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Console, Menu, Record, says
from rules.wording import N_


class Listed(Record):
    """An entry of a short list: a Finnish name, its Swedish and English, and whether it is still offered."""

    __abstract__ = True
    constraint_sentences: ClassVar = {"name": N_("The list already has this name.")}

    name: Mapped[str] = mapped_column(sa.String(80), unique=True,
                                      info=says(N_("Name"), "meta", listed=True, searched=True))
    name_sv: Mapped[str] = mapped_column(sa.String(80), default="", info=says(N_("In Swedish"), "meta", listed=True))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="", info=says(N_("In English"), "meta", listed=True))
    offered: Mapped[bool] = mapped_column(default=True, info=says(N_("Still offered"), "meta", filtered=True))

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in ``language`` ("fi", "sv", "en"), Finnish where it has no other."""
        return {"sv": self.name_sv, "en": self.name_en}.get(language) or self.name


def _console(one: str, many: str, icon: str) -> Console:
    return Console(one, many, Menu.SETTINGS, icon, order=("name",), small=True)


class Theme(Listed):
    """What an expert has lived through and an order is about. Chosen, never told in free text."""

    __tablename__ = "theme"
    console: ClassVar = _console(N_("Theme"), N_("Themes"), "tag")
    heavy: Mapped[bool] = mapped_column(default=False, info=says(
        N_("Heavy"), "meta", listed=True, filtered=True,
        help=N_("After an event on this theme the expert is given rest.")))


class Viewpoint(Listed):
    """Whose experience: a young person in care, a parent, a relative."""

    __tablename__ = "viewpoint"
    console: ClassVar = _console(N_("Viewpoint"), N_("Viewpoints"), "eye")


class Task(Listed):
    """What an expert likes to do: talk, evaluate, lead a group, be a work pair."""

    __tablename__ = "task"
    console: ClassVar = _console(N_("Task"), N_("Tasks"), "hand")


class SpokenLanguage(Listed):
    """A language an expert speaks or an order needs."""

    __tablename__ = "spoken_language"
    console: ClassVar = _console(N_("Language"), N_("Languages"), "chat")


class Municipality(Listed):
    """A municipality of the region."""

    __tablename__ = "municipality"
    console: ClassVar = _console(N_("Municipality"), N_("Municipalities"), "map")


def link(left: str, right: str, name: str) -> sa.Table:
    """The table of a many-to-many choice; both rows together are its key."""
    return sa.Table(
        name, Record.metadata,
        sa.Column(f"{left}_id", sa.ForeignKey(f"{left}.id"), primary_key=True),
        sa.Column(f"{right}_id", sa.ForeignKey(f"{right}.id"), primary_key=True, index=True),
    )
