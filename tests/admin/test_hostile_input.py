"""What nobody types by accident: addresses, keys, bytes and errors of every wrong kind, answered calmly."""

import io
import logging
import re

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from admin_views import listing
from models import Expert, Order, Organisation, Payee, Theme, User, db
from tests.admin.filling import filled, send
from tests.conftest import token
from tests.factories import make
from tests.people import make_user

AWAY = ["http:/evil.example", "https:evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "///evil.example", "javascript:alert(1)", "http://evil.example", "/\t/evil.example", "/a\\b", " /admin/",
        "/admin/\n", "/admin/\r\nSet-Cookie: a=b", "evil.example", "\x01/admin/", "/\x7f"]
HERE = ["/admin/", "/admin/order/?q=ä&sort=-number", "/x", "/"]
NAMES = "Salaperäinen"
PAGES = ["/", "/login", "/admin/", "/admin/organisation/", "/admin/organisation/new/", "/nothing", "/logout",
         "/healthz", "/static/kokemussilta.css", "/admin/organisation/export/csv/", "/admin/rolegrant/",
         "/admin/organisation/lookup/?q=x", "/admin/organisation/?url=//evil"]


# --- addresses


@pytest.mark.parametrize("url", AWAY)
def test_no_page_leads_away_from_the_site(url, login):
    client = login("coordinator")
    form = filled(client.get("/admin/organisation/new/").text, name="Koti", kind="ngo")

    assert client.get("/admin/organisation/new/", query_string={"url": url}).status_code == 400
    assert client.post("/admin/organisation/new/", query_string={"url": url}, data=form).status_code == 400
    assert client.post("/admin/organisation/new/", data=form | {"url": url}).status_code == 400
    assert db.session.scalars(sa.select(Organisation)).all() == []


@pytest.mark.parametrize("url", HERE)
def test_page_leads_to_where_one_came_from(url, login):
    client = login("coordinator")
    form = filled(client.get("/admin/organisation/new/").text, name="Koti", kind="ngo")

    answer = client.post("/admin/organisation/new/", data=form | {"url": url})

    assert (answer.status_code, answer.headers["Location"]) == (302, url.replace("ä", "%C3%A4"))


@pytest.mark.parametrize("url", AWAY)
def test_signing_in_leads_nowhere_else(url, client, login):
    signed_in = login("coordinator")
    form = {"csrf_token": token(signed_in, "/admin/"), "language": "fi", "next": url}

    assert signed_in.get("/login", query_string={"next": url}).headers["Location"] == "/admin/"
    assert signed_in.post("/language", data=form).headers["Location"] == "/admin/"


@pytest.mark.parametrize("number", ["abc", "", "0", "-1", "1.0", "1e3", "9" * 20, "9" * 5000, "１", "1 OR 1=1", "1,2",
                                    "None", "\u0661", "0x1"])
@pytest.mark.parametrize("page", ["details", "edit", "verb/met"])
def test_row_that_no_number_names_is_not_there(number, page, login):
    make(Expert)

    answer = login("coordinator").get(f"/admin/expert/{page}/", query_string={"id": number})

    assert answer.status_code == 404


@pytest.mark.parametrize("query", [
    "sort=iban", "sort=password_hash", "sort=-", "sort=__class__", "page=-1", "page=99999999999", "page=x", "size=1e9",
    "size=-1", "q=%25", "q=%5C", "q=" + "x" * 5000, "f_kind=nonsense", "f_status=x", "f_organisation=x",
    "f_organisation=99999999999", "f_received_on_from=yesterday", "queue=nothing", "queue=to-batch", "q='--",
    "f_received_on_from=1.1.0001&f_received_on_until=31.12.9999"])
def test_list_takes_any_query(query, login):
    make(Order)

    assert login("coordinator").get(f"/admin/order/?{query}").status_code == 200


def test_list_is_not_sorted_or_searched_by_what_one_does_not_read(login):
    """The order of rows, or how many there are, would tell what the cells do not."""
    one, other = make(User, name="Aino", email="z@test.invalid"), make(User, name="Onni", email="a@test.invalid")
    client = login("coordinator")

    by_email = client.get("/admin/user/?sort=email").text
    found = client.get("/admin/user/?q=z@test").text

    assert by_email.index(one.name) < by_email.index(other.name)
    assert (one.name in found, other.name in found) == (False, False)


@pytest.mark.parametrize("name", ["endpoint", "export_type", "_external", "_scheme", "_anchor", "_method"])
def test_names_that_frameworks_read_are_refused(name, login):
    assert login("coordinator").get(f"/admin/order/?{name}=x").status_code == 400


@pytest.mark.parametrize("address", ["/admin/theme/new/", "/login", "/language", "/admin/theme/?q=%00",
                                     "/admin/theme/?%00=x", "/admin/theme/export/csv/?%00=x"])
def test_zero_byte_is_refused_everywhere(address, login):
    client = login("coordinator")
    form = {"csrf_token": token(client, "/admin/"), "email": "a\0@b.c", "name": "a\0b", "next": "/", "language": "fi"}

    answer = client.get(address) if "%00" in address else client.post(address, data=form)

    assert (answer.status_code, db.session.scalars(sa.select(Theme)).all()) == (400, [])


