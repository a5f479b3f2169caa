"""What each save leaves behind: who, which record, the values before and after, sealed."""

import pytest
import sqlalchemy as sa

from models import (
    Assignment,
    BatchFile,
    ChangeLog,
    Matter,
    Meeting,
    Order,
    Organisation,
    Pause,
    Programme,
    StatusChange,
    Theme,
    User,
    db,
)
from models.audit import ACTING
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, MatterStatus, PlanStatus
from services.transitions import step
from tests.factories import make
from tests.people import make_user

WHO = Actor(1, 1, Role.COORDINATOR, "Aino Ohjaaja")


def logs_of(record):
    return db.session.scalars(
        sa.select(ChangeLog).where(ChangeLog.subject == record.subject).order_by(ChangeLog.id)).all()


def test_save_leaves_who_which_and_the_values_before_and_after(app):
    theme = make(Theme, name="perhe", heavy=False)
    ACTING.set(WHO)

    theme.name, theme.heavy = "sijoitus", True
    db.session.commit()
    ACTING.set(None)

    _, row = logs_of(theme)
    assert (row.subject, row.verb, row.actor, row.role, row.fields) == (
        theme.subject, "edit", "Aino Ohjaaja", "coordinator", "name,heavy")
    assert row.values() == {"name": ["perhe", "sijoitus"], "heavy": ["False", "True"]}


def test_value_before_is_known_also_where_it_was_not_loaded(app):
    theme = make(Theme, name="perhe")
    db.session.expire_all()

    theme.name = "sijoitus"
    db.session.commit()

    assert logs_of(theme)[-1].values() == {"name": ["perhe", "sijoitus"]}


def test_birth_is_logged_with_its_first_values_in_the_same_transaction(app):
    db.session.add(Theme(name="perhe"))
    db.session.commit()

    theme = db.session.scalars(sa.select(Theme)).one()
    (row,) = logs_of(theme)
    assert (row.verb, row.values()["name"]) == ("create", [None, "perhe"])


def test_birth_that_is_taken_back_leaves_no_log(app):
    db.session.add(Theme(name="perhe"))
    db.session.flush()
    db.session.rollback()
    db.session.add(Theme(name="toinen"))
    db.session.commit()

    assert [row.values()["name"] for row in db.session.scalars(sa.select(ChangeLog))] == [[None, "toinen"]]


def test_removal_is_logged(app):
    pause = make(Pause)
    subject = pause.subject

    db.session.delete(pause)
    db.session.commit()

    assert [row.verb for row in db.session.scalars(
        sa.select(ChangeLog).where(ChangeLog.subject == subject).order_by(ChangeLog.id))] == ["create", "delete"]


def test_save_that_changes_nothing_leaves_no_log(app):
    theme = make(Theme, name="perhe")

    theme.name = "toinen"
    theme.name = "perhe"
    db.session.commit()

    assert [row.verb for row in logs_of(theme)] == ["create"]


def test_chosen_record_is_logged_by_its_number(app):
    one, other = make(Organisation), make(Organisation)
    programme = make(Programme, organisation=one)

    programme.organisation = other
    db.session.commit()

    assert logs_of(programme)[-1].values() == {"organisation": [one.subject, other.subject]}


def test_several_chosen_records_are_logged(app):
    one, other = make(Theme), make(Theme)
    order = make(Order, themes=[one])

    order.themes = [other]
    db.session.commit()

    assert logs_of(order)[-1].values() == {"themes": [one.subject, other.subject]}


def test_keys_hashes_and_files_are_not_copied_to_the_log(app):
    user = make_user("finance")
    user.password_hash = "a new hash"
    file = make(BatchFile)
    db.session.commit()

    assert logs_of(user)[-1].values() == {"password_hash": [None, None]}
    assert logs_of(file)[0].values()["sealed_data"] == [None, None]
    assert db.session.get(User, user.id).password_hash == "a new hash"


def test_digest_is_over_the_values_and_a_salt_of_its_own(app):
    one, other = make(Theme, name="a"), make(Theme, name="b")
    one.heavy = other.heavy = True
    db.session.commit()

    first, second = logs_of(one)[-1], logs_of(other)[-1]
    assert first.values() == second.values()
    assert first.digest != second.digest


@pytest.mark.both_databases
def test_savepoint_given_back_takes_its_history_along(app):
    theme = make(Theme, name="perhe")

    nested = db.session.begin_nested()
    theme.name = "toinen"
    db.session.flush()
    nested.rollback()
    theme.heavy = True
    db.session.commit()

    assert [row.values() for row in logs_of(theme)[1:]] == [{"heavy": ["False", "True"]}]


@pytest.mark.parametrize(("model", "verb", "state"), [
    (Meeting, "hold", PlanStatus.HELD), (Assignment, "ask", AssignmentStatus.ASKED),
    (Matter, "prepare", MatterStatus.PREPARED)])
def test_step_is_logged_once_as_a_step_and_once_as_a_change(model, verb, state, app):
    record = make(model)

    step(record, verb, WHO)
    db.session.commit()

    steps = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == record.subject)).all()
    assert [(row.verb, row.target) for row in steps] == [(verb, state.value)]
    assert [row.values() for row in logs_of(record)[1:]] == [{"status": [str(model.lifecycle.initial), state.value]}]
