"""A user's own arrangements: columns and saved views; nobody writes another's."""

import pytest

from models import db
from models.desk import ListSetting, SavedView
from rules.errors import BadInput, NotAllowed
from rules.permissions import Actor, Role
from services import desk
from tests.people import make_user


def actor(role, user=None):
    user = user or make_user(role)
    return Actor(user.id, user.person_id, Role(role), user.name)


@pytest.fixture
def coordinator(app):
    return actor("coordinator")


def test_columns_are_kept_for_the_user_and_the_model(coordinator):
    other = actor("coordinator")

    desk.keep_columns(coordinator, "Order", ["status", "number", "status"])
    desk.keep_columns(coordinator, "Order", ["number", "status"])

    assert [desk.columns_of(coordinator, "Order"), desk.columns_of(other, "Order"),
            desk.columns_of(coordinator, "Expert")] == [["number", "status"], [], []]
    assert db.session.query(ListSetting).count() == 1


def test_no_columns_bring_the_usual_ones_back(coordinator):
    desk.keep_columns(coordinator, "Order", ["number"])

    desk.keep_columns(coordinator, "Order", [])

    assert desk.columns_of(coordinator, "Order") == []


def test_view_is_its_owners_until_it_is_shared_with_a_role(coordinator):
    finance, trainer, other = actor("finance"), actor("trainer"), actor("coordinator")

    view = desk.save_view(coordinator, "Invoice", " Omat  haut ", "?f_status=received&sort=-number")
    seen_before = [len(desk.views_for(who, "Invoice")) for who in (coordinator, other, finance, trainer)]
    desk.change_view(coordinator, "Invoice", view.id, "Talouden", Role.FINANCE)

    assert (view.address, view.name) == ("f_status=received&sort=-number", "Talouden")
    assert seen_before == [1, 0, 0, 0]
    assert [len(desk.views_for(who, "Invoice")) for who in (coordinator, other, finance, trainer)] == [1, 0, 1, 0]
    assert desk.views_for(coordinator, "Order") == []


def test_nobody_in_no_role_sees_views_that_are_not_shared(coordinator):
    desk.save_view(coordinator, "Invoice", "Oma", "?q=x")

    assert desk.views_for(Actor(None, None, None), "Invoice") == []


@pytest.mark.parametrize(("role", "shares"), [
    ("coordinator", True), ("admin", True), ("finance", False), ("trainer", False), ("orderer", False),
    ("steering", False), ("expert", False)])
def test_only_coordinator_and_administrator_share(role, shares, app):
    who = actor(role)

    desk.save_view(who, "Order", "Oma", "?q=x")
    try:
        desk.save_view(who, "Order", "Yhteinen", "?q=x", Role.ORDERER)
        shared = True
    except NotAllowed:
        shared = False

    assert (shared, desk.may_share(who)) == (shares, shares)


def test_view_of_another_user_is_neither_changed_nor_deleted(coordinator):
    view = desk.save_view(coordinator, "Order", "Oma", "?q=x", Role.COORDINATOR)
    other = actor("coordinator")

    for write in (lambda who: desk.change_view(who, "Order", view.id, "Toisen", None),
                  lambda who: desk.delete_view(who, "Order", view.id)):
        with pytest.raises(NotAllowed):
            write(other)
        write(coordinator)

    assert db.session.query(SavedView).count() == 0


def test_view_of_another_list_is_not_met_under_this_one(coordinator):
    view = desk.save_view(coordinator, "Order", "Oma", "?q=x")

    with pytest.raises(NotAllowed):
        desk.delete_view(coordinator, "Expert", view.id)
    desk.delete_view(coordinator, "Order", view.id)

    assert desk.views_for(coordinator, "Order") == []


@pytest.mark.parametrize(("name", "address", "field"), [
    ("  ", "?q=x", "name"), ("n" * 121, "?q=x", "name"), ("Oma", "?q=x", "name"),
    ("Pitkä", "?" + "&".join(f"f_{n}={n}" for n in range(400)), "address")])
def test_view_that_cannot_be_kept_says_where(name, address, field, coordinator):
    desk.save_view(coordinator, "Order", "Oma", "?q=y")

    with pytest.raises(BadInput) as refused:
        desk.save_view(coordinator, "Order", name, address)

    assert refused.value.field == field
    assert len(desk.views_for(coordinator, "Order")) == 1


def test_view_keeps_its_own_name_and_may_be_called_as_one_of_another_list(coordinator):
    view = desk.save_view(coordinator, "Order", "n" * 120, "?q=y")

    desk.change_view(coordinator, "Order", view.id, "n" * 120, None)
    desk.save_view(coordinator, "Expert", "n" * 120, "")

    assert [len(desk.views_for(coordinator, model)) for model in ("Order", "Expert")] == [1, 1]