def test_zero_byte_in_a_second_value_is_refused(login):
    client, expert = login("coordinator"), make(Expert)
    form = filled(client.get(f"/admin/expert/edit/?id={expert.id}").text) | {"themes": ["1", "2\0"]}

    assert client.post(f"/admin/expert/edit/?id={expert.id}", data=form).status_code == 400


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}",
                                  "'; DROP TABLE theme; --", "\u202eabc", "💚", "%(name)s", "{0}"])
def test_text_is_shown_as_it_is_and_nothing_more(text, login):
    client = login("coordinator")

    answer = send(client, "/admin/organisation/new/", name=text, kind="ngo")
    page = client.get(answer.headers["Location"]).text + client.get("/admin/organisation/").text

    assert db.session.scalars(sa.select(Organisation.name)).one() == text
    assert ("<script>alert" in page, "<img src=x" in page, "49" in page.partition("<main")[2][:200]) == (False,) * 3


def test_too_large_a_form_is_refused_as_a_whole(login):
    client = login("coordinator")

    answer = client.post("/admin/theme/new/", data={"name": "x" * (33 * 1024 * 1024)})

    assert (answer.status_code, db.session.scalars(sa.select(Theme)).all()) == (413, [])
    assert "<main" in answer.text


@pytest.mark.parametrize("address", ["/logout", "/role", "/language", "/admin/theme/delete/"])
def test_page_for_sending_is_not_fetched(address, login):
    answer = login("coordinator").get(address)

    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["OPTIONS", "POST"])


def test_head_asks_for_a_page_and_is_sent_to_sign_in(client):
    assert client.head("/admin/order/").headers["Location"] == "/login?next=/admin/order/"


# --- errors


def break_lists(monkeypatch, error):
    def broken(self):
        raise error
    monkeypatch.setattr(listing.Listing, "rows", broken)


@pytest.mark.parametrize("error", [
    ValueError(f"{NAMES} FI2112345600000785"), KeyError(NAMES), TypeError(NAMES),
    IntegrityError(f"INSERT INTO user VALUES ('{NAMES}')", {"name": NAMES},
                   Exception(f"DETAIL: Key (email)=({NAMES}@test.invalid) already exists.")),
    OperationalError(f"SELECT {NAMES}", {}, Exception(f"password={NAMES}")),
])
def test_mistake_of_ours_gives_a_number_and_the_log_has_it(error, login, monkeypatch, caplog):
    client = login("coordinator")
    break_lists(monkeypatch, error)

    answer = client.get("/admin/order/")

    number = re.search(r"<strong>([0-9a-f]{8})</strong>", answer.text).group(1)
    assert answer.status_code == 500
    assert [word for word in (NAMES, "Traceback", "INSERT", "SELECT", "listing.py", "sqlalchemy")
            if word in answer.text] == []
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.getMessage().startswith(f"reference {number} at order.index_view: {type(error).__name__}\n")
    assert ("raise error" in record.getMessage(), NAMES in caplog.text) == (True, False)


def test_page_of_a_mistake_needs_no_database(login, monkeypatch):
    client = login("coordinator")
    client.get("/admin/")
    db.session.execute(sa.text("ALTER TABLE role_grant RENAME TO gone"))

    answer = client.get("/admin/order/")

    assert answer.status_code == 500
    assert re.search(r"<strong>[0-9a-f]{8}</strong>", answer.text)


def test_mistake_in_a_save_leaves_nothing_half_saved(login, monkeypatch):
    client = login("coordinator")
    form = filled(client.get("/admin/organisation/new/").text, name="Koti", kind="ngo")

    def broken(self, obj):
        raise ValueError

    monkeypatch.setattr("admin_views.form_pages.FormPages.remember", broken)

    assert client.post("/admin/organisation/new/", data=form).status_code == 500
    assert db.session.scalars(sa.select(Organisation)).all() == []


def test_log_names_the_mistake_itself_and_not_one_made_on_the_way(login, monkeypatch, caplog):
    client = login("coordinator")
    break_lists(monkeypatch, TypeError())

    client.get("/admin/order/")

    assert [record.getMessage().count("TypeError\n") for record in caplog.records] == [1]


def test_logs_of_a_day_carry_no_name_no_address_and_no_account(login, caplog):
    caplog.set_level(logging.DEBUG)
    user = make_user("coordinator", name=f"Kaisa {NAMES}", email="kaisa.salainen@test.invalid")
    client = login(user=user)
    send(client, "/admin/expert/new/", first_name="Helmi", last_name=NAMES, email="helmi.salainen@test.invalid",
         phone="+358405556667")
    send(client, "/admin/payee/new/", official_name=NAMES, iban="FI2112345600000785", identity_code="131052-308T")
    send(client, "/admin/payee/new/", official_name=NAMES, iban="FI00")
    send(client, "/admin/expert/new/", first_name="", last_name="", email="helmi.salainen@test.invalid")
    client.get(f"/admin/expert/?q={NAMES}")
    client.get(f"/admin/expert/export/csv/?q={NAMES}")
    client.post("/login", data={"csrf_token": token(client, "/admin/"), "email": "x.salainen@test.invalid"})

    written = caplog.text + "".join(str(vars(record)) for record in caplog.records)

    assert (db.session.scalar(sa.select(sa.func.count(Expert.id))), db.session.scalar(
        sa.select(sa.func.count(Payee.id)))) == (1, 1)
    assert [word for word in (NAMES, "salainen@test", "FI2112345600000785", "131052-308T", "+358405556667", "Helmi")
            if word in written] == []


