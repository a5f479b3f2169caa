"""What one does not read tells nothing: not by order, number, sum, place, name of a row, choice or file. By surface.

Search and look-ups: ``tests/services/test_search.py``. Palette, drafts, dialogs, edits that met: their tests in this folder.
"""

import html as markup
import re

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from admin_views.generate import consoled
from admin_views.listing import Listing
from admin_views.lists.columns import is_rows, readable
from admin_views.lists.filters import askings
from admin_views.lists.paging import write_cursor
from models import Assignment, Feedback, Insight, Invoice, Matter, Selection, StatusChange, User, db
from models.base import described
from rules.choices import FeedbackBy, GroupKind, Language
from rules.permissions import Actor, Role, opens
from rules.states import AssignmentStatus, ClaimStatus, InsightStatus, MatterStatus
from services import bulk
from services.queues import BY_NAME
from tests.admin.filling import filled
from tests.admin.test_bulk import choose, chosen_ids
from tests.calendar_world import TODAY, event, meeting_of, session_of
from tests.conftest import token
from tests.factories import DAY, make
from tests.people import make_user
from tests.rights_walk import MARK, allowed_marks
from tests.two_sides import actor_of, two_sides

EARLY, LATE = DAY.replace(year=2020), DAY.replace(year=2030)
ENDINGS = ("", "_is", "_from", "_until", "_begins")
VALUES = ("1", "empty", "filled", "1.1.2026", "a")


def reader(role):
    """Somebody in ``role`` whose own rows are those with the number 1."""
    return Actor(1, 1, Role(role), "", 1, 1)


def opened(role):
    return [model for model in consoled() if opens(role, model.__name__)]


def unread(model, actor):
    return [name for name, _ in described(model) if name not in readable(model, actor, masked=False)]


def listed(model, actor, *args, **more):
    return Listing(model, actor, MultiDict(args), TODAY, **more)


def question(page):
    """What the list asks the database, values included."""
    return str(page.query().compile(compile_kwargs={"literal_binds": False})), page.query().compile().params


# --- lists: filters, alternatives, ranges, emptiness, queues


@pytest.mark.parametrize("role", Role)
def test_no_condition_of_a_list_asks_about_what_its_reader_does_not_read(role, app):
    actor, asked, understood = reader(role), 0, 0
    for model in opened(role):
        plain = question(listed(model, actor))
        for name in unread(model, actor):
            args = [(f"{group}_{name}{end}", value) for group in ("f", "or1") for end in ENDINGS for value in VALUES]
            assert (name, question(listed(model, actor, *args))) == (name, plain)
            asked += 1
        for asking in askings(model, readable(model, actor, masked=False)).values():
            if asking.part == "_is":
                understood += question(listed(model, actor, (f"f_{asking.name}_is", "empty"))) != plain

    assert (asked > 0, understood > 0) == (True, True)


@pytest.mark.parametrize("role", Role)
def test_no_list_is_put_in_an_order_that_its_reader_does_not_read(role, app):
    """Nor by the order that it opens with: where a page begins stands in its address."""
    actor = reader(role)
    for model in opened(role):
        plain, read = listed(model, actor), readable(model, actor, masked=False)
        keys = {term.name for term in plain.terms} - {"id"}
        relations = {column.name: name for name, prop in sa.inspect(model).relationships.items() if name in read
                     for column in prop.local_columns}
        assert (model, {key for key in keys if key not in read and key not in relations}) == (model, set())
        for name in unread(model, actor):
            turned = [listed(model, actor, ("sort", f"{sign}{name}")).terms for sign in ("", "-")]
            assert (name, turned) == (name, [plain.terms] * 2)


@pytest.mark.parametrize("role", Role)
def test_no_queue_of_another_role_can_be_counted(role, app):
    actor = reader(role)
    for other, model, name in BY_NAME:
        if opens(role, model.__name__):
            own = (role, model, name) in BY_NAME
            narrowed = question(listed(model, actor, ("queue", name))) != question(listed(model, actor))
            assert (other, name, narrowed) == (other, name, own)


# --- lists: columns, sums, place


@pytest.mark.parametrize("role", Role)
def test_no_column_sum_or_cell_of_a_file_is_of_what_its_reader_does_not_read(role, app):
    actor = reader(role)
    for model in opened(role):
        everything = [name for name, _ in described(model) if not is_rows(model, name)]
        page = listed(model, actor, columns=everything)
        said, read = readable(model, actor, masked=True).keys(), readable(model, actor, masked=False).keys()

        assert (model, set(page.shown) - said, {c.name for c in page.export_columns()} - said) == (model, set(), set())
        assert (model, page.total().sums.keys() - read) == (model, set())


