"""Which word of a person's name is the given name, learned from a whole column. No lists of real persons."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rules.reading import Cell, text_of

# Common given names, a start for columns without e-mail addresses; the column itself teaches the rest.
GIVEN_NAMES = frozenset({
    "aino", "aleksi", "amina", "anna", "antti", "eetu", "eino", "ella", "elsa", "emilia", "emma", "emmi",
    "eero", "eeva", "fatima", "hanna", "heidi", "helena", "helmi", "iida", "ilona", "jaana", "janne",
    "jari", "joonas", "juha", "juhani", "jukka", "juho", "kaisa", "kari", "kasper", "katri", "kirsi",
    "lauri", "leena", "leevi", "liisa", "lumi", "maija", "mari", "maria", "marja", "matti", "mika",
    "mikael", "mikko", "milla", "minna", "minttu", "noora", "niilo", "olena", "oliver", "olli", "onni",
    "oskari", "otto", "pekka", "petteri", "pinja", "päivi", "rasmus", "riikka", "ritva", "saga", "sami",
    "sanna", "sari", "satu", "senni", "sofia", "tapio", "terhi", "tiina", "timo", "tuomas", "tuula",
    "veera", "venla", "ville", "väinö", "åsa", "göran", "ahmed", "dmytro",
})  # fmt: skip
# Endings and beginnings that Finnish and Swedish surnames have and given names do not.
_SURNAME_SHAPE = re.compile(r".{2,}nen$|^af-|^von-|^[od]'|.+(?:lund|ström|berg|qvist|holm)$")
_PARTICLES = frozenset({"af", "von", "de", "van", "da", "der", "el", "al", "bin"})
_BETWEEN_PEOPLE = re.compile(r"\s*(?:[,;/&+\n]|\bja\b|\boch\b)\s*", re.IGNORECASE)
EMAIL_VOTE, SHAPE_VOTE = 8, 2

Ends = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class PersonName:
    """``alias`` alone when only one word is known; ``sure`` is False when the order was guessed."""

    given: str = ""
    surname: str = ""
    alias: str = ""
    sure: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        """The same for both orders of the words, without marks and case: compares persons."""
        return tuple(sorted(fold(word) for word in f"{self.given} {self.surname} {self.alias}".split()))


def fold(word: str) -> str:
    """Lower case letters and digits only: "D'Souza" is "dsouza"; å, ä and ö stay apart from a and o."""
    lowered = unicodedata.normalize("NFC", word).casefold()
    return "".join(sign for sign in lowered if sign.isalnum())


class NameOrder:
    """What one column teaches about which words are given names."""

    def __init__(self) -> None:
        self._votes: Counter[str] = Counter()
        self._surname_first = 0

    @classmethod
    def learn(cls, names: Iterable[tuple[Cell, str | None]]) -> "NameOrder":
        """Learn from (name, e-mail or None) pairs: addresses first, then shapes, then from each other."""
        order = cls()
        pairs = [
            (ends, email)
            for cell, email in names
            for name in _BETWEEN_PEOPLE.split(text_of(cell))
            if (ends := _ends(name))
        ]
        for ends, email in pairs:
            order._hear_email(ends, email)
        for ends, _ in pairs:
            order._hear_shapes(ends)
        for _ in range(3):
            decided = [order._given_score(ends) for ends, _ in pairs]
            for (ends, _), score in zip(pairs, decided, strict=True):
                order._teach(ends, score)
        order._surname_first = sum(order._given_score(ends) for ends, _ in pairs)
        return order

    def read(self, cell: Cell, email: str | None = None) -> PersonName:
        """A name in either order; "Surname, Given" is taken at its word."""
        words = text_of(cell)
        if "," in words:
            surname, given = (part.strip() for part in words.split(",", 1))
            return PersonName(given, surname) if given and surname else PersonName(alias=surname or given)
        ends = _ends(words)
        if ends is None:
            return PersonName(alias=words)
        told = _email_order(ends, email)
        score = told or self._given_score(ends)
        surname_first = score > 0 if score else self._surname_first >= 0
        first, last, middle = ends
        if surname_first:
            return PersonName(" ".join((*middle, last)), first, sure=score != 0)
        return PersonName(" ".join((first, *middle)), last, sure=score != 0)

    def read_people(self, cell: Cell) -> tuple[PersonName, ...]:
        """Each person of "Helmi Tuominen ja Otto Jokinen"; two lone words with a comma are one person."""
        raw = cell if isinstance(cell, str) else text_of(cell)
        parts = [part for part in _BETWEEN_PEOPLE.split(raw) if text_of(part)]
        if len(parts) == 2 and "," in raw and all(_ends(part) is None for part in parts):
            return (self.read(raw),)
        return tuple(self.read(part) for part in parts)

    def _hear_email(self, ends: Ends, email: str | None) -> None:
        if score := _email_order(ends, email):
            self._teach(ends, score * EMAIL_VOTE)

    def _hear_shapes(self, ends: Ends) -> None:
        shaped = [_SURNAME_SHAPE.search(word.casefold()) is not None for word in ends[:2]]
        known = [bool(set(word.casefold().split("-")) & GIVEN_NAMES) for word in ends[:2]]
        self._teach(ends, SHAPE_VOTE * (shaped[0] - shaped[1]) + SHAPE_VOTE * (known[1] - known[0]))

    def _teach(self, ends: Ends, last_is_given: int) -> None:
        self._votes[fold(ends[0])] -= last_is_given
        self._votes[fold(ends[1])] += last_is_given

    def _given_score(self, ends: Ends) -> int:
        """Positive when the last word is the given name, 0 when nothing tells."""
        difference = self._votes[fold(ends[1])] - self._votes[fold(ends[0])]
        return (difference > 0) - (difference < 0)


def _ends(words: str) -> Ends | None:
    """First word, last word and those between; particles belong to the word after them."""
    parts: list[str] = []
    for word in words.split():
        if parts and parts[-1].split()[-1].casefold() in _PARTICLES:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return (parts[0], parts[-1], tuple(parts[1:-1])) if len(parts) > 1 else None


def _email_order(ends: Ends, email: str | None) -> int:
    """1 when the address has the last word as the given name, -1 the first, 0 when it does not tell."""
    local = (email or "").partition("@")[0]
    pieces = [fold(piece) for piece in re.split(r"[._]", local) if piece]
    first, last = fold(ends[0]), fold(ends[1])
    if len(pieces) != 2 or first == last:
        return 0
    return (pieces == [last, first]) - (pieces == [first, last])
