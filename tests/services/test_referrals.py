"""What belongs elsewhere: it is told on the page beside the button that refers it, and nobody is asked for it."""

import re

import pytest
import sqlalchemy as sa

from models import ExistingStructure, Message, Request, db
from models.engine import writing
from rules.choices import MessageKind, OrderKind, OrderSource
from rules.errors import DomainError
from rules.states import AssignmentStatus, OrderStatus, RequestStatus
from services import saving
from tests.factories import make
from tests.services.placing_world import EVENT, TODAY, accepted, an_askable, an_order, ask, do

NOTE = re.compile(r'<div class="note look roomy">.*?</div>', re.DOTALL)


@pytest.fixture
def pesapuu(app):
    return make(ExistingStructure, name="VALTTI-vertaisarviointi", owner="Pesäpuu ry")


def a_request(coordinator, **given):
    request = Request(**{"organisation_name": "Koti", "contact_name": "Sari N.", "wish": "Puhuja"} | given)
    with writing():
        saving.prepare(request, coordinator, TODAY, is_new=True)
        db.session.add(request)
        db.session.commit()
    return request


def note_on(client, record):
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    found = NOTE.search(client.get(f"/admin/{type(record).__name__.lower()}/details/?id={record.id}").text)
    return found[0] if found else ""


def told(client, record):
    """The sentence of the note, and whether the button is in it."""
    note = note_on(client, record)
    sentence = re.search("<p>(.*?)</p>", note)
    return (sentence[1] if sentence else "", f"/verb/refer/?id={record.id}" in note)


VALTTI = "This seems to be peer evaluation of a unit (VALTTI), which is not arranged here: Pesäpuu ry does."
GROUP = "This seems to be a peer support group, which is not arranged here."


@pytest.mark.parametrize(("given", "expected"), [
    ({"kind": OrderKind.PEER_EVALUATION}, (VALTTI, True)), ({"title": "VALTTI yksikköön"}, (VALTTI, True)),
    ({"purpose": "Vertaistukiryhmä vanhemmille"}, (GROUP, True)), ({"title": "Luento"}, ("", False))])
def test_order_that_seems_to_belong_elsewhere_says_so_beside_the_button(coordinator, pesapuu, login, given, expected):
    order = an_order(coordinator, **given)

    assert told(login("coordinator"), order) == expected


def test_note_is_for_whoever_can_refer_and_goes_with_the_referral(coordinator, pesapuu, login):
    order = an_order(coordinator, kind=OrderKind.PEER_EVALUATION)
    orderer, mine = login("orderer", organisation=order.organisation), login("coordinator")
    before = (told(mine, order), told(orderer, order))

    do(order, "refer", coordinator, referred_to=pesapuu, note="Kuuluu sinne")

    assert before == ((VALTTI, True), ("", False))
    assert told(mine, order) == ("", False)


def test_request_that_seems_to_belong_elsewhere_is_referred_without_an_order(coordinator, pesapuu, login):
    request, other = a_request(coordinator, wish="Toivomme VALTTI-arviointia"), a_request(coordinator)
    notes = [told(login("coordinator"), one) for one in (request, other)]

    do(request, "refer", coordinator, referred_to=request.belongs_to)

    assert (notes, other.belongs_to) == ([(VALTTI, True), ("", False)], None)
    assert (request.status, request.belongs_to, request.order) == (RequestStatus.REFERRED, pesapuu, None)
    assert drafts() == []
    with pytest.raises(DomainError):
        do(request, "confirm", coordinator, organisation=None, kind=OrderKind.TALK, themes=[], on=TODAY)


@pytest.mark.parametrize(("given", "said"), [
    ({"wished_on": EVENT}, f"{EVENT:%-d.%-m.%Y}"), ({}, "sovitaan")])
def test_whoever_sent_the_request_is_told_whose_it_is(coordinator, pesapuu, given, said):
    request = a_request(coordinator, wish="VALTTI", email="sari@test.invalid", came_by=OrderSource.PHONE, **given)
    unsure = a_request(coordinator, wish="VALTTI", email="kuka@test.invalid", came_by=OrderSource.FORM)

    for one in (request, unsure):
        do(one, "refer", coordinator, referred_to=pesapuu)

    [message] = drafts()
    assert (message.kind, message.to, message.request) == (MessageKind.REFERRED, "sari@test.invalid", request)
    assert (f"toivoitte: {said}\n" in message.body, "Pesäpuu ry" in message.body, "{" in message.body) == (
        True, True, False)


def drafts():
    return db.session.scalars(sa.select(Message)).all()


def test_request_says_where_it_belongs_as_it_is_written_now(coordinator, pesapuu):
    request = a_request(coordinator, wish="VALTTI")
    first = request.belongs_to
    with writing():
        request.wish = "Puheenvuoro"
        saving.prepare(request, coordinator, TODAY, is_new=False)
        db.session.commit()

    assert (first, request.belongs_to) == (pesapuu, None)


def test_form_of_the_referral_begins_with_the_owner(coordinator, pesapuu, login):
    order = an_order(coordinator, kind=OrderKind.PEER_EVALUATION)

    page = login("coordinator").get(f"/admin/order/verb/refer/?id={order.id}")

    assert re.search(rf'<option[^>]* value="{pesapuu.id}"[^>]*selected|selected[^>]*value="{pesapuu.id}"', page.text)


def test_order_that_became_a_peer_evaluation_asks_and_confirms_nobody_any_more(coordinator, pesapuu):
    order = an_order(coordinator, places=3)
    ready, [unsure] = accepted(order, coordinator), ask(order, coordinator, an_askable())
    do(unsure, "decline", coordinator)
    order.kind = OrderKind.PEER_EVALUATION
    db.session.commit()

    refused = []
    for attempt in (lambda: do(ready, "confirm", coordinator), lambda: do(unsure, "ask_again", coordinator)):
        with pytest.raises(DomainError) as refusal:
            attempt()
        refused.append(str(refusal.value))
    do(order, "refer", coordinator, referred_to=pesapuu, note="Kuuluu sinne")

    assert refused == ["A peer evaluation is not staffed here: refer it to Pesäpuu ry."] * 2
    assert (order.status, ready.status) == (OrderStatus.REFERRED, AssignmentStatus.CANCELLED)


def test_order_that_was_given_up_can_still_be_referred(coordinator, pesapuu):
    order = an_order(coordinator)
    do(order, "search", coordinator)
    do(order, "give_up", coordinator, note="Ketään ei löytynyt")

    do(order, "refer", coordinator, referred_to=pesapuu, note="Kuuluu sinne")

    assert order.status is OrderStatus.REFERRED


def test_peer_evaluation_offers_no_search(coordinator, pesapuu, login):
    pages = [login("coordinator").get(f"/admin/order/details/?id={an_order(coordinator, kind=kind).id}").text
             for kind in (OrderKind.PEER_EVALUATION, OrderKind.TALK)]

    assert [("/match/" in page, "/verb/search/" in page) for page in pages] == [(False, False), (True, True)]
