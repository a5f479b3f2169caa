"""Which rows a role sees: one rule per model. A model without a rule shows nothing.

The table of rights says which models and fields; this file says which rows. Lists, counts, single records, actions,
look-ups, filters, exports and the foreign keys that a form may set all go through ``visible``.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from models import (
    Absence,
    AccessLog,
    Agreement,
    Assignment,
    Attendance,
    BackgroundCheck,
    BankAnswer,
    BatchFile,
    BatchItem,
    Certificate,
    ChangeLog,
    Communication,
    Completion,
    Consent,
    Contact,
    DataRequest,
    Decision,
    ExistingStructure,
    Expert,
    ExportProfile,
    Feedback,
    FeeRate,
    Group,
    Guardian,
    IncomesReport,
    IncomeType,
    Insight,
    Invoice,
    InvoiceLine,
    Job,
    KilometreRate,
    Matter,
    Meeting,
    Membership,
    Message,
    MessageTemplate,
    Municipality,
    NetPay,
    Occasion,
    OnboardingPart,
    OnboardingPoint,
    Order,
    Organisation,
    Outreach,
    Pause,
    Payee,
    PayingAccount,
    PaymentBatch,
    Person,
    Programme,
    Proposal,
    Receipt,
    Request,
    RoleGrant,
    SpokenLanguage,
    StatusChange,
    Story,
    SupervisionSession,
    Supervisor,
    SupportContact,
    SupportPerson,
    Task,
    Theme,
    Trainer,
    TrainingCheck,
    User,
    Viewpoint,
    WithholdingRate,
)
from rules.choices import FeedbackBy, GroupKind, OnboardingSide
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, ClaimStatus, InsightStatus, MatterStatus

Clause = sa.ColumnElement[bool]
Rule = Callable[[Actor], Clause]

CONFIRMED = (AssignmentStatus.CONFIRMED, AssignmentStatus.HELD, AssignmentStatus.CLOSED)
"""Only these assignments exist for an orderer: before confirmation nobody's answer is visible."""

AT_FINANCE = (ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED, ClaimStatus.PAID, ClaimStatus.RETURNED,
              ClaimStatus.REJECTED)


def everyone(_actor: Actor) -> Clause:
    """All rows, for whichever roles the table lets in."""
    return sa.true()


def is_own(column: InstrumentedAttribute[Any], own: int | None) -> Clause:
    """Rows that carry the actor's own id; none for an actor without one, whom an empty column does not mean."""
    return sa.false() if own is None else column == own


def of_own(column: InstrumentedAttribute[Any]) -> Rule:
    """The coordinator sees all, an expert the rows that carry the own expert id."""
    def rule(actor: Actor) -> Clause:
        return is_own(column, actor.expert_id) if actor.role is Role.EXPERT else sa.true()
    return rule


def organisation(actor: Actor) -> Clause:
    if actor.role is Role.ORDERER:
        return is_own(Organisation.id, actor.organisation_id)
    if actor.role is Role.TRAINER:
        return sa.or_(is_own(Organisation.id, actor.organisation_id), Organisation.trains)
    return sa.true()


def contact(actor: Actor) -> Clause:
    return is_own(Contact.organisation_id, actor.organisation_id) if actor.role is Role.ORDERER else sa.true()


def trained_by(actor: Actor) -> Clause:
    """Completions of the actor's own organisation's programmes."""
    return Completion.programme.has(is_own(Programme.organisation_id, actor.organisation_id))


def expert(actor: Actor) -> Clause:
    if actor.role is Role.TRAINER:
        return sa.and_(Expert.completions.any(trained_by(actor)), sa.not_(Expert.protected), sa.not_(Expert.restricted))
    return of_own(Expert.id)(actor)


def completion(actor: Actor) -> Clause:
    return trained_by(actor) if actor.role is Role.TRAINER else of_own(Completion.expert_id)(actor)


def certificate(actor: Actor) -> Clause:
    return Certificate.completion.has(completion(actor))


def proposal(actor: Actor) -> Clause:
    """A trainer's own organisation's; the coordinator sees what people have consented to."""
    own = Proposal.programme.has(is_own(Programme.organisation_id, actor.organisation_id))
    return own if actor.role is Role.TRAINER else sa.true()


def programme(actor: Actor) -> Clause:
    return is_own(Programme.organisation_id, actor.organisation_id) if actor.role is Role.TRAINER else sa.true()


def trainer(actor: Actor) -> Clause:
    return is_own(Trainer.organisation_id, actor.organisation_id) if actor.role is Role.TRAINER else sa.true()


def order(actor: Actor) -> Clause:
    return is_own(Order.organisation_id, actor.organisation_id) if actor.role is Role.ORDERER else sa.true()


def occasion(actor: Actor) -> Clause:
    return Occasion.order.has(order(actor)) if actor.role is Role.ORDERER else sa.true()


