"""Names for invented people, and the addresses, numbers and codes that nobody can have. Writes no record."""

import unicodedata
from datetime import date
from itertools import cycle
from random import Random
from typing import Final

YOUNG = (
    "Aino", "Aada", "Aleksi", "Amina", "Anni", "Daniel", "Eemil", "Eetu", "Elias", "Ella", "Emilia", "Emma", "Helmi",
    "Iida", "Joona", "Julia", "Kasper", "Leevi", "Lumi", "Matilda", "Minttu", "Neea", "Niko", "Nooa", "Olivia",
    "Onni", "Otto", "Peppi", "Pinja", "Roni", "Saga", "Sara", "Senni", "Sini", "Sofia", "Tuukka", "Vilma", "Väinö",
)
GROWN = (
    "Anna-Kaisa", "Antti", "Carita", "Eeva", "Fatima", "Hanna", "Heidi", "Ilkka", "Jari", "Johanna", "Jukka", "Katri",
    "Kirsi", "Lea", "Markku", "Marika", "Merja", "Mika", "Minna", "Olena", "Outi", "Pasi", "Petteri", "Piia", "Riikka",
    "Sami", "Sanna", "Satu", "Tarja", "Teemu", "Tiina", "Ville", "Åsa",
)
SURNAMES = (
    "Aalto", "Ahola", "Alanen", "Eskola", "Haapala", "Hakala", "Hassan", "Heino", "Hiltunen", "Hirvonen", "Holm",
    "Honkanen", "Ikonen", "Jokela", "Kallio", "Kangas", "Karvonen", "Keränen", "Koivisto", "Kovalenko", "Kuusisto",
    "Laaksonen", "Laine", "Lampinen", "Lehto", "Leppänen", "Lind", "Mattila", "Mäkelä", "Niemi", "Nieminen", "Nurmi",
    "Ojala", "Pakarinen", "Peltola", "Pesonen", "Pitkänen", "Rantala", "Ruotsalainen", "Saarela", "Salmi", "Savolainen",
    "Sirviö", "Suominen", "Tanskanen", "Toivonen", "Tran", "Uotila", "Vainio", "Vesterinen", "Vuorinen", "Ylönen",
    "Öhman",
)
SIGNS: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
TEMPORARY: Final = 900
"""Identity codes from here on are nobody's: the state gives them out for tests and for a time only."""


class Names:
    """First and last names in turn, so that few people share both."""

    def __init__(self, rng: Random) -> None:
        young, grown, last = list(YOUNG), list(GROWN), list(SURNAMES)
        for names in (young, grown, last):
            rng.shuffle(names)
        self._young, self._grown, self._last = cycle(young), cycle(grown), cycle(last)
        self._phones = 0

    def person(self, *, young: bool = False) -> tuple[str, str]:
        """(first name, last name)."""
        return next(self._young if young else self._grown), next(self._last)

    def worker(self) -> str:
        return " ".join(self.person())

    def phone(self) -> str:
        """A number of the block that begins with noughts: nobody answers."""
        self._phones += 1
        return f"+358 40 0{self._phones:06}"


def address_of(name: str, place: str = "esimerkki") -> str:
    """An e-mail address in the domain that can never exist."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{plain.replace(' ', '.')}@{place}.invalid"


def identity_code(born: date, number: int) -> str:
    """A temporary identity code (900 to 999) whose check character holds."""
    individual = f"{TEMPORARY + number % 100}"
    sign = "-" if born.year < 2000 else "A"
    check = SIGNS[int(f"{born:%d%m%y}{individual}") % len(SIGNS)]
    return f"{born:%d%m%y}{sign}{individual}{check}"


def account(number: int) -> str:
    """A made-up Finnish account: the bank's check digit (Luhn) and the two of ISO 13616 hold."""
    digits = f"999{number:010}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    body = f"{digits}{-sum(sum(divmod(d, 10)) for d in doubled) % 10}"
    return f"FI{98 - int(f'{body}151800') % 97:02}{body}"


def business_id(number: int) -> str:
    """A business ID far above those given out, its check digit by weights 7, 9, 10, 5, 8, 4, 2."""
    digits = f"9{number:06}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    # A number whose rest is one is never given out.
    return business_id(number + 1) if rest == 1 else f"{digits}-{-rest % 11}"
