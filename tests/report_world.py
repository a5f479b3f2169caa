"""Orders that were held, claims that were paid and trainings that were completed, for the tests of the reports."""

from datetime import date
from decimal import Decimal
from itertools import count

from models import Assignment, Completion, Invoice, InvoiceLine, Occasion, Order, Payee, Programme, db
from models.audit import open_door
from rules.choices import LineKind, Onboarded, OrderKind
from rules.states import AssignmentStatus, ClaimStatus, CompletionStatus, OrderStatus
from services.transitions import born_past
from tests.people import make_expert, make_organisation, make_user

NUMBER = count(1)


def past(row, status):
    """Keep ``row`` in a state it has come to before the test begins."""
    with open_door("record_past"):
        born_past(row, status, "")
        db.session.commit()
    return row


def held_order(*days, kind=OrderKind.TALK, status=OrderStatus.HELD, experts=(), received_on=date(2025, 12, 1)):
    """An order with its occasions on ``days`` and the ``experts`` who took part."""
    order = past(Order(number=f"T-{next(NUMBER)}", organisation=make_organisation(), received_on=received_on,
                       kind=kind), status)
    order.occasions = [Occasion(on=day) for day in days]
    for expert in experts:
        taking_part(order, expert)
    db.session.commit()
    return order


def taking_part(order, expert, status=AssignmentStatus.HELD):
    known = {"onboarded": Onboarded.NOT_NEEDED, "onboarded_on": order.received_on}
    return past(Assignment(order=order, expert=expert, **known), status)


def payee_of(expert=None):
    """Somebody to pay; an invoicing service when it is no expert."""
    found = Payee(official_name=f"Saaja {next(NUMBER)}", expert=expert)
    db.session.add(found)
    db.session.commit()
    return found


def paid_claim(paid_on, amounts, *, cost_centre="4410", expert=None, payee=None, status=ClaimStatus.PAID):
    """A claim for the work of ``expert``; ``amounts`` by kind of line, in euros as text."""
    expert = expert or make_expert()
    payee = payee or payee_of(expert)
    assignment = taking_part(held_order(date(2025, 6, 1)), expert)
    claim = Invoice(
        number=f"K-{next(NUMBER)}", payee=payee, assignment=assignment, received_on=date(2025, 6, 2),
        worked_on=date(2025, 6, 1), cost_centre=cost_centre, approved_by=make_user("coordinator"),
        paid_on=paid_on if status is ClaimStatus.PAID else None)
    claim.lines = [InvoiceLine(kind=LineKind(kind), unit_price=Decimal(amount), amount=Decimal(amount))
                   for kind, amount in amounts.items()]
    return past(claim, status)


def programme(name="Peruskoulutus", organiser=None, **given):
    found = Programme(name=name, organisation=organiser or make_organisation(trains=True), **given)
    db.session.add(found)
    db.session.commit()
    return found


def completed(of, on=date(2025, 3, 1), valid_until=None, expert=None):
    return past(Completion(programme=of, expert=expert or make_expert(), completed_on=on, valid_until=valid_until),
                CompletionStatus.COMPLETED)
