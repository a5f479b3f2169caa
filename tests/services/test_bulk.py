"""A verb on many records: who can, who cannot and why; each good one is done, each refused one undone alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import ChangeLog, Completion, Expert, Invoice, Occasion, Order, Pause, Payee, StatusChange, Theme, db
from models.engine import writing
from rules.choices import Debriefed
from rules.errors import NotAllowed
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, ClaimStatus, CompletionStatus, OrderStatus
from services import bulk, verbs
from services.transitions import step
from services.verbs import Verb
from tests.factories import make, make_many
from tests.money_world import TODAY, acting, at_once
from tests.people import make_expert, make_user

COORDINATOR = Actor(None, None, Role.COORDINATOR, "Aino")
NOT_STARTED = "“Start searching” is not possible: the state is “closed”."


def act(rows, name, actor=COORDINATOR, **inputs):
    """Run the verb on ``rows`` as a request does, and give back its outcome."""
    model, ids = type(rows[0]), [row.id for row in rows]
    with writing():
        db.session.commit()
        outcome = bulk.act((model, ids), bulk.find(model, name), actor, TODAY, inputs)
        db.session.commit()
    return outcome


def preview(rows, name, actor=COORDINATOR):
    model = type(rows[0])
    return bulk.preview(model, [row.id for row in rows], bulk.find(model, name), actor, TODAY)


def reasons(outcome):
    return {one: str(error) for one, error in outcome.refused}


def steps_of(row):
    return list(db.session.scalars(sa.select(StatusChange.verb).where(
        StatusChange.subject == row.subject, StatusChange.verb != "record_past")))


def ids(rows):
    return [row.id for row in rows]


@pytest.fixture
def finance(app):
    return acting(make_user("finance"), Role.FINANCE)


# --- which verbs


def test_verbs_for_many_are_those_that_say_so_and_the_role_may_run(app):
    finance, trainer = replace(COORDINATOR, role=Role.FINANCE), replace(COORDINATOR, role=Role.TRAINER)

    assert [v.name for v in bulk.offered(Invoice, finance)] == ["approve"]
    assert [v.name for v in bulk.offered(Invoice, COORDINATOR)] == ["submit", "check", "withdraw"]
    assert [v.name for v in bulk.offered(Completion, trainer)] == ["start", "complete", "interrupt", "resume"]
    assert [v.name for v in bulk.offered(Pause, COORDINATOR)] == ["delete"]
    assert bulk.offered(Order, finance) == []


def test_verb_about_one_record_is_not_for_many(app):
    assert bulk.find(Order, "refer") is None
    assert bulk.find(Invoice, "reject") is None  # its note must be written, for the one it is about
    assert bulk.find(Order, "delete") is None  # what has a history is not deleted
    assert bulk.find(Order, "nothing") is None
    assert bulk.find(Order, "search").name == "search"


# --- the preview


def test_preview_parts_those_that_can_from_those_that_cannot_and_says_why(app):
    good, closed = make(Order), make(Order, status=OrderStatus.CLOSED)

    split = preview([closed, good], "search")

    assert split.can == [good]
    assert [(row, str(why)) for row, why in split.cannot] == [(closed, NOT_STARTED)]
    assert good.status is OrderStatus.RECEIVED


def test_preview_asks_the_guard_that_the_verb_has_beside_its_state(held):
    order = held.order

    before = [str(why) for _, why in preview([order], "close").cannot]
    act([held], "debrief", how=Debriefed.DONE)

    assert before == [f"Talk first, or offer it. The debrief is missing for: {held.expert}"]
    assert preview([order], "close").can == [order]


def test_preview_shows_no_row_out_of_the_scope(app, finance):
    draft, checked = make(Invoice), make(Invoice, status=ClaimStatus.CHECKED)

    split = preview([draft, checked], "approve", finance)

    assert (split.can, split.cannot) == ([checked], [])


# --- the doing


def test_every_record_that_can_is_done_and_the_others_stay_with_their_reason(app):
    good, closed, second = make(Order), make(Order, status=OrderStatus.CLOSED), make(Order)

    outcome = act([good, closed, second], "search")

    assert (outcome.done, reasons(outcome), outcome.gone) == ([good.id, second.id], {closed.id: NOT_STARTED}, [])
    assert [row.status for row in (good, closed, second)] == [
        OrderStatus.SEARCHING, OrderStatus.CLOSED, OrderStatus.SEARCHING]


def test_each_record_has_its_own_history(app):
    orders = make_many(Order, 3)

    act(orders, "search")

    assert [steps_of(order) for order in orders] == [["search"]] * 3
    logged = db.session.scalars(sa.select(ChangeLog.subject).where(ChangeLog.verb == "edit", ChangeLog.fields == "status"))
    assert sorted(logged) == sorted(order.subject for order in orders)


def test_nobody_approves_own_claim_among_many(app):
    user = make_user("finance")
    expert = make_expert(person=user.person)
    others = make_many(Invoice, 2, status=ClaimStatus.CHECKED)
    own = make(Invoice, status=ClaimStatus.CHECKED, payee=make(Payee, expert=expert))
    finance = acting(user, Role.FINANCE)

    outcome = act([others[0], own, others[1]], "approve", finance)

    assert outcome.done == ids(others)
    assert reasons(outcome) == {own.id: "This would be paid to you: somebody else takes it on."}
    assert own.status is ClaimStatus.CHECKED
    assert {claim.approved_by_id for claim in others} == {user.id}


def test_without_the_right_nothing_is_run(app):
    order = make(Order)

    with pytest.raises(NotAllowed):
        act([order], "search", replace(COORDINATOR, role=Role.FINANCE))

    assert order.status is OrderStatus.RECEIVED
    assert act([order], "search").done == [order.id]


def test_row_out_of_the_scope_is_gone_and_untouched(app, finance):
    draft, checked = make(Invoice), make(Invoice, status=ClaimStatus.CHECKED)

    outcome = act([draft, checked], "approve", finance)

    assert (outcome.done, outcome.refused, outcome.gone) == ([checked.id], [], [draft.id])
    assert draft.status is ClaimStatus.DRAFT


def test_same_inputs_go_to_every_record(app):
    completions = make_many(Completion, 2, status=CompletionStatus.IN_PROGRESS)

    act(completions, "complete", on=TODAY - timedelta(1), certificate_seen=True)

    assert {(row.completed_on, row.certificate_seen_on) for row in completions} == {(TODAY - timedelta(1), TODAY)}


def test_input_that_none_can_take_refuses_all_and_names_its_field(app):
    completions = make_many(Completion, 2, status=CompletionStatus.IN_PROGRESS)

    outcome = act(completions, "complete", on=TODAY + timedelta(1))

    assert (outcome.done, [error.field for _, error in outcome.refused]) == ([], ["on", "on"])
    assert {row.completed_on for row in completions} == {None}


# --- refused at the last moment


@pytest.fixture
def picky(app, monkeypatch):
    """A verb of an order that writes first and then refuses those whose title says how."""
    def run(order, actor, _today):
        if order.title == "refuses first":
            raise verbs.IllegalTransition
        step(order, "search", actor)
        order.cost_centre = "touched"
        if order.title == "refuses last":
            raise verbs.IllegalTransition
        if order.title == "breaks a rule":
            order.places = 0
        if order.title == "breaks":
            raise LookupError

    monkeypatch.setitem(verbs.REGISTER, ("Order", "search"), Verb(
        "Order", "search", "Start searching", run, (), lambda _order, _today: True, bulk=True))


@pytest.mark.both_databases
@pytest.mark.parametrize("title", ["refuses first", "refuses last", "breaks a rule"])
@pytest.mark.parametrize("bad", [{0}, {2}, {6}, {0, 1, 5}, {1, 3, 6}, set(range(7)), set()])
def test_refused_record_is_undone_alone_wherever_it_stands(picky, title, bad):
    orders = [make(Order, title=title if place in bad else "") for place in range(7)]
    good = [order for place, order in enumerate(orders) if place not in bad]

    outcome = act(orders, "search")

    assert outcome.done == ids(good)
    assert sorted(one for one, _ in outcome.refused) == sorted({*ids(orders)} - {*ids(good)})
    assert [(o.status, o.cost_centre) for o in orders] == [
        (OrderStatus.SEARCHING, "touched") if o in good else (OrderStatus.RECEIVED, "") for o in orders]
    assert [steps_of(order) for order in orders] == [["search"] if order in good else [] for order in orders]


def test_what_the_database_refuses_is_said_in_the_sentence_of_its_rule(picky):
    order = make(Order, title="breaks a rule")

    assert reasons(act([order], "search")) == {order.id: "At least one expert is needed."}


def test_what_nobody_expected_leaves_everything_undone(picky):
    orders = [make(Order), make(Order, title="breaks")]

    with pytest.raises(LookupError):
        act(orders, "search")
    db.session.rollback()

    assert [order.status for order in orders] == [OrderStatus.RECEIVED] * 2


def test_deleting_counts_what_is_left_one_by_one(app):
    order = make(Order, themes=[Theme(name="avohuolto")])
    times = [make(Occasion, order=order, on=date(2026, 12, day)) for day in (1, 2)]

    outcome = act(times, "delete")

    assert len(outcome.done) == 1
    assert list(reasons(outcome).values()) == [
        "An order keeps at least one time, and all of them once it has been held."]
    assert db.session.scalar(sa.select(sa.func.count(Occasion.id))) == 1


# --- at the same moment, and how much is asked


@pytest.mark.both_databases
def test_two_at_once_do_each_record_once(app):
    orders = make_many(Order, 5)
    chosen, verb = (Order, ids(orders)), bulk.find(Order, "search")
    db.session.commit()

    outcomes = at_once(app, *[lambda: bulk.act(chosen, verb, COORDINATOR, TODAY, {})] * 2)
    db.session.rollback()

    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 5]
    assert [steps_of(order) for order in orders] == [["search"]] * 5


@pytest.mark.parametrize(("model", "name", "status", "actor"), [
    (Order, "search", None, Role.COORDINATOR), (Invoice, "approve", ClaimStatus.CHECKED, Role.FINANCE),
    (Expert, "confirm_data", None, Role.COORDINATOR)])
def test_number_of_readings_does_not_grow_with_the_rows(app, finance, model, name, status, actor):
    given = {"status": status} if status else {}
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2].split()[0]))

    def readings(times):
        rows = make_many(model, times, **given)
        db.session.commit()
        chosen, verb = (model, ids(rows)), bulk.find(model, name)
        db.session.commit()
        db.session.expunge_all()
        asked.clear()
        outcome = bulk.act(chosen, verb, replace(finance, role=actor), TODAY, {})
        assert len(outcome.done) == times
        count = asked.count("SELECT")
        db.session.commit()
        return count

    assert readings(40) == readings(5)


def test_held_assignments_are_closed_together(held):
    act([held], "debrief", how=Debriefed.DONE)

    assert act([held], "close").done == [held.id]
    assert held.status is AssignmentStatus.CLOSED
