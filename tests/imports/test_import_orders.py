"""The list of orders into orders, occasions, assignments and feedback."""

from datetime import date, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import Assignment, Contact, Feedback, Municipality, Order, Organisation, StatusChange
from rules.choices import Debriefed, FeeUnit, Onboarded, OrderKind, OrderSource, WithoutFee
from rules.states import AssignmentStatus, OrderStatus
from tests.imports.importing import (
    EXPERTS,
    ORDERS,
    TODAY,
    fates,
    kinds,
    on_row,
    run,
    sentences,
    table_counts,
    write_csv,
)
from tests.people import make_expert, make_organisation

HEADINGS = "Tilausnro;Saapui;Tilaaja;Yhteyshenkilö;Sähköposti;Tilaisuus;Teema;Pvm;Klo;Kesto;Paikka;Kuka meni;Palkkio;Tila"
MADE = {"Assignment": 33, "Contact": 4, "Feedback": 51, "Occasion": 69, "Order": 69, "Organisation": 2}


def row(number="2026-001", who="", state="pidetty", day="2.3.2026", fee="100", unit="Silmu ry", contact="Senni Kinnunen"):
    return (f"{number};1.2.2026;{unit};{contact};s@esimerkki.invalid;luento;perhehoito;{day};klo 13;45min;Joutsa;"
            f"{who};{fee};{state}")


def one_order(session):
    return session.scalars(sa.select(Order)).one()


def statuses(session, model):
    found = session.execute(sa.select(model.status, sa.func.count()).group_by(model.status)).all()
    return {status.value: number for status, number in found}


def test_dry_run_counts_everything_and_writes_nothing(session):
    run("experts", EXPERTS, commit=True)
    before = table_counts()

    report = run("orders", ORDERS)

    assert (fates(report), report.made.counts) == ((69, 0, 1, 10), MADE)
    assert kinds(report, "error") == {
        "number_taken": 1, "number": 2, "fee": 1, "length": 1, "state": 3, "formula": 1, "received_on": 1,
    }  # fmt: skip
    assert kinds(report, "notice") == {
        "differs": 66, "event": 1, "length": 1, "live_formula": 1, "moved": 1, "paid_before": 1, "paid_without_day": 1,
        "people_missing": 1, "person_unknown": 36, "remote_km": 1, "repeated": 1, "summary_row": 1, "time": 1,
        "unread_sheet": 1,
    }  # fmt: skip
    assert table_counts() == before


def test_commit_writes_the_states_of_the_register_and_a_second_one_nothing(session):
    run("experts", EXPERTS, commit=True)
    run("orders", ORDERS, commit=True)
    before = table_counts()

    again = run("orders", ORDERS, commit=True)

    assert (fates(again), again.made.counts) == ((0, 0, 70, 10), {})
    assert table_counts() == before | {"access_log": 3}
    assert statuses(session, Order) == {"cancelled": 1, "closed": 67, "searching": 1}
    assert statuses(session, Assignment) == {"closed": 32, "proposed": 1}
    assert (before["order"], before["occasion"], before["feedback"], before["contact"]) == (69, 69, 51, 4)


def test_order_is_written_whole_with_its_history(session):
    run("experts", EXPERTS, commit=True)
    run("orders", ORDERS, commit=True)

    order = session.scalars(sa.select(Order).where(Order.number == "2025-001")).one()
    [occasion], [assignment] = order.occasions, order.assignments
    change = session.scalars(sa.select(StatusChange).where(StatusChange.subject == order.subject)).one()
    assert (order.organisation.name, order.contact.name) == ("Jämsän lastensuojelu", "Senni Kinnunen")
    assert (order.kind, order.source, order.received_on) == (OrderKind.PANEL, OrderSource.REGISTER, date(2025, 1, 6))
    assert (order.register_note, order.audience) == ("Km 12; Lasku nro 501; Maksettu 25.2.2025", "nuoret 13–17 v")
    assert (occasion.on, occasion.starts, occasion.ends) == (date(2025, 2, 5), time(13), time(13, 45))
    assert occasion.municipality == session.scalars(sa.select(Municipality).where(Municipality.name == "Multia")).one()
    assert (change.source, change.target, change.note) == (
        "received", "closed", "Old register, row 2 of the sheet “Tilaukset 2025-26”.")
    assert (str(assignment.expert), assignment.agreed_fee, assignment.agreed_unit) == (
        "Anna-Kaisa L.", Decimal("90.00"), FeeUnit.EVENT)
    assert [(feedback.useful, feedback.given_on) for feedback in order.feedbacks] == [(5, date(2025, 2, 5))]


