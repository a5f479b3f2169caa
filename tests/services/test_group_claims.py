"""Claims of a meeting or a session: one for each who took part, by the dated rates, never two on one ground."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import Attendance, FeeRate, Invoice, KilometreRate, Meeting, Membership, Payee, SupervisionSession, db
from models.engine import writing
from rules.choices import Attending, FeeUnit, GroupKind, OrderKind
from rules.errors import DomainError, FieldErrors
from rules.states import ClaimStatus, PlanStatus
from services import verbs
from services.group_claims import preview_of
from tests.conftest import token
from tests.factories import make
from tests.money_world import TODAY, do
from tests.people import make_expert

DAY = date(2026, 11, 10)


@pytest.fixture
def rates(app):
    db.session.add_all([
        FeeRate(kind=OrderKind.WORKING_GROUP, unit=FeeUnit.EVENT, amount=Decimal("50.00"), valid_from=date(2026, 1, 1)),
        FeeRate(kind=OrderKind.WORKING_GROUP, unit=FeeUnit.HOUR, amount=Decimal("27.50"), valid_from=date(2026, 1, 1)),
        KilometreRate(amount=Decimal("0.55"), valid_from=date(2026, 1, 1))])
    db.session.commit()


@pytest.fixture
def meeting(rates):
    found = make(Meeting, on=DAY, status=PlanStatus.HELD)
    found.group.kind = GroupKind.DEVELOPMENT
    db.session.commit()
    return found


@pytest.fixture
def session(rates):
    return make(SupervisionSession, on=DAY, status=PlanStatus.HELD)


def member_of(meeting, since=date(2026, 1, 1), paid=True, **given):
    expert = make_expert(support_persons=[], **given)
    db.session.add(Membership(group=meeting.group, expert=expert, since=since))
    return with_payee(expert) if paid else expert


def with_payee(expert):
    db.session.add(Payee(official_name="Sini Salminen", expert=expert))
    db.session.commit()
    return expert


def asked(**given):
    return {"unit": FeeUnit.EVENT, "hours": None, "kilometres": None, "cost_centre": "", "draft": False} | given


def claims():
    return list(db.session.scalars(sa.select(Invoice).order_by(Invoice.id)))


def refused(ground, people, **inputs):
    with pytest.raises(DomainError) as error:
        do(ground, "claim", people["coordinator"], **inputs)
    db.session.rollback()
    return error.value


def test_each_who_took_part_in_a_meeting_has_one_claim_by_the_rate_of_the_day(meeting, people):
    experts = [member_of(meeting), member_of(meeting)]

    do(meeting, "claim", people["coordinator"], **asked(experts=experts, kilometres=Decimal(10), cost_centre="4400"))

    assert [(c.payee.expert, c.meeting, c.status, c.worked_on, c.received_on, c.total, c.cost_centre) for c in claims()] == [
        (expert, meeting, ClaimStatus.RECEIVED, DAY, TODAY, Decimal("55.50"), "4400") for expert in experts]
    assert [c.number for c in claims()] == ["L2026-0001", "L2026-0002"]


def test_hours_times_the_hourly_rate_and_hours_are_needed_for_it(meeting, people):
    expert = member_of(meeting)
    error = refused(meeting, people, **asked(experts=[expert], unit=FeeUnit.HOUR))

    do(meeting, "claim", people["coordinator"], **asked(experts=[expert], unit=FeeUnit.HOUR, hours=Decimal("1.50")))

    assert (error.field, [c.total for c in claims()]) == ("hours", [Decimal("41.25")])


@pytest.mark.parametrize("wrong", [
    {"unit": FeeUnit.HALF_DAY}, {"unit": FeeUnit.HOUR, "hours": Decimal(-1)}, {"kilometres": Decimal(-1)},
    {"cost_centre": "x" * 41}])
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_entered(meeting, people, wrong):
    expert = member_of(meeting)

    error = refused(meeting, people, **asked(experts=[expert], **wrong))

    assert (error.field, claims()) == (list(wrong)[-1], [])


def test_without_a_kilometre_rate_there_is_no_travel(meeting, people):
    db.session.delete(db.session.scalars(sa.select(KilometreRate)).one())
    db.session.commit()

    error = refused(meeting, people, **asked(experts=[member_of(meeting)], kilometres=Decimal(5)))

    assert (error.field, claims()) == ("kilometres", [])


def test_who_takes_part_without_a_fee_is_paid_the_journey_alone(meeting, people):
    voluntary = member_of(meeting, wants_no_fee=True)
    error = refused(meeting, people, **asked(experts=[voluntary]))

    do(meeting, "claim", people["coordinator"], **asked(experts=[voluntary], kilometres=Decimal(10)))

    assert str(error.errors["experts"]) == f"{voluntary} takes part without a fee and has no costs: there is nothing to pay."
    assert [c.total for c in claims()] == [Decimal("5.50")]


def test_second_claim_of_the_same_ground_is_refused_naming_the_first_and_one_rejected_does_not_count(meeting, people):
    expert = member_of(meeting)
    do(meeting, "claim", people["coordinator"], **asked(experts=[expert]))

    error = refused(meeting, people, **asked(experts=[expert]))
    do(claims()[0], "reject", people["coordinator"], note="Ei ollut paikalla")
    do(meeting, "claim", people["coordinator"], **asked(experts=[expert]))

    assert str(error.errors["experts"]) == "There is a claim of the same event already: L2026-0001 (Sini Salminen)."
    assert [c.status for c in claims()] == [ClaimStatus.REJECTED, ClaimStatus.RECEIVED]


def test_one_without_payment_details_holds_back_all_and_is_named(meeting, people):
    paid, unpaid = member_of(meeting), member_of(meeting, paid=False)
    db.session.commit()

    error = refused(meeting, people, **asked(experts=[paid, unpaid]))

    assert (str(error.errors["experts"]), claims()) == (f"No payment details yet: {unpaid}. Add a payee first.", [])


def test_drafts_may_have_no_lines_yet(session, people):
    expert = with_payee(make_expert(support_persons=[]))

    error = refused(session, people, **asked(experts=[expert], unit=None))
    do(session, "claim", people["coordinator"], **asked(experts=[expert], unit=None, draft=True))

    assert isinstance(error, FieldErrors)
    assert [(c.session, c.status, c.lines) for c in claims()] == [(session, ClaimStatus.DRAFT, [])]


def test_preview_says_each_claim_and_changes_nothing(meeting, people):
    experts = [member_of(meeting), member_of(meeting, wants_no_fee=True)]

    with writing():
        told = preview_of(meeting, people["coordinator"], TODAY, **asked(experts=experts, kilometres=Decimal(10)))

    assert [(s.facts["who"], s.facts["amount"]) for s in told] == [
        (str(experts[0]), Decimal("55.50")), (str(experts[1]), Decimal("5.50"))]
    assert (claims(), db.session.new) == ([], sa.util.IdentitySet())


@pytest.mark.parametrize(("kind", "status", "possible"), [
    (GroupKind.DEVELOPMENT, PlanStatus.HELD, True), (GroupKind.STEERING, PlanStatus.HELD, True),
    (GroupKind.PEER, PlanStatus.HELD, False), (GroupKind.DEVELOPMENT, PlanStatus.PLANNED, False)])
def test_claims_are_of_meetings_held_and_never_of_peer_support_groups_which_keep_no_names(app, people, kind, status, possible):
    meeting = make(Meeting, on=DAY, status=status)
    meeting.group.kind = kind
    db.session.commit()

    offered = [verb.name for verb in verbs.possible_now(meeting, people["coordinator"], TODAY)]

    assert ("claim" in offered) == possible


# --- the page

def test_page_offers_those_who_had_a_seat_that_day_and_looks_before_it_enters(meeting, login):
    there, later = member_of(meeting), member_of(meeting, since=date(2026, 11, 11))
    client, address = login("coordinator"), f"/admin/meeting/verb/claim/?id={meeting.id}"
    page = client.get(address).text
    form = {"csrf_token": token(client, address), "experts": str(there.id), "unit": "event"}

    looked = client.post(address, data=form | {"look": "1"})
    entered_by_looking = len(claims())
    forged = client.post(address, data=form | {"experts": str(later.id)})
    done = client.post(address, data=form)

    assert (f'value="{there.id}"' in page, f'value="{later.id}"' in page) == (True, False)
    assert (looked.status_code, f"{there}: 50,00" in looked.text, entered_by_looking) == (200, True, 0)
    assert (forged.status_code, done.status_code) == (422, 302)
    assert [c.payee.expert for c in claims()] == [there]


def test_page_of_a_session_offers_those_who_took_part(session, login):
    experts = [with_payee(make_expert(support_persons=[])) for _ in range(2)]
    db.session.add_all([Attendance(session=session, expert=experts[0], attending=Attending.ATTENDED),
                        Attendance(session=session, expert=experts[1], attending=Attending.DECLINED)])
    db.session.commit()

    page = login("coordinator").get(f"/admin/supervisionsession/verb/claim/?id={session.id}").text

    assert [f'name="experts" value="{expert.id}"' in page for expert in experts] == [True, False]


def test_looking_at_a_refusal_says_it_at_the_field(meeting, login):
    member_of(meeting)
    client, address = login("coordinator"), f"/admin/meeting/verb/claim/?id={meeting.id}"

    answer = client.post(address, data={"csrf_token": token(client, address), "look": "1", "unit": "event",
                                        "experts": str(member_of(meeting, paid=False).id)})

    assert (answer.status_code, 'id="experts-error"' in answer.text) == (422, True)


def test_same_form_sent_twice_enters_the_claims_once(meeting, login):
    expert = member_of(meeting)
    client, address = login("coordinator"), f"/admin/meeting/verb/claim/?id={meeting.id}"
    form = {"csrf_token": token(client, address), "experts": str(expert.id), "unit": "event", "form_key": "k" * 32}

    answers = [client.post(address, data=form).status_code for _ in range(2)]

    assert (answers, len(claims())) == ([302, 302], 1)
