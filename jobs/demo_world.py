"""What the parts of a demo hand to each other: the day, the dice, and who and what has been invented so far."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from jobs.demo_book import DAY, Book, working_day
from models import (
    Assignment,
    Contact,
    Expert,
    Group,
    IncomeType,
    Insight,
    Meeting,
    Municipality,
    OnboardingPoint,
    Order,
    Organisation,
    Payee,
    Programme,
    SpokenLanguage,
    SupervisionSession,
    Task,
    Theme,
    User,
    Viewpoint,
)

T = TypeVar("T")
SEED = 20200922
TWO_YEARS = 730


@dataclass
class Member:
    """An expert of the bank, with what decides whether an order of the demo may reach them."""

    expert: Expert
    birth: date
    since: date
    left: date | None = None
    askable: bool = True
    trained: bool = False
    home: int = 0
    themes: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()
    pauses: list[tuple[date, date | None]] = field(default_factory=list)
    busy: set[date] = field(default_factory=set)
    months: Counter[tuple[int, int]] = field(default_factory=Counter)

    def free(self, day: date, asked: date, themes: frozenset[int], organisation: int) -> bool:
        """Whether the person could be asked on ``asked`` for ``day``, as the guards of matching would see it."""
        present = self.askable and self.since <= asked and (self.left is None or day < self.left)
        paused = any(start <= day and (until is None or day <= until) for start, until in self.pauses)
        full = self.months[day.year, day.month] >= (self.expert.load_limit or 4)
        near = any(day + offset * DAY in self.busy for offset in range(-3, 4))
        return present and not (paused or full or near or self.minds(themes, organisation))

    def minds(self, themes: frozenset[int], organisation: int) -> bool:
        """Whether the person has closed one of the themes or does not go to the organisation."""
        return bool(themes & self.closed) or organisation in self.avoided

    def book(self, day: date) -> None:
        """Mark ``day`` as promised."""
        self.busy.add(day)
        self.months[day.year, day.month] += 1


@dataclass(frozen=True)
class Work:
    """An assignment that may be claimed for: who, where, when, how long."""

    assignment: Assignment
    order: Order
    member: Member
    day: date
    hours: int
    kilometres: int
    cost_centre: str


@dataclass
class World:
    """Everything invented so far. ``scale`` multiplies experts and orders, and what follows from them."""

    today: date
    scale: int
    rng: Random
    book: Book
    users: dict[str, User] = field(default_factory=dict)
    towns: list[Municipality] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    viewpoints: list[Viewpoint] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    languages: list[SpokenLanguage] = field(default_factory=list)
    onboarding_points: list[OnboardingPoint] = field(default_factory=list)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    programmes: list[Programme] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    insights: list[Insight] = field(default_factory=list)
    held_meetings: list[Meeting] = field(default_factory=list)
    held_sessions: list[SupervisionSession] = field(default_factory=list)
    income_types: dict[str, IncomeType] = field(default_factory=dict)
    payees: dict[int, Payee] = field(default_factory=dict)

    @classmethod
    def on(cls, today: date, scale: int) -> "World":
        """An empty world with fixed dice."""
        rng = Random(SEED)  # noqa: S311 - invented people keep no secrets
        return cls(today, scale, rng, Book(today, rng))

    @property
    def units(self) -> list[Organisation]:
        """The organisations that place orders."""
        return [organisation for organisation in self.organisations.values() if organisation.places_orders]

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    def some(self, choices: Sequence[T], fewest: int, most: int) -> list[T]:
        """A few different ones, in random order."""
        return self.rng.sample(choices, min(len(choices), self.rng.randint(fewest, most)))

    def ago(self, fewest: int, most: int) -> date:
        """A day that many days ago."""
        return self.today - timedelta(self.rng.randint(fewest, most))

    def ahead(self, fewest: int, most: int) -> date:
        """A working day about that many days ahead."""
        return working_day(self.today + timedelta(self.rng.randint(fewest, most)))

    def later(self, day: date, fewest: int, most: int) -> date:
        """A working day that many days after ``day``, never later than the book's last."""
        return min(working_day(day + timedelta(self.rng.randint(fewest, most))), self.book.latest)
