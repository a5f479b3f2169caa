"""The closed lists of the trade, each member with its label. States stand in ``states.py``."""

from enum import StrEnum
from typing import Self

from rules.wording import N_


class Choice(StrEnum):
    """A StrEnum whose members carry the label that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Language(Choice):
    """What the console can be read in."""

    FI = "fi", N_("Finnish")
    SV = "sv", N_("Swedish")
    EN = "en", N_("English")


class OrganisationKind(Choice):
    COUNTY_UNIT = "county_unit", N_("unit of the wellbeing services county")
    RESIDENTIAL = "residential", N_("children's or youth home")
    NGO = "ngo", N_("NGO")
    SCHOOL = "school", N_("school or university")
    COMPANY = "company", N_("company")
    REGIONAL = "regional", N_("other regional actor")


class OrderSource(Choice):
    PHONE = "phone", N_("phone call")
    EMAIL = "email", N_("e-mail")
    FORM = "form", N_("order form")
    VISIT = "visit", N_("visit or meeting")
    REGISTER = "register", N_("old register")


class OrderKind(Choice):
    """What the expert is asked to; VALTTI belongs to its own structure and is referred."""

    TALK = "talk", N_("talk or lecture")
    PANEL = "panel", N_("panel")
    WORKSHOP = "workshop", N_("workshop")
    LISTENING = "listening", N_("listening session")
    INTERVIEW = "interview", N_("interview")
    WORKING_GROUP = "working_group", N_("working group or team meeting")
    RECRUITMENT = "recruitment", N_("recruitment panel")
    WORK_PAIR = "work_pair", N_("work pair")
    ONBOARDING_DAY = "onboarding_day", N_("onboarding day of workers")
    PEER_EVALUATION = "peer_evaluation", N_("peer evaluation (VALTTI)")
    OTHER = "other", N_("other task")


class CostBearer(Choice):
    COUNTY = "county", N_("the county")
    ORDERER = "orderer", N_("the orderer")


class ContactRelease(Choice):
    """What the expert lets the orderer have, for one assignment."""

    COORDINATOR = "coordinator", N_("only through the coordinator")
    PHONE = "phone", N_("phone number")
    EMAIL = "email", N_("e-mail address")


class ShownName(Choice):
    """In which form an expert's name is told."""

    CHOSEN = "chosen", N_("the name I use here")
    FIRST = "first", N_("first name")
    FULL = "full", N_("first and last name")


class Onboarded(Choice):
    BY_COORDINATOR = "coordinator", N_("by the coordinator")
    WITH_TRAINER = "with_trainer", N_("with the training organisation")
    WITH_ORDERER = "with_orderer", N_("with the orderer")
    NOT_NEEDED = "not_needed", N_("not needed, experienced in this task")


class OnboardedWith(Choice):
    """How an onboarding is to be done: what ``Onboarded`` becomes when every part of it is signed off."""

    ALONE = "coordinator", N_("by the coordinator")
    TRAINER = "with_trainer", N_("with the training organisation")
    ORDERER = "with_orderer", N_("with the orderer")


class OnboardingSide(Choice):
    """Whose part of an onboarding."""

    COORDINATOR = "coordinator", N_("the coordinator")
    TRAINER = "trainer", N_("the training organisation")
    ORDERER = "orderer", N_("the orderer")


class Debriefed(Choice):
    DONE = "done", N_("talked through")
    OFFERED = "offered", N_("offered, not wanted")


class AnswerBy(Choice):
    """Who gave the answer; it never says why."""

    EXPERT = "expert", N_("the expert")
    SUPPORT_PERSON = "support_person", N_("the support person")
    COORDINATOR = "coordinator", N_("the coordinator on the expert's behalf")


class ConsentKind(Choice):
    TAKING_PART = "taking_part", N_("taking part")
    GUARDIAN = "guardian", N_("guardian's consent")
    THEMES = "themes", N_("storing of themes")
    PUBLISHING = "publishing", N_("publishing")


class AgreementKind(Choice):
    ASSIGNMENT = "assignment", N_("assignment contract")
    CONFIDENTIALITY = "confidentiality", N_("confidentiality agreement")


class CheckBasis(Choice):
    """Act under which a criminal record extract was shown; its content is never stored."""

    MUST_504 = "must_504", N_("Act 504/2002, must be shown")
    MAY_504 = "may_504", N_("Act 504/2002, may be asked")
    VOLUNTEER_148 = "volunteer_148", N_("Act 148/2014, volunteers")


class PayeeKind(Choice):
    PRIVATE = "private", N_("private person")
    INVOICING_SERVICE = "invoicing_service", N_("invoicing service")
    SOLE_TRADER = "sole_trader", N_("sole trader")
    COMPANY = "company", N_("company or association")


class PaymentKind(Choice):
    """How finance treats what is paid; decided per claim line by its income type."""

    WAGE = "wage", N_("wage")
    COMPENSATION = "compensation", N_("non-wage compensation")
    INVOICE = "invoice", N_("invoice")
    REIMBURSEMENT = "reimbursement", N_("tax-free reimbursement")


class LineKind(Choice):
    FEE = "fee", N_("fee")
    KILOMETRES = "kilometres", N_("kilometre allowance")
    MEAL = "meal", N_("meal allowance")
    OTHER = "other", N_("other cost")
    COMPANION = "companion", N_("companion's cost")


class WithoutFee(Choice):
    """How it came that an expert takes part without a fee."""

    VOLUNTARY = "voluntary", N_("voluntary, agreed on beforehand")
    REFUSED = "refused", N_("fee refused afterwards")


class FeeUnit(Choice):
    HOUR = "hour", N_("hour")
    EVENT = "event", N_("event")
    HALF_DAY = "half_day", N_("half day")


