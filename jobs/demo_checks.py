"""What a demo's experts show of their training: codes given, certificates kept, graduates proposed to the bank."""

from datetime import timedelta
from typing import Any

from jobs.demo_book import Went
from jobs.demo_names import Names, address_of
from jobs.demo_receipts import paper, picture
from jobs.demo_world import World
from models import Assignment, Certificate, Completion, Proposal, TrainingCheck
from rules.choices import ShownName
from rules.states import AssignmentStatus, CompletionStatus
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


def add_graduates(world: World, names: Names) -> None:
    """Certificates of some who have completed; and graduates proposed to the bank."""
    trainer = world.users["trainer"]
    done = [row for row in world.book.of(Completion) if row.status is CompletionStatus.COMPLETED and row.completed_on]
    for place, completion in enumerate(done[:12]):
        completion.certificate_number = f"T-{completion.id:04}"
        data, ending, kind = (paper("Todistus", completion.certificate_number), "pdf", "application/pdf")
        if place % 4 == 3:
            data, ending, kind = picture(), "png", "image/png"
        world.book.add(Certificate, completion.completed_on or world.today, trainer, completion_id=completion.id,
                       name=f"{completion.id}-1.{ending}", content_type=kind, **Certificate.columns_of(data))
    _propose(world, names, world.programmes[0].id, done[-1].expert_id)


def _propose(world: World, names: Names, programme: int, taken: int) -> None:
    """Two proposals that wait, and one for each way in which they are answered, which tell of nobody any more."""
    trainer, coordinator = world.users["trainer"], world.users["coordinator"]
    day, then = world.ago(4, 9), world.ago(1, 2)
    answers: tuple[Went | None, ...] = (
        None, None, Went("withdraw", then, trainer), Went("decline", then, coordinator, "Muutti toiselle alueelle"),
        Went("accept", then, coordinator))
    for place, answer in enumerate(answers):
        first, last = names.person(young=True)
        told: dict[str, Any] = {"expert_id": taken} if place == len(answers) - 1 else {}
        if answer is None:
            told = {"first_name": first, "last_name": last, "phone": names.phone(),
                    "email": address_of(f"{first} {last}")}
        world.book.add_after(
            Proposal, day, [answer] if answer else [], programme_id=programme, completed_on=day, consent_on=day,
            consents=True, certificate_number=f"T-9{place:03}", **told)
