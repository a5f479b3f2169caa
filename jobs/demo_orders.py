"""The orders of a demo with their occasions and history; who takes part stands in ``demo_assignments``."""

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

from jobs.demo_assignments import Days, add_assignment, cast_of, days_of
from jobs.demo_book import Went, working_day
from jobs.demo_feedback import add_feedback
from jobs.demo_plans import Plan, plans
from jobs.demo_rates import fee_on
from jobs.demo_world import World
from models import Occasion, Order, Organisation
from models.order import order_language, order_task, order_theme, order_viewpoint
from rules.choices import CostBearer, OrderKind, OrderSource, OrganisationKind
from rules.states import OrderStatus as O

KINDS = {
    OrderKind.TALK: 8, OrderKind.PANEL: 3, OrderKind.WORKSHOP: 3, OrderKind.LISTENING: 3, OrderKind.INTERVIEW: 3,
    OrderKind.WORKING_GROUP: 4, OrderKind.RECRUITMENT: 1, OrderKind.WORK_PAIR: 2, OrderKind.ONBOARDING_DAY: 2,
    OrderKind.OTHER: 1,
}
HOURS = {OrderKind.TALK: 1, OrderKind.PANEL: 2, OrderKind.INTERVIEW: 1, OrderKind.WORKSHOP: 3,
         OrderKind.RECRUITMENT: 3, OrderKind.ONBOARDING_DAY: 4}
TITLES = {
    OrderKind.TALK: "Kokemuspuheenvuoro", OrderKind.PANEL: "Paneelikeskustelu", OrderKind.WORKSHOP: "Työpaja",
    OrderKind.LISTENING: "Kuulemistilaisuus", OrderKind.INTERVIEW: "Haastattelu opinnäytetyöhön",
    OrderKind.WORKING_GROUP: "Tiimipalaveri", OrderKind.RECRUITMENT: "Rekrytointipaneeli",
    OrderKind.WORK_PAIR: "Työpari asiakasryhmään", OrderKind.ONBOARDING_DAY: "Uusien työntekijöiden perehdytyspäivä",
    OrderKind.PEER_EVALUATION: "Vertaisarviointi yksikössä", OrderKind.OTHER: "Lausunto esitteestä",
}
AUDIENCES = (("henkilöstö", 14, False), ("opiskelijat", 30, False), ("johto", 8, False), ("vanhemmat", 12, False),
             ("nuoret", 10, True), ("sijaisvanhemmat", 16, False), ("luottamushenkilöt", 20, False))
PURPOSES = (
    "Kuultua käytetään yksikön toimintasuunnitelman päivittämiseen.",
    "Tiimi sopii kuulemansa pohjalta kaksi muutosta arkeen.",
    "Uudet työntekijät kuulevat, mikä kohtaamisessa on ollut tärkeää.",
    "Tulokset viedään palvelun kehittämisryhmään.",
    "Opiskelijat peilaavat opittua omaan harjoitteluunsa.",
)
PRACTICAL = ("", "Tila on esteetön, ja paikalla on induktiosilmukka.", "Auton saa jättää pihalle. Kahvit klo 9.",
             "Tulkki viittoo tilaisuudessa.", "")
OTHER_TIMES = ("", "", "", "Sama viikko iltapäivisin käy myös.")
HEARD = ("tiimikäynti", "uutiskirje", "kollega", "intranet", "aiempi tilaus", "")
STARTS = (time(9), time(10), time(13), time(14), time(16, 30))
VALTTI = 1


def add_orders(world: World) -> None:
    """Every plan becomes an order, numbered by the year it came."""
    numbers: Counter[int] = Counter()
    for plan in plans(world):
        numbers[plan.received.year] += 1
        _order(world, plan, f"{plan.received.year}-{numbers[plan.received.year]:03}")


def _order(world: World, plan: Plan, number: str) -> None:
    unit = world.organisations[plan.unit] if plan.unit else _orderer(world)
    kind = OrderKind.PEER_EVALUATION if plan.end is O.REFERRED else world.rng.choices(list(KINDS), [*KINDS.values()])[0]
    themes = frozenset(theme.id for theme in world.some(world.themes, 1, 2))
    days, cast = days_of(world, plan), cast_of(world, plan, unit.id, themes)
    steps = _steps(world, plan, days)
    order = world.book.add_after(
        Order, plan.received, steps, by=world.users["coordinator"], number=number,
        places=sum(member.word not in ("not_now", "no_answer", "stood_down", "fell_ill") for member in cast) or 1,
        **_wish(world, plan, unit, kind))
    world.orders.append(order)
    for theme in sorted(themes):
        world.book.link(order_theme, order.id, theme)
    world.book.link(order_viewpoint, order.id, world.pick(world.viewpoints).id)
    world.book.link(order_task, order.id, world.pick(world.tasks).id)
    world.book.link(order_language, order.id, world.languages[0].id)
    hours = HOURS.get(kind, 2)
    kilometres = _occasions(world, plan, order, unit, hours)
    assignments = [add_assignment(world, order, days, member, hours, kilometres) for member in cast]
    if plan.end in (O.HELD, O.CLOSED):
        add_feedback(world, plan, order, days, assignments)


