"""Rows of the list of orders into orders with their occasion, the experts who went, and feedback."""

from collections.abc import Sequence
from datetime import time

import sqlalchemy as sa

from imports.order_people import take_people
from imports.orders import OrderRow
from imports.row_taken import RowTaken
from imports.taking import Taking, written
from models import Contact, Feedback, Occasion, Order, Organisation, Theme, Viewpoint, db
from models.numbers import mask_in_text
from rules.choices import FeedbackBy, OrderKind, OrderSource
from rules.person_names import PersonName
from rules.register_words import StateWord
from rules.states import OrderStatus
from rules.wording import N_, Sentence

STATES = {
    StateWord.RECEIVED: OrderStatus.RECEIVED, StateWord.SEARCHING: OrderStatus.SEARCHING,
    # Said yes is all that is known: who goes is confirmed after an onboarding.
    StateWord.AGREED: OrderStatus.SEARCHING, StateWord.MOVED: OrderStatus.SEARCHING,
    StateWord.HELD: OrderStatus.HELD, StateWord.PAID: OrderStatus.CLOSED, StateWord.CANCELLED: OrderStatus.CANCELLED,
    StateWord.UNMET: OrderStatus.UNMET, StateWord.REFERRED: OrderStatus.REFERRED,
}
MIDNIGHT = 24
Terms = tuple[list[Theme], list[Viewpoint]]


def take_orders(rows: Sequence[OrderRow], taking: Taking) -> list[RowTaken]:
    """Every row with what became of it; the good ones are in the session, flushed."""
    taken_rows = []
    for row in rows:
        taken = taking.begin(row)
        _check_lengths(row, taken)
        order = _known_order(row, taken, taking) if taken.good else None
        if taken.good:
            _take_row(order, row, taken, taking)
            db.session.flush()
        taken_rows.append(taken)
    return taken_rows


def status_of(row: OrderRow) -> OrderStatus:
    """The state of the order; held and paid is over and done with."""
    if row.state is StateWord.HELD and row.paid_on:
        return OrderStatus.CLOSED
    return STATES[row.state or StateWord.RECEIVED]


def _check_lengths(row: OrderRow, taken: RowTaken) -> None:
    taken.check_lengths([
        ("number", Order.number, row.number or ""), ("organisation", Organisation.name, row.organisation),
        ("contact", Contact.name, written(row.contact)), ("email", Contact.email, row.email or ""),
        ("event", Order.title, _title(row)), ("audience", Order.audience, row.audience),
        ("place", Occasion.place, row.place.name), ("invoice_number", Order.register_note, register_note(row)),
        ("feedback", Feedback.text, row.feedback.words), *(("themes", Theme.name, name) for name in row.themes),
    ])


def _known_order(row: OrderRow, taken: RowTaken, taking: Taking) -> Order | None:
    """The order of this number; an error when it is of somebody else or of another day."""
    order = db.session.scalar(sa.select(Order).where(Order.number == row.number))
    if order is None:
        return None
    unit = taking.organisations.find(row.organisation)
    days = {occasion.on for occasion in order.occasions}
    if unit is None or unit.id != order.organisation_id or (row.day and days and row.day not in days):
        text = N_("The number %(number)s is already on another order.")
        taken.error("number", "number_of_another", text, number=row.number)
    return order


def _take_row(order: Order | None, row: OrderRow, taken: RowTaken, taking: Taking) -> None:
    unit = taking.organisations.take(row.organisation, taken, orders=True)
    contact = _contact(unit, row, taken, taking)
    terms = taking.lists.take_themes(row.themes)
    if order is None:
        taken.is_new = True
        order = _new_order(unit, row, taken, taking)
    else:
        taken.known_from = row.same_as
    if order.status not in (None, status_of(row)):
        text = N_("The state differs: “%(here)s” here, “%(there)s” in the register. Nothing was changed.")
        taken.notice("state", "differs", text, here=Sentence(order.status.label),
                     there=Sentence(status_of(row).label))
    _fill(order, contact, terms, row, taken)
    if taken.is_new:
        taking.born(order, status_of(row), taken)
    _take_occasion(order, row, taken, taking)
    take_people(order, row, taken, taking)
    _take_feedback(order, row, taken, taking)


