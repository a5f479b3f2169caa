"""The register of experts down to typed rows. Nothing is looked up in or written to the database."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from imports.cells import RowCells
from imports.duplicates import add_problem, mark_repeats
from imports.expert_notes import note_problems, take_note
from imports.layouts import EXPERTS
from imports.problems import Problem, Reading, ReadRow, Severity
from imports.sheet import SheetRow, open_register
from models.numbers import birth_date_of, clean_iban, clean_identity_code
from rules.person_names import NameOrder, PersonName
from rules.reading import Cell, is_blank, read_email, read_number, read_phone, text_of
from rules.reading_dates import Birth, read_birth, read_event_date
from rules.register_notes import NoteReading
from rules.register_words import (
    Languages,
    Municipalities,
    read_languages,
    read_mark,
    read_municipalities,
    split_terms,
)
from rules.wording import N_, Sentence

YOUNGEST, OLDEST = 7, 100
NO_TERMS: tuple[str, ...] = ()


@dataclass(frozen=True)
class Training:
    """``trained`` None: not known. ``hours`` are hours of the course."""

    trained: bool | None = None
    trainer: str = ""
    finished_on: date | None = None
    hours: Decimal | None = None


@dataclass(frozen=True)
class Support:
    """A support person, the organisation, and a phone or e-mail when the cell has one."""

    name: PersonName = field(default_factory=PersonName)
    organisation: str = ""
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExpertRow(ReadRow):
    """One person. ``themes`` never hold what the note closes, ``closed_themes`` do."""

    running: str = ""
    name: PersonName
    birth: Birth
    phone: str | None = None
    email: str | None = None
    municipalities: Municipalities = field(default_factory=Municipalities)
    themes: tuple[str, ...] = ()
    closed_themes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    training: Training = field(default_factory=Training)
    iban: str | None = None
    identity_code: str | None = None
    support: Support = field(default_factory=Support)
    languages: Languages = field(default_factory=Languages)
    note: NoteReading = field(default_factory=NoteReading)


@dataclass(frozen=True)
class _Column:
    """What the whole register teaches: how names are written, which themes there are."""

    names: NameOrder
    supporters: NameOrder
    themes: frozenset[str]
    today: date
    allow_temporary: bool


def read_experts(path: Path, today: date, *, allow_temporary: bool) -> Reading[ExpertRow]:
    """Every person of the register, with the problems of each row.

    ``allow_temporary`` lets identity codes 900-999 pass. Raises BadInput when the file is no such register.
    """
    opened = open_register(path, EXPERTS)
    column = _learn(opened.rows, today, allow_temporary)
    rows = [_read_row(row, column) for row in opened.rows]
    return Reading(_mark_likely(mark_repeats(rows, _sure_keys)), opened.remarks)


def _learn(rows: Sequence[SheetRow], today: date, allow_temporary: bool) -> _Column:
    names = NameOrder.learn((row.cells["name"], text_of(row.cells.get("email"))) for row in rows)
    supporters = NameOrder.learn((text_of(row.cells.get("support")).split(",")[0], None) for row in rows)
    themes = frozenset(theme for row in rows for theme in split_terms(row.cells.get("themes")))
    return _Column(names, supporters, themes, today, allow_temporary)


def _read_row(row: SheetRow, column: _Column) -> ExpertRow:
    cells = RowCells(row)
    email = cells.take("email", read_email, None)
    note, closed = take_note(cells, column.themes, column.today)
    themes = cells.take("themes", split_terms, NO_TERMS)
    expert = ExpertRow(
        sheet=row.sheet,
        row=row.number,
        running=cells.text("running"),
        name=_take_name(cells, column.names, email),
        birth=cells.take("birth", lambda cell: read_birth(cell, column.today), Birth()),
        phone=cells.take("phone", read_phone, None),
        email=email,
        municipalities=cells.take("municipality", read_municipalities, Municipalities()),
        themes=tuple(theme for theme in themes if theme not in closed),
        closed_themes=closed,
        roles=cells.take("roles", split_terms, NO_TERMS),
        training=_take_training(cells, column.today),
        iban=cells.take("iban", _iban, None),
        identity_code=cells.take("identity_code", lambda cell: _code(cell, column), None),
        support=cells.take("support", lambda cell: _support(cell, column.supporters), Support()),
        languages=cells.take("languages", read_languages, Languages()),
        note=note,
    )
    _check_person(cells, expert, column.today)
    note_problems(cells, note, themes, closed, expert.birth.is_minor(column.today))
    return replace(expert, problems=tuple(cells.problems))


def _take_name(cells: RowCells, names: NameOrder, email: str | None) -> PersonName:
    name = cells.take("name", lambda cell: names.read(cell, email), PersonName())
    if not name.key and is_blank(cells.row.cells["name"]):
        cells.error("name", "name", N_("The name is missing; an alias is enough."))
    if not name.sure:
        cells.notice("name", "name_order", N_("Which word is the given name was guessed."))
    return name


def _take_training(cells: RowCells, today: date) -> Training:
    training = Training(
        cells.take("trained", read_mark, None),
        cells.text("trainer"),
        cells.take("trained_on", lambda cell: read_event_date(cell, today), None),
        cells.take("hours", read_number, None),
    )
    if not training.trained and (training.trainer or training.finished_on):
        cells.notice("trained", "training", N_("A course is named, but the person is not marked as trained."))
    if training.finished_on and training.finished_on > today:
        cells.notice("trained_on", "training", N_("The day of the course is still to come."))
    return training


def _check_person(cells: RowCells, expert: ExpertRow, today: date) -> None:
    if expert.phone is None and expert.email is None:
        cells.notice("phone", "no_contact", N_("There is neither a phone number nor an e-mail address."))
    if expert.email and not expert.email.isascii():
        text = N_("The e-mail address has letters that many mail servers refuse.")
        cells.notice("email", "email_letters", text)
    if expert.languages.unknown:
        words = ", ".join(expert.languages.unknown)
        cells.notice("languages", "language", N_("“%(words)s” is not a known language."), words=words)
    year = expert.birth.known_year
    if year and not YOUNGEST <= today.year - year <= OLDEST:
        cells.notice("birth", "age", N_("The age would be %(age)s. Check the year."), age=today.year - year)
    if expert.identity_code and not _agrees(expert.birth, birth_date_of(expert.identity_code)):
        cells.error("birth", "birth_differs", N_("The date of birth and the identity code do not agree."))


def _agrees(birth: Birth, from_code: date) -> bool:
    if birth.born_on:
        return birth.born_on == from_code
    return birth.year is None or birth.year == from_code.year


def _iban(cell: Cell) -> str | None:
    return None if is_blank(cell) else clean_iban(text_of(cell))


def _code(cell: Cell, column: _Column) -> str | None:
    if is_blank(cell):
        return None
    return clean_identity_code(text_of(cell), column.today, allow_temporary=column.allow_temporary)


def _support(cell: Cell, names: NameOrder) -> Support:
    """Read "Name, Organisation": the organisation may have commas, a phone or an e-mail stands alone."""
    name, *rest = (part.strip() for part in text_of(cell).split(","))
    phones = [part for part in rest if sum(sign.isdigit() for sign in part) > 5]
    emails = [part for part in rest if "@" in part]
    organisation = ", ".join(part for part in rest if part and part not in phones and part not in emails)
    return Support(
        names.read(name) if name else PersonName(),
        organisation,
        read_phone(phones[0]) if phones else None,
        read_email(emails[0]) if emails else None,
    )


def _sure_keys(expert: ExpertRow) -> Iterator[tuple[str, Hashable]]:
    if expert.identity_code:
        yield "identity_code", expert.identity_code
    if expert.iban:
        yield "iban", expert.iban
    if expert.phone:
        yield "phone", expert.phone
    if expert.name.key and expert.birth.born_on:
        yield "name_and_birth", (expert.name.key, expert.birth.born_on)


def _mark_likely(rows: Sequence[ExpertRow]) -> list[ExpertRow]:
    """A shared address, or a name with the same year, is a notice: it may be a relative or a namesake."""
    first: dict[Hashable, int] = {}
    marked: list[ExpertRow] = []
    for row in rows:
        seen = [first[key] for key in _likely_keys(row) if key in first]
        if seen and row.same_as is None:
            text = N_("This may be the same person as on row %(number)s.")
            sentence = Sentence(text, number=min(seen))
            likely = Problem(row.sheet, row.row, "", sentence, Severity.NOTICE, "maybe_repeated")
            marked.append(add_problem(row, likely))
        else:
            marked.append(row)
        for key in _likely_keys(row):
            first.setdefault(key, row.row)
    return marked


def _likely_keys(expert: ExpertRow) -> Iterator[Hashable]:
    if expert.email:
        yield expert.email
    if len(expert.name.key) > 1 and expert.birth.known_year:
        yield expert.name.key, expert.birth.known_year