class BatchKind(Choice):
    PAYROLL = "payroll", N_("to payroll")
    SEPA = "sepa", N_("to the bank")


class PainVersion(Choice):
    """The version of the payment message that the payer's bank takes."""

    V09 = "pain.001.001.09", N_("version of 2019 (pain.001.001.09)")
    V03 = "pain.001.001.03", N_("version of 2009 (pain.001.001.03)")


class FeedbackBy(Choice):
    ORDERER = "orderer", N_("orderer")
    EXPERT = "expert", N_("expert by experience")
    COORDINATOR = "coordinator", N_("coordinator")


class SessionKind(Choice):
    INDIVIDUAL = "individual", N_("individual supervision")
    GROUP = "group", N_("group supervision")


class Attending(Choice):
    OFFERED = "offered", N_("offered")
    DECLINED = "declined", N_("not this time")
    ATTENDED = "attended", N_("took part")


class GroupKind(Choice):
    DEVELOPMENT = "development", N_("development group")
    STEERING = "steering", N_("steering group")
    PEER = "peer", N_("peer support group")


class Seat(Choice):
    MEMBER = "member", N_("member")
    LEADER = "leader", N_("leader")
    MANAGER = "manager", N_("manager in child protection")
    TRAINING = "training", N_("training organisation")
    YOUNG_PEOPLE = "young_people", N_("young people's representative")


class Channel(Choice):
    VISIT = "visit", N_("visit")
    NEWSLETTER = "newsletter", N_("newsletter")
    INTRANET = "intranet", N_("intranet")
    EVENT = "event", N_("event")
    MEDIA = "media", N_("media")
    PHONE = "phone", N_("phone call")
    EMAIL = "email", N_("e-mail")


class StoryForm(Choice):
    TOLD_GROUP = "told_group", N_("told in a group")
    TOLD_WORKER = "told_worker", N_("told to a worker")
    RECORDED = "recorded", N_("recorded")
    WRITTEN = "written", N_("written")


class MessageKind(Choice):
    """The occasion of a message."""

    OTHER = "other", N_("other practical matter")
    OFFER = "offer", N_("asking an expert")
    SUPPORT = "support", N_("telling the support person")
    REMINDER = "reminder", N_("reminder of a question")
    STOOD_DOWN = "stood_down", N_("somebody else came this time")
    CONFIRM_REQUEST = "confirm_request", N_("confirming an order by e-mail")
    FEEDBACK_EXPERT = "feedback_expert", N_("asking the expert how it went")
    FEEDBACK_ORDERER = "feedback_orderer", N_("asking the orderer how it went")
    IMPACT = "impact", N_("telling the expert what changed")
    CONFIRMED_EXPERT = "confirmed_expert", N_("confirming to the expert")
    CONFIRMED_ORDERER = "confirmed_orderer", N_("confirming to the orderer")
    CHANGED_EXPERT = "changed_expert", N_("telling the expert of a new time or place")
    CHANGED_ORDERER = "changed_orderer", N_("telling the orderer of a new time or place")
    CANCELLED_EXPERT = "cancelled_expert", N_("telling the expert that it is cancelled")
    CANCELLED_ORDERER = "cancelled_orderer", N_("telling the orderer that it is cancelled")
    LOOKING_AGAIN = "looking_again", N_("telling the orderer that somebody else is looked for")
    UNMET = "unmet", N_("telling the orderer that nobody was found")
    REFERRED = "referred", N_("telling the orderer who looks after it")
    REQUEST_REFUSED = "request_refused", N_("telling that a request cannot be taken")


class Failure(Choice):
    """Why a message did not reach anybody."""

    NOT_SENDABLE = "not_sendable", N_("it had no address, or nothing behind its link any more")
    REFUSED = "refused", N_("the mail server refused it")
    GIVEN_UP = "given_up", N_("the mail server would not take it, however often it was tried")
    INTERRUPTED = "interrupted", N_("sending was cut short: it may have arrived, ask before you send it again")
    BOUNCED = "bounced", N_("it came back from the recipient's mail server")


class DataRequestKind(Choice):
    ACCESS = "access", N_("own data")
    RECTIFY = "rectify", N_("rectification")
    RESTRICT = "restrict", N_("restriction")
    ERASE = "erase", N_("erasure")


class Felt(Choice):
    """How somebody feels after an event; the value is the number that is kept."""

    VERY_GOOD = "5", N_("very good")
    GOOD = "4", N_("good")
    NEITHER = "3", N_("neither good nor bad")
    BAD = "2", N_("bad")
    VERY_BAD = "1", N_("very bad")


class Agrees(Choice):
    """How far something was so; the value is the number that is kept."""

    QUITE = "5", N_("quite so")
    MOSTLY = "4", N_("mostly")
    PARTLY = "3", N_("partly")
    HARDLY = "2", N_("hardly")
    NOT_AT_ALL = "1", N_("not at all")


class YesOrNo(Choice):
    """An answer that may also be left out."""

    YES = "yes", N_("yes")
    NO = "no", N_("no")


class HandedLink(Choice):
    """A link that the coordinator hands over by hand: what it is for."""

    ANSWER = "answer", N_("For the expert, to answer")
    SUPPORT = "support", N_("For the support person")
    BRIEFING = "briefing_expert", N_("For the expert, the place and the practical matters")
    FEEDBACK = "feedback_expert", N_("For the expert, to tell how it went")


class Reason(Choice):
    """Why something masked or protected is opened, when no record at hand says it."""

    ASKED = "asked", N_("The person asked for it")
    MISTAKE = "mistake", N_("A mistake is being put right")
    SAFETY = "safety", N_("Somebody's safety")
    OTHER = "other", N_("Another reason, in words")