def _orderer(world: World) -> Organisation:
    """Some units order often, some never."""
    often, rest = world.units[:14], world.units[14:-6]
    return world.pick(often if world.chance(65) else rest)


def _steps(world: World, plan: Plan, days: Days) -> list[Went]:
    coordinator = world.users["coordinator"]
    confirmed, held = days.confirm, world.later(days.event, 1, 1)
    reopened = "fell_ill" in plan.cast
    road: dict[O, tuple[tuple[str, date], ...]] = {
        O.RECEIVED: (), O.SEARCHING: (("search", days.search),),
        O.STAFFED: (("search", days.search), ("staff", confirmed)),
        O.HELD: (("search", days.search), ("staff", confirmed), ("hold", held)),
        O.CLOSED: (("search", days.search), ("staff", confirmed), ("hold", held), ("close", days.close)),
        O.CANCELLED: (("search", days.search), ("cancel", confirmed)),
        O.REFERRED: (("refer", days.search),), O.UNMET: (("search", days.search), ("give_up", confirmed)),
    }
    steps = list(road[plan.end])
    if reopened and plan.end is O.CLOSED:
        steps[2:2] = [("reopen", confirmed), ("staff", confirmed)]
    notes = {"refer": "Kuuluu toiseen rakenteeseen", "cancel": "Tilaaja perui", "reopen": "Yksi estyi, etsitään toinen"}
    return [Went(verb, on, coordinator, notes.get(verb, "")) for verb, on in steps]


def _wish(world: World, plan: Plan, unit: Organisation, kind: OrderKind) -> dict[str, Any]:
    audience, size, minors = world.pick(AUDIENCES)
    paid_by_county = unit.kind is OrganisationKind.COUNTY_UNIT
    needs_training = world.chance(3)
    return {
        "organisation_id": unit.id, "contact_id": world.pick(world.contacts[unit.id]).id, "kind": kind,
        "source": world.pick((OrderSource.PHONE, OrderSource.EMAIL, OrderSource.EMAIL, OrderSource.FORM,
                              OrderSource.VISIT)),
        "received_on": plan.received, "title": TITLES[kind], "purpose": world.pick(PURPOSES), "audience": audience,
        "practical": PRACTICAL[len(world.orders) % len(PRACTICAL)],
        "other_times": OTHER_TIMES[len(world.orders) % len(OTHER_TIMES)],
        "invoicing": "" if paid_by_county else "Viite: kokemuspuheenvuoro",
        "audience_size": size + world.rng.randint(-4, 6), "minors_present": minors,
        "background_needed": minors and world.chance(60), "requires_training": needs_training,
        "training_reason": "Tehtävä on ryhmän ohjaamista" if needs_training else "",
        "cost_bearer": CostBearer.COUNTY if paid_by_county else CostBearer.ORDERER,
        "cost_centre": unit.cost_centre or "4400", "offered_fee": fee_on(kind, plan.event)[1],
        "responsible_id": world.users["coordinator"].id, "heard_of": world.pick(HEARD),
        "referred_to_id": VALTTI if plan.end is O.REFERRED else None}


def _occasions(world: World, plan: Plan, order: Order, unit: Organisation, hours: int) -> int:
    """The times of the order; gives the kilometres there and back, none for a remote one."""
    remote, starts = world.chance(20), world.pick(STARTS)
    town = unit.municipality_id or world.towns[0].id
    days = [plan.event]
    first = working_day(plan.event - timedelta(8))
    if plan.end is O.CLOSED and first > plan.received + timedelta(10) and world.chance(8):
        days.insert(0, first)
    for day in days:
        world.book.add(
            Occasion, plan.received, order_id=order.id, on=day, starts=starts,
            ends=starts.replace(hour=starts.hour + hours), remote=remote, municipality_id=None if remote else town,
            place="Teams" if remote else unit.name)
    return 0 if remote or world.chance(35) else world.rng.randint(4, 90) * 2
