"""How a person may stand in a text: which words to look for, and the text without them. Knows no record."""

import re
from collections.abc import Iterable

ENDINGS = ("n", "an", "än", "en", "in", "a", "ä", "ta", "tä", "na", "nä", "ssa", "ssä", "sta", "stä", "lla", "llä",
           "lta", "ltä", "lle", "ksi")
"""Finnish case endings that a name may have in a sentence."""

_CASES = "(?:" + "|".join(sorted(ENDINGS, key=len, reverse=True)) + ")?"
_NEN = "nen"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def names_of(first: str, last: str, *others: str) -> list[str]:
    """The full names among what a person is called, both ways round. One word alone is many people's: left out."""
    both = [f"{first} {last}", f"{last} {first}", f"{last}, {first}"] if first and last else []
    return list(dict.fromkeys(name for name in (*both, *others) if len(name.split()) > 1))


def spellings(number: str) -> list[str]:
    """A phone number, an e-mail, an account or a code as it may be written: an account also in groups of four."""
    if not _IBAN.fullmatch(number):
        return [number] if number else []
    return [number, " ".join(number[at:at + 4] for at in range(0, len(number), 4))]


def stem(word: str) -> str:
    """The part of a name that no case changes, in lower case: "sini salmi" of Sini Salminen."""
    return word.removesuffix(_NEN).lower()


def pattern(names: Iterable[str], numbers: Iterable[str] = ()) -> re.Pattern[str] | None:
    """Finds ``names``, also with a case ending, and ``numbers``, as whole words; None when there is nothing to find."""
    found = [_name(name) for name in names] + [re.escape(number) for number in numbers]
    if not found:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(found, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _name(name: str) -> str:
    if name.endswith(_NEN):  # Salminen, Salmisen, Salmiselle
        return rf"{re.escape(name.removesuffix(_NEN))}(?:nen|s(?:e{_CASES}|ta|tä))"
    return re.escape(name) + _CASES
