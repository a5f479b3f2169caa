"""Groups of a demo, who sits in them, their meetings, and the matters they carry to a decision and back."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from jobs.demo_book import Went, working_day
from jobs.demo_places import KETTUKALLIO
from jobs.demo_world import World
from models import Decision, Group, Matter, Meeting, Membership
from rules.choices import GroupKind, OrganisationKind, Seat
from rules.states import PlanStatus

DEVELOPMENT, STEERING, PEER = GroupKind.DEVELOPMENT, GroupKind.STEERING, GroupKind.PEER


@dataclass(frozen=True)
class Circle:
    """A group: how often it meets in weeks, in how many days next, for whom."""

    name: str
    kind: GroupKind
    weeks: int
    next_in: int
    schedule: str
    place: str
    target_group: str = ""
    room: int | None = None


CIRCLES = (
    Circle("Nuorten kehittäjäryhmä", DEVELOPMENT, 4, 9, "kuukausittain klo 16.30", "Nuorten Talo", "13–29-vuotiaat"),
    Circle("Vanhempien kehittäjäryhmä", DEVELOPMENT, 6, 16, "joka kuudes viikko", "Perheiden Majakka", "vanhemmat"),
    Circle("Kokemusasiantuntijatoiminnan ohjausryhmä", STEERING, 12, 23, "neljä kertaa vuodessa", "Hyvinvointikeskus"),
    Circle("Pohjoisen alueen ohjausryhmä", STEERING, 16, 40, "kolme kertaa vuodessa", "Saarijärven perhepalvelut"),
    Circle("Jälkihuollon vertaisryhmä", PEER, 2, 6, "joka toinen tiistai 17", "Nuorten Talo", "18–25-vuotiaat", 10),
    Circle("Vanhempien vertaisryhmä", PEER, 3, 13, "joka kolmas torstai 17.30", "Seurakuntatalo", "vanhemmat", 12),
)
AGENDA = ("Kuulumiset, tulevat tilaukset, ohjausryhmälle vietävät asiat.", "Palautteet ja niiden vastaukset.",
          "Perehdytyslistan päivitys.", "Syksyn tilaukset ja työnohjaus.")
MATTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Saapumisillan vastuuohjaaja jokaiseen yksikköön", ("prepare", "send", "decide", "report")),
    ("Palkkiot kahden viikon sisällä", ("prepare", "send", "decide", "report")),
    ("Nuorten edustaja rekrytointeihin", ("prepare", "send", "decide")),
    ("Matkakorvaus myös tukihenkilölle", ("prepare", "send", "decide")),
    ("Ennakkokysymykset pakollisiksi", ("prepare", "send")),
    ("Työnohjausta ryhmänä kuukausittain", ("prepare", "send", "return")),
    ("Selkokielinen esite toiminnasta", ("prepare", "send", "return", "prepare")),
    ("Kehittäjäryhmän oma tila", ()), ("Etäosallistumisen ohje", ()), ("Vertaisryhmä pohjoiseen", ("prepare",)),
    ("Kesäretki", ("drop",)),
)
NOTES = {"decide": "Hyväksyttiin esityksen mukaan", "return": "Kustannukset selvitettävä",
         "drop": "Ei kuulu ohjausryhmälle", "report": "Kerrottu kehittäjäryhmälle"}
DECIDED = ("Otetaan käyttöön kaikissa yksiköissä.", "Kokeillaan puoli vuotta kolmessa yksikössä.",
           "Koordinaattori valmistelee ohjeen.")


def add_groups(world: World) -> None:
    """Groups with seats and meetings; the young people's seat of one steering group is empty."""
    for circle in CIRCLES:
        _group(world, circle)
    for place, (title, road) in enumerate(MATTERS):
        _matter(world, place, title, road)


def _group(world: World, circle: Circle) -> None:
    began = world.ago(640, 700)
    host = next(unit for unit in world.units if unit.kind is OrganisationKind.NGO) if circle.kind is PEER else None
    group = world.book.add(
        Group, began, name=circle.name, kind=circle.kind, leader_id=world.users["coordinator"].id,
        schedule=circle.schedule, place=circle.place, target_group=circle.target_group, max_size=circle.room,
        organisation_id=host.id if host else None)
    world.groups.append(group)
    seats = {DEVELOPMENT: _development, STEERING: _steering}.get(circle.kind)
    if seats:
        seats(world, group, began)
    _meetings(world, circle, group, began)


