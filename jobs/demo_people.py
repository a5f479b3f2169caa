"""The bank of a demo: experts of every age with their wishes, limits, supporters and pauses. Papers stand apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jobs.demo_book import Went
from jobs.demo_names import Names, address_of
from jobs.demo_world import Member, World
from models import Expert, Pause, SupportPerson
from models.expert import (
    expert_language,
    expert_municipality,
    expert_task,
    expert_theme,
    expert_viewpoint,
)
from models.sealed_choice import SealedChoice

EXPERTS = 148
YEAR = 365
ALIASES = ("Kide", "Halla", "Myrsky", "Aurinko", "Tuuli", "Sisu", "Utu", "Routa", "Lumo", "Vire", "Säde", "Roihu")
NOTES = ("soita iltapäivällä", "mieluiten viesti", "älä soita koulupäivän aikana", "vain tukihenkilön kautta")


@dataclass(frozen=True)
class Kind:
    """A kind of expert: every how-manieth one, their age in years, and what their experience is of."""

    ages: tuple[int, int]
    viewpoints: tuple[int, ...]


MINOR = Kind((13, 17), (0,))
YOUNG = Kind((18, 29), (0, 1, 4))
PARENT = Kind((30, 58), (2, 2, 3))
KINDS = (YOUNG, PARENT, YOUNG, MINOR, PARENT, YOUNG, PARENT, PARENT, YOUNG, PARENT)


def add_people(world: World, names: Names) -> None:
    """148 experts for each unit of scale; the first one is the person of the expert's account."""
    own = _first(world)
    for place in range(1, EXPERTS * world.scale):
        _expert(world, names, KINDS[place % len(KINDS)], place)
    _wishes(world, own)
    for member in world.members:
        _support_person(world, names, member)


def _first(world: World) -> Member:
    user = world.users["expert"]
    since, born = world.today - timedelta(900), world.today.replace(year=world.today.year - 23, month=3, day=9)
    columns: dict[str, Any] = {
        "first_name": "Veera", "last_name": "Salminen", "birth_date": born, "person_id": user.person_id,
        "phone": "+358 40 0999999", "email": user.email, "load_limit": 4, "met_on": since + timedelta(20),
        "known_by_id": world.users["coordinator"].id, "last_confirmed_on": world.ago(20, 40)}
    expert = world.book.add_after(Expert, since, [_joined(world, since)], **columns)
    member = Member(expert, born, since, home=world.towns[0].id)
    world.members.append(member)
    return member


def _expert(world: World, names: Names, kind: Kind, place: int) -> None:
    book, coordinator = world.book, world.users["coordinator"]
    since = world.ago(60, 4 * YEAR) if place % 9 else world.ago(20, 120)
    born = world.today - timedelta(world.rng.randint(kind.ages[0] * 366, (kind.ages[1] + 1) * YEAR - 2))
    steps, left = _path(world, place, since)
    gone = "anonymise" in {step.verb for step in steps}
    who = {"alias": f"Anonymisoitu {place}"} if gone else _identity(world, names, kind, place, born)
    met = since + timedelta(world.rng.randint(3, 60))
    columns: dict[str, Any] = who | {
        "met_on": None if gone or place % 29 == 4 or met > book.latest else met,
        "known_by_id": None if gone else coordinator.id,
        "last_confirmed_on": world.ago(380, 600) if place % 17 == 5 else max(since, world.ago(10, 330)),
        "load_limit": world.pick((1, 2, 2, 3)) if place % 2 else None, "remote_only": place % 19 == 6,
        "protected": place % 31 == 8 and not gone, "restricted": place % 67 == 9, "wants_no_fee": place % 23 == 3}
    expert = book.add_after(Expert, since, steps, by=coordinator, **columns)
    member = Member(expert, born, since, left, home=world.pick(world.towns[:1] * 3 + world.towns).id,
                    askable=not columns["restricted"] and not gone)
    world.members.append(member)
    if not gone:
        _wishes(world, member, kind.viewpoints)
        _pauses(world, member, place)
        _limits(world, member, place)
        _logs(world, member, place)


def _joined(world: World, since: date) -> Went:
    return Went("join", world.later(since, 10, 90), world.users["coordinator"])


