"""The accessibility statement: open to everybody, linked from every page."""

import pytest
from lxml import html


@pytest.mark.parametrize(("language", "title"), [
    ("fi", "Saavutettavuusseloste"), ("sv", "Tillgänglighetsutlåtande"), ("en", "Accessibility statement")])
def test_statement_is_open_without_signing_in(client, language, title):
    answer = client.get("/accessibility", headers={"Accept-Language": language})

    assert (answer.status_code, html.fromstring(answer.text).xpath("string(//h1)")) == (200, title)


@pytest.mark.parametrize(("role", "address"), [(None, "/login"), ("coordinator", "/admin/"), ("expert", "/admin/expert/")])
def test_every_page_links_the_statement(login, role, address):
    page = html.fromstring(login(role).get(address).text)

    assert page.xpath("//footer//a/@href") == ["/accessibility", "/privacy"]
