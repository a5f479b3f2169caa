"""The page of a data request: what to do, until when; and the package of what is kept, read and taken along."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from admin_views.clock import today
from models import AccessLog, Consent, DataRequest, Payee, db
from rules.choices import DataRequestKind
from tests.conftest import token
from tests.factories import make
from tests.money_world import IBAN
from tests.people import make_expert, make_user


def request_of(kind, **given):
    return make(DataRequest, **{"kind": DataRequestKind(kind), "received_on": today(), "due_on": today()} | given)


def page_of(client, request):
    return client.get(f"/admin/datarequest/details/?id={request.id}").text


@pytest.mark.parametrize(("kind", "offered"), [
    ("access", ["start/?id=1", "/admin/datarequest/download/?id=1"]), ("rectify", ["start/?id=1", "/admin/expert/edit/?id=1"]),
    ("restrict", ["start/?id=1", "/admin/expert/verb/restrict/?id=1"]),
    ("erase", ["start/?id=1", "/admin/expert/verb/leave/?id=1"])])
def test_page_offers_what_the_request_asks_for(kind, offered, login):
    client = login("coordinator")

    page = page_of(client, request_of(kind))

    assert [address for address in offered if address not in page] == []


@pytest.mark.parametrize(("days", "words"), [(3, "3"), (-2, "2"), (0, "")])
def test_page_says_how_much_time_is_left(days, words, login):
    request = request_of("access", received_on=today() - timedelta(20), due_on=today() + timedelta(days))

    page = page_of(login("coordinator"), request)

    assert ('class="note stop narrow"' in page, 'class="note look narrow"' in page) == (days < 0, days >= 0)
    assert words in page


def test_consent_in_force_is_withdrawn_from_the_page_and_one_comes_back(login):
    request = request_of("erase")
    consent = make(Consent, expert=request.expert)
    client = login("coordinator")
    address = f"/admin/consent/verb/withdraw/?id={consent.id}&url=/admin/datarequest/details/?id%3D{request.id}"

    offered = f"/admin/consent/verb/withdraw/?id={consent.id}&amp;url=" in page_of(client, request)
    answer = client.post(address, data={"csrf_token": token(client, address)})

    assert offered is True
    assert (answer.location, consent.status) == (f"/admin/datarequest/details/?id={request.id}", "withdrawn")


def test_package_is_looked_at_and_taken_along_and_each_is_logged(login):
    request = request_of("access", expert=make_expert(first_name="Sini", contact_note="iltapäivisin"))
    client, address = login("coordinator"), f"/admin/datarequest/download/?id={request.id}"

    page = client.get(address).text
    sent = {"csrf_token": token(client, address)}
    told, read = (client.post(address, data=sent | {"as": kind}) for kind in ("json", "page"))

    rows = db.session.scalars(sa.select(AccessLog).where(AccessLog.reason == request.subject).order_by(AccessLog.id))
    logged = [(row.what, row.subject) for row in rows]
    assert ("iltapäivisin" in page, "iltapäivisin" in read.text) == (True, True)
    assert json.loads(told.data)["records"]["Expert"][0]["first_name"] == "Sini"
    assert [answer.headers["Content-Disposition"].split(";")[0] for answer in (told, read)] == ["attachment"] * 2
    assert logged == [(what, request.expert.subject) for what in ("open", "open", "package", "package")]
    assert "valmis" in page_of(client, request)


def test_payment_details_are_masked_on_the_page_and_full_in_the_files(login):
    request = request_of("access")
    make(Payee, expert=request.expert, official_name="Sini Salminen", iban=IBAN)
    client, address = login("coordinator"), f"/admin/datarequest/download/?id={request.id}"

    page = client.get(address).text
    sent = {"csrf_token": token(client, address)}
    files = [client.post(address, data=sent | {"as": kind}).text for kind in ("json", "page")]

    assert (IBAN in page, [IBAN in file for file in files]) == (False, [True, True])


def test_file_of_an_unknown_kind_is_not_made(login):
    client, address = login("coordinator"), f"/admin/datarequest/download/?id={request_of('access').id}"

    answers = [client.post(address, data={"csrf_token": token(client, address), "as": kind}).status_code
               for kind in ("exe", "json")]

    assert answers == [400, 200]


@pytest.mark.parametrize("role", ["trainer", "finance", "orderer", "steering", "expert", "admin"])
def test_nobody_else_gets_a_package(role, login):
    request = request_of("access")
    address = f"/admin/datarequest/download/?id={request.id}"

    refused = login(user=make_user(role)).get(address).status_code
    granted = login("coordinator").get(address).status_code

    assert (refused, granted) == (403, 200)
