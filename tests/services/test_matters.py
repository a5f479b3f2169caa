"""Matters and meetings: what stands on which agenda, and where it was decided."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Decision, Group, Matter, Meeting, db
from models.engine import writing
from rules.choices import GroupKind
from rules.states import MatterStatus
from services import saving
from tests.factories import make
from tests.services.placing_world import TODAY, do


@pytest.fixture
def own(app):
    return make(Group, kind=GroupKind.DEVELOPMENT)


@pytest.fixture
def steering(app):
    return make(Group, kind=GroupKind.STEERING)


def meeting_in(days, group):
    return make(Meeting, group=group, on=TODAY + timedelta(days))


def a_matter(coordinator, own, *verbs, **given):
    matter = make(Matter, group=own, **given)
    for verb in verbs:
        do(matter, verb, coordinator, **({"decision": "Otetaan käyttöön"} if verb == "decide" else {}))
    return matter


def planned(coordinator, days, group):
    meeting = Meeting(group=group, on=TODAY + timedelta(days))
    with writing():
        saving.prepare(meeting, coordinator, TODAY, is_new=True)
        db.session.add(meeting)
        db.session.commit()
    return meeting


def test_agenda_of_the_next_meeting_has_the_matters_sent_and_those_to_report(coordinator, own, steering, login):
    meeting_in(-7, steering), meeting_in(-7, own)
    later, decides, reports = meeting_in(60, steering), meeting_in(20, steering), meeting_in(9, own)
    meeting_in(5, make(Group, kind=GroupKind.DEVELOPMENT))
    sent = a_matter(coordinator, own, "prepare", "send")
    decided = a_matter(coordinator, own, "prepare", "send", "decide")
    prepared = a_matter(coordinator, own, "prepare")
    client = login("coordinator")

    pages = [client.get(f"/admin/meeting/details/?id={one.id}").text for one in (decides, reports, later)]

    assert (decides.matters, reports.matters, later.matters) == ([sent], [decided], [])
    assert [[f'/admin/matter/details/?id={one.id}"' in page for one in (sent, decided, prepared)] for page in pages] == [
        [True, False, False], [False, True, False], [False, False, False]]


def test_decision_keeps_its_meeting(coordinator, own, steering):
    first, other = meeting_in(20, steering), meeting_in(30, steering)
    at_the_agendas, elsewhere = (a_matter(coordinator, own, "prepare", "send") for _ in range(2))

    do(at_the_agendas, "decide", coordinator, decision="Kyllä")
    do(elsewhere, "decide", coordinator, decision="Kyllä", meeting=other)

    assert db.session.scalars(sa.select(Decision.meeting_id).order_by(Decision.id)).all() == [first.id, other.id]


def test_matter_that_was_reported_stays_with_the_meeting_that_heard_it(coordinator, own, steering):
    meeting_in(20, steering)
    heard, other = meeting_in(9, own), meeting_in(2, own)
    matters = [a_matter(coordinator, own, "prepare", "send", "decide") for _ in range(2)]

    do(matters[0], "report", coordinator)
    do(matters[1], "report", coordinator, meeting=heard)

    assert [(matter.status, matter.meeting) for matter in matters] == [
        (MatterStatus.REPORTED, other), (MatterStatus.REPORTED, heard)]


def test_meeting_that_is_planned_takes_the_matters_that_had_none(coordinator, own, steering):
    sent, decided = (a_matter(coordinator, own, "prepare", "send", *more) for more in ((), ("decide",)))
    raised = a_matter(coordinator, own)
    before = (sent.meeting, decided.meeting)

    of_steering, of_own = planned(coordinator, 20, steering), planned(coordinator, 9, own)
    planned(coordinator, 30, steering), planned(coordinator, 3, make(Group, kind=GroupKind.DEVELOPMENT))

    assert before == (None, None)
    assert (sent.meeting, decided.meeting, raised.meeting) == (of_steering, of_own, None)


def test_meeting_that_is_called_off_hands_its_matters_on(coordinator, own, steering):
    first, second = meeting_in(20, steering), meeting_in(40, steering)
    sent = a_matter(coordinator, own, "prepare", "send")
    moved = []
    for meeting in (first, second):
        do(meeting, "cancel", coordinator, note="Esteitä")
        moved.append(sent.meeting)

    assert moved == [second, None]
