"""Frozen sets of rows: in order, one's own, not cut; and what came of an action, kept sealed."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import Draft, Order, Organisation, Selection, db
from rules.errors import DomainError
from services import selections
from services.selections import Told
from tests.factories import make_many
from tests.money_world import acting
from tests.people import make_user

TOLD = Told(done=(3, 1), refused=((2, "Puuttuu: Sini S."),), place="sort=number")


@pytest.fixture
def aino(app):
    return acting(make_user("coordinator"), "coordinator")


@pytest.fixture
def bertta(app):
    return acting(make_user("coordinator"), "coordinator")


def refused(work):
    with pytest.raises(DomainError) as caught:
        work()
    return str(caught.value)


def test_ids_come_in_the_order_of_the_query(app):
    orders = make_many(Order, 3)

    assert selections.ids_of(sa.select(Order).order_by(Order.id.desc()), Order) == [o.id for o in reversed(orders)]


def test_more_rows_than_the_most_are_refused_and_the_most_are_taken(app, monkeypatch):
    make_many(Order, 3)
    monkeypatch.setattr(selections, "MOST", 3)
    enough = selections.ids_of(sa.select(Order), Order)
    monkeypatch.setattr(selections, "MOST", 2)

    assert len(enough) == 3
    assert refused(lambda: selections.ids_of(sa.select(Order), Order)) == (
        "More than 2 rows match: leave some out with a filter. Nothing was chosen.")


def test_selection_keeps_its_order_and_is_found_by_its_owner_for_its_model_only(aino, bertta):
    number = str(selections.freeze(Order, [3, 1, 2], aino).id)

    assert selections.own(number, Order, aino).ids == [3, 1, 2]
    assert selections.ids_in(number, Order, aino) == [3, 1, 2]
    assert selections.own(number, Order, bertta) is None
    assert selections.own(number, Organisation, aino) is None
    assert selections.ids_in(number, Order, bertta) == []


@pytest.mark.parametrize("raw", ["", "x", "-1", "1' OR 1", "9999999999", "٣"])
def test_number_that_is_none_finds_nothing(aino, raw):
    selections.freeze(Order, [1], aino)

    assert selections.own(raw, Order, aino) is None


def test_nothing_chosen_is_refused(aino):
    assert refused(lambda: selections.freeze(Order, [], aino)) == (
        "No row is chosen yet: tick the rows, or choose all that match.")


def test_own_old_selections_go_and_those_of_others_stay(aino, bertta):
    for actor in (aino, bertta):
        selections.freeze(Order, [1], actor).at = datetime.now(UTC) - timedelta(8)

    selections.freeze(Order, [2], aino)

    kept = db.session.execute(sa.select(Selection.user_id, Selection.ids).order_by(Selection.id)).all()
    assert [tuple(row) for row in kept] == [(bertta.user_id, [1]), (aino.user_id, [2])]


def test_what_came_of_an_action_is_told_to_the_one_who_did_it(aino, bertta):
    selections.tell("key", TOLD, aino)
    db.session.commit()

    assert selections.told("key", aino) == TOLD
    assert selections.told("key", bertta) is None
    assert selections.told("other", aino) is None


def test_reasons_are_kept_sealed(aino):
    selections.tell("key", TOLD, aino)
    db.session.commit()

    stored = db.session.scalar(sa.select(sa.type_coerce(Draft.fields, sa.LargeBinary)))
    assert b"Sini" not in bytes(stored)


def test_only_the_last_outcomes_of_each_user_are_kept(aino, bertta):
    selections.tell("first", TOLD, bertta)
    for number in range(selections.TOLD + 1):
        selections.tell(str(number), TOLD, aino)
        db.session.commit()

    assert [selections.told(str(number), aino) for number in range(3)] == [None, TOLD, TOLD]
    assert selections.told("first", bertta) == TOLD
