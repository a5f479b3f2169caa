"""A graduate joins the bank: proposed with consent, taken in by the coordinator, let go of when it comes to nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import ChangeLog, Expert, Programme, Proposal, db
from models.engine import writing
from rules.errors import BadInput, FieldErrors, NotAllowed
from rules.states import BankStatus, CompletionStatus, ProposalStatus
from services import saving
from services.scopes import visible
from tests.factories import make
from tests.people import make_expert, make_organisation
from tests.services.placing_world import TODAY, actor_of, do


@pytest.fixture
def trainer(app):
    return actor_of("trainer", organisation=make_organisation(trains=True))


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def propose(actor, programme=None, **given):
    facts = {"programme": programme or make(Programme, organisation_id=actor.organisation_id),
             "completed_on": TODAY - timedelta(7), "consent_on": TODAY, "consents": True, "first_name": "Sini",
             "last_name": "Salmela", "alias": "Sini S.", "phone": "+358401112233", "certificate_number": "T-9"}
    proposal = Proposal(**facts | given)
    with writing(), db.session.no_autoflush:
        saving.prepare(proposal, actor, TODAY, is_new=True)
        db.session.add(proposal)
        db.session.commit()
    return proposal


def logged_names():
    return [values for row in db.session.scalars(sa.select(ChangeLog).where(ChangeLog.subject.like("Proposal:%")))
            if "Salmela" in str(values := row.values())]


def test_graduate_joins_the_bank_with_the_training_and_the_consent(trainer, coordinator):
    proposal = propose(trainer)

    expert = do(proposal, "accept", coordinator)

    [training], [consent] = expert.completions, expert.consents
    assert (expert.status, str(expert), expert.phone) == (BankStatus.IN_BANK, "Sini S.", "+358401112233")
    assert (training.status, training.completed_on, training.certificate_number) == (
        CompletionStatus.COMPLETED, TODAY - timedelta(7), "T-9")
    assert (consent.given_by, consent.given_on, proposal.status, proposal.expert) == (
        "Sini Salmela", TODAY, ProposalStatus.ACCEPTED, expert)


def test_without_the_consent_nothing_of_the_person_is_saved(trainer, coordinator):
    with pytest.raises(FieldErrors) as refused:
        propose(trainer, consents=False)
    db.session.rollback()

    assert set(refused.value.errors) == {"consents"}
    assert list(db.session.scalars(sa.select(Proposal).where(visible(Proposal, coordinator)))) == []
    proposal = propose(trainer)
    assert list(db.session.scalars(sa.select(Proposal).where(visible(Proposal, coordinator)))) == [proposal]


@pytest.mark.parametrize("verb", ["decline", "withdraw"])
def test_what_comes_to_nothing_leaves_no_name_behind(trainer, coordinator, verb):
    proposal = propose(trainer)
    before = len(logged_names())

    do(proposal, verb, coordinator, **({"note": "Ei juuri nyt."} if verb == "decline" else {}))

    assert (before, logged_names()) == (1, [])
    assert (proposal.first_name, proposal.last_name, proposal.alias, proposal.phone, proposal.email) == ("",) * 5
    assert db.session.scalar(sa.select(sa.func.count(Expert.id))) == 0


@pytest.mark.parametrize(("given", "field"), [
    ({"first_name": ""}, "first_name"), ({"phone": ""}, "phone"), ({"consent_on": TODAY + timedelta(1)}, "consent_on"),
    ({"completed_on": TODAY + timedelta(1)}, "completed_on"), ({"consent_on": TODAY - timedelta(8)}, "consent_on")])
def test_proposal_that_cannot_stand_names_its_field(trainer, given, field):
    with pytest.raises(FieldErrors) as refused:
        propose(trainer, **given)
    db.session.rollback()

    assert field in refused.value.errors


def test_trainer_proposes_from_own_programmes_and_sees_own_proposals_only(trainer):
    other = actor_of("trainer", organisation=make_organisation(trains=True))
    own = propose(trainer)

    with pytest.raises(FieldErrors) as refused:
        propose(other, programme=own.programme)
    db.session.rollback()

    assert set(refused.value.errors) == {"programme"}
    assert [list(db.session.scalars(sa.select(Proposal).where(visible(Proposal, who)))) for who in (trainer, other)] == [
        [own], []]


def test_trainer_takes_nobody_into_the_bank(trainer, coordinator):
    proposal = propose(trainer)

    with pytest.raises(NotAllowed):
        do(proposal, "accept", trainer)

    assert do(proposal, "accept", coordinator).status is BankStatus.IN_BANK


def test_somebody_who_is_here_already_is_not_made_twice(trainer, coordinator):
    known = make_expert(first_name="Sini", phone="+358401112233")
    proposal = propose(trainer)

    with pytest.raises(BadInput) as refused:
        do(proposal, "accept", coordinator)

    assert refused.value.field == "known_as"
    assert do(proposal, "accept", coordinator, known_as=known) is known
    assert (known.status, db.session.scalar(sa.select(sa.func.count(Expert.id)))) == (BankStatus.IN_BANK, 1)