def test_logs_of_choosing_typing_and_finding_carry_no_name_either(login, caplog):
    """Actions on many rows, two edits that meet, drafts, the palette, the calendar and its feed."""
    caplog.set_level(logging.DEBUG)
    client = login(user=make_user("coordinator", name=f"Kaisa {NAMES}", email="kaisa.salainen@test.invalid"))
    expert = make(Expert, first_name="Helmi", last_name=NAMES, email="helmi.salainen@test.invalid")
    csrf, edit = {"csrf_token": token(client, "/admin/")}, f"/admin/expert/edit/?id={expert.id}"
    old = filled(client.get(edit).text, first_name=f"Helmi {NAMES}")

    codes = [client.post("/admin/expert/bulk/", query_string={"from": f"q={NAMES}"}, data=csrf | {
        "do": "confirm_data", "which": "matching"}).status_code]
    codes += [send(client, edit, phone="+358405556667").status_code, client.post(edit, data=old).status_code]
    codes.append(client.post("/admin/desk/draft", data=csrf | {
        "draft-path": "/admin/expert/new/", "last_name": NAMES, "email": "helmi.salainen@test.invalid"}).status_code)
    codes += [client.get(f"/admin/{page}").status_code for page in (
        f"find/?q={NAMES}", f"expert/lookup/?q={NAMES}", f"expert/?f_last_name={NAMES}&sort=last_name", "calendar/", "board/")]
    shown = client.post("/admin/calendar/address/", data=csrf | {"do": "make"}).text
    secret = re.search(r"/calendar/([\w-]{40,})\.ics", shown).group(1)
    codes.append(client.get(f"/calendar/{secret}.ics").status_code)

    written = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert codes == [302, 302, 409, 200, 200, 200, 200, 200, 200, 200]
    assert [word for word in (NAMES, "salainen@test", "+358405556667", "Helmi", secret) if word in written] == []


# --- headers


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_has_its_manners(address, signed_in, login):
    answer = login("coordinator" if signed_in else None).get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert [word for word in ("unsafe", "*", "http:", "https:", "'nonce-'") if word in policy] == []
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert {name: answer.headers.get(name) for name in (
        "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy")} == {
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()"}
    assert answer.headers["Cache-Control"] == "no-store" or address.startswith("/static/")


@pytest.mark.parametrize(("method", "address"), [
    ("GET", "/login"), ("GET", "/admin/"), ("GET", "/nothing"), ("POST", "/admin/theme/new/"), ("POST", "/login")])
def test_scripts_carry_the_nonce_of_their_own_answer(method, address, login):
    client = login("coordinator")
    answers = [client.open(address, method=method, follow_redirects=False) for _ in range(2)]

    nonces = [re.search(r"'nonce-([\w-]{20,})'", answer.headers["Content-Security-Policy"]).group(1)
              for answer in answers]

    assert nonces[0] != nonces[1]
    for answer, nonce in zip(answers, nonces, strict=True):
        assert set(re.findall(r'nonce="([^"]*)"', answer.text)) <= {nonce}


def test_page_has_nothing_that_its_policy_forbids(login):
    page = login("coordinator").get("/admin/organisation/new/").text

    assert re.findall(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", page) == []


# --- files


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil.example")']


def test_formula_in_a_file_is_text(login):
    for text in FORMULAS:
        make(Organisation, name=text)
    client = login("coordinator")

    book = openpyxl.load_workbook(io.BytesIO(client.get("/admin/organisation/export/xlsx/").data))
    lines = client.get("/admin/organisation/export/csv/").text.splitlines()

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {text for text in FORMULAS if not text.startswith("\t")}
    assert {cell.data_type for cell in cells} - {"s", "n", "b", "d"} == set()
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert [line for line in lines if re.match('"?[=+@\t-]', line)] == []


@pytest.mark.parametrize("kind", ["pdf", "exe", "..", "json"])
def test_file_of_another_kind_is_not_there(kind, login):
    assert login("coordinator").get(f"/admin/organisation/export/{kind}/").status_code == 404


def test_export_is_the_list_with_its_filter(login):
    make(Organisation, name="Koti", trains=True), make(Organisation, name="Koulu")

    lines = login("coordinator").get("/admin/organisation/export/csv/?f_trains=1").text.splitlines()

    assert [line.split(";")[0] for line in lines[1:]] == ["Koti"]
