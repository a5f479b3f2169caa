"""Who is asked for the orders of a demo, what became of it and when: assignments with their history."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from jobs.demo_book import DAY, Went, working_day
from jobs.demo_onboarding import add_parts
from jobs.demo_places import KETTUKALLIO, TRAINERS
from jobs.demo_plans import Plan
from jobs.demo_rates import fee_on
from jobs.demo_world import Member, Work, World
from models import Assignment, Order
from rules.choices import AnswerBy, ContactRelease, Debriefed, Onboarded, WithoutFee

SURE = ("ask", "accept", "confirm")
ROADS: dict[str, tuple[str, ...]] = {
    "proposed": (), "asked": ("ask",), "talk": ("ask",), "joint": ("ask",), "no_answer": ("ask", "lapse"),
    "not_now": ("ask", "decline"), "fell_ill": (*SURE, "decline"), "accepted": ("ask", "accept"),
    "accepted_joint": ("ask", "accept"), "with_orderer": ("ask", "accept"), "ready": ("ask", "accept"),
    "stood_down": ("ask", "accept", "stand_down"),
    "cancelled": ("ask", "cancel"), "cancelled_late": (*SURE, "cancel"), "confirmed": SURE, "held": (*SURE, "hold"),
    "debriefed": (*SURE, "hold"), "call": (*SURE, "hold"), "closed": (*SURE, "hold", "close"),
}
TALKED_OVER = {"debriefed", "call", "closed"}
REMINDED_AFTER = 3
TRY_OUT = 14
"""So many people are looked at for one place; among them the themes decide."""


@dataclass(frozen=True)
class Days:
    """When an order was searched for, its people asked, answered, onboarded, sure, heard and closed."""

    search: date
    ask: date
    answer: date
    onboard: date
    confirm: date
    event: date
    debrief: date
    close: date


@dataclass(frozen=True)
class Cast:
    """Who is where in an order: one assignment to be."""

    member: Member
    word: str


def days_of(world: World, plan: Plan) -> Days:
    """The days of a plan: what comes before an event stays before it, and nothing is after the book's last day."""
    def after(day: date, fewest: int, most: int, last: date) -> date:
        wanted = working_day(day + timedelta(world.rng.randint(fewest, most)))
        return max(day, min(wanted, last, world.book.latest))

    before = plan.event - DAY
    search = after(plan.received, 0, 2, before)
    ask = after(search, 0, 2, before)
    answer = after(ask, 0, 4, before)
    onboard = after(answer, 1, 5, before)
    confirm = after(onboard, 0, 1, before)
    debrief = after(plan.event, 1, 6, date.max)
    return Days(search, ask, answer, onboard, confirm, plan.event, debrief, after(debrief, 1, 9, date.max))


def cast_of(world: World, plan: Plan, organisation: int, themes: frozenset[int]) -> list[Cast]:
    """Different people for the words of the plan; who has a part that is kept has the day booked."""
    chosen: list[Cast] = []
    for word in plan.cast:
        taken = {cast.member.expert.id for cast in chosen}
        star = world.members[0]
        if plan.star and not chosen and star.free(plan.event, plan.received, frozenset(), organisation):
            member = star
        else:
            member = _choose(world, plan, organisation, themes, taken)
        chosen.append(Cast(member, word))
        if "accept" in ROADS[word] and word not in ("stood_down", "cancelled", "fell_ill"):
            member.book(plan.event)
    return chosen


def _choose(world: World, plan: Plan, organisation: int, themes: frozenset[int], taken: set[int]) -> Member:
    """Whoever of some that are free knows the themes best; when nobody of many is, one who is only busy."""
    star = world.members[0]
    looked_at = [member for member in world.some(world.members, TRY_OUT * 8, TRY_OUT * 8)
                 if member is not star and member.expert.id not in taken]
    free = (member for member in looked_at if member.free(plan.event, plan.received, themes, organisation))
    busy = (member for member in looked_at if member.askable and not member.minds(themes, organisation))
    return max(islice(free, TRY_OUT), key=lambda member: len(member.themes & themes), default=None) or next(busy)


