"""Groups, matters, experience knowledge and supervision: each verb, and what refuses it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import (
    DataRequest,
    Decision,
    Group,
    Insight,
    Matter,
    Meeting,
    Membership,
    SupervisionSession,
    Supervisor,
    db,
)
from models.engine import writing
from rules.choices import DataRequestKind, GroupKind, Seat, SessionKind
from rules.errors import BadInput, NotAllowed
from rules.states import InsightStatus, MatterStatus, PlanStatus
from services import queues, saving
from tests.people import make_expert, make_organisation, make_user
from tests.services.placing_world import TODAY, actor_of, do


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def group(app):
    found = Group(name="Kehittäjäryhmä", kind=GroupKind.DEVELOPMENT)
    db.session.add(found)
    db.session.commit()
    return found


def kept(record):
    db.session.add(record)
    db.session.commit()
    return record


def seat(coordinator, group, **given):
    """Somebody in the group, saved as its form would."""
    with writing():
        membership = Membership(group=group, since=TODAY, **given)
        with db.session.no_autoflush:
            saving.prepare(membership, coordinator, TODAY, is_new=True)
        db.session.add(membership)
        db.session.commit()
    return membership


@pytest.mark.parametrize(("kind", "who", "refused"), [
    (GroupKind.PEER, "expert", "A peer support group registers nobody by name: only how many were there is written down."),
    (GroupKind.PEER, "user", ""), (GroupKind.DEVELOPMENT, "expert", ""), (GroupKind.STEERING, "expert", "")])
def test_peer_support_group_registers_nobody_by_name(coordinator, group, kind, who, refused):
    group.kind, person = kind, {"expert": make_expert, "user": lambda: make_user("coordinator")}[who]()
    db.session.commit()

    try:
        seat(coordinator, group, **{who: person})
        said = ""
    except BadInput as error:
        said = (error.field, str(error.sentence))
        db.session.rollback()

    assert said == (("expert", refused) if refused else "")
    assert db.session.scalar(sa.select(sa.func.count(Membership.id))) == (0 if refused else 1)


@pytest.mark.parametrize(("who", "refused"), [("expert", True), ("user", False)])
def test_group_with_experts_by_name_does_not_become_a_peer_support_group(coordinator, group, who, refused):
    seat(coordinator, group, **{who: make_expert() if who == "expert" else make_user("coordinator")})
    group.kind = GroupKind.PEER

    try:
        saving.prepare(group, coordinator, TODAY, is_new=False)
        field = ""
    except BadInput as error:
        field = error.field
    db.session.rollback()

    assert field == ("kind" if refused else "")


@pytest.mark.parametrize(("given", "warned"), [
    ({}, True), ({"seat": Seat.YOUNG_PEOPLE}, False), ({"seat": Seat.MANAGER}, True),
    ({"seat": Seat.YOUNG_PEOPLE, "until": TODAY - timedelta(1), "since": TODAY - timedelta(9)}, True)])
@pytest.mark.parametrize("role", ["coordinator", "steering"])
def test_page_of_a_steering_group_says_that_the_young_peoples_seat_is_empty(app, login, role, given, warned):
    app.config["TODAY"] = TODAY
    group = kept(Group(name="Ohjausryhmä", kind=GroupKind.STEERING))
    kept(Membership(**{"group": group, "since": TODAY, "expert": make_expert()} | given))
    client = login(role)
    with client.session_transaction() as cookie:
        cookie["language"] = "en"

    text = client.get(f"/admin/group/details/?id={group.id}").text

    assert ("Nobody has the seat of the young people&#39;s representative in this group." in text) is warned


def test_meeting_is_held_with_the_number_of_those_present(coordinator, group):
    meeting = kept(Meeting(group=group, on=TODAY))

    do(meeting, "hold", coordinator, attended=7)

    assert (meeting.status, meeting.attended) == (PlanStatus.HELD, 7)


@pytest.mark.parametrize(("ahead", "attended", "sentence"), [
    (1, 7, f"The meeting is on {TODAY + timedelta(1)}."),
    (0, -1, "The number of those present cannot be negative."),
])
def test_meeting_is_not_held_ahead_of_its_day_or_by_fewer_than_nobody(coordinator, group, ahead, attended, sentence):
    meeting = kept(Meeting(group=group, on=TODAY + timedelta(ahead)))

    with pytest.raises(BadInput) as error:
        do(meeting, "hold", coordinator, attended=attended)

    assert (error.value.field, str(error.value.sentence)) == ("attended", sentence)
    assert (meeting.status, meeting.attended) == (PlanStatus.PLANNED, None)


def test_supervision_is_held_with_its_hours(coordinator):
    supervisor = Supervisor(name="Sari N.")
    planned = {"kind": SessionKind.GROUP, "supervisor": supervisor, "on": TODAY, "hours": Decimal(2)}
    as_planned, longer = kept(SupervisionSession(**planned)), kept(SupervisionSession(**planned))

    do(as_planned, "hold", coordinator)
    do(longer, "hold", coordinator, hours=Decimal("2.50"))

    assert (as_planned.status, as_planned.hours, longer.hours) == (PlanStatus.HELD, Decimal(2), Decimal("2.5"))


@pytest.mark.parametrize(("ahead", "hours", "sentence"), [
    (1, None, "This day has not come yet."), (0, Decimal(0), "Hours are more than zero."),
])
def test_supervision_is_not_held_ahead_of_its_day_or_in_no_time(coordinator, ahead, hours, sentence):
    session = kept(SupervisionSession(kind=SessionKind.GROUP, supervisor=Supervisor(name="Sari N."),
                                      on=TODAY + timedelta(ahead)))

    with pytest.raises(BadInput) as error:
        do(session, "hold", coordinator, hours=hours)

    assert (error.value.field, str(error.value.sentence), session.status) == ("hours", sentence, PlanStatus.PLANNED)


def test_matter_goes_to_the_steering_group_and_back_with_a_decision(coordinator, group):
    matter = kept(Matter(title="Palkkiot", group=group))
    states = []

    for name, inputs in (("prepare", {}), ("send", {}), ("decide", {
            "decision": "Nostetaan", "owner": "Päällikkö", "due_on": TODAY + timedelta(30)}), ("report", {})):
        do(matter, name, coordinator, **inputs)
        states.append(matter.status)

    assert states == [MatterStatus.PREPARED, MatterStatus.SENT, MatterStatus.DECIDED, MatterStatus.REPORTED]
    [decision] = db.session.scalars(sa.select(Decision))
    assert (decision.matter, decision.text, decision.owner, decision.due_on) == (
        matter, "Nostetaan", "Päällikkö", TODAY + timedelta(30))


def test_steering_group_reads_and_the_coordinator_records_its_decision(coordinator, group):
    matter = kept(Matter(title="Palkkiot", group=group))
    do(matter, "prepare", coordinator)
    do(matter, "send", coordinator)

    with pytest.raises(NotAllowed):
        do(matter, "decide", actor_of("steering"), decision="Nostetaan")
    do(matter, "decide", coordinator, decision="Nostetaan")

    assert matter.status is MatterStatus.DECIDED


def test_decision_without_words_is_refused(coordinator, group):
    matter = kept(Matter(title="Palkkiot", group=group))
    do(matter, "prepare", coordinator)
    do(matter, "send", coordinator)

    with pytest.raises(BadInput) as error:
        do(matter, "decide", coordinator, decision=" ")

    assert str(error.value.sentence) == "Write a sentence: it is kept in the history."
    assert (matter.status, db.session.scalars(sa.select(Decision)).all()) == (MatterStatus.SENT, [])


def test_insight_is_passed_on_followed_up_and_answered(coordinator):
    insight, unit = kept(Insight(text="Kuuntelu auttaa")), make_organisation()

    do(insight, "pass_on", coordinator, passed_to=unit, follow_up_on=TODAY)
    waiting = db.session.scalars(sa.select(Insight).where(queues.FOLLOW_UP.where(coordinator, TODAY))).all()
    do(insight, "answer", coordinator, note="Muutettu vastaanottoa")

    assert (waiting, insight.passed_to, insight.status, insight.answer) == (
        [insight], unit, InsightStatus.ANSWERED, "Muutettu vastaanottoa")


def test_insight_that_got_no_answer_can_be_passed_on_elsewhere(coordinator):
    insight, second = kept(Insight(text="Kuuntelu auttaa")), make_organisation()
    do(insight, "pass_on", coordinator, passed_to=make_organisation())
    do(insight, "lapse", coordinator)

    do(insight, "pass_on", coordinator, passed_to=second)

    assert (insight.status, insight.passed_to) == (InsightStatus.PASSED_ON, second)


def test_answer_without_words_is_refused(coordinator):
    insight = kept(Insight(text="Kuuntelu auttaa"))
    do(insight, "pass_on", coordinator, passed_to=make_organisation())

    with pytest.raises(BadInput) as error:
        do(insight, "answer", coordinator, note="")

    assert (str(error.value.sentence), insight.status) == (
        "Write a sentence: it is kept in the history.", InsightStatus.PASSED_ON)


def test_seat_belongs_to_one(coordinator, group):
    expert = make_expert()

    with pytest.raises(BadInput) as error:
        saving.prepare(Membership(group=group, since=TODAY), coordinator, TODAY, is_new=True)
    db.session.rollback()
    seat = Membership(group=group, since=TODAY, expert=expert)
    saving.prepare(seat, coordinator, TODAY, is_new=True)

    assert (error.value.field, str(error.value.sentence)) == (
        "expert", "A seat belongs to one: an expert, a contact person or a user.")


def test_data_request_is_due_after_it_came(coordinator):
    expert = make_expert()

    def request(due_on):
        return DataRequest(expert=expert, kind=DataRequestKind.ACCESS, received_on=TODAY, due_on=due_on)

    with pytest.raises(BadInput) as error:
        saving.prepare(request(TODAY - timedelta(1)), coordinator, TODAY, is_new=True)
    saving.prepare(request(TODAY), coordinator, TODAY, is_new=True)

    assert (error.value.field, str(error.value.sentence)) == (
        "due_on", "The due date cannot be before the day it came.")
