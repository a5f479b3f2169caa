"""Fee claims and payments that wait: for the coordinator's check, and for finance."""

from datetime import timedelta

import sqlalchemy as sa

from models import BankAnswer, BatchItem, Invoice, Payee, PaymentBatch
from rules.states import AnswerStatus, BatchStatus, ClaimStatus
from rules.wording import N_
from services import incomes_reports, payee_papers
from services.waiting import Queue, Step

FORTNIGHT = timedelta(14)

TO_CHECK = Queue("to-check", N_("Fee claims to check"), Invoice, lambda _a, _t: Invoice.status == ClaimStatus.RECEIVED,
    day=Invoice.received_on, step=Step(N_("Check the claim")))
UNPAID = Queue("unpaid", N_("Unpaid over 14 days"), Invoice, lambda _a, t: sa.and_(
    Invoice.status.in_((ClaimStatus.RECEIVED, ClaimStatus.CHECKED, ClaimStatus.APPROVED, ClaimStatus.BATCHED)),
    Invoice.received_on < t - FORTNIGHT), urgent=True,
    day=Invoice.received_on, step=Step(N_("See where it is")))
TO_APPROVE = Queue("to-approve", N_("Claims to approve"), Invoice, lambda _a, _t: Invoice.status == ClaimStatus.CHECKED,
    day=Invoice.received_on, step=Step(N_("Look and approve")))
TO_BATCH = Queue("to-batch", N_("Approved, not in a batch"), Invoice,
                 lambda _a, _t: Invoice.status == ClaimStatus.APPROVED,
    day=Invoice.received_on, step=Step(N_("Make a batch"), make=("PaymentBatch", "")))
BOUNCED = Queue("bounced", N_("Payments that came back"), Invoice,
                lambda _a, _t: Invoice.status == ClaimStatus.RETURNED, urgent=True,
    day=Invoice.received_on, step=Step(N_("Mend the account")))
OPEN_BATCHES = Queue("open-batches", N_("Batches in the making"), PaymentBatch, lambda _a, _t: PaymentBatch.status.in_(
    (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED)),
    day=PaymentBatch.created_at, step=Step(N_("Go on with it")))
WAITING_FOR_ME = Queue("waiting-for-me", N_("Batches that I may approve"), PaymentBatch, lambda a, _t: sa.and_(
    PaymentBatch.status == BatchStatus.SUBMITTED, PaymentBatch.created_by_id != a.user_id,
    PaymentBatch.submitted_by_id != a.user_id),
    day=PaymentBatch.created_at, step=Step(N_("Look and approve")))
TO_DELIVER = Queue("to-deliver", N_("Files made, not delivered"), PaymentBatch,
                   lambda _a, _t: PaymentBatch.status == BatchStatus.GENERATED,
    day=PaymentBatch.payment_date, ahead=True, step=Step(N_("Deliver the files")))
TO_SETTLE = Queue("to-settle", N_("Delivered, outcomes missing"), PaymentBatch,
                  lambda _a, _t: PaymentBatch.status == BatchStatus.SENT,
    day=PaymentBatch.payment_date, step=Step(N_("Record the outcomes")))
ACCOUNTS = Queue("accounts", N_("Accounts to confirm"), Payee, lambda a, _t: payee_papers.to_confirm(a), urgent=True,
    day=Payee.iban_changed_on, step=Step(N_("Confirm the account")))
PAPERS = Queue("papers", N_("To be paid, something missing"), Payee, lambda _a, t: payee_papers.lacking(t),
    step=Step(N_("Complete the papers")))
PAPERS_END = Queue("papers-end", N_("Papers that end within a month"), Payee, lambda _a, t: payee_papers.ending(t),
    step=Step(N_("Ask for a new paper")))
REPORT_LATE = Queue("report-late", N_("Incomes Register: deadline passed"), BatchItem,
                    lambda _a, t: incomes_reports.overdue(t), urgent=True,
    day=BatchItem.created_at, step=Step(N_("Report it")))
UNREPORTED = Queue("unreported", N_("Paid, not marked as reported"), BatchItem,
                   lambda _a, _t: incomes_reports.unreported(),
    day=BatchItem.created_at, step=Step(N_("Report it")))
TO_CORRECT = Queue("to-correct", N_("Came back after the report: correct it"), BatchItem,
                   lambda _a, _t: incomes_reports.to_correct(), urgent=True,
                   day=BatchItem.correct_from, step=Step(N_("Mark the correction as reported"), "correct"))
TO_HANDLE = Queue("to-handle", N_("Bank's answers with something to look at"), BankAnswer, lambda _a, _t: sa.and_(
    BankAnswer.status == AnswerStatus.TAKEN, BankAnswer.conflicts + BankAnswer.unknown > 0,
    BankAnswer.handled_on.is_(None)), urgent=True,
    day=BankAnswer.created_at, step=Step(N_("Say what is done")))
