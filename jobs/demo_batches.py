"""The payment batches of a demo: which claims went into which, what was sealed, and the files made of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from exports.batch_facts import BatchSheet
from exports.batch_generation import profile_of, to_bank
from exports.payment_batch import batch_files
from jobs.demo_book import Went, working_day
from jobs.demo_claims import Bill, add_claims, bills, payee_kind
from jobs.demo_world import TWO_YEARS, World
from models import BatchFile, BatchItem, ExportProfile, PayingAccount, PaymentBatch, User
from rules.batch_seal import BatchFacts, BatchLine, content_hash
from rules.choices import BatchKind, LineKind
from rules.export_profiles import digest
from rules.income_register import report_deadline
from rules.payment_ids import end_to_end_id
from rules.payment_routes import remittance_text, route_of
from rules.states import BatchStatus as B
from services.export_profiles import profile_for

ZONE = ZoneInfo("Europe/Helsinki")
FAILED = frozenset({"reject", "return", "remove"})
FEE, OTHERS = (LineKind.FEE,), (LineKind.MEAL, LineKind.OTHER, LineKind.COMPANION)
LIFE = ("submit", "approve", "generate", "send", "close")
AT_A_TIME = 6
CAME_BACK_AFTER = 6
"""So many days after the payment, when it has been reported already."""
APPROVED = ("submit", "check", "approve")
ROADS: dict[B, tuple[str, ...]] = {
    B.DRAFT: (), B.SUBMITTED: LIFE[:1], B.APPROVED: LIFE[:2], B.GENERATED: LIFE[:3], B.SENT: LIFE[:4], B.CLOSED: LIFE,
    B.CANCELLED: ("submit", "refuse", "cancel"),
}
OPEN = ((B.SENT, -1, 9, 5), (B.GENERATED, 5, 4, 5), (B.APPROVED, 7, 3, 2), (B.SUBMITTED, 9, 2, 4), (B.DRAFT, 14, 1, 3))
"""State, payment date in so many days, made so many days ago, claims in it: oldest first."""

CLAIMED: tuple[tuple[tuple[str, ...], int], ...] = (
    (APPROVED, 4), (("submit", "send_back"), 1), ((), 1), (("submit", "check"), 4),
    (("submit",), 8))
"""The newest claims, oldest first: approved, sent back, draft, checked, received; and how many of each."""


@dataclass
class Round:
    """A batch to be, with its claims; ``failures`` says of a place among them what became of the payment."""

    made: date
    pays: date
    end: B
    bills: list[Bill] = field(default_factory=list)
    failures: dict[int, tuple[str, ...]] = field(default_factory=dict)
    kind: BatchKind = BatchKind.PAYROLL


def add_money(world: World) -> None:
    """Claims and batches together: a batch adds its part to the road of each claim in it."""
    found = bills(world)
    rounds = _rounds(world, found)
    makers = [(world.users["finance"], world.users["finance2"]), (world.users["finance2"], world.users["finance"])]
    pairs = [makers[place % 2 if one.end is B.CLOSED else 0] for place, one in enumerate(rounds)]
    for one, (maker, checker) in zip(rounds, pairs, strict=True):
        _lead(world, one, maker, checker)
    add_claims(world, found)
    numbers: Counter[int] = Counter()
    for one, (maker, checker) in zip(rounds, pairs, strict=True):
        numbers[one.made.year] += 1
        _batch(world, one, f"KA{one.made.year}B{numbers[one.made.year]:04}", maker, checker)


def _rounds(world: World, found: list[Bill]) -> list[Round]:
    """The newest claims wait, those before them are in open batches, the rest was paid month by month."""
    bank = _bank_rounds(world, [bill for bill in found if _route(bill) is BatchKind.SEPA])
    rest = [bill for bill in found if _route(bill) is BatchKind.PAYROLL]
    for road, number in reversed(CLAIMED):
        for _ in range(number * world.scale):
            rest.pop().road = road
    opened = []
    for state, pays, made, number in reversed(OPEN):
        one = Round(working_day(world.today - timedelta(made), -1), working_day(world.today + timedelta(pays)), state)
        one.bills = [rest.pop() for _ in range(number * world.scale)][::-1]
        opened.append(one)
    monthly = list(_months(world))
    for place, bill in enumerate(rest):
        if place % 83 == 5:
            bill.road = ("submit", "check", "reject")
        elif place % 97 == 11:
            bill.road = ("submit", "withdraw")
        else:
            fitting = (one for one in monthly if one.made >= bill.received + timedelta(8))
            next(fitting, opened[-1]).bills.append(bill)
    closed = [one for one in monthly if one.bills]
    closed[-1].failures = {0: ("reject",), 1: ("pay", "return")}
    closed[-3].failures = {0: ("pay", "return", "mend")}
    dropped = Round(closed[-4].made - timedelta(4), closed[-4].pays, B.CANCELLED, closed[-4].bills[:3])
    return sorted([*closed, dropped, *opened, *bank], key=lambda one: (one.made, one.pays))


def _route(bill: Bill) -> BatchKind:
    return route_of(payee_kind(bill.member))


def _bank_rounds(world: World, found: list[Bill]) -> list[Round]:
    """Businesses are paid by the bank; the newest batch waits for its answer, the newest claim for a batch."""
    if not found:
        return []
    found[-1].road = APPROVED
    rounds = []
    for place in range(0, len(found) - 1, AT_A_TIME):
        some = found[place:place + AT_A_TIME][:len(found) - 1 - place]
        made = working_day(max(bill.received for bill in some) + timedelta(8))
        rounds.append(Round(made, working_day(made + timedelta(5)), B.CLOSED, some, kind=BatchKind.SEPA))
    newest = working_day(world.today - timedelta(9), -1)
    for one in rounds:
        if one is rounds[-1] or one.pays + timedelta(5) >= world.today:
            one.made, one.pays, one.end = newest, working_day(world.today - timedelta(1), -1), B.SENT
    return rounds


def _months(world: World) -> Iterator[Round]:
    """A batch in the middle of each month, and one of the days just before the open ones."""
    last = world.today - timedelta(11)
    day = (world.today - timedelta(TWO_YEARS)).replace(day=15)
    days = []
    while day < last - timedelta(7):
        days.append(day)
        day = (day + timedelta(31)).replace(day=15)
    for wished in (*days, last):
        pays = working_day(wished, -1)
        yield Round(working_day(pays - timedelta(9), -1), pays, B.CLOSED)


def _lead(world: World, one: Round, maker: User, checker: User) -> None:
    """What the batch does to its claims."""
    for place, bill in enumerate(one.bills):
        bill.later.append(Went("batch", one.made, maker))
        if one.end is B.CANCELLED:
            bill.later.append(Went("release", one.made + timedelta(1), maker))
        if one.end is not B.CLOSED:
            continue
        failed = one.failures.get(place, ())
        told = one.pays + timedelta(1 + CAME_BACK_AFTER if "return" in failed else 3)
        if "reject" not in failed:
            bill.later.append(Went("settle", one.pays + timedelta(1), maker))
        if failed:
            bill.later.append(Went("bounce", told, maker, "Tili on suljettu"))
        else:
            bill.paid_on = one.pays
        if "mend" in failed:
            bill.later.append(Went("mend", world.later(told, 2, 6), checker, "Saaja antoi uuden tilinumeron"))


def _batch(world: World, one: Round, number: str, maker: User, checker: User) -> None:
    book, road = world.book, ROADS[one.end]
    days = {"submit": 1, "approve": 2, "generate": 2, "send": 3, "refuse": 2, "cancel": 2}
    steps = [Went(verb, one.pays + timedelta(4) if verb == "close" else one.made + timedelta(days[verb]),
                  checker if verb in ("approve", "refuse") else maker,
                  "Väärä maksupäivä" if verb in ("refuse", "cancel") else "") for verb in road]
    sent, account = one.end in (B.SENT, B.CLOSED), _account(world, one)
    profile = None if account else profile_for()
    way, form = (("Verkkopankki", account.pain_version.value) if account else
                 ("Palkanlaskennan siirtokansio", str(profile)))
    batch = book.add_after(
        PaymentBatch, one.made, steps, by=maker, number=number, kind=one.kind, payment_date=one.pays,
        paying_account_id=account.id if account else None, export_profile_id=profile.id if profile else None,
        created_by_id=maker.id, submitted_by_id=maker.id if "submit" in road and one.end is not B.CANCELLED else None,
        approved_by_id=checker.id if "approve" in road else None,
        sent_on=steps[3].on if sent else None, sent_by_way_of=way if sent else "",
        receipt=f"PL-{number[-4:]}" if sent else "",
        profile=form if "generate" in road else "",
        cancel_reason="Väärä maksupäivä" if one.end is B.CANCELLED else "")
    lines = [_line(item, bill) for item, bill in _items(world, one, batch, maker)]
    if one.end in (B.DRAFT, B.CANCELLED):
        return
    batch.profile_hash = digest(profile.facts()) if profile else ""
    facts = BatchFacts(
        batch.number, batch.kind.value, batch.payment_date, account.iban if account else "", batch.profile_hash)
    batch.content_hash = content_hash(facts, lines)
    if "approve" in road:
        batch.approved_hash, batch.approved_at = batch.content_hash, book.when(batch, "approve")
    if "generate" in road:
        batch.generated_at = book.when(batch, "generate")
        _files(world, batch, facts, lines, (maker, checker), account or profile)


def _account(world: World, one: Round) -> PayingAccount | None:
    return world.book.of(PayingAccount)[0] if one.kind is BatchKind.SEPA else None


def _items(world: World, one: Round, batch: PaymentBatch, maker: User) -> Iterator[tuple[BatchItem, Bill]]:
    outcomes = {B.CLOSED: ("pay",), B.CANCELLED: ("remove",)}.get(one.end, ())
    for place, bill in enumerate(one.bills):
        taken = one.kind is BatchKind.SEPA and one.end is B.SENT and place % 3 == 0
        verbs = one.failures.get(place, ("accept",) if taken else outcomes)
        verbs = tuple(verb for verb in verbs if verb != "mend")
        on = one.made + timedelta(2) if one.end is B.CANCELLED else one.pays + timedelta(1)
        steps = [Went(verb, on + timedelta(CAME_BACK_AFTER * (verb == "return")), maker, "Tili on suljettu"
                      if verb in ("reject", "return") else "") for verb in verbs]
        told = one.end in (B.CLOSED, B.SENT) and bool(verbs)
        item = world.book.add_after(
            BatchItem, one.made, steps, batch_id=batch.id, live=not FAILED.intersection(verbs),
            paid_on=next((step.on for step in steps if step.verb == "pay"), None) if told else None,
            outcome_on=steps[-1].on if told else None, outcome_note=steps[-1].note if told else "",
            **_copied(world, bill, None if one.end in (B.DRAFT, B.CANCELLED) else place + 1, batch.number))
        yield item, bill


def _copied(world: World, bill: Bill, line_no: int | None, number: str) -> dict[str, Any]:
    """What an item keeps of its claim and payee, and from sealing on its place and payment id."""
    claim, payee = bill.invoice, world.payees[bill.member.expert.id]
    copied: dict[str, Any] = {
        "invoice_id": claim.id, "income_type": bill.lines[0].code, "worked_on": bill.worked_on,
        "hours": Decimal(bill.hours), "fee": bill.total(*FEE), "cost_centre": bill.cost_centre,
        "kilometres": sum((line.quantity for line in bill.lines if line.kind is LineKind.KILOMETRES), Decimal(0)),
        "kilometre_amount": bill.total(LineKind.KILOMETRES), "other": bill.total(*OTHERS),
        "companion": bill.total(LineKind.COMPANION), "amount": bill.total(*LineKind)}
    approver = next(user.name for user in world.users.values() if user.id == claim.approved_by_id)
    sealed = {} if line_no is None else {"line_no": line_no, "end_to_end_id": end_to_end_id(number, line_no)}
    return copied | sealed | {
        "payee_name": payee.official_name, "iban": payee.iban, "identity_code": payee.identity_code,
        "approver": approver, "text": remittance_text(claim.number) if _route(bill) is BatchKind.SEPA else ""}


def _line(item: BatchItem, bill: Bill) -> BatchLine:
    first, _, last = item.payee_name.rpartition(" ") if item.identity_code else ("", "", item.payee_name)
    return BatchLine(
        line_no=item.line_no or 0, end_to_end_id=item.end_to_end_id or "", claim_number=str(bill.invoice),
        payee_name=item.payee_name, last_name=last, first_name=first, iban=item.iban or "",
        identity_code=item.identity_code or "", income_type=item.income_type, work_from=item.worked_on,
        work_to=item.worked_on, hours=item.hours, fee=item.fee, km=item.kilometres, km_amount=item.kilometre_amount,
        other=item.other, companion=item.companion, total=item.amount, cost_centre=item.cost_centre, text=item.text,
        claim_approver=item.approver)


def _files(
    world: World, batch: PaymentBatch, facts: BatchFacts, lines: list[BatchLine], who: tuple[User, User],
    form: PayingAccount | ExportProfile | None,
) -> None:
    maker, checker = who
    made_at = batch.generated_at or batch.created_at
    sheet = BatchSheet(
        facts=facts, kind_label=batch.kind.label, content_hash=batch.content_hash, maker=maker.name,
        created_at=batch.created_at, submitter=maker.name, submitted_at=world.book.when(batch, "submit"),
        approver=checker.name, approved_at=batch.approved_at or made_at, generated_at=made_at,
        income_register_deadline=report_deadline(batch.payment_date))
    to_send = [to_bank(sheet, lines, form)] if isinstance(form, PayingAccount) else []
    profile = profile_of(form) if isinstance(form, ExportProfile) else None
    for made in batch_files(sheet, lines, profile, zone=ZONE, other_files=to_send):
        world.book.add(
            BatchFile, made_at.date(), batch_id=batch.id, name=made.name, content_type=made.content_type,
            **BatchFile.columns_of(made.data))