@pytest.mark.parametrize(("state", "day", "order_status", "assignment_status"), [
    ("pidetty", "2.3.2026", OrderStatus.HELD, AssignmentStatus.HELD),
    ("maksettu", "2.3.2026", OrderStatus.CLOSED, AssignmentStatus.CLOSED),
    ("peruttu", "2.3.2027", OrderStatus.CANCELLED, AssignmentStatus.CANCELLED),
    ("sovittu", "2.3.2027", OrderStatus.SEARCHING, AssignmentStatus.ACCEPTED),
    ("haussa", "2.3.2027", OrderStatus.SEARCHING, AssignmentStatus.PROPOSED),
    ("siirretty", "2.3.2026", OrderStatus.SEARCHING, AssignmentStatus.PROPOSED),
    ("uusi", "2.3.2027", OrderStatus.RECEIVED, AssignmentStatus.PROPOSED),
])  # fmt: skip
def test_order_and_assignment_have_the_state_of_the_register(
    session, tmp_path, state, day, order_status, assignment_status
):
    make_expert(first_name="Aino", last_name="Salo")

    run("orders", write_csv(tmp_path, HEADINGS, row(who="Salo Aino", state=state, day=day)), commit=True)

    order = one_order(session)
    assert (order.status, [a.status for a in order.assignments]) == (order_status, [assignment_status])


@pytest.mark.parametrize(("state", "status"), [
    ("ei löytynyt", OrderStatus.UNMET), ("ohjattu muualle", OrderStatus.REFERRED),
])
def test_order_that_nobody_took_has_nobody(session, tmp_path, state, status):
    make_expert(first_name="Aino", last_name="Salo")

    report = run("orders", write_csv(tmp_path, HEADINGS, row(who="Salo Aino", state=state)), commit=True)

    assert (one_order(session).status, one_order(session).assignments) == (status, [])
    assert kinds(report, "notice")["people_unused"] == 1


def test_held_and_closed_have_the_facts_that_the_states_need(session, tmp_path):
    make_expert(first_name="Aino", last_name="Salo")
    lines = (row("2026-001", "Aino Salo"), row("2026-002", "Aino Salo", "maksettu"))

    run("orders", write_csv(tmp_path, HEADINGS, *lines), commit=True)

    held, closed = session.scalars(sa.select(Assignment).order_by(Assignment.id))
    day = date(2026, 3, 2)
    assert (held.onboarded, held.onboarded_on, held.onboarded_by) == (Onboarded.NOT_NEEDED, day, "the old register")
    assert (held.debriefed, closed.debriefed, closed.debriefed_on) == (None, Debriefed.OFFERED, day)
    assert closed.debriefed_with == "the old register"


def test_name_that_means_nobody_or_several_is_said_without_the_name(session, tmp_path):
    for _ in range(2):
        make_expert(first_name="Otto", last_name="Salo")
    make_expert(first_name="Noora", last_name="Korhonen")

    report = run("orders", write_csv(tmp_path, HEADINGS, row(who="Korhonen Noora ja Otto Salo ja Veera Laine")), commit=True)

    taken = on_row(report, 2)
    assert [str(a.expert) for a in one_order(session).assignments] == ["Noora K."]
    assert sentences(taken, "person_unclear") == ["Name 2 of the cell is several persons of the bank: choose by hand."]
    assert sentences(taken, "person_unknown") == [
        "Name 3 of the cell is nobody in the bank: nobody was put in the order."]