def _new_order(unit: Organisation, row: OrderRow, taken: RowTaken, taking: Taking) -> Order:
    received = row.received_on
    if received is None:
        received = min(row.day or taking.today, taking.today)
        text = N_("The day of arrival is missing: %(day)s was written.")
        taken.notice("received_on", "received_guessed", text, day=f"{received:%-d.%-m.%Y}")
    if row.kind is None:
        taken.notice("event", "event_missing", N_("The kind of event is missing: it was taken as another task."))
    if row.state is StateWord.MOVED:
        taken.notice("state", "moved", N_("The order was moved and the new day is not told: it is searched for again."))
    return Order(
        number=row.number, organisation=unit, source=OrderSource.REGISTER, received_on=received,
        kind=row.kind or OrderKind.OTHER, title=_title(row), places=row.places)


def _fill(order: Order, contact: Contact | None, terms: Terms, row: OrderRow, taken: RowTaken) -> None:
    themes, viewpoints = terms
    taken.fill(order, "contact", contact)
    taken.fill(order, "themes", themes)
    taken.fill(order, "viewpoints", viewpoints, "themes")
    taken.fill(order, "audience", row.audience)
    taken.fill(order, "offered_fee", row.fee.amount, "fee")
    taken.fill(order, "register_note", register_note(row), "invoice_number")


def _title(row: OrderRow) -> str:
    """The words of an event that no kind is known for."""
    return row.event if row.kind is OrderKind.OTHER else ""


def register_note(row: OrderRow) -> str:
    """What the register knows and an order has no column for, in the register's own words."""
    facts = {
        "Klo": row.time.words if row.time.start is None else "",
        "Km": f"{row.km:f}" if row.km else "",
        "Lasku nro": row.invoice_number,
        "Maksettu": f"{row.paid_on:%-d.%-m.%Y}" if row.paid_on else "",
    }
    return mask_in_text("; ".join(f"{name} {words}" for name, words in facts.items() if words))


def _contact(unit: Organisation, row: OrderRow, taken: RowTaken, taking: Taking) -> Contact | None:
    """The worker of the unit, by name in either order; an address without a name is the unit's own."""
    if not row.contact.key:
        taken.fill(unit, "email", row.email)
        return None
    known = [contact for contact in unit.contacts if PersonName(alias=contact.name).key == row.contact.key]
    contact = known[0] if known else Contact(name=written(row.contact), organisation=unit)
    if not known:
        taking.add(contact)
        taken.made(Contact.console.one, "1")
    taken.fill(contact, "email", row.email)
    db.session.flush()
    return contact


def _take_occasion(order: Order, row: OrderRow, taken: RowTaken, taking: Taking) -> None:
    """The day of the order, when it has none yet."""
    if row.day is None or order.occasions:
        return
    municipality = taking.lists.municipality(row.place.name)
    start = row.time.start
    taking.add(Occasion(
        order=order, on=row.day, starts=start, ends=_end(start, row.time.end, row.minutes), remote=row.place.remote,
        municipality=municipality, place="" if municipality else row.place.name))
    taken.made(Occasion.console.one, f"{row.day:%-d.%-m.%Y}")


def _end(start: time | None, end: time | None, minutes: int | None) -> time | None:
    """The end as written, else from the length; none past midnight."""
    if start is None or end is not None or minutes is None:
        return end if start else None
    hour, minute = divmod(start.hour * 60 + start.minute + minutes, 60)
    return time(hour, minute) if hour < MIDNIGHT else None


def _take_feedback(order: Order, row: OrderRow, taken: RowTaken, taking: Taking) -> None:
    """The orderer's feedback, when none is recorded yet; it is dated by the event."""
    feedback = row.feedback
    if not (feedback.score or feedback.words) or any(f.given_by is FeedbackBy.ORDERER for f in order.feedbacks):
        return
    taking.add(Feedback(
        order=order, given_by=FeedbackBy.ORDERER, given_on=row.day or order.received_on, useful=feedback.score,
        text=mask_in_text(feedback.words)))
    taken.made(Feedback.console.one, str(feedback.score or "1"))
