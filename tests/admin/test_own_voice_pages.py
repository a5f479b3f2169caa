"""The own pages of somebody in the bank: pace, payments and what was said stand there for them and for nobody else."""

from datetime import timedelta

import pytest

from models import Feedback, Payee
from rules.choices import FeedbackBy
from tests.admin.test_sign_in import hidden
from tests.factories import make
from tests.people import make_user
from tests.services.placing_world import TODAY, actor_of, an_order, do, held

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def was_there(app):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    assignment = held(an_order(coordinator), coordinator)
    make(Payee, expert=assignment.expert)
    return assignment


def own_client(login, assignment):
    return login(user=make_user("expert", expert=assignment.expert))


def test_pace_and_payments_stand_on_the_own_page_and_on_nobody_elses_view_of_it(was_there, login):
    address = f"/admin/expert/details/?id={was_there.expert_id}"
    own, desk, other = (client.get(address, headers=ENGLISH) for client in (
        own_client(login, was_there), login("coordinator"), login("expert")))

    assert [("My own pace" in page.text, "My payments" in page.text) for page in (own, desk)] == [
        (True, True), (False, False)]
    assert other.status_code == 404


def test_limits_are_saved_by_the_form_and_their_refusal_keeps_what_was_typed(was_there, login):
    client, address = own_client(login, was_there), f"/admin/expert/verb/set_limits/?id={was_there.expert_id}"

    refused = client.post(address, data=hidden(client.get(address).text) | {"load_limit": "0", "contact_note": "Iltaisin"})
    done = client.post(address, data=hidden(client.get(address).text) | {"load_limit": "3"})

    assert (refused.status_code, 'id="load_limit-error"' in refused.text, "Iltaisin" in refused.text) == (422, True, True)
    assert (done.status_code, was_there.expert.load_limit) == (302, 3)


def test_words_that_are_released_stand_on_the_own_assignment(was_there, login):
    make(Feedback, order=was_there.order, given_by=FeedbackBy.ORDERER, text="Kiitos käynnistä", released=True)
    make(Feedback, order=was_there.order, given_by=FeedbackBy.ORDERER, text="Ei näytetä", released=False)
    do(was_there, "tell_own", actor_of("expert", expert=was_there.expert), today=TODAY + timedelta(30), text="Hyvä päivä")

    page = own_client(login, was_there).get(f"/admin/assignment/details/?id={was_there.id}").text

    assert [words in page for words in ("Kiitos käynnistä", "Hyvä päivä", "Ei näytetä")] == [True, True, False]
