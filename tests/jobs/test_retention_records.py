"""Letting go of records: each kind when its time is over, and not a day before."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs.retention_records import GOING, due_in_records, let_go_of_records
from models import (
    AccessLink,
    Agreement,
    Assignment,
    BackgroundCheck,
    BankAnswer,
    BatchFile,
    Consent,
    DataRequest,
    Draft,
    Expert,
    IncomesReport,
    Invoice,
    Message,
    Occasion,
    Payee,
    PaymentBatch,
    PersonalLink,
    Proposal,
    Request,
    Selection,
    StatusChange,
    Story,
    Submission,
    TrainingCheck,
    db,
)
from models.base import Record
from models.engine import writing
from rules.choices import AnswerBy
from rules.processing import KEPT_BY
from rules.retention import months_after
from rules.states import (
    AssignmentStatus,
    BankStatus,
    ConsentStatus,
    DataRequestStatus,
    MessageStatus,
    ProposalStatus,
    RequestStatus,
)
from tests.factories import make
from tests.forgotten_world import in_the_file, leave, paid_claim, where_said
from tests.money_world import do
from tests.people import make_expert


def let_go(today):
    """Run the job as the command does."""
    with writing():
        for _ in let_go_of_records(today):
            db.session.commit()
        db.session.commit()


def due(today):
    return {rule.kind: rows for rule, rows in due_in_records(today) if rows}


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.both_databases
def test_what_was_paid_goes_with_its_payee_when_the_law_lets_it(known, held, people):
    paid_claim(held, people)
    leave(known, people)
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")
    let_go(date(2032, 12, 31))
    kept = where_said()

    let_go(date(2033, 1, 1))

    assert len(kept) == 4
    assert where_said() == set()
    assert [count(model) for model in (PaymentBatch, BatchFile, Invoice, Payee)] == [0, 0, 0, 0]


def test_raw_file_says_nothing_when_all_has_gone(known, held, people):
    paid_claim(held, people)
    leave(known, people)
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")
    before = in_the_file()

    let_go(date(2033, 1, 1))

    assert (before >= {"xantippa", "kvistgård"}, in_the_file()) == (True, set())


def test_batch_with_a_claim_that_is_younger_stays_whole(held, people):
    claim, _batch = paid_claim(held, people)
    claim.paid_on = date(2027, 1, 2)
    db.session.commit()

    let_go(date(2033, 1, 1))
    kept = [count(model) for model in (PaymentBatch, BatchFile, Invoice)]
    let_go(date(2034, 1, 1))

    assert kept == [1, 3, 1]
    assert [count(model) for model in (PaymentBatch, BatchFile, Invoice)] == [0, 0, 0]


@pytest.mark.both_databases
def test_expert_who_left_is_anonymised_after_three_months(people):
    expert = make_expert()
    leave(expert, people)
    left = db.session.scalars(sa.select(StatusChange.at).where(StatusChange.subject == expert.subject)).one().date()
    day = months_after(left, 3)

    let_go(day - timedelta(1))
    before = expert.status
    let_go(day)

    assert (before, expert.status) == (BankStatus.LEFT, BankStatus.ANONYMISED)


def test_expert_for_whom_something_is_open_waits(people, app):
    expert = make(Expert, status=BankStatus.LEFT)
    assignment = make(Assignment, expert=expert, status=AssignmentStatus.CONFIRMED)

    let_go(date(2040, 1, 1))
    waited = expert.status
    do(assignment, "decline", people["coordinator"], answered_by=AnswerBy.EXPERT)
    let_go(date(2040, 1, 1))

    assert (waited, expert.status) == (BankStatus.LEFT, BankStatus.ANONYMISED)


@pytest.mark.parametrize(("today", "left"), [(date(2026, 7, 14), "syy"), (date(2026, 7, 15), "")])
def test_answers_are_emptied_half_a_year_after_the_order(today, left, app):
    assignment = make(Assignment, status=AssignmentStatus.NOT_NOW, why="syy", answered_by=AnswerBy.EXPERT)
    make(Occasion, order=assignment.order, on=date(2026, 1, 15))

    let_go(today)

    assert (assignment.why, assignment.status) == (left, AssignmentStatus.NOT_NOW)


MADE = [
    ("checks", lambda: [make(BackgroundCheck, expert=expert, issued_on=day, seen_on=day)
                       for expert in [make_expert()] for day in (date(2020, 1, 1), date(2025, 1, 15))]),
    ("papers", lambda: [make(Agreement, signed_on=date(2020, 1, 1), valid_until=date(2023, 1, 15))]),
    ("requests", lambda: [make(Request, status=RequestStatus.REFUSED, created_at=at(date(2025, 7, 15)))]),
    ("messages", lambda: [make(Message, status=MessageStatus.SENT, created_at=at(date(2025, 1, 15)))]),
    ("data_requests", lambda: [make(DataRequest, status=DataRequestStatus.ANSWERED, received_on=date(2023, 1, 1),
                                   due_on=date(2023, 1, 15))]),
    ("desk", lambda: [make(Draft, at=at(date(2025, 12, 15)))]),
    ("requests", lambda: [make(Proposal, created_at=at(date(2025, 7, 15)))]),
    ("desk", lambda: [make(Selection, ids=[1], at=at(date(2025, 12, 15)))]),
    ("desk", lambda: [make(Submission, at=at(date(2025, 12, 15)))]),
    ("desk", lambda: [make(PersonalLink, assignment=make(Assignment), expires_on=date(2025, 12, 15))]),
    ("desk", lambda: [make(AccessLink, expires_at=at(date(2025, 12, 15)))]),
    ("desk", lambda: [make(TrainingCheck, expires_on=date(2025, 12, 15))]),
]
PAID = [
    ("payments", lambda: [make(BankAnswer, created_at=at(date(2019, 6, 15)))]),
    ("payments", lambda: [make(IncomesReport, payment_date=date(2019, 6, 15))]),
]


@pytest.mark.parametrize(("kind", "made", "day"), [(*one, date(2026, 1, 15)) for one in MADE] + [
    (*one, date(2026, 1, 1)) for one in PAID])
def test_kind_goes_on_its_day_and_not_before(kind, made, day, app):
    model = type(made()[0])
    before = count(model)

    counted = due(day - timedelta(1)), due(day)
    let_go(day - timedelta(1))
    kept = count(model)
    let_go(day)

    assert counted == ({}, {kind: 1})
    assert (kept, count(model)) == (before, before - 1)


def test_every_kind_that_goes_has_its_day_tested_and_goes_by_the_rule_that_the_field_list_names(app):
    """Experts, claims with their batches, payees, answers and consents by the tests above and below."""
    apart = {PaymentBatch, Invoice, Expert, Payee, Assignment, Consent}

    assert {going.model for going in GOING} - apart == {type(made()[0]) for _, made in (*MADE, *PAID)}
    assert {going.model.__name__: going.kind for going in GOING if KEPT_BY.get(going.model.__name__) != going.kind
            and issubclass(going.model, Record)} == {}


def test_proposal_that_became_an_expert_stays(app):
    make(Proposal, status=ProposalStatus.ACCEPTED, expert=make_expert(), created_at=at(date(2020, 1, 1)))

    let_go(date(2026, 1, 1))

    assert count(Proposal) == 1


def test_requests_that_became_no_order_go_and_those_that_did_stay(app):
    for status in RequestStatus:
        make(Request, status=status, created_at=at(date(2025, 7, 15)))

    let_go(date(2026, 1, 15))

    left = db.session.scalars(sa.select(Request.status).order_by(Request.id)).all()
    assert left == [RequestStatus.UNCONFIRMED, RequestStatus.CONFIRMED]


def test_consent_that_was_withdrawn_waits_for_its_story_to_be_taken_down_and_goes(people):
    consent = make(Consent)
    story = make(Story, consent=consent, taken_down_on=None)
    do(consent, "withdraw", people["coordinator"])
    let_go(date(2040, 1, 1))
    while_shown = count(Consent), story.consent_id

    do(story, "take_down", people["coordinator"])
    let_go(date(2040, 1, 1))

    assert (while_shown, count(Consent), story.consent_id) == ((1, consent.id), 0, None)


def test_consent_in_force_stays(app):
    make(Consent, status=ConsentStatus.GIVEN)

    let_go(date(2040, 1, 1))

    assert count(Consent) == 1
