"""What is withheld of a wage in advance of its tax: by the card, over its limit, or without a card. Knows no rate."""

from dataclasses import dataclass
from decimal import Decimal

from rules.money import rounded

NOTHING = Decimal(0)
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Card:
    """What a tax card says: a rate in percent, and another one for what goes over the income limit in euros.

    A card without a rate for what is over has no limit.
    """

    percent: Decimal
    limit: Decimal | None = None
    over_percent: Decimal | None = None


@dataclass(frozen=True)
class Withheld:
    """One payment of wage in euros: ``taxed`` of which ``over`` goes over the limit, the rates, the tax of both."""

    taxed: Decimal = NOTHING
    percent: Decimal | None = None
    over: Decimal = NOTHING
    over_percent: Decimal | None = None
    tax: Decimal = NOTHING

    @property
    def net(self) -> Decimal:
        """What is left to pay; with the tax it is what was taxed, to the cent."""
        return self.taxed - self.tax


def withhold(taxed: Decimal, card: Card, earned: Decimal = NOTHING) -> Withheld:
    """The tax of ``taxed`` euros of wage after ``earned`` euros of the same year; each part rounded half up once."""
    over = NOTHING
    if card.limit is not None and card.over_percent is not None:
        over = taxed - min(taxed, max(card.limit - earned, NOTHING))
    tax = _part(taxed - over, card.percent) + _part(over, card.over_percent or NOTHING)
    return Withheld(taxed, card.percent, over, card.over_percent if over else None, tax)


def _part(euros: Decimal, percent: Decimal) -> Decimal:
    return rounded(euros * percent / WHOLE)