def test_place_in_the_address_of_a_page_says_nothing_that_the_row_does_not(app):
    """An orderer's list, whatever is asked of it, turns its pages by what the orderer reads."""
    assignment = make(Assignment, status=AssignmentStatus.CONFIRMED, asked_on=LATE, override_reason="Lintukoto")
    orderer = Actor(1, 1, Role.ORDERER, "", assignment.order.organisation_id)
    coordinator = reader(Role.COORDINATOR)

    place = {actor.role: write_cursor(listed(Assignment, actor, ("sort", "asked_on")).terms, assignment)
             for actor in (orderer, coordinator)}

    assert ("2030" in place[Role.COORDINATOR], "2030" in place[Role.ORDERER]) == (True, False)


def ids_on(client, address):
    return re.findall(r"/admin/\w+/details/\?(?:[^\"]*&amp;)?id=(\d+)", client.get(address).text.partition("<main")[2])


def beside(client, row, place):
    """The rows before and after the record in the list that ``place`` describes."""
    page = client.get(f"/admin/assignment/details/?id={row.id}&from={place}").text
    return re.findall(r'rel="(prev|next)"[^>]*details/\?id=(\d+)|details/\?id=(\d+)[^>]*rel="(prev|next)"', page)


def test_record_before_and_after_is_not_told_by_what_one_does_not_read(login):
    first = make(Assignment, status=AssignmentStatus.CONFIRMED, asked_on=EARLY)
    order = first.order
    others = [make(Assignment, order=order, status=AssignmentStatus.CONFIRMED, asked_on=day) for day in (LATE, DAY)]
    orderer, coordinator = login("orderer", organisation=order.organisation), login("coordinator")
    places = ["sort%3D-asked_on", "f_asked_on_from%3D1.1.2025", "f_asked_on_is%3Dempty", "sort%3Dcreated_at"]

    shown = {client: [beside(client, others[0], place) for place in ("sort%3Did", *places)]
             for client in (orderer, coordinator)}

    assert [found == shown[orderer][0] for found in shown[orderer]] == [True] * 5
    assert shown[orderer][0] != []
    assert [found == shown[coordinator][0] for found in shown[coordinator]] != [True] * 5


def test_shared_view_of_somebody_who_reads_more_asks_nothing_of_ones_own_rows(login):
    rows = [make(Feedback, given_by=FeedbackBy.ORDERER, feels_after=value) for value in (1, 5)]
    rows[1].order = rows[0].order
    orderer = login("orderer", organisation=rows[0].order.organisation)
    coordinator = login("coordinator")
    answer = coordinator.post("/admin/feedback/views/", data={
        "csrf_token": token(coordinator, "/admin/"), "action": "save", "name": "Alakulo", "shared_with": "orderer",
        "address": "?f_feels_after_until=2&sort=-feels_after"})
    (tab,) = {markup.unescape(found) for found in re.findall(
        r'href="(/admin/feedback/\?[^"]*)"[^>]*>Alakulo', orderer.get("/admin/feedback/").text)}

    assert ids_on(coordinator, answer.headers["Location"]).count(str(rows[1].id)) == 0
    assert ids_on(orderer, tab) == ids_on(orderer, "/admin/feedback/")
    assert {str(row.id) for row in rows} <= set(ids_on(orderer, tab))


# --- names of records


@pytest.mark.parametrize("role", Role)
def test_condition_names_no_record_that_its_reader_never_meets(role, app):
    """A number in an address, tried from one on, would else read out a whole list of names."""
    own, foreign = two_sides()
    user = actor_of(role, own)
    actor = Actor(user.id, user.person_id, role, "", user.organisation_id, user.expert.id if user.expert else None)
    allowed, told = allowed_marks(role, own, foreign), set()
    for model in opened(role):
        for name in readable(model, actor, masked=False):
            if relation := sa.inspect(model).relationships.get(name):
                target = relation.mapper.class_.__name__
                for side in (own, foreign):
                    if target in side.rows:
                        page = listed(model, actor, (f"f_{name}", str(side[target].id)))
                        told |= {mark for pill in page.pills for mark in MARK.findall(pill.value)}

    assert (role, {field for side in (own, foreign) for mark, field in side.marks.items() if mark in told - allowed}) == (
        role, set())
    assert told != set()


# --- choosing many, and files of lists


def test_no_choice_of_all_that_match_is_narrowed_by_what_one_does_not_read(login):
    own = make_user("finance")
    rows = [make(Invoice, status=ClaimStatus.CHECKED) for _ in range(2)]
    client, at = login(user=own), "/admin/invoice/"
    verb = bulk.offered(Invoice, Actor(own.id, own.person_id, Role.FINANCE))[0].name
    found = []
    for place in ("", "f_asked_on_from%3D1.1.2025", "f_status%3Ddraft%26f_note_is%3Dempty", "queue%3Dto-check"):
        choose(client, at, verb, f"from={place}", which="matching")
        found.append(set(chosen_ids()))

    narrowed = {row.id for row in rows}
    assert found[:2] == [narrowed, narrowed]
    assert found[3] == narrowed


