"""What waits for an expert who signs in: questions, tasks ahead, feedback, fees."""

from datetime import timedelta

import sqlalchemy as sa

from models import Assignment, Feedback, Invoice, Occasion, Order
from rules.choices import FeedbackBy
from rules.states import AssignmentStatus, ClaimStatus
from rules.wording import N_
from services import feedback, own_money
from services.waiting import Queue, Step, event_of

HALF_YEAR = timedelta(183)

MY_QUESTIONS = Queue(
    "my-questions", N_("Asked of me"), Assignment, lambda _a, _t: Assignment.status == AssignmentStatus.ASKED,
    day=Assignment.asked_on, step=Step(N_("Answer")))
MY_TASKS = Queue(
    "my-tasks", N_("My assignments ahead"), Assignment,
    lambda _a, _t: Assignment.status.in_((AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)),
    day=event_of(Assignment.order_id), ahead=True)
MY_FEEDBACK = Queue("my-feedback", N_("Tell how it went"), Assignment, lambda _a, t: sa.and_(
    Assignment.status.in_(feedback.WAS_THERE),
    sa.not_(Assignment.feedbacks.any(Feedback.given_by == FeedbackBy.EXPERT)),
    Assignment.order.has(Order.occasions.any(Occasion.on.between(t - feedback.REMEMBERED, t)))),
    day=event_of(Assignment.order_id), step=Step(N_("Tell how it went")))
TO_CLAIM = Queue("to-claim", N_("Fee and costs to claim"), Assignment, lambda _a, t: sa.and_(
    own_money.to_claim(), Assignment.order.has(Order.occasions.any(Occasion.on.between(t - HALF_YEAR, t)))),
    day=event_of(Assignment.order_id), step=Step(N_("Make the claim")))
MY_CLAIMS = Queue("my-claims", N_("My claims on their way"), Invoice, lambda _a, _t: Invoice.status.in_(
    (ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED)),
    day=Invoice.received_on, step=Step(N_("See how it goes")))
MY_PAID = Queue("my-paid", N_("Paid within a year"), Invoice, lambda _a, t: Invoice.paid_on > t - 2 * HALF_YEAR)