def add_assignment(
    world: World, order: Order, days: Days, cast: Cast, hours: int, kilometres: int,
) -> Assignment:
    """The assignment with all that its state needs, and its history."""
    coordinator, word = world.users["coordinator"], cast.word
    road = ROADS[word]
    when = {"ask": days.ask, "accept": days.answer, "confirm": days.confirm,
            "hold": world.later(days.event, 1, 1), "close": days.close,
            "lapse": world.later(days.ask, 5, 8), "stand_down": days.confirm, "cancel": days.confirm,
            "decline": days.confirm if word == "fell_ill" else days.answer}
    columns: dict[str, Any] = _answer(world, cast, days, road) | _onboarding(world, cast, days) | _debrief(
        world, cast, days)
    if "accept" in road:
        unit, fee = fee_on(order.kind, days.event)
        refused = cast.member.expert.wants_no_fee
        columns |= {"agreed_unit": unit, "agreed_fee": None if refused else fee, "without_fee": _without_fee(cast),
                    "companion_agreed": cast.member.expert.id % 23 == 5,
                    "contact_release": world.pick(list(ContactRelease) + [ContactRelease.COORDINATOR] * 3)}
    if "confirm" in road:
        columns["goes_by"] = str(cast.member.expert)
    assignment = world.book.add_after(
        Assignment, days.search, [Went(verb, when[verb], coordinator) for verb in road], by=coordinator,
        order_id=order.id, expert_id=cast.member.expert.id, **columns)
    add_parts(world, order, assignment, cast.word, days.answer)
    if word in TALKED_OVER and not columns["without_fee"]:
        world.work.append(Work(assignment, order, cast.member, days.event, hours, kilometres, order.cost_centre))
    return assignment


def _without_fee(cast: Cast) -> WithoutFee | None:
    """Most who want no fee said so beforehand; a few thought better of it afterwards."""
    if not cast.member.expert.wants_no_fee:
        return None
    afterwards = cast.word in TALKED_OVER and cast.member.expert.id % 3 == 0
    return WithoutFee.REFUSED if afterwards else WithoutFee.VOLUNTARY


def _answer(world: World, cast: Cast, days: Days, road: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"wants_to_talk": cast.word == "talk"}
    if road:
        found["asked_on"] = days.ask
        if cast.word == "asked" and (world.today - days.ask).days > REMINDED_AFTER:
            found["reminded_on"] = world.later(days.ask, REMINDED_AFTER, REMINDED_AFTER)
    if len(road) > 1 and "lapse" not in road and cast.word != "cancelled":
        found["answered_by"] = world.pick([AnswerBy.EXPERT] * 6 + list(AnswerBy))
    if road and world.chance(4):
        found["override_reason"] = "Sovittu henkilön ja tukihenkilön kanssa erikseen"
    return found


def _onboarding(world: World, cast: Cast, days: Days) -> dict[str, Any]:
    coordinator = world.users["coordinator"]
    if cast.word in ("joint", "accepted_joint"):
        return {"onboarding_with_id": world.organisations[KETTUKALLIO].id}
    if cast.word != "ready" and "confirm" not in ROADS[cast.word]:
        return {}
    how = world.pick([Onboarded.BY_COORDINATOR] * 5 + list(Onboarded))
    found: dict[str, Any] = {"onboarded": how, "onboarded_on": days.onboard, "onboarded_by": coordinator.name}
    if how is Onboarded.WITH_TRAINER:
        found["onboarding_with_id"] = world.organisations[world.pick(TRAINERS)[0]].id
    if how is Onboarded.NOT_NEEDED:
        found["onboarding_note"] = "Pitänyt samanlaisen tilaisuuden jo useasti"
    return found


def _debrief(world: World, cast: Cast, days: Days) -> dict[str, Any]:
    if cast.word not in TALKED_OVER:
        return {}
    return {
        "debriefed": world.pick([Debriefed.DONE] * 6 + [Debriefed.OFFERED]), "debriefed_on": days.debrief,
        "debriefed_with": world.users["coordinator"].name, "needs_follow_up": cast.word == "call",
        "supervision_offered": world.chance(30)}
