"""What an expert with an account does alone, and nobody in their place."""

import pytest
import sqlalchemy as sa

from models import AccessLog, Assignment, Consent, DataRequest, Expert, db
from models.personal_link import LinkFor
from rules.choices import AnswerBy, ConsentKind, DataRequestKind
from rules.errors import NotAllowed
from rules.permissions import Role
from rules.states import AssignmentStatus, ConsentStatus, DataRequestStatus
from services import own_voice, verbs
from services.personal_links import live_link
from tests.factories import make
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order, ask, confirmed, do

A = AssignmentStatus


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def expert(app):
    return an_askable()


@pytest.fixture
def own(expert):
    return actor_of("expert", expert=expert)


@pytest.mark.parametrize(("verb", "status", "by", "talk"), [
    ("say_yes", A.ACCEPTED, AnswerBy.EXPERT, False), ("say_not_now", A.NOT_NOW, AnswerBy.EXPERT, False),
    ("ask_to_talk", A.ASKED, None, True)])
def test_expert_answers_what_is_asked(coordinator, expert, own, verb, status, by, talk):
    [assignment] = ask(an_order(coordinator), coordinator, expert)

    do(assignment, verb, own)

    assert (assignment.status, assignment.answered_by, assignment.wants_to_talk) == (status, by, talk)


def test_not_now_is_free_after_the_confirmation_and_closes_the_link(coordinator, expert, own):
    assignment = confirmed(an_order(coordinator), coordinator, expert)

    do(assignment, "say_not_now", own)

    assert (assignment.status, live_link(LinkFor.ANSWER, assignment), assignment.order.status) == (
        A.NOT_NOW, None, "searching")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EXPERT])
@pytest.mark.parametrize(("model", "verb"), [(Assignment, "say_yes"), (Assignment, "say_not_now"),
                                             (Assignment, "ask_to_talk"), (Expert, "ask_for_data")])
def test_nobody_speaks_in_the_experts_place(app, role, model, verb):
    with pytest.raises(NotAllowed):
        verbs.run(make(model), verb, actor_of(role.value), TODAY, {})


def test_expert_asks_to_be_forgotten_and_is_told_what_it_waits_for(coordinator, expert, own):
    assignment = confirmed(an_order(coordinator), coordinator, expert)
    found = verbs.find(Expert, "ask_for_data")

    told = [str(sentence) for sentence in found.preview(expert, own, TODAY, what=DataRequestKind.ERASE)]
    db.session.rollback()
    do(expert, "ask_for_data", own, what=DataRequestKind.ERASE)

    [request] = db.session.scalars(sa.select(DataRequest))
    assert (request.expert, request.kind, request.status, str(request.due_on)) == (
        expert, DataRequestKind.ERASE, DataRequestStatus.RECEIVED, "2026-12-24")
    assert [str(assignment.order) in sentence for sentence in told] == [False] * 6 + [True]


@pytest.mark.parametrize(("kind", "allowed"), [(ConsentKind.PUBLISHING, True), (ConsentKind.GUARDIAN, False)])
def test_expert_takes_back_own_consents_and_not_a_guardians(expert, own, coordinator, kind, allowed):
    consent = make(Consent, expert=expert, kind=kind)

    if allowed:
        do(consent, "withdraw", own)
    else:
        with pytest.raises(NotAllowed):
            do(consent, "withdraw", own)
        do(consent, "withdraw", coordinator)

    assert consent.status is ConsentStatus.WITHDRAWN


def test_expert_sees_who_looked_at_the_own_record_and_nobody_elses(expert, own, login, coordinator):
    other = an_askable()
    db.session.add_all([AccessLog(subject=one.subject, what="open", reason=reason, actor="Kaisa K.", role="coordinator")
                        for one, reason in ((expert, "Tilauksesta sopiminen"), (other, "Toisen asia"))])
    db.session.commit()

    pages = {role: login(role, **({"expert": other} if role == "expert" else {})).get(
        f"/admin/expert/details/?id={other.id}").text for role in ("expert", "coordinator")}

    assert [row.reason for row in own_voice.who_looked(expert)] == ["Tilauksesta sopiminen"]
    assert {role: ("Toisen asia" in page, "Tilauksesta sopiminen" in page) for role, page in pages.items()} == {
        "expert": (True, False), "coordinator": (False, False)}
