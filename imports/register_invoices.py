"""Rows of the list of invoices into fee claims that wait to be checked. Nothing is taken as paid."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from imports.invoice_lines import claim_lines, has_odd_kilometres
from imports.invoices import InvoiceRow
from imports.order_people import BY_ORDER, place_in_past
from imports.people import Known, payee_of
from imports.row_taken import RowTaken
from imports.taking import Taking, written
from models import Assignment, Expert, Invoice, KilometreRate, Order, Payee, db
from models.encryption import KEYRING
from models.numbers import mask_in_text
from rules.choices import OrderSource, PayeeKind, WithoutFee
from rules.states import ClaimStatus, OrderStatus
from rules.wording import N_, Sentence

PAID_WORDS = re.compile(r"\b(?:maksettu|betald|paid)\b", re.IGNORECASE)
DEAD = (ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN)


def kilometre_rate() -> Callable[[date], Decimal]:
    """The euros per kilometre in force on a day, 0 when no rate is recorded for it."""
    rates = db.session.scalars(sa.select(KilometreRate).order_by(KilometreRate.valid_from.desc())).all()

    def on(day: date) -> Decimal:
        fitting = (r.amount for r in rates if r.valid_from <= day and (r.valid_until is None or day <= r.valid_until))
        return next(fitting, Decimal(0))

    return on


def take_invoices(rows: Sequence[InvoiceRow], taking: Taking) -> list[RowTaken]:
    """Every row with what became of it; the good ones are in the session, flushed."""
    taken_rows = []
    for row in rows:
        taken = taking.begin(row)
        _check(row, taken)
        known = db.session.scalar(sa.select(Invoice).where(Invoice.number == row.number)) if taken.good else None
        if known is not None:
            _compare(known, row, taken)
        elif taken.good:
            _take_row(row, taken, taking)
        db.session.flush()
        taken_rows.append(taken)
    return taken_rows


def _check(row: InvoiceRow, taken: RowTaken) -> None:
    taken.check_lengths([("number", Invoice.number, row.number), ("reference", Invoice.reference, row.reference or ""),
                         ("note", Invoice.difference_note, row.note)])
    if has_odd_kilometres(row):
        taken.error("km", "km_decimals", N_("Kilometres have at most two decimals."))
    if PAID_WORDS.search(row.note):
        taken.error("note", "already_paid", N_("The row says it is paid: it was not taken, or it would be paid twice."))


def _compare(claim: Invoice, row: InvoiceRow, taken: RowTaken) -> None:
    """The claim of this number is this row again, or the number belongs to another claim."""
    amount = sum((line.amount for line in claim.lines), Decimal(0))
    assignment = claim.assignment
    if assignment is None or assignment.order.number != row.order_number or amount != row.total:
        text = N_("The number %(number)s is already on another claim.")
        taken.error("number", "number_of_another", text, number=row.number)
    taken.known_from = row.same_as


def _take_row(row: InvoiceRow, taken: RowTaken, taking: Taking) -> None:
    order = _order(row, taken)
    person = _person(row, taken, taking)
    if order is None or person is None or row.received_on is None:
        return
    if order.source is not OrderSource.REGISTER and all(a.expert_id != person.id for a in order.assignments):
        # Who went is known here: a number of the old register may have met a number given since then.
        taken.error("order_number", "not_in_order", N_("The order of this number does not have this person."))
        return
    taken.is_new = True
    expert = db.session.get_one(Expert, person.id)
    remarks: list[Sentence] = []
    if order.status is OrderStatus.CLOSED:
        remarks.append(Sentence(N_("The register has the order as paid: see that it is not paid twice.")))
    assignment = _assignment(order, expert, row, taken, taking, remarks)
    payee = _payee(expert, row, taken, taking, remarks)
    _compare_claims(assignment, row, remarks)
    claim = Invoice(
        number=row.number, payee=payee, assignment=assignment, received_on=row.received_on,
        worked_on=order.occasions[0].on if order.occasions else row.received_on, reference=row.reference or "",
        cost_bearer=order.cost_bearer, cost_centre=order.cost_centre)
    claim.lines = claim_lines(row, order.kind, claim.worked_on, taken)
    claim.register_note = _note(row, remarks, taking)
    taking.born(claim, ClaimStatus.RECEIVED, taken)
    taking.made.counts["InvoiceLine"] += len(claim.lines)
    for sentence in remarks:
        taken.notice("", "to_check", sentence.text, **sentence.facts)


def _order(row: InvoiceRow, taken: RowTaken) -> Order | None:
    order = db.session.scalar(sa.select(Order).where(Order.number == row.order_number)) if row.order_number else None
    if order is None:
        taken.error("order_number", "order_unknown", N_("There is no order of this number: a claim needs its ground."))
    elif order.status not in BY_ORDER:
        taken.error("order_number", "order_not_held", N_("The order has not been held."))
    elif _is_paid_by(order, row.number):
        text = N_("The register of orders has this invoice as paid: it was not taken, or it would be paid twice.")
        taken.error("number", "already_paid", text)
    else:
        return order
    return None


def _is_paid_by(order: Order, number: str) -> bool:
    """Whether the order came with this invoice number and a day of payment."""
    facts = order.register_note.split("; ")
    return f"Lasku nro {number}" in facts and any(fact.startswith("Maksettu ") for fact in facts)


def _person(row: InvoiceRow, taken: RowTaken, taking: Taking) -> Known | None:
    """The one of that name; of several namesakes the one whose account it is."""
    found = taking.people.named(row.name)
    if len(found) > 1 and row.iban:
        account = KEYRING.fingerprint(row.iban)
        found = [known for known in found if account in known.iban_prints] or found
    if len(found) == 1:
        return found[0]
    text = (N_("Several persons of the bank have this name: enter the claim by hand.") if found
            else N_("Nobody in the bank has this name."))
    taken.error("name", "person_unclear" if found else "person_unknown", text)
    return None


def _assignment(
    order: Order, expert: Expert, row: InvoiceRow, taken: RowTaken, taking: Taking, remarks: list[Sentence]
) -> Assignment:
    found: list[Assignment] = [assignment for assignment in order.assignments if assignment.expert_id == expert.id]
    if found:
        agreed = found[0].agreed_fee
        if agreed is not None and (row.fee.amount or Decimal(0)) != agreed:
            text = N_("The fee is %(claimed)s, agreed was %(agreed)s.")
            remarks.append(Sentence(text, claimed=row.fee.amount or Decimal(0), agreed=agreed))
        return found[0]
    remarks.append(Sentence(N_("The register does not name this person for the order: check that it was this one.")))
    status = BY_ORDER[order.status]
    assignment = Assignment(order=order, expert=expert, without_fee=WithoutFee.VOLUNTARY if row.fee.refused else None)
    place_in_past(assignment, status, order.occasions[0].on if order.occasions else order.received_on, taking)
    taking.born(assignment, status, taken)
    return assignment


def _payee(expert: Expert, row: InvoiceRow, taken: RowTaken, taking: Taking, remarks: list[Sentence]) -> Payee:
    """The person's payee. An account on a claim never replaces the one that is known."""
    payee = payee_of(expert)
    if row.iban and any(known.id != expert.id for known in taking.people.with_account(row.iban)):
        remarks.append(Sentence(N_("The account on the claim is somebody else's in the bank.")))
    if payee is None:
        payee = Payee(expert=expert, official_name=expert.full_name or written(row.name), kind=PayeeKind.PRIVATE)
        taking.add(payee)
    if row.iban and payee.iban and payee.iban != row.iban:
        text = N_("The account on the claim is not the payee's: it would be paid to the known one. Ask the person.")
        remarks.append(Sentence(text))
    elif row.iban and not payee.iban:
        payee.iban = row.iban
    db.session.flush()
    taking.people.learn_payee(payee)
    return payee


def _compare_claims(assignment: Assignment, row: InvoiceRow, remarks: list[Sentence]) -> None:
    if any(claim.status not in DEAD for claim in assignment.claims):
        remarks.append(Sentence(N_("There is another claim for the same assignment.")))


def _note(row: InvoiceRow, remarks: list[Sentence], taking: Taking) -> str:
    """The note of the row and the remarks, as many as fit: all of them are said at the import."""
    longest = Invoice.register_note.type.length
    note = mask_in_text(row.note)
    for sentence in remarks:
        longer = f"{note} {taking.say(sentence)}".strip()
        note = longer if len(longer) <= longest else note
    return note
