"""The note column of the register of experts: its meanings, and where it does not fit the rest of the row."""

from collections.abc import Collection
from datetime import date

from imports.cells import RowCells
from rules.register_notes import NoteReading, read_note, theme_meant
from rules.wording import N_


def take_note(cells: RowCells, themes: Collection[str], today: date) -> tuple[NoteReading, tuple[str, ...]]:
    """The note and the themes it closes, named as the register names them; an unknown word closes itself."""
    note = cells.take("note", lambda cell: read_note(cell, today), NoteReading())
    return note, tuple(theme_meant(word, themes) or word for word in note.closed)


def note_problems(
    cells: RowCells, note: NoteReading, themes: Collection[str], closed: Collection[str], minor: bool | None
) -> None:
    """Keep what a person has to look at; a note always wins where it protects."""
    if note.paused and note.pause_until is None:
        text = N_("Paused without an end date: “%(words)s”.")
        cells.notice("note", "pause_open", text, words=note.pause_words)
    for theme in sorted(set(closed) & set(themes)):
        text = N_("“%(theme)s” is among the themes and closed by the note: read as closed.")
        cells.notice("note", "theme_closed", text, theme=theme)
    for theme in sorted(set(closed) & set(note.closed)):
        text = N_("“%(theme)s” is closed and is not a known theme.")
        cells.notice("note", "theme_unknown", text, theme=theme)
    if note.avoided:
        text = N_("Must not be sent to “%(units)s”: choose the unit.")
        cells.notice("note", "avoided_unit", text, units=", ".join(note.avoided))
    if note.unread:
        text = N_("Nothing was made of the note “%(words)s”.")
        cells.notice("note", "note_unread", text, words=note.unread)
    _check_age(cells, note, minor)


def _check_age(cells: RowCells, note: NoteReading, minor: bool | None) -> None:
    if note.says_minor and minor is False:
        text = N_("The note says under 18, the date of birth says an adult.")
        cells.notice("note", "minor_contradiction", text)
    if minor and not note.guardian_consent_needed:
        cells.notice("birth", "minor", N_("The person is under 18: ask for the guardian's consent."))
