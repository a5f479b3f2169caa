"""The lock that keeps the histories complete: what it refuses and what passes."""

from contextlib import nullcontext
from datetime import date

import pytest
import sqlalchemy as sa

from models import (
    AccessLog,
    Assignment,
    ChangeLog,
    Order,
    Organisation,
    Request,
    StatusChange,
    Theme,
    db,
)
from models.audit import DOOR, open_door
from rules.errors import IllegalTransition, NotAllowed, UnloggedStatusChange
from rules.states import AssignmentStatus, OrderStatus, RequestStatus
from services.transitions import born_past
from tests.factories import make
from tests.people import make_expert


def note_of(record, source, target, verb="search"):
    return StatusChange(subject=record.subject, verb=verb, source=source, target=target)


def set_status(order):
    order.status = OrderStatus.SEARCHING
    db.session.flush()


def set_status_beyond_the_table(order):
    order.status = OrderStatus.CLOSED
    db.session.add(note_of(order, "received", "closed"))
    db.session.flush()


def set_status_with_the_note_of_another(order):
    order.status = OrderStatus.SEARCHING
    db.session.add(note_of(make(Order), "received", "searching"))
    db.session.flush()


def set_status_with_another_note(order):
    order.status = OrderStatus.SEARCHING
    db.session.add(note_of(order, "received", "referred"))
    db.session.flush()


def take_status_away(order):
    del order.status
    db.session.flush()


def set_no_status(order):
    order.status = None
    db.session.flush()


def update_by_query(order):
    db.session.query(Order).filter_by(id=order.id).update({"status": OrderStatus.SEARCHING})


def update_by_statement(order):
    db.session.execute(sa.update(Order).where(Order.id == order.id).values(status=OrderStatus.SEARCHING))


def update_another_column_by_statement(order):
    db.session.execute(sa.update(Order).values(title="x"))


def merge(order):
    db.session.merge(Order(id=order.id, version=order.version, status=OrderStatus.SEARCHING))
    db.session.flush()


def insert_by_statement(order):
    values = {"number": "x", "organisation_id": order.organisation_id, "received_on": date(2026, 1, 1), "version": 1,
              "kind": order.kind, "status": OrderStatus.HELD}
    db.session.execute(sa.insert(Order), [values])


def delete(order):
    db.session.delete(order)
    db.session.flush()


def delete_by_query(order):
    db.session.query(Order).filter_by(id=order.id).delete()


def be_born_later(order):
    db.session.add(Order(number="x", organisation=order.organisation, received_on=date(2026, 1, 1), kind=order.kind,
                         status=OrderStatus.HELD))
    db.session.flush()


@pytest.mark.parametrize("way", [
    set_status, set_status_beyond_the_table, set_status_with_the_note_of_another, set_status_with_another_note,
    take_status_away, set_no_status, update_by_query, update_by_statement, update_another_column_by_statement, merge,
    insert_by_statement, delete, delete_by_query, be_born_later,
])
def test_status_is_not_written_past_its_one_writer(way, app):
    order = make(Order)

    with pytest.raises((UnloggedStatusChange, IllegalTransition)):
        way(order)

    db.session.rollback()
    assert (db.session.get(Order, order.id).status, db.session.scalar(sa.select(sa.func.count(Order.id)).where(
        Order.status != OrderStatus.RECEIVED))) == (OrderStatus.RECEIVED, 0)


def test_status_written_with_its_note_passes(app):
    order = make(Order)

    order.status = OrderStatus.SEARCHING
    db.session.add(note_of(order, "received", "searching"))
    db.session.commit()

    assert db.session.get(Order, order.id).status is OrderStatus.SEARCHING


def edit_history(row):
    row.actor = "Eino"
    db.session.flush()


HISTORY = {
    "edit": edit_history, "delete": delete,
    "update": lambda row: db.session.execute(sa.update(type(row)).values(actor="Eino")),
    "delete_by_query": lambda row: db.session.query(type(row)).delete(),
}


@pytest.mark.parametrize("model", [AccessLog, ChangeLog, StatusChange])
@pytest.mark.parametrize("way", list(HISTORY))
def test_history_is_neither_changed_nor_removed(model, way, app):
    row = make(model, actor="Aino")

    with pytest.raises(UnloggedStatusChange):
        HISTORY[way](row)

    db.session.rollback()
    assert db.session.scalars(sa.select(model.actor).where(model.id == row.id)).one() == "Aino"


@pytest.mark.parametrize("statement", [
    sa.update(Theme).values(name="x"), sa.delete(Theme), sa.insert(Theme).values(name="x", version=1)])
def test_bulk_writes_do_not_bypass_the_change_log(statement, app):
    make(Theme, name="perhe")

    with pytest.raises(UnloggedStatusChange, match="bulk writes bypass the history"):
        db.session.execute(statement)

    assert db.session.scalars(sa.select(Theme.name)).all() == ["perhe"]


