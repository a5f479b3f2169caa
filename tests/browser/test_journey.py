"""The whole chain in a browser, by actor: from a phoned order to a paid claim and the report that counts it."""

import csv
import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from types import SimpleNamespace

import openpyxl
import pytest
import sqlalchemy as sa

from models import (
    Assignment,
    BatchItem,
    Completion,
    FeeRate,
    Invoice,
    InvoiceLine,
    KilometreRate,
    Municipality,
    Order,
    Payee,
    PaymentBatch,
    SupportPerson,
    Theme,
    db,
)
from rules.choices import FeeUnit, OrderKind
from rules.states import BatchStatus, ClaimStatus, OrderStatus
from tests.money_world import IBAN, TODAY
from tests.people import make_expert, make_organisation, make_user
from tests.report_world import completed, held_order, programme, taking_part

pytestmark = pytest.mark.browser

LONG_AGO = TODAY - timedelta(400)
TRAINING = "koulutettu: Kide ry 2026, voimassaolo päättyy 24.11.2029"
"""A training completed today that holds for three years, as an orderer reads it."""

FACTS = ["Sini S.", "Salminen", "+358401112223", "Peruskoulutus", "adoptio", "Koivikon koti", "Turva Tuula",
         "sijaishuolto", "2026-001", "101,40", "FI21 •••• 85", IBAN]
"""What is known of the expert: name, contact, training, wishes for safety, themes, order, fee, account."""

DOORS = """
                coordinator  trainer  orderer  finance
order                   200      403      200      403
assignment              200      404      200      403
joint                   200      200      404      403
expert                  200      200      403      403
stranger                200      404      403      403
protected               200      404      403      403
training                200      200      403      403
elsewhere               200      404      403      403
claim                   200      403      403      200
payee                   200      403      403      200
batch                   403      403      403      200
rates                   200      403      200      200
report                  200      200      403      200
"""
"""What the server answers whoever goes straight to the address: opened, refused, or nothing there for this reader."""


@pytest.fixture
def bank(app):
    """A unit that orders, an expert in training with payment details, rates in force; and others beside them all."""
    app.config["TODAY"] = TODAY
    theme, school = Theme(name="sijaishuolto"), make_organisation(name="Kide ry", trains=True)
    confirmer = make_user("finance")
    expert = make_expert(
        first_name="Sini", last_name="Salminen", phone="+358401112223", themes=[theme],
        closed_themes=[Theme(name="adoptio")], avoided_organisations=[make_organisation(name="Koivikon koti")],
        support_persons=[SupportPerson(name="Turva Tuula")])
    course = programme("Peruskoulutus", school, valid_years=3)
    training = Completion(programme=course, expert=expert)
    db.session.add_all([
        training, Municipality(name="Jyväskylä"),
        Payee(official_name="Sini Salminen", expert=expert, iban=IBAN,
              iban_confirmed_on=LONG_AGO, iban_confirmed_by=confirmer),
        FeeRate(kind=OrderKind.TALK, unit=FeeUnit.EVENT, amount=Decimal("75.00"), valid_from=LONG_AGO),
        KilometreRate(amount=Decimal("0.55"), valid_from=LONG_AGO)])
    db.session.commit()
    return SimpleNamespace(
        unit=make_organisation(name="Nuorisokoti Mäntyrinne"), school=school, expert=expert, theme=theme,
        course=course, training=training, beside=others(course))


def others(course):
    """What the school's trainer meets in part: a protected trainee, somebody else's trainee, a joint onboarding."""
    protected = make_expert(alias="Suojattu", protected=True, themes=[])
    stranger = make_expert(alias="Vieras")
    joint = taking_part(held_order(received_on=LONG_AGO), stranger)
    joint.onboarding_with = course.organisation
    return SimpleNamespace(
        protected=protected, stranger=stranger, joint=joint, kept=completed(course, on=LONG_AGO, expert=protected),
        elsewhere=completed(programme("Muu koulutus", make_organisation(name="Muu koulu", trains=True)), on=LONG_AGO, expert=stranger))


# --- what anybody does at a page


def verb_of(record, verb):
    return f"/admin/{type(record).__name__.lower()}/verb/{verb}/?id={record.id}"


