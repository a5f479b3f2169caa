"""What the coordinator has to settle about an expert of the register: kept where nobody else reads, to be called."""

from typing import NamedTuple

from imports.experts import ExpertRow
from imports.row_taken import RowTaken
from imports.taking import Taking
from models import Expert, SupportContact, Theme, db
from models.numbers import mask_in_text
from rules.choices import Channel
from rules.register_notes import theme_meant
from rules.wording import N_, Sentence


class _Open(NamedTuple):
    expert: Expert
    row: ExpertRow
    taken: RowTaken


class Matters:
    """Gathers rows and settles them when all organisations of the file are known."""

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._open: list[_Open] = []

    def remember(self, expert: Expert, row: ExpertRow, taken: RowTaken) -> None:
        self._open.append(_Open(expert, row, taken))

    def settle(self) -> None:
        """Link the units not to meet, and write one contact to be called for what stays open with an expert."""
        for found in self._open:
            sentences = [*self._avoided(found), *self._closed(found), *_asked(found.row, self._taking)]
            if sentences:
                self._write(found, sentences)
            db.session.flush()

    def _avoided(self, found: _Open) -> list[Sentence]:
        """A unit of that name is linked; a likely one is linked and asked about; else it is only asked about."""
        sentences = []
        for words in found.row.note.avoided:
            if any(f"“{words}”" in contact.note for contact in found.expert.support_contacts):
                continue  # asked already: what the coordinator has chosen since then holds
            units = self._taking.organisations.meant_by(words)
            if len(units) == 1:
                found.taken.add_missing(found.expert, "avoided_organisations", units)
            if len(units) != 1:
                text = N_("Must not be sent to “%(units)s”: choose the unit.")
                sentences.append(Sentence(text, units=words))
                found.taken.notice("note", "avoided_open", N_("No single unit has this name: it waits for a choice."))
            elif units[0].name.casefold() != words.casefold():
                text = N_("Must not be sent to “%(units)s”: read as “%(name)s”. Check the unit.")
                sentences.append(Sentence(text, units=words, name=units[0].name))
        return sentences

    def _closed(self, found: _Open) -> list[Sentence]:
        """Closed words that no list knows; one that the list knows in another form is closed by it."""
        sentences = []
        for word in set(found.row.closed_themes) & set(found.row.note.closed):
            themes = self._taking.lists.known(Theme)
            by_name = {theme.name.casefold(): theme for theme in themes.values()}
            if meant := theme_meant(word, by_name):
                found.taken.add_missing(found.expert, "closed_themes", [by_name[meant]])
            elif word not in by_name:
                text = N_("Does not wish to talk “%(theme)s”: no theme of the list. Choose what to close.")
                sentences.append(Sentence(text, theme=word))
        return sentences

    def _write(self, found: _Open, sentences: list[Sentence]) -> None:
        kept = " ".join(contact.note for contact in found.expert.support_contacts)
        said = (mask_in_text(self._taking.say(sentence)) for sentence in sentences)
        for note in self._notes([words for words in said if words not in kept]):
            self._taking.add(SupportContact(
                expert=found.expert, on=self._taking.today, channel=Channel.PHONE, needs_call=True, note=note))
            found.taken.made(SupportContact.console.one, "1")

    def _notes(self, sentences: list[str]) -> list[str]:
        """The sentences in as few notes as hold them."""
        longest = SupportContact.note.type.length
        notes: list[str] = []
        for words in sentences:
            if notes and len(notes[-1]) + 1 + len(words) <= longest:
                notes[-1] += f" {words}"
            else:
                opening = self._taking.say(Sentence(N_("From the old register:")))
                notes.append(f"{opening} {words}")
        return notes


def _asked(row: ExpertRow, taking: Taking) -> list[Sentence]:
    """What can only be asked of the person or of a guardian."""
    note, minor = row.note, row.birth.is_minor(taking.today)
    sentences = []
    if note.says_minor and minor is False:
        sentences.append(Sentence(N_("The note says under 18, the date of birth says an adult.")))
    elif minor or note.guardian_consent_needed:
        sentences.append(Sentence(N_("The person is under 18: ask for the guardian's consent.")))
    if note.paused and note.pause_until is None:
        sentences.append(Sentence(N_("Paused without an end date: “%(words)s”."), words=note.pause_words))
    if note.unread:
        sentences.append(Sentence(N_("Nothing was made of the note “%(words)s”."), words=note.unread))
    return sentences
