"""The rows of a demo grown large, each a function of its place alone: no dice that roll on, no database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from jobs.demo_names import GROWN, SURNAMES, YOUNG, account, address_of
from jobs.demo_orders import AUDIENCES, KINDS, PURPOSES, TITLES
from jobs.demo_rates import fee_on
from models import Expert, Payee
from models.encryption import KEYRING, sealed_for
from rules.choices import AnswerBy, Debriefed, LineKind, Onboarded, OrderSource, OrganisationKind, PayeeKind
from rules.states import AssignmentStatus, BankStatus, ClaimStatus, OrderStatus

Row = dict[str, Any]
ORDERS_OF_ONE, EXPERTS_OF_ONE_UNIT = 10, 50
YEARS = 10
FIRST_PHONE, FIRST_ACCOUNT = 10_000, 5_000_000
"""Past those of the demo: nobody shares a number with anybody."""
RARE_WORD, RARELY = "Tuulikello", 200
"""A word in the name of every two hundredth organisation, for searches that find little."""

FIRST_NAMES = (*YOUNG, *GROWN)
WORDS = ("Havu", "Koivu", "Niitty", "Saari", "Lampi", "Kallio", "Puro", "Harju", "Aamu", "Tähti", "Lehto", "Ranta")
UNITS = (("Perhekeskus", OrganisationKind.COUNTY_UNIT), ("Lastensuojelun tiimi", OrganisationKind.COUNTY_UNIT),
         ("Lastenkoti", OrganisationKind.RESIDENTIAL), ("Nuorisokoti", OrganisationKind.RESIDENTIAL),
         ("Yhdistys", OrganisationKind.NGO), ("Opisto", OrganisationKind.SCHOOL))
EVENTS = tuple(kind for kind, weight in KINDS.items() for _ in range(weight))
BANK = (BankStatus.IN_BANK,) * 8 + (BankStatus.PARTICIPANT, BankStatus.LEFT)
LONG_AGO = (OrderStatus.CLOSED,) * 13 + (OrderStatus.CANCELLED,) * 2 + (OrderStatus.UNMET,)
LATELY = (OrderStatus.HELD,) * 3 + (OrderStatus.CLOSED,)
AHEAD = (OrderStatus.STAFFED,) * 3 + (OrderStatus.SEARCHING,) * 3 + (OrderStatus.CANCELLED,)
NEW = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.SEARCHING)
TAKING_PART = {
    OrderStatus.RECEIVED: AssignmentStatus.PROPOSED, OrderStatus.SEARCHING: AssignmentStatus.ASKED,
    OrderStatus.STAFFED: AssignmentStatus.CONFIRMED, OrderStatus.HELD: AssignmentStatus.HELD,
    OrderStatus.CLOSED: AssignmentStatus.CLOSED, OrderStatus.CANCELLED: AssignmentStatus.CANCELLED,
    OrderStatus.UNMET: AssignmentStatus.NO_ANSWER,
}
SURE = {AssignmentStatus.CONFIRMED, AssignmentStatus.HELD, AssignmentStatus.CLOSED}
OLD_CLAIM = (ClaimStatus.PAID,) * 18 + (ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN)
NEW_CLAIM = (ClaimStatus.RECEIVED, ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.DRAFT)
DECIDED = {ClaimStatus.APPROVED, ClaimStatus.PAID}
JOURNEY = (Decimal(60), Decimal("0.55"))


@dataclass(frozen=True)
class Ground:
    """What the new rows stand on: the day, how many experts, what the demo has, and where new ids and numbers begin."""

    today: date
    began: date
    latest: date
    experts: int
    coordinator: tuple[int, str]
    finance: int
    themes: Sequence[int]
    towns: Sequence[int]
    fee_type: int
    journey_type: int
    first: Mapping[str, int]
    order_numbers: Mapping[int, int]
    claim_numbers: Mapping[int, int]

    @property
    def units(self) -> int:
        return max(1, self.experts // EXPERTS_OF_ONE_UNIT)

    @property
    def orders(self) -> int:
        return self.experts * ORDERS_OF_ONE


@dataclass(frozen=True, slots=True)
class Plan:
    """An order of the place ``place``: when it came, when its event is, how far it is, who takes part."""

    place: int
    received: date
    event: date
    status: OrderStatus
    expert: int


def began(today: date) -> date:
    """The day of the first order."""
    return today - timedelta(YEARS * 365)


def throw(place: int, salt: int, sides: int) -> int:
    """A number below ``sides`` that is always the same for a place and unlike that of its neighbours."""
    mixed = (place * 0x9E3779B1 + salt * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ mixed >> 15) * 0x2C1B3C6D) & 0xFFFFFFFF
    return (mixed >> 8) % sides


def plan_of(ground: Ground, place: int) -> Plan:
    """Orders come evenly over the years; an old one is settled, one whose event is ahead is open."""
    received = _weekday(ground.began + timedelta(place * (ground.latest - ground.began).days // ground.orders))
    event = _weekday(received + timedelta(14 + throw(place, 1, 46)))
    states = _states(ground.today, received, event)
    return Plan(place, received, event, states[throw(place, 2, len(states))], throw(place, 3, ground.experts))


def _states(today: date, received: date, event: date) -> Sequence[OrderStatus]:
    since = (today - event).days
    if since > 0:
        return LONG_AGO if since > 14 else LATELY
    return NEW if (today - received).days < 8 else AHEAD


def expert_rows(ground: Ground) -> Iterator[Row]:
    """People of every name and state; some names are double, so that few share both."""
    for place in range(ground.experts):
        first = FIRST_NAMES[throw(place, 4, len(FIRST_NAMES))]
        last = SURNAMES[throw(place, 5, len(SURNAMES))]
        if place % 3 == 0:
            last = f"{last}-{SURNAMES[throw(place, 6, len(SURNAMES))]}"
        since = ground.began + timedelta(throw(place, 7, YEARS * 365))
        row_key, limit = uuid4().hex, (None, 1, 2, 3)[place % 4]
        yield _born(ground, "expert", place, since) | {
            "row_key": row_key,
            "load_limit": sealed_for(Expert.load_limit, limit, ground.first["expert"] + place, row_key),
            "first_name": first, "last_name": last, "bank_status": BANK[throw(place, 8, len(BANK))],
            "birth_year": ground.today.year - 18 - throw(place, 9, 45), "phone": f"+358 40 0{FIRST_PHONE + place:06}",
            "email": address_of(f"{first} {last} {place}"),
            "last_confirmed_on": min(since + timedelta(90), ground.latest), "known_by_id": ground.coordinator[0]}


def expert_theme_rows(ground: Ground) -> Iterator[Row]:
    """Two to four themes each."""
    for place in range(ground.experts):
        for theme in _several(ground.themes, place, 2 + place % 3):
            yield {"expert_id": ground.first["expert"] + place, "theme_id": theme}


def expert_town_rows(ground: Ground) -> Iterator[Row]:
    """One or two municipalities each."""
    for place in range(ground.experts):
        for town in _several(ground.towns, place, 1 + place % 2):
            yield {"expert_id": ground.first["expert"] + place, "municipality_id": town}


def organisation_rows(ground: Ground) -> Iterator[Row]:
    for place in range(ground.units):
        what, kind = UNITS[place % len(UNITS)]
        word = RARE_WORD if place % RARELY == 0 else WORDS[throw(place, 10, len(WORDS))]
        yield _born(ground, "organisation", place, ground.began) | {
            "name": f"{what} {word} {place + 1}", "kind": kind,
            "municipality_id": ground.towns[throw(place, 11, len(ground.towns))], "cost_centre": f"4{place % 900:03}"}


def order_rows(ground: Ground) -> Iterator[Row]:
    """Orders in the order they came, numbered by their year."""
    numbers = Counter(ground.order_numbers)
    for plan in _plans(ground):
        place, year = plan.place, plan.received.year
        number, numbers[year] = numbers[year], numbers[year] + 1
        kind = EVENTS[throw(place, 12, len(EVENTS))]
        audience, size, minors = AUDIENCES[throw(place, 13, len(AUDIENCES))]
        yield _born(ground, "order", place, plan.received) | {
            "number": f"{year}-{number:03}", "status": plan.status, "received_on": plan.received, "kind": kind,
            "organisation_id": ground.first["organisation"] + throw(place, 14, ground.units),
            "source": (OrderSource.EMAIL, OrderSource.PHONE, OrderSource.FORM)[place % 3], "title": TITLES[kind],
            "purpose": PURPOSES[throw(place, 15, len(PURPOSES))], "audience": audience, "audience_size": size,
            "minors_present": minors, "cost_centre": f"4{place % 900:03}", "offered_fee": fee_on(kind, plan.event)[1],
            "responsible_id": ground.coordinator[0]}


def order_theme_rows(ground: Ground) -> Iterator[Row]:
    """One or two themes each."""
    for place in range(ground.orders):
        for theme in _several(ground.themes, place, 1 + place % 2):
            yield {"order_id": ground.first["order"] + place, "theme_id": theme}


def occasion_rows(ground: Ground) -> Iterator[Row]:
    for plan in _plans(ground):
        starts, remote = time(9 + throw(plan.place, 16, 8)), plan.place % 5 == 0
        yield _born(ground, "occasion", plan.place, plan.received) | {
            "order_id": ground.first["order"] + plan.place, "on": plan.event, "starts": starts,
            "ends": starts.replace(minute=45), "remote": remote, "place": "Teams" if remote else "",
            "municipality_id": None if remote else ground.towns[throw(plan.place, 17, len(ground.towns))]}


def assignment_rows(ground: Ground) -> Iterator[Row]:
    """One expert in each order, as far as the order is."""
    for plan in _plans(ground):
        status = TAKING_PART[plan.status]
        sure, closed, asked = status in SURE, status is AssignmentStatus.CLOSED, status is not AssignmentStatus.PROPOSED
        answered = status is not AssignmentStatus.NO_ANSWER and status is not AssignmentStatus.ASKED
        talked_on = min(plan.event + timedelta(3), ground.latest)
        yield _born(ground, "assignment", plan.place, plan.received) | {
            "order_id": ground.first["order"] + plan.place, "expert_id": ground.first["expert"] + plan.expert,
            "status": status, "asked_on": plan.received if asked else None,
            "answered_by": AnswerBy.EXPERT if asked and answered else None,
            "agreed_fee": _fee(plan.place, plan.event) if sure else None,
            "onboarded": Onboarded.BY_COORDINATOR if sure else None,
            "onboarded_on": plan.received if sure else None, "onboarded_by": ground.coordinator[1] if sure else "",
            "debriefed": Debriefed.DONE if closed else None, "debriefed_on": talked_on if closed else None,
            "debriefed_with": ground.coordinator[1] if closed else ""}


def payee_rows(ground: Ground) -> Iterator[Row]:
    """Every expert may be paid, to an account that a second person has confirmed; it is sealed as in any other row."""
    for place in range(ground.experts):
        first, last = FIRST_NAMES[throw(place, 4, len(FIRST_NAMES))], SURNAMES[throw(place, 5, len(SURNAMES))]
        row_key, iban = uuid4().hex, account(FIRST_ACCOUNT + place)
        yield _born(ground, "payee", place, ground.began) | {
            "official_name": f"{first} {last}", "kind": PayeeKind.PRIVATE, "row_key": row_key,
            "iban": sealed_for(Payee.iban, iban, ground.first["payee"] + place, row_key),
            "expert_id": ground.first["expert"] + place, "iban_fingerprint": KEYRING.fingerprint(iban),
            "iban_changed_on": ground.began, "iban_changed_by_id": ground.coordinator[0],
            "iban_confirmed_on": ground.began, "iban_confirmed_by_id": ground.finance}


def claim_rows(ground: Ground) -> Iterator[Row]:
    """As many claims as orders: one for each event held, and a second one, for the journey, of some."""
    numbers = Counter(ground.claim_numbers)
    for place, (plan, _) in enumerate(_claimed(ground)):
        received = min(plan.event + timedelta(1 + throw(place, 18, 12)), ground.latest)
        number, numbers[received.year] = numbers[received.year], numbers[received.year] + 1
        old = (ground.today - received).days > 45
        states = OLD_CLAIM if old else NEW_CLAIM
        status = states[throw(place, 19, len(states))]
        decided, checked = status in DECIDED, status in DECIDED or status is ClaimStatus.CHECKED
        yield _born(ground, "invoice", place, received) | {
            "number": f"L{received.year}-{number:04}", "status": status, "received_on": received,
            "payee_id": ground.first["payee"] + plan.expert,
            "assignment_id": ground.first["assignment"] + plan.place, "worked_on": plan.event,
            "cost_centre": f"4{plan.place % 900:03}", "checked_by_id": ground.coordinator[0] if checked else None,
            "approved_by_id": ground.finance if decided else None,
            "approved_at": _moment(received) + timedelta(5) if decided else None,
            "paid_on": _weekday(received + timedelta(30)) if status is ClaimStatus.PAID else None}


def line_rows(ground: Ground) -> Iterator[Row]:
    """One line in each claim."""
    for place, (plan, journey) in enumerate(_claimed(ground)):
        quantity, price = JOURNEY if journey else (Decimal(1), _fee(plan.place, plan.event))
        yield _born(ground, "invoice_line", place, plan.event) | {
            "invoice_id": ground.first["invoice"] + place, "kind": LineKind.KILOMETRES if journey else LineKind.FEE,
            "description": "Matka omalla autolla" if journey else "Palkkio", "quantity": quantity,
            "unit_price": price, "amount": quantity * price,
            "income_type_id": ground.journey_type if journey else ground.fee_type}


def _plans(ground: Ground) -> Iterator[Plan]:
    return (plan_of(ground, place) for place in range(ground.orders))


def _claimed(ground: Ground) -> Iterator[tuple[Plan, bool]]:
    """The order of each claim, and whether it is the second claim for it."""
    held = [plan.place for plan in _plans(ground) if plan.status in (OrderStatus.HELD, OrderStatus.CLOSED)]
    before = -1
    for place in range(ground.orders):
        of = held[place * len(held) // ground.orders]
        yield plan_of(ground, of), of == before
        before = of


def _fee(place: int, day: date) -> Decimal:
    return fee_on(EVENTS[throw(place, 12, len(EVENTS))], day)[1]


def _born(ground: Ground, table: str, place: int, on: date) -> Row:
    return {"id": ground.first[table] + place, "version": 1, "created_at": _moment(min(on, ground.latest))}


def _several(choices: Sequence[int], place: int, number: int) -> list[int]:
    """So many different ones, side by side in the list from a thrown place on."""
    start = throw(place, 20, len(choices))
    return [choices[(start + step) % len(choices)] for step in range(min(number, len(choices)))]


def _weekday(day: date) -> date:
    """``day``, or the Friday before it."""
    return day - timedelta(max(0, day.weekday() - 4))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)
