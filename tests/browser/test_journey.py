"""The whole chain in a browser: from a phoned order to a paid claim, by coordinator, orderer and finance."""

import csv
import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
import sqlalchemy as sa

from models import (
    Assignment,
    BatchItem,
    FeeRate,
    Invoice,
    KilometreRate,
    Municipality,
    Order,
    Payee,
    PaymentBatch,
    Theme,
    db,
)
from rules.choices import FeeUnit, OrderKind
from rules.states import BatchStatus, ClaimStatus, OrderStatus
from tests.people import make_expert, make_organisation, make_user

pytestmark = pytest.mark.browser

TODAY = datetime.now(UTC).date()
IBAN = "FI2112345600000785"


@pytest.fixture
def bank(app):
    """A unit that orders, an expert with payment details, rates in force."""
    theme = Theme(name="sijaishuolto")
    unit = make_organisation(name="Nuorisokoti Mäntyrinne")
    expert = make_expert(first_name="Sini", last_name="Salminen", themes=[theme])
    start = TODAY - timedelta(400)
    db.session.add_all([
        Municipality(name="Jyväskylä"), Payee(official_name="Sini Salminen", expert=expert, iban=IBAN),
        FeeRate(kind=OrderKind.TALK, unit=FeeUnit.EVENT, amount=Decimal("75.00"), valid_from=start),
        KilometreRate(amount=Decimal("0.55"), valid_from=start)])
    db.session.commit()
    return {"unit": unit, "expert": expert, "theme": theme}


def press(page, verb, record, fill=None, pick=None):
    """Open the verb's page, fill its form and press its button; land on the record it leads to."""
    page.goto(f"/admin/{type(record).__name__.lower()}/verb/{verb}/?id={record.id}")
    for name, value in (fill or {}).items():
        page.fill(f"main [name={name}]", value)
    for name, value in (pick or {}).items():
        page.select_option(f"main [name={name}]", value)
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/details/**")


def latest(model):
    db.session.commit()  # look anew
    return db.session.scalars(sa.select(model).order_by(model.id.desc())).first()


def coordinator_takes_an_order(page, bank):
    page.goto("/admin/order/new/")
    page.fill("main [name=organisation]", f"Nuorisokoti Mäntyrinne #{bank['unit'].id}")
    page.fill("main [name=received_on]", TODAY.isoformat())
    page.select_option("main [name=kind]", "talk")
    page.check(f"main [name=themes][value='{bank['theme'].id}']")
    page.fill("main [name=occasions-on]", TODAY.isoformat())
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/order/details/**")
    return latest(Order)


def coordinator_finds_and_asks(page, order, bank):
    page.goto(f"/admin/order/match/?id={order.id}&names=1")
    page.check(f"#e{bank['expert'].id}")
    page.fill(f"#r{bank['expert'].id}", "tuttu ja halukas")
    page.click("main button.main >> nth=0")
    page.wait_for_url("**/order/details/**")
    return latest(Assignment)


def body_of(page, address):
    page.goto(address)
    return page.inner_text("main")


def test_order_becomes_a_paid_claim(bank, login, open_page):
    coordinator = open_page(login("coordinator"))
    orderer = open_page(login(user=make_user("orderer", organisation=bank["unit"])))
    finance, finance2 = open_page(login("finance")), open_page(login("finance"))

    order = coordinator_takes_an_order(coordinator, bank)
    assignment = coordinator_finds_and_asks(coordinator, order, bank)
    press(coordinator, "accept", assignment)
    seen = body_of(orderer, f"/admin/order/details/?id={order.id}")
    assert ("Etsimme asiantuntijaa." in seen, "Sini" in seen) == (True, False)

    press(coordinator, "onboard", assignment, fill={"by": "Kaisa"}, pick={"how": "coordinator"})
    press(coordinator, "confirm", assignment)
    assert "Sini S." in body_of(orderer, f"/admin/order/details/?id={order.id}")

    press(coordinator, "hold", order)
    press(coordinator, "debrief", assignment, pick={"how": "done"})
    press(coordinator, "close", order)
    assert latest(Order).status is OrderStatus.CLOSED

    press(coordinator, "claim", assignment, fill={"kilometres": "48"})
    claim = latest(Invoice)
    press(coordinator, "check", claim)
    press(finance, "approve", claim)
    finance_pays(finance, finance2, claim)

    assert latest(Invoice).status is ClaimStatus.PAID


def finance_pays(finance, finance2, claim):
    finance.goto("/admin/paymentbatch/new/")
    finance.fill("main [name=payment_date]", TODAY.isoformat())
    finance.click("main form[method=post] button.main")
    finance.wait_for_url("**/paymentbatch/details/**")
    finance.click("main form[action*='/add/'] button.main")
    finance.wait_for_load_state()
    batch = latest(PaymentBatch)
    press(finance, "submit", batch)
    press(finance2, "approve", batch)
    press(finance, "generate", batch)
    read_files(finance, batch)
    press(finance, "send", batch)
    press(finance, "pay", latest(BatchItem))
    press(finance, "close", batch)
    assert latest(PaymentBatch).status is BatchStatus.CLOSED


def read_files(page, batch):
    """The files as finance gets them: one line, the sum of the database, hashes as written."""
    page.goto(f"/admin/paymentbatch/details/?id={batch.id}")
    found = {}
    for place in range(page.locator("a[href*='/file/']").count()):
        with page.expect_download() as waiting:
            page.locator("a[href*='/file/']").nth(place).click()
        found[waiting.value.suggested_filename.rsplit("_", 1)[1]] = waiting.value.path().read_bytes()
    rows = list(csv.DictReader(StringIO(found["palkka.csv"].decode("utf-8-sig")), delimiter=";"))
    sums = dict(line.split("  ")[::-1] for line in found["SHA256SUMS.txt"].decode().splitlines())
    lines = openpyxl.load_workbook(BytesIO(found["maksulista.xlsx"])).worksheets[1]

    assert len(rows) == 1
    assert sums == {f"{batch.number}_{name}": hashlib.sha256(data).hexdigest()
                    for name, data in found.items() if name != "SHA256SUMS.txt"}
    assert 101.4 in [cell.value for row in lines for cell in row if isinstance(cell.value, float)]
