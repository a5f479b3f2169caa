"""A link for somebody without e-mail: shown once with a short text, written down, and kept nowhere."""

import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from models import AccessLog, ChangeLog, PersonalLink, db
from models.personal_link import LinkFor
from rules.choices import HandedLink, Language
from rules.errors import BadInput, IllegalTransition, NotAllowed
from rules.message_texts_handed import HANDED
from services import letters, personal_links
from tests.admin.test_sign_in import hidden
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, confirmed, do, held

SECRET = re.compile(r"http://localhost/(?:answer|for-another|briefing|how-it-went)/([\w-]{32})")


@pytest.fixture
def asked(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable(phone="+358 40 1234567"))
    return assignment


def address_of(assignment):
    return f"/admin/assignment/verb/hand_link/?id={assignment.id}"


def hand_over(client, assignment, what="answer"):
    form = hidden(client.get(address_of(assignment)).text) | {"what": what}
    return client.post(address_of(assignment), data=form), form


def test_link_is_shown_once_with_a_text_that_can_be_sent_by_the_phone(asked, login, client):
    desk = login("coordinator")

    page, form = hand_over(desk, asked)
    again = desk.post(address_of(asked), data=form)

    [secret] = set(SECRET.findall(page.text))
    message = unquote(re.search(r'href="sms:([^"]+)"', page.text)[1]).replace("&amp;", "&")
    assert message.startswith("+358401234567?&body=Hei! Kysyisimme sinua mukaan. Aika: 9.12.2026 klo 9.00–11.00.")
    assert client.get(f"/answer/{secret}").status_code == 200
    assert (again.status_code, secret in again.text) == (302, False)
    assert secret not in desk.get(f"/admin/assignment/details/?id={asked.id}").text


def test_new_link_ends_the_one_before_and_leaves_the_other_kinds_alone(asked, login, client):
    before = {purpose: personal_links.secret_of(personal_links.live_link(purpose, asked))
              for purpose in (LinkFor.ANSWER, LinkFor.SUPPORT)}

    hand_over(login("coordinator"), asked)

    assert (client.get(f"/answer/{before[LinkFor.ANSWER]}").status_code,
            client.get(f"/for-another/{before[LinkFor.SUPPORT]}").status_code) == (410, 200)


def test_it_is_written_down_who_showed_which_link_and_the_secret_nowhere(asked, login):
    desk = login("coordinator")

    page, _ = hand_over(desk, asked, "support")

    [secret] = set(SECRET.findall(page.text))
    [row] = db.session.scalars(sa.select(AccessLog).where(AccessLog.what == "handed_link"))
    assert (row.subject, row.actor, row.role, row.reason) == (asked.subject, desk.user.name, "coordinator", "support")
    told = desk.get(f"/admin/assignment/details/?id={asked.id}", headers={"Accept-Language": "en"}).text
    assert (desk.user.name in told, "For the support person" in told) == (True, True)
    stored = [str(line) for table in db.metadata.sorted_tables for line in db.session.execute(sa.select(table))]
    changes = [json.dumps(change.values()) for change in db.session.scalars(sa.select(ChangeLog))]
    assert [line for line in [*stored, *changes] if secret in line] == []


@pytest.mark.parametrize(("protected", "shown"), [(False, True), (True, False)])
def test_number_of_somebody_under_non_disclosure_is_not_shown(protected, shown, asked, login):
    asked.expert.protected = protected
    db.session.commit()

    page, _ = hand_over(login("coordinator"), asked)

    assert (SECRET.search(page.text) is not None, "sms:" in page.text) == (True, shown)


@pytest.mark.parametrize(("make", "fits"), [
    (lambda c: ask(an_order(c), c, an_askable())[0], {"answer", "support"}),
    (lambda c: confirmed(an_order(c), c, an_askable()), {"answer", "support", "briefing_expert"}),
    (lambda c: held(an_order(c), c), {"feedback_expert"})], ids=["asked", "confirmed", "held"])
def test_each_link_is_shown_where_it_opens_something_and_nowhere_else(make, fits, coordinator, client):
    assignment, opened, refusals = make(coordinator), set(), []
    before = db.session.scalar(sa.select(sa.func.count(PersonalLink.id)))

    for what in HandedLink:
        try:
            link = do(assignment, "hand_link", coordinator, what=what)
        except BadInput as refused:
            refusals.append(refused.field)
            continue
        opened.add(what.value)
        personal_links.open_link(link.purpose, link.secret, TODAY)

    assert (opened, refusals) == (fits, ["what"] * (len(HandedLink) - len(fits)))
    assert db.session.scalar(sa.select(sa.func.count(PersonalLink.id))) == before + len(fits)


def test_no_link_is_shown_after_the_event_or_without_a_support_person(asked, coordinator):
    asked.expert.support_persons[0].until = TODAY - timedelta(1)

    with pytest.raises(BadInput, match="support person"):
        do(asked, "hand_link", coordinator, what=HandedLink.SUPPORT)
    with pytest.raises(BadInput, match="over"):
        do(asked, "hand_link", coordinator, what=HandedLink.ANSWER, today=EVENT + timedelta(1))

    assert do(asked, "hand_link", coordinator, what=HandedLink.ANSWER, today=EVENT).until == EVENT


def test_no_link_is_shown_of_somebody_whose_data_are_restricted(asked, coordinator):
    asked.expert.restricted = True

    with pytest.raises(IllegalTransition):
        do(asked, "hand_link", coordinator, what=HandedLink.ANSWER)

    asked.expert.restricted = False
    assert do(asked, "hand_link", coordinator, what=HandedLink.ANSWER).secret


@pytest.mark.parametrize("role", ["trainer", "orderer", "expert", "finance", "steering", "admin"])
def test_nobody_but_the_coordinator_is_shown_a_link(role, asked):
    with pytest.raises(NotAllowed):
        do(asked, "hand_link", actor_of(role), what=HandedLink.ANSWER)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("what", HandedLink)
def test_text_of_a_handed_link_fits_a_message_and_tells_nothing(what, language, app):
    text = letters.filled(HANDED[what, language], {
        "when": "9.12.2026 klo 9.00–11.00", "until": "9.12.2026", "coordinator": "Kaisa Koskela", "link": "x" * 70})

    assert (len(text) <= 320, "{" in text, letters.tells_too_much(text)) == (True, False, "")
