"""Codes by which somebody outside checks that an expert is trained: given, opened, closed.

The code is a keyed hash of the check's nonce, so it can be shown again to whom it belongs and is kept nowhere.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import uuid4

import sqlalchemy as sa

from models import AccessLog, Assignment, Expert, TrainingCheck, db
from models.encryption import KEYRING
from rules.choices import ShownName
from rules.errors import BadInput, DomainError
from rules.permissions import Actor
from rules.states import BankStatus, CheckStatus
from rules.wording import N_
from services import feedback
from services.scopes import CONFIRMED
from services.training_status import Training, trainings_of
from services.verbs import Input, verb

LONGEST = timedelta(92)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U: nothing that is read for something else."""
SIZE, GROUP = 12, 4
MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
READER = Actor(None, None, None, "training check")
LONGEST_WHO = 120


class CheckClosed(DomainError):
    """A code that opens nothing: closed, used up, too old, or never made. Which one is told to nobody."""

    default = N_("This code does not open anything. Look whether it is typed right, or ask for a new one.")


@dataclass(frozen=True)
class Shown:
    """All that a code shows."""

    name: str
    onboarded: bool
    trainings: tuple[Training, ...]


@verb(Assignment, "give_check", N_("Give a training check"),
      possible=lambda assignment, today: (assignment.status in CONFIRMED and not assignment.expert.restricted
                                          and not feedback.long_over(assignment.order, today)),
      explains=N_("Makes a code by which the training can be checked. It shows the name, the onboarding and the "
                  "trainings, and nothing else. Every opening is written down, and the code can be closed at any "
                  "time."))
def give_check(assignment: Assignment, _actor: Actor, today: date, *,
               expires_on: Annotated[date, Input(N_("Last day"), help=N_("Within three months."))],
               most_views: Annotated[int, Input(N_("Views at most"), help=N_("From 1 to 50."))],
               shown_name: Annotated[ShownName, Input(N_("Name shown"))] = ShownName.CHOSEN) -> TrainingCheck:
    """A new code for a confirmed assignment."""
    if not today <= expires_on <= today + LONGEST:
        raise BadInput(N_("Choose a day from today on, within three months."), field="expires_on")
    if not 1 <= most_views <= 50:
        raise BadInput(N_("Choose from 1 to 50 views."), field="most_views")
    nonce = uuid4().hex
    check = TrainingCheck(assignment=assignment, shown_name=shown_name, expires_on=expires_on, most_views=most_views,
                          nonce=nonce, key=code_key(nonce))
    db.session.add(check)
    db.session.flush()
    return check


def code_of(check: TrainingCheck) -> str:
    """The code as it is read out: ``K7QM-2XVP-9DRT``."""
    code = _code(check.nonce)
    return "-".join(code[at:at + GROUP] for at in range(0, SIZE, GROUP))


def code_key(nonce: str) -> str:
    """What the database keeps of the code that belongs to ``nonce``."""
    return _hashed(_code(nonce))


def opens(check: TrainingCheck, today: date) -> bool:
    """Whether the code would open now; why not is not told by this."""
    return db.session.scalar(sa.select(TrainingCheck.id).where(TrainingCheck.id == check.id, _open(today))) is not None


def look(typed: str, who: str, today: date) -> Shown:
    """What the code shows, counted and written down as seen by ``who``. The caller commits before showing it.

    CheckClosed when it opens nothing: one query whatever is wrong with the code, so that its time does not tell.
    """
    who = " ".join(who.split())
    if not who:
        raise BadInput(N_("Write your name and where you work: the expert sees who has looked."), field="who")
    if len(who) > LONGEST_WHO:
        raise BadInput(N_("At most %(longest)s characters fit here."), field="who", longest=str(LONGEST_WHO))
    check = db.session.scalars(
        sa.select(TrainingCheck).where(TrainingCheck.key == _hashed(_meant(typed)), _open(today))
        .with_for_update(of=TrainingCheck).execution_options(populate_existing=True)).one_or_none()
    if check is None:
        raise CheckClosed(field="code")
    check.views += 1
    db.session.add(AccessLog(subject=check.subject, what="check", note=who))
    assignment = check.assignment
    return Shown(name_in(assignment.expert, check.shown_name), assignment.onboarded is not None,
                 trainings_of(assignment.expert))


def views_of(check: TrainingCheck) -> list[AccessLog]:
    """Who opened the code and when, newest first."""
    return list(db.session.scalars(sa.select(AccessLog).where(
        AccessLog.subject == check.subject, AccessLog.what == "check").order_by(AccessLog.id.desc())))


def name_in(expert: Expert, form: ShownName) -> str:
    """The name in the form chosen; the one used here where that form is not known."""
    told = {ShownName.FIRST: expert.first_name, ShownName.FULL: expert.full_name}
    return told.get(form) or str(expert)


def _open(today: date) -> sa.ColumnElement[bool]:
    takes_part = Assignment.expert.has(sa.and_(
        Expert.status.in_((BankStatus.PARTICIPANT, BankStatus.IN_BANK)), sa.not_(Expert.restricted)))
    return sa.and_(TrainingCheck.status == CheckStatus.OPEN, TrainingCheck.expires_on >= today,
                   TrainingCheck.views < TrainingCheck.most_views,
                   TrainingCheck.assignment.has(sa.and_(Assignment.status.in_(CONFIRMED), takes_part)))


def _code(nonce: str) -> str:
    keyed = bytes.fromhex(KEYRING.fingerprint(f"training_check:{nonce}"))
    return "".join(LETTERS[byte % len(LETTERS)] for byte in keyed[:SIZE])


def _meant(typed: str) -> str:
    """The code in what somebody typed: capitals or not, with or without its dashes, O for 0."""
    return re.sub(r"[^0-9A-Z]", "", typed[:100].upper()).translate(MEANT)


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
