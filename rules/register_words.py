"""What the words in a coordinator's cells mean: lists, marks, languages, places, states, feedback."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from rules.choices import OrderKind
from rules.errors import BadInput
from rules.reading import Cell, text_of
from rules.wording import N_

BEST_SCORE = 5

TRUE_MARKS = frozenset({"kyllä", "k", "x", "1", "joo", "on", "ok", "ja", "yes", "y", "✓", "✔"})
FALSE_MARKS = frozenset({"ei", "e", "0", "-", "–", "—", "nej", "no", "n"})

LANGUAGES = {
    "fi": "fi", "suomi": "fi", "finska": "fi", "finnish": "fi",
    "sv": "sv", "ruotsi": "sv", "svenska": "sv", "swedish": "sv",
    "en": "en", "englanti": "en", "engelska": "en", "english": "en",
    "uk": "uk", "ukraina": "uk", "ukrainska": "uk", "ru": "ru", "venäjä": "ru", "ryska": "ru",
    "et": "et", "viro": "et", "ar": "ar", "arabia": "ar", "so": "so", "somali": "so",
    "fa": "fa", "persia": "fa", "dari": "prs", "ku": "ku", "kurdi": "ku", "vi": "vi", "vietnam": "vi",
    "se": "se", "saame": "se", "pohjoissaame": "se", "romani": "rom",
    "viittomakieli": "fse", "suomalainen viittomakieli": "fse", "vk": "fse", "teckenspråk": "fse",
}  # fmt: skip
SHORT_PLACES = {
    "jkl": "Jyväskylä", "ääneski": "Äänekoski", "hki": "Helsinki", "tre": "Tampere", "tku": "Turku",
}  # fmt: skip
WITHHELD = frozenset({"ei kerrota", "ei saa kertoa", "salainen", "salattu", "turvakielto", "uppges ej"})
REMOTE = re.compile(r"\b(etänä|etä|etäyhteydellä|verkossa|online|på distans|distans)\b", re.IGNORECASE)
PLATFORM = re.compile(r"\b(teams|zoom|meet|google meet|webex|puhelimitse|puhelin)\b", re.IGNORECASE)


class StateWord(StrEnum):
    """How far an order is, as the register says it; the register knows no finer steps."""

    RECEIVED = "received"
    SEARCHING = "searching"
    AGREED = "agreed"
    HELD = "held"
    PAID = "paid"
    CANCELLED = "cancelled"
    MOVED = "moved"
    UNMET = "unmet"
    REFERRED = "referred"


STATE_WORDS = {
    "uusi": StateWord.RECEIVED, "saapunut": StateWord.RECEIVED, "avoin": StateWord.RECEIVED,
    "ny": StateWord.RECEIVED, "haussa": StateWord.SEARCHING, "etsitään": StateWord.SEARCHING,
    "kesken": StateWord.SEARCHING, "söks": StateWord.SEARCHING, "ok": StateWord.AGREED,
    "sovittu": StateWord.AGREED, "vahvistettu": StateWord.AGREED, "bekräftad": StateWord.AGREED,
    "pidetty": StateWord.HELD, "toteutunut": StateWord.HELD, "hållen": StateWord.HELD,
    "maksettu": StateWord.PAID, "betald": StateWord.PAID, "peruttu": StateWord.CANCELLED,
    "peruutettu": StateWord.CANCELLED, "peruuntui": StateWord.CANCELLED, "perui": StateWord.CANCELLED,
    "inställd": StateWord.CANCELLED, "siirretty": StateWord.MOVED, "siirtyi": StateWord.MOVED,
    "flyttad": StateWord.MOVED, "ei löytynyt": StateWord.UNMET, "ei tekijää": StateWord.UNMET,
    "ohjattu muualle": StateWord.REFERRED,
}  # fmt: skip
KIND_WORDS = {
    "luento": OrderKind.TALK, "puheenvuoro": OrderKind.TALK, "kokemuspuheenvuoro": OrderKind.TALK,
    "paneeli": OrderKind.PANEL, "työpaja": OrderKind.WORKSHOP, "kuulemistilaisuus": OrderKind.LISTENING,
    "haastattelu": OrderKind.INTERVIEW, "tiimipalaveri": OrderKind.WORKING_GROUP,
    "ohjausryhmä": OrderKind.WORKING_GROUP, "työryhmä": OrderKind.WORKING_GROUP,
    "rekrytointipaneeli": OrderKind.RECRUITMENT, "työpari": OrderKind.WORK_PAIR,
    "ryhmän vetäjän työpari": OrderKind.WORK_PAIR, "perehdytyspäivä": OrderKind.ONBOARDING_DAY,
    "valtti-arviointi": OrderKind.PEER_EVALUATION, "valtti": OrderKind.PEER_EVALUATION,
    "vertaisarviointi": OrderKind.PEER_EVALUATION,
}  # fmt: skip


@dataclass(frozen=True)
class Languages:
    """ISO 639 codes (fse is Finnish Sign Language), and the words that are no language known here."""

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Municipalities:
    """Names as written out; ``withheld`` when the person wants none told."""

    names: tuple[str, ...] = ()
    withheld: bool = False


@dataclass(frozen=True)
class Place:
    """``name`` is empty when only "remote" is known; a named platform is the place of a remote event."""

    name: str = ""
    remote: bool = False


@dataclass(frozen=True)
class Feedback:
    """A score from 1 to 5, or words."""

    score: int | None = None
    words: str = ""


def split_list(cell: Cell) -> tuple[str, ...]:
    """The parts between , ; / and line ends, each once, in their order."""
    raw = cell if isinstance(cell, str) else text_of(cell)
    parts = (text_of(part).strip(" .") for part in re.split(r"[,;/\n]", raw))
    return tuple({part.casefold(): part for part in parts if part}.values())


def split_terms(cell: Cell) -> tuple[str, ...]:
    """A list of themes or roles, in lower case."""
    return tuple(part.casefold() for part in split_list(cell))


def read_mark(cell: Cell) -> bool | None:
    """Yes, no, or None for an empty cell: not known."""
    word = text_of(cell).casefold().rstrip(".!")
    if not word:
        return None
    if word in TRUE_MARKS:
        return True
    if word in FALSE_MARKS:
        return False
    raise BadInput(N_("“%(written)s” is neither yes nor no."), field="mark", written=text_of(cell))


def read_languages(cell: Cell) -> Languages:
    """Codes of the languages in the order written."""
    words = [re.sub(r"\s*\(.*\)$", "", part).casefold() for part in split_list(cell)]
    codes = dict.fromkeys(LANGUAGES[word] for word in words if word in LANGUAGES)
    return Languages(tuple(codes), tuple(word for word in words if word not in LANGUAGES))


def read_municipalities(cell: Cell) -> Municipalities:
    """Names with a capital letter and without short forms; or the wish that none is told."""
    parts = split_list(cell)
    withheld = any(part.casefold() in WITHHELD for part in parts)
    names = (_place_name(part) for part in parts if part.casefold() not in WITHHELD)
    return Municipalities(tuple(dict.fromkeys(names)), withheld)


def read_place(cell: Cell) -> Place:
    """Where an event is; "Jyväskylä, etänä" is both."""
    words = text_of(cell)
    platform = PLATFORM.search(words)
    remote = platform is not None or REMOTE.search(words) is not None
    rest = PLATFORM.sub("", REMOTE.sub("", words)).strip(" ,;/()-–")
    if rest:
        return Place(_place_name(rest), remote)
    return Place(platform[0].capitalize() if platform else "", remote)


def read_order_number(cell: Cell) -> str | None:
    """The one form "2025-031" of "2025/31", "2025-031" and "31/2025"."""
    if isinstance(cell, date | time | timedelta):
        raise BadInput(N_("The spreadsheet has turned the order number into a date."), field="order_number")
    words = text_of(cell)
    if not words:
        return None
    if found := re.fullmatch(r"(20\d\d)\s*[-/–]\s*(\d{1,4})", words, re.ASCII):
        year, running = found.groups()
    elif found := re.fullmatch(r"(\d{1,3})\s*/\s*(20\d\d)", words, re.ASCII):
        running, year = found.groups()
    else:
        raise BadInput(N_("“%(written)s” is not an order number."), field="order_number", written=words)
    return f"{year}-{int(running):03d}"


def read_order_state(cell: Cell) -> StateWord | None:
    word = text_of(cell).casefold().rstrip(".!")
    if not word:
        return None
    if word not in STATE_WORDS:
        raise BadInput(N_("“%(written)s” is not a state of an order."), field="state", written=text_of(cell))
    return STATE_WORDS[word]


def read_order_kind(cell: Cell) -> OrderKind | None:
    """The kind of task; None for an empty cell, OTHER for a word that no kind is known for."""
    word = text_of(cell).casefold().rstrip(".")
    return KIND_WORDS.get(word, OrderKind.OTHER) if word else None


def read_feedback(cell: Cell) -> Feedback:
    """A score "4/5" or "5", else the words as written."""
    if isinstance(cell, date | time | timedelta):
        raise BadInput(N_("The spreadsheet has turned the feedback into a date."), field="feedback")
    words = text_of(cell)
    if found := re.fullmatch(rf"([1-{BEST_SCORE}])(?:\s*/\s*{BEST_SCORE})?", words, re.ASCII):
        return Feedback(int(found[1]))
    return Feedback(words=words)


def _place_name(words: str) -> str:
    return SHORT_PLACES.get(words.casefold().rstrip("."), words[:1].upper() + words[1:])
