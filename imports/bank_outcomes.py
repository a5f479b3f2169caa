"""A file from a bank or payroll: brought in, looked at, and taken by one confirmation in one transaction."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from typing import Annotated
from uuid import uuid4

import sqlalchemy as sa

from imports.bank_answers import read_answers
from models import BankAnswer, db
from models.encryption import KEYRING
from rules.bank_answers import Answer
from rules.errors import BadInput, DomainError, NotAllowed
from rules.outcomes import Effect, Outcome, outcomes
from rules.permissions import Actor, may_run
from rules.states import AnswerStatus
from rules.wording import N_
from services.payment_outcomes import carry_out, expected_of, holding, items_spoken_of
from services.spoken import SAY
from services.transitions import lock, step
from services.verbs import Input, verb

log = logging.getLogger(__name__)
LONGEST_NAME, LONGEST_NOTE = 120, 400
COUNTED = {
    "accepted": Effect.ACCEPTED, "paid": Effect.PAID, "rejected": Effect.REJECTED, "returned": Effect.RETURNED,
    "conflicts": Effect.CONFLICT, "unknown": Effect.UNKNOWN, "other_money": Effect.OTHER_MONEY}
"""The counts of a record with what each counts."""


@dataclass(frozen=True)
class Told:
    """One outcome as a person reads it: where it stands in the file, the payment, what becomes of it and why."""

    entry: int
    part: int
    payment_id: str
    effect: str
    words: str
    amount: str = ""


def bring_in(name: str, data: bytes, actor: Actor, today: date) -> tuple[BankAnswer, bool]:
    """The record of a file and whether it is a new one: the same bytes are the same record. Changes no payment.

    BadInput (field ``file``) when any part of the file cannot be read: then nothing is kept.
    """
    if not may_run(actor.role, "BankAnswer", "create"):
        raise NotAllowed
    digest = hashlib.sha256(data).hexdigest()
    known = db.session.scalars(sa.select(BankAnswer).where(BankAnswer.sha256 == digest)).one_or_none()
    if known is not None:
        return known, False
    read, key = read_answers(BytesIO(data), today), uuid4().hex
    answer = BankAnswer(
        name=name[-LONGEST_NAME:] or "-", kind=read.kind, received_by_id=actor.user_id, entries=len(read.answers),
        size=len(data), sha256=digest, key=key, sealed_data=KEYRING.seal(data, f"bank_answer:{key}"))
    db.session.add(answer)
    db.session.flush()
    return answer, True


def told_by(answer: BankAnswer) -> list[Told]:
    """What the file did, once it is taken; before that, what it would do now. DomainError when it does not open."""
    if answer.status is AnswerStatus.TAKEN and answer.sealed_report is not None:
        return [Told(**row) for row in json.loads(KEYRING.open(answer.sealed_report, _place(answer.key)))]
    answers = _answers(answer)
    items = items_spoken_of(answers)
    return _told(outcomes([expected_of(item) for item in items.values()], answers))


@verb(BankAnswer, "take", explains=N_(
    "All outcomes are recorded at once. What is to be looked at, not known or other money changes nothing."))
def take(answer: BankAnswer, actor: Actor, today: date) -> None:
    """Carry the outcomes to payments and claims as they stand at this moment, and keep what was done."""
    lock(answer)
    answer.lifecycle.target(answer.status, "take")
    answers = _answers(answer)
    with holding(answers) as items:
        found = list(outcomes([expected_of(item) for item in items.values()], answers))
        carry_out(found, items, actor, today)
    step(answer, "take", actor)
    told = _told(found)
    counted = Counter(one.effect for one in told)
    for name, effect in COUNTED.items():
        setattr(answer, name, counted[effect.value])
    answer.sealed_report = seal_report(answer.key, told)


@verb(BankAnswer, "handle", N_("Mark as handled"), possible=lambda answer, _today: answer.waits_for_a_look,
      explains=N_("What is to be looked at and not known changed nothing here: say what was done about it."))
def handle(answer: BankAnswer, actor: Actor, today: date, *,
           note: Annotated[str, Input(N_("What was done"), long=True)]) -> None:
    """Say who has seen to what the file told and the product could not carry out, when and how. Moves no payment."""
    lock(answer)
    if not answer.waits_for_a_look:
        raise DomainError(N_("Nothing in this file waits to be handled."))
    words = note.strip()
    if not words:
        raise BadInput(N_("Write what was done about it."), field="note")
    if len(words) > LONGEST_NOTE:
        raise BadInput(N_("At most %(limit)s characters; this has %(length)s."), field="note",
                       limit=str(LONGEST_NOTE), length=str(len(words)))
    answer.handled_on, answer.handled_by_id, answer.handled_note = today, actor.user_id, words


def seal_report(key: str, told: list[Told]) -> bytes:
    """What was done, sealed for the record of this key."""
    report = json.dumps([asdict(one) for one in told], ensure_ascii=False, separators=(",", ":"))
    return KEYRING.seal(report.encode(), _place(key))


def _answers(answer: BankAnswer) -> list[Answer]:
    try:
        data = answer.plain()
    except ValueError:
        log.exception("%s is not read", answer.subject)
        raise DomainError(N_("The stored file is not what came in: it is not used. Tell the administrator.")) from None
    return read_answers(BytesIO(data), answer.created_at.date()).answers


def _place(key: str) -> str:
    return f"bank_answer.report:{key}"


def _told(found: Iterable[Outcome]) -> list[Told]:
    say = SAY.get()
    return [
        Told(one.answer.entry, one.answer.part, one.payment.end_to_end_id if one.payment else one.answer.end_to_end_id,
             one.decision.effect.value, say(one.decision.sentence),
             str(one.payment.amount if one.payment else one.answer.amount or ""))
        for one in found]
