"""Masked data shown for a reason, and the door before a record under non-disclosure: by role, each denial beside its control."""

import pytest
import sqlalchemy as sa

from admin_views import reasons
from models import AccessLog, BatchItem, Guardian, Payee, db
from rules.permissions import MATRIX, Role
from tests.conftest import token
from tests.factories import make
from tests.people import make_expert, make_user

IBAN, CODE = "FI2112345600000785", "131052-308T"
EVERYBODY = ("coordinator", "trainer", "finance", "orderer", "steering", "expert", "admin")
PHONE = "+358401112223"


def at(record, page, **more):
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/admin/{type(record).__name__.lower()}/{page}/?id={record.id}{query}"


def send(client, address, **form):
    return client.post(address, data={"csrf_token": token(client, "/admin/")} | form)


def logged(what="reveal"):
    rows = db.session.scalars(sa.select(AccessLog).where(AccessLog.what == what).order_by(AccessLog.id))
    return [(row.subject, row.role, row.fields, row.note or row.reason) for row in rows]


def payee():
    return make(Payee, iban=IBAN, identity_code=CODE, official_name="Helmi Maksunsaaja")


@pytest.mark.parametrize(("record", "readers"), [
    (payee, ["coordinator", "finance"]), (lambda: make(BatchItem, iban=IBAN, identity_code=CODE), ["finance"])])
def test_account_is_shown_for_a_reason_to_those_who_may_and_logged(record, readers, app, login):
    made = record()
    answers = {role: send(login(role), at(made, "reveal"), fields="iban", reason="mistake") for role in EVERYBODY}

    assert [role for role, answer in answers.items() if IBAN in answer.text] == readers
    assert {role: answer.status_code for role, answer in answers.items() if role not in readers} == {
        role: 403 for role in EVERYBODY if role not in readers}
    assert logged() == [(made.subject, role, "iban", "mistake") for role in readers]


def test_it_is_shown_once_in_no_address_and_kept_nowhere(app, login):
    made, client = payee(), login("finance")

    answer = send(client, at(made, "reveal"), fields="iban", reason="asked")

    assert (answer.status_code, answer.headers["Cache-Control"], IBAN in answer.text, CODE in answer.text) == (
        200, "no-store", True, False)
    assert IBAN not in answer.request.url + str(answer.headers) + client.get(at(made, "details")).text
    assert client.get(at(made, "reveal", fields="iban", reason="asked")).status_code == 405


@pytest.mark.parametrize(("form", "code", "reason"), [
    ({"fields": "iban"}, 422, None), ({"fields": "iban", "reason": "curious"}, 422, None), ({"reason": "asked"}, 422, None),
    ({"fields": "iban", "reason": "other"}, 422, None), ({"fields": "iban", "reason": "other", "words": "  "}, 422, None),
    ({"fields": "iban", "reason": "other", "words": "x" * 201}, 422, None),
    ({"fields": "official_name", "reason": "asked"}, 403, None), ({"fields": ["iban", "row_key"], "reason": "asked"}, 403, None),
    ({"fields": "iban", "reason": "other", "words": " Pankki kysyi "}, 200, "Pankki kysyi"),
    ({"fields": "iban", "reason": "asked", "words": "not needed"}, 200, "asked"),
])
def test_without_a_reason_or_a_field_of_ones_own_nothing_is_shown(form, code, reason, app, login):
    made = payee()

    answer = send(login("finance"), at(made, "reveal"), **form)

    assert (answer.status_code, IBAN in answer.text) == (code, reason is not None)
    assert logged() == ([(made.subject, "finance", "iban", reason)] if reason else [])


def test_batch_at_hand_is_offered_as_a_reason_and_another_one_is_not(app, login):
    item, other = make(BatchItem, iban=IBAN), make(BatchItem)
    client = login("finance")

    wrong = send(client, at(item, "reveal"), fields="iban", reason=other.batch.subject)
    right = send(client, at(item, "reveal"), fields="iban", reason=item.batch.subject)

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert logged() == [(item.subject, "finance", "iban", item.batch.subject)]


def test_right_that_is_taken_away_is_refused_at_once(app, login, monkeypatch):
    made, client = payee(), login("finance")
    monkeypatch.setitem(MATRIX, ("Payee", "reveal()"), {})

    assert send(client, at(made, "reveal"), fields="iban", reason="asked").status_code == 403
    assert "Näytä peitetyt tiedot" not in client.get(at(made, "details")).text
    assert logged() == []


def test_whoever_sees_a_group_masked_may_reveal_it():
    masked = {(model, role) for (model, what), row in MATRIX.items() for role, cell in row.items() if "m" in cell}
    reveals = {(model, role) for (model, what), row in MATRIX.items() for role, cell in row.items()
               if what == "reveal()" and cell == "x"}

    assert masked - reveals == set()
    assert reveals == {("Payee", Role.COORDINATOR), ("Payee", Role.FINANCE), ("BatchItem", Role.FINANCE)}


