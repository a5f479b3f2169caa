"""What an expert with an account does alone: answers what is asked, takes a consent back, asks for the own data."""

from datetime import UTC, date, datetime
from typing import Annotated

import sqlalchemy as sa

from models import AccessLog, Assignment, Consent, DataRequest, Expert, db
from rules.choices import AnswerBy, ConsentKind, DataRequestKind
from rules.errors import IllegalTransition, NotAllowed
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, BankStatus
from rules.wording import N_, Sentence
from services import personal_links, saving
from services.anonymise import hindrances, kept_until
from services.answers import say_not_now
from services.transitions import lock, step
from services.verbs import Input, verb

WHAT = Annotated[DataRequestKind, Input(N_("What I ask for"))]
SHOWN = 50
"""So many of the newest readings stand on the expert's own page; the data package has all."""


def _hold(assignment: Assignment) -> None:
    """The order first, as by everybody who confirms or declines."""
    lock(assignment.order)
    lock(assignment)
    if assignment.status not in personal_links.OPEN:
        raise IllegalTransition


@verb(Assignment, "say_yes", N_("Yes, I will come"), possible=lambda a, _today: a.status is AssignmentStatus.ASKED)
def say_yes(assignment: Assignment, actor: Actor, _today: date) -> None:
    _hold(assignment)
    step(assignment, "accept", actor, follows=True)
    assignment.answered_by, assignment.wants_to_talk = AnswerBy.EXPERT, False


@verb(Assignment, "say_not_now", N_("Not now, thanks"),
      possible=lambda a, _today: a.status in personal_links.OPEN,
      explains=N_("You need not say why, and nothing follows from it."))
def say_no(assignment: Assignment, actor: Actor, today: date) -> None:
    """Not now, by the expert, whatever was said before."""
    _hold(assignment)
    say_not_now(assignment, AnswerBy.EXPERT, actor, today, datetime.now(UTC))


@verb(Assignment, "ask_to_talk", N_("Talk to me first"),
      possible=lambda a, _today: a.status in personal_links.OPEN and not a.wants_to_talk,
      explains=N_("The coordinator calls or writes to you."))
def ask_to_talk(assignment: Assignment, _actor: Actor, _today: date) -> None:
    _hold(assignment)
    assignment.wants_to_talk = True


def _preview(expert: Expert, _actor: Actor, today: date, *, what: DataRequestKind) -> list[Sentence]:
    """When the answer is due, and what has to be settled before anything can be erased."""
    due = _request(expert, what, today).due_on
    told = [Sentence(N_("The answer comes by %(day)s."), day=due)]
    if what is DataRequestKind.ERASE:
        told += _what_goes(expert)
        if waits := hindrances(expert):
            told += [Sentence(N_("Your data can be erased when these are settled; your request waits for that.")),
                     *waits]
    return told


def _what_goes(expert: Expert) -> list[Sentence]:
    """What leaving and being forgotten means, in words for the person it is about."""
    told = [Sentence(N_("You are not asked for anything any more.")),
            Sentence(N_("Your name, contact details, themes, wishes, consents and support person are deleted for good, "
                        "from the logs and the search, too.")),
            Sentence(N_("Events in which you took part are still counted, without your name."))]
    if (until := kept_until(expert)) is not None:
        told.append(Sentence(N_("What was paid to you stays with finance until %(day)s: the accounting law says so."),
                             day=until))
    return [*told, Sentence(N_("It cannot be undone. If you come back one day, you begin anew."))]


@verb(Expert, "ask_for_data", N_("Ask about my data"), preview=_preview,
      possible=lambda e, _today: e.status is not BankStatus.ANONYMISED,
      explains=N_("To see what is kept of you, to have it corrected, or to leave and be forgotten. The answer comes "
                  "within a month."))
def ask_for_data(expert: Expert, _actor: Actor, today: date, *, what: WHAT) -> None:
    """A data request in the expert's own name."""
    db.session.add(_request(expert, what, today))


def _request(expert: Expert, what: DataRequestKind, today: date) -> DataRequest:
    request = DataRequest(expert_id=expert.id, kind=what, received_on=today)
    saving.prepare(request, Actor(None, None, None), today, is_new=True)
    return request


def _not_anothers(consent: Consent, actor: Actor, _today: date) -> None:
    if actor.role is Role.EXPERT and consent.kind is ConsentKind.GUARDIAN:
        raise NotAllowed


@verb(Consent, "withdraw", bulk=True, guard=_not_anothers)
def withdraw(consent: Consent, actor: Actor, today: date) -> None:
    """Taken back by who gave it, or recorded by the coordinator."""
    _not_anothers(consent, actor, today)
    step(consent, "withdraw", actor)


def who_looked(expert: Expert) -> list[AccessLog]:
    """The newest readings of the expert's own record."""
    return list(db.session.scalars(sa.select(AccessLog).where(AccessLog.subject == expert.subject)
                                   .order_by(AccessLog.id.desc()).limit(SHOWN)))
