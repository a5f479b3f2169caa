"""The records of the activity. Import models from here."""

import models.log_guard
import models.search  # noqa: F401 - hooks: the logs kept as they were written, the words by which records are found
from models.absence import Absence
from models.access import AccessLink, RecoveryCode, SecondFactor
from models.assignment import Assignment
from models.audit import AccessLog, ChangeLog, StatusChange
from models.bank_answer import BankAnswer
from models.base import db
from models.batch import BatchFile, BatchItem, PaymentBatch
from models.desk import Draft, ListSetting, SavedView, Selection
from models.expert import Expert, Pause, SupportPerson
from models.export_profile import ExportProfile
from models.feedback import Feedback, Insight
from models.groups import Decision, Group, Matter, Meeting, Membership
from models.incomes_report import IncomesReport
from models.invoice import Invoice, InvoiceLine, Receipt
from models.log_seal import LogSeal
from models.messages import Job, Message, MessageTemplate
from models.net_pay import NetPay
from models.onboarding import OnboardingPart, OnboardingPoint
from models.order import Occasion, Order, Request
from models.organisation import Contact, Organisation
from models.outreach import Communication, ExistingStructure, Outreach, Story, SupportContact
from models.papers import Agreement, BackgroundCheck, Consent, Guardian
from models.payee import Payee
from models.paying_account import PayingAccount
from models.people import Person, RoleGrant, User
from models.personal_link import PersonalLink
from models.proposal import Proposal
from models.rates import FeeRate, IncomeType, KilometreRate, WithholdingRate
from models.reference import Municipality, SpokenLanguage, Task, Theme, Viewpoint
from models.submission import Submission
from models.supervision import Attendance, SupervisionSession, Supervisor
from models.training import Certificate, Completion, Programme, Trainer
from models.training_check import TrainingCheck
from models.trust import DataRequest

__all__ = [
    "Absence", "AccessLink", "AccessLog", "Agreement", "Assignment", "Attendance", "BackgroundCheck", "BankAnswer",
    "BatchFile", "BatchItem", "Certificate", "ChangeLog", "Communication", "Completion", "Consent", "Contact",
    "DataRequest", "Decision", "Draft", "ExistingStructure", "Expert", "ExportProfile", "FeeRate", "Feedback", "Group",
    "Guardian", "IncomeType", "IncomesReport", "Insight", "Invoice", "InvoiceLine", "Job", "KilometreRate",
    "ListSetting", "LogSeal", "Matter", "Meeting", "Membership", "Message", "MessageTemplate", "Municipality",
    "NetPay",
    "Occasion", "OnboardingPart", "OnboardingPoint", "Order", "Organisation", "Outreach", "Pause", "Payee",
    "PayingAccount", "PaymentBatch", "Person", "PersonalLink", "Programme", "Proposal", "Receipt", "RecoveryCode",
    "Request", "RoleGrant", "SavedView", "SecondFactor", "Selection", "SpokenLanguage", "StatusChange", "Story",
    "Submission", "SupervisionSession", "Supervisor", "SupportContact", "SupportPerson", "Task", "Theme", "Trainer",
    "TrainingCheck", "User", "Viewpoint", "WithholdingRate", "db",
]
