"""Euros: the one place that rounds, splits, reads and writes an amount. Knows no rate and no fee table."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from rules.errors import BadInput
from rules.wording import N_

CENT = Decimal("0.01")
LARGEST = Decimal("999999999.99")
"""The most that one payment message can carry (pain.001, EPC subset)."""

CURRENCY = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR)$", re.IGNORECASE)
WRITTEN = re.compile(
    r"(?P<sign>-?)"
    r"(?:(?P<spaced>[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[,.](?P<cents>[0-9]{1,2}|-))?"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<comma_cents>[0-9]{1,2})"
    r"|(?P<comma>[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<dot_cents>[0-9]{1,2}))"
)


def rounded(amount: Decimal) -> Decimal:
    """``amount`` in whole cents, halves away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """Hours or kilometres times a price, rounded once."""
    return rounded(quantity * unit_price)


def to_cents(amount: Decimal) -> int:
    """``amount`` as whole cents; BadInput when it has a part of a cent, for rounding is never silent."""
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise BadInput(N_("An amount has at most two decimals."), field="amount")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """Whole cents as euros with two decimals."""
    return Decimal(cents).scaleb(-2)


def split(total: Decimal, parts: int) -> list[Decimal]:
    """``total`` in equal lines; what does not divide goes to the last line."""
    return split_by_weights(total, [Decimal(1)] * parts)


def split_by_weights(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``total`` in lines that follow ``weights``; the remainder goes to the last line that has a weight.

    Each earlier line is cut down to whole cents, so the last is never of the wrong sign.
    ValueError when a weight is negative or there is none above zero.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        message = "weights are zero or more, and one of them is more"
        raise ValueError(message)
    cents, whole = to_cents(total), sum((Fraction(weight) for weight in weights), Fraction(0))
    sign = -1 if cents < 0 else 1
    lines = [sign * int(abs(cents) * Fraction(weight) / whole) for weight in weights]
    last = max(place for place, weight in enumerate(weights) if weight)
    lines[last] += cents - sum(lines)
    return [from_cents(line) for line in lines]


def parse_amount(text: str, field: str = "amount") -> Decimal:
    """Euros that a person wrote: ``1 234,50 €``, ``1234.5``, ``1.234,50``, ``50,-``; two decimals.

    BadInput naming ``field`` when it is no amount, or could be read in two ways (``1.234``), or is too large.
    """
    clean = " ".join(unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").split())
    match = WRITTEN.fullmatch(CURRENCY.sub("", clean))
    if match is None:
        raise BadInput(N_("Write the amount in euros, for example 1 234,50."), field=field)
    whole = match["spaced"] or match["dotted"] or match["comma"]
    cents = (match["cents"] or match["comma_cents"] or match["dot_cents"] or "").strip("-")
    amount = Decimal(f"{match['sign']}{re.sub('[ .,]', '', whole)}.{cents:0<2}")
    if abs(amount) > LARGEST:
        raise BadInput(N_("The amount is too large."), field=field)
    return amount


def amount_text(amount: Decimal, point: str = ",") -> str:
    """``1234,50``: two decimals by integer arithmetic, no grouping; for files, not for people."""
    cents = to_cents(amount)
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}{point}{rest:02d}"


def number_text(number: Decimal | int, point: str = ",") -> str:
    """``2,5``: a plain number without grouping, exponent or trailing zeros."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (text if text not in {"-0", ""} else "0").replace(".", point)