def test_what_holds_nothing_is_not_offered(app, login):
    made = make(Payee, iban=IBAN)

    text = login("finance", language="en").get(at(made, "details")).text

    assert ('value="iban"' in text, 'value="identity_code"' in text) == (True, False)


# --- non-disclosure

def protected(**given):
    return make_expert(protected=True, phone=PHONE, **given)


@pytest.mark.parametrize("page", ["details", "edit"])
def test_protected_person_is_opened_for_a_reason_and_stays_open_for_a_while(page, app, login, monkeypatch):
    expert, client = protected(), login("coordinator")

    closed = client.get(at(expert, page))
    opened = send(client, at(expert, "reason"), reason="safety", next=at(expert, page))

    assert (PHONE in closed.text, logged("open")) == (False, [(expert.subject, "coordinator", "", "safety")])
    assert (opened.status_code, opened.headers["Location"]) == (302, at(expert, page))
    assert PHONE in client.get(at(expert, page)).text
    assert logged("open") == [(expert.subject, "coordinator", "", "safety")] * 2
    monkeypatch.setattr(reasons, "OPEN_FOR", reasons.OPEN_FOR * 0)
    assert PHONE not in client.get(at(expert, page)).text


def test_other_person_needs_no_reason_and_a_reason_opens_one_record_for_one_user(app, login):
    expert, second, open_one = protected(), protected(), make_expert(phone="+358405554443")
    client = login("coordinator")
    send(client, at(expert, "reason"), reason="safety")

    assert PHONE in client.get(at(expert, "details")).text
    assert PHONE not in client.get(at(second, "details")).text
    assert PHONE not in login("coordinator").get(at(expert, "details")).text
    assert "+358405554443" in client.get(at(open_one, "details")).text


@pytest.mark.parametrize("form", [{}, {"reason": "curious"}, {"reason": "other"}])
def test_door_stays_shut_without_a_reason(form, app, login):
    expert, client = protected(), login("coordinator")

    assert send(client, at(expert, "reason"), **form).status_code == 422
    assert (PHONE in client.get(at(expert, "details")).text, logged("open")) == (False, [])


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/admin/expertise/", "/logout"])
def test_door_leads_nowhere_else(address, app, login):
    expert = protected()

    answer = send(login("coordinator"), at(expert, "reason"), reason="safety", next=address)

    assert answer.headers["Location"] == at(expert, "details")


def test_verb_and_form_of_a_protected_person_wait_at_the_door_too(app, login):
    expert, client = protected(), login("coordinator")
    changed = {"version": expert.version, "last_name": "Toinen"}

    shut = [client.get(at(expert, "verb/met")).text, send(client, at(expert, "edit"), **changed).text,
            send(client, at(expert, "verb/met")).text, send(client, at(expert, "reveal")).text]
    db.session.refresh(expert)

    assert [PHONE in page for page in shut] == [False] * 4
    assert (expert.met_on, expert.last_name) == (None, "Sukunimi")
    send(client, at(expert, "reason"), reason="asked")
    assert client.get(at(expert, "verb/met")).status_code == 200


def test_protected_person_opens_their_own_page_freely_and_others_not_at_all(app, login):
    expert = protected()
    codes = {role: login(role).get(at(expert, "details")).status_code for role in EVERYBODY}

    own = login(user=make_user("expert", expert=expert)).get(at(expert, "details"))

    assert (own.status_code, PHONE in own.text) == (200, True)
    assert codes == {"coordinator": 200, "trainer": 404, "finance": 403, "orderer": 403, "steering": 403,
                     "expert": 404, "admin": 403}
    assert {role: send(login(role), at(expert, "reason"), reason="asked").status_code for role in EVERYBODY} == {
        "coordinator": 302, "trainer": 404, "finance": 403, "orderer": 403, "steering": 403, "expert": 404, "admin": 403}


@pytest.mark.parametrize(("record", "word", "role"), [
    (lambda expert: make(Guardian, expert=expert, phone=PHONE), PHONE, "coordinator"),
    (lambda expert: make(Payee, expert=expert, address="Turvakuja 7"), "Turvakuja 7", "finance")])
@pytest.mark.parametrize("hidden", [True, False])
def test_what_tells_where_a_protected_person_is_waits_behind_the_same_door(record, word, role, hidden, app, login):
    made, client = record(make_expert(protected=hidden)), login(role)
    pages = [client.get(at(made, "details")).text, client.get(at(made, "edit")).text]

    listed = client.get(f"/admin/{type(made).__name__.lower()}/").text

    assert [word in page for page in pages] == [not hidden] * 2
    assert word not in listed or not hidden
