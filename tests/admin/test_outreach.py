"""Outreach: whom it reached, who has never been reached, and the orders that followed."""

import re
from datetime import timedelta

import pytest

from models import Order, Organisation, Outreach, db
from rules.choices import Channel
from services import queues
from services.search import matching
from tests.factories import make, make_many
from tests.people import make_organisation
from tests.queries import Queries
from tests.services.placing_world import TODAY, actor_of

ON = TODAY - timedelta(200)
HEADING = re.compile(r"<h2>Orders that followed \((\d+)\)</h2>")


@pytest.fixture
def coordinator(app, login):
    app.config["TODAY"] = TODAY
    client = login("coordinator")
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def page_of(client, outreach):
    return client.get(f"/admin/outreach/details/?id={outreach.id}").text


def test_orders_that_followed_a_visit_are_counted(coordinator):
    unit, other = make_organisation(), make_organisation()
    visit = make(Outreach, on=ON, organisations=[unit])
    orders = {days: make(Order, organisation=unit, received_on=ON + timedelta(days)) for days in (-1, 0, 92, 93)}
    make(Order, organisation=other, received_on=ON)

    page = page_of(coordinator, visit)

    assert HEADING.findall(page) == ["2"]
    assert [days for days, order in orders.items() if f">{order.number}</a>" in page] == [0, 92]


def test_newsletter_reaches_every_unit_named(coordinator):
    first, second, third = (make_organisation(name=name) for name in ("Aalto", "Kide", "Lampi"))
    actor = actor_of("coordinator")
    before = queues.count(queues.UNREACHED, actor, TODAY)

    letter = make(Outreach, on=ON, channel=Channel.NEWSLETTER, organisations=[first, second])
    for unit in (first, second, third):
        make(Order, organisation=unit, received_on=ON + timedelta(9))

    left = db.session.query(Organisation).filter(queues.UNREACHED.where(actor, TODAY)).all()
    assert (before, left) == (3, [third])
    assert HEADING.findall(page_of(coordinator, letter)) == ["2"]
    assert [name for name in ("Aalto", "Kide", "Lampi") if name in page_of(coordinator, letter)] == ["Aalto", "Kide"]


def test_whole_list_of_what_followed_is_one_click_away(coordinator):
    first, second = make_organisation(), make_organisation()
    letter = make(Outreach, on=ON, organisations=[first, second])
    make_many(Order, 11, organisation=second, received_on=ON)
    make(Order, received_on=ON)

    page = page_of(coordinator, letter)
    address = re.search(r'href="(/admin/order/\?[^"]*)">Show all', page)[1].replace("&amp;", "&")

    assert (HEADING.findall(page), page.count("/admin/order/details/?id=")) == (["11"], 10)
    assert len(re.findall(r'href="/admin/order/details/\?[^"]*id=', coordinator.get(address).text)) == 11


def test_outreach_that_names_nobody_has_no_orders_that_followed(coordinator):
    make(Order, received_on=ON)

    assert HEADING.findall(page_of(coordinator, make(Outreach, on=ON))) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_as_much_for_three_orders_as_for_one(coordinator, rows):
    unit = make_organisation()
    visits = [make(Outreach, on=ON, organisations=[unit]) for _ in range(2)]
    page_of(coordinator, visits[0])
    make(Order, organisation=unit, received_on=ON)
    with Queries() as one:
        page_of(coordinator, visits[1])
    make_many(Order, rows - 1, organisation=unit, received_on=ON)

    with Queries() as many:
        page_of(coordinator, visits[1])

    assert len(many.asked) == len(one.asked)


@pytest.mark.both_databases
@pytest.mark.parametrize("by_row", [False, True])
def test_outreach_is_found_by_any_of_its_units(session, by_row):
    first, second = make(Organisation, name="Aaltola"), make(Organisation, name="Kidekoti")
    letter = make(Outreach, organisations=[first, second])
    make(Outreach, organisations=[make(Organisation, name="Muualla")])

    found = [db.session.query(Outreach).filter(matching(Outreach, word, actor_of("coordinator"), by_row=by_row)).all()
             for word in ("aalt", "kide", "aalt kide", "puuttuu")]

    assert found == [[letter]] * 3 + [[]]
