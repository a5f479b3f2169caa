"""A fee claim entered on an assignment: its lines made of what was agreed, what was driven, what was paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa

from models import Assignment, Invoice, InvoiceLine, Payee, db
from rules.choices import CostBearer, LineKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.money import line_amount, number_text
from rules.permissions import Actor
from rules.states import AssignmentStatus
from rules.wording import N_, Sentence
from services.claim_facts import COSTS_ONLY, hourly_price
from services.claim_words import check_words
from services.claims import number_of_claim, submit
from services.orders import first_day
from services.rates import income_type, kilometre_rate
from services.receipts import WORDS, add_receipts
from services.verbs import Input, Upload, verb

CLAIMABLE = (AssignmentStatus.HELD, AssignmentStatus.CLOSED, *COSTS_ONLY)


@dataclass(frozen=True)
class Claimed:
    """What the expert asks for: euros, hours, kilometres. None and zero: nothing of that kind; fee None: as agreed."""

    fee: Decimal | None = None
    hours: Decimal | None = None
    kilometres: Decimal | None = None
    meals: Decimal | None = None
    other: Decimal | None = None
    other_for: str = ""


def payee_of(expert_id: int) -> Payee | None:
    return db.session.scalars(sa.select(Payee).where(Payee.expert_id == expert_id)).one_or_none()


@verb(Assignment, "claim", N_("Enter a fee claim"), possible=lambda a, _today: a.status in CLAIMABLE,
      explains=N_("The claim is entered for the expert and waits to be checked. Empty fee: as agreed."))
def enter_claim(assignment: Assignment, actor: Actor, today: date, *,  # noqa: PLR0913 - one input for each line of it
                fee: Annotated[Decimal | None, Input(N_("Fee"))] = None,
                hours: Annotated[Decimal | None, Input(
                    N_("Hours"), help=N_("Needed when the fee was agreed by the hour."))] = None,
                kilometres: Annotated[Decimal | None, Input(N_("Kilometres"))] = None,
                meals: Annotated[Decimal | None, Input(N_("Meals"))] = None,
                other: Annotated[Decimal | None, Input(N_("Other costs"))] = None,
                other_for: Annotated[str, Input(N_("What for"))] = "",
                received_on: Annotated[date | None, Input(N_("Received on"), help=N_("Empty: today."))] = None,
                requested_month: Annotated[date | None, Input(N_("Payment wished not before"))] = None,
                cost_bearer: Annotated[CostBearer | None, Input(
                    N_("Who pays"), help=N_("Empty: as in the order."))] = None,
                cost_centre: Annotated[str, Input(N_("Cost centre"), help=N_("Empty: as in the order."))] = "",
                reference: Annotated[str, Input(N_("Payee's reference"))] = "",
                receipts: Annotated[list[Upload] | None, WORDS] = None,
                draft: Annotated[bool, Input(N_("Leave as a draft"))] = False) -> Invoice:
    """A claim on an assignment with its lines, handed in unless left as a draft. Without an event: costs, no fee."""
    payee = payee_of(assignment.expert_id)
    if payee is None:
        raise DomainError(N_("This expert has no payment details yet: add a payee first."))
    claimed = Claimed(fee, hours, kilometres, meals, other, other_for)
    _check_inputs(assignment, claimed, today, received_on, cost_centre, reference)
    day = min(first_day(assignment.order) or today, today)
    lines = list(_lines(assignment, day, claimed))
    claim = Invoice(
        number=number_of_claim(today), payee=payee, assignment=assignment, received_on=received_on or today,
        worked_on=day, requested_month=requested_month, reference=reference, lines=lines,
        cost_bearer=cost_bearer or assignment.order.cost_bearer,
        cost_centre=cost_centre or assignment.order.cost_centre)
    db.session.add(claim)
    db.session.flush()
    add_receipts(claim, receipts or ())
    if not draft:
        submit(claim, actor, today)
    return claim


def _check_inputs(assignment: Assignment, claimed: Claimed, today: date, received_on: date | None,
                  cost_centre: str, reference: str) -> None:
    amounts = {"fee": claimed.fee, "hours": claimed.hours, "kilometres": claimed.kilometres,
               "meals": claimed.meals, "other": claimed.other}
    errors = {name: Sentence(N_("An amount cannot be negative."))
              for name, amount in amounts.items() if amount is not None and amount < 0}
    if received_on and received_on > today:
        errors["received_on"] = Sentence(N_("This day has not come yet."))
    for name, text, limit in (("cost_centre", cost_centre, 40), ("reference", reference, 35)):
        if len(text) > limit:
            errors[name] = Sentence(N_("At most %(limit)s characters; this has %(length)s."),
                                    limit=str(limit), length=str(len(text)))
    if claimed.fee and assignment.status in COSTS_ONLY:
        errors["fee"] = Sentence(
            N_("The event was not held for this expert: costs can be claimed, a fee cannot."))
    if errors:
        raise FieldErrors(errors)
    check_words(assignment.expert, {"other_for": claimed.other_for, "reference": reference})


def _lines(assignment: Assignment, day: date, claimed: Claimed) -> Iterator[InvoiceLine]:
    """The lines of the claim; BadInput when the hours or the kilometre rate are missing."""
    if (fee := _fee_line(assignment, claimed)) is not None:
        yield _with_type(fee, assignment, day)
    if claimed.kilometres:
        rate = kilometre_rate(day)
        if rate is None:
            raise BadInput(N_("No kilometre rate is in force on %(day)s: add it to the rates first."),
                           field="kilometres", day=day)
        yield _with_type(line_of(LineKind.KILOMETRES, claimed.kilometres, rate), assignment, day)
    if claimed.meals:
        yield _with_type(line_of(LineKind.MEAL, Decimal(1), claimed.meals), assignment, day)
    if claimed.other:
        yield _with_type(line_of(LineKind.OTHER, Decimal(1), claimed.other, claimed.other_for), assignment, day)


def _fee_line(assignment: Assignment, claimed: Claimed) -> InvoiceLine | None:
    """Hours by the price agreed for one, else the fee as one piece; None when there is no fee."""
    fee, hours, price = claimed.fee, claimed.hours, hourly_price(assignment)
    if fee is None and (assignment.status in COSTS_ONLY or assignment.fee_refused or not assignment.agreed_fee):
        return None
    if price is not None and hours and fee in (None, line_amount(hours, price)):
        return line_of(LineKind.FEE, hours, price)
    if price is not None and fee is None:
        raise BadInput(N_("The fee was agreed by the hour: give the hours."), field="hours")
    amount = assignment.agreed_fee if fee is None else fee
    return line_of(LineKind.FEE, Decimal(1), amount, f"{number_text(hours)} h" if hours else "") if amount else None


def line_of(kind: LineKind, quantity: Decimal, price: Decimal, description: str = "") -> InvoiceLine:
    return InvoiceLine(kind=kind, quantity=quantity, unit_price=price, amount=line_amount(quantity, price),
                       description=description)


def _with_type(line: InvoiceLine, assignment: Assignment, day: date) -> InvoiceLine:
    line.income_type = income_type(line.kind, assignment.order.kind, day)
    return line
