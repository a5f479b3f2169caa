"""What makes a new password too easy to guess. Pure judgement: the list of common ones is an argument.

After NIST SP 800-63B: length, a list of common ones, nothing of one's own; no rule about kinds of characters.
"""

import re
from collections.abc import Collection, Iterable

from rules.wording import N_, Sentence

SHORTEST, LONGEST = 12, 200
FEWEST_CHARACTERS = 5
"""Different characters that a password has at least."""

LEFT_OVER = 8
"""So much is left when the words that everybody connects with the user or the service are taken out."""

SERVICE = ("kokemussilta", "kokemusasiantuntija", "hyvinvointialue")
WORD = re.compile(r"[^\W\d_]{4,}")
AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
ROWS = ("abcdefghijklmnopqrstuvwxyzåäö", "qwertyuiopå", "asdfghjklöä", "zxcvbnm", "01234567890")
RUN = 4
"""So many neighbours on a keyboard or in the alphabet, up or down, are a run."""


def weakness(password: str, about: Iterable[str], common: Collection[str]) -> Sentence | None:
    """Why ``password`` is refused, or None.

    ``about``: the user's name, e-mail and the like. ``common``: common passwords in lower case.
    """
    if len(password) < SHORTEST:
        return Sentence(N_("A password has at least %(shortest)s characters."), shortest=SHORTEST)
    if len(password) > LONGEST:
        return Sentence(N_("A password has at most %(longest)s characters."), longest=LONGEST)
    folded = password.lower()
    if _is_common(folded, common) or _is_pattern(folded):
        return Sentence(N_("This is among the first that are guessed. Three or four words that do not belong together "
                           "make a good password."))
    if _is_own(folded, about):
        return Sentence(N_("Leave out your name, your e-mail address and the name of this service."))
    return None


def _is_common(folded: str, common: Collection[str]) -> bool:
    """In the list as it is, without the digits and marks around it, or written twice."""
    core = AROUND.sub("", folded)
    half = folded[:len(folded) // 2]
    return folded in common or core in common or (folded == half * 2 and half in common)


def _is_pattern(folded: str) -> bool:
    """Few characters, one piece again and again, digits alone, or runs of the keyboard and nothing much else."""
    return (len(set(folded)) < FEWEST_CHARACTERS or not re.search(r"[^\W\d_]", folded)
            or re.fullmatch(r"(.{1,6}?)\1+", folded) is not None
            or len(_without_runs(folded)) < RUN)


def _without_runs(folded: str) -> str:
    """``folded`` with its runs of neighbours taken out."""
    kept, at = "", 0
    while at < len(folded):
        length = max(_run_at(folded, at, row) for row in (*ROWS, *(row[::-1] for row in ROWS)))
        if length >= RUN:
            at += length
        else:
            kept, at = kept + folded[at], at + 1
    return kept


def _run_at(folded: str, at: int, row: str) -> int:
    """How many characters from ``at`` on follow each other in ``row``."""
    place, length = row.find(folded[at]), 0
    while place >= 0 and at + length < len(folded) and row[place + length:place + length + 1] == folded[at + length]:
        length += 1
    return length


def _is_own(folded: str, about: Iterable[str]) -> bool:
    words = sorted({word for text in (*about, *SERVICE) for word in WORD.findall(text.lower())}, key=len, reverse=True)
    left = folded
    for word in words:
        left = left.replace(word, "")
    return left != folded and len(AROUND.sub("", left)) < LEFT_OVER
