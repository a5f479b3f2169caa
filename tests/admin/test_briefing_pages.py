"""The briefing sheets: who reads what, by link and signed in, and the calendar file beside them."""

import pytest
from icalendar import Calendar

from jobs import mail
from models import Occasion, db
from models.personal_link import LinkFor
from rules.choices import ContactRelease
from services import personal_links
from tests.people import make_contact, make_organisation
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, confirmed, do


@pytest.fixture
def sure(app):
    app.config["TODAY"] = TODAY
    coordinator, unit = actor_of("coordinator"), make_organisation(name="Koivikon koti")
    order = an_order(coordinator, organisation=unit, contact=make_contact(organisation=unit, name="Sari Salo"),
                     purpose="Uusi saapumisilta", practical="Esteetön reitti pihalta",
                     occasions=[Occasion(on=EVENT, place="Rantakatu 3")])
    expert = an_askable(first_name="Tuulikki", last_name="Salminen", phone="+358401231234")
    return confirmed(order, coordinator, expert, goes_by="Tuuli", contact_release=ContactRelease.PHONE)


def path(sure, purpose):
    ground = sure.order if purpose is LinkFor.BRIEFING_ORDERER else sure
    return mail.web_address("", purpose, personal_links.secret_of(personal_links.live_link(purpose, ground)))


def read(text, *words):
    return [word for word in words if word in text]


def test_experts_sheet_tells_place_name_limits_and_whom_to_call(sure, client):
    text = client.get(path(sure, LinkFor.BRIEFING_EXPERT)).text

    assert read(text, "Rantakatu 3", "Sari Salo", "Tuuli", "Uusi saapumisilta", "Esteetön reitti pihalta",
                sure.order.responsible.name, "sijaishuolto", "Salminen", "Minna H.") == [
                    "Rantakatu 3", "Sari Salo", "Tuuli", "Uusi saapumisilta", "Esteetön reitti pihalta",
                    sure.order.responsible.name]


def test_orderers_sheet_tells_the_chosen_name_and_the_released_contact_alone(sure, client):
    text = client.get(path(sure, LinkFor.BRIEFING_ORDERER)).text

    assert read(text, "Tuuli", "+358401231234", "Esteetön reitti pihalta", "Tuulikki", "Salminen", "sijaishuolto") == [
        "Tuuli", "+358401231234", "Esteetön reitti pihalta"]


def test_protected_experts_link_tells_no_place(sure, client):
    sure.expert.protected = True
    db.session.commit()
    address = path(sure, LinkFor.BRIEFING_EXPERT)

    told = client.get(address).text + client.get(f"{address}?file=ics").text

    assert read(told, "Tuuli", "Rantakatu", "Sari Salo", "pihalta") == ["Tuuli"]


@pytest.mark.parametrize("purpose", [LinkFor.BRIEFING_EXPERT, LinkFor.BRIEFING_ORDERER])
def test_calendar_file_has_the_time_and_no_name(sure, client, purpose):
    answer = client.get(f"{path(sure, purpose)}?file=ics")

    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (answer.mimetype, event["DTSTART"].dt, str(event["LOCATION"])) == ("text/calendar", EVENT, "Rantakatu 3")
    assert read(answer.text, "Tuuli", "Koivikon", "sijaishuolto") == []


@pytest.mark.parametrize("purpose", [LinkFor.BRIEFING_EXPERT, LinkFor.BRIEFING_ORDERER])
def test_sheet_is_read_again_and_again_and_takes_nothing(sure, client, purpose):
    address = path(sure, purpose)

    assert [client.get(address).status_code for _ in range(2)] == [200, 200]
    assert client.post(address).status_code == 405


def test_experts_link_is_over_with_a_not_now_and_the_orderers_says_that_another_is_looked_for(sure, client):
    own, orderers = path(sure, LinkFor.BRIEFING_EXPERT), path(sure, LinkFor.BRIEFING_ORDERER)
    do(sure, "decline", actor_of("coordinator"))

    assert (client.get(own).status_code, client.get(orderers).status_code) == (410, 200)
    assert read(client.get(orderers).text, "Etsimme toista asiantuntijaa", "Tuuli") == [
        "Etsimme toista asiantuntijaa"]


@pytest.mark.parametrize(("role", "own", "sheet", "code"), [
    ("expert", True, "assignment", 200), ("expert", False, "assignment", 404), ("expert", True, "order", 403),
    ("orderer", True, "order", 200), ("orderer", False, "order", 404), ("orderer", True, "assignment", 403),
    ("coordinator", True, "assignment", 200), ("coordinator", True, "order", 200),
    ("finance", True, "order", 403), ("trainer", True, "assignment", 403), ("steering", True, "order", 403)])
def test_signed_in_each_reads_the_own_sheet(sure, login, role, own, sheet, code):
    given = {"expert": {"expert": sure.expert}, "orderer": {"organisation": sure.order.organisation}}.get(role, {})
    number = {"assignment": sure.id, "order": sure.order_id}[sheet]

    answer = login(role, **(given if own else {})).get(f"/own-briefing/{sheet}/{number}")

    assert (answer.status_code, "Tuuli" in answer.text) == (code, code == 200)


def test_nobody_reads_a_sheet_without_signing_in(sure, client):
    answer = client.get(f"/own-briefing/assignment/{sure.id}")

    assert (answer.status_code, "/login" in answer.headers["Location"]) == (302, True)