def press(page, verb, record, fill=None, pick=None):
    """Open the verb's page, fill its form and press its button; land on the record it leads to."""
    page.goto(verb_of(record, verb))
    for name, value in (fill or {}).items():
        page.fill(f"main [name={name}]", value)
    for name, value in (pick or {}).items():
        page.select_option(f"main [name={name}]", value)
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/details/**")


def refusal_of(page, verb, record):
    """The sentence that tells why the verb is not for this reader now."""
    page.goto(verb_of(record, verb))
    page.click("main form[method=post] button.main")
    return page.locator(".note.stop").inner_text()


def latest(model):
    db.session.commit()  # look anew
    return db.session.scalars(sa.select(model).order_by(model.id.desc())).first()


def body_of(page, address):
    page.goto(address)
    return page.inner_text("main")


def told(page, address):
    """Which of the ``FACTS`` stand on the page."""
    text = body_of(page, address)
    return [fact for fact in FACTS if fact in text]


def menu_of(page):
    """What the reader's menu leads to, the first screen left out."""
    return [link.get_attribute("href").split("/")[2] for link in page.locator("#side .group ~ ul a").all()]


def rows_of(page, address):
    """The rows of a list as shown, each cell in words."""
    page.goto(address)
    return [row.locator("td[data-label]").all_inner_texts() for row in page.locator("main table.rows tbody tr").all()]


def at(record):
    return f"/admin/{type(record).__name__.lower()}/details/?id={record.id}"


def addresses(bank, claim):
    """Where each line of ``DOORS`` leads."""
    records = {
        "order": claim.assignment.order, "assignment": claim.assignment, "joint": bank.beside.joint,
        "expert": bank.expert, "stranger": bank.beside.stranger, "protected": bank.beside.protected,
        "training": bank.training, "elsewhere": bank.beside.elsewhere, "claim": claim, "payee": claim.payee,
        "batch": latest(PaymentBatch)}
    lists = {"rates": "/admin/feerate/", "report": "/admin/report/"}
    return {name: at(record) for name, record in records.items()} | lists


def doors(pages, addresses):
    """The table of ``DOORS`` as it is: each actor's page asks for each address."""
    return [list(pages)] + [[name, *(str(page.request.get(address).status) for page in pages.values())]
                            for name, address in addresses.items()]


# --- what each does


def coordinator_takes_an_order(page, bank):
    page.goto("/admin/order/new/")
    page.click("main form details > summary")
    page.fill("main [name=organisation]", f"Nuorisokoti Mäntyrinne #{bank.unit.id}")
    page.fill("main [name=received_on]", TODAY.isoformat())
    page.select_option("main [name=kind]", "talk")
    page.check(f"main [name=themes][value='{bank.theme.id}']")
    page.fill("main [name=cost_centre]", "4711")
    page.fill("main [name=occasions-on]", TODAY.isoformat())
    page.click("main form[method=post] button.main")
    page.wait_for_url("**/order/details/**")
    return latest(Order)


def coordinator_finds_and_asks(page, order, bank):
    page.goto(f"/admin/order/match/?id={order.id}&names=1")
    page.check(f"#e{bank.expert.id}")
    page.fill(f"#r{bank.expert.id}", "tuttu ja halukas")
    page.click("main button.main >> nth=0")
    page.wait_for_url("**/order/details/**")
    return latest(Assignment)


def trainer_records_a_completion(page, bank):
    """The own trainees with their state, before and after one of them has completed; nobody else's."""
    kept = ["Suojattu", "Peruskoulutus", "suoritettu", "20.10.2025", "–"]

    assert rows_of(page, "/admin/completion/") == [kept, ["Sini S.", "Peruskoulutus", "ilmoittautunut", "–", "–"]]
    press(page, "complete", bank.training, fill={"on": TODAY.isoformat()})
    assert rows_of(page, "/admin/completion/") == [
        ["Sini S.", "Peruskoulutus", "suoritettu", "24.11.2026", "24.11.2029"], kept]


def trainer_meets_own_trainees_alone(page, bank):
    """Of the trainee the name, the contact and the training; no protected trainee; joint onboardings alone."""
    assert told(page, at(bank.expert)) == ["Sini S.", "Salminen", "+358401112223", "Peruskoulutus"]
    assert menu_of(page) == ["assignment", "organisation", "expert", "trainer", "programme", "completion",
                             "proposal", "existingstructure", "report"]
    assert [row[1] for row in rows_of(page, "/admin/expert/")] == ["Salminen"]
    assert [row[0] for row in rows_of(page, "/admin/assignment/")] == [str(bank.beside.joint.order)]


def orderer_reads_before_confirming(page, order):
    assert told(page, at(order)) == ["sijaishuolto", "2026-001"]
    assert page.locator("main .note").all_inner_texts() == ["Etsimme asiantuntijaa."]
    assert page.locator("main .person").count() == 0


def orderer_reads_who_is_confirmed(page, order):
    """The name in the form the expert uses, and the training; no surname, contact or wish."""
    assert told(page, at(order)) == ["Sini S.", "sijaishuolto", "2026-001"]
    assert page.locator("main .note").count() == 0
    assert page.locator("main .person strong").all_inner_texts() == ["Sini S."]
    assert page.locator("main .person li").all_inner_texts() == [
        "perehdytetty: kyllä", TRAINING, "yhteystieto: koordinaattorin kautta"]


def finance_pays(finance, finance2, claim):
    finance.goto("/admin/paymentbatch/new/")
    finance.fill("main [name=payment_date]", TODAY.isoformat())
    finance.click("main form[method=post] button.main")
    finance.wait_for_url("**/paymentbatch/details/**")
    finance.click("main form[action*='/add/'] button.main")
    finance.wait_for_load_state()
    batch = latest(PaymentBatch)
    press(finance, "submit", batch)
    assert refusal_of(finance, "approve", batch) == (
        "Maksuerän hyväksyy joku muu kuin se, joka teki sen tai lähetti sen hyväksyttäväksi.")
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


def report_of(page):
    """The workbook that the page of the reports gives for the year so far, opened again."""
    page.goto("/admin/report/")
    with page.expect_download() as waiting:
        page.click("main form[method=post] button.main")
    return openpyxl.load_workbook(BytesIO(waiting.value.path().read_bytes()))


def lines_of(book, title):
    """The lines of a sheet that count anything, each cell with its type: (d)ate, (n)umber, (s)tring, (f)ormula."""
    lines = [[(cell.data_type, cell.value.date() if isinstance(cell.value, datetime) else cell.value) for cell in row]
             for row in book[title].iter_rows(min_row=2)]
    return [line for line in lines if any(kind == "n" and value for kind, value in line)]


def report_counts_the_chain(book, finance_book):
    """One order, one participation, the euros of the database; the trained of the school and of the other one."""
    month = ("d", date(TODAY.year, TODAY.month, 1))
    paid = db.session.scalar(sa.select(sa.func.sum(InvoiceLine.amount)))
    fees = [month, ("s", "4711"), ("n", 1), ("n", 75), ("n", 26.4), ("n", 0), ("n", 0), ("n", 101.4)]

    assert lines_of(book, "Toiminta kuukausittain") == [[month, ("n", 1), ("n", 1)]]
    assert lines_of(book, "Palkkiot") == lines_of(finance_book, "Palkkiot") == [fees]
    assert [cell.value for cell in list(book["Palkkiot"])[-1]][3:] == [f"=SUM({c}2:{c}12)" for c in "DEFGH"]
    assert paid == Decimal(str(fees[-1][1])) == Decimal("101.40")
    assert [[value for _, value in line[:4]] for line in lines_of(book, "Koulutuksen kattavuus")] == [
        ["Peruskoulutus", "Kide ry", 2, 2], ["Muu koulutus", "Muu koulu", 1, 1]]
    assert finance_book.sheetnames == ["Kansi", "Palkkiot", "Palkkiot kuukausittain", "Palkkiot kustannuspaikoittain",
                                       "Ilman palkkiota", "Edelleenveloitus", "Maksettu saajittain", "Tulorekisterin työlista"]


# --- the chain


def test_order_becomes_a_paid_claim_and_a_line_of_the_report(bank, login, open_page):
    coordinator = open_page(login("coordinator"))
    orderer = open_page(login(user=make_user("orderer", organisation=bank.unit)))
    trainer = open_page(login(user=make_user("trainer", organisation=bank.school)))
    finance, finance2 = open_page(login("finance")), open_page(login("finance"))

    order = coordinator_takes_an_order(coordinator, bank)
    assignment = coordinator_finds_and_asks(coordinator, order, bank)
    trainer_records_a_completion(trainer, bank)
    press(coordinator, "accept", assignment)
    orderer_reads_before_confirming(orderer, order)

    press(coordinator, "onboard", assignment, fill={"by": "Kaisa"})
    press(coordinator, "confirm", assignment)
    orderer_reads_who_is_confirmed(orderer, order)
    trainer_meets_own_trainees_alone(trainer, bank)

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

    report_counts_the_chain(report_of(coordinator), report_of(finance))
    assert told(finance, at(claim)) == ["Salminen", "2026-001", "101,40"]
    assert told(finance, at(claim.payee)) == ["Salminen", "2026-001", "101,40", "FI21 •••• 85"]
    assert told(coordinator, at(bank.expert)) == [fact for fact in FACTS if fact not in ("101,40", "FI21 •••• 85", IBAN)]
    pages = {"coordinator": coordinator, "trainer": trainer, "orderer": orderer, "finance": finance}
    assert doors(pages, addresses(bank, claim)) == [line.split() for line in DOORS.strip().splitlines()]
