"""Finance does a month of the bank in a browser: claims approved, batch, second pair of eyes, file, answer, closed."""

from datetime import date

import pytest
import sqlalchemy as sa

from models import BankAnswer, Invoice, PaymentBatch, db
from rules.states import BatchStatus, ClaimStatus
from tests.bank_batch_world import business_claims, id_of
from tests.money_world import TODAY, acting, approved_claim, do
from tests.people import make_user

pytestmark = pytest.mark.browser

PAYS = date(2026, 12, 1)


def press(page, verb, record):
    """Run a verb from the record's page."""
    page.goto(f"/admin/{type(record).__name__.lower()}/details/?id={record.id}")
    page.locator(f"a[href*='/verb/{verb}/']").first.click()
    page.locator("form[data-guard] button.main").click()
    page.wait_for_url("**/details/**")


def latest(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model).order_by(model.id.desc()).limit(1)).one()


def test_finance_pays_by_the_bank_and_closes_when_the_bank_has_answered(
        app, held, people, paying_account, login, open_page, tmp_path):
    app.config["TODAY"] = TODAY
    claim, other = business_claims(approved_claim(held, people), people, 2)
    maker, approver = make_user("finance", language="en"), make_user("finance", language="en")
    do(claim, "send_back", acting(maker, "finance"), note="Tarkista")
    do(claim, "submit", people["coordinator"])
    do(claim, "check", people["coordinator"], difference_note="Eri saaja")
    page, second = open_page(login(user=maker)), open_page(login(user=approver))

    press(page, "approve", claim)
    page.goto("/admin/paymentbatch/new/")
    page.get_by_label("Kind").select_option("sepa")
    page.get_by_label("Paying account").select_option(index=1)
    page.get_by_label("Payment date").fill(PAYS.isoformat())
    page.locator("form button.main").first.click()
    page.wait_for_url("**/paymentbatch/details/**")
    page.get_by_role("button", name="Add the chosen").click()
    batch = latest(PaymentBatch)
    press(page, "submit", batch)
    press(second, "approve", batch)
    press(page, "generate", batch)
    press(page, "send", batch)
    batch = latest(PaymentBatch)
    rows = [f"{id_of(batch, line)};paid;{TODAY.isoformat()}" for line in (1, 2)]
    (tmp_path / "answer.csv").write_text("\n".join(["Payment id;Outcome;Day", *rows]))
    page.goto(f"/admin/paymentbatch/details/?id={batch.id}")
    page.get_by_role("link", name="Bring in the bank's answer").click()
    page.get_by_label("File").set_input_files(tmp_path / "answer.csv")
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/bankanswer/details/**")
    waiting = [one.status for one in latest(PaymentBatch).items]
    press(page, "take", latest(BankAnswer))
    press(page, "close", batch)

    ended = latest(PaymentBatch)
    assert [status.value for status in waiting] == ["pending", "pending"]
    assert (ended.status, sorted(file.name.partition("_")[2] for file in ended.files)) == (
        BatchStatus.CLOSED, ["SHA256SUMS.txt", "maksulista.xlsx", "pain001.xml"])
    assert [db.session.get(Invoice, one.id).status for one in (claim, other)] == [ClaimStatus.PAID] * 2
