"""Proposing a graduate to the bank: the trainer with the person's consent, the coordinator's answer, letting go."""

from datetime import date
from typing import Annotated

import sqlalchemy as sa

from models import Completion, Consent, Expert, Proposal, db
from rules.choices import ConsentKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.permissions import Actor, Role
from rules.states import BankStatus, ProposalStatus
from rules.wording import N_, Sentence
from services import saving
from services.doors import erasure
from services.saving import on_edit, on_save
from services.traces import erase_logs_of
from services.training import complete
from services.transitions import step
from services.verbs import Input, Note, verb

TELLING = ("first_name", "last_name", "alias", "phone", "email")


@on_save(Proposal)
def prepare_proposal(proposal: Proposal, actor: Actor, today: date, _is_new: bool) -> None:
    """Nothing is kept of anybody who has not consented; a trainer proposes from the own organisation's programmes."""
    errors: dict[str, Sentence] = {}
    if not proposal.consents:
        errors["consents"] = Sentence(N_("Ask the person first. Without the consent nothing is saved."))
    if not proposal.first_name:
        errors["first_name"] = Sentence(N_("Write the first name."))
    if not (proposal.phone or proposal.email):
        errors["phone"] = Sentence(N_("Give one way to reach the person: phone or e-mail."))
    if actor.role is Role.TRAINER and proposal.programme.organisation_id != actor.organisation_id:
        errors["programme"] = Sentence(N_("Choose a programme of your own organisation."))
    for name in ("completed_on", "consent_on"):
        if getattr(proposal, name) > today:
            errors[name] = Sentence(N_("This day has not come yet."))
    if "consent_on" not in errors and proposal.consent_on < proposal.completed_on:
        errors["consent_on"] = Sentence(Proposal.constraint_sentences["consent_after_training"])
    if errors:
        raise FieldErrors(errors)


@on_edit(Proposal)
def why_fixed(proposal: Proposal) -> str:
    return "" if proposal.status is ProposalStatus.PROPOSED else N_("This proposal has been answered.")


@verb(Proposal, "accept", explains=N_(
    "The person is taken into the bank with the training and the consent. What tells who it is goes from the "
    "proposal."))
def accept(proposal: Proposal, actor: Actor, today: date, *,
           known_as: Annotated[Expert | None, Input(N_("Is already here as"), help=N_(
               "Empty: a new expert is made."))] = None) -> Expert:
    """A new expert, or one who was here already, in the bank."""
    expert = known_as or _newcomer(proposal, actor, today)
    if expert.status not in (BankStatus.PARTICIPANT, BankStatus.IN_BANK, BankStatus.LEFT):
        raise BadInput(N_("This person has been anonymised."), field="known_as")
    if expert.status is not BankStatus.IN_BANK:
        step(expert, "join" if expert.status is BankStatus.PARTICIPANT else "rejoin", actor)
    _add_training(proposal, expert, actor, today)
    name = f"{proposal.first_name} {proposal.last_name}".strip()
    db.session.add(Consent(expert=expert, kind=ConsentKind.TAKING_PART, given_by=name, given_on=proposal.consent_on))
    with db.session.no_autoflush:
        step_to(proposal, "accept", actor, expert=expert)
    return expert


def step_to(proposal: Proposal, verb_name: str, actor: Actor, note: str = "", expert: Expert | None = None) -> None:
    """Take the step; the name and the contact data go from the proposal, and from its log."""
    step(proposal, verb_name, actor, note)
    proposal.expert = expert
    for name in TELLING:
        setattr(proposal, name, "")
    db.session.flush()
    with erasure():
        erase_logs_of([proposal.subject])


def _newcomer(proposal: Proposal, actor: Actor, today: date) -> Expert:
    same = _same_person(proposal)
    if same is not None:
        raise BadInput(N_("%(name)s has the same phone or e-mail. Choose that person here if it is the same one."),
                       field="known_as", name=str(same))
    expert = Expert(first_name=proposal.first_name, last_name=proposal.last_name, alias=proposal.alias,
                    phone=proposal.phone, email=proposal.email, message_language=proposal.message_language)
    saving.prepare(expert, actor, today, is_new=True)
    db.session.add(expert)
    db.session.flush()
    return expert


def _same_person(proposal: Proposal) -> Expert | None:
    ways = [column == value for column, value in ((Expert.phone, proposal.phone), (Expert.email, proposal.email))
            if value]
    return db.session.scalars(sa.select(Expert).where(
        sa.or_(*ways), Expert.status != BankStatus.ANONYMISED).limit(1)).one_or_none()


def _add_training(proposal: Proposal, expert: Expert, actor: Actor, today: date) -> None:
    """The training that the proposal tells of, unless it is recorded already."""
    known = db.session.scalars(sa.select(Completion).where(
        Completion.expert_id == expert.id, Completion.programme_id == proposal.programme_id)).one_or_none()
    if known is not None and known.completed_on:
        return
    completion = known or Completion(expert=expert, programme=proposal.programme)
    db.session.add(completion)
    db.session.flush()
    if completion.status.value == "interrupted":
        raise DomainError(N_("This training is recorded as interrupted. Mark it as continued first."))
    complete(completion, actor, today, on=proposal.completed_on)
    completion.certificate_number = proposal.certificate_number


@verb(Proposal, "decline", explains=N_("The name and the contact data are taken out of the proposal."))
def decline(proposal: Proposal, actor: Actor, _today: date, *, note: Note) -> None:
    step_to(proposal, "decline", actor, note)


@verb(Proposal, "withdraw", explains=N_(
    "The person does not wish it any more. The name and the contact data are taken out of the proposal."))
def withdraw(proposal: Proposal, actor: Actor, _today: date) -> None:
    step_to(proposal, "withdraw", actor)
