"""What is known of one expert: the rows that are theirs, and their emptying. When this may be is not said here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.interfaces import ONETOMANY

from models import (
    AccessLink,
    Agreement,
    Assignment,
    BackgroundCheck,
    BatchItem,
    Certificate,
    Completion,
    Consent,
    DataRequest,
    Draft,
    Expert,
    Feedback,
    Guardian,
    Invoice,
    ListSetting,
    Membership,
    Message,
    Pause,
    Payee,
    Person,
    Proposal,
    Receipt,
    RecoveryCode,
    RoleGrant,
    SavedView,
    SecondFactor,
    Selection,
    Story,
    SupportContact,
    SupportPerson,
    TrainingCheck,
    User,
    db,
)
from models.base import Record, described
from rules.choices import ContactRelease
from rules.permissions import Role
from rules.states import ClaimStatus
from rules.traces import names_of, spellings

DELETED: tuple[type[Any], ...] = (
    Pause, SupportPerson, Guardian, SupportContact, Consent, Agreement, BackgroundCheck)
"""Record types that are about the person and nothing else: their rows go."""

OF_ACCOUNT: tuple[type[Any], ...] = (SecondFactor, RecoveryCode, AccessLink, ListSetting, SavedView, Draft, Selection)
ABOUT_EXPERT = frozenset({"identity", "contact", "experience", "safety"})
"""The field groups of which nothing stays on the expert's record."""

NOT_PAID = (ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN)

BAND = 5
"""Of the year of birth the five years stay, so that reports know about what age a group was."""


@dataclass
class Known:
    """All rows about one expert, and the words that tell who it is."""

    expert: Expert
    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    payees: list[Payee] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        """What stands in the place of a name."""
        return gone_name(self.expert)


def gone_name(expert: Expert) -> str:
    """Data, like a name, and so not translated."""
    return f"Poistettu #{expert.id}"


def known_of(expert: Expert) -> Known:
    """Gather what there is, before anything goes."""
    payees = _rows(Payee, Payee.expert_id == expert.id)
    users = _rows(User, User.person_id == expert.person_id) if expert.person_id else []
    assignments = _rows(Assignment, Assignment.expert_id == expert.id)
    claims = claims_of(expert)
    others = [*assignments, *claims, *_rows(BatchItem, BatchItem.invoice_id.in_([claim.id for claim in claims])),
              *_rows(Receipt, Receipt.invoice_id.in_([claim.id for claim in claims])),
              *_rows(TrainingCheck, TrainingCheck.assignment_id.in_([row.id for row in assignments])),
              *_rows(Feedback, Feedback.assignment_id.in_([row.id for row in assignments])),
              *_of_expert(Story, expert), *_of_expert(Membership, expert), *_of_expert(DataRequest, expert),
              *_of_expert(Proposal, expert), *_of_expert(Completion, expert),
              *_rows(Certificate, Certificate.completion.has(Completion.expert_id == expert.id))]
    known = Known(expert, payees=payees, users=users, others=others)
    person = expert.person
    known.names = names_of(expert.first_name, expert.last_name, expert.alias, *(p.official_name for p in payees),
                           *([person.name] if person else []), *(user.name for user in users))
    known.numbers = [spelled for number in _numbers(known) for spelled in spellings(number)]
    rows = [expert, *payees, *users, *others, *([person] if person else []),
            *(row for model in DELETED for row in _of_expert(model, expert))]
    known.subjects = {row.subject for row in rows}
    return known


def claims_of(expert: Expert) -> list[Invoice]:
    """The claims that pay the expert, whoever the payee is."""
    own = sa.or_(Invoice.payee.has(Payee.expert_id == expert.id), Invoice.assignment.has(
        Assignment.expert_id == expert.id))
    return _rows(Invoice, own)


def _rows(model: type[Any], *clauses: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model).where(*clauses).order_by(model.id)).unique())


def _of_expert(model: type[Any], expert: Expert) -> list[Any]:
    return _rows(model, model.expert_id == expert.id)


def _numbers(known: Known) -> Iterator[str]:
    yield from dict.fromkeys(filter(None, (
        known.expert.phone, known.expert.email, *(user.email for user in known.users),
        *(number for payee in known.payees for number in (payee.iban, payee.identity_code)))))


# --- emptying

