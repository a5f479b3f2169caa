"""Who went: the names of an order row as assignments, when each means one person of the bank."""

from datetime import date
from decimal import Decimal

from imports.orders import OrderRow
from imports.people import Known
from imports.row_taken import RowTaken
from imports.taking import Taking
from models import Assignment, Expert, Order, db
from rules.choices import Debriefed, FeeUnit, Onboarded, WithoutFee
from rules.register_words import StateWord
from rules.states import AssignmentStatus, OrderStatus
from rules.wording import N_

A = AssignmentStatus
BY_ORDER = {OrderStatus.HELD: A.HELD, OrderStatus.CLOSED: A.CLOSED, OrderStatus.CANCELLED: A.CANCELLED}
NOBODY = (OrderStatus.UNMET, OrderStatus.REFERRED)


def take_people(order: Order, row: OrderRow, taken: RowTaken, taking: Taking) -> None:
    """An assignment for each named person who is found; a name that means nobody or several is said by its place."""
    if order.status in NOBODY and row.people:
        taken.notice("people", "people_unused", N_("Somebody is named, but the order has nobody by its state."))
        return
    for place, name in enumerate(row.people, 1):
        found = taking.people.named(name)
        if len(found) == 1:
            _take_person(order, found[0], row, taken, taking)
        else:
            text = (N_("Name %(place)s of the cell is several persons of the bank: choose by hand.") if found
                    else N_("Name %(place)s of the cell is nobody in the bank: nobody was put in the order."))
            taken.notice("people", "person_unclear" if found else "person_unknown", text, place=place)


def _take_person(order: Order, known: Known, row: OrderRow, taken: RowTaken, taking: Taking) -> None:
    if any(assignment.expert_id == known.id for assignment in order.assignments):
        return
    status = BY_ORDER.get(order.status, A.ACCEPTED if row.state is StateWord.AGREED else A.PROPOSED)
    assignment = Assignment(order=order, expert=db.session.get_one(Expert, known.id))
    _agree_fee(assignment, row, taken)
    place_in_past(assignment, status, row.day or order.received_on, taking)
    taking.born(assignment, status, taken)
    taken.made(Assignment.console.one, "1")


def place_in_past(assignment: Assignment, status: AssignmentStatus, day: date, taking: Taking) -> None:
    """The facts that a held or closed assignment has to have: the old register stands for those who knew."""
    if status in (A.HELD, A.CLOSED):
        assignment.onboarded, assignment.onboarded_on = Onboarded.NOT_NEEDED, day
        assignment.onboarded_by = taking.register
    if status is A.CLOSED:
        assignment.debriefed, assignment.debriefed_on = Debriefed.OFFERED, day
        assignment.debriefed_with = taking.register


def _agree_fee(assignment: Assignment, row: OrderRow, taken: RowTaken) -> None:
    """One sum for several people could be each one's or all of theirs: then it stays with the order."""
    if row.fee.refused:
        assignment.without_fee, assignment.agreed_fee = WithoutFee.VOLUNTARY, Decimal(0)
    elif row.fee.amount is not None and len(row.people) == 1:
        assignment.agreed_fee, assignment.agreed_unit = row.fee.amount, FeeUnit.EVENT
    elif row.fee.amount is not None:
        text = N_("One fee for several people: agree each one's by hand.")
        if all(problem.kind != "fee_of_several" for problem in taken.problems):
            taken.notice("fee", "fee_of_several", text)
