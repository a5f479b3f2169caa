"""What one cell says as text, number, money, phone or e-mail. Days and times: ``reading_dates.py``."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from rules.errors import BadInput
from rules.wording import N_

Cell = str | int | float | bool | date | datetime | time | timedelta | None

CENT = Decimal("0.01")
NUMBER_LIMIT = 1_000_000

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:([ .])\d{3})+(?:,\d{1,2})?")
_FORMULA_START = ("=", "@", "\t")
_SIGNED_NUMBER = re.compile(r"[+-]\s*[\d(][\d\s()./,-]*")
_EMAIL = re.compile(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"().]{2,}")


NO_FEE = ("ei palkkiota", "ei palkkioita", "vapaaehtoinen", "vapaaehtoistyö", "palkkioton", "inget arvode")


@dataclass(frozen=True)
class Fee:
    """``refused``: the expert takes no fee; then ``amount`` is None."""

    amount: Decimal | None = None
    refused: bool = False


def text_of(cell: Cell) -> str:
    """The cell as one line of text: NFC, single spaces, no invisible signs; 501.0 is "501"."""
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            words = unicodedata.normalize("NFC", str(cell)).translate(_INVISIBLE)
            return " ".join(words.split())


def is_blank(cell: Cell) -> bool:
    return text_of(cell) == ""


def looks_like_formula(cell: Cell) -> bool:
    """Whether a text would be counted by a spreadsheet; "+358 40…", "-5" and a lone "-" would do no harm."""
    if not isinstance(cell, str):
        return False
    text = cell.strip(" \r\n\u00a0").translate(_INVISIBLE)
    if text.startswith(_FORMULA_START):
        return True
    return len(text) > 1 and text[0] in "+-" and not _SIGNED_NUMBER.fullmatch(text)


def read_number(cell: Cell) -> Decimal | None:
    """A plain number that is not negative, with a decimal comma or point."""
    if isinstance(cell, bool | date | time | timedelta):
        raise BadInput(N_("This is not a number."), field="number")
    if isinstance(cell, int | float):
        number = Decimal(text_of(cell))
    elif not (words := text_of(cell)):
        return None
    elif _NUMBER.fullmatch(words):
        number = Decimal(words.replace(",", "."))
    else:
        raise BadInput(N_("“%(written)s” is not a number."), field="number", written=words)
    if not number.is_finite() or not 0 <= number < NUMBER_LIMIT:
        raise BadInput(N_("The number must be between zero and a million."), field="number")
    return number


def read_money(cell: Cell) -> Decimal | None:
    """Euros with two decimals: 75.0, "150€", "90,00 €", "1 234,50", "75,-"."""
    if isinstance(cell, str):
        cell = re.sub(r"(?:€|euroa|euro|eur)", "", text_of(cell), flags=re.IGNORECASE).strip()
        cell = re.sub(r",[-–—]$", "", cell)
        if _GROUPED.fullmatch(cell):
            cell = re.sub(r"[ .](?=\d{3})", "", cell)
    amount = read_number(cell)
    if amount is None:
        return None
    cents = amount.quantize(CENT, ROUND_HALF_UP)
    # A sheet that counts shows 79.5 and holds 79.50000000000001; anything coarser was typed.
    if abs(amount - cents) > Decimal("0.000001"):
        raise BadInput(N_("An amount has at most two decimals."), field="money")
    return cents


def read_fee(cell: Cell) -> Fee:
    """An amount, or the words that no fee is taken."""
    words = text_of(cell).casefold()
    if any(phrase in words for phrase in NO_FEE):
        return Fee(refused=True)
    return Fee(read_money(cell))


def read_phone(cell: Cell) -> str | None:
    """An E.164 number; a number without a country is Finnish, also when Excel ate its first zero."""
    words = unicodedata.normalize("NFKC", text_of(cell))
    if not words:
        return None
    digits = re.sub(r"[\s()./\-‐-―]", "", words.replace("(0)", ""))
    if isinstance(cell, int | float) and re.fullmatch(r"[45]\d{7,9}", digits):
        digits = "0" + digits
    digits = re.sub(r"^00", "+", digits)
    digits = re.sub(r"^0", "+358", digits)
    digits = re.sub(r"^358(?=\d{8,10}$)", "+358", digits)
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits, re.ASCII):
        raise BadInput(N_("The phone number cannot be read."), field="phone")
    return digits


def read_email(cell: Cell) -> str | None:
    """An address in lower case."""
    words = text_of(cell).removeprefix("mailto:").strip("<>").casefold()
    if not words:
        return None
    if not _EMAIL.fullmatch(words):
        raise BadInput(N_("The e-mail address cannot be read."), field="email")
    return words
