"""Wishes that belong to a structure that works already, and are sent there instead of being staffed here."""

import re

from rules.choices import Choice, OrderKind
from rules.wording import N_


class Elsewhere(Choice):
    """What a wish seems to be about; the word is also how the directory of structures is searched for its owner."""

    VALTTI = "valtti", N_("peer evaluation of a unit (VALTTI)")
    PEER_GROUP = "vertaistuki", N_("a peer support group")


WORDS = {
    Elsewhere.VALTTI: re.compile(r"\bvaltti|\bvertaisarvioin|\bkamratutvärder|\bpeer[ -]evaluat", re.IGNORECASE),
    Elsewhere.PEER_GROUP: re.compile(
        r"\bvertaistukiryhm|\bvertaisryhm|\bkamratstöds?grupp|\bpeer[ -]support group|\bpeer group", re.IGNORECASE),
}


def belongs_elsewhere(kind: OrderKind | None, wish: str) -> Elsewhere | None:
    """What the wish seems to be about, when that is not ours to arrange."""
    if kind is OrderKind.PEER_EVALUATION:
        return Elsewhere.VALTTI
    return next((place for place, words in WORDS.items() if words.search(wish)), None)
