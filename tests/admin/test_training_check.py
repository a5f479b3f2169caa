"""The code by which somebody outside checks an expert's training: what it shows, and what nobody can tell from it."""

import re
from datetime import date, timedelta
from time import perf_counter

import pytest
import sqlalchemy as sa

from admin_views.actor import actor_of as user_as_actor
from models import AccessLog, ChangeLog, Completion, TrainingCheck, db
from rules.choices import ShownName
from rules.errors import BadInput, IllegalTransition, NotAllowed
from rules.states import CompletionStatus
from services import training_checks
from services.training_checks import CheckClosed
from tests.conftest import token
from tests.factories import make
from tests.services.placing_world import EVENT, TODAY, accepted, actor_of, an_askable, an_order, at_once, confirmed, do

FREE = re.compile(r'nonce="[^"]*"|value="[^"]*"|\?v=\w+|action="[^"]*"')
LAST = TODAY + timedelta(30)


@pytest.fixture
def assignment(app):
    app.config["TODAY"] = TODAY
    coordinator = actor_of("coordinator")
    expert = an_askable(first_name="Sini", last_name="Salmela", alias="Sini S.", phone="+358401234567")
    done = make(Completion, expert=expert,
                status=CompletionStatus.COMPLETED, completed_on=date(2025, 3, 1), valid_until=date(2028, 3, 1))
    done.programme.organisation.name = "Koulutusyhdistys"
    db.session.commit()
    return confirmed(an_order(coordinator), coordinator, expert)


def give(assignment, **given):
    return do(assignment, "give_check", actor_of("coordinator"),
              **{"expires_on": LAST, "most_views": 2, "shown_name": ShownName.CHOSEN} | given)


def post(client, code, who="Maija, Koivula"):
    return client.post("/check", data={"code": code, "who": who, "csrf_token": token(client, "/check")})


def seen(page):
    return page.text.partition("<main")[2]


def test_code_shows_the_name_chosen_the_onboarding_and_the_training_and_nothing_else(assignment, client):
    page = post(client, training_checks.code_of(give(assignment)))

    facts = re.findall(r"<dd>(.*?)</dd>", seen(page))
    assert (page.status_code, re.findall(r"<h1>(.*?)</h1>", seen(page)), facts) == (
        200, ["Sini S."], ["kyllä", "Koulutusyhdistys 2025 – voimassa 1.3.2028 asti"])
    assert [word for word in ("Salmela", "+358", assignment.order.number, assignment.order.organisation.name)
            if word in page.text] == []


@pytest.mark.parametrize(("form", "name"), [
    (ShownName.CHOSEN, "Sini S."), (ShownName.FIRST, "Sini"), (ShownName.FULL, "Sini Salmela")])
def test_name_is_shown_in_the_form_chosen(assignment, client, form, name):
    page = post(client, training_checks.code_of(give(assignment, shown_name=form)))

    assert re.findall(r"<h1>(.*?)</h1>", seen(page)) == [name]


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")])
def test_code_is_taken_as_people_type_it(assignment, client, change):
    assert post(client, change(training_checks.code_of(give(assignment)))).status_code == 200


def test_opening_the_address_of_the_picture_counts_nothing_and_shows_nothing(assignment, client):
    check = give(assignment)

    pages = [client.get(f"/check/{training_checks.code_of(check)}") for _ in range(3)]

    assert [page.status_code for page in pages] == [200] * 3
    assert ("Sini" in pages[0].text, check.views, db.session.scalar(
        sa.select(sa.func.count(AccessLog.id)).where(AccessLog.what == "check"))) == (False, 0, 0)


def test_every_view_is_written_down_with_who_and_the_last_one_uses_the_code_up(assignment, client):
    check = give(assignment)
    code = training_checks.code_of(check)

    codes = [post(client, code, who).status_code for who in ("Maija, Koivula", "Pekka, Honkala", "Kolmas")]

    assert (codes, check.views) == ([200, 200, 410], 2)
    assert [row.note for row in training_checks.views_of(check)] == ["Pekka, Honkala", "Maija, Koivula"]


@pytest.mark.parametrize(("who", "status"), [("", 422), ("   ", 422), ("x" * 121, 422), ("x" * 120, 200)])
def test_whoever_looks_says_who_they_are(assignment, client, who, status):
    check = give(assignment)
    page = post(client, training_checks.code_of(check), who)

    assert (page.status_code, 'id="who-error"' in page.text, check.views) == (
        status, status == 422, int(status == 200))


def closed_by(assignment, check, how):
    """Close the code in one of the ways in which a code comes to its end."""
    if how == "revoked":
        do(check, "revoke", actor_of("coordinator"))
    elif how == "expired":
        check.expires_on = TODAY - timedelta(1)
    elif how == "used up":
        check.views = check.most_views
    elif how == "left":
        do(assignment.order, "hold", actor_of("coordinator"), today=EVENT)
        do(assignment.expert, "leave", actor_of("coordinator"))
    elif how == "restricted":
        assignment.expert.restricted = True
    elif how == "not now":
        do(assignment, "decline", actor_of("coordinator"))
    db.session.commit()


