"""The review of readings: who opens it, which month it has, and that it says nothing of what was read."""

from datetime import UTC, date, datetime

import pytest

from admin_views.reading_review import month_asked
from models import AccessLog
from tests.factories import make

TODAY = date(2026, 2, 10)


def readings(times, at=datetime(2026, 1, 15, 9, tzinfo=UTC), **given):
    for number in range(times):
        make(AccessLog, **{"at": at, "subject": f"Expert:{777000 + number}", "what": "open", "actor": "Aino Ahkera",
                           "role": "coordinator", "reason": "Salainen syy"} | given)


@pytest.mark.parametrize(("role", "code"), [
    ("coordinator", 200), ("admin", 200), ("trainer", 403), ("finance", 403), ("orderer", 403), ("steering", 403),
    ("expert", 403)])
def test_review_is_for_those_whom_the_table_lets_in(role, code, app, login):
    readings(2)

    answer = login(role).get("/admin/review/?month=2026-01")

    assert (answer.status_code, "Aino Ahkera" in answer.text) == (code, code == 200)


def test_nobody_is_asked_to_sign_in(client):
    assert client.get("/admin/review/").status_code == 302


def test_it_counts_and_says_nothing_of_what_was_read(app, login):
    readings(3)

    text = login("admin").get("/admin/review/?month=2026-01").text

    assert ("Aino Ahkera" in text, "777000" in text, "Salainen syy" in text) == (True, False, False)


@pytest.mark.parametrize(("times", "alerts"), [(30, 0), (31, 1)])
def test_bulk_reading_is_an_alert(times, alerts, app, login):
    readings(times)

    assert login("coordinator").get("/admin/review/?month=2026-01").text.count('class="note look"') == alerts


def test_month_is_that_of_the_office(app, login):
    readings(1, at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))  # half past midnight on New Year's Day

    client = login("coordinator")

    assert ["Aino Ahkera" in client.get(f"/admin/review/?month={month}").text for month in ("2025-12", "2026-01")] == [
        False, True]


@pytest.mark.parametrize(("raw", "month"), [
    ("2025-11", date(2025, 11, 1)), ("2026-02", date(2026, 2, 1)), ("", date(2026, 1, 1)), ("2026-03", date(2026, 1, 1)),
    ("x", date(2026, 1, 1)), ("2026-13", date(2026, 1, 1)), ("0001-01", date(2026, 1, 1)), ("9999-12", date(2026, 1, 1))])
def test_month_of_the_address(raw, month):
    assert month_asked(raw, TODAY) == month
