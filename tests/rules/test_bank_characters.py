"""Which characters reach a bank: Finnish names stay whole, other signs are written by allowed ones, the rest is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bank_characters import ALLOWED, EPC_BASIC, Characters, bank_text
from rules.errors import BadInput

BASIC, LATIN1 = Characters.EPC_BASIC, Characters.LATIN1


def written(text, characters=LATIN1, most=70):
    return bank_text(text, characters, most=most, field="payee_name")


@pytest.mark.parametrize(("text", "latin1", "basic"), [
    ("Elli-Noora Öhman", "Elli-Noora Öhman", "Elli-Noora Ohman"),
    ("Åström & Mäkinen Oy", "Åström + Mäkinen Oy", "Astrom + Makinen Oy"),
    ("Ærø Weiß", "Ærø Weiß", "AEro Weiss"),
    ("Łukasz Dvořák", "Lukasz Dvorák", "Lukasz Dvorak"),
    ("Nguyễn Šarić", "Nguyen Saric", "Nguyen Saric"),
    ("  two\tlines\nof\u00a0text  ", "two lines of text", "two lines of text"),
    ("zero\u200bwidth\u202eturn", "zerowidthturn", "zerowidthturn"),
    ("Ｆｕｌｌ ﬁne", "Full fine", "Full fine"),
    ("a_b #1 <c> “d” – 5 €", "a-b .1 (c) 'd' - 5 EUR", "a-b .1 (c) 'd' - 5 EUR"),
    ("/a//b///c/", "a/b/c", "a/b/c"),
])
def test_text_is_written_in_allowed_characters(text, latin1, basic):
    assert (written(text, LATIN1), written(text, BASIC)) == (latin1, basic)


@pytest.mark.parametrize(("text", "sign"), [
    ("Pekka 😀", "😀"), ("Наталья", "Н"), ("李小龙", "李"), ("محمد علي", "م"), ("Νίκος", "Ν"), ("a\ud800", "U+D800")])
def test_text_of_another_alphabet_or_an_emoji_is_refused_and_named(text, sign):
    with pytest.raises(BadInput) as refused:
        written(text)

    assert (refused.value.field, str(refused.value.sentence.facts["signs"])[:len(sign)]) == ("payee_name", sign)


@pytest.mark.parametrize(("text", "most"), [("Ö" * 70, 70), ("a" * 140, 140)])
def test_text_that_just_fits_is_kept_and_one_more_is_refused_rather_than_cut(text, most):
    kept = written(text, most=most)

    with pytest.raises(BadInput) as refused:
        written(text + "a", most=most)

    assert (kept, refused.value.sentence.facts) == (text, {"most": most, "count": most + 1})


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "//", "/"])
def test_text_of_nothing_is_refused(text):
    with pytest.raises(BadInput) as refused:
        written(text)

    assert refused.value.sentence.text == "There is no text that a bank would take."


@given(st.text(max_size=60), st.sampled_from(Characters))
def test_any_text_is_refused_or_every_character_is_allowed(text, characters):
    try:
        line = bank_text(text, characters, most=140, field="text")
    except BadInput:
        return

    assert set(line) <= ALLOWED[characters]
    assert "//" not in line
    assert line == line.strip("/ ")
    assert 0 < len(line) <= 140
    assert bank_text(line, characters, most=140, field="text") == line


@given(st.lists(st.text("abcåäöÅÄÖéü-'.,()+", min_size=1, max_size=9), min_size=1, max_size=5).map(" ".join))
def test_finnish_and_swedish_names_stay_letter_by_letter(name):
    assert written(name) == name


def test_basic_set_is_that_of_the_payment_scheme():
    assert sorted(EPC_BASIC) == sorted(string.ascii_letters + string.digits + "/-?:().,'+ ")
