"""Support of the experts in a demo: work supervision, talks on the phone, what people ask of their own data."""

from datetime import date, time, timedelta
from decimal import Decimal

from jobs.demo_book import Went, working_day
from jobs.demo_names import Names, address_of
from jobs.demo_world import Member, World
from models import Attendance, DataRequest, SupervisionSession, Supervisor, SupportContact
from rules.choices import Attending, Channel, DataRequestKind, SessionKind

AGREED = ("Soitetaan ensi kuussa.", "Sovittiin tauosta kesän yli.", "Haluaa mukaan vain pariksi.", "Kaikki hyvin.",
          "Tukihenkilö mukaan seuraavaan tilaisuuteen.")
MONTH = timedelta(30)
REQUESTS: tuple[tuple[DataRequestKind, tuple[str, ...], int], ...] = (
    (DataRequestKind.ACCESS, ("start", "answer"), 200), (DataRequestKind.RECTIFY, ("start", "answer"), 120),
    (DataRequestKind.ERASE, ("start", "refuse"), 90), (DataRequestKind.RESTRICT, ("start",), 27),
    (DataRequestKind.ACCESS, (), 4))


def add_support(world: World, names: Names) -> None:
    """Supervisors with two years of sessions, contacts with experts, data requests."""
    supervisors = [_supervisor(world, names, firm) for firm in ("Työnohjaus Tyyni Oy", "Peilipinta Tmi")]
    for month in range(-22, 3):
        if (world.today + month * MONTH).month != 7:
            for supervisor in supervisors:
                _session(world, supervisor, month, SessionKind.GROUP)
        if month % 3 == 0:
            _session(world, supervisors[(month + 1) % 2], month, SessionKind.INDIVIDUAL)
    for member in world.members:
        _contacts(world, member)
    _open_calls(world)
    for place, (kind, road, days) in enumerate(REQUESTS):
        _request(world, world.members[7 + place * 5], kind, road, world.today - timedelta(days))


def _supervisor(world: World, names: Names, firm: str) -> Supervisor:
    name = names.worker()
    return world.book.add(
        Supervisor, world.ago(700, 740), name=name, firm=firm, email=address_of(name), phone=names.phone(),
        hourly_price=Decimal(95), agreement_until=world.today + timedelta(world.rng.randint(100, 400)))


def _session(world: World, supervisor: Supervisor, month: int, kind: SessionKind) -> None:
    coordinator = world.users["coordinator"]
    day = working_day(world.today + month * MONTH + timedelta(world.rng.randint(6, 12)))
    over = day <= world.book.latest
    verb = ("cancel" if month % 8 == 5 else "hold") if over else ""
    hours = Decimal(2) if kind is SessionKind.GROUP else Decimal(1)
    session = world.book.add_after(
        SupervisionSession, world.later(day, -40, -25), [Went(verb, day, coordinator)] if verb else [],
        by=coordinator, kind=kind, supervisor_id=supervisor.id, on=day, starts=time(16), ends=time(16 + int(hours)),
        hours=hours, place="Hyvinvointikeskus, ryhmähuone",
        cost=supervisor.hourly_price * hours if verb == "hold" and supervisor.hourly_price else None)
    if verb == "hold":
        world.held_sessions.append(session)
    _attendances(world, session, day, kind, held=verb == "hold")


def _attendances(world: World, session: SupervisionSession, day: date, kind: SessionKind, *, held: bool) -> None:
    lately = {day - timedelta(back) for back in range(92)}
    there = [member for member in world.members if member.busy & lately and member.free(day, day, frozenset(), 0)]
    invited = world.some(there, 9, 12) if kind is SessionKind.GROUP else world.some(there, 1, 1)
    answers = [Attending.ATTENDED] * 5 + [Attending.DECLINED] * 2 + [Attending.OFFERED]
    for member in invited:
        world.book.add(Attendance, world.later(day, -20, -10), session_id=session.id, expert_id=member.expert.id,
                       attending=world.pick(answers) if held else Attending.OFFERED)


def _contacts(world: World, member: Member) -> None:
    if not member.askable or not world.chance(55):
        return
    for _ in range(world.rng.randint(1, 3)):
        on = max(member.since, world.ago(20, 600))
        _contact(world, member, min(on, world.book.latest))


def _open_calls(world: World) -> None:
    """The talks that somebody waits for: some are due, one is urgent."""
    askable, number = [member for member in world.members if member.askable], 4 * world.scale
    for place, member in enumerate(world.some(askable, number, number)):
        _contact(world, member, world.later(world.ago(4, 30), 0, 0), needs_call=place % 4 == 0,
                 next_on=None if place % 4 == 0 else world.today + timedelta(place % 7 - 2))


def _contact(
    world: World, member: Member, on: date, *, needs_call: bool = False, next_on: date | None = None,
) -> None:
    world.book.add(
        SupportContact, on, expert_id=member.expert.id, on=on, by_id=world.users["coordinator"].id,
        channel=world.pick((Channel.PHONE, Channel.PHONE, Channel.VISIT, Channel.EMAIL)), needs_call=needs_call,
        next_on=next_on, note=world.pick(AGREED))


def _request(world: World, member: Member, kind: DataRequestKind, road: tuple[str, ...], came: date) -> None:
    coordinator, day, steps = world.users["coordinator"], came, []
    for verb in road:
        day = world.later(day, 3, 10)
        note = "Tietoja tarvitaan vielä kirjanpidossa" if verb == "refuse" else ""
        steps.append(Went(verb, day, coordinator, note))
    world.book.add_after(
        DataRequest, came, steps, by=coordinator, expert_id=member.expert.id, kind=kind, received_on=came,
        due_on=came + MONTH, answer="Annettu tulosteena" if "answer" in road else "")
