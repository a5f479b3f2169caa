"""The fee claims of a demo: who is paid, for what, and how far each claim has come. Batches stand apart."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jobs.demo_book import Went
from jobs.demo_names import account, business_id, identity_code
from jobs.demo_rates import MEAL, fee_on, kilometre_price
from jobs.demo_receipts import add_receipt
from jobs.demo_world import Member, Work, World
from models import Invoice, InvoiceLine, Payee, User
from rules.choices import CostBearer, FeeUnit, LineKind, OrderKind, PayeeKind
from rules.money import line_amount

CLERKS = ("finance", "finance2")
CODES = {OrderKind.TALK: "214", OrderKind.WORK_PAIR: "201"}
WORK_COMPENSATION, MEETING_FEE = "336", "210"
SENT_BACK = "Kilometrit puuttuvat, lisää ne ja lähetä uudelleen."


@dataclass(frozen=True)
class Line:
    """A line of a claim before it is written: the amount follows."""

    kind: LineKind
    quantity: Decimal
    price: Decimal
    code: str
    description: str

    @property
    def amount(self) -> Decimal:
        return line_amount(self.quantity, self.price)


@dataclass
class Bill:
    """A claim to be: its ground, its lines, the day it came, and what the batches add to its road."""

    member: Member
    ground: dict[str, int]
    worked_on: date
    hours: int
    received: date
    lines: list[Line]
    bearer: CostBearer
    cost_centre: str
    road: tuple[str, ...] = ("submit", "check", "approve")
    later: list[Went] = field(default_factory=list)
    paid_on: date | None = None
    invoice: Invoice = field(init=False)

    def total(self, *kinds: LineKind) -> Decimal:
        """The sum of the lines of these kinds."""
        return sum((line.amount for line in self.lines if line.kind in kinds), Decimal(0))


def bills(world: World) -> list[Bill]:
    """Everything claimed for in two years, in the order it came: work, group meetings, some journeys to supervision."""
    found = [_for_work(world, work) for work in world.work]
    members = [member for member in world.members if member.askable]
    for place, meeting in enumerate(world.held_meetings):
        fee, ground = _meeting_fee(meeting.on), {"meeting_id": meeting.id}
        found += [_bill(world, member, ground, meeting.on, 2, [fee])
                  for member in _present(world, members, meeting.on, 2 + place % 2)]
    for session in world.held_sessions[::4]:
        journey, ground = _journey(48, session.on), {"session_id": session.id}
        found += [_bill(world, member, ground, session.on, 2, [journey])
                  for member in _present(world, members, session.on, 1)]
    return sorted(found, key=lambda bill: (bill.received, bill.worked_on, bill.member.expert.id))


def _present(world: World, members: list[Member], day: date, number: int) -> list[Member]:
    paid = [member for member in world.some(members, 9, 9)
            if member.since < day and member.left is None and not member.expert.wants_no_fee]
    return paid[:number]


def _for_work(world: World, work: Work) -> Bill:
    kind, day = work.order.kind, work.day
    unit, price = fee_on(kind, day)
    quantity = Decimal(work.hours if unit is FeeUnit.HOUR else 1)
    code = WORK_COMPENSATION if payee_kind(work.member) is not PayeeKind.PRIVATE else CODES.get(kind, MEETING_FEE)
    lines = [Line(LineKind.FEE, quantity, price, code, str(work.order.title))]
    if work.kilometres:
        lines.append(_journey(work.kilometres, day))
    elif world.chance(18):
        lines.append(Line(LineKind.OTHER, Decimal(1), Decimal(world.rng.randint(350, 2990)).scaleb(-2), "KULU",
                          "Bussiliput"))
    if work.hours >= 3 and world.chance(40):
        lines.append(Line(LineKind.MEAL, Decimal(1), MEAL, "303", "Ateria"))
    if work.assignment.companion_agreed:
        lines.append(Line(LineKind.COMPANION, Decimal(1), Decimal("8.40"), "SAATTAJA", "Saattajan bussiliput"))
    bill = _bill(world, work.member, {"assignment_id": work.assignment.id}, day, work.hours, lines)
    bill.bearer, bill.cost_centre = work.order.cost_bearer, work.cost_centre
    return bill


def _bill(
    world: World, member: Member, ground: dict[str, int], day: date, hours: int, lines: list[Line],
) -> Bill:
    received = max(day, world.later(day, 1, 13))
    return Bill(member, ground, day, hours, received, lines, CostBearer.COUNTY, "4400")


def _meeting_fee(day: date) -> Line:
    return Line(LineKind.FEE, Decimal(2), fee_on(OrderKind.WORKING_GROUP, day)[1], MEETING_FEE, "Kokous")


def _journey(kilometres: int, day: date) -> Line:
    return Line(LineKind.KILOMETRES, Decimal(kilometres), kilometre_price(day), "311", "Matka omalla autolla")


def payee_kind(member: Member) -> PayeeKind:
    """Most are private persons; few have a firm of their own or an invoicing service."""
    return {7: PayeeKind.SOLE_TRADER, 13: PayeeKind.INVOICING_SERVICE}.get(member.expert.id % 40, PayeeKind.PRIVATE)


def payee_of(world: World, member: Member, on: date) -> Payee:
    """The payee of an expert, made at the first claim."""
    expert, finance, typist = member.expert, world.users["finance"], world.users["coordinator"]
    if expert.id not in world.payees:
        kind, number = payee_kind(member), expert.id
        known = number % 12 != 5
        columns: dict[str, Any] = {
            "official_name": expert.full_name, "kind": kind, "expert_id": number, "iban": account(number * 7919),
            "tax_card_year": world.today.year if known else None,
            "tax_percent": Decimal(world.rng.randint(0, 35)) if known else None,
            "iban_changed_by_id": typist.id}
        if number % 53 == 9:
            columns["iban_changed_on"] = world.ago(3, 9)
        else:
            columns |= {"iban_changed_on": on, "iban_confirmed_on": on, "iban_confirmed_by_id": finance.id}
        if kind is PayeeKind.PRIVATE:
            columns["identity_code"] = identity_code(member.birth, number)
        else:
            seen = world.ago(20, 300) if kind is PayeeKind.INVOICING_SERVICE else world.ago(340, 360)
            columns |= {"business_id": business_id(number * 11), "prepayment_checked_on": seen, "yel_seen_on": seen,
                        "in_prepayment_register": True, "vat_liable": kind is PayeeKind.INVOICING_SERVICE}
        world.payees[number] = world.book.add(Payee, on, finance, **columns)
    return world.payees[expert.id]


def add_claims(world: World, found: list[Bill]) -> None:
    """Every bill becomes a claim with its lines and its history."""
    numbers: Counter[int] = Counter()
    for bill in found:
        numbers[bill.received.year] += 1
        _claim(world, bill, f"L{bill.received.year}-{numbers[bill.received.year]:04}")
    waits = next((bill for bill in reversed(found) if bill.road == ("submit", "check")), None)
    if waits is not None:  # somebody whose claim is checked has not brought the tax card
        payee = payee_of(world, waits.member, waits.received)
        payee.tax_card_year = payee.tax_percent = None


def _claim(world: World, bill: Bill, number: str) -> None:
    coordinator, clerk = world.users["coordinator"], world.users[CLERKS[len(number) % 2 - int(number[-1]) % 2]]
    payee = payee_of(world, bill.member, bill.received)
    steps = [*_own_steps(world, bill, coordinator, clerk), *bill.later]
    taken = {step.verb for step in steps}
    bill.invoice = world.book.add_after(
        Invoice, bill.received, steps, by=coordinator, number=number, payee_id=payee.id, received_on=bill.received,
        worked_on=bill.worked_on, cost_bearer=bill.bearer, cost_centre=bill.cost_centre, paid_on=bill.paid_on,
        requested_month=(bill.received + timedelta(31)).replace(day=1) if world.chance(6) else None,
        difference_note="Sovittiin tilaajan kanssa tunnin jatkosta" if world.chance(4) else "",
        sent_back_note=SENT_BACK if steps and steps[-1].verb == "send_back" else "",
        checked_by_id=coordinator.id if "check" in taken else None,
        approved_by_id=clerk.id if "approve" in taken else None, **bill.ground)
    bill.invoice.approved_at = world.book.when(bill.invoice, "approve")
    for line in bill.lines:
        world.book.add(
            InvoiceLine, bill.received, invoice_id=bill.invoice.id, kind=line.kind, description=line.description,
            quantity=line.quantity, unit_price=line.price, amount=line.amount,
            income_type_id=world.income_types[line.code].id)
    for line in [line for line in bill.lines if line.kind in (LineKind.OTHER, LineKind.COMPANION)][:1]:
        add_receipt(world, bill.invoice, bill.received, line.description, line.amount)


def _own_steps(world: World, bill: Bill, coordinator: User, clerk: User) -> list[Went]:
    steps, day = [], bill.received
    notes = {"send_back": SENT_BACK, "reject": "Sama käynti on jo laskutettu"}
    for verb in bill.road:
        if verb != "submit":
            day = world.later(day, 1, 3)
        steps.append(Went(verb, day, clerk if verb in ("approve", "reject") else coordinator, notes.get(verb, "")))
    return steps
