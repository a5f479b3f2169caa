"""What is on paper about the experts of a demo, and what they have been trained in."""

from datetime import date, timedelta

from jobs.demo_book import Went
from jobs.demo_names import Names, address_of
from jobs.demo_people import YEAR
from jobs.demo_world import Member, World
from models import Agreement, BackgroundCheck, Completion, Consent, Guardian, Programme
from rules.choices import AgreementKind, CheckBasis, ConsentKind

FULL_AGE = 18


def add_papers(world: World, names: Names) -> None:
    """Consents, guardians, agreements, background checks and completions, by turns complete and lacking."""
    minors = 0
    for place, member in enumerate(world.members):
        if member.expert.alias.startswith("Anonymisoitu"):
            continue
        if _turns_of_age(member) > world.today:
            _guardian(world, names, member, minors)
            minors += 1
        _consents(world, member, place)
        _agreements(world, member, place)
        _check(world, member, place)
        _trained(world, member, place)


def _turns_of_age(member: Member) -> date:
    born = member.birth
    return born.replace(year=born.year + FULL_AGE, day=min(born.day, 28))


def _guardian(world: World, names: Names, member: Member, number: int) -> None:
    """Most guardians have consented; without a consent in force nobody asks the minor."""
    expert, coordinator = member.expert, world.users["coordinator"]
    _, last = names.person()
    name = f"{names.person()[0]} {expert.last_name or last}"
    world.book.add(Guardian, member.since, expert_id=expert.id, name=name, phone=names.phone(),
                   email=address_of(name), legal=number % 7 == 6)
    if number % 9 == 4:
        member.askable = False
        return
    steps: list[Went] = []
    until: date | None = world.today + timedelta(YEAR)
    if number % 9 == 7:
        steps, until = [Went("withdraw", world.ago(5, 15), coordinator)], None
    elif number % 9 == 8:
        until = world.ago(5, 15)
        steps = [Went("expire", until, coordinator)]
    member.askable = member.askable and not steps
    world.book.add_after(
        Consent, member.since, steps, by=coordinator, expert_id=expert.id, kind=ConsentKind.GUARDIAN, given_by=name,
        given_on=member.since, valid_until=until and max(until, member.since))


def _consents(world: World, member: Member, place: int) -> None:
    expert, coordinator = member.expert, world.users["coordinator"]
    kinds = [ConsentKind.TAKING_PART, ConsentKind.THEMES, *([ConsentKind.PUBLISHING] if place % 5 == 0 else [])]
    for kind in kinds:
        withdrawn = kind is ConsentKind.PUBLISHING and place % 25 == 10
        steps = [Went("withdraw", world.later(member.since, 30, 90), coordinator)] if withdrawn else []
        world.book.add_after(Consent, member.since, steps, expert_id=expert.id, kind=kind, given_by=str(expert),
                             given_on=member.since)


def _agreements(world: World, member: Member, place: int) -> None:
    signed = world.later(member.since, 5, 40)
    for kind, turn in ((AgreementKind.ASSIGNMENT, 4), (AgreementKind.CONFIDENTIALITY, 3)):
        if place % turn:
            world.book.add(Agreement, signed, expert_id=member.expert.id, kind=kind, signed_on=signed,
                           form_version=f"{signed.year}-1",
                           valid_until=signed + timedelta(3 * YEAR) if place % 2 else None)


def _check(world: World, member: Member, place: int) -> None:
    if place % 9 not in (0, 2, 4, 7):
        return
    issued = world.ago(155, 180) if place % 27 == 4 else world.ago(15, 150)
    if issued < member.since:
        return
    world.book.add(BackgroundCheck, issued, expert_id=member.expert.id, issued_on=issued,
                   basis=world.pick(list(CheckBasis)), seen_on=world.later(issued, 3, 25),
                   seen_by_id=world.users["coordinator"].id)


def _trained(world: World, member: Member, place: int) -> None:
    """Two thirds of the bank are trained; some trainings are under way, some run out soon."""
    turn = place % 24
    if turn in (3, 5, 8, 11, 14, 18, 21):
        return
    programme = world.programmes[place % len(world.programmes)]
    runs_out = _years_ago(world, programme) + timedelta(world.rng.randint(10, 80))
    completed = runs_out if turn == 7 else world.ago(40, 850)
    verbs = {1: (), 10: ("start",), 17: ("start", "interrupt"), 20: ("start", "interrupt", "resume")}.get(
        turn, ("start", "complete"))
    _completion(world, member, programme, verbs, completed)
    if verbs == ("start", "complete"):
        member.trained = True
        if place % 10 == 4:
            second = world.programmes[(place + 1) % len(world.programmes)]
            _completion(world, member, second, verbs, world.ago(40, 300))


def _years_ago(world: World, programme: Programme) -> date:
    return world.today - timedelta(YEAR * (programme.valid_years or 3))


def _completion(
    world: World, member: Member, programme: Programme, verbs: tuple[str, ...], completed: date,
) -> None:
    trainer = world.users["trainer"]
    done = verbs[-1:] == ("complete",)
    started = completed - timedelta(70) if done else world.ago(20, 60)
    days = {"start": started, "complete": completed}
    steps = [Went(verb, days.get(verb, world.ago(3, 18)), trainer) for verb in verbs]
    years = programme.valid_years
    world.book.add_after(
        Completion, started, steps, by=trainer, expert_id=member.expert.id, programme_id=programme.id,
        started_on=started if verbs else None, completed_on=completed if done else None,
        certificate_seen_on=world.later(completed, 5, 40) if done and world.chance(70) else None,
        valid_until=completed + timedelta(YEAR * years) if done and years else None)