def _development(world: World, group: Group, began: date) -> None:
    book, coordinator = world.book, world.users["coordinator"]
    book.add(Membership, began, group_id=group.id, seat=Seat.LEADER, user_id=coordinator.id, since=began)
    old = [member for member in world.members[1:] if member.askable and member.left is None and member.since < began]
    of_parents = group.target_group == "vanhemmat"
    fitting = [member for member in old if (member.birth.year < world.today.year - 29) == of_parents]
    for place, member in enumerate(world.some(fitting, 6, 8)):
        until = world.ago(30, 200) if place == 0 else None
        book.add(Membership, began, group_id=group.id, seat=Seat.MEMBER, expert_id=member.expert.id, since=began,
                 until=until)


def _steering(world: World, group: Group, began: date) -> None:
    book, users = world.book, world.users
    first = "Pohjoisen" not in group.name
    book.add(Membership, began, group_id=group.id, seat=Seat.LEADER, user_id=users["coordinator"].id, since=began)
    book.add(Membership, began, group_id=group.id, seat=Seat.MANAGER, user_id=users["steering"].id, since=began,
             deputy="Varajäsen nimetään myöhemmin")
    for unit in world.some(world.units[:10], 2, 3):
        book.add(Membership, began, group_id=group.id, seat=Seat.MANAGER, since=began,
                 contact_id=world.contacts[unit.id][0].id)
    trainer = world.contacts[world.organisations[KETTUKALLIO].id][0]
    book.add(Membership, began, group_id=group.id, seat=Seat.TRAINING, contact_id=trainer.id, since=began)
    until = None if first else world.ago(20, 60)
    expert = world.members[0].expert if first else world.pick(world.members[1:40]).expert
    book.add(Membership, began, group_id=group.id, seat=Seat.YOUNG_PEOPLE, expert_id=expert.id, since=began,
             until=until)


def _meetings(world: World, circle: Circle, group: Group, began: date) -> None:
    coordinator = world.users["coordinator"]
    ahead = [working_day(world.today + timedelta(circle.next_in + n * 7 * circle.weeks)) for n in (1, 0)]
    past = world.today + timedelta(circle.next_in - 7 * circle.weeks)
    days = list(ahead)
    while past > began + timedelta(20):
        days.append(working_day(past))
        past -= timedelta(7 * circle.weeks)
    for place, day in enumerate(sorted(days)):
        over = day <= world.book.latest
        cancelled = over and (day.month == 7 or place % 9 == 4)
        verb = ("cancel",) if cancelled else ("hold",) if over else ()
        meeting = world.book.add_after(
            Meeting, world.later(day, -40, -20), [Went(word, day, coordinator) for word in verb], by=coordinator,
            group_id=group.id, on=day, starts=time(16, 30), ends=time(18, 30), place=circle.place,
            remote=world.chance(15), notes="" if circle.kind is PEER else world.pick(AGENDA),
            attended=world.rng.randint(4, 9) if verb == ("hold",) else None)
        if verb == ("hold",) and circle.kind is not PEER:
            world.held_meetings.append(meeting)


def _agenda(world: World, group: Group, last: str) -> int | None:
    """Where a matter in this state is to be taken up, or was."""
    steering = [one.id for one in world.groups if one.kind is STEERING]
    groups = {"send": steering, "return": steering, "decide": [group.id], "report": [group.id]}.get(last, [])
    there = sorted((one for one in world.book.of(Meeting) if one.group_id in groups), key=lambda one: one.on)
    ahead = last in ("send", "decide")
    found = [one.id for one in there if one.status is (PlanStatus.PLANNED if ahead else PlanStatus.HELD)]
    return (found[0] if ahead else found[-1]) if found else None


def _matter(world: World, place: int, title: str, road: tuple[str, ...]) -> None:
    coordinator, group = world.users["coordinator"], world.groups[place % 2]
    raised = world.ago(20, 60) if len(road) < 2 else world.ago(120, 400)
    steps, day = [], raised
    for verb in road:
        day = world.later(day, 8, 25)
        steps.append(Went(verb, day, coordinator, NOTES.get(verb, "")))
    insight = world.pick(world.insights) if place % 3 == 0 else None
    matter = world.book.add_after(
        Matter, raised, steps, by=coordinator, title=title, group_id=group.id,
        insight_id=insight.id if insight else None, meeting_id=_agenda(world, group, steps[-1].verb if steps else ""),
        text="Nousi esiin ryhmän keskustelussa. Ryhmä toivoo ohjausryhmältä kantaa.")
    if "decide" in road:
        steering = [meeting for meeting in world.held_meetings if meeting.group_id == world.groups[2].id]
        done = world.ago(5, 40) if "report" in road else None
        world.book.add(
            Decision, day, matter_id=matter.id, meeting_id=steering[-1].id, text=world.pick(DECIDED),
            owner=world.pick(("Sirpa Esihenkilö", "Kaisa Koordinaattori")), done_on=done,
            due_on=world.ahead(10, 60) if done is None else done)
