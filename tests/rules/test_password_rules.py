"""Which new passwords are refused, and that a good one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.password_rules import SHORTEST, weakness
from services.passwords import common_passwords

ABOUT = ("Kaisa Koordinaattori", "kaisa.koordinaattori@kaupunki.example")
GUESSED = "This is among the first that are guessed. Three or four words that do not belong together make a good password."
OWN = "Leave out your name, your e-mail address and the name of this service."


def said(password, about=ABOUT):
    found = weakness(password, about, common_passwords())
    return found and str(found)


@pytest.mark.parametrize("password", [
    "correct horse battery", "kolme sanaa metsästä", "tuoli-hauki-neljä", "Xk7#qpL2vR9!", "kaisa osti sinisen polkupyörän",
    "Mummon kissa 1987 nukkui", "ööölökä ja muuta hassua",
])
def test_password_that_is_long_and_nobody_s_own_is_taken(password):
    assert said(password) is None


@pytest.mark.parametrize("password", [
    "salasana1234", "Salasana!!!!", "password12345", "1q2w3e4r5t6y", "Tervetuloa2026", "kesakuu20261", "salasanasalasana",
    "aaaaaaaaaaaa", "abababababab", "qwertyuiop12", "123456789012", "837465920183", "abcdefghijklmno", "poiuytrewq99",
    "kissakissakissa", "2026-11-24 12:00",
])
def test_password_that_everybody_tries_is_refused(password):
    assert said(password) == GUESSED


@pytest.mark.parametrize("password", [
    "kokemussilta2026x", "kaisakoordinaattori", "Kaisa.Kaupunki1", "Kokemussilta-Kaisa", "koordinaattori-7x",
])
def test_password_made_of_one_s_own_words_is_refused(password):
    assert said(password) == OWN


def test_password_is_too_short_or_too_long_by_one_character():
    assert said("x7#qpL2vR9!") == "A password has at least 12 characters."
    assert said("pitkä metsä " * 16 + "on täällä") == "A password has at most 200 characters."


@given(st.text(max_size=SHORTEST - 1))
def test_no_short_password_is_taken(password):
    assert said(password) == "A password has at least 12 characters."


@given(st.text(min_size=SHORTEST, max_size=60))
def test_any_text_is_judged(password):
    assert said(password) in (None, GUESSED, OWN)


@given(st.sampled_from(sorted(word for word in common_passwords() if word[0].isalpha() and word[-1].isalpha())),
       st.text("0123456789!?.", max_size=8))
def test_common_word_stays_common_with_marks_and_digits_after_it(word, more):
    assert said(word + more, ()) is not None
