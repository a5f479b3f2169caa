"""What a record's timeline says of changed fields: the words that the field itself would have."""

from datetime import date

import pytest
from lxml import html

from models import Theme, db
from rules.choices import OrderKind
from tests.admin.filling import PARSER
from tests.report_world import held_order
from tests.two_sides import DAY


@pytest.fixture
def changed(app):
    """An order of which fields of several types were changed."""
    theme = Theme(name="avohuolto")
    db.session.add(theme)
    order = held_order(DAY)
    order.kind, order.background_needed, order.received_on = OrderKind.PANEL, True, date(2025, 12, 3)
    order.themes, order.places = [theme], 2
    db.session.commit()
    return order


def changes_of(page):
    """What the timeline says of each changed field, after its label."""
    told = html.fromstring(page, parser=PARSER).xpath("//ol[@class='line']/li/div")
    return {" ".join(div.text_content().split()).partition(": ")[2] for div in told}


@pytest.mark.parametrize(("language", "expected"), [
    ("fi", {"puheenvuoro tai luento → paneeli", "ei → kyllä", "1.12.2025 → 3.12.2025", "1 → 2", "avohuolto"}),
    ("sv", {"anförande eller föreläsning → panel", "nej → ja", "1.12.2025 → 3.12.2025", "1 → 2", "avohuolto"}),
    ("en", {"talk or lecture → panel", "no → yes", "1 Dec 2025 → 3 Dec 2025", "1 → 2", "avohuolto"}),
])
def test_timeline_tells_changes_in_the_words_of_the_reader(changed, login, language, expected):
    page = login("coordinator", language=language).get(f"/admin/order/details/?id={changed.id}").text

    assert changes_of(page) == expected
