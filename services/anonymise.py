"""Anonymising an expert: the person goes, what was paid stays to the byte until it has been kept long enough."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy import event

from models import Expert, Invoice, db
from models.engine import empty_log_file
from models.search import forget_deleted_words
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.retention import RECORD_RULES, goes_on
from rules.states import AssignmentStatus, ClaimStatus
from rules.wording import N_, Sentence
from services.doors import retention
from services.forgetting import claims_of, empty, known_of
from services.traces import Traces, take_out
from services.transitions import step
from services.verbs import Input, verb

AHEAD = (AssignmentStatus.PROPOSED, AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)
SETTLED = (ClaimStatus.PAID, ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN)


@dataclass(frozen=True)
class Forgotten:
    """What anonymising did: rows deleted, where the name was taken out, how many claims stay and until when."""

    deleted: int
    traces: Traces
    claims: int
    kept_until: date | None


def hindrances(expert: Expert) -> list[Sentence]:
    """Why the expert cannot be anonymised yet: assignments ahead, open claims, by their numbers."""
    found = []
    if ahead := [str(a.order) for a in expert.assignments if a.status in AHEAD]:
        found.append(Sentence(N_("There are assignments ahead: %(orders)s."), orders=", ".join(ahead)))
    if still_open := [claim.number for claim in claims_of(expert) if claim.status not in SETTLED]:
        found.append(Sentence(N_("There are open fee claims: %(claims)s."), claims=", ".join(still_open)))
    return found


def kept_until(expert: Expert) -> date | None:
    """The day on which the last voucher about the expert may go; None when there is none."""
    rule = RECORD_RULES["payments"]
    return max((goes_on(rule, ended_on(claim)) for claim in claims_of(expert)), default=None)


def ended_on(claim: Invoice) -> date:
    """The day that a claim's keeping is counted from."""
    return claim.paid_on or claim.received_on


def _check_nothing_is_open(expert: Expert, _actor: Actor, _today: date) -> None:
    if found := hindrances(expert):
        why = {f"reason{place}": sentence for place, sentence in enumerate(found)}
        raise DomainError(N_("%(why)s Until they are settled, the use of the data can be restricted."),
                          why=Sentence(" ".join(f"%({name})s" for name in why), **why))


@verb(Expert, "anonymise", guard=_check_nothing_is_open, explains=N_(
    "Name, contact data, themes, notes, consents, pauses and support persons are gone for good, from the logs and the "
    "search too. What was paid stays with finance, as it was paid, until the accounting law lets it go."))
def anonymise(expert: Expert, actor: Actor, today: date, *,
              note: Annotated[str, Input(N_("Reason"), long=True, help=N_(
                  "Kept in the history: without the person's name."))] = "") -> None:
    """Make the expert nobody. Refused while an assignment lies ahead or a claim is open; cannot be undone."""
    forget(expert, actor, today, note)


def forget(expert: Expert, actor: Actor, today: date, note: str) -> Forgotten:
    """The verb itself, and what it did. The caller commits: only then the file is rid of it, too."""
    _check_nothing_is_open(expert, actor, today)
    known = known_of(expert)
    if any(word.lower() in note.lower() for word in (*known.names, *known.numbers)):
        raise BadInput(N_("Leave the person's name and numbers out: the reason is kept."), field="note")
    with retention():
        step(expert, "anonymise", actor, note)
        claims, until = len(claims_of(expert)), kept_until(expert)
        deleted = empty(known)
        traces = take_out(known)
        db.session.flush()
    forget_for_good()
    return Forgotten(deleted, traces, claims, until)


def forget_for_good() -> None:
    """Let nothing of what was deleted stay behind: not in the search's tables, and after the commit not in the file."""
    db.session.flush()
    forget_deleted_words(db.session)
    engine = db.session.get_bind()
    if isinstance(engine, sa.Engine):
        event.listen(db.session(), "after_commit", lambda _session: empty_log_file(engine), once=True)


@verb(Expert, "restrict", N_("Restrict the use of the data"), possible=lambda e, _today: not e.restricted,
      explains=N_("The data are kept and not used: the person is not proposed, not counted and in nobody's files."))
def restrict(expert: Expert, _actor: Actor, _today: date) -> None:
    expert.restricted = True


@verb(Expert, "unrestrict", N_("Lift the restriction"), possible=lambda e, _today: e.restricted)
def unrestrict(expert: Expert, _actor: Actor, _today: date) -> None:
    expert.restricted = False
