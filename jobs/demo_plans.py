"""Which orders a demo has: two years that are over, and scenes of the present that fill the first screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.demo_book import DAY, working_day
from jobs.demo_places import MANTYRINNE
from jobs.demo_world import TWO_YEARS, World
from rules.income_register import is_working_day
from rules.states import OrderStatus as O

PAST_ORDERS = 436
RECENT = 24
"""Days back from which the scenes tell what happened."""

BUSY = {1: 80, 2: 100, 3: 100, 4: 95, 5: 90, 6: 40, 7: 8, 8: 60, 9: 100, 10: 100, 11: 100, 12: 45}
"""How probable an order is in each month, in per cent of the busiest: the summer and Christmas are quiet."""


@dataclass(frozen=True)
class Plan:
    """One order to be: when it came and is held, where it stands, and where each of its assignments stands.

    ``cast`` has the words of ``demo_assignments.ROADS``; ``star`` brings in the person of the expert's account.
    """

    received: date
    event: date
    end: O
    cast: tuple[str, ...] = ()
    star: bool = False
    unit: str = ""
    feedback: bool = True


@dataclass(frozen=True)
class Scene:
    """Like a plan, with days counted from today: received so many days ago, held so many days ahead."""

    received: tuple[int, int]
    event: tuple[int, int]
    end: O
    cast: tuple[str, ...] = ()
    star: bool = False
    feedback: bool = True


SCENES = (
    *(Scene((0, 3), (12, 40), O.RECEIVED) for _ in range(5)),
    Scene((1, 2), (4, 6), O.RECEIVED),
    Scene((6, 9), (20, 38), O.SEARCHING, ("asked", "asked", "not_now", "with_orderer"), star=True),
    Scene((6, 9), (15, 30), O.SEARCHING, ("asked", "talk")),
    Scene((5, 12), (18, 36), O.SEARCHING, ("asked", "joint", "no_answer")),
    Scene((4, 8), (22, 40), O.SEARCHING, ("asked", "proposed", "proposed")),
    Scene((8, 12), (3, 6), O.SEARCHING, ("talk", "not_now")),
    Scene((8, 14), (10, 16), O.SEARCHING, ("accepted", "not_now")),
    Scene((8, 14), (12, 20), O.SEARCHING, ("accepted_joint", "ready")),
    Scene((8, 14), (9, 15), O.SEARCHING, ("accepted", "asked")),
    Scene((9, 14), (8, 12), O.SEARCHING, ("accepted", "confirmed")),
    Scene((14, 24), (9, 14), O.STAFFED, ("confirmed",), star=True),
    Scene((14, 24), (10, 30), O.STAFFED, ("confirmed", "not_now")),
    Scene((14, 24), (12, 34), O.STAFFED, ("confirmed", "confirmed", "stood_down")),
    Scene((14, 30), (20, 42), O.STAFFED, ("confirmed", "no_answer")),
    Scene((16, 28), (-8, -7), O.HELD, ("closed", "held"), feedback=False),
    Scene((20, 34), (-10, -8), O.HELD, ("call", "debriefed"), feedback=False),
    Scene((20, 34), (-12, -9), O.HELD, ("debriefed",)),
    Scene((24, 40), (-13, -10), O.HELD, ("debriefed", "not_now"), feedback=False),
    Scene((26, 45), (-14, -11), O.HELD, ("held",)),
    Scene((30, 50), (-11, -9), O.CLOSED, ("closed",), star=True),
    *(Scene((34, 60), (-20, -10), O.CLOSED, ("closed", "closed")) for _ in range(5)),
    *(Scene((34, 60), (-22, -12), O.CLOSED, ("closed", "not_now")) for _ in range(5)),
    Scene((12, 20), (14, 20), O.CANCELLED, ("cancelled", "cancelled_late")),
    Scene((12, 20), (2, 9), O.UNMET, ("not_now", "no_answer", "not_now")),
    Scene((5, 12), (20, 40), O.REFERRED),
)


def plans(world: World) -> list[Plan]:
    """All orders of the demo in the order they came; each state is met among the orderer's own ones."""
    found = [_past(world, number) for number in range(PAST_ORDERS * world.scale)]
    for _ in range(world.scale):
        found += _this_week(world)
        shown: set[O] = set()
        for scene in SCENES:
            found.append(_of_scene(world, scene, "" if scene.end in shown else MANTYRINNE))
            shown.add(scene.end)
    return sorted(found, key=lambda plan: (plan.received, plan.event))


def _of_scene(world: World, scene: Scene, unit: str) -> Plan:
    event = working_day(world.today + timedelta(world.rng.randint(*scene.event)), 1 if scene.event[0] > 0 else -1)
    received = min(working_day(world.ago(*scene.received), -1), event - DAY)
    return Plan(received, event, scene.end, scene.cast, scene.star, unit, scene.feedback)


def _this_week(world: World) -> Iterator[Plan]:
    """Events of the week of today, held before today and staffed from it on; one past that nobody has marked."""
    monday = world.today - timedelta(world.today.weekday())
    days = [monday + offset * DAY for offset in range(5)]
    for day in [day for day in days if is_working_day(day)][:4] or days[:3]:
        ahead = day >= world.today
        cast = ("confirmed",) if ahead else ("held",)
        yield Plan(day - timedelta(world.rng.randint(18, 40)), day, O.STAFFED if ahead else O.HELD, cast,
                   feedback=world.chance(50))
    yield Plan(world.ago(20, 40), world.book.latest, O.STAFFED, ("confirmed",))


def _past(world: World, number: int) -> Plan:
    while True:
        received = working_day(world.ago(RECENT + 16, TWO_YEARS), -1)
        event = working_day(received + timedelta(world.rng.randint(12, 55)))
        known = 100 if received > world.today - timedelta(TWO_YEARS // 2) else 80
        if world.chance(BUSY[received.month] * known // 100) and event < world.today - timedelta(RECENT):
            return Plan(received, event, *_fate(world), star=number % 24 == 3, feedback=world.chance(78))


def _fate(world: World) -> tuple[O, tuple[str, ...]]:
    places = world.pick((1, 1, 1, 1, 2, 2, 3))
    told = world.rng.randrange(100)
    if told < 5:
        return O.CANCELLED, ("cancelled_late",) * (places - 1) + ("cancelled",)
    if told < 8:
        return O.UNMET, ("not_now", "no_answer", "not_now")[:places + 1]
    if told < 11:
        return O.REFERRED, ()
    others = [word for word, percent in (("not_now", 35), ("no_answer", 9), ("stood_down", 5), ("fell_ill", 5))
              if world.chance(percent)]
    return O.CLOSED, (*("closed",) * places, *others)
