"""Text as search knows it: words of a-z and 0-9, without case and accents. Where the words are kept is not here."""

import re
import unicodedata

LONGEST_WORD = 200
"""Characters of a word that count, in what is kept and in what is asked."""

MOST_WORDS = 8
"""Words of a question that count: nobody types more, and each one costs."""

SHORTEST_PHONE = 7
"""Digits from which a question in parts ("040 123 4567") is one number and not several words."""

NOT_TAKEN_APART = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ŋ": "n", "ŧ": "t", "ħ": "h", "ı": "i",
                   "þ": "th"}
"""Letters with a stroke or a tail, which Unicode has no plain letter in."""

_PHONE = re.compile(r"(?<!\w)(?<![0-9][ -])(?:\+[0-9]|0)(?:[ -]?[0-9])*", re.ASCII)
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-‐‑–/][^\W_]++)+")


class _Letters(dict[int, str]):
    """What stands for each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def _plain(letter: str) -> str:
    """``letter`` in a-z and 0-9; a letter of another alphabet by its number, always as long; else a space."""
    if letter.isascii():
        return letter if letter.isalnum() else " "
    if letter in NOT_TAKEN_APART:
        return NOT_TAKEN_APART[letter]
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf"):
        return ""
    return f"x{ord(letter):06x}" if letter.isalnum() else " "


_LETTERS = _Letters()


def fold(text: str) -> str:
    """The words of ``text`` in a-z and 0-9, parted by single spaces: "Jyväskylän Äiti" is "jyvaskylan aiti"."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", apart).translate(_LETTERS)
    return " ".join(word[:LONGEST_WORD] for word in plain.split())


def kept_words(text: str) -> set[str]:
    """The words by which ``text`` is found; a number in parts is also one word, a phone number from its 0 on."""
    whole = [_joined(part) for part in _COMPOUND.findall(text) if _is_number(part)]
    phones = map(_from_zero, _PHONE.findall(text))
    return {*fold(text).split(), *(word[:LONGEST_WORD] for word in (*whole, *phones))}


def asked_words(text: str) -> list[str]:
    """The words that a question asks for, the longest first: what is found has each as the beginning of a word.

    A number in parts ("2026-0143") is asked for as one word: there are many of 2026. A word that begins another one is
    left out, for the longer says it. Empty when there is no letter and no digit.
    """
    typed = fold(_COMPOUND.sub(_whole, _PHONE.sub(_whole_phone, text))).split()
    words = list(dict.fromkeys(typed))[:MOST_WORDS]
    needed = [word for word in words if not any(other != word and other.startswith(word) for other in words)]
    return sorted(needed, key=len, reverse=True)


def _whole(match: re.Match[str]) -> str:
    return f" {_joined(match[0])} " if _is_number(match[0]) else match[0]


def _joined(compound: str) -> str:
    return fold(compound).replace(" ", "")


def _is_number(compound: str) -> bool:
    return any(letter.isdigit() for letter in compound)


def _whole_phone(match: re.Match[str]) -> str:
    number = _from_zero(match[0])
    return f" {number} " if len(number) >= SHORTEST_PHONE else match[0]


def _from_zero(phone: str) -> str:
    """A phone number without its parting, as it is dialled at home: +358 40 1 is 0401."""
    digits = phone.replace(" ", "").replace("-", "")
    return re.sub(r"^(?:\+|00)358", "0", digits).removeprefix("+")
