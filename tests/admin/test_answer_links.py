"""The pages behind personal links: opening changes nothing, a link that is over looks like one that never was."""

import pytest
import sqlalchemy as sa

from models import Occasion, PersonalLink, StatusChange, db
from models.personal_link import LinkFor
from rules.states import AssignmentStatus
from services import personal_links
from tests.conftest import token
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, confirmed, do

A = AssignmentStatus


@pytest.fixture
def asked(app):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    [assignment] = ask(an_order(coordinator, audience="henkilöstö"), coordinator, an_askable())
    return assignment


def path(assignment, purpose=LinkFor.ANSWER):
    start = {LinkFor.ANSWER: "/answer/", LinkFor.SUPPORT: "/for-another/"}[purpose]
    return start + personal_links.secret_of(personal_links.live_link(purpose, assignment))


def send(client, address, **form):
    return client.post(address, data=form | {"csrf_token": token(client, address)})


def test_opening_a_link_changes_nothing(asked, client):
    address = path(asked)
    steps = db.session.scalar(sa.select(sa.func.count(StatusChange.id)))

    for _ in range(3):
        assert (client.get(address).status_code, client.head(address).status_code) == (200, 200)

    assert (asked.status, db.session.scalar(sa.select(sa.func.count(StatusChange.id)))) == (A.ASKED, steps)


@pytest.mark.parametrize(("answer", "status"), [("yes", A.ACCEPTED), ("not_now", A.NOT_NOW), ("talk", A.ASKED)])
def test_answer_is_taken_and_thanked_for(asked, client, answer, status):
    done = send(client, path(asked), answer=answer)

    assert (done.status_code, done.headers["Location"], asked.status) == (303, f"/answered/{answer}", status)
    assert client.get(done.headers["Location"]).status_code == 200


def test_answer_without_the_form_token_is_not_taken(asked, client):
    assert client.post(path(asked), data={"answer": "not_now"}).status_code == 302
    assert asked.status is A.ASKED


def test_support_persons_page_has_one_button_and_takes_nothing_else(asked, client):
    address = path(asked, LinkFor.SUPPORT)
    page = client.get(address).text.partition("<main")[2]

    send(client, address, answer="yes")

    assert (page.count('name="answer"'), asked.status, asked.answered_by) == (1, A.NOT_NOW, "support_person")


@pytest.mark.parametrize("wrong", ["", "maybe", "confirm"])
def test_unknown_answer_changes_nothing(asked, client, wrong):
    assert (send(client, path(asked), answer=wrong).status_code, asked.status) == (400, A.ASKED)


@pytest.mark.parametrize("typed", ["", "eilen", "2020-01-01", "31.2.2027"])
def test_pause_without_a_day_to_come_says_so_and_keeps_what_was_typed(asked, client, typed):
    page = send(client, path(asked), answer="pause", pause_until=typed)

    assert (page.status_code, asked.status) == (422, A.ASKED)
    assert (f'value="{typed}"' in page.text, 'id="pause_until-error"' in page.text) == (True, True)


def test_pause_until_a_day_is_taken_with_not_now(asked, client):
    done = send(client, path(asked), answer="pause", pause_until="31.1.2027")

    assert (done.headers["Location"], asked.status, [str(p) for p in asked.expert.pauses]) == (
        "/answered/not_now", A.NOT_NOW, ["24.11.2026–31.1.2027"])


def test_page_tells_when_and_where_and_no_theme_unit_or_name(asked, client):
    page = client.get(path(asked), headers={"Accept-Language": "fi"}).text

    told = {word: word in page for word in (
        "9.12.2026", "Jyväskylä", "henkilöstö", "sijaishuolto", asked.order.organisation.name, "Etunimi", "lastensuojel",
        asked.order.number)}
    assert told == dict.fromkeys(("9.12.2026", "Jyväskylä", "henkilöstö"), True) | dict.fromkeys(
        ("sijaishuolto", asked.order.organisation.name, "Etunimi", "lastensuojel", asked.order.number), False)


@pytest.mark.parametrize(("protected", "is_told"), [(False, True), (True, False)])
def test_place_is_told_once_confirmed_and_never_to_who_is_under_non_disclosure(app, client, protected, is_told):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    order = an_order(coordinator, occasions=[Occasion(on=EVENT, place="Rantakatu 3")])
    expert = an_askable()
    [assignment] = ask(order, coordinator, expert)
    before = client.get(path(assignment)).text
    assignment = confirmed(an_order(coordinator, occasions=[Occasion(on=EVENT.replace(day=20), place="Rantakatu 3")]),
                           coordinator, an_askable())
    assignment.expert.protected = protected

    page = client.get(path(assignment)).text

    assert ("Rantakatu" in before, "Rantakatu" in page) == (False, is_told)


@pytest.mark.parametrize(("language", "title"), [("fi", "Sinulle on kysymys"), ("sv", "En fråga till dig"),
                                                 ("en", "A question for you")])
def test_page_is_in_the_experts_language_until_another_is_chosen(asked, client, language, title):
    asked.expert.message_language = language
    db.session.commit()

    assert f"<h1>{title}</h1>" in client.get(path(asked)).text


def test_links_are_opened_so_often_and_no_oftener(asked, client):
    codes = [client.get("/answer/x").status_code for _ in range(61)]

    assert codes == [410] * 60 + [429]


def test_page_is_kept_by_no_browser(asked, client):
    assert client.get(path(asked)).headers["Cache-Control"] == "no-store"


def test_coordinator_closes_links_that_went_astray(asked, client):
    do(asked, "close_links", actor_of("coordinator"))

    assert db.session.scalars(sa.select(PersonalLink.revoked_at)).all().count(None) == 0