CLOSED = ["revoked", "expired", "used up", "left", "restricted", "not now"]


@pytest.mark.parametrize("how", CLOSED)
def test_every_closed_code_looks_like_one_that_never_was(assignment, client, how):
    check = give(assignment)
    code = training_checks.code_of(check)
    open_page = post(client, code)
    closed_by(assignment, check, how)

    closed, unknown = post(client, code), post(client, "K7QM-2XVP-9DRT")

    assert (open_page.status_code, closed.status_code, unknown.status_code) == (200, 410, 410)
    assert FREE.sub("", closed.text) == FREE.sub("", unknown.text)
    assert [name for name, _ in closed.headers] == [name for name, _ in unknown.headers]


@pytest.mark.parametrize("how", CLOSED[:3])
def test_every_closed_code_takes_the_time_of_one_that_never_was(assignment, client, app, how):
    check = give(assignment)
    code, form_token = training_checks.code_of(check), token(client, "/check")
    closed_by(assignment, check, how)

    def time_of(typed):
        for limiter in app.extensions["limiter"]:
            limiter.reset()
        began = perf_counter()
        client.post("/check", data={"code": typed, "who": "Maija", "csrf_token": form_token})
        return perf_counter() - began

    times = [(time_of(code), time_of("K7QM-2XVP-9DRT")) for _ in range(15)]  # by turns: a busy machine slows both

    assert 0.4 < min(one for one, _ in times) / min(other for _, other in times) < 2.5


def test_trying_codes_is_slowed_and_says_nothing_of_them(assignment, client):
    code = training_checks.code_of(give(assignment))

    codes = [post(client, "K7QM-2XVP-9DRT").status_code for _ in range(10)]

    assert (codes, post(client, code).status_code) == ([410] * 10, 429)


def test_expert_gives_and_closes_an_own_code_and_sees_who_looked(assignment, client, login):
    own = login("expert", expert=assignment.expert)
    address = f"/admin/assignment/verb/give_check/?id={assignment.id}"
    own.post(address, data={"expires_on": "24.12.2026", "most_views": "3", "shown_name": "first",
                            "csrf_token": token(own, address), "form_key": "k" * 32})
    check = db.session.scalars(sa.select(TrainingCheck)).one()
    post(client, training_checks.code_of(check), "Maija, Koivula")

    page = own.get(f"/admin/trainingcheck/details/?id={check.id}").text

    assert (training_checks.code_of(check) in page, "data:image/svg+xml" in page, "Maija, Koivula" in page) == (True,) * 3
    do(check, "revoke", user_as_actor(own.user, None))
    assert training_checks.code_of(check) not in own.get(f"/admin/trainingcheck/details/?id={check.id}").text


@pytest.mark.parametrize(("role", "status"), [("coordinator", 200), ("expert", 404), ("orderer", 403), ("trainer", 403),
                                              ("finance", 403), ("steering", 403), ("admin", 403)])
def test_nobody_but_the_expert_and_the_coordinator_sees_the_code(assignment, login, role, status):
    check = give(assignment)

    page = login(role).get(f"/admin/trainingcheck/details/?id={check.id}")

    assert (page.status_code, training_checks.code_of(check) in page.text) == (status, status == 200)


@pytest.mark.parametrize(("given", "field"), [
    ({"expires_on": TODAY - timedelta(1)}, "expires_on"), ({"expires_on": TODAY + timedelta(93)}, "expires_on"),
    ({"most_views": 0}, "most_views"), ({"most_views": 51}, "most_views")])
def test_code_without_an_end_is_not_given(assignment, given, field):
    with pytest.raises(BadInput) as refused:
        give(assignment, **given)

    assert (refused.value.field, db.session.scalar(sa.select(sa.func.count(TrainingCheck.id)))) == (field, 0)
    assert give(assignment, expires_on=TODAY, most_views=1).views == 0


def test_code_is_given_for_a_confirmed_assignment_only(app):
    coordinator = actor_of("coordinator")
    assignment = accepted(an_order(coordinator), coordinator)

    with pytest.raises(IllegalTransition):
        give(assignment)

    do(assignment, "confirm", coordinator)
    assert give(assignment).assignment is assignment


def test_orderer_gives_nobodys_code(assignment):
    with pytest.raises(NotAllowed):
        do(assignment, "give_check", actor_of("orderer", organisation=assignment.order.organisation),
           expires_on=LAST, most_views=1, shown_name=ShownName.CHOSEN)


@pytest.mark.both_databases
def test_last_view_is_given_once(assignment, app):
    code = training_checks.code_of(give(assignment, most_views=1))

    refused = at_once(app, *[lambda: training_checks.look(code, "Maija", TODAY)] * 2)

    assert refused == [CheckClosed.default]
    assert db.session.scalars(sa.select(TrainingCheck)).one().views == 1


def test_database_keeps_no_code(assignment):
    check = give(assignment)
    code = training_checks.code_of(check)

    kept = str(db.session.execute(sa.select(TrainingCheck.__table__)).one()) + str(
        [row.values() for row in db.session.scalars(sa.select(ChangeLog))])

    assert (code in kept, code.replace("-", "") in kept) == (False, False)
