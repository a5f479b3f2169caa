"""Letting go of records that have been kept long enough, by the rules of ``rules.retention``. Logs are apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from models import (
    AccessLink,
    Agreement,
    Assignment,
    BackgroundCheck,
    BankAnswer,
    BatchItem,
    Consent,
    DataRequest,
    Draft,
    Expert,
    IncomesReport,
    Invoice,
    Message,
    Occasion,
    Order,
    Payee,
    PaymentBatch,
    PersonalLink,
    Proposal,
    Request,
    Selection,
    StatusChange,
    Story,
    Submission,
    TrainingCheck,
    db,
)
from rules.permissions import Actor, Role
from rules.retention import RECORD_RULES, RecordRule, last_to_go
from rules.states import (
    BankStatus,
    BatchStatus,
    ConsentStatus,
    DataRequestStatus,
    MessageStatus,
    ProposalStatus,
    RequestStatus,
)
from services.anonymise import SETTLED, forget, forget_for_good, hindrances
from services.doors import retention
from services.stories import to_take_down
from services.traces import erase_logs_of

Clause = sa.ColumnElement[bool]
AT_WORK = Actor(None, None, Role.COORDINATOR, "retention")
NOTE = "Säilytysaika päättyi"
ENDED = sa.func.coalesce(Invoice.paid_on, Invoice.received_on)


@dataclass(frozen=True)
class Going:
    """The rows of one model that a rule lets go: a clause of the day until which they ended, and the letting go."""

    kind: str
    model: type[Any]
    over: Callable[[date], Clause]
    let_go: Callable[[Any, date], None]


def due_in_records(today: date) -> list[tuple[RecordRule, int]]:
    """Each rule with the number of records that ``let_go_of_records`` would let go today."""
    found = dict.fromkeys(RECORD_RULES, 0)
    for going in GOING:
        found[going.kind] += len(_due(going, today))
    return [(rule, found[kind]) for kind, rule in RECORD_RULES.items()]


def let_go_of_records(today: date) -> Iterator[RecordRule]:
    """Let go record by record, each with what the logs say of it; the caller commits after each and may stop."""
    for going in GOING:
        for number in _due(going, today):
            with retention():
                going.let_go(db.session.get_one(going.model, number), today)
                db.session.flush()
            yield RECORD_RULES[going.kind]
    forget_for_good()


def _due(going: Going, today: date) -> list[Any]:
    """The keys of the rows, read at once. An expert for whom something is open waits."""
    key = sa.inspect(going.model).primary_key[0]
    clause = going.over(last_to_go(RECORD_RULES[going.kind], today))
    found = list(db.session.scalars(sa.select(key).where(clause).order_by(key)))
    if going.model is Expert:
        return [number for number in found if not hindrances(db.session.get_one(Expert, number))]
    return found


def _before_the_end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(1), time.min, UTC)


# --- when each kind is over

def _was_entered(model: type[Any], state: str, until: date) -> Clause:
    """The last time that the record came to ``state``, as its history says, is not after the day ``until``."""
    subject = sa.literal(f"{model.__name__}:").concat(sa.cast(model.id, sa.String))
    last = sa.select(sa.func.max(StatusChange.at)).where(
        StatusChange.subject == subject, StatusChange.target == state).scalar_subquery()
    return last < _before_the_end_of(until)


def _batch_over(until: date) -> Clause:
    """Batches that are done, of which every claim is over too: a file names all its payees at once."""
    unfinished = sa.exists().where(
        BatchItem.batch_id == PaymentBatch.id, BatchItem.invoice_id == Invoice.id,
        sa.or_(until < ENDED, Invoice.status.not_in(SETTLED)))
    return sa.and_(PaymentBatch.status.in_((BatchStatus.CLOSED, BatchStatus.CANCELLED)),
                   PaymentBatch.payment_date <= until, ~unfinished)


def _claim_over(until: date) -> Clause:
    """Claims that are over and stand in no batch that stays."""
    kept = sa.exists().where(BatchItem.invoice_id == Invoice.id, BatchItem.batch_id == PaymentBatch.id,
                             ~_batch_over(until))
    return sa.and_(Invoice.status.in_(SETTLED), until >= ENDED, ~kept)


def _payee_over(_until: date) -> Clause:
    unused = ~sa.exists().where(Invoice.payee_id == Payee.id)
    return sa.and_(Payee.expert.has(Expert.status == BankStatus.ANONYMISED), unused)


def _answer_over(until: date) -> Clause:
    last = sa.select(sa.func.max(Occasion.on)).where(Occasion.order_id == Assignment.order_id).scalar_subquery()
    came = sa.select(Order.received_on).where(Order.id == Assignment.order_id).scalar_subquery()
    left = sa.or_(Assignment.why != "", Assignment.override_reason != "", Assignment.answered_by.is_not(None))
    return sa.and_(sa.func.coalesce(last, came) <= until, left)


def _check_over(until: date) -> Clause:
    newer = sa.orm.aliased(BackgroundCheck)
    return sa.exists().where(newer.expert_id == BackgroundCheck.expert_id, newer.issued_on > BackgroundCheck.issued_on,
                             newer.seen_on <= until)


def _consent_over(until: date) -> Clause:
    """A consent that was withdrawn waits until the story it was for has been taken down: it is what says so."""
    ended = sa.or_(Consent.valid_until <= until, *(
        sa.and_(Consent.status == state, _was_entered(Consent, state, until))
        for state in (ConsentStatus.WITHDRAWN, ConsentStatus.EXPIRED)))
    return sa.and_(ended, ~sa.exists().where(Story.consent_id == Consent.id, to_take_down()))


# --- letting go

def _delete(row: Any, _today: date) -> None:
    db.session.delete(row)
    erase_logs_of([row.subject])


def _delete_batch(batch: PaymentBatch, _today: date) -> None:
    parts = [*batch.items, *batch.files]
    for row in parts:
        db.session.delete(row)
    db.session.flush()
    db.session.delete(batch)
    erase_logs_of([batch.subject, *(row.subject for row in parts)])


def _delete_claim(claim: Invoice, _today: date) -> None:
    parts = [*claim.lines, *claim.receipts]
    for row in parts:
        db.session.delete(row)
    db.session.flush()
    db.session.delete(claim)
    erase_logs_of([claim.subject, *(row.subject for row in parts)])


def _delete_request(request: Request, _today: date) -> None:
    messages = db.session.scalars(sa.select(Message).where(Message.request_id == request.id)).all()
    links = db.session.scalars(sa.select(PersonalLink).where(PersonalLink.request_id == request.id)).all()
    for row in (*messages, *links):
        db.session.delete(row)
    db.session.flush()
    db.session.delete(request)
    erase_logs_of([request.subject, *(row.subject for row in messages)])


def _delete_consent(consent: Consent, today: date) -> None:
    for story in db.session.scalars(sa.select(Story).where(Story.consent_id == consent.id)):
        story.consent = None
    db.session.flush()
    _delete(consent, today)


def _empty_answer(assignment: Assignment, _today: date) -> None:
    assignment.why = assignment.override_reason = ""
    assignment.answered_by = None
    db.session.flush()
    erase_logs_of([assignment.subject])


def _anonymise(expert: Expert, today: date) -> None:
    forget(expert, AT_WORK, today, NOTE)


def _throw_away(row: Any, _today: date) -> None:
    db.session.delete(row)


def _old(model: type[Any]) -> Callable[[date], Clause]:
    return lambda until: model.at < _before_the_end_of(until)


GOING = (
    Going("payments", PaymentBatch, _batch_over, _delete_batch),
    Going("payments", Invoice, _claim_over, _delete_claim),
    Going("experts", Expert, lambda until: sa.and_(
        Expert.status == BankStatus.LEFT, _was_entered(Expert, BankStatus.LEFT, until)), _anonymise),
    Going("payments", BankAnswer, lambda until: BankAnswer.created_at < _before_the_end_of(until), _delete),
    Going("payments", IncomesReport, lambda until: IncomesReport.payment_date <= until, _delete),
    Going("payments", Payee, _payee_over, _delete),
    Going("answers", Assignment, _answer_over, _empty_answer),
    Going("checks", BackgroundCheck, _check_over, _delete),
    Going("papers", Agreement, lambda until: Agreement.valid_until <= until, _delete),
    Going("papers", Consent, _consent_over, _delete_consent),
    Going("requests", Request, lambda until: sa.and_(
        Request.status.in_((RequestStatus.EXPIRED, RequestStatus.REFUSED, RequestStatus.REFERRED)),
        Request.created_at < _before_the_end_of(until)), _delete_request),
    Going("requests", Proposal, lambda until: sa.and_(
        Proposal.status != ProposalStatus.ACCEPTED, Proposal.created_at < _before_the_end_of(until)), _delete),
    Going("messages", Message, lambda until: sa.and_(
        Message.status.in_((MessageStatus.SENT, MessageStatus.DISCARDED)),
        Message.created_at < _before_the_end_of(until)), _delete),
    Going("data_requests", DataRequest, lambda until: sa.and_(
        DataRequest.status.in_((DataRequestStatus.ANSWERED, DataRequestStatus.REFUSED)),
        DataRequest.due_on <= until), _delete),
    Going("desk", Draft, _old(Draft), _throw_away),
    Going("desk", Selection, _old(Selection), _throw_away),
    Going("desk", PersonalLink, lambda until: PersonalLink.expires_on <= until, _throw_away),
    Going("desk", AccessLink, lambda until: AccessLink.expires_at < _before_the_end_of(until), _throw_away),
    Going("desk", TrainingCheck, lambda until: TrainingCheck.expires_on <= until, _delete),
    Going("desk", Submission, _old(Submission), _throw_away),
)
"""In this order: what was paid goes before the payee of it, and an expert's answers with the expert."""
