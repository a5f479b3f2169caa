"""What people ask about their own data: the time, the answer, restricting, and the package of what is kept."""

import json
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from models import AccessLog, Completion, DataRequest, Expert, Payee, Programme, User, db
from models.base import Base, Record
from rules.choices import DataRequestKind
from rules.errors import BadInput, DomainError, NotAllowed
from rules.permissions import Role
from rules.states import DataRequestStatus
from services import data_package, queues, saving, scopes
from services.matching import ranking
from tests.factories import make
from tests.forgotten_world import CODE, EMAIL, FIRST, LAST, paid_claim
from tests.money_world import IBAN, TODAY, acting, do
from tests.people import make_expert, make_user


def request_of(expert, **given):
    return DataRequest(**{"expert": expert, "kind": DataRequestKind.ACCESS, "received_on": TODAY} | given)


@pytest.mark.parametrize(("received", "due"), [
    (date(2026, 11, 24), date(2026, 12, 24)), (date(2026, 1, 31), date(2026, 2, 28))])
def test_answer_is_due_in_a_month(received, due, people):
    request = request_of(make_expert(), received_on=received)

    saving.prepare(request, people["coordinator"], TODAY, is_new=True)

    assert request.due_on == due


@pytest.mark.parametrize(("given", "field"), [
    ({"received_on": date(2026, 11, 25)}, "received_on"), ({"due_on": date(2026, 11, 23)}, "due_on"),
    ({"due_on": date(2027, 2, 25)}, "due_on"), ({"due_on": date(2027, 2, 24)}, None)])
def test_request_has_come_and_waits_no_longer_than_the_law_lets_it(given, field, people):
    refused = None
    try:
        saving.prepare(request_of(make_expert(), **given), people["coordinator"], TODAY, is_new=True)
    except BadInput as bad:
        refused = bad

    assert getattr(refused, "field", None) == field


def test_time_is_made_longer_once_for_a_reason_that_is_told(people):
    request = make(DataRequest, received_on=TODAY, due_on=date(2026, 12, 24))

    with pytest.raises(BadInput) as without:
        do(request, "extend", people["coordinator"], reason=" ", until=None)
    db.session.rollback()
    with pytest.raises(BadInput) as too_long:
        do(request, "extend", people["coordinator"], reason="Paljon aineistoa", until=date(2027, 2, 25))
    db.session.rollback()
    do(request, "extend", people["coordinator"], reason="Paljon aineistoa", until=None)

    with pytest.raises(DomainError):
        do(request, "extend", people["coordinator"], reason="Vielä", until=None)
    db.session.rollback()
    assert (without.value.field, too_long.value.field) == ("reason", "until")
    assert (request.due_on, request.why_longer) == (date(2027, 2, 24), "Paljon aineistoa")


@pytest.mark.parametrize("words", [" ", "x" * 401])
def test_answer_is_told_in_some_words(words, people):
    request = make(DataRequest, status=DataRequestStatus.IN_PROGRESS)

    with pytest.raises(BadInput) as refused:
        do(request, "answer", people["coordinator"], answer=words)
    db.session.rollback()
    do(request, "answer", people["coordinator"], answer="Annettu tulosteena")

    assert refused.value.field == "answer"
    assert (request.status, request.answer) == (DataRequestStatus.ANSWERED, "Annettu tulosteena")


def test_restricted_is_in_no_queue_of_experts_and_proposed_for_nothing_until_it_is_lifted(held, people):
    expert, order = make_expert(), held.order

    def met():
        ranked = {one.candidate.expert_id: one for one in ranking(order, TODAY, str).not_now}[expert.id]
        return queues.count(queues.NOT_MET, people["coordinator"], TODAY), "data is restricted" in str(ranked)

    before = met()
    do(expert, "restrict", people["coordinator"])
    restricted = met()
    do(expert, "unrestrict", people["coordinator"])

    assert [before, restricted, met()] == [(2, False), (1, True), (2, False)]


