"""What waits for whom: named sets of records, each the count on a first screen and the list behind it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from models import (
    Assignment,
    Attendance,
    BackgroundCheck,
    Completion,
    DataRequest,
    Decision,
    ExistingStructure,
    Expert,
    Feedback,
    Group,
    Insight,
    Matter,
    Meeting,
    Message,
    Occasion,
    OnboardingPart,
    Order,
    Organisation,
    Proposal,
    Request,
    Story,
    SupervisionSession,
    SupportContact,
)
from models.outreach import outreach_organisation
from rules.choices import Attending, FeedbackBy, GroupKind, OnboardingSide, OrderSource
from rules.permissions import Actor, Role
from rules.states import (
    AssignmentStatus,
    BankStatus,
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
from services import asking, feedback, groups, stories
from services.queues_money import (
    ACCOUNTS,
    BOUNCED,
    OPEN_BATCHES,
    PAPERS,
    PAPERS_END,
    REPORT_LATE,
    TO_APPROVE,
    TO_BATCH,
    TO_CHECK,
    TO_CORRECT,
    TO_DELIVER,
    TO_HANDLE,
    TO_SETTLE,
    UNPAID,
    UNREPORTED,
    WAITING_FOR_ME,
)
from services.queues_own import MY_CLAIMS, MY_FEEDBACK, MY_PAID, MY_QUESTIONS, MY_TASKS, TO_CLAIM
from services.waiting import MOST, Queue, Step, Tile, count, counts, event_of, look

__all__ = ["MOST", "count", "counts", "look"]

WEEK, QUARTER, HALF_YEAR, YEAR = timedelta(7), timedelta(92), timedelta(183), timedelta(365)


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
FIND = Step(N_("Find candidates"), "match")
CALL = Step(N_("Call"))
VISIT = Step(N_("Plan a visit"), make=("Outreach", "organisations"))
UNANSWERED = (DataRequestStatus.RECEIVED, DataRequestStatus.IN_PROGRESS)

NEW_REQUESTS = Queue("new-requests", N_("New requests"), Request, lambda _a, _t: sa.and_(
    Request.status == RequestStatus.UNCONFIRMED,
    sa.or_(Request.came_by != OrderSource.FORM, Request.email_confirmed_at.is_not(None))),
    day=Request.created_at, step=Step(N_("Make an order of it"), "confirm"))
NEW_ORDERS = Queue("new-orders", N_("New orders"), Order, lambda _a, _t: Order.status == OrderStatus.RECEIVED,
    day=Order.received_on, step=FIND)
SEARCHING = Queue("searching", N_("Being searched"), Order, lambda _a, _t: Order.status == OrderStatus.SEARCHING,
    day=Order.received_on, step=FIND)
WAITING = Queue("waiting", N_("Waiting for an answer"), Assignment,
                lambda _a, _t: Assignment.status == AssignmentStatus.ASKED,
    day=Assignment.asked_on, step=Step(N_("See what was asked")))
SAID_YES = Queue("said-yes", N_("Said yes, to be confirmed"), Assignment,
                 lambda _a, _t: Assignment.status == AssignmentStatus.ACCEPTED,
    day=Assignment.asked_on, step=Step(N_("Onboard and confirm")))
TALK = Queue("talk", N_("Wants to talk first"), Assignment, lambda _a, _t: sa.and_(
    Assignment.wants_to_talk, Assignment.status.in_(
        (AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED))),
    day=Assignment.asked_on, step=CALL)
NO_ANSWER = Queue("no-answer", N_("Asked and reminded, no answer: call"), Assignment,
                  lambda _a, t: asking.to_call(t), urgent=True,
    day=Assignment.asked_on, step=CALL)
NOT_DELIVERED = Queue("not-delivered", N_("Messages that did not arrive"), Message,
                      lambda _a, _t: Message.status == MessageStatus.FAILED, urgent=True,
    day=Message.created_at, step=Step(N_("See why")))
TO_SEND = Queue("to-send", N_("Drafts to read and send"), Message,
                lambda _a, _t: Message.status == MessageStatus.DRAFT,
    day=Message.created_at, step=Step(N_("Read and send")))
ON_THEIR_WAY = Queue("on-their-way", N_("Messages waiting to be sent"), Message,
                     lambda _a, _t: Message.status == MessageStatus.QUEUED,
    day=Message.created_at)
ONBOARDING = Queue("onboarding", N_("Onboarding missing"), Assignment, lambda _a, _t: sa.and_(
    Assignment.status == AssignmentStatus.ACCEPTED, Assignment.onboarded.is_(None)), urgent=True,
    day=Assignment.asked_on, step=Step(N_("Record the onboarding"), "onboard"))
OTHERS_PART = Queue("others-part", N_("Onboarding waits for the others' part"), OnboardingPart, lambda _a, _t: sa.and_(
    OnboardingPart.signed_on.is_(None), OnboardingPart.side != OnboardingSide.COORDINATOR,
    OnboardingPart.assignment.has(sa.and_(
        Assignment.status == AssignmentStatus.ACCEPTED, Assignment.onboarded.is_(None)))),
    day=OnboardingPart.created_at, step=Step(N_("Ask how it goes")))
THIS_WEEK = Queue("this-week", N_("This week's events"), Occasion, lambda _a, t: sa.and_(
    _this_week(t),
    Occasion.order.has(Order.status.in_((OrderStatus.SEARCHING, OrderStatus.STAFFED, OrderStatus.HELD)))),
    day=Occasion.on, ahead=True)
UNSTAFFED = Queue("unstaffed", N_("Within a week, not yet staffed"), Order, lambda _a, t: sa.and_(
    Order.status.in_((OrderStatus.RECEIVED, OrderStatus.SEARCHING)),
    Order.occasions.any(Occasion.on.between(t, t + WEEK))), urgent=True,
    day=Order.received_on, step=FIND)
TO_HOLD = Queue("to-hold", N_("Past, to be marked as held"), Order, lambda _a, t: sa.and_(
    Order.status.in_((OrderStatus.STAFFED, OrderStatus.SEARCHING)), _is_past(t)),
    day=event_of(Order.id), step=Step(N_("Mark as held"), "hold"))
DEBRIEF = Queue("debrief", N_("Debrief missing"), Assignment, lambda _a, t: sa.and_(
    Assignment.debriefed.is_(None), sa.or_(
        Assignment.status == AssignmentStatus.HELD,
        sa.and_(Assignment.status == AssignmentStatus.CONFIRMED, Assignment.order.has(_is_past(t))))),
    day=event_of(Assignment.order_id), step=Step(N_("Talk it through")))
FEEDBACK = Queue("feedback", N_("Feedback of the orderer missing"), Order, lambda _a, t: sa.and_(
    sa.not_(Order.feedbacks.any(Feedback.given_by == FeedbackBy.ORDERER)), sa.or_(
        Order.status == OrderStatus.HELD,
        sa.and_(Order.status.in_((OrderStatus.STAFFED, OrderStatus.SEARCHING)), _is_past(t),
                Order.assignments.any(Assignment.status == AssignmentStatus.CONFIRMED)))),
    day=event_of(Order.id), step=Step(N_("Ask for feedback")))
CALL_BACK = Queue("call-back", N_("Asks for a call, or something weighs"), Feedback,
                  lambda _a, _t: feedback.waits_for_a_call(), urgent=True,
    day=Feedback.given_on, step=Step(N_("Call"), "call"))
TO_ACT = Queue("to-act", N_("Feedback in words, nothing done about it yet"), Feedback, lambda _a, t: sa.and_(
    Feedback.given_by == FeedbackBy.ORDERER, Feedback.text != "", Feedback.action_taken == "",
    Feedback.given_on >= t - QUARTER),
    day=Feedback.given_on, step=Step(N_("Say what is done"), "act"))
HEAVY = Queue("heavy", N_("After a heavy theme, supervision not offered"), Assignment,
              lambda _a, t: feedback.heavy_without_supervision(t),
    day=event_of(Assignment.order_id), step=Step(N_("Offer supervision"), "offer_supervision"))
TELL_BACK = Queue("tell-back", N_("Tell the expert what changed"), Insight, lambda _a, _t: sa.and_(
    Insight.status == InsightStatus.ANSWERED, Insight.impact_back == "", Insight.order_id.is_not(None)),
    day=Insight.created_at, step=Step(N_("Tell what changed"), "tell_back"))
TO_CLOSE = Queue("to-close", N_("Ready to be closed"), Order, lambda _a, _t: sa.and_(
    Order.status == OrderStatus.HELD,
    sa.not_(Order.assignments.any(
        sa.and_(Assignment.status == AssignmentStatus.HELD, Assignment.debriefed.is_(None))))),
    day=event_of(Order.id), step=Step(N_("Close"), "close"))
EXPIRING = Queue("expiring", N_("Trainings expiring soon"), Completion, lambda _a, t: sa.and_(
    Completion.status == CompletionStatus.COMPLETED, Completion.valid_until.between(t, t + QUARTER)),
    day=Completion.valid_until, ahead=True, step=Step(N_("Plan a renewal")))
OLD_CHECKS = Queue("old-checks", N_("Background checks to renew"), BackgroundCheck, lambda _a, t: sa.and_(
    BackgroundCheck.issued_on.between(t - HALF_YEAR, t - HALF_YEAR + timedelta(30))),
    day=BackgroundCheck.issued_on, step=Step(N_("Ask for a new extract")))
NOT_MET = Queue("not-met", N_("Nobody has met"), Expert, lambda _a, _t: sa.and_(ASKABLE, Expert.met_on.is_(None)),
    day=Expert.created_at, step=Step(N_("Record as met"), "met"))
STALE = Queue("stale", N_("Data not confirmed for a year"), Expert, lambda _a, t: sa.and_(ASKABLE, sa.or_(
    Expert.last_confirmed_on.is_(None), Expert.last_confirmed_on < t - YEAR)),
    day=sa.func.coalesce(Expert.last_confirmed_on, sa.func.date(Expert.created_at)),
    step=Step(N_("Check with the person")))
NO_SUPERVISION = Queue("no-supervision", N_("Assignments in 3 months, no supervision"), Expert, lambda _a, t: sa.and_(
    ASKABLE, _took_part(t), sa.not_(_supervised(t))),
    step=Step(N_("Offer supervision")))
CALLS = Queue("calls", N_("To be called"), SupportContact, lambda _a, t: sa.or_(
    SupportContact.needs_call, SupportContact.next_on.between(t - HALF_YEAR, t + WEEK)),
    day=sa.func.coalesce(SupportContact.next_on, SupportContact.on), step=Step(N_("Call"), "called"))
AFTER_CALLS = Queue("after-calls", N_("Needs a call after an event"), Assignment,
                    lambda _a, _t: Assignment.needs_follow_up.is_(True),
    day=Assignment.debriefed_on, step=Step(N_("Call"), "call"))
PEER_MEETINGS = Queue("peer-meetings", N_("Next peer group meetings"), Meeting, lambda _a, t: sa.and_(
    Meeting.status == PlanStatus.PLANNED, Meeting.on.between(t, t + timedelta(31)),
    Meeting.group.has(Group.kind == GroupKind.PEER)),
    day=Meeting.on, ahead=True, step=Step(N_("Prepare the meeting")))
GROUP_MEETINGS = Queue("group-meetings", N_("Next meetings of the groups"), Meeting, lambda _a, t: sa.and_(
    Meeting.status == PlanStatus.PLANNED, Meeting.on >= t, Meeting.group.has(Group.kind != GroupKind.PEER)),
    day=Meeting.on, ahead=True, step=Step(N_("Prepare the meeting")))
IDEAS = Queue("ideas", N_("Ideas waiting to be developed"), Insight, lambda _a, _t: Insight.status.in_(
    (InsightStatus.NOTED, InsightStatus.ANSWERED)),
    day=Insight.created_at, step=Step(N_("Take it forward")))
FOLLOW_UP = Queue("follow-up", N_("Passed on, time to ask"), Insight, lambda _a, t: sa.and_(
    Insight.status == InsightStatus.PASSED_ON, Insight.follow_up_on <= t),
    day=Insight.follow_up_on, step=Step(N_("Record the answer"), "answer"))
TO_PREPARE = Queue("to-prepare", N_("Matters to prepare"), Matter, lambda _a, _t: Matter.status.in_(
    (MatterStatus.RAISED, MatterStatus.RETURNED)),
    day=Matter.created_at, step=Step(N_("Prepare"), "prepare"))
TO_REPORT = Queue("to-report", N_("Matters to return to the group"), Matter,
                  lambda _a, _t: Matter.status == MatterStatus.DECIDED,
    day=Matter.created_at, step=Step(N_("Report to the group"), "report"))
TO_CARRY_OUT = Queue("to-carry-out", N_("Decisions to carry out"), Decision, lambda _a, _t: Decision.done_on.is_(None),
                     day=Decision.due_on, ahead=True, step=Step(N_("See how it goes")))
EMPTY_SEATS = Queue("empty-seats", N_("Steering groups without a young people's representative"), Group,
                    lambda _a, t: groups.without_young_people(t), urgent=True, step=Step(N_("Fill the seat")))
TO_REVIEW = Queue("to-review", N_("Existing structures to look through"), ExistingStructure, lambda _a, t: sa.or_(
    ExistingStructure.reviewed_on.is_(None), ExistingStructure.reviewed_on < t - YEAR),
    day=ExistingStructure.reviewed_on, step=Step(N_("Mark as looked through"), "review"))
REACHED = sa.exists().where(outreach_organisation.c.organisation_id == Organisation.id)
TAKE_DOWN = Queue("take-down", N_("Consent withdrawn: take it down"), Story, lambda _a, _t: stories.to_take_down(),
    urgent=True, day=stories.withdrawn_at(), step=Step(N_("Take it down"), "take_down"))
UNREACHED = Queue("unreached", N_("Units never reached"), Organisation, lambda _a, _t: sa.and_(
    Organisation.places_orders, Organisation.active,
    sa.not_(REACHED)),
    step=VISIT)
SILENT = Queue("silent", N_("Units with no order in 6 months"), Organisation, lambda _a, t: sa.and_(
    Organisation.places_orders, Organisation.active,
    ~sa.exists().where(Order.organisation_id == Organisation.id, Order.received_on >= t - HALF_YEAR)),
    step=VISIT)
DATA_DUE = Queue("data-due", N_("Data requests due within a week"), DataRequest, lambda _a, t: sa.and_(
    DataRequest.status.in_(UNANSWERED), DataRequest.due_on <= t + WEEK), urgent=True,
    day=DataRequest.due_on, ahead=True, step=Step(N_("Answer the request")))
DATA_OPEN = Queue("data-open", N_("Data requests open"), DataRequest,
                  lambda _a, _t: DataRequest.status.in_(UNANSWERED),
    day=DataRequest.due_on, ahead=True, step=Step(N_("Answer the request")))

JOINT = Queue("joint", N_("Onboardings that wait for our part"), OnboardingPart, lambda _a, t: sa.and_(
    OnboardingPart.signed_on.is_(None), OnboardingPart.side != OnboardingSide.COORDINATOR, OnboardingPart.order.has(
        sa.and_(Order.status.in_((OrderStatus.RECEIVED, OrderStatus.SEARCHING)), sa.not_(_is_past(t))))),
    day=OnboardingPart.created_at, step=Step(N_("Sign off the part"), "sign_off"))
PROPOSED = Queue("proposed-to-bank", N_("Proposed to the bank"), Proposal, lambda _a, _t: (
    Proposal.status == ProposalStatus.PROPOSED),
    day=Proposal.created_at, step=Step(N_("Take into the bank"), "accept"))
UNFINISHED = Queue("unfinished", N_("Trainings under way"), Completion, lambda _a, _t: Completion.status.in_(
    (CompletionStatus.ENROLLED, CompletionStatus.IN_PROGRESS)),
    day=Completion.created_at, step=Step(N_("Record how it went")))
OWN_OPEN = Queue("own-open", N_("Our open orders"), Order, lambda _a, _t: Order.status.in_(
    (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.STAFFED)),
    day=Order.received_on, step=Step(N_("See how it goes")))
OWN_CONFIRMED = Queue("own-confirmed", N_("Confirmed experts"), Assignment,
                      lambda _a, _t: Assignment.status == AssignmentStatus.CONFIRMED,
                      day=event_of(Assignment.order_id), ahead=True)
OWN_FEEDBACK = Queue("own-feedback", N_("Feedback not given yet"), Order, lambda _a, t: sa.and_(
    Order.status.in_((OrderStatus.HELD, OrderStatus.CLOSED)), Order.occasions.any(Occasion.on >= t - QUARTER),
    sa.not_(Order.feedbacks.any(Feedback.given_by == FeedbackBy.ORDERER))),
    day=event_of(Order.id), step=Step(N_("Give feedback"), "feedback"))
WITH_STEERING = Queue("with-steering", N_("Matters for the steering group"), Matter,
                      lambda _a, _t: Matter.status == MatterStatus.SENT,
    day=Matter.created_at, step=Step(N_("Read before the meeting")))
DECIDED = Queue("decided", N_("Decided"), Matter, lambda _a, _t: Matter.status == MatterStatus.DECIDED,
    day=Matter.created_at, step=Step(N_("Read the decision")))

GENERAL, OTHER_TASKS = N_("General coordination"), N_("The other tasks")

FIRST_SCREENS: dict[Role, tuple[Tile, ...]] = {
    Role.COORDINATOR: (
        Tile(N_("Orders"),
             (UNSTAFFED, NEW_REQUESTS, NEW_ORDERS, SEARCHING, WAITING, NO_ANSWER, TALK, SAID_YES), GENERAL),
        Tile(N_("Events"), (THIS_WEEK, ONBOARDING, OTHERS_PART, TO_HOLD, TO_CLOSE), GENERAL),
        Tile(N_("Having the fees paid"), (TO_CHECK, UNPAID), GENERAL),
        Tile(N_("Messages"), (NOT_DELIVERED, TO_SEND, ON_THEIR_WAY), GENERAL),
        Tile(N_("Keeping the bank"), (PROPOSED, NOT_MET, STALE, EXPIRING, OLD_CHECKS), OTHER_TASKS),
        Tile(N_("Making visible"), (TAKE_DOWN, UNREACHED, SILENT, TO_REVIEW), OTHER_TASKS),
        Tile(N_("Supporting the experts"), (CALL_BACK, AFTER_CALLS, CALLS), OTHER_TASKS),
        Tile(N_("Collecting feedback"), (DEBRIEF, FEEDBACK, TO_ACT), OTHER_TASKS),
        Tile(N_("Developing the activity"), (IDEAS, FOLLOW_UP, TELL_BACK), OTHER_TASKS),
        Tile(N_("Coordinating work supervision"), (HEAVY, NO_SUPERVISION), OTHER_TASKS),
        Tile(N_("Arranging peer support groups"), (PEER_MEETINGS,), OTHER_TASKS),
        Tile(N_("Leading the development group"),
             (EMPTY_SEATS, TO_PREPARE, TO_REPORT, TO_CARRY_OUT, GROUP_MEETINGS), OTHER_TASKS),
        Tile(N_("Data protection"), (DATA_OPEN, DATA_DUE), OTHER_TASKS),
    ),
    Role.FINANCE: (
        Tile(N_("Fee claims"), (TO_APPROVE, TO_BATCH, BOUNCED)),
        Tile(N_("Payment batches"), (WAITING_FOR_ME, OPEN_BATCHES, TO_DELIVER, TO_SETTLE, TO_HANDLE)),
        Tile(N_("Incomes Register"), (REPORT_LATE, UNREPORTED, TO_CORRECT)),
        Tile(N_("Payees"), (PAPERS, ACCOUNTS, PAPERS_END)),
    ),
    Role.TRAINER: (
        Tile(N_("Onboarding"), (JOINT,)),
        Tile(N_("Training"), (UNFINISHED, EXPIRING, replace(PROPOSED, step=None))),
    ),
    Role.ORDERER: (
        Tile(N_("Onboarding"), (JOINT,)),
        Tile(N_("Our orders"), (OWN_OPEN, OWN_CONFIRMED, OWN_FEEDBACK)),
    ),
    Role.STEERING: (
        Tile(N_("Matters"), (WITH_STEERING, DECIDED, TO_CARRY_OUT)),
        Tile(N_("Meetings"), (GROUP_MEETINGS, EMPTY_SEATS)),
    ),
    Role.EXPERT: (Tile(N_("Own tasks"), (MY_QUESTIONS, MY_TASKS, MY_FEEDBACK)),
                  Tile(N_("Own fees"), (TO_CLAIM, MY_CLAIMS, MY_PAID))),
    Role.ADMIN: (),
}

BY_NAME = {(role, queue.model, queue.name): queue
           for role, tiles in FIRST_SCREENS.items() for tile in tiles for queue in tile.queues}


def queue_of(model: type[Any], name: str, actor: Actor) -> Queue | None:
    """The queue ``name`` if it stands on the actor's own first screen: others could tell what the role may not read."""
    return BY_NAME.get((actor.role, model, name)) if actor.role else None
