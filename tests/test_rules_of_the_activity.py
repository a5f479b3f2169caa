"""The fifteen rules of the activity, each a sentence and a short proof. What surrounds them is tested where it lives."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import AccessLog, BatchFile, ExistingStructure, Expert, Group, Matter, Payee, db
from models.engine import writing
from rules.choices import AnswerBy, BatchKind, ContactRelease, Debriefed, GroupKind, OrderKind
from rules.errors import DomainError
from rules.matching import Training, rank
from rules.referrals import Elsewhere, belongs_elsewhere
from rules.states import AssignmentStatus, BankStatus, MatterStatus, OrderStatus
from rules.suppression import Withheld, protect_counts
from services import matching, queues, saving
from services.training_status import training_status
from tests.admin.test_reveal import at, send
from tests.bank_batch_world import to_the_bank
from tests.factories import make
from tests.forgotten_world import files, leave, paid_claim
from tests.money_world import approved_claim, new_batch
from tests.money_world import do as pay
from tests.people import make_expert
from tests.rules.matching_world import RULES, a_need, an_expert
from tests.rules.matching_world import TODAY as THAT_DAY
from tests.services.placing_world import (
    EVENT,
    TODAY,
    accepted,
    actor_of,
    an_askable,
    an_order,
    ask,
    confirmed,
    do,
    onboard,
)
from tests.services.test_anonymise import sums
from tests.services.test_batches import add, refusal

A = AssignmentStatus
TRAINED = Training("Pesäpuu", 2024, None)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def test_01_untrained_expert_stands_among_candidates_with_the_same_score_when_no_training_is_required():
    trained = an_expert(2, trainings=(TRAINED,))
    untrained = an_expert(1, trainings=())

    ranking = rank(a_need(), [trained, untrained], THAT_DAY, RULES)

    assert [found.candidate.expert_id for found in ranking.can_be_asked] == [1, 2]
    assert ranking.can_be_asked[0].yes == ranking.can_be_asked[1].yes


def test_02_declining_or_pausing_never_changes_the_score_and_organisations_never_see_it(coordinator):
    first, second = an_askable(), an_askable()
    [assignment] = ask(an_order(coordinator), coordinator, first)
    ask(an_order(coordinator), coordinator, second)
    before = training_status(assignment.order, TODAY)
    do(assignment, "decline", coordinator)

    askable = matching.ranking(an_order(coordinator, on=EVENT + timedelta(60)), TODAY).can_be_asked

    assert [found.candidate.expert_id for found in askable] == [first.id, second.id]
    assert askable[0].yes == askable[1].yes
    assert training_status(assignment.order, TODAY) == before


@pytest.mark.parametrize("by", list(AnswerBy))
@pytest.mark.parametrize("made", [lambda order, actor: ask(order, actor, an_askable())[0], accepted, confirmed])
def test_03_not_now_works_up_to_the_event_without_a_reason_from_whoever_says_it(coordinator, made, by):
    assignment = made(an_order(coordinator), coordinator)

    do(assignment, "decline", coordinator, today=EVENT, answered_by=by)

    assert (assignment.status, assignment.answered_by) == (A.NOT_NOW, by)


def test_04_draft_expert_saves_with_a_name_alone_and_payment_data_is_asked_of_the_payee_only(coordinator):
    expert = Expert(alias="Tuuli", reached_through="nuorisotalo")
    with writing():
        saving.prepare(expert, coordinator, TODAY, is_new=True)
        db.session.add(expert)
        db.session.commit()

    assert (str(expert), expert.status) == ("Tuuli", BankStatus.PARTICIPANT)
    assert {"iban", "identity_code"} & set(Expert.__table__.columns.keys()) == set()
    assert {"iban", "identity_code"} <= set(Payee.__table__.columns.keys())


def test_05_no_assignment_is_confirmed_without_a_recorded_onboarding(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    do(assignment, "accept", coordinator)

    with pytest.raises(DomainError):
        do(assignment, "confirm", coordinator)
    onboard(assignment, coordinator)
    do(assignment, "confirm", coordinator)

    assert assignment.status is A.CONFIRMED


def test_06_no_order_closes_without_its_debrief_and_the_feedback_task_exists_from_the_day_after(coordinator):
    assignment = confirmed(an_order(coordinator), coordinator)
    order = assignment.order
    tasks = [queues.count(queues.FEEDBACK, coordinator, day) for day in (EVENT, EVENT + timedelta(1))]
    do(order, "hold", coordinator, today=EVENT)

    with pytest.raises(DomainError):
        do(order, "close", coordinator, today=EVENT)
    do(assignment, "debrief", coordinator, today=EVENT, how=Debriefed.OFFERED)
    do(order, "close", coordinator, today=EVENT)

    assert (tasks, order.status) == ([0, 1], OrderStatus.CLOSED)


@pytest.mark.parametrize(("release", "told"), [(ContactRelease.COORDINATOR, []), (ContactRelease.PHONE, ["+358401"]),
                                               (ContactRelease.EMAIL, ["kokija@test.invalid"])])
def test_07_orderer_never_sees_phone_or_email_unless_released_for_this_assignment(coordinator, login, release, told):
    expert = an_askable(phone="+358401", email="kokija@test.invalid")
    assignment = confirmed(an_order(coordinator), coordinator, expert, contact_release=release)
    client = login("orderer", organisation=assignment.order.organisation)

    pages = "".join(client.get(address).text for address in (
        f"/admin/order/details/?id={assignment.order_id}", f"/admin/assignment/details/?id={assignment.id}",
        "/admin/assignment/", f"/own-briefing/order/{assignment.order_id}"))

    assert [word for word in ("+358401", "kokija@test.invalid") if word in pages] == told


def test_08_order_for_valtti_or_a_peer_group_is_referred_and_not_staffed(coordinator):
    wishes = [belongs_elsewhere(OrderKind.PEER_EVALUATION, ""), belongs_elsewhere(OrderKind.TALK, "VALTTI meille"),
              belongs_elsewhere(OrderKind.OTHER, "Vertaistukiryhmä"), belongs_elsewhere(OrderKind.TALK, "Luento")]
    owner = make(ExistingStructure, name="VALTTI", owner="Pesäpuu ry")
    order, ours = an_order(coordinator, kind=OrderKind.PEER_EVALUATION), an_order(coordinator)

    refused = []
    for attempt in (lambda: ask(order, coordinator, an_askable()), lambda: do(order, "search", coordinator)):
        with pytest.raises(DomainError) as refusal:
            attempt()
        refused.append(str(refusal.value))
    asked = ask(ours, coordinator, an_askable())
    before = (order.status, order.assignments)
    do(order, "refer", coordinator, referred_to=owner, note="Kuuluu sinne")

    assert wishes == [Elsewhere.VALTTI, Elsewhere.VALTTI, Elsewhere.PEER_GROUP, None]
    assert refused == ["A peer evaluation is not staffed here: refer it to Pesäpuu ry."] * 2
    assert (before, len(asked)) == ((OrderStatus.RECEIVED, []), 1)
    assert (order.status, order.referred_to, order.assignments) == (OrderStatus.REFERRED, owner, [])


def test_09_matter_sent_to_the_steering_group_comes_back_to_the_development_group_with_a_decision(coordinator):
    matter = make(Matter, group=make(Group, kind=GroupKind.DEVELOPMENT))
    for verb in ("prepare", "send"):
        do(matter, verb, coordinator)
    with pytest.raises(DomainError):
        do(matter, "report", coordinator)

    do(matter, "decide", coordinator, decision="Otetaan käyttöön")
    waits = queues.count(queues.TO_REPORT, coordinator, TODAY)
    do(matter, "report", coordinator)

    assert (waits, matter.status) == (1, MatterStatus.REPORTED)


def test_10_claim_is_in_one_live_batch_whose_approver_is_not_its_maker_and_whose_file_never_changes(held, people):
    claim = approved_claim(held, people)
    batch, other = new_batch(people, [claim]), new_batch(people)
    with pytest.raises(DomainError):
        add(other, [claim], people["finance"])
    db.session.rollback()
    pay(batch, "submit", people["finance"])
    own = refusal(batch, "approve", people["finance"])
    pay(batch, "approve", people["finance2"])
    pay(batch, "generate", people["finance"])
    before = {file.name: file.plain() for file in batch.files}
    again = refusal(batch, "generate", people["finance"])
    with pytest.raises(DomainError):
        add(batch, [claim], people["finance"])
    db.session.rollback()

    assert (str(own), bool(again)) == ("Somebody else than the maker and the submitter approves a batch.", True)
    assert {file.name: file.plain() for file in db.session.scalars(sa.select(BatchFile))} == before


def test_11_private_persons_fee_never_enters_a_bank_file(held, people, paying_account):
    claim = approved_claim(held, people)
    to_bank = to_the_bank(people, paying_account)

    with pytest.raises(DomainError):
        add(to_bank, [claim], people["finance"])
    db.session.rollback()

    assert (to_bank.kind, to_bank.items) == (BatchKind.SEPA, [])
    assert [item.invoice for item in new_batch(people, [claim]).items] == [claim]


def test_12_protected_expert_is_in_no_export_with_address_municipality_or_contact(app, login):
    make_expert(alias="Näkyvä"), make_expert(alias="Suojattu", protected=True)

    text = login("coordinator").get("/admin/expert/export/csv/").text

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert ([row[0] for row in rows[1:]], "Suojattu" in text) == (["Näkyvä"], False)


def test_13_anonymising_leaves_paid_claims_sums_and_batches_unchanged(known, held, people):
    paid_claim(held, people)
    leave(known, people)
    before = files(), sums()

    pay(known, "anonymise", people["coordinator"], note="Pyysi poistamista")

    assert (known.status, (files(), sums())) == (BankStatus.ANONYMISED, before)


def test_14_opening_hidden_fields_exporting_and_downloading_leave_one_log_row_each(held, people, login):
    batch = new_batch(people, [approved_claim(held, people)])
    for verb, who in (("submit", "finance"), ("approve", "finance2"), ("generate", "finance")):
        pay(batch, verb, people[who])
    payee = db.session.scalars(sa.select(Payee)).first()
    client = login("finance")
    rows = sa.select(AccessLog.what).where(AccessLog.actor == client.user.name)

    send(client, at(payee, "reveal"), fields="iban", reason="mistake")
    client.get("/admin/invoice/export/csv/")
    client.get(f"/admin/paymentbatch/file/?id={batch.files[0].id}")

    assert sorted(db.session.scalars(rows)) == ["download", "export", "reveal"]


def test_15_cells_under_five_are_withheld_from_the_steering_group_and_organisations():
    shown = protect_counts([[4, 30], [20, 50]])

    assert (shown.cells[0][0], shown.cells[1][1]) == (Withheld.SMALL, Withheld.HIDDEN)
    assert protect_counts([[5, 30], [20, 50]]).withheld() == set()
