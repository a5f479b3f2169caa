"""Fee claims: entered, checked against what was agreed, approved, sent back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa

from models import Assignment, IncomeType, Invoice, InvoiceLine, KilometreRate, Payee, db
from rules.choices import LineKind, OrderKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.money import line_amount
from rules.permissions import Actor
from rules.states import AssignmentStatus, ClaimStatus
from rules.wording import N_, Sentence
from services.numbers import next_number
from services.orders import first_day
from services.saving import on_delete, on_save
from services.transitions import lock, step
from services.verbs import Input, Note, verb

A, C = AssignmentStatus, ClaimStatus
EDITABLE = (C.DRAFT, C.RECEIVED)
ENDED = (C.REJECTED, C.WITHDRAWN)
COSTS_ONLY = (A.NOT_NOW, A.CANCELLED, A.STOOD_DOWN)


def rate_of(model: type[Any], day: date, *clauses: Any) -> Any:
    """The row of a dated table in force on ``day``; None when there is none."""
    query = sa.select(model).where(
        model.valid_from <= day, sa.or_(model.valid_until.is_(None), model.valid_until >= day), *clauses)
    return db.session.scalars(query.order_by(model.valid_from.desc(), model.id)).first()


def kilometre_rate(day: date) -> Decimal | None:
    """Euros for a kilometre on ``day``, by the dated table."""
    found = rate_of(KilometreRate, day)
    return found.amount if found else None


def income_type(kind: LineKind, event: OrderKind | None, day: date) -> IncomeType | None:
    """The code for a line of ``kind``: the event's own before the one for every event."""
    own = rate_of(IncomeType, day, IncomeType.line_kind == kind, IncomeType.event_kind == event) if event else None
    common: IncomeType | None = rate_of(
        IncomeType, day, IncomeType.line_kind == kind, IncomeType.event_kind.is_(None))
    return own or common


@on_save(Invoice)
def prepare_claim(claim: Invoice, _actor: Actor, today: date, is_new: bool) -> None:
    """One ground, dates that have come, a number."""
    errors: dict[str, Sentence] = {}
    grounds = [g for g in (claim.assignment, claim.meeting, claim.session) if g is not None]
    if len(grounds) != 1:
        errors["assignment"] = Sentence(
            N_("A claim has one ground: an assignment, a meeting or a supervision session."))
    for name in ("received_on", "worked_on"):
        if (day := getattr(claim, name)) and day > today:
            errors[name] = Sentence(N_("This day has not come yet."))
    if not is_new and claim.status not in EDITABLE:
        raise DomainError(N_("A claim that was checked is not edited: send it back first."))
    if errors:
        raise FieldErrors(errors)
    if is_new:
        claim.number = next_number(Invoice.number, f"L{today.year}-", 4)


@on_save(InvoiceLine)
def prepare_line(line: InvoiceLine, _actor: Actor, _today: date, _is_new: bool) -> None:
    """The amount follows from quantity and price; the kilometre price is at most the year's."""
    if line.invoice.status not in EDITABLE:
        raise DomainError(N_("A claim that was checked is not edited: send it back first."))
    errors: dict[str, Sentence] = {}
    if line.quantity is None or line.quantity <= 0:
        errors["quantity"] = Sentence(N_("The quantity is more than zero."))
    if line.unit_price < 0:
        errors["unit_price"] = Sentence(N_("An amount cannot be negative."))
    rate = kilometre_rate(line.invoice.worked_on) if line.kind is LineKind.KILOMETRES else None
    if rate is not None and line.unit_price > rate:
        errors["unit_price"] = Sentence(
            N_("The kilometre rate of that day is %(rate)s: what is above it would be wage."), rate=rate)
    if errors:
        raise FieldErrors(errors)
    line.amount = line_amount(line.quantity, line.unit_price)
    if line.income_type is None:
        event = line.invoice.assignment.order.kind if line.invoice.assignment else None
        line.income_type = income_type(line.kind, event, line.invoice.worked_on)


@on_delete(InvoiceLine)
def check_line_goes(line: InvoiceLine) -> None:
    if line.invoice.status not in EDITABLE:
        raise DomainError(N_("A claim that was checked is not edited: send it back first."))


def payee_of(assignment: Assignment) -> Payee | None:
    return db.session.scalars(sa.select(Payee).where(Payee.expert_id == assignment.expert_id)).one_or_none()


@verb(Assignment, "claim", N_("Enter a fee claim"),
      possible=lambda a, _today: a.status in (A.HELD, A.CLOSED, *COSTS_ONLY),
      explains=N_("The claim is entered for the expert and waits to be checked. Empty fee: as agreed."))
def enter_claim(assignment: Assignment, actor: Actor, today: date, *,
                fee: Annotated[Decimal | None, Input(N_("Fee"))] = None,
                kilometres: Annotated[Decimal | None, Input(N_("Kilometres"))] = None,
                other: Annotated[Decimal | None, Input(N_("Other costs"))] = None,
                other_for: Annotated[str, Input(N_("What for"))] = "",
                received_on: Annotated[date | None, Input(N_("Received on"), help=N_("Empty: today."))] = None,
                requested_month: Annotated[date | None, Input(N_("Payment wished not before"))] = None,
                reference: Annotated[str, Input(N_("Payee's reference"))] = "") -> Invoice:
    """A claim on an assignment, with its lines, handed in. A cancelled assignment claims costs, no fee."""
    payee = payee_of(assignment)
    if payee is None:
        raise DomainError(N_("This expert has no payment details yet: add a payee first."))
    costs_only = assignment.status in COSTS_ONLY
    agreed = Decimal(0) if costs_only or assignment.fee_refused else assignment.agreed_fee
    paid = agreed if fee is None else fee
    _check_amounts({"fee": paid, "kilometres": kilometres, "other": other})
    if costs_only and paid:
        raise BadInput(N_("The event was not held for this expert: costs can be claimed, a fee cannot."), field="fee")
    day = min(first_day(assignment.order) or today, today)
    lines = _lines(assignment, day, paid, kilometres, other, other_for)
    claim = Invoice(
        number=next_number(Invoice.number, f"L{today.year}-", 4), payee=payee, assignment=assignment,
        received_on=received_on or today, worked_on=day, requested_month=requested_month, reference=reference,
        cost_bearer=assignment.order.cost_bearer, cost_centre=assignment.order.cost_centre, lines=lines)
    db.session.add(claim)
    db.session.flush()
    submit(claim, actor, today)
    return claim


