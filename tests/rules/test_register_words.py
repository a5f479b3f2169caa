"""Words of a register: lists, marks, languages, places, states, feedback."""

from datetime import date

import pytest

from rules.choices import OrderKind
from rules.errors import BadInput
from rules.register_words import (
    Feedback,
    Languages,
    Municipalities,
    Place,
    StateWord,
    read_feedback,
    read_languages,
    read_mark,
    read_municipalities,
    read_order_kind,
    read_order_number,
    read_order_state,
    read_place,
    split_list,
    split_terms,
)


@pytest.mark.parametrize("written", ["väkivalta, Perhehoito", "väkivalta; Perhehoito", "väkivalta / Perhehoito"])
def test_list_is_parted_by_any_sign(written):
    assert split_list(written) == ("väkivalta", "Perhehoito")
    assert split_terms(written) == ("väkivalta", "perhehoito")


def test_list_has_each_part_once():
    assert split_list("fi, FI;; suomi") == ("FI", "suomi")


@pytest.mark.parametrize(
    ("cell", "languages"),
    [
        ("fi/sv", Languages(("fi", "sv"))),
        ("suomi, englanti", Languages(("fi", "en"))),
        ("ukraina, suomi", Languages(("uk", "fi"))),
        ("viittomakieli", Languages(("fse",))),
        ("suomi, klingon", Languages(("fi",), ("klingon",))),
        ("", Languages()),
    ],
)
def test_languages_are_codes_and_what_is_unknown(cell, languages):
    assert read_languages(cell) == languages


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("kyllä", True), ("K", True), ("x", True), ("1", True), (1.0, True), (True, True), ("ei", False), ("-", False),
     (False, False), ("", None), (None, None)],
)  # fmt: skip
def test_mark_is_yes_no_or_not_known(cell, mark):
    assert read_mark(cell) is mark


def test_mark_that_is_neither_is_refused():
    with pytest.raises(BadInput):
        read_mark("ehkä")


@pytest.mark.parametrize(
    ("cell", "municipalities"),
    [
        ("Äänekoski/Laukaa", Municipalities(("Äänekoski", "Laukaa"))),
        ("jyväskylä ", Municipalities(("Jyväskylä",))),
        ("Jkl", Municipalities(("Jyväskylä",))),
        ("ei kerrota", Municipalities((), withheld=True)),
        ("", Municipalities()),
    ],
)
def test_municipalities_are_written_out_or_withheld(cell, municipalities):
    assert read_municipalities(cell) == municipalities


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("Konnevesi", Place("Konnevesi")),
        ("etänä", Place("", remote=True)),
        ("Teams", Place("Teams", remote=True)),
        ("Jkl, etänä", Place("Jyväskylä", remote=True)),
        ("", Place()),
    ],
)
def test_place_is_somewhere_or_remote(cell, place):
    assert read_place(cell) == place


@pytest.mark.parametrize(
    ("cell", "number"),
    [("2025-031", "2025-031"), ("2025/31", "2025-031"), ("2026/217", "2026-217"), ("31/2025", "2025-031"), ("", None)],
)
def test_order_number_gets_its_one_form(cell, number):
    assert read_order_number(cell) == number


@pytest.mark.parametrize("cell", ["se syksyn keikka", "2025", 31.0, date(2025, 3, 1), "1999-001"])
def test_order_number_that_is_none_is_refused(cell):
    with pytest.raises(BadInput):
        read_order_number(cell)


def test_order_state_is_known_by_its_word():
    words = ("pidetty", "OK", "maksettu", "Peruttu", "siirretty", "ei löytynyt", "")

    assert [read_order_state(word) for word in words] == [
        StateWord.HELD, StateWord.AGREED, StateWord.PAID, StateWord.CANCELLED, StateWord.MOVED, StateWord.UNMET,
        None,
    ]  # fmt: skip
    with pytest.raises(BadInput):
        read_order_state("hukassa")


def test_order_kind_is_known_by_its_word_and_another_word_is_other():
    words = ("luento", "VALTTI-arviointi", "ryhmän vetäjän työpari", "rippikoulu", "")

    assert [read_order_kind(word) for word in words] == [
        OrderKind.TALK, OrderKind.PEER_EVALUATION, OrderKind.WORK_PAIR, OrderKind.OTHER, None]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "feedback"),
    [
        ("4/5", Feedback(4)),
        ("5", Feedback(5)),
        (5.0, Feedback(5)),
        ("tosi vaikuttava, mutta kiire", Feedback(words="tosi vaikuttava, mutta kiire")),
        ("8/10", Feedback(words="8/10")),
        ("", Feedback()),
    ],
)
def test_feedback_is_a_score_or_words(cell, feedback):
    assert read_feedback(cell) == feedback


def test_feedback_that_became_a_date_is_refused():
    with pytest.raises(BadInput):
        read_feedback(date(2026, 5, 4))
