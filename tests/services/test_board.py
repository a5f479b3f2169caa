"""The board: a column for each state, whose orders are on it and in which order, for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from models import Order, StatusChange
from rules.states import OrderStatus
from services.board import CARDS, board, next_day
from tests.admin.test_list_pages import Queries
from tests.calendar_world import TODAY, actor_for, event
from tests.factories import make, make_many
from tests.people import make_organisation

S = OrderStatus
OPEN = [S.RECEIVED, S.SEARCHING, S.STAFFED, S.HELD]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(1)


def numbers(columns):
    return {column.status: [card.order.number for card in column.cards] for column in columns}


def test_open_states_always_have_their_column(session):
    assert [(c.status, c.cards, c.total) for c in board(actor_for("coordinator"), NOW)] == [(s, (), 0) for s in OPEN]


@pytest.mark.both_databases
@pytest.mark.parametrize("status", list(S))
def test_order_stands_in_the_column_of_its_state(session, status):
    order = make(Order, status=status)

    found = numbers(board(actor_for("coordinator"), datetime.now(UTC)))

    assert {state: own for state, own in found.items() if own} == {status: [order.number]}


@pytest.mark.parametrize("status", [S.CLOSED, S.UNMET, S.REFERRED, S.CANCELLED])
@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_ended_order_leaves_after_thirty_days(session, status, days, shown):
    make(Order, status=status)

    found = numbers(board(actor_for("coordinator"), datetime.now(UTC) + days * DAY))

    assert (status in found) is shown


def test_open_order_stays_however_old_it_is(session):
    order = make(Order, status=S.SEARCHING)

    assert numbers(board(actor_for("coordinator"), datetime.now(UTC) + 900 * DAY))[S.SEARCHING] == [order.number]


@pytest.mark.both_databases
def test_another_records_step_keeps_no_order_on_the_board(session):
    order = make(Order, status=S.CLOSED)
    session.add(StatusChange(subject=f"Matter:{order.id}", verb="x", source="held", target="closed",
                             at=datetime.now(UTC) + 60 * DAY))
    session.commit()

    assert numbers(board(actor_for("coordinator"), datetime.now(UTC) + 60 * DAY)) == {s: [] for s in OPEN}


@pytest.mark.both_databases
def test_next_event_comes_first_and_an_order_without_a_day_last(session):
    undated = make(Order)
    late, soon = (event(TODAY + days * DAY, status=S.RECEIVED).order for days in (9, 2))

    found = numbers(board(actor_for("coordinator"), NOW))

    assert found[S.RECEIVED] == [soon.number, late.number, undated.number]


def test_orderer_sees_own_orders_alone(session):
    own, foreign = make(Order), make(Order)

    mine = board(actor_for("orderer", organisation=own.organisation), NOW)

    assert (numbers(mine)[S.RECEIVED], mine[0].total) == ([own.number], 1)
    assert numbers(board(actor_for("coordinator"), NOW))[S.RECEIVED] == [own.number, foreign.number]


@pytest.mark.parametrize("role", ["trainer", "finance", "steering", "expert", "admin"])
def test_role_without_orders_has_its_page_closed(login, role):
    make(Order)

    assert (login(role).get("/admin/board/").status_code, login("coordinator").get("/admin/board/").status_code) == (
        403, 200)


def test_column_shows_its_first_cards_and_counts_them_all(session):
    make_many(Order, CARDS + 3, organisation=make_organisation())

    column = board(actor_for("coordinator"), NOW)[0]

    assert (len(column.cards), column.total, column.left_out) == (CARDS, CARDS + 3, 3)


def test_card_knows_when_it_came_to_its_state(session):
    order = make(Order, status=S.SEARCHING)
    step = session.query(StatusChange).filter_by(subject=order.subject).one()
    new = make(Order)

    cards = {c.order.number: c.since for column in board(actor_for("coordinator"), NOW) for c in column.cards}

    assert cards == {order.number: step.at, new.number: new.created_at}


@pytest.mark.parametrize(("days", "shown"), [((-5, 3, 9), 3), ((-5, -2), -2), ((0, 1), 0)])
def test_day_of_a_card_is_the_next_one_or_the_last(session, days, shown):
    order = make(Order)
    for number in days:
        event(TODAY + number * DAY, order=order)

    assert next_day(order, TODAY) == TODAY + shown * DAY


def test_board_asks_as_much_for_thirty_orders_as_for_one(session):
    coordinator = actor_for("coordinator")
    event()
    session.expire_all()
    with Queries() as few:
        board(coordinator, NOW)
    for _ in range(29):
        event()
    session.expire_all()

    with Queries() as many:
        found = board(coordinator, NOW)
        days = [next_day(card.order, TODAY) for column in found for card in column.cards]

    assert days == [TODAY] * 30
    assert len(many.asked) == len(few.asked) == 3


@pytest.mark.parametrize(("role", "verbs"), [("coordinator", ["search", "refer", "cancel"]), ("orderer", [])])
def test_steps_of_a_card_are_the_verbs_possible_now(login, role, verbs):
    order = make(Order)
    client = login(role, organisation=order.organisation)

    piece = html.fromstring(client.get(f"/admin/board/steps/?id={order.id}").text)

    links = piece.xpath("//a/@href")
    assert links == [f"/admin/order/verb/{verb}/?id={order.id}&url=/admin/board/" for verb in verbs] + [
        f"/admin/order/details/?id={order.id}"]


def test_steps_of_a_foreign_order_are_not_there(login):
    own, foreign = make(Order), make(Order)
    client = login("orderer", organisation=own.organisation)

    assert [client.get(f"/admin/board/steps/?id={number}").status_code for number in (
        own.id, foreign.id, 999_999, "x", "1" * 30)] == [200, 404, 404, 404, 404]