def test_change_that_failed_leaves_no_line_and_the_next_one_its_own(app):
    order = make(Order)
    before = len(db.session.scalars(sa.select(ChangeLog)).all())

    order.title = "Never written"
    db.session.add(Theme(name=None))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()
    order.cost_centre = "4712"
    db.session.commit()

    lines = db.session.scalars(sa.select(ChangeLog).order_by(ChangeLog.id)).all()[before:]
    assert [(line.subject, line.verb, line.fields) for line in lines] == [(order.subject, "edit", "cost_centre")]


def test_past_of_a_register_row_is_born_with_its_history(app):
    organisation = make(Organisation)
    order = Order(number="2025-001", organisation=organisation, received_on=date(2025, 1, 1),
                  kind=make(Order).kind)

    with open_door("record_past"):
        born_past(order, OrderStatus.HELD, "from the register")
        db.session.commit()

    rows = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == order.subject)).all()
    assert [(row.verb, row.source, row.target, row.note) for row in rows] == [
        ("record_past", "received", "held", "from the register")]


def test_past_without_its_history_is_not_committed(app):
    with open_door("record_past"):
        db.session.add(Request(organisation_name="a", contact_name="b", wish="c", status=RequestStatus.REFUSED))
        db.session.flush()
        with pytest.raises(UnloggedStatusChange, match="began as refused and nothing says why"):
            db.session.commit()

    db.session.rollback()
    assert db.session.scalars(sa.select(Request)).all() == []


def test_nobody_is_born_past_outside_a_door(app):
    order = make(Order)

    with pytest.raises(NotAllowed):
        born_past(Request(organisation_name="a", contact_name="b", wish="c"), RequestStatus.REFUSED, "")
    assert db.session.get(Order, order.id).status is OrderStatus.RECEIVED


@pytest.mark.parametrize("name", ["", "backdoor", "RETENTION"])
def test_there_is_no_other_door(name):
    with pytest.raises(ValueError, match="there is no door"), open_door(name):
        pass


def test_door_closes_also_after_an_error():
    with pytest.raises(KeyError), open_door("demo"):
        raise KeyError

    assert DOOR.get() == ""


@pytest.mark.parametrize(("door", "lets"), [("record_past", True), ("retention", False), ("erasure", False), ("", False)])
def test_record_begins_in_a_later_state_through_the_door_for_it_alone(door, lets, app):
    order = make(Order)
    late = Assignment(order=order, expert=make_expert())

    with open_door(door) if door else nullcontext(), nullcontext() if lets else pytest.raises(NotAllowed):
        born_past(late, AssignmentStatus.NOT_NOW, "")

    assert (late.status is AssignmentStatus.NOT_NOW) is lets


@pytest.mark.parametrize(("door", "lets"), [("retention", True), ("erasure", False)])
def test_record_with_a_history_goes_by_retention_and_not_by_erasure(door, lets, app):
    order = make(Order)

    with open_door(door), nullcontext() if lets else pytest.raises(UnloggedStatusChange, match="not deleted"):
        db.session.delete(order)
        db.session.flush()


def test_erasure_empties_many_log_rows_at_once_and_takes_none_away(app):
    row = make(ChangeLog, sealed_values=b"values")

    with open_door("erasure"):
        db.session.execute(sa.update(ChangeLog).values(sealed_values=None))
        with pytest.raises(UnloggedStatusChange, match="bulk"):
            db.session.execute(sa.delete(ChangeLog))

    db.session.expire_all()
    assert db.session.get(ChangeLog, row.id).sealed_values is None


def test_door_lets_no_step_past_the_table(app):
    order = make(Order)

    with open_door("record_past"), pytest.raises(IllegalTransition):
        set_status_beyond_the_table(order)


@pytest.mark.parametrize("door", ["retention", "erasure"])
@pytest.mark.parametrize(("model", "name", "given", "left"), [
    (ChangeLog, "sealed_values", b"values", None), (StatusChange, "note", "words", None)])
def test_retention_and_erasure_empty_the_erasable_part_of_history(model, name, given, left, door, app):
    row = make(model, **{name: given})

    with open_door(door):
        setattr(row, name, left)
        db.session.commit()

    assert getattr(db.session.get(model, row.id), name) == left


@pytest.mark.parametrize(("door", "name", "value"), [
    ("retention", "digest", "0" * 64), ("retention", "actor", ""), ("retention", "sealed_values", b"other"),
    ("erasure", "digest", "0" * 64), ("erasure", "actor", ""), ("record_past", "sealed_values", None)])
def test_retention_and_erasure_change_nothing_else_of_history(door, name, value, app):
    row = make(ChangeLog, sealed_values=b"values", actor="Aino", digest="1" * 64)

    with open_door(door):
        setattr(row, name, value)
        with pytest.raises(UnloggedStatusChange, match="append-only"):
            db.session.flush()
