"""Rows of the register of experts into the bank: the same person found, empty fields filled, new ones taken in."""

from collections.abc import Sequence

from imports.expert_details import course_hours, take_pause, take_payee, take_support, take_training
from imports.expert_matters import Matters
from imports.experts import ExpertRow
from imports.people import Match
from imports.row_taken import RowTaken
from imports.taking import Taking, written
from models import Expert, Municipality, Organisation, SupportPerson, Task, Theme, db
from models.numbers import birth_date_of
from rules.states import BankStatus
from rules.wording import N_


def take_experts(rows: Sequence[ExpertRow], taking: Taking) -> list[RowTaken]:
    """Every row with what became of it; the good ones are in the session, flushed.

    Units not to meet are looked for last: the file itself may name them further down.
    """
    hours = course_hours(rows)
    matters = Matters(taking)
    taken_rows = []
    for row in rows:
        taken = taking.begin(row)
        expert = _take_row(row, taken, taking)
        if expert is not None:
            take_payee(expert, row, taken, taking)
            take_training(expert, row, taken, taking, hours)
            take_support(expert, row, taken, taking)
            take_pause(expert, row, taken, taking)
            matters.remember(expert, row, taken)
            db.session.flush()
            taking.people.learn(expert, row)
        taken_rows.append(taken)
    matters.settle()
    return taken_rows


def _take_row(row: ExpertRow, taken: RowTaken, taking: Taking) -> Expert | None:
    _check_lengths(row, taken)
    match = taking.people.find(row)
    _check_match(row, match, taken, taking)
    if not taken.good:
        return None
    if match.persons:
        known = match.persons[0]
        taken.known_from = known.row
        expert = db.session.get_one(Expert, known.id)
    else:
        taken.is_new = True
        expert = Expert(first_name=row.name.given, last_name=row.name.surname, alias=row.name.alias)
        expert.reached_through = _through(row)
    _fill(expert, row, taken, taking)
    if taken.is_new:
        taking.born(expert, BankStatus.IN_BANK, taken)
    return expert


def _check_match(row: ExpertRow, match: Match, taken: RowTaken, taking: Taking) -> None:
    if len(match.persons) > 1:
        text = N_("Two persons in the bank could be this one: correct one of them first.")
        taken.error("name", "several_persons", text)
    elif match.persons and match.by == ("identity_code",) and row.name.key:
        known = match.persons[0]
        words = {word for key in known.names for word in key}
        if not words & set(row.name.key):
            text = N_("The identity code belongs to a person of another name.")
            taken.error("identity_code", "code_of_another", text)
        elif not taking.people.knows_name(known.id, row.name.key):
            taken.notice("name", "differs", N_("The name differs from the one in the bank. Nothing was changed."))
    elif match.near:
        text = N_("Somebody of the same name is in the bank already and is taken for another person.")
        taken.notice("name", "namesake", text)
    if not match.persons and not (row.phone or row.email or _through(row)):
        text = N_("There is no way to reach the person: a phone, an e-mail or through whom.")
        taken.error("phone", "not_reached", text)


def _through(row: ExpertRow) -> str:
    """Who reaches a person that has neither phone nor e-mail."""
    if row.phone or row.email:
        return ""
    return ", ".join(filter(None, (written(row.support.name), row.support.organisation)))


def _told(row: ExpertRow) -> str:
    """The words of the note that the coordinator gets to read as they are."""
    return " ".join((row.note.unread, row.note.pause_words, *row.note.avoided, *row.note.closed))


def _check_lengths(row: ExpertRow, taken: RowTaken) -> None:
    taken.check_lengths([
        ("name", Expert.first_name, row.name.given), ("name", Expert.last_name, row.name.surname),
        ("name", Expert.alias, row.name.alias), ("email", Expert.email, row.email or ""),
        ("support", Expert.reached_through, _through(row)), ("support", Organisation.name, row.support.organisation),
        ("support", SupportPerson.name, written(row.support.name)), ("note", Expert.contact_note, _told(row)),
        ("trainer", Organisation.name, row.training.trainer), ("note", Expert.contact_note, row.note.contact),
        *(("municipality", Municipality.name, name) for name in row.municipalities.names),
        *(("themes", Theme.name, name) for name in (*row.themes, *row.closed_themes)),
        *(("roles", Task.name, name) for name in row.roles),
    ])


def _fill(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking) -> None:
    """Fill what is empty. What protects the person is added also where something stands already."""
    born_on = row.birth.born_on or (birth_date_of(row.identity_code) if row.identity_code else None)
    taken.fill(expert, "birth_date", born_on, "birth")
    if expert.birth_date is None:
        taken.fill(expert, "birth_year", row.birth.year, "birth")
    taken.fill(expert, "phone", row.phone)
    taken.fill(expert, "email", row.email)
    taken.fill(expert, "contact_note", row.note.contact, "note")
    taken.fill(expert, "wants_no_fee", row.note.fee_refused, "note")
    taken.fill(expert, "remote_only", row.note.remote_only, "note")
    taken.fill(expert, "protected", row.note.protected, "note")
    _fill_lists(expert, row, taken, taking)


def _fill_lists(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking) -> None:
    lists = taking.lists
    closed = [word for word in row.closed_themes if word not in row.note.closed or lists.find(Theme, word)]
    closed_themes = lists.take(Theme, closed)
    themes, viewpoints = lists.take_themes(row.themes)
    taken.add_missing(expert, "closed_themes", closed_themes)
    taken.fill(expert, "themes", [theme for theme in themes if theme not in expert.closed_themes])
    taken.fill(expert, "viewpoints", viewpoints, "themes")
    taken.fill(expert, "tasks", lists.take(Task, row.roles), "roles")
    taken.fill(expert, "languages", lists.take_languages(row.languages.codes))
    taken.fill(expert, "municipalities", lists.take(Municipality, row.municipalities.names), "municipality")
