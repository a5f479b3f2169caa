"""The list of orders down to typed rows. Which expert or organisation a name is, is found by the importer."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from imports.cells import RowCells
from imports.duplicates import mark_repeats, number_letters, refuse_taken_numbers
from imports.layouts import ORDERS
from imports.problems import Reading, ReadRow
from imports.sheet import SheetRow, open_register
from rules.choices import OrderKind
from rules.errors import BadInput
from rules.person_names import NameOrder, PersonName, fold
from rules.reading import Cell, Fee, is_blank, read_email, read_fee, read_number, text_of
from rules.reading_dates import EventTime, read_event_date, read_minutes, read_time
from rules.register_words import (
    Feedback,
    Place,
    StateWord,
    read_feedback,
    read_order_kind,
    read_order_number,
    read_order_state,
    read_place,
    split_terms,
)
from rules.wording import N_

PLACES_AT_MOST = 20
DONE = (StateWord.HELD, StateWord.PAID)


@dataclass(frozen=True, kw_only=True)
class OrderRow(ReadRow):
    """One order with one occasion. ``places`` were asked for, ``people`` went."""

    number: str | None = None
    received_on: date | None = None
    organisation: str = ""
    contact: PersonName = field(default_factory=PersonName)
    email: str | None = None
    kind: OrderKind | None = None
    event: str = ""
    themes: tuple[str, ...] = ()
    day: date | None = None
    time: EventTime = field(default_factory=EventTime)
    minutes: int | None = None
    place: Place = field(default_factory=Place)
    audience: str = ""
    places: int = 1
    people: tuple[PersonName, ...] = ()
    fee: Fee = field(default_factory=Fee)
    km: Decimal | None = None
    state: StateWord | None = None
    invoice_number: str = ""
    paid_on: date | None = None
    feedback: Feedback = field(default_factory=Feedback)


@dataclass(frozen=True)
class _Column:
    people: NameOrder
    contacts: NameOrder
    today: date


def read_orders(path: Path, today: date) -> Reading[OrderRow]:
    """Every order of the list, with the problems of each row. "OK" for a day that is past is read as held.

    Raises BadInput when the file is not such a list.
    """
    opened = open_register(path, ORDERS)
    column = _Column(
        NameOrder.learn((row.cells.get("people"), None) for row in opened.rows),
        NameOrder.learn((row.cells.get("contact"), None) for row in opened.rows),
        today,
    )
    rows = mark_repeats([_read_row(row, column) for row in opened.rows], _same_event)
    return Reading(refuse_taken_numbers(rows, _number, number_letters(opened.rows)), opened.remarks)


def _read_row(row: SheetRow, column: _Column) -> OrderRow:
    cells = RowCells(row)
    order = OrderRow(
        sheet=row.sheet,
        row=row.number,
        number=cells.take("number", read_order_number, None),
        received_on=_take_day(cells, "received_on", column.today),
        organisation=cells.text("organisation"),
        contact=cells.take("contact", column.contacts.read, PersonName()),
        email=cells.take("email", read_email, None),
        kind=cells.take("event", read_order_kind, None),
        event=text_of(row.cells.get("event")),
        themes=cells.take("themes", split_terms, ()),
        day=_take_day(cells, "day", column.today),
        time=_take_time(cells),
        minutes=cells.take("length", read_minutes, None),
        place=cells.take("place", read_place, Place()),
        audience=cells.text("audience"),
        places=cells.take("places", _places, 1),
        people=cells.take("people", column.people.read_people, ()),
        fee=cells.take("fee", read_fee, Fee()),
        km=cells.take("km", read_number, None),
        invoice_number=cells.text("invoice_number"),
        paid_on=_take_day(cells, "paid_on", column.today),
        feedback=cells.take("feedback", read_feedback, Feedback()),
    )
    order = replace(order, state=_take_state(cells, order.day, column.today))
    _check_whole(cells, order)
    _check_days(cells, order, column.today)
    _check_sense(cells, order)
    return replace(order, problems=tuple(cells.problems))


def _take_day(cells: RowCells, name: str, today: date) -> date | None:
    return cells.take(name, lambda cell: read_event_date(cell, today), None)


def _take_time(cells: RowCells) -> EventTime:
    """A time that cannot be read is kept as words: it never loses an order."""
    taken = cells.take("time", _gentle_time, EventTime())
    if taken.words and taken.start is None and taken.part is None:
        text = N_("“%(words)s” is not a time of day; it is kept as words.")
        cells.notice("time", "time", text, words=taken.words)
    return taken


def _gentle_time(cell: Cell) -> EventTime:
    try:
        return read_time(cell)
    except BadInput:
        return EventTime(words=text_of(cell))


def _places(cell: Cell) -> int:
    number = read_number(cell)
    if number is None:
        return 1
    if number != int(number) or not 1 <= number <= PLACES_AT_MOST:
        raise BadInput(N_("How many experts: a whole number from 1 to 20."), field="places")
    return int(number)


def _take_state(cells: RowCells, day: date | None, today: date) -> StateWord | None:
    state = cells.take("state", read_order_state, None)
    if state is StateWord.AGREED and day and day < today:
        return StateWord.HELD
    if state is None and is_blank(cells.row.cells.get("state")):
        if day and day < today:
            cells.error("state", "state", N_("The day is past and the state is missing."))
        return StateWord.RECEIVED
    return state


def _check_whole(cells: RowCells, order: OrderRow) -> None:
    if order.number is None and is_blank(cells.row.cells["number"]):
        cells.error("number", "number", N_("The order number is missing."))
    if not order.organisation and is_blank(cells.row.cells["organisation"]):
        cells.error("organisation", "organisation", N_("The orderer is missing."))
    if order.state in DONE:
        if order.day is None and is_blank(cells.row.cells["day"]):
            cells.error("day", "day", N_("The order was held, but its day is missing."))
        if not order.people and "people" in cells.row.columns:
            cells.notice("people", "nobody_named", N_("The order was held, but nobody is named."))
    if not all(person.sure for person in order.people):
        cells.notice("people", "name_order", N_("Which word is the given name was guessed."))
    if order.people and len(order.people) != order.places:
        text = N_("%(places)s were asked for, %(people)s named.")
        cells.notice("people", "people_missing", text, places=order.places, people=len(order.people))


def _check_days(cells: RowCells, order: OrderRow, today: date) -> None:
    if order.state in DONE and order.day and order.day > today:
        cells.error("state", "state", N_("The order is said to be held, but its day is still to come."))
    if order.received_on and order.received_on > today:
        cells.notice("received_on", "received_later", N_("The day of arrival is still to come."))
    if order.received_on and order.day and order.day < order.received_on:
        cells.notice("day", "day_before", N_("The event was before the order came."))
    if order.paid_on and order.day and order.paid_on < order.day:
        cells.notice("paid_on", "paid_before", N_("The payment was before the event."))
    if order.paid_on and order.paid_on > today:
        cells.error("paid_on", "paid_later", N_("The day of payment is still to come."))
    if order.state is StateWord.PAID and order.paid_on is None:
        text = N_("The order is said to be paid, but the day is missing.")
        cells.notice("paid_on", "paid_without_day", text)


def _check_sense(cells: RowCells, order: OrderRow) -> None:
    if order.place.remote and order.km:
        cells.notice("km", "remote_km", N_("A remote event has %(km)s kilometres."), km=order.km)
    if order.kind is OrderKind.OTHER:
        cells.notice("event", "event", N_("“%(words)s” is not a known kind of event."), words=order.event)
    start, end = order.time.start, order.time.end
    if start and end and order.minutes:
        length = (end.hour - start.hour) * 60 + end.minute - start.minute
        if order.minutes > length:
            cells.notice("length", "length", N_("The length is more than the time from start to end."))


def _same_event(order: OrderRow) -> Iterator[tuple[str, Hashable]]:
    if order.organisation and order.day:
        people = tuple(person.key for person in order.people)
        facts = (fold(order.organisation), order.day, order.event.casefold(), order.time.words, people)
        yield "event", facts


def _number(order: OrderRow) -> str | None:
    return order.number