def test_one_fee_for_several_people_is_agreed_with_none(session, tmp_path):
    for name in ("Aino", "Otto"):
        make_expert(first_name=name, last_name="Salo")
    lines = (row("2026-001", "Aino Salo ja Otto Salo"), row("2026-002", "Aino Salo"))

    report = run("orders", write_csv(tmp_path, HEADINGS, *lines), commit=True)

    fees = session.execute(sa.select(Order.number, Assignment.agreed_fee).join(Assignment.order)).all()
    assert sorted(fees, key=str) == [("2026-001", None), ("2026-001", None), ("2026-002", Decimal("100.00"))]
    assert [order.offered_fee for order in session.scalars(sa.select(Order))] == [Decimal("100.00")] * 2
    assert kinds(report, "notice")["fee_of_several"] == 1


def test_fee_refused_is_a_fee_of_nothing(session, tmp_path):
    make_expert(first_name="Aino", last_name="Salo")

    run("orders", write_csv(tmp_path, HEADINGS, row(who="Aino Salo", fee="ei palkkiota")), commit=True)

    [assignment] = one_order(session).assignments
    assert (assignment.without_fee, assignment.agreed_fee, assignment.agreed_unit) == (WithoutFee.VOLUNTARY, Decimal(0), None)


def test_organisation_and_worker_are_found_again(session, tmp_path):
    unit = make_organisation(name="Silmu", places_orders=False)
    worker = Contact(name="Kinnunen Senni", organisation=unit)
    session.add(worker)

    report = run("orders", write_csv(tmp_path, HEADINGS, row()), commit=True)

    order = one_order(session)
    assert (order.organisation, order.contact, unit.places_orders) == (unit, worker, True)
    assert worker.email == "s@esimerkki.invalid"
    assert report.made.counts == {"Occasion": 1, "Order": 1, "Theme": 1}


def test_number_of_another_order_is_refused_and_the_same_order_is_not(session, tmp_path):
    run("orders", write_csv(tmp_path, HEADINGS, row()), commit=True)
    make_organisation(name="Lastenkoti Koivikko")

    same = run("orders", write_csv(tmp_path, HEADINGS, row()))
    others = [run("orders", write_csv(tmp_path, HEADINGS, line)) for line in (
        row(unit="Lastenkoti Koivikko"), row(day="3.3.2026"))]

    assert fates(same) == (0, 0, 1, 0)
    assert [sentences(on_row(report, 2), "number_of_another") for report in others] == [
        ["The number 2026-001 is already on another order."]] * 2


def test_known_order_gets_the_person_who_has_joined_since_and_keeps_its_state(session, tmp_path):
    run("orders", write_csv(tmp_path, HEADINGS, row(who="Aino Salo")), commit=True)
    make_expert(first_name="Aino", last_name="Salo")
    path = write_csv(tmp_path, HEADINGS, row(who="Aino Salo", state="peruttu"))

    report = run("orders", path, commit=True)
    again = run("orders", path, commit=True)

    assert [(change.label, change.new) for change in on_row(report, 2).changes] == [("Assignment", "1")]
    assert sentences(on_row(report, 2), "differs") == [
        "The state differs: “held” here, “cancelled” in the register. Nothing was changed."]
    assert (fates(again), one_order(session).status) == ((0, 0, 1, 0), OrderStatus.HELD)


def test_missing_day_of_arrival_is_the_day_of_the_event_and_is_said(session, tmp_path):
    line = row().replace(";1.2.2026;", ";;")

    report = run("orders", write_csv(tmp_path, HEADINGS, line), commit=True)

    assert one_order(session).received_on == date(2026, 3, 2)
    assert sentences(on_row(report, 2), "received_guessed") == ["The day of arrival is missing: 2.3.2026 was written."]


def test_feedback_is_not_written_over_what_is_recorded(session, tmp_path):
    path = write_csv(tmp_path, f"{HEADINGS};Palaute", f"{row()};soita 040 123 4567, kiitos")

    for _ in range(2):
        run("orders", path, commit=True)

    assert [(f.text, f.useful) for f in session.scalars(sa.select(Feedback))] == [("soita •••• 67, kiitos", None)]
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 1
    assert one_order(session).received_on < TODAY
