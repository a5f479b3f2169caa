"""The table of rights is read as it is written, and what it does not list is denied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import permissions
from rules.permissions import (
    MATRIX,
    Access,
    Actor,
    Role,
    allows,
    cell,
    groups_with,
    may_run,
    opens,
    read_table,
    verbs_of,
)


@pytest.fixture
def table(monkeypatch):
    """``table(rows)``: another table of rights for one test."""
    def put(rows):
        permissions._rows_of.cache_clear()
        monkeypatch.setattr(permissions, "MATRIX", rows)

    yield put
    permissions._rows_of.cache_clear()


LINE = "Order  work  rw  r  m  w  mw  -  -"
ROLES = list(Role)


def test_line_is_read_in_the_order_of_the_roles():
    table = read_table(LINE + "   # a remark")

    assert table == {("Order", "work"): dict(zip(ROLES, ["rw", "r", "m", "w", "mw", "-", "-"], strict=True))}


@pytest.mark.parametrize("line", [
    "Order  work  rw  r  m  w  mw  -",  # a role is missing
    "Order  work  rw  r  m  w  mw  -  -  -",  # one too many
    "Order  work  rx  r  m  w  mw  -  -",  # no such cell
    "Order  work  wr  r  m  w  mw  -  -",
    f"{LINE}\n{LINE}",  # twice
    "Order",
])
def test_line_that_cannot_be_meant_is_refused(line):
    with pytest.raises(ValueError, match="permission table: 'Order"):
        read_table(line)


def test_empty_lines_and_remarks_are_skipped():
    assert read_table("\n# the bank\n   \n") == {}


@pytest.mark.parametrize(("what", "access", "expected"), [
    ("rw", Access.READ, True), ("rw", Access.WRITE, True), ("rw", Access.MASKED, False), ("rw", Access.RUN, False),
    ("r", Access.READ, True), ("r", Access.WRITE, False), ("w", Access.READ, False), ("w", Access.WRITE, True),
    ("mw", Access.MASKED, True), ("mw", Access.READ, False), ("mw", Access.WRITE, True),
    ("m", Access.MASKED, True), ("m", Access.READ, False), ("-", Access.READ, False),
])
def test_cell_grants_what_its_letters_say(what, access, expected, monkeypatch):
    monkeypatch.setitem(MATRIX, ("Order", "work"), {Role.TRAINER: what})

    assert allows(Role.TRAINER, access, "Order", "work") is expected


def test_verb_is_run_by_a_cross_only(monkeypatch):
    monkeypatch.setitem(MATRIX, ("Order", "search()"), {Role.TRAINER: "x", Role.FINANCE: "-"})

    assert may_run(Role.TRAINER, "Order", "search") is True
    assert may_run(Role.FINANCE, "Order", "search") is False
    assert may_run(Role.ADMIN, "Order", "search") is False


@given(model=st.text(), what=st.text(), role=st.sampled_from([None, *ROLES]), access=st.sampled_from(list(Access)))
def test_what_is_not_listed_is_denied(model, what, role, access):
    assert (model, what) in MATRIX or allows(role, access, model, what) is False
    assert (model, f"{what}()") in MATRIX or may_run(role, model, what) is False


@pytest.mark.parametrize("key", MATRIX)
def test_nobody_in_no_role_has_anything(key):
    assert cell(None, *key) == "-"
    assert opens(None, key[0]) is False


@pytest.mark.parametrize(("groups", "expected"), [
    ({"work": "r"}, True), ({"work": "m"}, True), ({"work": "w"}, False), ({"work": "-"}, False), ({}, False),
    ({"create()": "x"}, False), ({"work": "-", "meta": "r"}, True),
])
def test_record_type_opens_by_what_is_seen_of_it(groups, expected, table):
    table({("Thing", what): {Role.EXPERT: letters} for what, letters in groups.items()})

    assert opens(Role.EXPERT, "Thing") is expected


def test_groups_and_verbs_of_a_record_type(table):
    table({("Thing", "work"): {Role.EXPERT: "rw"}, ("Thing", "money"): {Role.EXPERT: "r"},
           ("Thing", "pay()"): {Role.EXPERT: "x"}, ("Other", "meta"): {Role.EXPERT: "rw"}})

    assert groups_with(Role.EXPERT, Access.READ, "Thing") == {"work", "money"}
    assert groups_with(Role.EXPERT, Access.WRITE, "Thing") == {"work"}
    assert groups_with(Role.ADMIN, Access.READ, "Thing") == set()
    assert list(verbs_of("Thing")) == ["pay"]


def test_actor_takes_another_role_and_stays_the_same_person():
    actor = Actor(1, 2, Role.TRAINER, "Aino", 3, 4)

    assert actor.acting_as(Role.STEERING) == Actor(1, 2, Role.STEERING, "Aino", 3, 4)
