"""The demo: complete, the same every time, nobody real, on any day and on either database."""

import re
import shutil
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from admin_views.actor import actor_of
from app import create_app
from jobs.demo import fill
from models import (
    Assignment,
    BatchFile,
    BatchItem,
    ExistingStructure,
    Expert,
    Group,
    Invoice,
    InvoiceLine,
    Membership,
    Message,
    Municipality,
    Order,
    Organisation,
    Payee,
    PaymentBatch,
    StatusChange,
    User,
    db,
)
from models.audit import HasStatus
from models.base import Base
from models.engine import writing
from models.numbers import clean_iban, clean_identity_code
from rules.choices import GroupKind, OrganisationKind, Seat
from rules.permissions import Role
from rules.states import BatchStatus, OrderStatus
from services.passwords import matches
from services.queues import FIRST_SCREENS, count
from tests.database import SETTINGS
from tests.letters_world import letter_of, wrong_in

TODAY = date(2026, 11, 24)
PASSWORD = "short"
RANDOM = {"row_key", "key", "sealed_values", "sealed_data", "sealed_report", "digest", "salt", "password_hash",
          "iban", "identity_code"}
EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
LIFE_CYCLES = sorted((mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, HasStatus)),
                     key=lambda model: model.__name__)
ACCOUNTS = ["coordinator", "trainer", "finance", "finance2", "orderer", "steering", "expert", "admin"]


def filled_on(uri, today, scale=1):
    app = create_app(SQLALCHEMY_DATABASE_URI=uri, **SETTINGS)
    with app.app_context():
        with writing():
            fill(today, PASSWORD, scale)
            db.session.commit()
        yield db.session
        db.session.remove()
        db.engine.dispose()


MAY_BE_EMPTY = {("expert", "to-claim"), ("expert", "my-feedback")}
"""One person's own: on some days everything is claimed and told."""


@pytest.fixture
def empty(databases, tmp_path):
    """The address of another empty database than the one of the module."""
    shutil.copyfile(databases("sqlite").template, tmp_path / "demo.sqlite")
    return f"sqlite:///{tmp_path / 'demo.sqlite'}"


@pytest.fixture(scope="module")
def demo(databases, tmp_path_factory):
    """The demo as it stands on TODAY; tests of this module only read it."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    shutil.copyfile(databases("sqlite").template, path)
    yield from filled_on(f"sqlite:///{path}", TODAY)


def texts(session):
    """(table, text) of every text in the database."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, sa.String)]
        if columns:
            for row in session.execute(sa.select(*columns)):
                yield from ((table.name, text) for text in row if text)


def digest(session):
    """What is in each table apart from keys and what is sealed with them."""
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in RANDOM]
        found[table.name] = sorted(map(repr, session.execute(sa.select(*columns))))
    return found


def actor(session, word, role=None):
    user = session.scalars(sa.select(User).where(User.email == f"{word}@demo.invalid")).one()
    return actor_of(user, role or Role(word.rstrip("2")))


def empty_queues(session, today):
    """The queues of first screens that show nothing, by role; a batch awaits the other one of finance."""
    actors = {role: [actor(session, role.value)] for role in FIRST_SCREENS}
    actors[Role.FINANCE].append(actor(session, "finance2"))
    return {
        (role.value, queue.name) for role, tiles in FIRST_SCREENS.items() for tile in tiles for queue in tile.queues
        if not any(count(queue, one, today) for one in actors[role])}


def test_bank_has_148_experts_and_22_municipalities(demo):
    counted = {model: demo.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Expert, Municipality)}

    assert counted == {Expert: 148, Municipality: 22}


def test_organisations_are_about_forty_of_every_kind(demo):
    kinds = Counter(demo.scalars(sa.select(Organisation.kind)))

    assert set(kinds) == set(OrganisationKind)
    assert 38 <= kinds.total() <= 42


def test_orders_are_two_years_with_a_quiet_summer(demo):
    days = demo.scalars(sa.select(Order.received_on)).all()
    months = Counter(day.month for day in days)
    last_year = [day for day in days if day > TODAY - timedelta(365)]

    assert 450 <= len(days) <= 500
    assert 220 <= len(last_year) <= 280
    assert min(months, key=months.__getitem__) == 7
    assert TODAY - timedelta(735) < min(days) < TODAY - timedelta(690)
    assert max(days) <= TODAY


