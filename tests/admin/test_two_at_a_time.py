"""Two clicks on one button, also at the same moment: nothing is done twice."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa

from models import Assignment, Order, Organisation, StatusChange, db
from rules.states import AssignmentStatus
from tests.admin.filling import fields_of, filled
from tests.admin.test_forms import ONE, order_form
from tests.factories import make


@pytest.fixture
def coordinator(login):
    return login("coordinator")


def test_second_click_on_save_finds_its_own_save(coordinator):
    organisation = make(Organisation, name="Ennen")
    address = ONE.format(organisation.id)
    form = filled(coordinator.get(address).text, name="Jälkeen")

    first, second = coordinator.post(address, data=form), coordinator.post(address, data=form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert organisation.version == 2


def test_form_sent_twice_makes_one_record(coordinator):
    form = order_form(coordinator)

    first, second = (coordinator.post("/admin/order/new/", data=form) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 1


def test_form_key_of_somebody_else_leads_nowhere(coordinator, login):
    form = order_form(coordinator)
    coordinator.post("/admin/order/new/", data=form)
    other = login("coordinator")

    answer = other.post("/admin/order/new/", data=order_form(other) | {"form_key": form["form_key"]})

    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 1


@pytest.fixture
def twice(app):
    """``twice(client, address, form)``: the answers to the same form sent by two clicks at the same moment."""

    def meet(*_):
        """Both have looked for an earlier save and found none, where the database lets two get that far."""
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1)

    def send_both(client, address, form):
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
        threads = [threading.Thread(target=click, args=(cookie, address, form)) for _ in range(2)]
        sa.event.listen(db.session, "before_flush", meet)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sa.event.remove(db.session, "before_flush", meet)
        db.session.rollback()
        return answers

    def click(cookie, address, form):
        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        with app.app_context():
            gate.wait()
            answers.append(client.post(address, data=form))

    gate, meeting, answers = threading.Barrier(2), threading.Barrier(2), []
    return send_both


@pytest.mark.both_databases
def test_form_sent_twice_at_the_same_moment_makes_one_record(twice, coordinator):
    form = filled(coordinator.get("/admin/organisation/new/").text, name="Koti", kind="ngo")

    answers = twice(coordinator, "/admin/organisation/new/", form)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 1


@pytest.mark.both_databases
def test_verb_sent_twice_at_the_same_moment_is_run_once_and_says_no_error(twice, coordinator):
    assignment = make(Assignment, status=AssignmentStatus.ASKED)
    address = f"/admin/assignment/verb/accept/?id={assignment.id}"

    answers = twice(coordinator, address, fields_of(coordinator.get(address).text))

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [row.verb for row in db.session.scalars(sa.select(StatusChange).where(
        StatusChange.subject == assignment.subject, StatusChange.verb != "record_past"))] == ["accept"]


def test_verb_sent_twice_is_run_once_and_says_no_error(coordinator):
    assignment = make(Assignment, status=AssignmentStatus.ASKED)
    address = f"/admin/assignment/verb/accept/?id={assignment.id}"
    form = fields_of(coordinator.get(address).text)

    first, second = coordinator.post(address, data=form), coordinator.post(address, data=form)

    assert (first.status_code, second.status_code, assignment.status) == (302, 302, AssignmentStatus.ACCEPTED)
