"""Why each kind of data is kept, on what ground, and how long what no rule of retention names. For the field list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """What a field group is for and what allows it: the controller's proposal, to be decided before use."""

    purpose: str
    basis: str


_TASK = "task in the public interest (GDPR 6.1 e)"
_CONSENT = "task in the public interest; for what tells of one's life, explicit consent (GDPR 9.2 a)"
_DUTY = "legal obligation (GDPR 6.1 c)"

GROUNDS = {
    "identity": Ground("to know who takes part and by what name", _TASK),
    "contact": Ground("to reach somebody, in the way that suits them", _TASK),
    "experience": Ground("to find an expert who suits an order", _CONSENT),
    "safety": Ground("to ask nobody about what, whom or where they do not wish to meet", _CONSENT),
    "answers": Ground("to know who has said yes; no reason is written", _TASK),
    "wellbeing": Ground("to see that somebody is there before and after", _CONSENT),
    "training": Ground("to know what somebody has been trained in", _TASK),
    "vetting": Ground("to have the consents, agreements and checks that work with children asks for", _DUTY),
    "payee": Ground("to pay, and to report what was paid", _DUTY),
    "work": Ground("to arrange what was ordered", _TASK),
    "money": Ground("to pay what was agreed, once, and to show it to an auditor", _DUTY),
    "feedback": Ground("to learn, and to take what was said to those who decide", _TASK),
    "meta": Ground("to tell one record from another and what has happened to it", _TASK),
    "secret": Ground("keys, hashes and sealed files: shown to nobody", _DUTY),
}
"""By field group."""

KEPT_BY = {
    "Expert": "experts", "Pause": "experts", "SupportPerson": "experts", "Guardian": "experts",
    "SupportContact": "experts", "BackgroundCheck": "checks", "Consent": "papers", "Agreement": "papers",
    "Assignment": "answers", "TrainingCheck": "desk", "Certificate": "experts",
    "Proposal": "requests", "Request": "requests", "Message": "messages",
    "DataRequest": "data_requests",
    "Payee": "payments", "Invoice": "payments", "InvoiceLine": "payments", "PaymentBatch": "payments",
    "BatchItem": "payments", "BatchFile": "payments", "BankAnswer": "payments", "IncomesReport": "payments",
    "Receipt": "payments",
}
"""Record type to the rule of ``rules.retention`` by which it goes."""

OTHERWISE = "while the activity goes on; the names of people are taken out when they are anonymised"
"""How long a record type is kept that no rule names."""
