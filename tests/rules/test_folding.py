"""Words as search knows them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folding import LONGEST_WORD, MOST_WORDS, asked_words, fold, kept_words

FOLDED = re.compile(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?")


def finds(question, text):
    """Whether every asked word begins a word of ``text``."""
    kept = kept_words(text)
    return all(any(word.startswith(asked) for word in kept) for asked in asked_words(question))


@pytest.mark.parametrize(("text", "folded"), [
    ("Jyväskylä", "jyvaskyla"), ("JYVÄSKYLÄ", "jyvaskyla"), ("Jyva\u0308skyla\u0308", "jyvaskyla"),
    ("Åbo Akademi", "abo akademi"), ("Örö", "oro"), ("Straße", "strasse"), ("Kárášjohka", "karasjohka"),
    ("Ŋuorta Đ", "nuorta d"), ("Søren Æ", "soren ae"), ("İstanbul", "istanbul"), ("ﬁksu", "fiksu"),
    ("Äiti-lapsi-ryhmä", "aiti lapsi ryhma"), ("TIL-12", "til 12"), ("2026-0143", "2026 0143"),
    ("aino.virtanen@koti.invalid", "aino virtanen koti invalid"), ("D'Arc", "d arc"), ("nuoret_koti", "nuoret koti"),
    ("hyvin\u00advointi", "hyvinvointi"), ("a\x00b", "a b"), ("50 % \\ \" * ( ) ' :", "50"), ("", ""), ("\u200d", ""),
    ("２０２６", "2026"), ("Дом", "x000434x00043ex00043c"),
])
def test_text_is_folded_to_plain_words(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_fold_gives_plain_words_and_folds_them_to_themselves(text):
    folded = fold(text)

    assert FOLDED.fullmatch(folded)
    assert fold(folded) == folded


@given(st.text(alphabet="aäåöÄÅÖéšŽßđ -.'0123456789дж", max_size=20))
def test_case_makes_no_difference(text):
    assert fold(text.upper()) == fold(text) == fold(text.lower())


@given(st.text() | st.text(alphabet="a0135+- /ö."))
def test_text_is_found_by_itself(text):
    assert finds(text, text)


@given(st.lists(st.text(alphabet="abcäöдж", min_size=1, max_size=8), min_size=1, max_size=6), st.data())
def test_text_is_found_by_the_beginning_of_each_word(words, data):
    beginnings = [word[:data.draw(st.integers(1, len(word)))] for word in words]

    assert finds(" ".join(reversed(beginnings)), " ".join(words))


@pytest.mark.parametrize("kept", ["040 123 4567", "0401234567", "+358 40 123 4567", "+358401234567", "040-1234567",
                                  "00358 40 1234567"])
@pytest.mark.parametrize("typed", ["0401234567", "040 123 4567", "040-1234567", "+358 40 1234567", "+358401234567",
                                   "04012345", "040 1234"])
def test_phone_number_is_found_however_it_is_parted(kept, typed):
    assert finds(typed, kept)
    assert not finds(typed, "050 123 4567")


@pytest.mark.parametrize(("typed", "text", "found"), [
    ("2026-0143", "2026-0143", True), ("2026-01", "2026-0143", True), ("0143", "2026-0143", True),
    ("143", "2026-0143", False), ("2026 0143", "2026-0143", True), ("0143-2026", "2026-0143", False),
    ("20260143", "2026-0143", True), ("til-1", "TIL-12", True), ("TIL 12", "TIL-12", True), ("til12", "TIL-12", True),
    ("2026–0143/7", "2026-0143/7", True), ("ryhmä äiti-la", "Äiti-lapsi-ryhmä", True), ("skylä", "Jyväskylä", False), ("jyva", "Jyväskylä", True),
    ("virtanen aino", "Aino Virtanen", True), ("virtanen eino", "Aino Virtanen", False),
    ("aino.virt", "aino.virtanen@koti.invalid", True), ("aino@koti", "aino.virtanen@koti.invalid", True),
])
def test_word_is_found_by_its_beginning_and_not_by_its_middle(typed, text, found):
    assert finds(typed, text) is found


@pytest.mark.parametrize(("typed", "asked"), [
    ("a ab abc", ["abc"]), ("koti koti", ["koti"]), ("koti 2026-0143", ["20260143", "koti"]), ("b aaa", ["aaa", "b"]), ("  ", []), ("%_\"'*()", []), ("", []),
    ("x" * (LONGEST_WORD + 50), ["x" * LONGEST_WORD]),
])
def test_question_asks_for_each_needed_word_once_the_longest_first(typed, asked):
    assert asked_words(typed) == asked


@given(st.text(max_size=300))
def test_question_is_never_long(text):
    asked = asked_words(text * 40)

    assert len(asked) <= MOST_WORDS
    assert all(len(word) <= LONGEST_WORD for word in asked)
