"""Codes by which somebody has checked, or may check, the training of a demo's experts."""

from datetime import timedelta

from jobs.demo_book import Went
from jobs.demo_world import World
from models import Assignment, TrainingCheck
from rules.choices import ShownName
from rules.states import AssignmentStatus
from services.training_checks import code_key

LOOKERS = ("Mervi Lahti, perhekoti Honkala", "Jouni Aalto, Koivulan yksikkö")


def add_checks(world: World) -> None:
    """Of the newest confirmed assignments: a code not opened yet, one opened twice, one closed."""
    confirmed = [row for row in world.book.of(Assignment) if row.status is AssignmentStatus.CONFIRMED][-3:]
    coordinator = world.users["coordinator"]
    for place, assignment in enumerate(confirmed):
        given, nonce = world.ago(3, 6), f"{world.rng.getrandbits(128):032x}"
        steps = [Went("revoke", world.ago(1, 2), coordinator)] if place == 2 else []
        views = LOOKERS if place == 1 else ()
        check = world.book.add_after(
            TrainingCheck, given, steps, by=coordinator, assignment_id=assignment.id, shown_name=list(ShownName)[place],
            expires_on=world.today + timedelta(30), most_views=5, views=len(views), nonce=nonce, key=code_key(nonce))
        for who in views:
            world.book.looked(check, world.ago(1, 2), who)
