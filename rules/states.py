"""The life cycles. Nothing else in the code base knows which step may follow which.

A verb is what people do, what a button says, what a permission names and what the history records.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.choices import Choice
from rules.errors import IllegalTransition
from rules.wording import N_, Sentence


class RequestStatus(Choice):
    UNCONFIRMED = "unconfirmed", N_("unconfirmed")
    CONFIRMED = "confirmed", N_("confirmed")
    EXPIRED = "expired", N_("expired")
    REFUSED = "refused", N_("refused")
    REFERRED = "referred", N_("referred")


class OrderStatus(Choice):
    RECEIVED = "received", N_("received")
    SEARCHING = "searching", N_("searching")
    STAFFED = "staffed", N_("staffed")
    HELD = "held", N_("held")
    CLOSED = "closed", N_("closed")
    CANCELLED = "cancelled", N_("cancelled")
    REFERRED = "referred", N_("referred")
    UNMET = "unmet", N_("unmet")


class AssignmentStatus(Choice):
    PROPOSED = "proposed", N_("proposed")
    ASKED = "asked", N_("asked")
    ACCEPTED = "accepted", N_("accepted")
    CONFIRMED = "confirmed", N_("confirmed")
    HELD = "held", N_("held")
    CLOSED = "closed", N_("closed")
    NOT_NOW = "not_now", N_("not now")
    NO_ANSWER = "no_answer", N_("no answer")
    STOOD_DOWN = "stood_down", N_("stood down")
    CANCELLED = "cancelled", N_("cancelled")


class ClaimStatus(Choice):
    DRAFT = "draft", N_("draft")
    RECEIVED = "received", N_("received")
    CHECKED = "checked", N_("checked")
    APPROVED = "approved", N_("approved")
    BATCHED = "batched", N_("in a batch")
    PAID = "paid", N_("paid")
    REJECTED = "rejected", N_("rejected")
    WITHDRAWN = "withdrawn", N_("withdrawn")
    RETURNED = "returned", N_("payment returned")


class BatchStatus(Choice):
    DRAFT = "draft", N_("draft")
    SUBMITTED = "submitted", N_("awaiting approval")
    APPROVED = "approved", N_("approved")
    GENERATED = "generated", N_("files made")
    SENT = "sent", N_("delivered")
    CLOSED = "closed", N_("closed")
    CANCELLED = "cancelled", N_("batch cancelled")


class ItemStatus(Choice):
    PENDING = "pending", N_("waiting for payment")
    ACCEPTED = "accepted", N_("accepted by the bank")
    PAID = "paid", N_("paid")
    REJECTED = "rejected", N_("rejected by the bank")
    RETURNED = "returned", N_("payment returned")
    REMOVED = "removed", N_("removed from the batch")


class AnswerStatus(Choice):
    WAITING = "waiting", N_("brought in, not taken yet")
    TAKEN = "taken", N_("outcomes taken")
    DROPPED = "dropped", N_("put aside")


class MatterStatus(Choice):
    RAISED = "raised", N_("raised")
    PREPARED = "prepared", N_("prepared")
    SENT = "sent", N_("with the steering group")
    DECIDED = "decided", N_("decided")
    RETURNED = "returned", N_("returned for preparation")
    REPORTED = "reported", N_("reported back")
    DROPPED = "dropped", N_("dropped")


class InsightStatus(Choice):
    NOTED = "noted", N_("noted")
    PASSED_ON = "passed_on", N_("passed on")
    ANSWERED = "answered", N_("answered")
    UNANSWERED = "unanswered", N_("not answered")
    CLOSED = "closed", N_("closed")


class BankStatus(Choice):
    PARTICIPANT = "participant", N_("participant")
    IN_BANK = "in_bank", N_("in the bank")
    LEFT = "left", N_("left")
    ANONYMISED = "anonymised", N_("anonymised")


class CompletionStatus(Choice):
    ENROLLED = "enrolled", N_("enrolled")
    IN_PROGRESS = "in_progress", N_("in progress")
    COMPLETED = "completed", N_("completed")
    INTERRUPTED = "interrupted", N_("interrupted")


class PlanStatus(Choice):
    PLANNED = "planned", N_("planned")
    HELD = "held", N_("held")
    CANCELLED = "cancelled", N_("cancelled")


class MessageStatus(Choice):
    DRAFT = "draft", N_("draft")
    QUEUED = "queued", N_("waiting to be sent")
    SENT = "sent", N_("sent")
    FAILED = "failed", N_("not delivered")
    DISCARDED = "discarded", N_("discarded")


class DataRequestStatus(Choice):
    RECEIVED = "received", N_("received")
    IN_PROGRESS = "in_progress", N_("in progress")
    ANSWERED = "answered", N_("answered")
    REFUSED = "refused", N_("refused")


class ConsentStatus(Choice):
    GIVEN = "given", N_("in force")
    WITHDRAWN = "withdrawn", N_("withdrawn by the person")
    EXPIRED = "expired", N_("expired")


class ProposalStatus(Choice):
    PROPOSED = "proposed", N_("proposed")
    ACCEPTED = "accepted", N_("taken into the bank")
    DECLINED = "declined", N_("not taken this time")
    WITHDRAWN = "withdrawn", N_("withdrawn")


class CheckStatus(Choice):
    OPEN = "open", N_("can be opened")
    REVOKED = "revoked", N_("closed for good")


class JobStatus(Choice):
    QUEUED = "queued", N_("queued")
    RUNNING = "running", N_("running")
    DONE = "done", N_("done")
    FAILED = "failed", N_("failed")


@dataclass(frozen=True)
class Step:
    """One verb: from which states, to which, what its button says.

    ``note`` asks for a sentence ("required"), offers one ("optional") or has none ("").
    ``own`` is False for a verb that only follows from another one and has no button of its own.
    """

    sources: tuple[Choice, ...]
    target: Choice
    label: str
    note: str = "optional"
    own: bool = True


@dataclass(frozen=True)
class LifeCycle:
    """The state a record is born in, and its verbs."""

    initial: Choice
    steps: Mapping[str, Step]

    def target(self, current: Choice, verb: str) -> Choice:
        """The state that ``verb`` leads to from ``current``; IllegalTransition says why it cannot."""
        step = self.steps[verb]
        if current not in step.sources:
            raise IllegalTransition(
                N_("“%(verb)s” is not possible: the state is “%(state)s”."),
                verb=Sentence(step.label), state=Sentence(current.label),
            )
        return step.target

    def allows(self, source: Choice, target: Choice) -> bool:
        return any(source in step.sources and step.target == target for step in self.steps.values())

    def verbs_from(self, current: Choice) -> tuple[str, ...]:
        """The verbs with a button, possible in ``current``, in the order of the table."""
        return tuple(verb for verb, step in self.steps.items() if step.own and current in step.sources)


O, A, C, B = OrderStatus, AssignmentStatus, ClaimStatus, BatchStatus  # noqa: E741 - table width
I, T, M = ItemStatus, CompletionStatus, MessageStatus  # noqa: E741 - table width
BEFORE_CLOSED = (A.PROPOSED, A.ASKED, A.NO_ANSWER, A.ACCEPTED, A.CONFIRMED, A.HELD)
OPEN_CLAIM = (C.RECEIVED, C.CHECKED, C.APPROVED)

# fmt: off
REQUEST = LifeCycle(RequestStatus.UNCONFIRMED, {
    "confirm": Step((RequestStatus.UNCONFIRMED,), RequestStatus.CONFIRMED, N_("Make an order of it"), ""),
    "refer":   Step((RequestStatus.UNCONFIRMED,), RequestStatus.REFERRED,  N_("Refer elsewhere"), ""),
    "refuse":  Step((RequestStatus.UNCONFIRMED,), RequestStatus.REFUSED,   N_("Refuse the request"), "required"),
    "expire":  Step((RequestStatus.UNCONFIRMED,), RequestStatus.EXPIRED,   N_("Let it expire"), own=False),
})

ORDER = LifeCycle(O.RECEIVED, {
    "search":  Step((O.RECEIVED, O.UNMET),                          O.SEARCHING, N_("Start searching"), ""),
    "staff":   Step((O.SEARCHING,),                                 O.STAFFED,   N_("Every place confirmed"), own=False),
    "reopen":  Step((O.STAFFED,),                                   O.SEARCHING, N_("Reopen the search")),
    "hold":    Step((O.STAFFED, O.SEARCHING),                       O.HELD,      N_("Mark as held"), ""),
    "close":   Step((O.HELD,),                                      O.CLOSED,    N_("Close the order"), ""),
    "refer":   Step((O.RECEIVED, O.SEARCHING, O.UNMET),             O.REFERRED,  N_("Refer elsewhere")),
    "give_up": Step((O.SEARCHING,),                                 O.UNMET,     N_("Mark as unmet")),
    "cancel":  Step((O.RECEIVED, O.SEARCHING, O.STAFFED, O.UNMET),  O.CANCELLED, N_("Cancel the order")),
})

ASSIGNMENT = LifeCycle(A.PROPOSED, {
    "ask":        Step((A.PROPOSED,),                          A.ASKED,      N_("Ask")),
    "accept":     Step((A.ASKED,),                             A.ACCEPTED,   N_("Said yes"), ""),
    "confirm":    Step((A.ACCEPTED,),                          A.CONFIRMED,  N_("Confirm"), ""),
    "hold":       Step((A.CONFIRMED,),                         A.HELD,       N_("Mark as held"), ""),
    "close":      Step((A.HELD,),                              A.CLOSED,     N_("Close"), ""),
    "decline":    Step(BEFORE_CLOSED,                          A.NOT_NOW,    N_("Not now"), ""),
    "lapse":      Step((A.ASKED,),                             A.NO_ANSWER,  N_("No answer came"), ""),
    "stand_down": Step((A.ACCEPTED,),                          A.STOOD_DOWN, N_("Tell: not needed this time")),
    "ask_again":  Step((A.NO_ANSWER, A.NOT_NOW, A.STOOD_DOWN, A.ACCEPTED, A.CONFIRMED),
                                                               A.ASKED,      N_("Ask again")),
    "ask_anew":   Step((A.ACCEPTED, A.CONFIRMED),              A.ASKED,      N_("Asked again: the time changed"), own=False),
    "cancel":     Step((A.PROPOSED, A.ASKED, A.NO_ANSWER, A.ACCEPTED, A.CONFIRMED),
                                                               A.CANCELLED,  N_("Cancelled with the order"), own=False),
})

INVOICE = LifeCycle(C.DRAFT, {
    "submit":    Step((C.DRAFT,),                 C.RECEIVED,  N_("Hand in"), ""),
    "check":     Step((C.RECEIVED,),              C.CHECKED,   N_("Mark as checked")),
    "approve":   Step((C.CHECKED,),               C.APPROVED,  N_("Approve"), ""),
    "send_back": Step(OPEN_CLAIM,                 C.DRAFT,     N_("Send back for correction"), "required"),
    "reject":    Step(OPEN_CLAIM,                 C.REJECTED,  N_("Reject"), "required"),
    "withdraw":  Step((C.DRAFT, *OPEN_CLAIM),     C.WITHDRAWN, N_("Withdraw")),
    "batch":     Step((C.APPROVED,),              C.BATCHED,   N_("Put in a batch"), own=False),
    "release":   Step((C.BATCHED,),               C.APPROVED,  N_("Release from the batch"), own=False),
    "settle":    Step((C.BATCHED,),               C.PAID,      N_("Mark as paid"), own=False),
    "bounce":    Step((C.BATCHED, C.PAID),        C.RETURNED,  N_("Payment came back"), own=False),
    "mend":      Step((C.RETURNED,),              C.APPROVED,  N_("Mark as mended"), "required"),
})

BATCH = LifeCycle(B.DRAFT, {
    "submit":   Step((B.DRAFT,),                              B.SUBMITTED, N_("Submit for approval"), ""),
    "approve":  Step((B.SUBMITTED,),                          B.APPROVED,  N_("Approve the batch"), ""),
    "generate": Step((B.APPROVED,),                           B.GENERATED, N_("Make the files"), ""),
    "send":     Step((B.GENERATED,),                          B.SENT,      N_("Mark as delivered"), ""),
    "close":    Step((B.SENT,),                               B.CLOSED,    N_("Close the batch"), ""),
    "refuse":   Step((B.SUBMITTED, B.APPROVED),               B.DRAFT,     N_("Return to draft"), "required"),
    "cancel":   Step((B.DRAFT, B.SUBMITTED, B.APPROVED, B.GENERATED),
                                                              B.CANCELLED, N_("Cancel the batch"), "required"),
})

ITEM = LifeCycle(I.PENDING, {
    "accept": Step((I.PENDING,),             I.ACCEPTED, N_("Accepted by the bank"), own=False),
    "pay":    Step((I.PENDING, I.ACCEPTED),  I.PAID,     N_("Mark as paid"), ""),
    "reject": Step((I.PENDING, I.ACCEPTED),  I.REJECTED, N_("Payment was rejected"), "required"),
    "return": Step((I.PAID,),                I.RETURNED, N_("Payment came back"), "required"),
    "remove": Step((I.PENDING,),             I.REMOVED,  N_("Remove from the batch")),
})

BANK_ANSWER = LifeCycle(AnswerStatus.WAITING, {
    "take": Step((AnswerStatus.WAITING, AnswerStatus.DROPPED), AnswerStatus.TAKEN, N_("Take the outcomes"), ""),
    "drop": Step((AnswerStatus.WAITING,), AnswerStatus.DROPPED, N_("Put the file aside"), ""),
})

MATTER = LifeCycle(MatterStatus.RAISED, {
    "prepare": Step((MatterStatus.RAISED, MatterStatus.RETURNED),  MatterStatus.PREPARED, N_("Mark as prepared")),
    "send":    Step((MatterStatus.PREPARED,), MatterStatus.SENT,     N_("Send to the steering group"), ""),
    "decide":  Step((MatterStatus.SENT,),     MatterStatus.DECIDED,  N_("Record the decision"), "required"),
    "return":  Step((MatterStatus.SENT,),     MatterStatus.RETURNED, N_("Return for preparation"), "required"),
    "report":  Step((MatterStatus.DECIDED,),  MatterStatus.REPORTED, N_("Report back to the development group")),
    "drop":    Step((MatterStatus.RAISED, MatterStatus.PREPARED, MatterStatus.RETURNED),
                                              MatterStatus.DROPPED,  N_("Do not take further"), "required"),
})

INSIGHT = LifeCycle(InsightStatus.NOTED, {
    "pass_on": Step((InsightStatus.NOTED, InsightStatus.UNANSWERED), InsightStatus.PASSED_ON, N_("Pass on"), ""),
    "answer":  Step((InsightStatus.PASSED_ON,), InsightStatus.ANSWERED,   N_("Record the answer"), "required"),
    "lapse":   Step((InsightStatus.PASSED_ON,), InsightStatus.UNANSWERED, N_("No answer came"), ""),
    "close":   Step((InsightStatus.ANSWERED, InsightStatus.UNANSWERED), InsightStatus.CLOSED, N_("Close"), ""),
})

EXPERT = LifeCycle(BankStatus.PARTICIPANT, {
    "join":      Step((BankStatus.PARTICIPANT,), BankStatus.IN_BANK, N_("Take into the bank"), ""),
    "leave":     Step((BankStatus.PARTICIPANT, BankStatus.IN_BANK), BankStatus.LEFT, N_("Record as left"), ""),
    "rejoin":    Step((BankStatus.LEFT,), BankStatus.IN_BANK, N_("Take back into the bank"), ""),
    "anonymise": Step((BankStatus.LEFT,), BankStatus.ANONYMISED, N_("Anonymise"), "required"),
})

COMPLETION = LifeCycle(T.ENROLLED, {
    "start":     Step((T.ENROLLED,),               T.IN_PROGRESS, N_("Mark as started"), ""),
    "complete":  Step((T.ENROLLED, T.IN_PROGRESS), T.COMPLETED,   N_("Mark as completed"), ""),
    "interrupt": Step((T.ENROLLED, T.IN_PROGRESS), T.INTERRUPTED, N_("Mark as interrupted"), ""),
    "resume":    Step((T.INTERRUPTED,),            T.IN_PROGRESS, N_("Continue"), ""),
})

PLAN = LifeCycle(PlanStatus.PLANNED, {
    "hold":   Step((PlanStatus.PLANNED,), PlanStatus.HELD,      N_("Mark as held"), ""),
    "cancel": Step((PlanStatus.PLANNED,), PlanStatus.CANCELLED, N_("Call off")),
})

MESSAGE = LifeCycle(M.DRAFT, {
    "queue":   Step((M.DRAFT, M.FAILED),           M.QUEUED,    N_("Send"), ""),
    "deliver": Step((M.QUEUED,),                   M.SENT,      N_("Delivered"), own=False),
    "fail":    Step((M.QUEUED,),                   M.FAILED,    N_("Not delivered"), own=False),
    "bounce":  Step((M.SENT,),                     M.FAILED,    N_("It came back"), ""),
    "discard": Step((M.DRAFT, M.QUEUED, M.FAILED), M.DISCARDED, N_("Discard"), ""),
})

DATA_REQUEST = LifeCycle(DataRequestStatus.RECEIVED, {
    "start":  Step((DataRequestStatus.RECEIVED,), DataRequestStatus.IN_PROGRESS, N_("Start"), ""),
    "answer": Step((DataRequestStatus.IN_PROGRESS,), DataRequestStatus.ANSWERED, N_("Record the answer"), ""),
    "refuse": Step((DataRequestStatus.RECEIVED, DataRequestStatus.IN_PROGRESS),
                   DataRequestStatus.REFUSED, N_("Refuse the request"), "required"),
})

CONSENT = LifeCycle(ConsentStatus.GIVEN, {
    "withdraw": Step((ConsentStatus.GIVEN,), ConsentStatus.WITHDRAWN, N_("Record as withdrawn"), ""),
    "expire":   Step((ConsentStatus.GIVEN,), ConsentStatus.EXPIRED,   N_("Consent ran out"), own=False),
})

PROPOSAL = LifeCycle(ProposalStatus.PROPOSED, {
    "accept":   Step((ProposalStatus.PROPOSED,), ProposalStatus.ACCEPTED,  N_("Take into the bank"), ""),
    "decline":  Step((ProposalStatus.PROPOSED,), ProposalStatus.DECLINED,  N_("Answer: not this time"), "required"),
    "withdraw": Step((ProposalStatus.PROPOSED,), ProposalStatus.WITHDRAWN, N_("Withdraw"), ""),
})

CHECK = LifeCycle(CheckStatus.OPEN, {
    "revoke": Step((CheckStatus.OPEN,), CheckStatus.REVOKED, N_("Close the code"), ""),
})

JOB = LifeCycle(JobStatus.QUEUED, {
    "start":  Step((JobStatus.QUEUED,), JobStatus.RUNNING, N_("Started"), own=False),
    "finish": Step((JobStatus.RUNNING,), JobStatus.DONE,   N_("Finished"), own=False),
    "fail":   Step((JobStatus.QUEUED, JobStatus.RUNNING), JobStatus.FAILED, N_("Failed"), own=False),
})
# fmt: on
