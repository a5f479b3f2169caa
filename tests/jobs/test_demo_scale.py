"""A demo grown large: the counts, the states, the numbering and the pages, on either database."""

import re
import shutil
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app import create_app
from jobs import demo
from jobs.demo_scale import grow
from models import Assignment, Expert, Invoice, InvoiceLine, Order, Organisation, Payee, User, db
from models.engine import writing
from models.numbers import clean_iban
from rules.choices import OrganisationKind
from rules.states import AssignmentStatus, ClaimStatus, OrderStatus
from tests.database import SETTINGS

TODAY = date(2026, 11, 24)
EXPERTS = 20
ADDED = {Expert: 20, Organisation: 1, Order: 200, Assignment: 200, Invoice: 200, InvoiceLine: 200, Payee: 20}
RANDOM = {"row_key", "iban", "load_limit"}


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def fill():
    """The demo, grown; gives how many records of each kind there were before."""
    with writing():
        demo.fill(TODAY, "short")
        db.session.commit()
        before = {model: count(model) for model in ADDED}
        for _ in grow(TODAY, EXPERTS):
            db.session.commit()
        db.session.commit()
    return before


@pytest.fixture(scope="module")
def before(databases, tmp_path_factory):
    """How many records there were before growing, in a database that tests of this module only read."""
    path = tmp_path_factory.mktemp("scale") / "scale.sqlite"
    shutil.copyfile(databases("sqlite").template, path)
    app = create_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{path}", **SETTINGS)
    with app.app_context():
        yield fill()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def grown(before):
    """``grown(model)``: the records that growing has added."""
    return lambda model: db.session.scalars(sa.select(model).where(model.id > before[model]).order_by(model.id)).all()


def rows_of(table, since):
    columns = [column for column in table.columns if column.name not in RANDOM]
    return db.session.execute(sa.select(*columns).where(table.c.id > since).order_by(table.c.id)).all()


def test_each_expert_brings_ten_orders_and_ten_claims(before):
    assert {model: count(model) - before[model] for model in ADDED} == ADDED


def test_states_are_those_of_a_bank_that_has_worked_for_years(grown):
    orders = Counter(order.status for order in grown(Order))
    assignments = Counter(assignment.status for assignment in grown(Assignment))
    claims = Counter(claim.status for claim in grown(Invoice))

    assert 140 <= orders[OrderStatus.CLOSED] == assignments[AssignmentStatus.CLOSED] <= 180
    assert 15 <= orders[OrderStatus.CANCELLED] == assignments[AssignmentStatus.CANCELLED] <= 40
    assert 165 <= claims[ClaimStatus.PAID] <= 195


def test_claims_are_for_events_held_and_paid_to_who_took_part(grown):
    claims = grown(Invoice)

    assert {claim.assignment.order.status for claim in claims} <= {OrderStatus.HELD, OrderStatus.CLOSED}
    assert [claim for claim in claims if claim.payee.expert_id != claim.assignment.expert_id] == []
    assert [claim for claim in claims if claim.received_on < claim.worked_on] == []
    assert {len(claim.lines) for claim in claims} == {1}


def test_numbers_go_on_where_the_demo_stopped(before):
    numbers = db.session.scalars(sa.select(Order.number).where(Order.number.like("2026-%")).order_by(Order.id)).all()
    claims = db.session.scalars(sa.select(Invoice.number).where(Invoice.number.like("L2026-%"))).all()

    assert numbers == [f"2026-{place + 1:03}" for place in range(len(numbers))]
    assert sorted(claims) == [f"L2026-{place + 1:04}" for place in range(len(claims))]


def test_accounts_hold_their_check_digits_and_are_nobody_elses(grown, before):
    ibans = [payee.iban for payee in grown(Payee)]
    assert [payee for payee in grown(Payee) if payee.iban_confirmed_on is None] == []
    assert {payee.iban_changed_by_id == payee.iban_confirmed_by_id for payee in grown(Payee)} == {False}
    hashes = db.session.scalars(sa.select(Payee.iban_fingerprint).where(Payee.iban_fingerprint.is_not(None))).all()

    assert [clean_iban(iban) for iban in ibans] == ibans
    assert len(set(hashes)) == len(hashes)


def test_addresses_end_where_nobody_is(grown):
    assert all(expert.email.endswith("@esimerkki.invalid") for expert in grown(Expert))


def test_same_day_grows_the_same_rows(before, databases, tmp_path):
    first = {model: rows_of(sa.inspect(model).local_table, before[model]) for model in ADDED}
    shutil.copyfile(databases("sqlite").template, tmp_path / "again.sqlite")
    app = create_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'again.sqlite'}", **SETTINGS)

    with app.app_context():
        again = fill()
        second = {model: rows_of(sa.inspect(model).local_table, again[model]) for model in ADDED}
        db.session.remove()
        db.engine.dispose()

    assert second == first


@pytest.mark.both_databases
def test_command_grows_a_demo_that_can_be_worked_with(app, session, login, monkeypatch):
    app.config["TODAY"] = TODAY
    monkeypatch.setenv("DEMO_PASSWORD", "short")

    ran = app.test_cli_runner().invoke(args=["demo", "--scale", str(EXPERTS)])

    assert ran.exit_code == 0, ran.output
    coordinator = login(user=session.scalars(sa.select(User).where(User.email == "coordinator@demo.invalid")).one())
    newest = session.scalars(sa.select(Order).order_by(Order.id.desc())).first()
    claim = session.scalars(sa.select(Invoice).order_by(Invoice.id.desc())).first()
    pages = ["/admin/order/", "/admin/expert/?q=aalto", "/admin/invoice/", "/admin/assignment/",
             f"/admin/order/details/?id={newest.id}", f"/admin/invoice/details/?id={claim.id}"]
    assert [coordinator.get(page).status_code for page in pages] == [200] * len(pages)
    assert re.search(newest.number, coordinator.get(f"/admin/order/?q={newest.number}").text)

    session.add(Organisation(name="Uusi yksikkö", kind=OrganisationKind.COUNTY_UNIT))
    session.commit()

    assert session.scalar(sa.select(sa.func.max(Organisation.id))) == count(Organisation)
