"""The order's own page: next steps for the coordinator, and for the orderer only what is confirmed and released."""

import html
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from models import Feedback, Message, Order, db
from rules.choices import ContactRelease, Failure, FeedbackBy
from rules.states import MessageStatus, OrderStatus
from tests.conftest import token
from tests.factories import make
from tests.people import make_organisation, make_user
from tests.services.placing_world import TODAY, accepted, an_askable, an_order, ask, confirmed, do, held

TAG = re.compile(r"<[^>]+>")
PHONE, EMAIL = "+358401112223", "sini@test.invalid"


@pytest.fixture
def unit(app):
    return make_organisation()


@pytest.fixture
def signed_in(coordinator, login, unit):
    """``signed_in(role)``: a client that reads English; the orderer is of ``unit``."""
    def sign_in(role):
        given = {"organisation": unit} if role == "orderer" else {}
        client = login(user=make_user(role, **given))
        with client.session_transaction() as cookie:
            cookie["language"] = "en"
        return client
    return sign_in


def text_of(markup):
    return html.unescape(" ".join(TAG.sub(" ", markup).split()))


def page_of(client, order):
    return client.get(f"/admin/order/details/?id={order.id}").text


def experts_part(page):
    found = re.search(r'<section class="card"><h2>Experts of this order.*?</section>', page, re.DOTALL)
    return text_of(found[0]) if found else ""


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def buttons(page):
    """What can be done from the page: the words of its links that look like buttons."""
    return [text_of(words) for words in re.findall(r'<a class="btn[^"]*"[^>]*>(.*?)</a>', main_of(page), re.DOTALL)]


# --- the coordinator


@pytest.mark.parametrize("state", [OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.UNMET,
                                   OrderStatus.STAFFED, OrderStatus.CANCELLED])
def test_finding_candidates_is_the_main_step_while_there_is_something_to_find(coordinator, signed_in, state):
    order = an_order(coordinator)
    road = {OrderStatus.SEARCHING: ["search"], OrderStatus.UNMET: ["search", "give_up"],
            OrderStatus.CANCELLED: ["cancel"]}
    for name in road.get(state, []):
        do(order, name, coordinator)
    if state is OrderStatus.STAFFED:
        confirmed(order, coordinator)

    page = page_of(signed_in("coordinator"), order)

    assert order.status is state
    assert re.findall(r'<a class="btn main" href="([^"]*match[^"]*)">(.*?)</a>', page) == (
        [] if state in (OrderStatus.STAFFED, OrderStatus.CANCELLED)
        else [(f"/admin/order/match/?id={order.id}", "Find candidates")])


def test_coordinator_sees_everybody_with_state_and_next_steps(coordinator, signed_in):
    order = an_order(coordinator, places=2)
    ask(order, coordinator, an_askable(alias="Sini"))
    accepted(order, coordinator, an_askable(alias="Otto"))
    [let_go] = ask(order, coordinator, an_askable(alias="Veera"))
    do(let_go, "lapse", coordinator)

    part = experts_part(page_of(signed_in("coordinator"), order))

    assert part == ("Experts of this order (3 / 2)"
                    " Sini asked Said yes Not now No answer came Close the personal links"
                    " Record the onboarding Onboard together Experienced in this task Take part without a fee"
                    " Show a link to hand over"
                    " Otto accepted onboarded 24 Nov 2026 Confirm Not now Tell: not needed this time Ask again"
                    " Close the personal links Take part without a fee Show a link to hand over"
                    " Veera no answer Ask again")


def test_step_taken_from_the_order_leads_back_to_it(coordinator, signed_in):
    order, client = an_order(coordinator), signed_in("coordinator")
    [asked] = ask(order, coordinator, an_askable())
    address = html.unescape(re.search(r'href="([^"]*/assignment/verb/accept/[^"]*)"', page_of(client, order))[1])

    answer = client.post(address, data={"csrf_token": token(client, address), "answered_by": "support_person"})

    db.session.expire_all()
    assert (answer.status_code, answer.location, asked.status.value) == (
        302, f"/admin/order/details/?id={order.id}", "accepted")


def test_new_order_has_come_today_unless_one_says_otherwise(coordinator, signed_in):
    page = signed_in("coordinator").get("/admin/order/new/").text

    assert re.findall(r'name="received_on" value="([^"]*)"', page) == [TODAY.isoformat()]


def messages_part(page):
    found = re.search(r'<section class="card"><div class="head"><h2>Messages about this order.*?</section>', page, re.DOTALL)
    return text_of(found[0]) if found else ""


def test_coordinator_reads_what_was_written_to_whom_and_sends_again_what_did_not_arrive(coordinator, signed_in):
    order, client = an_order(coordinator), signed_in("coordinator")
    make(Message, order=an_order(coordinator), subject_line="Toisesta")
    sent = {"status": MessageStatus.SENT, "sent_at": datetime(2026, 11, 20, 8, tzinfo=UTC)}
    make(Message, order=order, subject_line="Kysymys", expert=an_askable(alias="Sini", email="sini@test.invalid"), **sent)
    failed = make(Message, order=order, subject_line="Vahvistus", to="tilaaja@test.invalid",
                  status=MessageStatus.FAILED, failure=Failure.BOUNCED)
    draft = make(Message, order=order, subject_line="Kiitos", to="tilaaja@test.invalid")

    page = page_of(client, order)
    part = messages_part(page)

    assert [(word in part) for word in ("Kysymys sent Sini · 20 Nov 2026", "Vahvistus", "Kiitos draft", "Toisesta")] == [
        True, True, True, False]
    assert "sini@test.invalid" not in part
    links = set(re.findall(r'href="(/admin/message/[^"]*)"', html.unescape(main_of(page))))
    assert {link.partition("&url")[0] for link in links} >= {
        f"/admin/message/verb/queue/?id={failed.id}", f"/admin/message/details/?id={draft.id}",
        f"/admin/message/new/?order={order.id}"}
    assert not any(f"queue/?id={draft.id}" in link for link in links)


