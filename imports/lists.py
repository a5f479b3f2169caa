"""Reference rows and organisations that a register names: found by their Finnish name, made when missing."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

import sqlalchemy as sa

from imports.row_taken import RowTaken
from models import Municipality, Organisation, SpokenLanguage, Theme, Viewpoint, db
from models.base import Record
from models.reference import Listed
from rules.choices import OrganisationKind
from rules.person_names import fold

L = TypeVar("L", bound=Listed)
LANGUAGE_NAMES = {
    "fi": "suomi", "sv": "ruotsi", "en": "englanti", "uk": "ukraina", "ru": "venäjä", "et": "viro", "ar": "arabia",
    "so": "somali", "fa": "persia", "prs": "dari", "ku": "kurdi", "vi": "vietnam", "se": "pohjoissaame",
    "rom": "romani", "fse": "viittomakieli",
}  # fmt: skip
VIEWPOINT_WORD = " näkökulma"
SHORTEST_STEM = 4
# The legal form is left out when names are compared: "Lastenaitta" is "Lastenaitta ry".
_LEGAL_FORM = re.compile(r"\s+(?:ry|rf|oy|oyj|ab|abp|sr)\.?$", re.IGNORECASE)
_KINDS = (
    (OrganisationKind.RESIDENTIAL, re.compile(r"koti\b|kodit\b|vastaanotto|hem\b", re.IGNORECASE)),
    (OrganisationKind.NGO, re.compile(r"\b(?:ry|rf|sr)\b|yhdisty", re.IGNORECASE)),
    (OrganisationKind.COMPANY, re.compile(r"\b(?:oy|oyj|ab)\b", re.IGNORECASE)),
    (OrganisationKind.SCHOOL, re.compile(r"opisto|koulu\b|lukio|lukion\b|korkeakoulu|yliopisto|skola", re.IGNORECASE)),
    (OrganisationKind.REGIONAL, re.compile(r"seurakun|valtuusto|kaupun|kunnan\b", re.IGNORECASE)),
)


class Made:
    """The records that an import has made: how many of each model, and the names of reference rows."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.names: dict[str, list[str]] = {}

    def add(self, obj: Any) -> None:
        """Put a new record in the session and count it."""
        db.session.add(obj)
        self.count(obj)

    def count(self, obj: Record) -> None:
        model = type(obj).__name__
        self.counts[model] += 1
        if isinstance(obj, Listed | Organisation):
            self.names.setdefault(model, []).append(obj.name)


class Lists:
    """The short lists by folded name; each is read once."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._rows: dict[type[Listed], dict[str, Any]] = {}

    def known(self, model: type[L]) -> dict[str, L]:
        """Folded name to row."""
        if model not in self._rows:
            self._rows[model] = {fold(row.name): row for row in db.session.scalars(sa.select(model))}
        return self._rows[model]

    def find(self, model: type[L], name: str) -> L | None:
        return self.known(model).get(fold(name))

    def take(self, model: type[L], names: Iterable[str]) -> list[L]:
        """The rows of ``names``, each once; a missing one is made."""
        return list(dict.fromkeys(self._found_or_made(model, name) for name in names))

    def take_themes(self, terms: Iterable[str]) -> tuple[list[Theme], list[Viewpoint]]:
        """The terms of a theme cell: "läheisen näkökulma" is a viewpoint, the others are themes."""
        terms = list(terms)
        views = [term for term in terms if term.endswith(VIEWPOINT_WORD)]
        themes = self.take(Theme, [term for term in terms if term not in views])
        return themes, list(dict.fromkeys(self._viewpoint(term) for term in views))

    def take_languages(self, codes: Iterable[str]) -> list[SpokenLanguage]:
        return self.take(SpokenLanguage, [LANGUAGE_NAMES[code] for code in codes])

    def municipality(self, name: str) -> Municipality | None:
        """A known municipality: a place of an event may be anything, so none is made of it."""
        return self.find(Municipality, name) if name else None

    def _viewpoint(self, term: str) -> Viewpoint:
        exact = self.find(Viewpoint, term)
        stem = term.removesuffix(VIEWPOINT_WORD).split()[0]
        near = {row.id: row for row in self.known(Viewpoint).values() if _shared_start(stem, row.name) >= SHORTEST_STEM}
        if exact is None and len(near) == 1:
            return next(iter(near.values()))
        return exact or self._found_or_made(Viewpoint, term)

    def _found_or_made(self, model: type[L], name: str) -> L:
        row = self.find(model, name)
        if row is None:
            row = model(name=name)
            self._made.add(row)
            db.session.flush()
            self.known(model)[fold(name)] = row
        return row


class Organisations:
    """All organisations by name, with and without the legal form."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._by_name: dict[str, list[Organisation]] = {}
        self._all: list[Organisation] = []
        for organisation in db.session.scalars(sa.select(Organisation).order_by(Organisation.id)):
            self._learn(organisation)

    def find(self, name: str) -> Organisation | None:
        """The one organisation of this name; None when there is none, or several without the exact name."""
        found = self._by_name.get(_plain(name), [])
        exact = [organisation for organisation in found if fold(organisation.name) == fold(name)]
        return (exact or found)[0] if len(exact or found) == 1 else None

    def take(self, name: str, taken: RowTaken, *, trains: bool = False, orders: bool = False) -> Organisation:
        """Found or made; the kind of a new one is read from its name. What it does is added to a known one."""
        organisation = self.find(name)
        if organisation is None:
            organisation = Organisation(name=name, kind=kind_of(name, trains), trains=trains, places_orders=not trains)
            self._made.add(organisation)
            db.session.flush()
            self._learn(organisation)
        taken.fill(organisation, "trains", trains)
        taken.fill(organisation, "places_orders", orders)
        return organisation

    def meant_by(self, words: str) -> list[Organisation]:
        """Organisations that ``words`` may mean: of that name, else with a word that begins so."""
        if exact := self.find(words):
            return [exact]
        start = words.casefold()
        return [o for o in self._all if re.search(rf"(?<!\w){re.escape(start)}", o.name.casefold())]

    def _learn(self, organisation: Organisation) -> None:
        self._all.append(organisation)
        self._by_name.setdefault(_plain(organisation.name), []).append(organisation)


def kind_of(name: str, trains: bool = False) -> OrganisationKind:
    """What a name says of an organisation; a trainer is an NGO and others a unit of the county if it says nothing."""
    otherwise = OrganisationKind.NGO if trains else OrganisationKind.COUNTY_UNIT
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), otherwise)


def _plain(name: str) -> str:
    return fold(_LEGAL_FORM.sub("", name.strip()))


def _shared_start(one: str, other: str) -> int:
    one, other = one.casefold(), other.casefold()
    return next((place for place in range(min(len(one), len(other))) if one[place] != other[place]),
                min(len(one), len(other)))
