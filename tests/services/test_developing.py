"""An idea from feedback becomes a matter and a change; supervision is planned in series and offered."""

from datetime import time, timedelta

import pytest

from models import Decision, Feedback, Group, Insight, Matter, SupervisionSession, db
from rules.choices import GroupKind
from rules.errors import BadInput, IllegalTransition, NotAllowed
from rules.states import InsightStatus, MatterStatus
from tests.factories import make
from tests.people import make_expert
from tests.services.placing_world import TODAY, actor_of, do

ROLES = ("trainer", "finance", "orderer", "steering", "expert", "admin")


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def test_idea_from_feedback_becomes_a_matter_and_a_change_and_comes_back(coordinator):
    feedback = make(Feedback, text="Tauot ovat liian lyhyitä")
    group = make(Group, kind=GroupKind.DEVELOPMENT)

    matter = do(feedback, "raise_matter", coordinator, title="Tauot tilaisuuksissa", group=group, text="")
    do(matter, "prepare", coordinator)
    do(matter, "send", coordinator)
    do(matter, "return", coordinator, note="Montako tilaisuutta?")
    do(matter, "prepare", coordinator)
    do(matter, "send", coordinator)
    do(matter, "decide", coordinator, decision="Tauko joka tunti", owner="Koordinaattori", due_on=TODAY)
    [decision] = matter.decisions
    do(decision, "carry_out", coordinator)
    do(matter, "report", coordinator)

    assert (matter.feedback, matter.group, matter.text, matter.status) == (feedback, group, "", MatterStatus.REPORTED)
    assert (decision.text, decision.owner, decision.done_on) == ("Tauko joka tunti", "Koordinaattori", TODAY)


def test_matter_from_experience_knowledge_says_where_it_comes_from(coordinator):
    insight, group = make(Insight, text="Nuoret toivovat tekstiviestejä"), make(Group, kind=GroupKind.DEVELOPMENT)

    matter = do(insight, "raise_matter", coordinator, title="Tekstiviestit", group=group, text=insight.text)

    assert (matter.insight, matter.text, matter.status) == (insight, "Nuoret toivovat tekstiviestejä",
                                                            MatterStatus.RAISED)


def test_closed_experience_knowledge_raises_no_matter(coordinator):
    insight, group = make(Insight, status=InsightStatus.CLOSED), make(Group, kind=GroupKind.DEVELOPMENT)

    with pytest.raises(IllegalTransition):
        do(insight, "raise_matter", coordinator, title="Myöhässä", group=group, text="")

    assert db.session.query(Matter).count() == 0


def test_title_too_long_is_refused_at_its_field(coordinator):
    feedback, group = make(Feedback), make(Group, kind=GroupKind.DEVELOPMENT)

    with pytest.raises(BadInput) as refused:
        do(feedback, "raise_matter", coordinator, title="x" * 121, group=group, text="")

    assert refused.value.field == "title"
    assert do(feedback, "raise_matter", coordinator, title="x" * 120, group=group, text="").title == "x" * 120


def test_decision_is_carried_out_once_and_not_in_the_future(coordinator):
    decision = make(Decision)

    with pytest.raises(BadInput):
        do(decision, "carry_out", coordinator, on=TODAY + timedelta(1))
    do(decision, "carry_out", coordinator, on=TODAY - timedelta(1))

    assert decision.done_on == TODAY - timedelta(1)
    with pytest.raises(IllegalTransition):
        do(decision, "carry_out", coordinator)


def test_series_repeats_the_session_with_the_same_people_offered(coordinator):
    session = make(SupervisionSession, on=TODAY, starts=time(15), ends=time(17), place="Kirjasto")
    expert = make_expert()
    do(session, "offer", coordinator, experts=[expert])
    do(session, "offer", coordinator, experts=[expert])

    do(session, "plan_series", coordinator, weeks=4, times=3)

    later = db.session.query(SupervisionSession).filter(SupervisionSession.id != session.id).order_by(
        SupervisionSession.on).all()
    assert [one.on - TODAY for one in later] == [timedelta(28), timedelta(56), timedelta(84)]
    assert [(one.starts, one.place, one.supervisor, [a.expert for a in one.attendances]) for one in later] == [
        (time(15), "Kirjasto", session.supervisor, [expert])] * 3
    assert [a.expert for a in session.attendances] == [expert]


@pytest.mark.parametrize(("weeks", "times", "field"), [(0, 1, "weeks"), (27, 1, "weeks"), (1, 0, "times"),
                                                       (1, 31, "times")])
def test_series_without_measure_is_refused(coordinator, weeks, times, field):
    session = make(SupervisionSession)

    with pytest.raises(BadInput) as refused:
        do(session, "plan_series", coordinator, weeks=weeks, times=times)

    assert (refused.value.field, db.session.query(SupervisionSession).count()) == (field, 1)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("model", "verb"), [(Feedback, "raise_matter"), (Insight, "raise_matter"),
                                             (Decision, "carry_out"), (SupervisionSession, "plan_series")])
def test_only_the_coordinator_develops(app, role, model, verb):
    with pytest.raises(NotAllowed):
        do(make(model), verb, actor_of(role))
