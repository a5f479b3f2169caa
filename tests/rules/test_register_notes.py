"""Free notes about an expert: what they mean, and that no word is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reading import text_of
from rules.register_notes import NoteReading, read_note, theme_meant

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("note", "meaning"),
    [
        ("tauolla kesään asti", NoteReading(paused=True, pause_words="tauolla kesään asti")),
        (
            "tauolla 31.8.2027 asti",
            NoteReading(paused=True, pause_until=date(2027, 8, 31), pause_words="tauolla 31.8.2027 asti"),
        ),
        ("TURVAKIELTO", NoteReading(protected=True)),
        ("vain etänä", NoteReading(remote_only=True)),
        ("oma yksikkö Jämsä – ei sinne!", NoteReading(avoided=("Jämsä",))),
        ("oma yksikkö Lastenkoti Kuusela Oy - ei sinne", NoteReading(avoided=("Lastenkoti Kuusela Oy",))),
        ("ei halua puhua väkivallasta", NoteReading(closed=("väkivallasta",))),
        ("alle 18, huoltajan lupa kysyttävä", NoteReading(says_minor=True, guardian_consent_needed=True)),
        ("ei palkkiota, vapaaehtoinen", NoteReading(fee_refused=True)),
        ("soita iltapäivällä", NoteReading(contact="soita iltapäivällä")),
        ("TURVAKIELTO, vain etänä", NoteReading(protected=True, remote_only=True)),
        ("tuo oman koiran", NoteReading(unread="tuo oman koiran")),
        ("vain etänä; tuo oman koiran", NoteReading(remote_only=True, unread="tuo oman koiran")),
        ("", NoteReading()),
    ],
)
def test_note_means_what_it_says_and_loses_nothing(note, meaning):
    assert read_note(note, TODAY) == meaning


@given(st.text("abcdefgh ", min_size=1).filter(str.strip))
def test_note_that_means_nothing_known_comes_back(words):
    assert read_note(words, TODAY) == NoteReading(unread=text_of(words))


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("väkivallasta", "väkivalta"),
        ("perhehoidosta", "perhehoito"),
        ("päihteistä perheessä", "päihteet perheessä"),
        ("kissoista", None),
    ],
)
def test_closed_theme_is_found_by_its_stem(word, theme):
    themes = ("väkivalta", "vanhemman näkökulma", "perhehoito", "päihteet perheessä", "kiireellinen sijoitus")

    assert theme_meant(word, themes) == theme
