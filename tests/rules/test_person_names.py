"""Names either way round, told apart by addresses and by the rest of the column."""

import pytest

from rules.person_names import NameOrder, PersonName, fold


def test_names_are_told_by_the_email():
    order = NameOrder.learn([("Kaisla Ounas", "kaisla.ounas@x.invalid"), ("Ounas Kaisla", "kaisla.ounas@x.invalid")])

    expected = PersonName("Kaisla", "Ounas")
    assert order.read("Kaisla Ounas", "kaisla.ounas@x.invalid") == expected
    assert order.read("Ounas Kaisla", "kaisla.ounas@x.invalid") == expected


def test_names_without_email_are_learned_from_the_column():
    column = ["Heikkinen Helmi", "Tapio Kinnunen", "Salo Tapio", "Helmi Ounas", "Ounas Kaisla"]
    order = NameOrder.learn((name, None) for name in column)

    assert [(name.given, name.surname, name.sure) for name in map(order.read, column)] == [
        ("Helmi", "Heikkinen", True), ("Tapio", "Kinnunen", True), ("Tapio", "Salo", True),
        ("Helmi", "Ounas", True), ("Kaisla", "Ounas", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "given_name", "surname"),
    [
        ("O'Brien Rasmus", "Rasmus", "O'Brien"),
        ("Minttu af-Ursin", "Minttu", "af-Ursin"),
        ("Savolainen Marja-Leena", "Marja-Leena", "Savolainen"),
        ("Virtanen Anna Maria", "Anna Maria", "Virtanen"),
        ("Anna Maria Virtanen", "Anna Maria", "Virtanen"),
        ("Qwerty, Zorba", "Zorba", "Qwerty"),
        ("Otto von Essen", "Otto", "von Essen"),
    ],
)
def test_names_with_marks_and_middles_are_read(written, given_name, surname):
    order = NameOrder.learn([(written, None)])

    assert order.read(written) == PersonName(given_name, surname)


def test_name_that_nothing_tells_of_is_a_guess():
    order = NameOrder.learn([("Qwerty Zorba", None)])

    assert order.read("Qwerty Zorba") == PersonName("Zorba", "Qwerty", sure=False)


def test_name_of_one_word_is_an_alias():
    assert NameOrder().read("Leevi") == PersonName(alias="Leevi")


def test_name_key_is_the_same_both_ways_round():
    one, other = PersonName("Sanna", "D'Souza"), PersonName("DSOUZA", "sanna")

    assert one.key == other.key == ("dsouza", "sanna")
    assert fold("Åsa") != fold("Asa")


def test_several_people_in_one_cell_are_parted():
    order = NameOrder.learn([("Helmi Tuominen ja Jokinen Otto", None)])

    assert order.read_people("Helmi Tuominen ja Jokinen Otto") == (
        PersonName("Helmi", "Tuominen"), PersonName("Otto", "Jokinen"))  # fmt: skip
    assert order.read_people("Tuominen, Helmi") == (PersonName("Helmi", "Tuominen"),)
    assert order.read_people("") == ()
