"""Fee claims: what a save implies, and their way from handed in to approved, back, and mended."""

from datetime import UTC, date, datetime
from typing import Annotated

import sqlalchemy as sa

from models import Invoice, InvoiceLine, db
from rules.choices import LineKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.money import line_amount
from rules.permissions import Actor
from rules.states import ClaimStatus
from rules.wording import N_, Sentence
from services.claim_facts import (
    dear_kilometres,
    difference,
    differs,
    is_unearned,
    likeness,
    look_alikes,
    paid_persons,
    total,
    unclaimable_fee,
)
from services.claim_words import check_words, expert_of
from services.numbers import next_number
from services.rates import income_type, kilometre_rate
from services.saving import on_delete, on_save
from services.transitions import lock, step
from services.verbs import Input, Note, verb
from services.withholding import is_wage

C = ClaimStatus
EDITABLE = (C.DRAFT, C.RECEIVED)
READ_BY_EXPERT = 400
"""Characters of the sentence with which a claim is sent back."""


def number_of_claim(today: date) -> str:
    """``L2026-0001``: the next number of the year."""
    return next_number(Invoice.number, f"L{today.year}-", 4)


@on_save(Invoice)
def prepare_claim(claim: Invoice, _actor: Actor, today: date, is_new: bool) -> None:
    """One ground, dates that have come, a number."""
    if not is_new:
        keep_open(claim)
    errors: dict[str, Sentence] = {}
    grounds = [g for g in (claim.assignment, claim.meeting, claim.session) if g is not None]
    if len(grounds) != 1:
        errors["assignment"] = Sentence(
            N_("A claim has one ground: an assignment, a meeting or a supervision session."))
    for name in ("received_on", "worked_on"):
        if (day := getattr(claim, name)) and day > today:
            errors[name] = Sentence(N_("This day has not come yet."))
    if errors:
        raise FieldErrors(errors)
    check_words(expert_of(claim), {"difference_note": claim.difference_note, "reference": claim.reference})
    if is_new:
        claim.number = number_of_claim(today)


def keep_open(claim: Invoice) -> None:
    """DomainError unless the claim may still be changed."""
    if claim.status not in EDITABLE:
        raise DomainError(N_("A claim that was checked is not edited: send it back first."))


@on_save(InvoiceLine)
def prepare_line(line: InvoiceLine, _actor: Actor, _today: date, _is_new: bool) -> None:
    """The amount follows from quantity and price; the kilometre price is at most the day's."""
    claim = line.invoice
    _check_line(line)
    check_words(expert_of(claim), {"description": line.description}, line.kind)
    line.amount = line_amount(line.quantity, line.unit_price)
    if line.income_type is None:
        event = claim.assignment.order.kind if claim.assignment else None
        line.income_type = income_type(line.kind, event, claim.worked_on)
    db.session.add(line)
    before = sa.inspect(line).attrs.invoice.history.deleted or ()
    for touched in sorted({claim, *filter(None, before)}, key=lambda one: one.id):
        lock(touched)  # a check or an approval at the same moment sees the line, or the line sees the check
        keep_open(touched)


def _check_line(line: InvoiceLine) -> None:
    errors: dict[str, Sentence] = {}
    part = line.invoice.assignment
    if line.kind is LineKind.FEE and part is not None and part.without_fee and (why := unclaimable_fee(part)):
        errors["kind"] = why
    if line.kind is LineKind.COMPANION and line.income_type and is_wage(line.income_type):
        errors["income_type"] = Sentence(N_("A companion's costs are paid back: they are no wage of the expert."))
    if line.quantity is None or line.quantity <= 0:
        errors["quantity"] = Sentence(N_("The quantity is more than zero."))
    if line.unit_price is None or line.unit_price < 0:
        errors["unit_price"] = Sentence(N_("An amount cannot be negative."))
    elif line.kind is LineKind.KILOMETRES:
        day = line.invoice.worked_on
        rate = kilometre_rate(day)
        if rate is None:
            errors["unit_price"] = Sentence(
                N_("No kilometre rate is in force on %(day)s: add it to the rates first."), day=day)
        elif line.unit_price > rate:
            errors["unit_price"] = Sentence(
                N_("The kilometre rate of that day is %(rate)s: what is above it would be wage."), rate=rate)
    if errors:
        raise FieldErrors(errors)


