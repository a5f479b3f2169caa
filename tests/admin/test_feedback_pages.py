"""The two feedback pages: nothing told that the reader does not know, nothing typed lost, nothing changed by looking."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import mail, reminders
from models import Feedback, db
from models.personal_link import LinkFor
from services import personal_links
from tests.conftest import token
from tests.people import make_contact, make_organisation
from tests.services.placing_world import EVENT, actor_of, an_askable, an_order, confirmed, do

SIDES = [LinkFor.FEEDBACK_EXPERT, LinkFor.FEEDBACK_ORDERER]


@pytest.fixture
def order(app):
    app.config["TODAY"] = EVENT + timedelta(1)
    coordinator, unit = actor_of("coordinator"), make_organisation()
    contact = make_contact(organisation=unit, email="tilaaja@test.invalid", message_language="sv")
    found = an_order(coordinator, organisation=unit, contact=contact)
    confirmed(found, coordinator, an_askable(email="kokija@test.invalid"))
    do(found, "hold", coordinator, today=EVENT)
    reminders.ask_feedback(EVENT + timedelta(1))
    return found


def path(order, purpose):
    ground = order if purpose is LinkFor.FEEDBACK_ORDERER else order.assignments[0]
    return mail.web_address("", purpose, personal_links.secret_of(personal_links.live_link(purpose, ground)))


def given():
    return db.session.scalars(sa.select(Feedback)).all()


@pytest.mark.parametrize("purpose", SIDES)
def test_page_tells_the_day_and_no_name_unit_or_theme(order, client, purpose):
    text = client.get(path(order, purpose)).text

    words = ("9.12.2026", "Etunimi", order.organisation.name, "sijaishuolto", "lastensuojel", order.number)
    assert [word for word in words if word in text] == ["9.12.2026"]
    assert given() == []


def test_each_side_reads_its_own_language_until_another_is_chosen(order, client):
    titles = [client.get(path(order, purpose)).text.partition("<h1>")[2].partition("<")[0] for purpose in SIDES]

    assert titles == ["Miltä se tuntui?", "Hur gick det?"]


def test_expert_answers_and_is_thanked_and_the_link_is_over(order, client):
    address = path(order, LinkFor.FEEDBACK_EXPERT)
    form = {"was_heard": "5", "feels_after": "4", "would_again": "no", "wants_call": "y", "csrf_token": token(client, address)}

    done = client.post(address, data=form)

    [feedback] = given()
    assert (done.status_code, done.headers["Location"], client.get(done.headers["Location"]).status_code) == (
        303, "/how-it-went?called=1", 200)
    assert (feedback.was_heard, feedback.feels_after, feedback.would_again, feedback.wants_call) == (5, 4, False, True)
    assert client.get(address).status_code == 410


def test_orderer_answers_and_says_whether_it_may_be_shown(order, client):
    address = path(order, LinkFor.FEEDBACK_ORDERER)

    client.post(address, data={"useful": "4", "text": "Kiitos", "may_be_shown": "y", "csrf_token": token(client, address)})

    [feedback] = given()
    assert (feedback.order, feedback.useful, feedback.text, feedback.released, feedback.assignment) == (
        order, 4, "Kiitos", True, None)


@pytest.mark.parametrize(("form", "field"), [({}, "text"), ({"was_heard": "9", "text": "Hyvä"}, "was_heard"),
                                             ({"text": "x" * 4001}, "text")])
def test_what_cannot_be_taken_is_told_at_its_field_and_what_was_typed_stays(order, client, form, field):
    address = path(order, LinkFor.FEEDBACK_EXPERT)

    page = client.post(address, data=form | {"feels_after": "" if not form else "5", "csrf_token": token(client, address)})

    assert (page.status_code, f'id="{field}-error"' in page.text, given()) == (422, True, [])
    if form:
        assert ('value="5" checked' in page.text, form["text"] in page.text) == (True, True)
    assert client.get(address).status_code == 200
