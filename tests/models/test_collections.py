"""Empty collections of a record: one question tells them all, and only they are taken as read."""

from models import Occasion, Order, Theme, db
from models.collections import is_empty, note_empty
from tests.factories import make
from tests.queries import Queries

NAMES = ("title", "organisation", "themes", "tasks", "viewpoints", "occasions")


def fresh(order):
    db.session.commit()
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


def test_one_question_tells_which_collections_are_empty(session):
    theme = make(Theme)
    order = fresh(make(Order, themes=[theme]))

    with Queries() as noting:
        note_empty(order, NAMES)
    with Queries() as reading:
        empty = [order.tasks, order.viewpoints, order.occasions]

    assert (len(noting.asked), len(reading.asked), empty) == (1, 0, [[], [], []])
    assert [is_empty(order, name) for name in NAMES] == [False, False, False, True, True, True]
    assert order.themes == [theme]


def test_what_is_added_to_an_empty_collection_is_kept(session):
    order = fresh(make(Order))
    note_empty(order, NAMES)
    theme = make(Theme)

    order.themes.append(theme)
    order = fresh(order)

    assert order.themes == [theme]


def test_collection_that_was_read_already_is_left_alone(session):
    order = fresh(make(Order))
    occasion = make(Occasion, order=order)
    read = order.occasions

    note_empty(order, NAMES)

    assert order.occasions is read
    assert order.occasions == [occasion]
