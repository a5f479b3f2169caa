"""Meeting rooms over HTTP, as docs/add-a-record-type.md makes them. Run by ``test_add_a_record_type.py`` in a copy."""

import csv
import io

import pytest
from lxml import html
from openpyxl import load_workbook

from models import AccessLog, MeetingRoom, Municipality
from tests.conftest import token

AT = "/admin/meetingroom/"
LABELS = {
    "fi": ("Kokoustilat", ["Nimi", "Istumapaikat", "Kunta"]),
    "sv": ("Mötesrum", ["Namn", "Sittplatser", "Kommun"]),
    "en": ("Meeting rooms", ["Name", "Seats", "Municipality"]),
}


@pytest.fixture
def rooms(session):
    """Two rooms in Jyväskylä, one of them with a camera, and one in Äänekoski."""
    jyvaskyla, aanekoski = Municipality(name="Jyväskylä"), Municipality(name="Äänekoski")
    found = [MeetingRoom(name="Matara", seats=24, municipality=jyvaskyla),
             MeetingRoom(name="Etähuone 100 %", municipality=jyvaskyla, remote=True),
             MeetingRoom(name="Olohuone", seats=8, municipality=aanekoski)]
    session.add_all(found)
    session.commit()
    return found


def read_in(client, language):
    client.post("/language", data={"language": language, "csrf_token": token(client, "/admin/")})
    return client


@pytest.fixture
def coordinator(login):
    return read_in(login("coordinator"), "en")


def send(client, page, **fields):
    return client.post(AT + page, data=fields | {"csrf_token": token(client, AT + page)})


def tree(answer):
    assert answer.status_code in (200, 422), answer.status
    return html.fromstring(answer.text)


def names(answer):
    """The rooms in the list, in its order."""
    return [row.xpath(".//a")[0].text_content().strip() for row in tree(answer).xpath("//main//table/tbody/tr")]


def errors(answer):
    return {field.xpath(".//label")[0].text_content().split()[0]: field.xpath(".//*[@class='error']")[0].text_content()
            for field in tree(answer).xpath("//*[contains(@class, 'wrong')]")}


def test_list_has_the_rooms_in_order(rooms, coordinator):
    assert names(coordinator.get(AT)) == ["Etähuone 100 %", "Matara", "Olohuone"]


@pytest.mark.parametrize(("asked", "found"), [
    ({"f_remote": "1"}, ["Etähuone 100 %"]), ({"f_remote": "0"}, ["Matara", "Olohuone"]),
    ({"f_municipality": "2"}, ["Olohuone"]), ({"q": "OLO"}, ["Olohuone"]),
    ({"q": "eta"}, ["Etähuone 100 %"]), ({"q": "100 %"}, ["Etähuone 100 %"]), ({"q": "huone"}, []), ({"q": "_"}, []),
    ({"sort": "-seats"}, ["Matara", "Olohuone", "Etähuone 100 %"]),
])
def test_list_is_filtered_searched_and_sorted(asked, found, rooms, coordinator):
    assert names(coordinator.get(AT, query_string=asked)) == found


@pytest.mark.parametrize("language", LABELS)
def test_room_is_named_in_the_language_of_the_reader(language, rooms, login):
    client = read_in(login("coordinator"), language)

    page = tree(client.get(AT))

    heading, columns = LABELS[language]
    assert page.findtext(".//h1") == heading
    assert [cell.text_content().strip(" ↑") for cell in page.xpath("//main//table/thead//th")][1:4] == columns
    assert [link.text for link in page.xpath(f"//nav//a[@href='{AT}']")] == [heading]


@pytest.mark.parametrize(("typed", "found"), [
    ({"name": ""}, {"Nimi": "Tämä tieto tarvitaan."}),
    ({"name": "Matara"}, {"Nimi": "Samanniminen tila on jo olemassa."}),
    ({"name": "Kellari", "seats": "0"}, {"Istumapaikat": "Tilassa on vähintään yksi istumapaikka."}),
])
def test_what_cannot_be_saved_is_said_in_finnish_at_its_field(typed, found, rooms, login, session):
    answer = send(read_in(login("coordinator"), "fi"), "new/", **typed)

    assert (answer.status_code, errors(answer)) == (422, found)
    assert session.query(MeetingRoom).count() == 3


def test_room_is_made_looked_at_and_changed(coordinator, session):
    session.add(Municipality(name="Jyväskylä"))
    made = send(coordinator, "new/", name="Matara", seats="24", municipality="1", remote="y")
    room = session.query(MeetingRoom).one()
    at = f"?id={room.id}"

    first = coordinator.get(f"{AT}details/{at}").text
    changed = send(coordinator, f"edit/{at}", name="Matara 2", seats="30", municipality="1", version=room.version)

    assert made.headers["Location"] == f"{AT}details/{at}"
    assert [word in first for word in ("Matara", "24", "Jyväskylä", "Recorded")] == [True] * 4
    assert changed.status_code == 302
    session.refresh(room)
    assert (room.name, room.seats, room.municipality.name, room.remote) == ("Matara 2", 30, "Jyväskylä", False)
    assert "Changed" in coordinator.get(f"{AT}details/{at}").text


def test_stale_edit_and_delete(rooms, coordinator, session):
    room = rooms[0]
    at = f"?id={room.id}"

    stale = send(coordinator, f"edit/{at}", name="Toinen", version="0")
    deleted = coordinator.post(f"{AT}delete/{at}", data={
        "csrf_token": token(coordinator, "/admin/"), "version": room.version})

    assert (stale.status_code, deleted.status_code) == (409, 302)
    assert [row.name for row in session.query(MeetingRoom).order_by(MeetingRoom.id)] == ["Etähuone 100 %", "Olohuone"]


def test_list_is_exported_with_types_and_logged(rooms, coordinator, session):
    book = load_workbook(io.BytesIO(coordinator.get(f"{AT}export/xlsx/?f_remote=0").data))
    text = coordinator.get(f"{AT}export/csv/").data.decode("utf-8-sig")

    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[:4] for row in rows] == [
        ("Name", "Seats", "Municipality", "Remote"), ("Matara", 24, "Jyväskylä", False),
        ("Olohuone", 8, "Äänekoski", False)]
    assert [row[0] for row in csv.reader(text.splitlines(), delimiter=";")] == [
        "Name", "Etähuone 100 %", "Matara", "Olohuone"]
    assert [(row.subject, row.what, row.rows) for row in session.query(AccessLog).order_by(AccessLog.id)] == [
        ("MeetingRoom:list", "export", 2), ("MeetingRoom:list", "export", 3)]


@pytest.mark.parametrize("page", ["", "details/?id=1", "new/", "edit/?id=1", "export/csv/"])
@pytest.mark.parametrize("role", ["trainer", "finance", "orderer", "expert", "admin"])
def test_role_without_rights_is_refused_where_the_coordinator_is_answered(page, role, rooms, login):
    assert (login(role).get(AT + page).status_code, login("coordinator").get(AT + page).status_code) == (403, 200)


def test_role_that_reads_does_not_write(rooms, login):
    steering = login("steering")

    codes = {page: steering.get(AT + page).status_code
             for page in ("", "details/?id=1", "new/", "edit/?id=1", "export/csv/")}

    assert codes == {"": 200, "details/?id=1": 200, "new/": 403, "edit/?id=1": 403, "export/csv/": 403}
    assert "Recorded at" not in read_in(steering, "en").get(f"{AT}details/?id=1").text
    assert "Recorded at" in read_in(login("coordinator"), "en").get(f"{AT}details/?id=1").text
