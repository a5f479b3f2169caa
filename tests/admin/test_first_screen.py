"""The first screen of each role asks few questions, however many queues stand on it, and counts as the lists do."""

import pytest

from models import Message
from rules.permissions import Role
from services import queues
from tests.factories import make
from tests.queries import Queries
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, ask

MOST_QUERIES = 15


@pytest.mark.parametrize("role", list(Role))
def test_first_screen_asks_the_database_at_most_fifteen_questions(app, login, role):
    client = login(role.value)
    client.get("/admin/")

    with Queries() as asked:
        page = client.get("/admin/")

    assert (page.status_code, len(asked.asked) <= MOST_QUERIES) == (200, True), len(asked.asked)


@pytest.mark.both_databases
def test_queues_counted_together_are_those_counted_one_by_one(app):
    coordinator = actor_of("coordinator")
    ask(an_order(coordinator), coordinator, an_askable(), an_askable())
    make(Message)
    every = [queue for tile in queues.FIRST_SCREENS[Role.COORDINATOR] for queue in tile.queues]

    together = queues.counts(every, coordinator, TODAY)

    assert together == {queue: queues.count(queue, coordinator, TODAY) for queue in every}
    assert (together[queues.WAITING], together[queues.TO_SEND]) == (2, 1)


def test_queue_of_a_closed_record_type_counts_nought_beside_one_that_is_open(app):
    expert = actor_of("expert")

    assert queues.counts([queues.MY_TASKS, queues.TO_SEND], expert, TODAY) == {queues.MY_TASKS: 0, queues.TO_SEND: 0}