@pytest.mark.parametrize("model", LIFE_CYCLES, ids=lambda model: model.__name__)
def test_every_state_of_every_life_cycle_is_met(demo, model):
    assert set(demo.scalars(sa.select(model.status))) == set(type(model.lifecycle.initial))


def test_no_queue_of_a_first_screen_is_empty(demo):
    assert empty_queues(demo, TODAY) - MAY_BE_EMPTY == set()


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29)])
def test_no_queue_is_empty_on_another_day(empty, today):
    for session in filled_on(empty, today):
        assert empty_queues(session, today) - MAY_BE_EMPTY == set()


def test_first_screen_has_as_much_as_one_coordinator_meets(demo):
    coordinator = actor(demo, "coordinator")
    counted = {queue.name: count(queue, coordinator, TODAY)
               for tile in FIRST_SCREENS[Role.COORDINATOR] for queue in tile.queues}

    assert 4 <= counted["new-orders"] <= 8
    assert 5 <= counted["waiting"] <= 12
    assert 3 <= counted["onboarding"] <= 5
    assert 3 <= counted["this-week"] <= 6
    assert counted["to-check"] == 8


def test_orderer_meets_every_state_among_the_own_orders(demo):
    own = actor(demo, "orderer").organisation_id

    assert set(demo.scalars(sa.select(Order.status).where(Order.organisation_id == own))) == set(OrderStatus)


def test_accounts_are_those_of_the_contract_with_one_password(demo):
    users = {user.email: user for user in demo.scalars(sa.select(User))}

    assert sorted(users) == sorted(f"{word}@demo.invalid" for word in ACCOUNTS)
    assert all(matches(user.password_hash, PASSWORD) for user in users.values())
    assert not matches(users["admin@demo.invalid"].password_hash, "another")
    assert users["expert@demo.invalid"].roles == (Role.EXPERT, Role.STEERING)
    assert users["expert@demo.invalid"].expert.full_name == "Veera Salminen"


def test_every_address_ends_where_nobody_is(demo):
    addresses = {found for _, text in texts(demo) for found in EMAIL.findall(text)}

    assert len(addresses) > 200
    assert {address for address in addresses if not address.endswith(".invalid")} == set()


def test_identity_codes_are_temporary_and_accounts_hold_their_check_digits(demo):
    payees = demo.scalars(sa.select(Payee)).all()
    codes = {payee.identity_code for payee in payees if payee.identity_code}

    assert len(codes) > 80
    assert {clean_identity_code(code, TODAY, allow_temporary=True) for code in codes} == codes
    assert {code[7] for code in codes} == {"9"}
    assert all(clean_iban(payee.iban) == payee.iban for payee in payees)
    assert all(item.identity_code[7] == "9" for item in demo.scalars(sa.select(BatchItem)) if item.identity_code)


def test_real_name_stands_among_existing_structures_only(demo):
    named = {table for table, text in texts(demo) if "Pesäpuu" in text}

    assert named == {ExistingStructure.__tablename__}


def test_history_leads_every_record_to_its_state(demo):
    trails = defaultdict(list)
    for step in demo.scalars(sa.select(StatusChange).order_by(StatusChange.at, StatusChange.id)):
        trails[step.subject].append(step)

    for model in LIFE_CYCLES:
        for record in demo.scalars(sa.select(model)):
            state, at = model.lifecycle.initial, record.created_at
            for step in trails.pop(record.subject, []):
                assert (step.source, step.at > at) == (state, True)
                state, at = model.lifecycle.target(state, step.verb), step.at
            assert record.status == state
    assert trails == {}


def test_nothing_is_recorded_today_or_later(demo):
    """But for what every installation begins with."""
    midnight = datetime.combine(TODAY, time(), UTC)

    late = [table.name for table in Base.metadata.sorted_tables for name in ("at", "created_at")
            if table.name not in ("export_profile", "withholding_rate") and name in table.columns and demo.scalar(sa.select(sa.func.max(table.columns[name]))) is not None
            and demo.scalar(sa.select(sa.func.max(table.columns[name]))) >= midnight]

    assert late == []


