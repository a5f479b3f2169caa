"""Finding a person in a text: whole names and numbers with their endings, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.traces import names_of, pattern, spellings, stem

LETTERS = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=12)


@pytest.mark.parametrize(("text", "left"), [
    ("Puhui Sini Salminen tänään", "Puhui X tänään"), ("Sini Salmisen toive", "X toive"),
    ("kerro sini salmiselle", "kerro X"), ("Salminen, Sini", "X"), ("Salminen Sini", "X"),
    ("Sini Salmisto tuli", "Sini Salmisto tuli"), ("Sinin Salminen", "Sinin Salminen"),
    ("Anni Sini Salminen-Aho", "Anni X-Aho"), ("soita 0401234567", "soita X"), ("soita 04012345678", "soita 04012345678"),
    ("FI2112345600000785", "X"), ("FI21 1234 5600 0007 85.", "X."), ("Sini", "Sini")])
def test_name_goes_with_its_endings_and_others_stay(text, left):
    words = pattern(names_of("Sini", "Salminen"), [*spellings("0401234567"), *spellings("FI2112345600000785")])

    assert words.sub("X", text) == left


@pytest.mark.parametrize(("given", "names"), [
    (("Sini", "", "Susa"), []), (("", "", "Susa"), []), (("", "", "Susa S."), ["Susa S."]),
    (("Sini", "Aho"), ["Sini Aho", "Aho Sini", "Aho, Sini"])])
def test_one_word_alone_is_no_name_to_look_for(given, names):
    assert names_of(*given) == names


def test_nothing_to_look_for_finds_nothing():
    assert (pattern([]), spellings("")) == (None, [])


@given(first=LETTERS, last=LETTERS, before=st.text(max_size=5), after=st.text(max_size=5))
def test_name_that_stands_alone_is_always_found_by_its_stem_too(first, last, before, after):
    text = f"{before} {first} {last} {after}"

    assert pattern(names_of(first, last)).search(text) is not None
    assert stem(f"{first} {last}") in text.lower()
