"""What a free note about an expert means. Words that mean nothing known come back; none is lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rules.errors import BadInput
from rules.reading import Cell, text_of
from rules.reading_dates import read_event_date

# "väkivallasta" and "väkivalta" share this much before the case ending and the change of consonants.
SHORTEST_STEM = 4

_DAY = r"\d{1,2}\.\s*\d{1,2}\.\s*(?:\d{4}|\d{2})"
_NAMED_UNIT = r"(?P<unit>[^–—,;.!]+?)"
_UNTIL = rf"(?:\s+(?P<until>{_DAY}|[\w-]+))?(?:\s+(?:asti|saakka|loppuun))?"
_PAUSE = rf"(?:on\s+)?(?:tauolla|tauko|paussilla|på paus)\b{_UNTIL}"
_OWN = r"(?:oma(?:an)?|entinen|vanha) (?:yksikkö|yksikköön|laitos)"
_OWN_UNIT = rf"{_OWN}\s+{_NAMED_UNIT}\s*[–—,-]\s*ei (?:sinne|tänne)"
_NOT_THERE = rf"ei (?:saa mennä|halua mennä|mene|yksikköön)\s+{_NAMED_UNIT}(?=[–—,;.!]|$)"
_NO_TALK = r"ei (?:halua |saa )?(?:puhua|puhu|kysyä)\s+(?P<theme>[\w-]+(?:\s[\w-]+)?(?:sta|stä))\b"
_REMOTE = r"(?:vain|ainoastaan) (?:etänä|etä|verkossa|teamsissa)|bara på distans"
_GUARDIAN = r"huoltajan (?:lupa|suostumus)(?: (?:kysyttävä|puuttuu|tarvitaan))?"
_WAYS = r"soita|soitto|tekstaa|tekstiviesti|laita viesti|vain tekstiviestillä|ei soittoja"
_CALL = rf"(?:{_WAYS})(?:\s+[\w.:-]+){{0,3}}"
# In this order: a later pattern reads what the earlier ones have left.
_MEANINGS = tuple(
    (meaning, re.compile(pattern, re.IGNORECASE))
    for meaning, pattern in (
        ("protected", r"turvakielto|spärrmarkering"),
        ("paused", _PAUSE),
        ("avoided", _OWN_UNIT),
        ("avoided", _NOT_THERE),
        ("closed", _NO_TALK),
        ("remote", _REMOTE),
        ("minor", r"(?:alle 18|alaikäinen|minderårig)(?:[\s-]*v\w*)?"),
        ("guardian", _GUARDIAN),
        ("fee_refused", r"ei palkkiota|vapaaehtoinen|ilman palkkiota"),
        ("contact", _CALL),
    )
)
_FILLER = frozenset({"ja", "on", "huom"})


@dataclass(frozen=True)
class NoteReading:
    """``paused`` without ``pause_until``: no end is known. ``unread``: the words that nothing was made of."""

    paused: bool = False
    pause_until: date | None = None
    pause_words: str = ""
    protected: bool = False
    remote_only: bool = False
    avoided: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    fee_refused: bool = False
    says_minor: bool = False
    guardian_consent_needed: bool = False
    contact: str = ""
    unread: str = ""


def read_note(cell: Cell, today: date) -> NoteReading:
    """Every meaning found in the note; several may stand in one cell."""
    rest = text_of(cell)
    found: dict[str, list[re.Match[str]]] = {}
    for meaning, pattern in _MEANINGS:
        matches = list(pattern.finditer(rest))
        found.setdefault(meaning, []).extend(matches)
        for match in reversed(matches):
            rest = f"{rest[: match.start()]};{rest[match.end() :]}"
    pause = found["paused"][0] if found["paused"] else None
    return NoteReading(
        paused=pause is not None,
        pause_until=_pause_end(pause, today),
        pause_words=pause[0] if pause else "",
        protected=bool(found["protected"]),
        remote_only=bool(found["remote"]),
        avoided=tuple(match["unit"].strip() for match in found["avoided"]),
        closed=tuple(match["theme"].casefold() for match in found["closed"]),
        fee_refused=bool(found["fee_refused"]),
        says_minor=bool(found["minor"]),
        guardian_consent_needed=bool(found["minor"] or found["guardian"]),
        contact="; ".join(match[0] for match in found["contact"]),
        unread=_left_over(rest),
    )


def theme_meant(word: str, themes: Iterable[str]) -> str | None:
    """The theme that an inflected word ("väkivallasta") speaks of, or None when no theme is near enough."""
    stems = [re.sub(r"(?:sta|stä)$", "", part) for part in word.casefold().split() if part.endswith(("sta", "stä"))]
    near = [(_likeness(stem, theme), theme) for stem in stems for theme in sorted(themes)]
    likeness, theme = max(near, key=lambda pair: pair[0], default=(0, ""))
    return theme if likeness else None


def _likeness(stem: str, theme: str) -> int:
    """Letters shared with the nearest word of the theme; 0 when they are too few to mean it."""
    shared = max((_shared_start(stem, part) for part in theme.casefold().split()), default=0)
    return shared if shared >= max(SHORTEST_STEM, len(stem) - 3) else 0


def _shared_start(one: str, other: str) -> int:
    return next((place for place in range(len(one)) if one[: place + 1] != other[: place + 1]), len(one))


def _pause_end(pause: re.Match[str] | None, today: date) -> date | None:
    """A written day is an end; a season ("kesään asti") is not, and nothing is guessed from it."""
    if pause is None or pause["until"] is None:
        return None
    try:
        return read_event_date(pause["until"], today)
    except BadInput:
        return None


def _left_over(rest: str) -> str:
    pieces = (piece.strip(" .,!?–—-:()") for piece in re.split(r"[;,]", rest))
    return "; ".join(piece for piece in pieces if piece and piece.casefold() not in _FILLER)
