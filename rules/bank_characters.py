"""Text as a bank takes it in a payment file: which characters, how others are written, what is refused. No XML here."""

import string
import unicodedata

from rules.choices import Choice
from rules.errors import BadInput
from rules.folding import NOT_TAKEN_APART
from rules.wording import N_

LONGEST_NAME = 70
LONGEST_TEXT = 140

EPC_BASIC = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
"""What every bank of the SEPA area takes (EPC217-08)."""

LATIN_LETTERS = frozenset(map(chr, range(0xC0, 0x100))) - {"×", "÷"}
"""The letters of ISO-8859-1 above ASCII: å, ä and ö among them."""

SIGNS = {
    "&": "+", "_": "-", "~": "-", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", '"': "'", "`": "'", "´": "'",
    "‘": "'", "’": "'", "‚": "'", "“": "'", "”": "'", "„": "'", "«": "'", "»": "'", "[": "(", "{": "(", "<": "(",
    "]": ")", "}": ")", ">": ")", ";": ",", "|": "/", "\\": "/", "⁄": "/", "@": "(at)", "€": "EUR", "§": ".",
    "!": ".", "#": ".", "$": ".", "%": ".", "*": ".", "=": ".", "^": ".", "·": ".", "•": ".", "×": "x", "…": "...",
}
"""Signs that a bank refuses, each with what stands for it."""


class Characters(Choice):
    """What the payer's bank takes; by its agreement."""

    LATIN1 = "latin1", N_("letters of Western Europe (å, ä, ö kept)")
    EPC_BASIC = "epc_basic", N_("plain A to Z only")


ALLOWED = {Characters.LATIN1: EPC_BASIC | LATIN_LETTERS, Characters.EPC_BASIC: EPC_BASIC}


def bank_text(text: str, characters: Characters, *, most: int, field: str) -> str:
    """``text`` on one line in allowed characters only; what is so already stays as it is.

    An accent that the bank does not know is left out and a sign is written by another one. BadInput naming
    ``field`` when a letter has no counterpart (another alphabet, an emoji), when nothing is left, or when more
    than ``most`` characters are: a name that is cut is another name.
    """
    allowed = ALLOWED[characters]
    plain = unicodedata.normalize("NFKC", text)
    taken = allowed.issuperset(plain)
    written: list[str] = [plain] if taken else []
    strange: list[str] = []
    for letter in "" if taken else plain:
        found = _written(letter, allowed)
        (strange if found is None else written).append(letter if found is None else found)
    if strange:
        raise BadInput(N_("A bank does not take %(signs)s. Write it in Latin letters, as on the account."), field=field,
                       signs=" ".join(map(_shown, dict.fromkeys(strange))))
    line = _without_double_slashes(" ".join("".join(written).split()))
    if not line:
        raise BadInput(N_("There is no text that a bank would take."), field=field)
    if len(line) > most:
        raise BadInput(N_("A bank takes at most %(most)s characters here; this has %(count)s."), field=field, most=most,
                       count=len(line))
    return line


def _written(letter: str, allowed: frozenset[str]) -> str | None:
    """What stands for ``letter``; None when nothing can."""
    if letter in allowed:
        return letter
    if letter in SIGNS:
        return SIGNS[letter]
    kind = unicodedata.category(letter)
    if kind in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if kind in {"Cf", "Mn"}:
        return ""
    plain = _plain(letter)
    return plain if plain and allowed.issuperset(plain) else None


def _plain(letter: str) -> str:
    """``letter`` without what is above or through it; ẞ, Æ and their like in two."""
    if letter in "ßẞ":
        return "ss"
    if letter.lower() in NOT_TAKEN_APART:
        plain = NOT_TAKEN_APART[letter.lower()]
        return plain.upper() if letter.isupper() else plain
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))


def _without_double_slashes(line: str) -> str:
    """A bank reads two slashes, and one at either end, as the border of a field."""
    while "//" in line:
        line = line.replace("//", "/")
    return line.strip("/ ")


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else f"U+{ord(letter):04X}"