def test_choice_of_somebody_else_shows_no_row_and_no_number(login):
    mine, other = login("coordinator"), make_user("coordinator")
    make(Matter, title="Puheena")
    choice = Selection(user_id=other.id, model="Matter", ids=[db.session.scalar(sa.select(Matter.id))])
    db.session.add(choice)
    db.session.commit()

    assert ids_on(mine, f"/admin/matter/?chosen={choice.id}") == []
    choice.user_id = mine.user.id
    assert ids_on(mine, f"/admin/matter/?chosen={choice.id}") != []


def test_file_of_a_list_is_the_same_whatever_unread_column_is_named(login):
    insight = make(Insight, status=InsightStatus.PASSED_ON)
    make(Matter, status=MatterStatus.SENT, title="Yksi", insight=insight), make(Matter, status=MatterStatus.SENT, title="Kaksi")
    steering, coordinator = login("steering"), login("coordinator")
    asked = ("", "?f_insight_is=empty", "?f_feedback_is=filled", "?sort=-insight", f"?f_insight={insight.id}")

    files = {client: [client.get(f"/admin/matter/export/csv/{query}").text for query in asked]
             for client in (steering, coordinator)}

    assert ("Yksi" in files[steering][0], "Kaksi" in files[steering][0]) == (True, True)
    assert set(files[steering]) == {files[steering][0]}
    assert len(set(files[coordinator])) > 1


# --- calendar, feed and board


@pytest.mark.parametrize(("role", "kind", "page"), [
    ("orderer", "supervision", "supervisionsession"), ("orderer", "meeting", "meeting"),
    ("steering", "order", "order"), ("steering", "supervision", "supervisionsession")])
def test_calendar_shows_no_kind_that_its_reader_does_not_read(role, kind, page, app, login):
    app.config["TODAY"] = TODAY
    own = event()
    session_of(), meeting_of(kind=GroupKind.DEVELOPMENT)
    clients = [login(role, organisation=own.order.organisation), login("coordinator")]

    counts = [client.get(f"/admin/calendar/?kind={kind}").text.count(f"/admin/{page}/details/") for client in clients]

    assert (counts[0], counts[1] > 0) == (0, True)


def test_board_counts_and_dates_only_what_its_reader_meets(app, login):
    app.config["TODAY"] = TODAY
    own = event()
    event(), event()
    orderer, coordinator = login("orderer", organisation=own.order.organisation), login("coordinator")

    cards = [len(set(re.findall(r"/admin/order/details/\?id=(\d+)", client.get("/admin/board/").text)))
             for client in (orderer, coordinator)]

    assert cards == [1, 3]


# --- forms: edits that met, drafts, dialogs


def test_stale_edit_names_no_record_that_is_out_of_sight(login):
    """The page of two edits reads the history: it says what the form would, and no more."""
    own = make_user("trainer")
    programme = make(next(model for model in consoled() if model.__name__ == "Programme"), organisation=own.organisation)
    address = f"/admin/programme/edit/?id={programme.id}"
    trainer, coordinator = login(user=own), login("coordinator")
    form = filled(trainer.get(address).text, name="Oma nimi")
    coordinator.post(address, data=filled(coordinator.get(address).text, name="Heidän nimensä"))
    author = db.session.scalar(sa.select(User.name).where(User.id == coordinator.user.id))

    answer = trainer.post(address, data=form)

    assert (answer.status_code, "Heidän nimensä" in answer.text) == (409, True)
    assert ("meta" in {said["group"] for name, said in described(type(programme)) if name == "created_at"},
            author in trainer.get(f"/admin/programme/details/?id={programme.id}").text) == (True, False)


def test_form_opened_with_values_in_its_address_takes_none_that_its_reader_does_not_write(login):
    expert = make(next(model for model in consoled() if model.__name__ == "Expert"), alias="Piilossa")
    finance = login("finance", language=Language.EN)

    page = finance.get(f"/admin/payee/new/?expert={expert.id}&fragment=1").text
    offered = login("coordinator").get(f"/admin/payee/new/?expert={expert.id}&fragment=1").text

    assert ("Piilossa" in page, "Piilossa" in offered) == (False, True)


# --- the record page


def test_record_page_tells_no_step_of_a_state_that_its_reader_does_not_read(login):
    """Neither the steps nor the buttons of an assignment tell a trainer what was answered."""
    own = make_user("trainer")
    client, pages = login(user=own), []
    for status in (AssignmentStatus.PROPOSED, AssignmentStatus.NOT_NOW):
        row = make(Assignment, onboarding_with=own.organisation, status=status)
        text = client.get(f"/admin/assignment/details/?id={row.id}").text.partition("<main")[2]
        for name in sorted((row.order.number, str(row.expert), str(row)), key=len, reverse=True):
            text = text.replace(markup.escape(name), "*")
        pages.append(re.sub(r'nonce="[^"]*"|value="[^"]*"|\d+', "", text))

    assert db.session.scalar(sa.select(sa.func.count(StatusChange.id)).where(StatusChange.target == "not_now")) == 1
    assert pages[0] == pages[1]
