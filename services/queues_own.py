"""What waits for an expert who signs in: questions, tasks ahead, fees."""

from datetime import timedelta

from models import Assignment, Invoice
from rules.states import AssignmentStatus, ClaimStatus
from rules.wording import N_
from services.waiting import Queue, Step, event_of

HALF_YEAR = timedelta(183)

MY_QUESTIONS = Queue(
    "my-questions", N_("Asked of me"), Assignment, lambda _a, _t: Assignment.status == AssignmentStatus.ASKED,
    day=Assignment.asked_on, step=Step(N_("Answer")))
MY_TASKS = Queue(
    "my-tasks", N_("My assignments ahead"), Assignment,
    lambda _a, _t: Assignment.status.in_((AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)),
    day=event_of(Assignment.order_id), ahead=True)
MY_CLAIMS = Queue("my-claims", N_("My claims on their way"), Invoice, lambda _a, _t: Invoice.status.in_(
    (ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED)),
    day=Invoice.received_on, step=Step(N_("See how it goes")))
MY_PAID = Queue("my-paid", N_("Paid within a year"), Invoice, lambda _a, t: Invoice.paid_on > t - 2 * HALF_YEAR)