@on_delete(InvoiceLine)
def check_line_goes(line: InvoiceLine, _actor: Actor, _today: date) -> None:
    lock(line.invoice)
    keep_open(line.invoice)


def _check_payable(claim: Invoice, *_: object) -> None:
    """DomainError for a claim with nothing to pay, or a fee for what was not held."""
    if not claim.lines or total(claim) <= 0:
        raise DomainError(N_("There is nothing to pay yet: add a line with an amount."))
    if is_unearned(claim) and (why := unclaimable_fee(claim.assignment)):
        raise DomainError(why.text)


@verb(Invoice, "submit", bulk=True, guard=_check_payable, loads=("lines", "assignment"))
def submit(claim: Invoice, actor: Actor, _today: date) -> None:
    """Hand in a claim that has something to pay."""
    lock(claim)
    _check_payable(claim)
    step(claim, "submit", actor)


def _check_not_own(claim: Invoice, actor: Actor, _today: date) -> None:
    if actor.person_id in paid_persons(claim):
        raise DomainError(N_("This would be paid to you: somebody else takes it on."))


def _check_prices(claim: Invoice, actor: Actor, today: date) -> None:
    """DomainError for a claim that no words make payable, or that pays whoever would check it."""
    _check_not_own(claim, actor, today)
    _check_payable(claim)
    if dear := dear_kilometres(claim):
        raise DomainError(dear.text, **dear.facts)


@verb(Invoice, "check", explains=N_("Checked claims go to finance for approval."), bulk=True, guard=_check_prices,
      loads=("lines", "payee.expert", "assignment.expert"))
def check(claim: Invoice, actor: Actor, today: date, *,
          difference_note: Annotated[str, Input(
              N_("Why it differs from what was agreed"),
              help=N_("Needed when the fee differs, or when the payee has a like claim already."))] = "") -> None:
    """The coordinator compares with what was agreed; a difference or a double is explained in words."""
    lock(claim)
    _check_prices(claim, actor, today)
    note = difference_note.strip() or claim.difference_note
    if differs(claim) and not note:
        raise _asks(difference(claim))
    # A like claim may have come after the note was written: it is answered now, or not at all.
    if (alike := look_alikes(claim)) and not difference_note.strip():
        raise _asks(likeness(alike))
    check_words(expert_of(claim), {"difference_note": note})
    step(claim, "check", actor, note)
    claim.difference_note, claim.checked_by_id, claim.sent_back_note = note, actor.user_id, ""


def _asks(sentence: Sentence) -> BadInput:
    return BadInput(sentence.text, field="difference_note", **sentence.facts)


def _check_approver(claim: Invoice, actor: Actor, today: date) -> None:
    """DomainError for whoever is paid by the claim or has checked it, in whatever role or account."""
    _check_not_own(claim, actor, today)
    if claim.checked_by is not None and actor.person_id == claim.checked_by.person_id:
        raise DomainError(N_("You have checked this claim: somebody else approves it."))


@verb(Invoice, "approve", explains=N_("Approved claims can be put in a payment batch."), bulk=True,
      guard=_check_approver, loads=("payee.expert", "assignment.expert", "checked_by"))
def approve(claim: Invoice, actor: Actor, today: date) -> None:
    """Finance approves; nobody approves what is paid to themselves or what they checked, in whatever role."""
    _check_approver(claim, actor, today)
    step(claim, "approve", actor)
    claim.approved_by_id, claim.approved_at = actor.user_id, datetime.now(UTC)


@verb(Invoice, "send_back", explains=N_("The claim becomes a draft. The expert can read the sentence."))
def send_back(claim: Invoice, actor: Actor, _today: date, *, note: Note = "") -> None:
    """Back to a draft; who had checked and approved it has not done so any more."""
    if len(note) > READ_BY_EXPERT:
        raise BadInput(N_("At most %(limit)s characters; this has %(length)s."), field="note",
                       limit=str(READ_BY_EXPERT), length=str(len(note)))
    check_words(expert_of(claim), {"note": note})
    step(claim, "send_back", actor, note)
    claim.sent_back_note = note
    claim.checked_by_id = claim.approved_by_id = claim.approved_at = None


@verb(Invoice, "mend")
def mend(claim: Invoice, actor: Actor, _today: date, *, note: Note = "") -> None:
    """What made the payment fail was put right: the claim can go to a new batch."""
    lock(claim)
    if not claim.payee.iban:
        raise DomainError(N_("The payee has no account number yet."))
    step(claim, "mend", actor, note)