@pytest.mark.parametrize("verb", ["restrict", "unrestrict"])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_the_coordinator_restricts(verb, role, people):
    expert = make_expert(restricted=verb == "unrestrict")
    before = expert.restricted

    with pytest.raises(NotAllowed):
        do(expert, verb, people["coordinator"].acting_as(role))
    db.session.rollback()
    kept = expert.restricted
    do(expert, verb, people["coordinator"])

    assert (kept, expert.restricted) == (before, not before)


@pytest.mark.parametrize(("due", "status", "found"), [
    (date(2026, 12, 1), "received", 1), (date(2026, 12, 2), "received", 0), (date(2026, 11, 1), "in_progress", 1),
    (date(2026, 11, 1), "answered", 0)])
def test_request_due_within_a_week_stands_on_the_first_screen(due, status, found, people):
    make(DataRequest, received_on=date(2026, 10, 1), due_on=due, status=DataRequestStatus(status))

    assert queues.count(queues.DATA_DUE, people["coordinator"], TODAY) == found
    assert queues.count(queues.DATA_DUE, people["finance"], TODAY) == 0


def test_package_has_every_record_and_who_has_looked(known, held, people):
    paid_claim(held, people)
    db.session.add(AccessLog(subject=known.subject, what="open", actor="Kaisa", role="coordinator", reason="Order:1"))
    db.session.add(AccessLog(subject="Expert:999", what="open", actor="Kaisa", role="coordinator"))
    db.session.commit()

    told = json.loads(data_package.as_json(data_package.package_of(known), datetime(2026, 11, 24, tzinfo=UTC)))

    records = told["records"]
    assert set(records) == {
        "Expert", "Pause", "SupportPerson", "Guardian", "Consent", "Agreement", "BackgroundCheck", "Assignment",
        "SupportContact", "Story", "Payee", "Feedback", "OnboardingPart", "Invoice", "InvoiceLine", "BatchItem", "Message", "User"}
    assert (records["Expert"][0]["first_name"], records["Expert"][0]["last_name"]) == (FIRST, LAST)
    assert (records["Payee"][0]["iban"], records["Payee"][0]["identity_code"]) == (IBAN, CODE)
    assert [row["name"] for row in records["Expert"][0]["closed_themes"]] == ["väkivalta"]
    assert [(row["subject"], row["actor"], row["reason"]) for row in told["readings"] if row["what"] == "open"] == [
        (known.subject, "Kaisa", "Order:1")]


def test_package_has_nothing_of_others_and_no_keys(known, held, people):
    other = make_expert(first_name="Toinen", email="toinen@test.invalid")
    text = data_package.as_json(data_package.package_of(known), datetime(2026, 11, 24, tzinfo=UTC)).decode()
    others = data_package.as_json(data_package.package_of(other), datetime(2026, 11, 24, tzinfo=UTC)).decode()

    assert (EMAIL in text, EMAIL in others) == (True, False)
    assert ("toinen@test.invalid" in text, "toinen@test.invalid" in others) == (False, True)
    assert [key for key in _keys() if key in text] == []


def _keys():
    user, payee = (db.session.scalars(sa.select(model)).all()[-1] for model in (User, Payee))
    return user.password_hash, payee.iban_fingerprint, payee.identity_code_fingerprint, payee.row_key


def test_every_record_type_that_belongs_to_an_expert_is_in_the_package(app):
    """By a key of its own, or through an assignment, a training, a claim or a payee."""
    models = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Record)]
    steps = {"expert", "assignment", "completion", "invoice", "payee"}
    belonging = {m for m in models if any(
        getattr(fk.column, "table", None) is not None and fk.column.table.name in steps
        for column in sa.inspect(m).local_table.columns for fk in column.foreign_keys)}

    told = {part.model for part in data_package._parts(make_expert())}

    assert belonging - told == set()


@pytest.mark.parametrize(("restricted", "met"), [(False, 1), (True, 0)])
def test_trainer_does_not_meet_who_is_restricted(restricted, met, people):
    user = make_user("trainer")
    expert = make_expert(restricted=restricted)
    make(Completion, expert=expert, programme=make(Programme, organisation=user.organisation))

    found = db.session.scalars(sa.select(Expert).where(scopes.visible(Expert, acting(user, "trainer")))).all()

    assert len(found) == met
