"""Words that tell where somebody is: found in any case, and not seen where there are none."""

import pytest

from rules.whereabouts import tells_a_place

PLACES = ("Jyväskylä", "Laukaa", "Äänekoski", "Pihtipudas", "Uurainen", "Petäjävesi", "Keuruu")


@pytest.mark.parametrize("text", [
    "Bussi Jyväskylästä", "laukaalta ja takaisin", "ÄÄNEKOSKELLE", "Pihtiputaalta", "Uuraisilta", "Petäjävedelle",
    "Taksi Keuruulta", "Kivikatu 7", "Mäntykadulta 12 b", "Rantatie 3", "Storgatan 5", "40100", "FI-40100"])
def test_place_street_and_post_code_are_found(text):
    assert tells_a_place(text, PLACES)


@pytest.mark.parametrize("text", ["", "Bussiliput", "Pysäköinti 12,30", "Lounas", "Matka omalla autolla 48 km", "Kuitti 4711",
                                  "Tieto tuli 2 päivää myöhemmin", "Hotelli yksi yö"])
def test_other_words_are_left_alone(text):
    assert not tells_a_place(text, PLACES)


def test_no_places_are_known_and_streets_still_are():
    assert (tells_a_place("Jyväskylä", ()), tells_a_place("Kivikatu 7", ())) == (False, True)
