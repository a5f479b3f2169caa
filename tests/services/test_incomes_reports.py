"""A payment date marked as reported to the Incomes Register: by whom, when it is refused, and what still waits."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from admin_views.clock import today
from models import BatchItem, ChangeLog, IncomesReport, db
from rules.errors import BadInput, DomainError
from rules.income_register import last_day_overdue, report_deadline
from rules.permissions import Actor, Role
from rules.states import ItemStatus
from services import queues
from services.incomes_reports import PaymentDay, payment_days
from services.report_payments import corrections
from tests.conftest import token
from tests.factories import make
from tests.money_world import TODAY, do
from tests.people import make_user
from tests.queries import Queries

NEW = "/admin/incomesreport/new/"
REPORTS = "/admin/report/"
PAID = date(2026, 3, 2)


def payment(on=PAID, status=ItemStatus.PAID, payee="Aino Aho"):
    return make(BatchItem, status=status, paid_on=on, outcome_on=on, payee_name=payee, amount=Decimal("75.00"))


def mark(client, paid=PAID, reported=PAID, **more):
    fields = {"payment_date": paid.isoformat(), "reported_on": reported.isoformat(), "csrf_token": token(client, NEW)}
    return client.post(NEW, data=fields | more, headers={"Accept-Language": "en"})


def marked():
    return db.session.scalars(sa.select(IncomesReport).order_by(IncomesReport.id)).all()


def waiting(day):
    finance = Actor(1, 1, Role.FINANCE)
    return [queues.count(queue, finance, day) for queue in (queues.REPORT_LATE, queues.UNREPORTED)]


@pytest.mark.both_databases
def test_mark_says_who_made_it_and_when_and_is_in_the_log(login):
    payment()
    maker = make_user("finance")

    answer = mark(login(user=maker), reported=PAID + timedelta(3), note="Kuittaus 123")

    report, = marked()
    assert answer.status_code == 302
    assert (report.payment_date, report.reported_on, report.reported_by_id, report.note) == (
        PAID, PAID + timedelta(3), maker.id, "Kuittaus 123")
    assert db.session.scalars(sa.select(ChangeLog.verb).where(ChangeLog.subject == report.subject)).all() == ["create"]


@pytest.mark.parametrize(("status", "paid", "reported", "sentence"), [
    (ItemStatus.RETURNED, PAID, PAID, "Nothing was paid on this day."),
    (ItemStatus.PAID, PAID + timedelta(1), PAID + timedelta(1), "Nothing was paid on this day."),
    (ItemStatus.PAID, PAID, date(2199, 1, 1), "The day of the report is in the future."),
    (ItemStatus.PAID, PAID, PAID - timedelta(1), "A payment is reported on its payment date or after it.")])
def test_mark_that_cannot_be_true_is_refused_with_its_sentence(login, status, paid, reported, sentence):
    payment(status=status)

    answer = mark(login("finance"), paid, reported)

    assert (answer.status_code, sentence in answer.text, marked()) == (422, True, [])


def test_payment_date_is_marked_once(login):
    payment()
    client = login("finance")

    first, second = mark(client), mark(client)

    assert (first.status_code, second.status_code, len(marked())) == (302, 422, 1)
    assert "This payment date has been marked as reported already." in second.text


def test_report_of_today_is_taken_and_of_tomorrow_is_not(login):
    payment(today())
    client = login("finance")

    assert [mark(client, today(), today() + timedelta(days)).status_code for days in (1, 0)] == [422, 302]


def test_correcting_a_mark_leaves_who_made_it(login):
    payment()
    maker = make_user("finance")
    mark(login(user=maker))
    report, = marked()
    other, edit = login("finance"), f"/admin/incomesreport/edit/?id={report.id}"

    other.post(edit, data={"payment_date": PAID.isoformat(), "reported_on": (PAID + timedelta(1)).isoformat(),
                           "version": str(report.version), "csrf_token": token(other, edit)})

    db.session.refresh(report)
    assert (report.reported_on, report.reported_by_id) == (PAID + timedelta(1), maker.id)


@pytest.mark.parametrize(("role", "status"), [("finance", 200), ("coordinator", 403), ("admin", 403), ("expert", 403)])
def test_only_finance_meets_the_reports(login, role, status):
    assert [login(role).get(at).status_code for at in ("/admin/incomesreport/", NEW)] == [status] * 2


def test_payments_wait_until_their_day_is_marked_and_are_late_after_the_deadline(app):
    payment()
    payment()
    payment(status=ItemStatus.RETURNED)
    deadline = report_deadline(PAID)

    assert [waiting(day) for day in (deadline, deadline + timedelta(1))] == [[0, 2], [2, 2]]
    make(IncomesReport, payment_date=PAID, reported_on=PAID)
    assert waiting(deadline + timedelta(1)) == [0, 0]


def test_first_screen_leads_to_the_payments_that_are_late(login):
    payment(last_day_overdue(today()), payee="Myöhäinen")
    payment(last_day_overdue(today()) + timedelta(1), payee="Ajoissa")
    client = login("finance")

    pages = [client.get(f"/admin/batchitem/?queue={name}").text for name in ("report-late", "unreported")]

    assert "/admin/batchitem/?queue=report-late" in client.get("/admin/").text
    assert [[name in page for name in ("Myöhäinen", "Ajoissa")] for page in pages] == [
        [True, False], [True, True]]


def test_days_of_the_worksheet_say_what_was_reported_in_one_question(app):
    payment()
    payment()
    payment(PAID + timedelta(1))
    maker = make_user("finance")
    make(IncomesReport, payment_date=PAID, reported_on=PAID + timedelta(2), reported_by=maker)

    with Queries() as made:
        days = payment_days(PAID, PAID + timedelta(1))

    assert days == [
        PaymentDay(PAID + timedelta(1), date(2026, 3, 9), None, ""),
        PaymentDay(PAID, date(2026, 3, 9), PAID + timedelta(2), maker.name)]
    assert len(made.asked) == 1


@pytest.mark.parametrize(("role", "sheet", "shown"), [
    ("finance", "incomes", True), ("finance", "payees", False), ("coordinator", "recharge", False)])
def test_report_page_says_who_reported_and_when(login, role, sheet, shown):
    payment()
    maker = make_user("finance")
    make(IncomesReport, payment_date=PAID, reported_on=PAID, reported_by=maker)
    payment(PAID + timedelta(1))
    client = login(role)

    page = client.post(REPORTS, data={"first": "2026-03-01", "last": "2026-03-31", "sheets": [sheet], "show": "1",
                                      "csrf_token": token(client, REPORTS)}, headers={"Accept-Language": "en"}).text

    assert [f"by {maker.name}" in page, "not reported, at the latest" in page, NEW in page] == [shown] * 3


@pytest.fixture
def returned(sent_batch, people):
    """Two payments of one day, which was reported between their returns: the first one came back before it."""
    first, second, *_ = sent_batch.items
    for item in (first, second):
        do(item, "pay", people["finance"], on=TODAY)
    do(first, "return", people["finance"], note="Tili on suljettu")
    make(IncomesReport, payment_date=TODAY, reported_on=TODAY)
    do(second, "return", people["finance"], note="Tili on suljettu")
    return first, second


def test_day_of_payment_stays_when_it_comes_back(sent_batch, people):
    item = sent_batch.items[0]
    do(item, "pay", people["finance"], on=TODAY - timedelta(2))

    do(item, "return", people["finance"], note="Tili on suljettu")

    assert (item.paid_on, item.outcome_on, item.invoice.paid_on) == (TODAY - timedelta(2), TODAY, None)


def test_only_what_came_back_after_the_report_is_to_be_corrected(returned):
    before, after = returned

    assert (before.correct_from, after.correct_from) == (None, TODAY)
    assert queues.count(queues.TO_CORRECT, Actor(1, 1, Role.FINANCE), TODAY) == 1
    assert [(row.paid_on, row.came_back_on, row.claim, row.amount, row.corrected_on) for row in corrections(TODAY, TODAY)
            ] == [(TODAY, TODAY, after.invoice.number, after.amount, None)]


def test_correction_is_marked_once_and_leaves_the_queue(returned, people):
    before, after = returned

    do(after, "correct", people["finance"], on=None)
    refused = []
    for item in (before, after):
        with pytest.raises(DomainError):
            do(item, "correct", people["finance"], on=None)
        db.session.rollback()
        refused.append(item.corrected_on)

    assert refused == [None, TODAY]
    assert queues.count(queues.TO_CORRECT, Actor(1, 1, Role.FINANCE), TODAY) == 0
    assert [row.corrected_on for row in corrections(TODAY, TODAY)] == [TODAY]


@pytest.mark.parametrize("days", [-1, 1])
def test_day_of_a_correction_is_between_the_return_and_today(returned, people, days):
    _, after = returned

    with pytest.raises(BadInput) as refused:
        do(after, "correct", people["finance"], on=TODAY + timedelta(days))

    assert refused.value.field == "on"


def test_correction_stays_on_the_worksheet_until_it_is_made(returned, people):
    later = TODAY + timedelta(60)
    waits = [row.paid_on for row in corrections(later, later)]
    do(returned[1], "correct", people["finance"], on=None)

    assert (waits, corrections(later, later)) == ([TODAY], [])


def test_worksheet_has_the_corrections_with_the_day_that_was_reported(returned, login):
    client = login("finance")
    fields = {"first": TODAY.isoformat(), "last": TODAY.isoformat(), "sheets": "incomes", "csrf_token": token(client, REPORTS)}

    book = load_workbook(BytesIO(client.post(REPORTS, data=fields, headers={"Accept-Language": "en"}).data))

    heading, row, *_ = book["Corrections"].iter_rows(values_only=True)
    assert heading[:4] == ("Paid on", "Came back on", "Correction reported on", "Payee")
    assert (row[0].date(), row[1].date(), row[2], row[3]) == (TODAY, TODAY, None, returned[1].payee_name)