def test_order_without_messages_says_so(coordinator, signed_in):
    assert messages_part(page_of(signed_in("coordinator"), an_order(coordinator))) == (
        "Messages about this order Write a message Nothing has been written yet.")


def test_messages_are_not_for_the_orderer(coordinator, signed_in, unit):
    order = an_order(coordinator, organisation=unit)
    make(Message, order=order, subject_line="Vahvistus", to="tilaaja@test.invalid")

    pages = [page_of(signed_in(role), order) for role in ("orderer", "coordinator")]

    assert ["Vahvistus" in page for page in pages] == [False, True]


# --- the orderer


def test_orderer_reads_one_sentence_before_anybody_is_confirmed(coordinator, signed_in, unit):
    client, read = signed_in("orderer"), set()
    for answers in ((), ("accept",), ("decline",), ("lapse",)):
        order = an_order(coordinator, organisation=unit)
        person = an_askable(alias=f"Zsini{len(answers)}{answers[:1]}")
        [asked] = ask(order, coordinator, person)
        for name in answers:
            do(asked, name, coordinator)
        page = page_of(client, order)
        read.add((experts_part(page), "Zsini" in page))

    assert read == {("Experts of this order We are looking for an expert.", False)}


@pytest.mark.parametrize("cause", ["decline", "ask_again"])
def test_orderer_reads_one_sentence_after_any_replacement(coordinator, signed_in, unit, cause):
    order = an_order(coordinator, organisation=unit)
    do(confirmed(order, coordinator, an_askable(alias="Zsini")), cause, coordinator)

    page = page_of(signed_in("orderer"), order)

    assert (experts_part(page), "Zsini" in page) == (
        "Experts of this order We are looking for another expert.", False)


@pytest.mark.parametrize("protected", [False, True])
@pytest.mark.parametrize(("release", "told", "marks"), [
    (ContactRelease.COORDINATOR, "through the coordinator", [False, False]),
    (ContactRelease.PHONE, PHONE, [True, False]), (ContactRelease.EMAIL, EMAIL, [False, True]),
])
def test_orderer_sees_of_a_confirmed_expert_what_was_released(
        coordinator, signed_in, unit, release, told, marks, protected):
    order = an_order(coordinator, organisation=unit)
    confirmed(order, coordinator, an_askable(alias="Sini", phone=PHONE, email=EMAIL, protected=protected),
              contact_release=release)
    client = signed_in("orderer")

    page = page_of(client, order)

    assert experts_part(page) == (
        f"Experts of this order Sini onboarded: yes no training contact: {told} confirmed")
    assert [PHONE in page, EMAIL in page] == marks
    row = client.get(f"/admin/assignment/details/?id={order.assignments[0].id}").text
    assert [PHONE in row, EMAIL in row] == [False, False]


def test_orderer_sees_whether_the_background_was_checked_where_it_is_needed(coordinator, signed_in, unit):
    order = an_order(coordinator, organisation=unit, background_needed=True)
    [asked] = ask(order, coordinator, an_askable(alias="Sini"), reason="Ote pyydetty")
    do(asked, "accept", coordinator)
    do(asked, "onboard", coordinator, by="Kaisa K.", talked=[])
    do(asked, "confirm", coordinator)

    part = experts_part(page_of(signed_in("orderer"), order))

    assert part == ("Experts of this order Sini onboarded: yes no training background checked: no"
                    " contact: through the coordinator confirmed")


def test_orderer_has_no_steps_but_the_briefing_and_feedback_after_the_event(coordinator, signed_in, unit):
    order, client = an_order(coordinator, on=TODAY, organisation=unit), signed_in("orderer")
    before = buttons(page_of(client, order))
    held(order, coordinator)

    assert (before, buttons(page_of(client, order))) == ([], ["Briefing sheet", "Give feedback"])


def test_orderer_gives_feedback_on_own_orders_alone(coordinator, signed_in, unit):
    own, foreign = an_order(coordinator, on=TODAY, organisation=unit), an_order(coordinator, on=TODAY)
    for order in (own, foreign):
        held(order, coordinator)
    client = signed_in("orderer")
    csrf = token(client, f"/admin/order/verb/feedback/?id={own.id}")

    answers = [client.post(f"/admin/order/verb/feedback/?id={order.id}", data={
        "csrf_token": csrf, "useful": "5", "text": "Kiitos"}).status_code for order in (foreign, own)]

    assert answers == [404, 302]
    given = db.session.scalars(sa.select(Feedback)).all()
    assert [(f.order_id, f.given_by, f.useful, f.text) for f in given] == [
        (own.id, FeedbackBy.ORDERER, 5, "Kiitos")]


def test_orderer_does_not_meet_the_orders_of_others(coordinator, signed_in, unit):
    own, foreign = an_order(coordinator, organisation=unit), an_order(coordinator)
    client = signed_in("orderer")

    codes = [client.get(f"/admin/order/details/?id={order.id}").status_code for order in (own, foreign)]

    assert codes == [200, 404]
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 2


@pytest.mark.parametrize("role", ["trainer", "finance", "steering", "expert", "admin"])
def test_order_page_opens_to_the_two_who_need_it(coordinator, signed_in, role):
    order = an_order(coordinator)
    address = f"/admin/order/details/?id={order.id}"

    assert [signed_in(one).get(address).status_code for one in (role, "coordinator")] == [403, 200]
