"""Which rows a role meets: written by hand, row by row, on both sides of each line."""

import pytest
import sqlalchemy as sa

from admin_views.generate import consoled
from models import (
    Assignment,
    Completion,
    Contact,
    Decision,
    Expert,
    Feedback,
    Group,
    Insight,
    Invoice,
    InvoiceLine,
    Matter,
    Meeting,
    Membership,
    Occasion,
    Order,
    Organisation,
    Pause,
    Payee,
    Programme,
    Trainer,
    db,
)
from rules.choices import FeedbackBy, GroupKind
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus, ClaimStatus, InsightStatus, MatterStatus
from services.scopes import SCOPES, visible
from tests.factories import make


def seen(model, actor):
    return set(db.session.scalars(sa.select(model).where(visible(model, actor))))


def orderer(organisation):
    return Actor(1, 1, Role.ORDERER, organisation_id=organisation.id if organisation else None)


def trainer(organisation):
    return Actor(1, 1, Role.TRAINER, organisation_id=organisation.id if organisation else None)


def expert(record):
    return Actor(1, 1, Role.EXPERT, expert_id=record.id if record else None)


def acting(role):
    return Actor(1, 1, role)


@pytest.mark.parametrize("model", consoled(), ids=lambda model: model.__name__)
def test_nobody_in_no_role_meets_anything_and_the_coordinator_does(model, app):
    row = make(model)

    assert seen(model, Actor(1, 1, None)) == set()
    assert row in seen(model, acting(Role.COORDINATOR))


def test_record_type_without_a_rule_shows_nothing(app, monkeypatch):
    make(Order)
    monkeypatch.delitem(SCOPES, Order)

    assert seen(Order, acting(Role.COORDINATOR)) == set()


def test_orderer_meets_the_own_organisation_and_what_belongs_to_it(app):
    own, other = make(Organisation), make(Organisation)
    contact, _ = make(Contact, organisation=own), make(Contact, organisation=other)
    order, foreign = make(Order, organisation=own), make(Order, organisation=other)
    occasion, _ = make(Occasion, order=order), make(Occasion, order=foreign)
    actor = orderer(own)

    assert (seen(Organisation, actor), seen(Contact, actor), seen(Order, actor), seen(Occasion, actor)) == (
        {own}, {contact}, {order}, {occasion})


@pytest.mark.parametrize("status", list(AssignmentStatus))
def test_orderer_meets_an_expert_only_from_the_confirmation_on(status, app):
    order = make(Order)
    assignment = make(Assignment, order=order, status=status)
    make(Assignment, status=AssignmentStatus.CONFIRMED)  # of another orderer

    expected = {"confirmed": {assignment}, "held": {assignment}, "closed": {assignment}}.get(status, set())
    assert seen(Assignment, orderer(order.organisation)) == expected


@pytest.mark.parametrize(("given_by", "met"), [
    (FeedbackBy.ORDERER, True), (FeedbackBy.EXPERT, False), (FeedbackBy.COORDINATOR, False)])
def test_orderer_meets_the_own_feedback_only(given_by, met, app):
    feedback = make(Feedback, given_by=given_by)
    make(Feedback, given_by=FeedbackBy.ORDERER)

    assert seen(Feedback, orderer(feedback.order.organisation)) == ({feedback} if met else set())


def test_trainer_meets_the_own_programmes_completions_trainees_and_colleagues(app):
    own, other = make(Organisation, trains=True), make(Organisation, trains=True)
    programme, foreign = make(Programme, organisation=own), make(Programme, organisation=other)
    completion, _ = make(Completion, programme=programme), make(Completion, programme=foreign)
    colleague, _ = make(Trainer, organisation=own), make(Trainer, organisation=other)
    make(Expert)
    actor = trainer(own)

    assert (seen(Programme, actor), seen(Completion, actor), seen(Expert, actor), seen(Trainer, actor)) == (
        {programme}, {completion}, {completion.expert}, {colleague})


def test_trainer_does_not_meet_a_protected_trainee(app):
    completion = make(Completion)
    completion.expert.protected = True

    assert seen(Expert, trainer(completion.programme.organisation)) == set()
    assert seen(Expert, acting(Role.COORDINATOR)) == {completion.expert}