def empty(known: Known) -> int:
    """Empty or delete every row about the expert; gives how many were deleted. Only inside the door ``retention``."""
    expert = known.expert
    _empty_others(known)
    db.session.flush()  # a story lets go of its consent before the consent goes
    gone = [row for model in DELETED for row in _of_expert(model, expert)]
    # A receipt of what was paid is a voucher and goes with it; of what was not it is a photo of somebody's journey.
    gone += [row for row in known.others if isinstance(row, Receipt) and row.invoice.status in NOT_PAID]
    gone += [row for row in known.others if isinstance(row, TrainingCheck | Certificate)]
    for row in gone:
        db.session.delete(row)
    _empty_payees(known)
    _empty_accounts(known)
    db.session.flush()
    with db.session.no_autoflush:  # half emptied it would be a record without a name
        _empty_expert(expert)
    db.session.flush()
    return len(gone)


def _empty_expert(expert: Expert) -> None:
    born = expert.birth_date.year if expert.birth_date else expert.birth_year
    person = expert.person
    for name in _fields_in(Expert, ABOUT_EXPERT):
        _blank(expert, name)
    expert.alias, expert.birth_year = gone_name(expert), born - born % BAND if born else None
    expert.person = person
    expert.met_on = expert.known_by = expert.last_confirmed_on = None
    expert.wants_no_fee = False


def _fields_in(model: type[Any], groups: frozenset[str]) -> list[str]:
    """The fields of these groups that the record itself holds, those of later columns too."""
    attributes = sa.inspect(model).attrs
    return [name for name, said in described(model) if said["group"] in groups and not (
        isinstance(attributes[name], RelationshipProperty) and attributes[name].direction is ONETOMANY)]


def _blank(row: Any, name: str) -> None:
    """Nothing, or where a column must hold something, what a new row has."""
    attribute = sa.inspect(type(row)).attrs[name]
    if isinstance(attribute, RelationshipProperty):
        setattr(row, name, [] if attribute.uselist else None)
    else:
        column = attribute.columns[0]
        setattr(row, name, None if column.nullable else column.default.arg)


def _empty_others(known: Known) -> None:
    for row in known.others:
        if isinstance(row, Assignment):
            row.why = row.override_reason = row.goes_by = ""
            row.answered_by, row.contact_release = None, ContactRelease.COORDINATOR
            row.wants_to_talk = row.needs_follow_up = False
        elif isinstance(row, Feedback):
            row.text = row.action_taken = ""
        elif isinstance(row, Story):
            row.where_told, row.consent, row.expert = "", None, None
        elif isinstance(row, Completion | Proposal):
            row.certificate_number = ""
        elif isinstance(row, Membership):
            row.deputy = ""
    for message in _rows(Message, _written_to(known.expert)):
        message.expert = message.support_person = None
        message.to, message.body, message.server_said = known.label, "", ""
        known.subjects.add(message.subject)


def _written_to(expert: Expert) -> sa.ColumnElement[bool]:
    """Messages to the expert or to a support person of theirs, by record or by an address typed."""
    addresses = [number for number in (expert.email, expert.phone) if number]
    return sa.or_(Message.to.in_(addresses), Message.expert_id == expert.id,
                  Message.support_person.has(SupportPerson.expert_id == expert.id))


def _empty_payees(known: Known) -> None:
    """What was paid stands in the items and files of the batches; from here on nobody can be paid."""
    for payee in known.payees:
        for name in _fields_in(Payee, frozenset({"payee"})):
            _blank(payee, name)
        payee.official_name = known.label


def _empty_accounts(known: Known) -> None:
    """An account that was the expert's alone is closed and nameless; one with other work stays for that work."""
    person: Person | None = known.expert.person
    if any(set(user.roles) - {Role.EXPERT} for user in known.users):
        known.expert.person = None
    elif person is not None:
        person.name = known.label
    for user in known.users:
        others = set(user.roles) - {Role.EXPERT}
        for grant in _rows(RoleGrant, RoleGrant.user_id == user.id, RoleGrant.role == Role.EXPERT):
            known.subjects.add(grant.subject)
            db.session.delete(grant)
        if not others:
            _close(user, known.label)


def _close(user: User, label: str) -> None:
    user.name, user.email = label, f"poistettu-{user.id}@invalid"
    user.active, user.password_hash, user.calendar_key = False, "", None
    user.session_version += 1
    for model in OF_ACCOUNT:
        db.session.execute(sa.delete(model).where(model.user_id == user.id))