def _path(world: World, place: int, since: date) -> tuple[list[Went], date | None]:
    """Steps into the bank and out of it, and the day of leaving."""
    coordinator = world.users["coordinator"]
    if place % 7 in (2, 5) and place % 21 != 2:
        return [], None  # takes part without being in the bank
    steps = [_joined(world, since)]
    if place % 20 in (11, 17):
        left = world.later(max(since, world.ago(150, 500)), 91, 140)
        steps.append(Went("leave", left, coordinator))
        if place % 40 == 11:
            steps.append(Went("rejoin", world.later(left, 30, 60), coordinator))
            return steps, None
        if place % 40 == 17 and place % 120 != 97:
            steps.append(Went("anonymise", world.later(left, 40, 70), coordinator, "Pyysi tietojensa poistamista"))
        return steps, left
    return steps, None


def _identity(world: World, names: Names, kind: Kind, place: int, born: date) -> dict[str, Any]:
    first, last = names.person(young=kind is not PARENT)
    phone, email = names.phone(), address_of(f"{first} {last}")
    found: dict[str, Any] = {"first_name": first, "last_name": last, "phone": phone, "email": email}
    if place % 6 == 1:
        found["alias"] = f"{first} {last[0]}." if place % 4 else f"{world.pick(ALIASES)} {place}"
    if place % 37 == 10:
        found |= {"phone": "", "email": "", "reached_through": "Nuorten Talo, ohjaajan kautta"}
    if place % 41 == 12:
        return found  # neither date nor year is known
    found |= {"birth_year": born.year} if place % 13 == 7 else {"birth_date": born}
    if world.chance(15):
        found["contact_note"] = world.pick(NOTES)
    return found


def _wishes(world: World, member: Member, viewpoints: Sequence[int] = (0, 1)) -> None:
    book, expert = world.book, member.expert
    themes = world.some(world.themes, 2, 5)
    member.themes = frozenset(theme.id for theme in themes)
    for theme in themes:
        book.link(expert_theme, expert.id, theme.id)
    for viewpoint in sorted({world.pick(viewpoints) for _ in range(2)}):
        book.link(expert_viewpoint, expert.id, world.viewpoints[viewpoint].id)
    for task in world.some(world.tasks, 1, 3):
        book.link(expert_task, expert.id, task.id)
    spoken = {1} | ({world.rng.randint(2, len(world.languages))} if world.chance(30) else set())
    for language in sorted(spoken):
        book.link(expert_language, expert.id, language)
    near = {member.home} | {town.id for town in world.some(world.towns, 0, 2)}
    for town in sorted(near):
        book.link(expert_municipality, expert.id, town)


def _limits(world: World, member: Member, place: int) -> None:
    if place % 4 == 0:
        closed = world.pick([theme for theme in world.themes if theme.id not in member.themes])
        member.closed = frozenset({closed.id})
        member.expert.closed_themes = SealedChoice([closed])
    if place % 11 == 3:
        unit = world.pick(world.units)
        member.avoided = frozenset({unit.id})
        member.expert.avoided_organisations = SealedChoice([unit])
        member.expert.avoided_contacts = SealedChoice(world.contacts[unit.id][:1])


def _pauses(world: World, member: Member, place: int) -> None:
    if place % 12 == 5:
        start, until = world.ago(5, 60), (world.ahead(10, 120) if place % 24 == 5 else None)
    elif place % 10 == 1 and (world.today - member.since).days > 200:
        start = member.since + timedelta(world.rng.randint(60, 120))
        until = start + timedelta(world.rng.randint(14, 60))
    else:
        return
    start = max(start, member.since)
    member.pauses.append((start, until))
    world.book.add(Pause, start, expert_id=member.expert.id, starts_on=start, ends_on=until)


def _support_person(world: World, names: Names, member: Member) -> None:
    if member.expert.id % 8 == 3 or member.expert.alias.startswith("Anonymisoitu"):
        return
    unit = world.pick(world.units)
    worker = world.pick(world.contacts[unit.id]) if world.chance(70) else None
    world.book.add(
        SupportPerson, member.since, expert_id=member.expert.id, name=worker.name if worker else names.worker(),
        organisation_id=unit.id if worker else None, phone=worker.phone if worker else names.phone(),
        email=worker.email if worker else "", chosen_by_expert=not world.chance(5), since=member.since, until=None)


def _logs(world: World, member: Member, place: int) -> None:
    coordinator, day = world.users["coordinator"], world.ago(3, 200)
    if member.since >= day:
        return
    if place % 9 == 2 and (limit := member.expert.load_limit):
        world.book.changed(member.expert, day, coordinator, load_limit=(str(limit + 1), str(limit)))
    if member.expert.protected:
        world.book.read(member.expert, day, coordinator, "Tilauksesta sopiminen")
