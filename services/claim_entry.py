"""A fee claim entered on an assignment, its lines made of what was agreed, driven and paid; or the fee not taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa

from models import Assignment, Invoice, InvoiceLine, Payee, db
from rules.choices import CostBearer, LineKind, WithoutFee
from rules.errors import BadInput, DomainError, FieldErrors
from rules.money import line_amount, number_text
from rules.permissions import Actor
from rules.states import AssignmentStatus
from rules.wording import N_, Sentence
from services.assignments import usual_fee
from services.claim_facts import COSTS_ONLY, ENDED, fee_of, hourly_price, unclaimable_fee
from services.claim_words import check_words
from services.claims import number_of_claim, submit
from services.orders import first_day
from services.rates import income_type, kilometre_rate
from services.receipts import WORDS, add_receipts
from services.transitions import lock
from services.verbs import Input, Upload, verb

WAS_HELD = (AssignmentStatus.HELD, AssignmentStatus.CLOSED)
CLAIMABLE = (*WAS_HELD, *COSTS_ONLY)
TAKES_PART = (AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED, *WAS_HELD)


OF_COMPANION = Input(N_("A companion's costs"), help=N_(
    "Of somebody who came along: tickets, or kilometres at the price agreed, euros in all. They are paid back by "
    "receipt and are no wage of the expert. Whether they are reported to the Incomes Register, ask payroll."))
FOR_COMPANION = Input(N_("What the companion's costs are for"))


@dataclass(frozen=True)
class Claimed:
    """What the expert asks for: euros, hours, kilometres. None and zero: nothing of that kind; fee None: as agreed."""

    fee: Decimal | None = None
    hours: Decimal | None = None
    kilometres: Decimal | None = None
    meals: Decimal | None = None
    other: Decimal | None = None
    other_for: str = ""
    companion: Decimal | None = None
    companion_for: str = ""


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
                companion: Annotated[Decimal | None, OF_COMPANION] = None,
                companion_for: Annotated[str, FOR_COMPANION] = "",
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
    claimed = Claimed(fee, hours, kilometres, meals, other, other_for, companion, companion_for)
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
               "meals": claimed.meals, "other": claimed.other, "companion": claimed.companion}
    errors = {name: Sentence(N_("An amount cannot be negative."))
              for name, amount in amounts.items() if amount is not None and amount < 0}
    if received_on and received_on > today:
        errors["received_on"] = Sentence(N_("This day has not come yet."))
    for name, text, limit in (("cost_centre", cost_centre, 40), ("reference", reference, 35)):
        if len(text) > limit:
            errors[name] = Sentence(N_("At most %(limit)s characters; this has %(length)s."),
                                    limit=str(limit), length=str(len(text)))
    if claimed.fee and (why := unclaimable_fee(assignment)):
        errors["fee"] = why
    if errors:
        raise FieldErrors(errors)
    check_words(assignment.expert, {
        "other_for": claimed.other_for, "companion_for": claimed.companion_for, "reference": reference})


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
    if claimed.companion:
        yield _with_type(
            line_of(LineKind.COMPANION, Decimal(1), claimed.companion, claimed.companion_for), assignment, day)


def _fee_line(assignment: Assignment, claimed: Claimed) -> InvoiceLine | None:
    """Hours by the price agreed for one, else the fee as one piece; None when there is no fee."""
    fee, hours, price = claimed.fee, claimed.hours, hourly_price(assignment)
    if fee is None and (unclaimable_fee(assignment) or not assignment.agreed_fee):
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


def _can_waive(assignment: Assignment, _today: date) -> bool:
    return assignment.without_fee is None and assignment.status in TAKES_PART


def _check_unclaimed(assignment: Assignment, *_: object) -> None:
    """DomainError naming the living claims that have a fee."""
    claims = [claim.number for claim in assignment.claims if claim.status not in ENDED and fee_of(claim)]
    if claims:
        raise DomainError(N_("A fee is claimed already (%(claims)s): it is taken out of the claim first."),
                          claims=", ".join(claims))


@verb(Assignment, "waive_fee", N_("Take part without a fee"), possible=_can_waive, guard=_check_unclaimed, explains=N_(
    "The expert says so, and no reason is asked. Before the event it is voluntary work, after it the fee is refused. "
    "Costs are paid as ever, and the fee can be taken after all."))
def waive_fee(assignment: Assignment, _actor: Actor, _today: date) -> None:
    """From now on no fee can be claimed for this part; how it came follows from whether the event was held by then."""
    lock(assignment)
    _check_unclaimed(assignment)
    assignment.without_fee = WithoutFee.REFUSED if assignment.status in WAS_HELD else WithoutFee.VOLUNTARY


@verb(Assignment, "take_fee", N_("Take the fee after all"),
      possible=lambda assignment, _today: assignment.without_fee is not None and assignment.status in TAKES_PART,
      explains=N_("The fee agreed before holds again; where there was none, the fee table's is agreed."))
def take_fee(assignment: Assignment, _actor: Actor, today: date) -> None:
    """A fee can be claimed again."""
    lock(assignment)
    assignment.without_fee = None
    if not assignment.agreed_fee:
        assignment.agreed_fee = None  # a fee of nothing was agreed because none was taken
        assignment.agreed_fee, assignment.agreed_unit = usual_fee(assignment, today)