def assignment(actor: Actor) -> Clause:
    if actor.role is Role.ORDERER:
        return sa.and_(Assignment.order.has(order(actor)), Assignment.status.in_(CONFIRMED))
    if actor.role is Role.TRAINER:
        # Whatever the answer was: a row that came and went with it would tell the answer.
        return is_own(Assignment.onboarding_with_id, actor.organisation_id)
    return of_own(Assignment.expert_id)(actor)


OTHERS_PART = {Role.TRAINER: OnboardingSide.ORDERER, Role.ORDERER: OnboardingSide.TRAINER}


def onboarding_part(actor: Actor) -> Clause:
    """A trainer and an orderer meet the parts of the own organisation, not those that it has in its other role.

    Whatever the answer was: a part that came and went with it would tell the answer.
    """
    others = OTHERS_PART.get(actor.role) if actor.role else None
    if others is None:
        return sa.true()
    return sa.and_(is_own(OnboardingPart.organisation_id, actor.organisation_id), OnboardingPart.side != others)


def training_check(actor: Actor) -> Clause:
    """The coordinator's all, the expert's own; an orderer has the own view of the order for this."""
    return TrainingCheck.assignment.has(of_own(Assignment.expert_id)(actor))


def feedback(actor: Actor) -> Clause:
    if actor.role is Role.ORDERER:
        return sa.and_(Feedback.order.has(order(actor)), Feedback.given_by == FeedbackBy.ORDERER)
    return sa.true()


def insight(actor: Actor) -> Clause:
    return Insight.status != InsightStatus.NOTED if actor.role is Role.STEERING else sa.true()


def claim(actor: Actor) -> Clause:
    if actor.role is Role.FINANCE:
        return Invoice.status.in_(AT_FINANCE)
    if actor.role is Role.EXPERT:
        return Invoice.payee.has(is_own(Payee.expert_id, actor.expert_id))
    return sa.true()


def claim_line(actor: Actor) -> Clause:
    return InvoiceLine.invoice.has(claim(actor)) if actor.role in (Role.FINANCE, Role.EXPERT) else sa.true()


def receipt(actor: Actor) -> Clause:
    return Receipt.invoice.has(claim(actor)) if actor.role in (Role.FINANCE, Role.EXPERT) else sa.true()


def group(actor: Actor) -> Clause:
    return Group.kind != GroupKind.PEER if actor.role is Role.STEERING else sa.true()


def membership(actor: Actor) -> Clause:
    return Membership.group.has(group(actor)) if actor.role is Role.STEERING else sa.true()


def meeting(actor: Actor) -> Clause:
    return Meeting.group.has(Group.kind == GroupKind.STEERING) if actor.role is Role.STEERING else sa.true()


def matter(actor: Actor) -> Clause:
    if actor.role is Role.STEERING:
        return Matter.status.in_((MatterStatus.SENT, MatterStatus.DECIDED, MatterStatus.REPORTED))
    return sa.true()


def decision(actor: Actor) -> Clause:
    return Decision.matter.has(matter(actor)) if actor.role is Role.STEERING else sa.true()


SCOPES: dict[type[Any], Rule] = {
    Absence: everyone,
    Expert: expert, Pause: of_own(Pause.expert_id), SupportPerson: of_own(SupportPerson.expert_id), Guardian: everyone,
    Consent: of_own(Consent.expert_id), Agreement: of_own(Agreement.expert_id),
    BackgroundCheck: of_own(BackgroundCheck.expert_id), SupportContact: everyone,
    Organisation: organisation, Contact: contact, Trainer: trainer, Programme: programme, Completion: completion,
    TrainingCheck: training_check, Certificate: certificate, Proposal: proposal,
    Request: everyone, Order: order, Occasion: occasion, Assignment: assignment,
    OnboardingPart: onboarding_part, OnboardingPoint: everyone, Message: everyone,
    MessageTemplate: everyone,
    Feedback: feedback, Insight: insight,
    Payee: everyone, Invoice: claim, InvoiceLine: claim_line, Receipt: receipt, PaymentBatch: everyone,
    BatchItem: everyone, BatchFile: everyone, BankAnswer: everyone, PayingAccount: everyone, ExportProfile: everyone,
    WithholdingRate: everyone, NetPay: everyone,
    FeeRate: everyone, KilometreRate: everyone, IncomeType: everyone, IncomesReport: everyone,
    Supervisor: everyone, SupervisionSession: everyone, Attendance: everyone,
    Group: group, Membership: membership, Meeting: meeting, Matter: matter, Decision: decision, Story: everyone,
    Outreach: everyone, Communication: everyone, ExistingStructure: everyone, DataRequest: everyone,
    AccessLog: everyone, ChangeLog: everyone, StatusChange: everyone,
    Theme: everyone, Viewpoint: everyone, Task: everyone, SpokenLanguage: everyone, Municipality: everyone,
    Person: everyone, User: everyone, RoleGrant: everyone, Job: everyone,
}


def visible(model: type[Any], actor: Actor) -> Clause:
    """The rows of ``model`` that ``actor`` may meet; nothing without a role or a rule."""
    rule = SCOPES.get(model)
    if actor.role is None or rule is None:
        return sa.false()
    return rule(actor)
