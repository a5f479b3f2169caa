"""Calls to experts: after an event that asks for one, and those that were agreed on. Each is kept as a contact.

What was said is not written, only what was agreed.
"""

from datetime import date
from typing import Annotated

from models import Assignment, Expert, SupportContact, User, db
from rules.errors import BadInput
from rules.permissions import Actor
from rules.wording import N_
from services.transitions import lock
from services.verbs import Input, verb

CALLED_ON = Annotated[date | None, Input(N_("Called on"), help=N_("Empty: today."))]
AGREED = Annotated[str, Input(N_("What was agreed"), help=N_("What was agreed, not what was told."))]
AGAIN_ON = Annotated[date | None, Input(N_("Next contact"))]


def day_of_call(on: date | None, today: date) -> date:
    """The day of a call, today where none was given; BadInput for one that has not come."""
    if (day := on or today) > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    return day


def keep(expert: Expert, actor: Actor, on: date, agreed: str, again_on: date | None) -> None:
    """Write the contact with ``expert``; ``again_on`` brings the next one to the first screen."""
    if len(agreed) > (longest := SupportContact.note.property.columns[0].type.length):
        raise BadInput(N_("Say it in %(number)s characters at most."), field="agreed", number=longest)
    if again_on is not None and again_on < on:
        raise BadInput(N_("The next contact cannot be before this one."), field="again_on")
    db.session.add(SupportContact(expert=expert, on=on, note=agreed, next_on=again_on,
                                  by=db.session.get(User, actor.user_id) if actor.user_id else None))


@verb(Assignment, "call", N_("Record the call"), possible=lambda a, _today: a.needs_follow_up,
      explains=N_("What was said is not written here."))
def call(assignment: Assignment, actor: Actor, today: date, *, on: CALLED_ON = None, agreed: AGREED = "",
         again_on: AGAIN_ON = None,
         supervision_offered: Annotated[bool, Input(N_("Supervision offered"))] = False) -> None:
    """The expert was called after the event: nobody needs to call about it any more."""
    day = day_of_call(on, today)
    lock(assignment)
    keep(assignment.expert, actor, day, agreed, again_on)
    assignment.needs_follow_up = False
    assignment.supervision_offered = assignment.supervision_offered or supervision_offered


@verb(SupportContact, "called", N_("Record the call"),
      possible=lambda contact, _today: contact.needs_call or contact.next_on is not None,
      explains=N_("What was said is not written here."))
def called(contact: SupportContact, actor: Actor, today: date, *, on: CALLED_ON = None, agreed: AGREED = "",
           again_on: AGAIN_ON = None) -> None:
    """The next contact was had: it is kept as one of its own, and this one waits for nothing more."""
    day = day_of_call(on, today)
    lock(contact)
    keep(contact.expert, actor, day, agreed, again_on)
    contact.needs_call, contact.next_on = False, None
