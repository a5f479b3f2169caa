"""Everything that is kept of one expert, for that person: records, who has looked and why, what has been changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty

from models import (
    AccessLog,
    Agreement,
    Assignment,
    Attendance,
    BackgroundCheck,
    BatchItem,
    Certificate,
    ChangeLog,
    Completion,
    Consent,
    DataRequest,
    Expert,
    Feedback,
    Guardian,
    Invoice,
    InvoiceLine,
    Membership,
    Message,
    OnboardingPart,
    Pause,
    Payee,
    Proposal,
    Receipt,
    StatusChange,
    Story,
    SupportContact,
    SupportPerson,
    TrainingCheck,
    User,
    db,
)
from models.audit import LogRow
from models.base import Record, described
from models.sealed_choice import SealedChoice
from rules.choices import FeedbackBy
from services.forgetting import claims_of

OF_EXPERT: tuple[type[Any], ...] = (
    Pause, SupportPerson, Guardian, Consent, Agreement, BackgroundCheck, Completion, Assignment, SupportContact,
    Attendance, Membership, Story, DataRequest, Payee,
    Proposal)


@dataclass(frozen=True)
class Part:
    """The rows of one record type."""

    model: type[Any]
    rows: list[Any]


@dataclass(frozen=True)
class Package:
    """The parts that have rows, then the readings, the changes and the steps, oldest first."""

    expert: Expert
    parts: list[Part]
    readings: list[AccessLog]
    changes: list[ChangeLog]
    steps: list[StatusChange]


def package_of(expert: Expert) -> Package:
    """Gather it as it is now."""
    parts = [part for part in _parts(expert) if part.rows]
    subjects = {row.subject for part in parts for row in part.rows}
    readings, changes, steps = (_log(log, subjects) for log in (AccessLog, ChangeLog, StatusChange))
    return Package(expert, parts, readings, changes, steps)


def _parts(expert: Expert) -> Iterator[Part]:
    yield Part(Expert, [expert])
    for model in OF_EXPERT:
        yield Part(model, _rows(model, model.expert_id == expert.id))
    # Of what an orderer wrote about the assignment, what has been released to the expert.
    told = sa.or_(Feedback.given_by == FeedbackBy.EXPERT, Feedback.released)
    yield Part(Feedback, _rows(Feedback, Feedback.assignment.has(Assignment.expert_id == expert.id), told))
    yield Part(Certificate, _rows(Certificate, Certificate.completion.has(Completion.expert_id == expert.id)))
    yield Part(OnboardingPart, _rows(OnboardingPart, OnboardingPart.assignment.has(Assignment.expert_id == expert.id)))
    yield Part(TrainingCheck, _rows(TrainingCheck, TrainingCheck.assignment.has(Assignment.expert_id == expert.id)))
    claims = [claim.id for claim in claims_of(expert)]
    yield Part(Invoice, _rows(Invoice, Invoice.id.in_(claims)))
    yield Part(InvoiceLine, _rows(InvoiceLine, InvoiceLine.invoice_id.in_(claims)))
    yield Part(Receipt, _rows(Receipt, Receipt.invoice_id.in_(claims)))
    yield Part(BatchItem, _rows(BatchItem, BatchItem.invoice_id.in_(claims)))
    addresses = [address for address in (expert.email, expert.phone) if address]
    yield Part(Message, _rows(Message, sa.or_(Message.to.in_(addresses), Message.expert_id == expert.id)))
    if expert.person_id:
        yield Part(User, _rows(User, User.person_id == expert.person_id))


def _rows(model: type[Any], *clauses: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model).where(*clauses).order_by(model.id)).unique())


def _log(log: type[Any], subjects: set[str]) -> list[Any]:
    return list(db.session.scalars(sa.select(log).where(log.subject.in_(subjects)).order_by(log.id)))


def fields_of(model: type[Any]) -> dict[str, dict[str, Any]]:
    """What is told of a record type: everything but keys, hashes and lists of records that are parts of their own."""
    attributes = sa.inspect(model).attrs
    return {name: said for name, said in described(model)
            if said["group"] != "secret" and not _is_a_list_of_records(attributes[name])}


def _is_a_list_of_records(attribute: Any) -> bool:
    return isinstance(attribute, RelationshipProperty) and bool(attribute.uselist) and attribute.secondary is None


def note(request: DataRequest, *, taken: bool) -> None:
    """Write into the access log, for this request, that the package was taken as a file, or only looked at."""
    what = "package" if taken else "open"
    db.session.add(AccessLog(subject=request.expert.subject, what=what, reason=request.subject))


# --- for a machine

def as_json(package: Package, made_at: datetime) -> bytes:
    """The package for another system: field names as they are here, dates as ISO 8601, amounts as decimal text."""
    told = {
        "made_at": made_at.isoformat(timespec="seconds"),
        "records": {part.model.__name__: [_fields(row) for row in part.rows] for part in package.parts},
        "readings": [_log_row(row, "what", "fields", "reason", "note") for row in package.readings],
        "changes": [_log_row(row, "verb", "fields") for row in package.changes],
        "steps": [_log_row(row, "verb", "source", "target", "note") for row in package.steps],
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _fields(row: Record) -> dict[str, Any]:
    return {"id": row.id} | {name: _plain(getattr(row, name)) for name in fields_of(type(row))}


def _log_row(row: LogRow, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in ("at", "subject", "actor", "role", *names)}


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return {"record": value.subject, "name": str(value)}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | SealedChoice):
        return [_plain(one) for one in value]
    return value
