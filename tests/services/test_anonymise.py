"""Anonymising: what goes everywhere, what stays to the byte, what is refused, and that the file itself is rid of it."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from jobs.sealing import seal_logs
from models import AccessLog, Assignment, BatchItem, Contact, Expert, Invoice, StatusChange, User, db
from models.base import described
from models.engine import writing
from rules.errors import BadInput, DomainError, NotAllowed
from rules.permissions import Role
from rules.states import AssignmentStatus
from services import log_chain
from services.anonymise import forget, hindrances
from services.sign_ins import note_sign_in
from tests.factories import make
from tests.forgotten_world import FIRST, LAST, files, in_the_file, leave, paid_claim, where_said
from tests.money_world import TODAY, approved_claim, do
from tests.people import make_expert, make_user

SNAPSHOT = {"batch_item.payee_name", "batch_item.iban", "batch_item.identity_code", "batch_file.sealed_data"}


def sums():
    return (db.session.execute(sa.text("SELECT sum(amount) FROM invoice_line")).scalar(),
            db.session.execute(sa.text("SELECT sum(amount), sum(fee) FROM batch_item")).one(),
            [(claim.number, claim.status, claim.total, claim.paid_on) for claim in db.session.scalars(
                sa.select(Invoice).order_by(Invoice.id))],
            [(item.payee_name, item.iban, item.amount, item.batch.content_hash) for item in db.session.scalars(
                sa.select(BatchItem).order_by(BatchItem.id))])


@pytest.mark.both_databases
def test_who_was_paid_stays_with_what_was_paid_and_nowhere_else(known, held, people):
    paid_claim(held, people)
    leave(known, people)
    before = files(), sums()
    named_before = where_said()

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert len(named_before) >= 30
    assert where_said() == SNAPSHOT
    assert (files(), sums()) == before
    assert str(known) == f"Poistettu #{known.id}"


@pytest.mark.both_databases
def test_expert_without_claims_is_found_nowhere(known, people):
    leave(known, people)

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert where_said() == set()


def test_raw_file_its_log_and_its_dump_say_nothing(known, people):
    leave(known, people)
    before = in_the_file()

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (len(before) > 5, in_the_file()) == (True, set())


def test_assignment_ahead_and_open_claim_are_named_and_refuse(known, held, people):
    claim = approved_claim(held, people)
    leave(known, people)

    with pytest.raises(DomainError) as refused:
        do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")
    db.session.rollback()
    kept = str(known)
    do(claim, "reject", people["finance"], note="Ei makseta")
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert str(refused.value) == (f"There are open fee claims: {claim.number}. "
                                  "Until they are settled, the use of the data can be restricted.")
    assert kept != str(known) == f"Poistettu #{known.id}"


@pytest.mark.parametrize(("status", "refuses"), [
    ("proposed", True), ("asked", True), ("accepted", True), ("confirmed", True), ("held", False), ("closed", False),
    ("not_now", False), ("cancelled", False)])
def test_assignments_that_lie_ahead_refuse(status, refuses, app, people):
    assignment = make(Assignment, status=AssignmentStatus(status))

    told = [str(sentence) for sentence in hindrances(assignment.expert)]

    assert told == ([f"There are assignments ahead: {assignment.order}."] if refuses else [])


def test_only_who_has_left_is_anonymised(known, people):
    with pytest.raises(DomainError) as refused:
        do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")
    db.session.rollback()
    leave(known, people)
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert str(refused.value) == "“Anonymise” is not possible: the state is “participant”."
    assert known.status == "anonymised"


@pytest.mark.parametrize("role", ["trainer", "finance", "orderer", "steering", "expert", "admin"])
def test_nobody_but_the_coordinator_anonymises(role, known, people):
    leave(known, people)

    with pytest.raises(NotAllowed):
        do(known, "anonymise", people["coordinator"].acting_as(Role(role)), note="Pyysi poistamista")
    db.session.rollback()
    before = known.first_name
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (before, known.first_name) == (FIRST, "")


@pytest.mark.parametrize(("note", "field"), [("", "note"), (f"{FIRST} {LAST} pyysi", "note")])
def test_reason_is_needed_and_names_nobody(note, field, known, people):
    leave(known, people)

    with pytest.raises(BadInput) as refused:
        do(known, "anonymise", people["coordinator"], note=note)
    db.session.rollback()

    assert (refused.value.field, known.first_name) == (field, FIRST)


def test_history_stays_whole_and_says_why(known, people):
    seal_logs(datetime(2026, 11, 24, tzinfo=UTC))
    leave(known, people)
    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    steps = db.session.scalars(sa.select(StatusChange).where(
        StatusChange.subject == known.subject).order_by(StatusChange.id))

    assert [(row.verb, row.note) for row in steps] == [("leave", None), ("anonymise", "Pyysi poistamista")]
    assert [state.broken for state in log_chain.verify()] == [None, None, None]


def test_others_of_the_same_name_keep_theirs(known, people):
    other = make_expert(first_name=FIRST, last_name=LAST)
    worker = make(Contact, name=f"{FIRST} {LAST}")
    leave(known, people)

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (other.first_name, worker.name) == (FIRST, f"{FIRST} {LAST}")


def test_account_of_the_expert_alone_is_closed(known, people):
    user = db.session.scalars(sa.select(User).where(User.person_id == known.person_id)).one()
    leave(known, people)

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (user.name, user.email, user.active, user.password_hash, user.roles) == (
        f"Poistettu #{known.id}", f"poistettu-{user.id}@invalid", False, "", ())


def test_account_with_other_work_stays_for_that_work(people):
    expert = make_expert()
    user = make_user("steering", "expert", expert=expert, name="Istu Paikalla")
    leave(expert, people)

    do(expert, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (user.name, user.active, user.roles, user.expert) == ("Istu Paikalla", True, (Role.STEERING,), None)


def test_experts_own_doings_are_logged_by_number(known):
    user = db.session.scalars(sa.select(User).where(User.person_id == known.person_id)).one()

    note_sign_in(user, "sign_in", Role.EXPERT, "192.0.2.7")
    note_sign_in(make_user("finance", name="Mikko Maksaja"), "sign_in", Role.FINANCE, "192.0.2.7")
    db.session.commit()

    rows = db.session.scalars(sa.select(AccessLog).order_by(AccessLog.id.desc()).limit(2)).all()
    assert [row.actor for row in rows] == ["Mikko Maksaja", user.subject]


@pytest.mark.parametrize(("born", "kept"), [(date(1993, 4, 5), 1990), (date(2005, 1, 1), 2005), (None, None)])
def test_five_years_of_birth_stay(born, kept, people):
    expert = make_expert(birth_date=born)
    leave(expert, people)

    do(expert, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (expert.birth_date, expert.birth_year) == (None, kept)


@pytest.mark.both_databases
def test_dry_run_tells_and_changes_nothing(known, held, people):
    paid_claim(held, people)
    leave(known, people)
    before = where_said()

    with writing():
        told = forget(known, people["coordinator"], TODAY, "Pyysi poistamista")
        db.session.rollback()

    assert (told.deleted, told.claims, told.kept_until) == (7, 1, date(2033, 1, 1))
    assert where_said() == before


def test_nothing_stays_on_the_record_but_what_is_counted(known, people):
    leave(known, people)

    do(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    kept = {name: getattr(known, name) for name, _ in described(Expert) if getattr(known, name)}
    assert {name: kept.pop(name) for name in ("alias", "birth_year", "status")} == {
        "alias": f"Poistettu #{known.id}", "birth_year": 1990, "status": "anonymised"}
    assert (set(kept), known.message_language) == ({"person", "created_at", "message_language"}, "fi")
    assert (str(known.person), known.assignments != []) == (f"Poistettu #{known.id}", True)
