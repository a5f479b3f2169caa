"""Plots: drawn for light and dark ground in the reader's language, with their numbers in a table, for whom they are."""

from datetime import date

import pytest
from lxml import etree, html

from tests.report_world import held_order, paid_claim

IN_FINNISH = {"Accept-Language": "fi"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def year(session, app):
    app.config["TODAY"] = date(2026, 11, 24)
    held_order(date(2026, 10, 1), received_on=date(2026, 9, 30))
    paid_claim(date(2026, 2, 27), {"fee": "1120.50", "kilometres": "14.20"})


def drawn(answer):
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    return etree.fromstring(answer.data)


@pytest.mark.parametrize("name", ["orders", "response", "load", "fees"])
@pytest.mark.parametrize("ground", ["light", "dark"])
def test_every_plot_is_a_picture_with_a_name_and_a_description(year, login, name, ground):
    root = drawn(login("coordinator").get(f"/admin/plot/{name}.svg?ground={ground}", headers=IN_FINNISH))

    told = [(child.tag.removeprefix(SVG), bool(child.text)) for child in root[:2]]
    assert (root.tag, told, root.findall(f".//{SVG}script")) == (f"{SVG}svg", [("title", True), ("desc", True)], [])


def test_light_and_dark_ground_differ_in_colours_alone(year, login):
    client = login("coordinator")

    light, dark = (drawn(client.get(f"/admin/plot/fees.svg?ground={ground}")) for ground in ("light", "dark"))

    texts = ["".join(root.itertext(f"{SVG}text")) for root in (light, dark)]
    assert texts[0] == texts[1] != ""
    assert etree.tostring(light) != etree.tostring(dark)


def test_bars_are_as_many_as_the_values_above_nought(year, login):
    root = drawn(login("coordinator").get("/admin/plot/fees.svg"))

    bars = root.findall(f".//{SVG}rect[@class='rect reactive tooltip-trigger']")
    heights = sorted(round(float(bar.get("height"))) for bar in bars if float(bar.get("height")) >= 0.5)
    assert len(heights) == 2
    assert heights[1] > heights[0]


def test_numbers_of_every_plot_stand_in_a_table_in_the_readers_language(year, login):
    page = html.fromstring(login("coordinator").get("/admin/plot/", headers=IN_FINNISH).text)

    tables = {section.get("id"): section.xpath(".//table") for section in page.xpath("//main//section")}
    assert {name: len(found) for name, found in tables.items()} == {"orders": 1, "response": 0, "load": 1, "fees": 1}
    lines = [[cell.text_content() for cell in row.xpath("./*")] for row in tables["fees"][0].xpath("./tbody/tr")]
    assert len(lines) == 12
    assert lines[2] == ["helmikuu 2026", "1\xa0120,50 €", "14,20 €", "0,00 €"]
    assert [cell.text_content() for cell in tables["fees"][0].xpath("./tfoot/tr/*")][1:] == [
        "1\xa0120,50 €", "14,20 €", "0,00 €"]


@pytest.mark.parametrize(("role", "page", "orders", "fees"), [
    ("coordinator", 200, 200, 200), ("finance", 200, 404, 200), ("trainer", 403, 403, 403), ("orderer", 403, 403, 403),
    ("steering", 403, 403, 403), ("expert", 403, 403, 403), ("admin", 403, 403, 403)])
def test_plots_are_for_the_roles_of_the_table(year, login, role, page, orders, fees):
    client = login(role)

    codes = [client.get(f"/admin/plot/{name}").status_code for name in ("", "orders.svg", "fees.svg", "nothing.svg")]

    assert codes == [page, orders, fees, 403 if page == 403 else 404]


def test_nobody_sees_a_plot_without_signing_in(year, client):
    answer = client.get("/admin/plot/fees.svg")

    assert (answer.status_code, "/login" in answer.location) == (302, True)


def test_first_screen_shows_the_plots_of_the_role(year, login):
    shown = {role: [image.get("src").split("/")[-1] for image in html.fromstring(
        login(role).get("/admin/").text).xpath("//div[@class='plot']/img")] for role in ("coordinator", "finance", "trainer")}

    assert shown == {"coordinator": ["orders.svg?ground=light", "orders.svg?ground=dark",
                                     "fees.svg?ground=light", "fees.svg?ground=dark"],
                     "finance": ["fees.svg?ground=light", "fees.svg?ground=dark"], "trainer": []}
