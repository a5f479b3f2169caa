"""What waits for whom: named sets of records, each the count on a first screen and the list behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from models import (
    Assignment,
    Attendance,
    BackgroundCheck,
    BankAnswer,
    BatchItem,
    Completion,
    DataRequest,
    Expert,
    Feedback,
    Group,
    Insight,
    Invoice,
    Matter,
    Meeting,
    Message,
    Occasion,
    OnboardingPart,
    Order,
    Organisation,
    Outreach,
    Payee,
    PaymentBatch,
    Proposal,
    Request,
    SupervisionSession,
    SupportContact,
    db,
)
from rules.choices import Attending, FeedbackBy, GroupKind, OnboardingSide, OrderSource
from rules.permissions import Actor, Role, opens
from rules.states import (
    AnswerStatus,
    AssignmentStatus,
    BankStatus,
    BatchStatus,
    ClaimStatus,
    CompletionStatus,
    DataRequestStatus,
    InsightStatus,
    MatterStatus,
    MessageStatus,
    OrderStatus,
    PlanStatus,
    ProposalStatus,
    RequestStatus,
)
from rules.wording import N_
from services import feedback, incomes_reports, own_money, payee_papers
from services.scopes import CONFIRMED, visible

Where = Callable[[Actor, date], sa.ColumnElement[bool]]
WEEK, FORTNIGHT, QUARTER, HALF_YEAR = timedelta(7), timedelta(14), timedelta(92), timedelta(183)

AFTER_REMINDER = timedelta(3)
"""So long an answer to the one reminder is waited for before somebody calls."""

MOST = 1000
"""So far a queue is counted: nobody goes through more than that one by one."""


@dataclass(frozen=True)
class Queue:
    """A named set of rows of one model; ``urgent`` marks what should not wait."""

    name: str
    label: str
    model: type[Any]
    where: Where
    urgent: bool = False


@dataclass(frozen=True)
class Tile:
    """One task of a first screen: a heading and its queues, the first one the big number."""

    label: str
    queues: tuple[Queue, ...]


def _ahead(today: date) -> sa.ColumnElement[bool]:
    return Order.occasions.any(Occasion.on >= today)


def _is_past(today: date) -> sa.ColumnElement[bool]:
    """Every time of the order is over: true from the day after the last one."""
    return sa.and_(Order.occasions.any(), sa.not_(_ahead(today)))


def _this_week(today: date) -> sa.ColumnElement[bool]:
    monday = today - timedelta(today.weekday())
    return Occasion.on.between(monday, monday + timedelta(6))


def _took_part(today: date) -> sa.ColumnElement[bool]:
    """Begins at the few recent times, not at every expert: a bank has years of assignments."""
    recent = sa.select(Assignment.expert_id).join(Occasion, Occasion.order_id == Assignment.order_id).where(
        Assignment.status.in_((AssignmentStatus.HELD, AssignmentStatus.CLOSED)),
        Occasion.on.between(today - QUARTER, today))
    return Expert.id.in_(recent)


def _supervised(today: date) -> sa.ColumnElement[bool]:
    session = Attendance.session.has(sa.and_(
        SupervisionSession.status == PlanStatus.HELD, SupervisionSession.on >= today - QUARTER))
    return sa.exists().where(Attendance.expert_id == Expert.id, Attendance.attending == Attending.ATTENDED, session)


ASKABLE = sa.and_(Expert.status.in_((BankStatus.PARTICIPANT, BankStatus.IN_BANK)), sa.not_(Expert.restricted))
UNANSWERED = (DataRequestStatus.RECEIVED, DataRequestStatus.IN_PROGRESS)

NEW_REQUESTS = Queue("new-requests", N_("New requests"), Request, lambda _a, _t: sa.and_(
    Request.status == RequestStatus.UNCONFIRMED,
    sa.or_(Request.came_by != OrderSource.FORM, Request.email_confirmed_at.is_not(None))))
NEW_ORDERS = Queue("new-orders", N_("New orders"), Order, lambda _a, _t: Order.status == OrderStatus.RECEIVED)
SEARCHING = Queue("searching", N_("Being searched"), Order, lambda _a, _t: Order.status == OrderStatus.SEARCHING)
WAITING = Queue("waiting", N_("Waiting for an answer"), Assignment,
                lambda _a, _t: Assignment.status == AssignmentStatus.ASKED)
SAID_YES = Queue("said-yes", N_("Said yes, to be confirmed"), Assignment,
                 lambda _a, _t: Assignment.status == AssignmentStatus.ACCEPTED)
TALK = Queue("talk", N_("Wants to talk first"), Assignment, lambda _a, _t: sa.and_(
    Assignment.wants_to_talk, Assignment.status.in_(
        (AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED))))
NO_ANSWER = Queue("no-answer", N_("Asked and reminded, no answer: call"), Assignment, lambda _a, t: sa.and_(
    Assignment.status == AssignmentStatus.ASKED, sa.or_(
        Assignment.reminded_on <= t - AFTER_REMINDER,
        sa.and_(Assignment.reminded_on.is_(None), Assignment.asked_on <= t - 2 * AFTER_REMINDER))), urgent=True)
NOT_DELIVERED = Queue("not-delivered", N_("Messages that did not arrive"), Message,
                      lambda _a, _t: Message.status == MessageStatus.FAILED, urgent=True)
TO_SEND = Queue("to-send", N_("Drafts to read and send"), Message,
                lambda _a, _t: Message.status == MessageStatus.DRAFT)
ON_THEIR_WAY = Queue("on-their-way", N_("Messages waiting to be sent"), Message,
                     lambda _a, _t: Message.status == MessageStatus.QUEUED)
ONBOARDING = Queue("onboarding", N_("Onboarding missing"), Assignment, lambda _a, _t: sa.and_(
    Assignment.status == AssignmentStatus.ACCEPTED, Assignment.onboarded.is_(None)), urgent=True)
OTHERS_PART = Queue("others-part", N_("Onboarding waits for the others' part"), OnboardingPart, lambda _a, _t: sa.and_(
    OnboardingPart.signed_on.is_(None), OnboardingPart.side != OnboardingSide.COORDINATOR,
    OnboardingPart.assignment.has(sa.and_(
        Assignment.status == AssignmentStatus.ACCEPTED, Assignment.onboarded.is_(None)))))
THIS_WEEK = Queue("this-week", N_("This week's events"), Occasion, lambda _a, t: sa.and_(
    _this_week(t),
    Occasion.order.has(Order.status.in_((OrderStatus.SEARCHING, OrderStatus.STAFFED, OrderStatus.HELD)))))
UNSTAFFED = Queue("unstaffed", N_("Within a week, not yet staffed"), Order, lambda _a, t: sa.and_(
    Order.status.in_((OrderStatus.RECEIVED, OrderStatus.SEARCHING)),
    Order.occasions.any(Occasion.on.between(t, t + WEEK))), urgent=True)
TO_HOLD = Queue("to-hold", N_("Past, to be marked as held"), Order, lambda _a, t: sa.and_(
    Order.status.in_((OrderStatus.STAFFED, OrderStatus.SEARCHING)), _is_past(t)))
DEBRIEF = Queue("debrief", N_("Debrief missing"), Assignment, lambda _a, t: sa.and_(
    Assignment.debriefed.is_(None), sa.or_(
        Assignment.status == AssignmentStatus.HELD,
        sa.and_(Assignment.status == AssignmentStatus.CONFIRMED, Assignment.order.has(_is_past(t))))))
FEEDBACK = Queue("feedback", N_("Feedback of the orderer missing"), Order, lambda _a, t: sa.and_(
    sa.not_(Order.feedbacks.any(Feedback.given_by == FeedbackBy.ORDERER)), sa.or_(
        Order.status == OrderStatus.HELD,
        sa.and_(Order.status.in_((OrderStatus.STAFFED, OrderStatus.SEARCHING)), _is_past(t),
                Order.assignments.any(Assignment.status == AssignmentStatus.CONFIRMED)))))
CALL_BACK = Queue("call-back", N_("Asks for a call, or something weighs"), Feedback,
                  lambda _a, _t: feedback.waits_for_a_call(), urgent=True)
TO_ACT = Queue("to-act", N_("Feedback in words, nothing done about it yet"), Feedback, lambda _a, t: sa.and_(
    Feedback.given_by == FeedbackBy.ORDERER, Feedback.text != "", Feedback.action_taken == "",
    Feedback.given_on >= t - QUARTER))
HEAVY = Queue("heavy", N_("After a heavy theme, supervision not offered"), Assignment,
              lambda _a, _t: feedback.heavy_without_supervision())
TELL_BACK = Queue("tell-back", N_("Tell the expert what changed"), Insight, lambda _a, _t: sa.and_(
    Insight.status == InsightStatus.ANSWERED, Insight.impact_back == "", Insight.order_id.is_not(None)))
TO_CLOSE = Queue("to-close", N_("Ready to be closed"), Order, lambda _a, _t: sa.and_(
    Order.status == OrderStatus.HELD,
    sa.not_(Order.assignments.any(
        sa.and_(Assignment.status == AssignmentStatus.HELD, Assignment.debriefed.is_(None))))))
TO_CHECK = Queue("to-check", N_("Fee claims to check"), Invoice, lambda _a, _t: Invoice.status == ClaimStatus.RECEIVED)
UNPAID = Queue("unpaid", N_("Unpaid over 14 days"), Invoice, lambda _a, t: sa.and_(
    Invoice.status.in_((ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED)),
    Invoice.received_on < t - FORTNIGHT), urgent=True)
EXPIRING = Queue("expiring", N_("Trainings expiring soon"), Completion, lambda _a, t: sa.and_(
    Completion.status == CompletionStatus.COMPLETED, Completion.valid_until.between(t, t + QUARTER)))
OLD_CHECKS = Queue("old-checks", N_("Background checks to renew"), BackgroundCheck, lambda _a, t: sa.and_(
    BackgroundCheck.issued_on.between(t - HALF_YEAR, t - HALF_YEAR + timedelta(30))))
NOT_MET = Queue("not-met", N_("Nobody has met"), Expert, lambda _a, _t: sa.and_(ASKABLE, Expert.met_on.is_(None)))
STALE = Queue("stale", N_("Data not confirmed for a year"), Expert, lambda _a, t: sa.and_(ASKABLE, sa.or_(
    Expert.last_confirmed_on.is_(None), Expert.last_confirmed_on < t - timedelta(365))))
NO_SUPERVISION = Queue("no-supervision", N_("Assignments in 3 months, no supervision"), Expert, lambda _a, t: sa.and_(
    ASKABLE, _took_part(t), sa.not_(_supervised(t))))
CALLS = Queue("calls", N_("To be called"), SupportContact, lambda _a, t: sa.or_(
    SupportContact.needs_call, SupportContact.next_on.between(t - HALF_YEAR, t + WEEK)))
AFTER_CALLS = Queue("after-calls", N_("Needs a call after an event"), Assignment,
                    lambda _a, _t: Assignment.needs_follow_up.is_(True))
PEER_MEETINGS = Queue("peer-meetings", N_("Next peer group meetings"), Meeting, lambda _a, t: sa.and_(
    Meeting.status == PlanStatus.PLANNED, Meeting.on.between(t, t + timedelta(31)),
    Meeting.group.has(Group.kind == GroupKind.PEER)))
GROUP_MEETINGS = Queue("group-meetings", N_("Next meetings of the groups"), Meeting, lambda _a, t: sa.and_(
    Meeting.status == PlanStatus.PLANNED, Meeting.on >= t, Meeting.group.has(Group.kind != GroupKind.PEER)))
IDEAS = Queue("ideas", N_("Ideas waiting to be developed"), Insight, lambda _a, _t: Insight.status.in_(
    (InsightStatus.NOTED, InsightStatus.ANSWERED)))
FOLLOW_UP = Queue("follow-up", N_("Passed on, time to ask"), Insight, lambda _a, t: sa.and_(
    Insight.status == InsightStatus.PASSED_ON, Insight.follow_up_on <= t))
TO_PREPARE = Queue("to-prepare", N_("Matters to prepare"), Matter, lambda _a, _t: Matter.status.in_(
    (MatterStatus.RAISED, MatterStatus.RETURNED)))
TO_REPORT = Queue("to-report", N_("Matters to return to the group"), Matter,
                  lambda _a, _t: Matter.status == MatterStatus.DECIDED)
UNREACHED = Queue("unreached", N_("Units never reached"), Organisation, lambda _a, _t: sa.and_(
    Organisation.places_orders, Organisation.active,
    ~sa.exists().where(Outreach.organisation_id == Organisation.id)))
SILENT = Queue("silent", N_("Units with no order in 6 months"), Organisation, lambda _a, t: sa.and_(
    Organisation.places_orders, Organisation.active,
    ~sa.exists().where(Order.organisation_id == Organisation.id, Order.received_on >= t - HALF_YEAR)))
DATA_DUE = Queue("data-due", N_("Data requests due within a week"), DataRequest, lambda _a, t: sa.and_(
    DataRequest.status.in_(UNANSWERED), DataRequest.due_on <= t + WEEK), urgent=True)
DATA_OPEN = Queue("data-open", N_("Data requests open"), DataRequest,
                  lambda _a, _t: DataRequest.status.in_(UNANSWERED))

TO_APPROVE = Queue("to-approve", N_("Claims to approve"), Invoice, lambda _a, _t: Invoice.status == ClaimStatus.CHECKED)
TO_BATCH = Queue("to-batch", N_("Approved, not in a batch"), Invoice,
                 lambda _a, _t: Invoice.status == ClaimStatus.APPROVED)
BOUNCED = Queue("bounced", N_("Payments that came back"), Invoice,
                lambda _a, _t: Invoice.status == ClaimStatus.RETURNED, urgent=True)
OPEN_BATCHES = Queue("open-batches", N_("Batches in the making"), PaymentBatch, lambda _a, _t: PaymentBatch.status.in_(
    (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED)))
WAITING_FOR_ME = Queue("waiting-for-me", N_("Batches that I may approve"), PaymentBatch, lambda a, _t: sa.and_(
    PaymentBatch.status == BatchStatus.SUBMITTED, PaymentBatch.created_by_id != a.user_id,
    PaymentBatch.submitted_by_id != a.user_id))
TO_DELIVER = Queue("to-deliver", N_("Files made, not delivered"), PaymentBatch,
                   lambda _a, _t: PaymentBatch.status == BatchStatus.GENERATED)
TO_SETTLE = Queue("to-settle", N_("Delivered, outcomes missing"), PaymentBatch,
                  lambda _a, _t: PaymentBatch.status == BatchStatus.SENT)
ACCOUNTS = Queue("accounts", N_("Accounts to confirm"), Payee, lambda a, _t: payee_papers.to_confirm(a), urgent=True)
PAPERS = Queue("papers", N_("To be paid, something missing"), Payee, lambda _a, t: payee_papers.lacking(t))
PAPERS_END = Queue("papers-end", N_("Papers that end within a month"), Payee, lambda _a, t: payee_papers.ending(t))
REPORT_LATE = Queue("report-late", N_("Incomes Register: deadline passed"), BatchItem,
                    lambda _a, t: incomes_reports.overdue(t), urgent=True)
UNREPORTED = Queue("unreported", N_("Paid, not marked as reported"), BatchItem,
                   lambda _a, _t: incomes_reports.unreported())
TO_HANDLE = Queue("to-handle", N_("Bank's answers with something to look at"), BankAnswer, lambda _a, _t: sa.and_(
    BankAnswer.status == AnswerStatus.TAKEN, BankAnswer.conflicts + BankAnswer.unknown > 0,
    BankAnswer.handled_on.is_(None)), urgent=True)
JOINT = Queue("joint", N_("Onboardings that wait for our part"), OnboardingPart, lambda _a, t: sa.and_(
    OnboardingPart.signed_on.is_(None), OnboardingPart.side != OnboardingSide.COORDINATOR, OnboardingPart.order.has(
        sa.and_(Order.status.in_((OrderStatus.RECEIVED, OrderStatus.SEARCHING)), sa.not_(_is_past(t))))))
PROPOSED = Queue("proposed-to-bank", N_("Proposed to the bank"), Proposal, lambda _a, _t: (
    Proposal.status == ProposalStatus.PROPOSED))
UNFINISHED = Queue("unfinished", N_("Trainings under way"), Completion, lambda _a, _t: Completion.status.in_(
    (CompletionStatus.ENROLLED, CompletionStatus.IN_PROGRESS)))
OWN_OPEN = Queue("own-open", N_("Our open orders"), Order, lambda _a, _t: Order.status.in_(
    (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED)))
OWN_CONFIRMED = Queue("own-confirmed", N_("Confirmed experts"), Assignment,
                      lambda _a, _t: Assignment.status.in_(CONFIRMED))
WITH_STEERING = Queue("with-steering", N_("Matters for the steering group"), Matter,
                      lambda _a, _t: Matter.status == MatterStatus.SENT)
DECIDED = Queue("decided", N_("Decided"), Matter, lambda _a, _t: Matter.status == MatterStatus.DECIDED)
MY_TASKS = Queue("my-tasks", N_("My assignments ahead"), Assignment, lambda _a, _t: Assignment.status.in_(
    (AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)))
MY_FEEDBACK = Queue("my-feedback", N_("Tell how it went"), Assignment, lambda _a, t: sa.and_(
    Assignment.status.in_(feedback.WAS_THERE),
    sa.not_(Assignment.feedbacks.any(Feedback.given_by == FeedbackBy.EXPERT)),
    Assignment.order.has(Order.occasions.any(Occasion.on.between(t - feedback.REMEMBERED, t)))))
TO_CLAIM = Queue("to-claim", N_("Fee and costs to claim"), Assignment, lambda _a, t: sa.and_(
    own_money.unclaimed(), Assignment.order.has(Order.occasions.any(Occasion.on.between(t - HALF_YEAR, t)))))
MY_PAID = Queue("my-paid", N_("Paid within a year"), Invoice, lambda _a, t: Invoice.paid_on > t - 2 * HALF_YEAR)
MY_CLAIMS = Queue("my-claims", N_("My claims on their way"), Invoice, lambda _a, _t: Invoice.status.in_(
    (ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED)))

FIRST_SCREENS: dict[Role, tuple[Tile, ...]] = {
    Role.COORDINATOR: (
        Tile(N_("General coordination"), (NEW_ORDERS, NEW_REQUESTS, SEARCHING, WAITING, SAID_YES, TALK, NO_ANSWER)),
        Tile(N_("Messages"), (NOT_DELIVERED, TO_SEND, ON_THEIR_WAY)),
        Tile(N_("Events"), (THIS_WEEK, UNSTAFFED, ONBOARDING, OTHERS_PART, TO_HOLD)),
        Tile(N_("Keeping the bank"), (STALE, NOT_MET, EXPIRING, OLD_CHECKS, PROPOSED)),
        Tile(N_("Collecting feedback"), (FEEDBACK, DEBRIEF, TO_ACT, TO_CLOSE)),
        Tile(N_("Supporting the experts"), (CALL_BACK, CALLS, AFTER_CALLS, HEAVY)),
        Tile(N_("Coordinating work supervision"), (NO_SUPERVISION,)),
        Tile(N_("Having the fees paid"), (TO_CHECK, UNPAID)),
        Tile(N_("Developing the activity"), (IDEAS, FOLLOW_UP, TELL_BACK)),
        Tile(N_("Leading the development group"), (TO_PREPARE, TO_REPORT, GROUP_MEETINGS)),
        Tile(N_("Arranging peer support groups"), (PEER_MEETINGS,)),
        Tile(N_("Making visible"), (UNREACHED, SILENT)),
        Tile(N_("Data protection"), (DATA_OPEN, DATA_DUE)),
    ),
    Role.FINANCE: (
        Tile(N_("Fee claims"), (TO_APPROVE, TO_BATCH, BOUNCED)),
        Tile(N_("Payment batches"), (WAITING_FOR_ME, OPEN_BATCHES, TO_DELIVER, TO_SETTLE, TO_HANDLE)),
        Tile(N_("Incomes Register"), (REPORT_LATE, UNREPORTED)),
        Tile(N_("Payees"), (PAPERS, ACCOUNTS, PAPERS_END)),
    ),
    Role.TRAINER: (
        Tile(N_("Training"), (UNFINISHED, EXPIRING, PROPOSED)),
        Tile(N_("Onboarding"), (JOINT,)),
    ),
    Role.ORDERER: (
        Tile(N_("Our orders"), (OWN_OPEN, OWN_CONFIRMED)),
        Tile(N_("Onboarding"), (JOINT,)),
    ),
    Role.STEERING: (Tile(N_("Matters"), (WITH_STEERING, DECIDED)), Tile(N_("Meetings"), (GROUP_MEETINGS,))),
    Role.EXPERT: (Tile(N_("Own tasks"), (MY_TASKS, MY_FEEDBACK)),
                  Tile(N_("Own fees"), (TO_CLAIM, MY_CLAIMS, MY_PAID))),
    Role.ADMIN: (),
}

BY_NAME = {(role, queue.model, queue.name): queue
           for role, tiles in FIRST_SCREENS.items() for tile in tiles for queue in tile.queues}


def queue_of(model: type[Any], name: str, actor: Actor) -> Queue | None:
    """The queue ``name`` if it stands on the actor's own first screen: others could tell what the role may not read."""
    return BY_NAME.get((actor.role, model, name)) if actor.role else None


def count(queue: Queue, actor: Actor, today: date) -> int:
    """How many rows of ``queue`` the actor meets, ``MOST`` + 1 for more; 0 where the model is closed to the role."""
    return counts((queue,), actor, today)[queue]


def counts(wanted: Sequence[Queue], actor: Actor, today: date) -> dict[Queue, int]:
    """The same of many queues, by one question to the database."""
    open_ones = [queue for queue in wanted if opens(actor.role, queue.model.__name__)]
    found = dict.fromkeys(wanted, 0)
    if open_ones:
        row = db.session.execute(sa.select(*(
            _number(queue, actor, today).label(f"n{place}") for place, queue in enumerate(open_ones)))).one()
        found.update(zip(open_ones, row, strict=True))
    return found


def _number(queue: Queue, actor: Actor, today: date) -> sa.ScalarSelect[int]:
    rows = sa.select(sa.literal(1)).select_from(queue.model).where(
        visible(queue.model, actor), queue.where(actor, today)).limit(MOST + 1).subquery()
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()
