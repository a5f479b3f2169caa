"""Where a person is named in records about something else, in logs, drafts and kept views; and taking the name out."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import sqlalchemy as sa

from models import (
    AccessLog,
    BankAnswer,
    BatchFile,
    BatchItem,
    Certificate,
    ChangeLog,
    Contact,
    Draft,
    Expert,
    Guardian,
    Organisation,
    Payee,
    Person,
    Receipt,
    SavedView,
    Selection,
    StatusChange,
    Supervisor,
    SupportPerson,
    Trainer,
    User,
    db,
)
from models.base import Base, Record
from models.encryption import Encrypted
from rules.traces import pattern, stem
from services.forgetting import Known

PAGE = 500
NO_NOTE: dict[str, Any] = {"note": None, "salt": ""}
LEFT_ALONE: tuple[type[Any], ...] = (
    BankAnswer, BatchItem, BatchFile, Certificate, Receipt, Expert, Guardian, SupportPerson, Payee, Person, User,
    Contact, Trainer, Supervisor, Organisation)
"""The payee as paid, and records of other people: one of the same name is somebody else."""


@dataclass
class Traces:
    """How many texts, log rows, drafts and kept views named the person."""

    texts: int = 0
    log_values: int = 0
    notes: int = 0
    drafts: int = 0


def take_out(known: Known) -> Traces:
    """Put the label in the place of the name in every text, and erase what the logs, drafts and views say of it.

    Only inside the door ``retention``. Reads every change that is still kept: it takes its time.
    """
    found, words = Traces(), pattern(known.names, known.numbers)
    if words is not None:
        found.texts = sum(1 for _ in _rewrite(known, words))
        db.session.flush()
    found.notes = _erase_notes(known, words)
    found.log_values = _erase_values(known, words)
    found.drafts = _throw_away(known, words)
    return found


def _rewrite(known: Known, words: re.Pattern[str]) -> Iterator[Record]:
    for model in sorted(_with_texts(), key=lambda model: str(model.__tablename__)):
        columns = _text_columns(model)
        asked = sa.or_(*(_may_name(getattr(model, name), known) for name in columns))
        for row in db.session.scalars(sa.select(model).where(asked)).unique():
            changed = False
            for name, length in columns.items():
                before = getattr(row, name) or ""
                if (after := words.sub(known.label, before)) != before:
                    setattr(row, name, after[:length])
                    changed = True
            if changed:
                known.subjects.add(row.subject)
                yield row


def _with_texts() -> Iterator[type[Any]]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record) and mapper.class_ not in LEFT_ALONE and _text_columns(mapper.class_):
            yield mapper.class_


def _text_columns(model: type[Any]) -> dict[str, int | None]:
    """The columns with words of people's own, by attribute, with their lengths."""
    return {attr.key: attr.columns[0].type.length for attr in sa.inspect(model).column_attrs
            if isinstance(attr.columns[0].type, sa.String | Encrypted) and attr.columns[0].type.python_type is str}


def _may_name(column: Any, known: Known) -> sa.ColumnElement[bool]:
    """A first sieve, in the database: of a sealed text it tells no more than that there is one."""
    return column.is_not(None) if isinstance(column.type, Encrypted) else _has_stem(column, known)


def _has_stem(column: Any, known: Known) -> sa.ColumnElement[bool]:
    """What ``pattern`` finds has one of these."""
    lower = sa.func.lower(column)
    return sa.or_(*(lower.contains(stem(word), autoescape=True) for word in (*known.names, *known.numbers)))


def _erase_notes(known: Known, words: re.Pattern[str] | None) -> int:
    """The notes of the person's own steps, save the last one's, and every note and reason that names the person."""
    gone = []
    for row in _kept(StatusChange, StatusChange.note.is_not(None)):
        own = row.subject in known.subjects and row.verb != "anonymise"
        if own or (words and words.search(row.note or "")):
            gone.append(row.id)
    said = [row.id for row in _kept(AccessLog, AccessLog.note.is_not(None)) if words and words.search(row.note or "")]
    return _update(StatusChange, gone, NO_NOTE) + _update(AccessLog, said, NO_NOTE)


def _erase_values(known: Known, words: re.Pattern[str] | None) -> int:
    """The values of changes of the person's own records, and of every change that names the person."""
    gone = [row.id for row in _kept(ChangeLog, ChangeLog.sealed_values.is_not(None))
            if row.subject in known.subjects or (words and _names(row, words))]
    return _update(ChangeLog, gone, {"sealed_values": None})


def _kept(log: type[Any], still: Any) -> Iterator[Any]:
    """The rows of a log that ``still`` say something, page by page; none of them stays in the session."""
    asked, last = sa.select(log).where(still).order_by(log.id).limit(PAGE), 0
    while rows := db.session.scalars(asked.where(log.id > last)).all():
        yield from rows
        last = rows[-1].id
        for row in rows:
            db.session.expunge(row)


def _names(row: ChangeLog, words: re.Pattern[str]) -> bool:
    return any(words.search(value) for pair in row.values().values() for value in pair if value)


def erase_logs_of(subjects: Iterable[str]) -> None:
    """Empty what the logs say of records that have gone; the rows and their digests stay.

    Inside ``retention`` or ``erasure``.
    """
    named = sorted(subjects)
    for at in range(0, len(named), PAGE):
        for log, values in ((ChangeLog, {"sealed_values": None}), (StatusChange, NO_NOTE)):
            db.session.execute(sa.update(log).where(log.subject.in_(named[at:at + PAGE])).values(values),
                               execution_options={"synchronize_session": False})


def _update(log: type[Any], ids: list[int], values: dict[str, Any]) -> int:
    for at in range(0, len(ids), PAGE):
        db.session.execute(sa.update(log).where(log.id.in_(ids[at:at + PAGE])).values(values),
                           execution_options={"synchronize_session": False})
    return len(ids)


def _throw_away(known: Known, words: re.Pattern[str] | None) -> int:
    """Drafts and kept views that name the person, drafts about the person's records, and selections with them."""
    own = _forms_about(known)
    gone: list[Any] = [draft for draft in db.session.scalars(sa.select(Draft))
                       if own.match(draft.path) or (words and words.search(_typed(draft)))]
    gone += [view for view in db.session.scalars(sa.select(SavedView))
             if words and words.search(unquote_plus(view.address) + " " + view.name)]
    gone += [chosen for chosen in db.session.scalars(sa.select(Selection).where(Selection.model == "Expert"))
             if known.expert.id in chosen.ids]
    for row in gone:
        db.session.delete(row)
    return len(gone)


def _forms_about(known: Known) -> re.Pattern[str]:
    """The addresses of forms of the person's own records, and of new records beside one of them."""
    named = [subject.lower().split(":") for subject in sorted(known.subjects)]
    return re.compile("|".join(rf"/admin/{model}/.*[?&]id={number}(?!\d)|.*[?&]{model}={number}(?!\d)"
                               for model, number in named))


def _typed(draft: Draft) -> str:
    return "\n".join(value for _, value in json.loads(draft.fields or "[]"))
