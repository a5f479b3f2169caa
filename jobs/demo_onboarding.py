"""The checklist of onboardings in a demo, and the parts of those who onboard."""

from datetime import date

from jobs.demo_world import World
from models import Assignment, OnboardingPart, OnboardingPoint, Order
from models.onboarding import part_point
from rules.choices import Onboarded, OnboardingSide, OrderKind

COORDINATOR, TRAINER, ORDERER = OnboardingSide.COORDINATOR, OnboardingSide.TRAINER, OnboardingSide.ORDERER
POINTS: tuple[tuple[str, str, str, OnboardingSide | None, OrderKind | None], ...] = (
    ("Mitä kuullulla tehdään", "Vad man gör med det som sägs", "What is done with what is heard", None, None),
    ("Ketkä kuuntelevat", "Vilka som lyssnar", "Who listens", None, None),
    ("Omat rajat: mistä ei kysytä", "Egna gränser: vad man inte frågar om", "Own limits: what is not asked",
     COORDINATOR, None),
    ("Kenelle voi soittaa ennen ja jälkeen", "Vem man kan ringa före och efter", "Who to call before and after",
     COORDINATOR, None),
    ("Palkkio, matkat ja lasku", "Arvode, resor och räkning", "Fee, travel and claim", COORDINATOR, None),
    ("Oma tarina ja se, mitä jää kertomatta", "Den egna berättelsen och det som inte berättas",
     "One's own story and what is left untold", TRAINER, None),
    ("Paikka, ajat ja yhteyshenkilö", "Plats, tider och kontaktperson", "Place, times and contact person",
     ORDERER, None),
    ("Ryhmän säännöt", "Gruppens regler", "Rules of the group", ORDERER, OrderKind.WORK_PAIR),
    ("Haastattelukysymykset etukäteen", "Intervjufrågorna på förhand", "Interview questions beforehand", ORDERER,
     OrderKind.INTERVIEW),
    ("Valintaperusteet ja vaitiolo", "Urvalsgrunder och tystnadsplikt", "Criteria of choice and secrecy", ORDERER,
     OrderKind.RECRUITMENT),
)


def add_points(world: World, on: date) -> None:
    """The checklist as it was written when the bank began."""
    for name, name_sv, name_en, side, kind in POINTS:
        world.onboarding_points.append(world.book.add(
            OnboardingPoint, on, name=name, name_sv=name_sv, name_en=name_en, side=side, kind=kind))


def add_parts(world: World, order: Order, assignment: Assignment, word: str, planned: date) -> None:
    """The parts of an onboarding done, or waiting for somebody else than the coordinator."""
    how, coordinator = assignment.onboarded, world.users["coordinator"].name
    if how is Onboarded.NOT_NEEDED or (how is None and word not in ("joint", "accepted_joint", "with_orderer")):
        return
    _part(world, order, assignment, COORDINATOR, planned, assignment.onboarded_by or coordinator, None)
    if how is Onboarded.WITH_TRAINER or word in ("joint", "accepted_joint"):
        _part(world, order, assignment, TRAINER, planned, "Kouluttaja" if how else "", assignment.onboarding_with_id)
    if how is Onboarded.WITH_ORDERER or word == "with_orderer":
        _part(world, order, assignment, ORDERER, planned, "Vastuuohjaaja" if how else "", order.organisation_id)


def _part(world: World, order: Order, assignment: Assignment, side: OnboardingSide, planned: date, signed_by: str,
          organisation: int | None) -> None:
    signed_on = (assignment.onboarded_on or planned) if signed_by else None
    part = world.book.add(OnboardingPart, planned, order_id=order.id, assignment_id=assignment.id, side=side,
                          organisation_id=organisation, signed_on=signed_on, signed_by=signed_by)
    for point in world.onboarding_points if signed_by else ():
        if point.side in (None, side) and point.kind in (None, order.kind):
            world.book.link(part_point, part.id, point.id)
