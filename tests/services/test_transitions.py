"""Every verb from every state of every record type: it works with its line of history, or changes nothing."""

import threading

import pytest
import sqlalchemy as sa

from admin_views.generate import consoled
from models import Invoice, Matter, Order, StatusChange, db
from models.audit import HasStatus
from models.engine import writing
from rules.errors import BadInput, IllegalTransition, NotAllowed
from rules.permissions import MATRIX, Actor, Role
from rules.states import MatterStatus, OrderStatus
from services.transitions import lock, lock_all, step, step_all
from tests.factories import FACTS, make

WITH_STATUS = [model for model in consoled() if issubclass(model, HasStatus)]
PAIRS = [(model, state, verb) for model in WITH_STATUS for state in type(model.lifecycle.initial)
         for verb in model.lifecycle.steps]
ACTOR = Actor(1, 1, Role.COORDINATOR, "Aino")


def facts_of(model, target):
    """What the database asks of a record in ``target``; the verb's own service writes it."""
    return {name: value for states, told in FACTS.get(model.__name__, {}).items() if target in states
            for name, value in told().items()}


def history(record):
    rows = db.session.scalars(sa.select(StatusChange).where(
        StatusChange.subject == record.subject, StatusChange.verb != "record_past"))
    return [(row.verb, row.source, row.target, row.note) for row in rows]


def take(record, verb, note):
    """The step with the facts that its service would write beside it."""
    step(record, verb, ACTOR, note)
    with db.session.no_autoflush:
        for name, value in facts_of(type(record), record.status).items():
            if getattr(record, name) in (None, "") or name == "live":
                setattr(record, name, value)
        if isinstance(record, Invoice) and record.status != "paid":
            record.paid_on = None
    db.session.commit()


@pytest.fixture
def any_verb(monkeypatch):
    """A coordinator who may run every verb: here the state alone decides."""
    for key in list(MATRIX):
        if key[1].endswith("()"):
            monkeypatch.setitem(MATRIX, key, {Role.COORDINATOR: "x"})


@pytest.mark.parametrize(("model", "state"), [(m, s) for m in WITH_STATUS for s in type(m.lifecycle.initial)],
                         ids=lambda value: getattr(value, "__name__", str(value)))
def test_verbs_of_a_state_work_and_all_others_change_nothing(model, state, app, any_verb):
    cycle = model.lifecycle

    for verb, edge in cycle.steps.items():
        record = make(model, status=state)
        version = record.version
        if state in edge.sources:
            take(record, verb, "because")
            assert (record.status, history(record)) == (
                edge.target, [(verb, state.value, edge.target.value, "because")])
        else:
            with pytest.raises(IllegalTransition) as refused:
                step(record, verb, ACTOR, "because")
            assert str(refused.value) == f"“{edge.label}” is not possible: the state is “{state.label}”."
            db.session.commit()
            assert (record.status, record.version, history(record)) == (state, version, [])


def test_step_without_the_right_is_refused_and_with_it_passes(app, monkeypatch):
    order = make(Order)
    monkeypatch.setitem(MATRIX, ("Order", "search()"), {Role.COORDINATOR: "-"})

    with pytest.raises(NotAllowed):
        step(order, "search", ACTOR)
    assert (order.status, history(order)) == (OrderStatus.RECEIVED, [])

    monkeypatch.setitem(MATRIX, ("Order", "search()"), {Role.COORDINATOR: "x"})
    step(order, "search", ACTOR)
    assert order.status is OrderStatus.SEARCHING


def test_step_that_follows_another_asks_for_no_right_of_its_own(app, monkeypatch):
    order = make(Order)
    monkeypatch.setitem(MATRIX, ("Order", "search()"), {Role.COORDINATOR: "-"})

    step(order, "search", ACTOR, follows=True)

    assert order.status is OrderStatus.SEARCHING


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_verb_that_needs_a_sentence_is_refused_without(note, app):
    matter = make(Matter, status=MatterStatus.SENT)

    with pytest.raises(BadInput) as refused:
        step(matter, "decide", ACTOR, note)

    assert refused.value.field == "note"
    assert matter.status is MatterStatus.SENT
    step(matter, "decide", ACTOR, "Yes, from May.")
    assert history(matter)[-1] == ("decide", "sent", "decided", "Yes, from May.")


def test_lock_reads_what_another_session_has_stored(app):
    order = make(Order, title="before")
    with db.engine.begin() as other:
        other.execute(sa.text("UPDATE \"order\" SET title = 'after'"))

    lock(order)

    assert order.title == "after"


@pytest.mark.both_databases
def test_of_two_who_act_at_once_the_second_sees_the_first(app):
    number = make(Order, status=OrderStatus.SEARCHING).id
    gate, outcomes = threading.Barrier(2), []

    def act(verb):
        with app.app_context(), writing():
            order = db.session.get(Order, number)
            db.session.rollback()
            gate.wait()
            try:
                step(order, verb, ACTOR, "because")
                db.session.commit()
                outcomes.append(verb)
            except IllegalTransition as refused:
                db.session.rollback()
                outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=act, args=(verb,)) for verb in ("refer", "cancel")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()  # to see what the two have committed
    taken = [outcome for outcome in outcomes if outcome != "IllegalTransition"]
    assert (len(outcomes), len(taken)) == (2, 1)
    assert [verb for verb, *_ in history(db.session.get(Order, number))] == taken


@pytest.mark.both_databases
def test_many_records_are_taken_as_one_is_or_none_of_them(app):
    orders = [make(Order, status=OrderStatus.RECEIVED) for _ in range(3)]
    nobody = Actor(1, 1, Role.STEERING, "Ohjaus")

    with pytest.raises(NotAllowed):
        step_all(orders, "search", nobody)
    step_all(orders, "search", ACTOR)
    db.session.commit()
    assert [(order.status, history(order)) for order in orders] == 3 * [
        (OrderStatus.SEARCHING, [("search", "received", "searching", None)])]

    others = [make(Order, status=status) for status in (OrderStatus.RECEIVED, OrderStatus.CLOSED)]
    with pytest.raises(IllegalTransition):
        step_all(others, "search", ACTOR)
    db.session.rollback()
    assert [(order.status, history(order)) for order in others] == [(OrderStatus.RECEIVED, []), (OrderStatus.CLOSED, [])]


@pytest.mark.both_databases
def test_many_records_are_read_anew_when_they_are_locked_together(app):
    orders = [make(Order) for _ in range(2)]
    with db.engine.begin() as other:
        other.execute(sa.text("UPDATE \"order\" SET title = 'Toisen kirjoittama'"))

    with writing():
        found = lock_all(Order, [order.id for order in reversed(orders)])
        titles = [order.title for order in found]
        db.session.rollback()

    assert (found, titles) == (orders[::-1], 2 * ["Toisen kirjoittama"])
