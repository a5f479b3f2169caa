"""A record's page: its neighbours in the list one came from, and a timeline that messages belong to."""

from datetime import date
from urllib.parse import urlencode

import pytest
from lxml import html

from models import Message, Occasion, Order, db
from rules.choices import OrderKind
from tests.factories import make, make_many
from tests.people import make_expert, make_organisation, make_user
from tests.queries import Queries
from tests.report_world import completed, programme

IN_ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def experts(session):
    return [make_expert(alias=name) for name in ("Aamu", "Ilta", "Päivä", "Yö")]


def page_of(client, expert, **place):
    address = f"/admin/expert/details/?id={expert.id}"
    if place:
        address += "&" + urlencode({"from": urlencode(place)})
    return html.fromstring(client.get(address, headers=IN_ENGLISH).text)


def beside(page):
    """Who stands before and after, by the address of each."""
    return {link.get("rel"): link.get("href").split("&")[0] for link in page.xpath("//nav[contains(@class, 'beside')]/a")}


def test_record_knows_who_stands_beside_it_in_the_list_one_came_from(experts, login):
    aamu, ilta, paiva, yo = (f"/admin/expert/details/?id={expert.id}" for expert in experts)
    client = login("coordinator")

    seen = [beside(page_of(client, expert, sort="alias")) for expert in experts]

    assert seen == [{"next": ilta}, {"prev": aamu, "next": paiva}, {"prev": ilta, "next": yo}, {"prev": paiva}]


def test_neighbours_are_those_of_the_filter(experts, login):
    client = login("coordinator")

    page = page_of(client, experts[0], sort="alias", q="yö")

    assert beside(page) == {"next": f"/admin/expert/details/?id={experts[3].id}"}


def test_record_opened_from_nowhere_has_no_neighbours(experts, login):
    assert beside(page_of(login("coordinator"), experts[1])) == {}


def test_place_is_kept_from_record_to_record(experts, login):
    client = login("coordinator")
    page = page_of(client, experts[0], sort="alias")

    following = html.fromstring(client.get(page.xpath("//a[@rel='next']/@href")[0], headers=IN_ENGLISH).text)

    assert set(beside(following)) == {"prev", "next"}
    assert following.xpath("//nav[@class='crumbs']//a/@href") == ["/admin/expert/?sort=alias"]


def test_messages_of_an_order_stand_in_its_timeline_for_whoever_reads_them(login):
    unit = make_organisation()
    order = Order(number="2026-1", organisation=unit, received_on=date(2026, 11, 2), kind=OrderKind.TALK)
    db.session.add(Message(order=order, to="Eeva", subject_line="Tilaisuuden paikka"))
    db.session.add(Message(to="Eeva", subject_line="Muu asia"))
    db.session.commit()

    def told(client):
        page = html.fromstring(client.get(f"/admin/order/details/?id={order.id}", headers=IN_ENGLISH).text)
        return [text for item in page.xpath("//ol[@class='line']/li") if "Message" in (text := item.text_content())]

    orderer = make_user("orderer", organisation=unit)
    assert ["Tilaisuuden paikka (draft)" in text for text in told(login("coordinator"))] == [True]
    assert told(login(user=orderer)) == []


def test_record_out_of_the_readers_rows_is_named_without_a_link(login):
    """A trainee under non-disclosure stays in the trainer's completions, but is not theirs to open."""
    kide = make_organisation(name="Kide ry", trains=True)
    course = programme("Peruskoulutus", kide)
    known, hidden = make_expert(alias="Aamu"), make_expert(alias="Ilta", protected=True)
    numbers = [completed(course, expert=expert).id for expert in (known, hidden)]
    client = login(user=make_user("trainer", organisation=kide))

    pages = [html.fromstring(client.get(f"/admin/completion/details/?id={number}").text) for number in numbers]

    linked = [page.xpath("//dl//a[contains(@href, '/expert/details/')]/text()") for page in pages]
    assert linked == [["Aamu"], []]


def test_page_asks_as_much_for_three_related_records_as_for_one_and_less_for_none(session, login):
    orders = [make(Order) for _ in range(3)]
    for order, number in zip(orders, (0, 1, 3), strict=True):
        make_many(Occasion, number, order=order)
    client = login("coordinator")
    client.get(f"/admin/order/details/?id={orders[0].id}")

    counts = []
    for order in orders:
        with Queries() as page:
            client.get(f"/admin/order/details/?id={order.id}")
        counts.append(len(page.asked))

    assert [count - counts[0] for count in counts] == [0, 1, 1]
