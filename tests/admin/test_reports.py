"""The page of the reports and its workbook: who gets it, what is typed, what the file adds up to, what is withheld."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from lxml import html
from openpyxl import load_workbook

from models import AccessLog, InvoiceLine
from tests.conftest import token
from tests.people import make_expert, make_organisation
from tests.report_world import completed, held_order, paid_claim, programme

AT = "/admin/report/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEAR = {"first": "2026-01-01", "last": "2026-06-30"}
ALL = ["activity", "fees", "training"]
IN_ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def world(session):
    """Three talks in February, seven in March, ten of them with an adult; one claim of one person; six trained."""
    experts = [make_expert(birth_year=1980) for _ in range(10)]
    for number, expert in enumerate(experts):
        held_order(date(2026, 2 if number < 3 else 3, number + 1), experts=[expert])
    paid_claim(date(2026, 2, 27), {"fee": "120.50", "kilometres": "14.20", "other": "0.99"}, expert=experts[0])
    basic = programme("Peruskoulutus", make_organisation(name="Kide ry", trains=True))
    for expert in experts[:6]:
        completed(basic, expert=expert)


def post(client, **form):
    fields = YEAR | {"sheets": ALL} | form | {"csrf_token": token(client, AT)}
    return client.post(AT, data=fields, headers=IN_ENGLISH)


def book_of(answer):
    assert (answer.status_code, answer.content_type) == (200, XLSX)
    return load_workbook(BytesIO(answer.data))


def lines(book, title):
    return [tuple(value.date() if isinstance(value, datetime) else value for value in row)
            for row in book[title].iter_rows(min_row=2, values_only=True)]


def test_year_so_far_and_the_sheets_of_the_role_are_offered(login, app):
    app.config["TODAY"] = date(2026, 10, 2)

    page = login("finance").get(AT, headers=IN_ENGLISH).text

    assert [f'value="{value}"' in page for value in ("2026-01-01", "2026-10-02", "fees", "activity", "training")] == [
        True, True, True, False, False]


def test_workbook_has_its_cover_typed_cells_and_charts(world, login):
    answer = post(login("coordinator"))
    book = book_of(answer)

    names = zipfile.ZipFile(BytesIO(answer.data)).namelist()
    assert book.sheetnames == [
        "Cover", "Activity", "Activity by month", "Activity by age band", "Fees", "Fees by month",
        "Fees by cost centre", "Without a fee", "Training coverage"]
    cover = {row[0]: row[1] for row in book["Cover"].iter_rows(min_row=3, max_col=2, values_only=True) if row[0]}
    assert (cover["First day"].date(), cover["Last day"].date()) == (date(2026, 1, 1), date(2026, 6, 30))
    assert isinstance(book["Activity"]["A2"].value, datetime)
    assert book["Activity"]["D2"].data_type == "n"
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 2


def test_sums_equal_the_database(world, login, session):
    book = book_of(post(login("coordinator")))

    activity = [row for row in lines(book, "Activity") if isinstance(row[0], date)]
    fees = [row for row in lines(book, "Fees") if isinstance(row[0], date)]
    assert (sum(row[3] for row in activity), sum(row[4] for row in activity)) == (10, 10)
    paid = sum(Decimal(str(value)) for row in fees for value in row[3:6])
    assert paid == session.scalar(sa.select(sa.func.sum(InvoiceLine.amount))) == Decimal("135.69")
    assert lines(book, "Training coverage")[0][:5] == ("Peruskoulutus", "Kide ry", 6, 6, 0)


def test_steering_group_reads_a_mark_where_the_coordinator_reads_the_number(world, login):
    open_book, marked = book_of(post(login("coordinator"))), book_of(post(login("steering")))

    def february(book):
        return next(row for row in lines(book, "Activity") if row[0] == date(2026, 2, 1))

    assert february(open_book)[3:] == (3, 3)
    assert february(marked)[3:] == ("<5", "<5")
    assert next(row for row in lines(open_book, "Fees") if row[0] == date(2026, 2, 1))[2:4] == (1, 120.5)
    assert next(row for row in lines(marked, "Fees") if row[0] == date(2026, 2, 1))[2] == "<5"


def test_no_number_of_one_person_is_in_the_file_of_the_steering_group(world, login):
    def texts(answer):
        book = zipfile.ZipFile(BytesIO(answer.data))
        return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))

    assert "<v>120.50</v>" in texts(post(login("coordinator")))
    assert "120.5" not in texts(post(login("steering")))


def shown(answer):
    """The tables of the page: title to its lines, totals last."""
    tables = html.fromstring(answer.text).xpath("//main//table")
    return {table.findtext("caption"): [[cell.text_content() for cell in row] for row in table.xpath(".//tr")[1:]]
            for table in tables}


def test_page_shows_the_tables_of_the_workbook_with_the_same_marks(world, login):
    coordinator = shown(post(login("coordinator"), show="1"))
    steering = shown(post(login("steering"), show="1"))

    assert list(coordinator) == list(steering) == [
        "Activity", "Activity by month", "Activity by age band", "Fees", "Fees by month", "Fees by cost centre",
        "Without a fee", "Training coverage"]
    assert coordinator["Activity by month"] == [
        ["1/2026", "0", "0"], ["2/2026", "3", "3"], ["3/2026", "7", "7"], ["4/2026", "0", "0"], ["5/2026", "0", "0"],
        ["6/2026", "0", "0"], ["Total", "10", "10"]]
    assert steering["Activity by month"][1] == ["2/2026", "<5", "<5"]
    assert coordinator["Fees by month"][1] == ["2/2026", "120.50 €", "14.20 €", "0.99 €", "0.00 €", "135.69 €"]
    assert steering["Fees by month"][1] == ["2/2026", "..", "..", ".."]
    assert coordinator["Training coverage"] == [
        ["Peruskoulutus", "Kide ry", "6", "6", "0", "0", "100%", "60%"], ["Total", "", "6", "6", "0", "0", "", ""]]
    assert steering["Training coverage"][0] == ["Peruskoulutus", "Kide ry", "6", "6", "0", "0", "100%", ""]


def test_page_shows_this_year_so_far_before_anything_is_typed(world, login, app):
    app.config["TODAY"] = date(2026, 2, 10)

    tables = shown(login("coordinator").get(AT, headers=IN_ENGLISH))

    assert tables["Activity by month"] == [["1/2026", "0", "0"], ["2/2026", "3", "3"], ["Total", "3", "3"]]
    assert tables["Fees"] == [["Nothing in this period."]]


def test_period_the_wrong_way_round_shows_no_table(world, login):
    answer = post(login("coordinator"), show="1", first="2026-07-01")

    assert (answer.status_code, shown(answer)) == (422, {})


def test_report_leaves_one_row_in_the_log(world, login, session):
    client = login("coordinator")
    post(client, sheets=["training", "fees"])
    client.get(AT)

    logged = session.execute(sa.select(AccessLog.subject, AccessLog.reason, AccessLog.actor, AccessLog.role).where(
        AccessLog.what == "report")).all()

    assert logged == [("Report:fees,training", "2026-01-01 – 2026-06-30", client.user.name, "coordinator")]


@pytest.mark.parametrize(("form", "sentence"), [
    ({"first": "2026-07-01"}, "The end cannot be before the start."),
    ({"first": "2021-12-31"}, "A report is of at most 5 calendar years."),
    ({"last": "31.2.2026"}, "Write the date as day.month.year, for example 1.2.2026."),
    ({"last": ""}, "This is needed."),
    ({"sheets": []}, "This is needed."),
    ({"sheets": ["payees"]}, "Choose from the list."),
])
def test_what_cannot_be_taken_is_said_at_its_field_and_kept(form, sentence, login, session):
    answer = post(login("coordinator"), **form)

    typed = {name: value for name, value in form.items() if name != "sheets"}
    assert answer.status_code == 422
    assert f'-error">{sentence}' in answer.text
    assert [f'value="{value}"' in answer.text for value in typed.values()] == [True] * len(typed)
    assert session.scalar(sa.select(sa.func.count(AccessLog.id)).where(AccessLog.what == "report")) == 0


@pytest.mark.parametrize("role", ["expert", "orderer", "admin"])
def test_role_without_a_sheet_is_refused_where_the_coordinator_is_answered(role, login):
    client, coordinator = login(role), login("coordinator")
    form = YEAR | {"sheets": ALL, "csrf_token": token(client, "/admin/")}

    assert (client.get(AT).status_code, client.post(AT, data=form).status_code) == (403, 403)
    assert (coordinator.get(AT).status_code, post(coordinator).status_code) == (200, 200)
    assert (AT in client.get("/admin/").text, AT in coordinator.get("/admin/").text) == (False, True)


def test_role_gets_no_sheet_of_another_role(world, login):
    finance = login("finance")

    assert post(finance, sheets=["activity"]).status_code == 422
    assert book_of(post(finance, sheets=["fees"])).sheetnames == [
        "Cover", "Fees", "Fees by month", "Fees by cost centre", "Without a fee"]


def test_trainer_reads_of_the_own_programmes_only(login):
    own = make_organisation(name="Oma ry", trains=True)
    completed(programme("Oma koulutus", own))
    completed(programme("Toisten koulutus"))

    def programmes(client):
        return {row[0] for row in lines(book_of(post(client, sheets=["training"])), "Training coverage")} - {"Total"}

    assert programmes(login("trainer", organisation=own)) == {"Oma koulutus"}
    assert programmes(login("coordinator")) == {"Oma koulutus", "Toisten koulutus"}


def test_nobody_is_asked_to_sign_in(client):
    answer = client.get(AT)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/admin/report/")


def test_form_without_its_token_makes_no_report(login, session):
    client = login("coordinator")

    assert client.post(AT, data=YEAR | {"sheets": ALL}).status_code == 400
    assert post(client).status_code == 200


@pytest.mark.parametrize("role", ["coordinator", "steering", "finance", "trainer"])
def test_period_without_anything_makes_an_empty_report(role, login):
    offered = {"finance": ["fees"], "trainer": ["training"]}.get(role, ALL)

    assert book_of(post(login(role), sheets=offered)).sheetnames[0] == "Cover"