def test_trainer_meets_the_organisations_that_train_and_the_own_one(app):
    own, training, _other = make(Organisation), make(Organisation, trains=True), make(Organisation)

    assert seen(Organisation, trainer(own)) == {own, training}


@pytest.mark.parametrize("status", list(AssignmentStatus))
def test_trainer_meets_a_joint_onboarding_whatever_was_answered(status, app):
    own = make(Organisation, trains=True)
    joint = make(Assignment, onboarding_with=own, status=status)
    make(Assignment, onboarding_with=make(Organisation), status=status), make(Assignment, status=status)

    assert seen(Assignment, trainer(own)) == {joint}


@pytest.mark.parametrize("model", [m for m in consoled() if "expert_id" in sa.inspect(m).columns])
def test_expert_meets_the_own_rows_or_the_table_closes_the_record_type(model, app):
    own = make(Expert)
    mine, _others = make(model, expert=own), make(model, expert=make(Expert))

    closed_to_experts = {"Guardian", "SupportContact", "Payee", "Attendance", "Membership", "Story", "DataRequest",
                         "Message", "Proposal"}
    if model.__name__ not in closed_to_experts:
        assert seen(model, expert(own)) == {mine}


def test_expert_meets_the_own_record_and_the_own_claims_by_their_payee(app):
    own, other = make(Expert), make(Expert)
    claim = make(Invoice, payee=make(Payee, expert=own))
    line, _ = make(InvoiceLine, invoice=claim), make(InvoiceLine)
    make(Invoice, payee=make(Payee, expert=other))

    assert (seen(Expert, expert(own)), seen(Invoice, expert(own)), seen(InvoiceLine, expert(own))) == (
        {own}, {claim}, {line})


@pytest.mark.parametrize(("model", "given"), [
    (Invoice, {}), (InvoiceLine, {}), (Assignment, {}), (Pause, {}), (Expert, {})])
def test_empty_column_is_nobodys_own(model, given, app):
    """Claims of payees without an expert record, assignments without a joint onboarding: they are not "mine"."""
    make(model, **given)

    assert seen(model, expert(None)) == set()
    assert seen(Assignment, trainer(None)) == set()
    assert seen(Order, orderer(None)) == set()


@pytest.mark.parametrize("status", list(ClaimStatus))
def test_finance_meets_a_claim_from_the_check_on(status, app):
    line = make(InvoiceLine, invoice=make(Invoice, status=status))

    met = status not in ("draft", "received", "withdrawn")
    assert seen(Invoice, acting(Role.FINANCE)) == ({line.invoice} if met else set())
    assert seen(InvoiceLine, acting(Role.FINANCE)) == ({line} if met else set())


@pytest.mark.parametrize("status", list(MatterStatus))
def test_steering_group_meets_a_matter_that_was_sent_to_it(status, app):
    decision = make(Decision, matter=make(Matter, status=status))

    met = status in ("sent", "decided", "reported")
    assert seen(Matter, acting(Role.STEERING)) == ({decision.matter} if met else set())
    assert seen(Decision, acting(Role.STEERING)) == ({decision} if met else set())


@pytest.mark.parametrize("status", list(InsightStatus))
def test_steering_group_meets_an_insight_once_it_was_passed_on(status, app):
    insight = make(Insight, status=status)

    assert seen(Insight, acting(Role.STEERING)) == (set() if status == "noted" else {insight})


@pytest.mark.parametrize(("kind", "group_met", "meeting_met"), [
    (GroupKind.STEERING, True, True), (GroupKind.DEVELOPMENT, True, False), (GroupKind.PEER, False, False)])
def test_steering_group_meets_no_peer_support_group(kind, group_met, meeting_met, app):
    group = make(Group, kind=kind)
    meeting, membership = make(Meeting, group=group), make(Membership, group=group)
    actor = acting(Role.STEERING)

    assert seen(Group, actor) == ({group} if group_met else set())
    assert seen(Membership, actor) == ({membership} if group_met else set())
    assert seen(Meeting, actor) == ({meeting} if meeting_met else set())