def _check_amounts(amounts: dict[str, Decimal | None]) -> None:
    wrong = {name: Sentence(N_("An amount cannot be negative."))
             for name, amount in amounts.items() if amount is not None and amount < 0}
    if wrong:
        raise FieldErrors(wrong)


def _lines(assignment: Assignment, day: date, fee: Decimal | None, kilometres: Decimal | None,
           other: Decimal | None, other_for: str) -> list[InvoiceLine]:
    event, lines = assignment.order.kind, []
    if fee:
        lines.append(InvoiceLine(kind=LineKind.FEE, quantity=Decimal(1), unit_price=fee, amount=fee,
                                 income_type=income_type(LineKind.FEE, event, day)))
    if kilometres:
        rate = kilometre_rate(day)
        if rate is None:
            raise BadInput(N_("No kilometre rate is in force on %(day)s: add it to the rates first."),
                           field="kilometres", day=day)
        lines.append(InvoiceLine(kind=LineKind.KILOMETRES, quantity=kilometres, unit_price=rate,
                                 amount=line_amount(kilometres, rate),
                                 income_type=income_type(LineKind.KILOMETRES, event, day)))
    if other:
        lines.append(InvoiceLine(kind=LineKind.OTHER, description=other_for, quantity=Decimal(1), unit_price=other,
                                 amount=other, income_type=income_type(LineKind.OTHER, event, day)))
    return lines


def total(claim: Invoice) -> Decimal:
    return sum((line.amount for line in claim.lines), Decimal(0))


@verb(Invoice, "submit")
def submit(claim: Invoice, actor: Actor, _today: date) -> None:
    if not claim.lines or total(claim) <= 0:
        raise DomainError(N_("There is nothing to pay yet: add a line with an amount."))
    step(claim, "submit", actor)


def differs(claim: Invoice) -> bool:
    """Whether the fee is another than the one agreed on the assignment."""
    if claim.assignment is None or claim.assignment.agreed_fee is None:
        return False
    fee = sum((line.amount for line in claim.lines if line.kind is LineKind.FEE), Decimal(0))
    return bool(fee) and fee != claim.assignment.agreed_fee


def look_alikes(claim: Invoice) -> list[Invoice]:
    """Other live claims of the same payee on the same ground, or of the same day and amount."""
    others = db.session.scalars(sa.select(Invoice).where(
        Invoice.payee_id == claim.payee_id, Invoice.id != claim.id, Invoice.status.not_in(ENDED))).all()
    return [o for o in others if (claim.assignment_id is not None and o.assignment_id == claim.assignment_id)
            or (o.worked_on == claim.worked_on and total(o) == total(claim))]


@verb(Invoice, "check", explains=N_("Checked claims go to finance for approval."))
def check(claim: Invoice, actor: Actor, _today: date, *,
          difference_note: Annotated[str, Input(
              N_("Why it differs from what was agreed"),
              help=N_("Needed when the fee differs, or when the payee has a like claim already."))] = "") -> None:
    """The coordinator compares with what was agreed; a difference or a double is explained in words."""
    note = difference_note or claim.difference_note
    if differs(claim) and not note:
        raise BadInput(N_("The fee agreed was %(agreed)s: say why it differs."), field="difference_note",
                       agreed=claim.assignment.agreed_fee if claim.assignment else Decimal(0))
    if (alike := look_alikes(claim)) and not note:
        raise BadInput(N_("The payee has a like claim already: %(numbers)s. Say why this is another one."),
                       field="difference_note", numbers=", ".join(o.number for o in alike))
    step(claim, "check", actor, note)
    claim.difference_note, claim.checked_by_id, claim.sent_back_note = note, actor.user_id, ""


def paid_person(payee: Payee) -> int | None:
    """The person who is paid, as far as they also have an account."""
    return payee.expert.person_id if payee.expert else None


@verb(Invoice, "approve", explains=N_("Approved claims can be put in a payment batch."))
def approve(claim: Invoice, actor: Actor, _today: date) -> None:
    """Finance approves; nobody approves what is paid to themselves, in whatever role."""
    if actor.person_id is not None and paid_person(claim.payee) == actor.person_id:
        raise DomainError(N_("This would be paid to you: somebody else approves it."))
    step(claim, "approve", actor)
    claim.approved_by_id = actor.user_id
    claim.approved_at = datetime.now(UTC)


@verb(Invoice, "send_back", explains=N_("The claim becomes a draft. The expert can read the sentence."))
def send_back(claim: Invoice, actor: Actor, _today: date, *, note: Note = "") -> None:
    step(claim, "send_back", actor, note)
    claim.sent_back_note = note[:400]


@verb(Invoice, "mend")
def mend(claim: Invoice, actor: Actor, _today: date, *, note: Note = "") -> None:
    """What made the payment fail was put right: the claim can go to a new batch."""
    lock(claim)
    if not claim.payee.iban:
        raise DomainError(N_("The payee has no account number yet."))
    step(claim, "mend", actor, note)
