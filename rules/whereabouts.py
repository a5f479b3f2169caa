"""Words of a text that tell where somebody lives or travels. Better one word too many than the address of a person."""

import re
from collections.abc import Iterable

from rules.folding import fold

STREET = re.compile(
    r"\w(?:katu|kadun|kadul|kaduss|tie|tien|tiel|kuja|polku|polu|raitti|raiti|väylä|gatan|vägen|stigen|gränd)\w*\s+\d",
    re.IGNORECASE)
POSTCODE = re.compile(r"(?<!\d)(?:FI-)?\d{5}(?!\d)")
SHORT = 6
"""Letters of a name of which the case endings change only what comes after them ("Laukaa", "Laukaalta")."""


def tells_a_place(text: str, places: Iterable[str]) -> bool:
    """Whether ``text`` has a street with a number, a post code, or one of ``places`` in any case."""
    words = fold(text).split()
    begins = tuple(stem for place in places if (stem := stem_of(place)))
    return bool(STREET.search(text) or POSTCODE.search(text) or any(word.startswith(begins) for word in words))


def stem_of(place: str) -> str:
    """The letters of a place that no case changes: of "Pihtipudas", "Pihtiputaalta" it is "pihtipu"."""
    word = (fold(place).split() or [""])[0]
    return word[:-1] if len(word) <= SHORT else word[:-3]
