"""A link for somebody without e-mail: shown once to the coordinator, who hands it over as a text message or on paper.

The one before opens nothing any more. Who showed which link when is in the access log; the link itself is nowhere.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import sqlalchemy as sa

from models import AccessLog, Assignment, SupportPerson, db
from models.personal_link import LinkFor
from rules.choices import HandedLink, Language
from rules.errors import BadInput
from rules.message_texts_handed import HANDED
from rules.permissions import Actor
from rules.states import AssignmentStatus
from rules.wording import N_
from services import letters, personal_links
from services.asking import LINK_SHOWN, supporter_of
from services.feedback import OPEN_FOR, WAS_THERE
from services.transitions import lock
from services.verbs import Input, verb

FITS: dict[HandedLink, tuple[AssignmentStatus, ...]] = {
    HandedLink.ANSWER: personal_links.OPEN, HandedLink.SUPPORT: personal_links.OPEN,
    HandedLink.BRIEFING: (AssignmentStatus.CONFIRMED,), HandedLink.FEEDBACK: WAS_THERE,
}
"""The states of the assignment in which each link is of use, the likeliest last."""


@dataclass(frozen=True)
class Handed:
    """A link to be shown this once. ``text`` has a place for its address; ``phone`` is "" where none may be shown."""

    purpose: LinkFor
    secret: str
    until: date
    text: str
    to: str
    phone: str


def _likeliest(assignment: Assignment) -> dict[str, Any]:
    fitting = [what for what, states in FITS.items() if assignment.status in states]
    asked = assignment.status is AssignmentStatus.ASKED
    return {"what": HandedLink.ANSWER if asked else fitting[-1] if fitting else None}


def _possible(assignment: Assignment, _today: date) -> bool:
    return not assignment.expert.restricted and any(assignment.status in states for states in FITS.values())


@verb(Assignment, "hand_link", N_("Show a link to hand over"), possible=_possible, starts_with=_likeliest, explains=N_(
    "For somebody without e-mail: the link is shown this once, with a text for a message. Links of the same kind made "
    "before open nothing any more, and it is written down that you did this."))
def hand_link(assignment: Assignment, actor: Actor, today: date, *,
              what: Annotated[HandedLink, Input(N_("What the link is for"))]) -> Handed:
    """Make a new link and give it to be shown. BadInput when it would open nothing."""
    lock(assignment)
    purpose, until, supporter = _checked(assignment, what, today)
    link = personal_links.make_link(purpose, assignment, until, datetime.now(UTC))
    db.session.add(AccessLog(subject=assignment.subject, what=LINK_SHOWN, reason=what.value))
    order, expert = assignment.order, assignment.expert
    language = expert.message_language or Language.FI
    text = letters.filled(HANDED[what, language], {
        "when": letters.times_of(order, language), "until": letters.day_in(until, language),
        "coordinator": letters.signed_by(order, language, actor)})
    phone = (supporter.phone or "") if supporter else "" if expert.protected else expert.phone
    to = supporter.name if supporter else str(expert)
    return Handed(purpose, personal_links.secret_of(link), until, text, to, phone)


def _checked(assignment: Assignment, what: HandedLink, today: date) -> tuple[LinkFor, date, SupportPerson | None]:
    """The purpose of the link, its last day, and the support person whom it is for."""
    if assignment.status not in FITS[what]:
        raise BadInput(N_("In this state of the assignment such a link would open nothing."), field="what")
    until = personal_links.last_day(assignment.order, today)
    if what is HandedLink.FEEDBACK:
        until = today + OPEN_FOR
        if assignment.feedbacks:
            raise BadInput(N_("They have already told how it went."), field="what")
    if until < today:
        raise BadInput(N_("The event is over: the link would open nothing."), field="what")
    supporter = supporter_of(assignment, today) if what is HandedLink.SUPPORT else None
    if what is HandedLink.SUPPORT and supporter is None:
        raise BadInput(N_("There is no support person now."), field="what")
    return LinkFor(what.value), until, supporter


def handed_of(assignment: Assignment) -> list[AccessLog]:
    """When links were shown, by whom and for whom, newest first."""
    return list(db.session.scalars(sa.select(AccessLog).where(
        AccessLog.subject == assignment.subject, AccessLog.what == LINK_SHOWN).order_by(AccessLog.id.desc())))
