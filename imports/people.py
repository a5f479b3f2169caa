"""Who in the bank a row means: by identity code, by name and birth, by name and a way to reach. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from imports.experts import ExpertRow
from imports.problems import SameAs
from models import Expert, Payee, db
from models.encryption import KEYRING
from models.numbers import birth_date_of
from rules.person_names import PersonName
from rules.states import BankStatus

Key = tuple[str, ...]


@dataclass
class Known:
    """What is known of one expert, as far as it tells persons apart."""

    id: int
    names: set[Key] = field(default_factory=set)
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    email: str = ""
    code_print: str | None = None
    iban_prints: set[str] = field(default_factory=set)
    row: SameAs | None = None

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year


@dataclass(frozen=True)
class Match:
    """``persons``: one is the same, several cannot be told apart, none is new. ``near`` are mere namesakes."""

    persons: tuple[Known, ...] = ()
    near: tuple[Known, ...] = ()
    by: tuple[str, ...] = ()


class People:
    """The experts of the bank and those that this import has added."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._by_name: dict[Key, set[int]] = {}
        self._by_code: dict[str, int] = {}
        experts = sa.select(
            Expert.id, Expert.first_name, Expert.last_name, Expert.alias, Expert.birth_date, Expert.birth_year,
            Expert.phone, Expert.email).where(Expert.status != BankStatus.ANONYMISED)
        for number, first, last, alias, born, year, phone, email in db.session.execute(experts):
            known = Known(number, _keys(first, last, alias), born, year, phone, email.casefold())
            self._learn(known)
        prints = sa.select(Payee.expert_id, Payee.identity_code_fingerprint, Payee.iban_fingerprint)
        for expert_id, code, iban in db.session.execute(prints.where(Payee.expert_id.is_not(None))):
            if known_one := self._known.get(expert_id):
                self._learn_prints(known_one, code, iban)

    def learn(self, expert: Expert, row: ExpertRow) -> None:
        """Remember an expert that ``row`` has made or filled, so that later rows find it."""
        known = self._known.get(expert.id) or Known(expert.id, row=SameAs(row.sheet, row.row, ()))
        known.names |= _keys(expert.first_name, expert.last_name, expert.alias)
        known.birth_date, known.birth_year = expert.birth_date, expert.birth_year
        known.phone, known.email = expert.phone, expert.email.casefold()
        self._learn(known)
        if payee := payee_of(expert):
            self.learn_payee(payee)

    def learn_payee(self, payee: Payee) -> None:
        """Remember by what a payee is known; the payee is flushed."""
        if payee.expert_id is not None:
            known = self._known[payee.expert_id]
            self._learn_prints(known, payee.identity_code_fingerprint, payee.iban_fingerprint)

    def find(self, row: ExpertRow) -> Match:
        """Identity code first; else the same name with the same day of birth, phone, e-mail or account."""
        code = KEYRING.fingerprint(row.identity_code) if row.identity_code else None
        if code and code in self._by_code:
            return Match((self._known[self._by_code[code]],), by=("identity_code",))
        namesakes = [self._known[number] for number in sorted(self._by_name.get(row.name.key, ()))]
        possible = [known for known in namesakes if not _contradicts(known, row, code)]
        born = _born_on(row)
        sure = tuple(known for known in possible if born and known.birth_date == born)
        likely = tuple(known for known in possible if _reached_alike(known, row))
        if sure or likely:
            return Match(sure or likely, by=("name_and_birth",) if sure else ("name_and_contact",))
        return Match(near=tuple(namesakes))

    def named(self, name: PersonName) -> list[Known]:
        """Everybody of this name, in either order of its words."""
        return [self._known[number] for number in sorted(self._by_name.get(name.key, ()))]

    def knows_name(self, expert_id: int, key: Key) -> bool:
        return key in self._known[expert_id].names

    def with_account(self, iban: str) -> list[Known]:
        account = KEYRING.fingerprint(iban)
        return [known for known in self._known.values() if account in known.iban_prints]

    def _learn(self, known: Known) -> None:
        self._known[known.id] = known
        for key in known.names:
            self._by_name.setdefault(key, set()).add(known.id)

    def _learn_prints(self, known: Known, code: str | None, iban: str | None) -> None:
        if code:
            known.code_print = code
            self._by_code[code] = known.id
        if iban:
            known.iban_prints.add(iban)


def payee_of(expert: Expert) -> Payee | None:
    """The payee of a flushed expert, if there is one."""
    return db.session.scalar(sa.select(Payee).where(Payee.expert_id == expert.id))


def _keys(first: str, last: str, alias: str) -> set[Key]:
    """A person with an alias is found by the alias and by the name."""
    names: Iterable[PersonName] = (PersonName(first, last), PersonName(alias=alias), PersonName(first, last, alias))
    return {name.key for name in names if name.key}


def _born_on(row: ExpertRow) -> date | None:
    return row.birth.born_on or (birth_date_of(row.identity_code) if row.identity_code else None)


def _contradicts(known: Known, row: ExpertRow, code: str | None) -> bool:
    born = _born_on(row)
    if code and known.code_print and code != known.code_print:
        return True
    if born and known.birth_date:
        return born != known.birth_date
    year = born.year if born else row.birth.year
    return bool(year and known.year and year != known.year)


def _reached_alike(known: Known, row: ExpertRow) -> bool:
    return bool(
        (row.phone and row.phone == known.phone)
        or (row.email and row.email == known.email)
        or (row.iban and KEYRING.fingerprint(row.iban) in known.iban_prints))