def test_nobody_is_asked_past_a_limit_that_has_no_override(demo):
    asked = demo.scalars(sa.select(Assignment)).all()

    met = [one for one in asked if set(one.order.themes) & set(one.expert.closed_themes)
           or one.order.organisation in one.expert.avoided_organisations or one.expert.restricted]

    assert len(asked) > 800
    assert met == []


def test_claim_in_a_closed_batch_adds_up_with_its_payment(demo):
    total = sa.select(sa.func.sum(InvoiceLine.amount)).where(InvoiceLine.invoice_id == Invoice.id).scalar_subquery()
    pairs = demo.execute(sa.select(BatchItem.amount, total).join(Invoice, BatchItem.invoice_id == Invoice.id)).all()

    assert len(pairs) > 400
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_files_open_and_are_those_of_made_batches(demo):
    made = {BatchStatus.GENERATED, BatchStatus.SENT, BatchStatus.CLOSED}
    files = demo.scalars(sa.select(BatchFile)).all()
    batches = demo.scalars(sa.select(PaymentBatch).where(PaymentBatch.status.in_(made))).all()

    assert {file.batch_id for file in files} == {batch.id for batch in batches}
    assert all(len(file.plain()) == file.size for file in files)
    assert all(batch.approved_hash == batch.content_hash for batch in batches)
    assert all(batch.approved_by != batch.created_by for batch in batches)


def test_young_peoples_seat_is_empty_in_one_steering_group(demo):
    seats = {group.name: [seat.until for seat in group.memberships if seat.seat is Seat.YOUNG_PEOPLE]
             for group in demo.scalars(sa.select(Group).where(Group.kind == GroupKind.STEERING))}

    assert sorted(None in untils for untils in seats.values()) == [False, True]
    assert demo.scalar(sa.select(sa.func.count()).select_from(Membership)) > 15


def test_same_day_gives_the_same_rows(demo, empty):
    first = digest(demo)

    for again in filled_on(empty, TODAY):
        assert digest(again) == first


def test_scale_multiplies_experts_and_orders(demo, empty):
    orders = demo.scalar(sa.select(sa.func.count()).select_from(Order))

    for session in filled_on(empty, TODAY, scale=2):
        assert session.scalar(sa.select(sa.func.count()).select_from(Expert)) == 2 * 148
        assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 2 * orders


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["demo", *arguments])


@pytest.mark.both_databases
def test_records_can_be_added_after_the_demo(app, session, monkeypatch):
    app.config["TODAY"] = TODAY
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)

    assert run(app).exit_code == 0
    session.add(Organisation(name="Uusi yksikkö", kind=OrganisationKind.COUNTY_UNIT))
    session.commit()

    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 41


def test_command_tells_the_accounts_and_leaves_a_database_with_records(app, session, monkeypatch):
    app.config["TODAY"] = TODAY
    monkeypatch.setenv("DEMO_PASSWORD", "a demo password")
    first, second, third = run(app), run(app), run(app, "--if-empty")

    assert (first.exit_code, second.exit_code, third.exit_code) == (0, 1, 0)
    assert EMAIL.findall(first.output) == [f"{word}@demo.invalid" for word in ACCOUNTS]
    assert first.output.splitlines()[0] == "The demo is ready. Password a demo password for:"
    assert second.output == "Error: The demo fills an empty database only: this one has records.\n"
    assert third.output == ""


def test_command_is_refused_in_production(app, session, monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    refused = run(app, "--if-empty")

    assert refused.exit_code == 1
    assert refused.output == "Error: The demo is not for production: APP_ENV says this is one.\n"
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_no_message_of_the_demo_tells_what_it_must_not(demo):
    found = demo.scalars(sa.select(Message)).all()

    wrong = {message.id: told for message in found if (told := wrong_in(letter_of(message), message.language))}
    assert (wrong, len(found) > 20) == ({}, True)
