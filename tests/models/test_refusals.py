"""What the database refuses, on both databases, as a sentence and the fields it is about; never with a value."""

from datetime import date, time
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_views.generate import consoled
from models import (
    Attendance,
    BatchItem,
    Completion,
    Expert,
    Group,
    Invoice,
    InvoiceLine,
    KilometreRate,
    Meeting,
    Membership,
    Occasion,
    Order,
    Organisation,
    RoleGrant,
    Theme,
    User,
    db,
)
from models.base import Record
from models.refusals import DUPLICATE, NEEDED, REFUSED, USED, explain
from tests.factories import make


def refusal(write):
    """The sentence and the fields of what ``write`` is refused for."""
    with pytest.raises(IntegrityError) as refused:
        write()
    db.session.rollback()
    return explain(refused.value)


def change(model, **values):
    """A change of a good row to ``values``, as a form would make it."""
    def write():
        row = make(model)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()
    return write


def second(model, *names, **given):
    """Another row with the same ``names`` as the first."""
    def write():
        first = make(model, **given)
        make(model, **given | {name: getattr(first, name) for name in names})
    return write


@pytest.mark.both_databases
@pytest.mark.parametrize(("write", "sentence", "fields"), [
    (change(Order, places=0), "At least one expert is needed.", ["places"]),
    (change(Order, offered_fee=Decimal(-1)), "A fee cannot be negative.", ["offered_fee"]),
    (change(Order, requires_training=True), "Say why training is required: otherwise it bars nobody.",
     ["requires_training", "training_reason"]),
    (change(Occasion, starts=time(12), ends=time(10)), "The end must be after the start.", ["ends", "starts"]),
    (change(Expert, phone=""), "Give one way to reach the person: phone, e-mail or through whom.",
     ["bank_status", "phone", "email", "reached_through"]),
    (change(Expert, first_name="", last_name=""), "Give a name or the name the person wishes to use.",
     ["alias", "first_name", "last_name"]),
    (change(InvoiceLine, quantity=Decimal(0)), "The quantity is more than zero.", ["quantity"]),
    (change(KilometreRate, valid_until=date(2000, 1, 1)), "The end cannot be before the start.",
     ["valid_until", "valid_from"]),
    (change(Group, max_size=0), "The size is more than zero.", ["max_size"]),
    (change(Membership, expert=None), "A seat belongs to one: an expert, a contact person or a user.",
     ["expert", "contact", "user"]),
    (change(Meeting, attended=-1), "The number of those present cannot be negative.", ["attended"]),
    (second(Theme, "name"), "The list already has this name.", ["name"]),
    (second(Organisation, "name"), "There is already an organisation of this name.", ["name"]),
    (second(User, "email"), "Another user already has this e-mail address.", ["email"]),
    (second(RoleGrant, "user", "role"), "This user already has this role.", ["user", "role"]),
    (second(Completion, "expert", "programme"),
     "This expert already has this programme: correct that record instead.", ["expert", "programme"]),
    (second(Attendance, "session", "expert"), "This expert is already in this session.", ["session", "expert"]),
    (second(BatchItem, "invoice"), "This claim is already in another batch.", ["invoice"]),
    (change(Theme, name=None), NEEDED, ["name"]),
    (change(Occasion, order=None), NEEDED, ["order"]),
])
def test_refusal_says_its_sentence_at_its_fields(write, sentence, fields, app):
    assert refusal(write) == (sentence, fields)


@pytest.mark.both_databases
def test_record_that_others_need_stays(app):
    theme = make(Order, themes=[make(Theme)]).themes[0]

    def write():
        db.session.execute(sa.text("DELETE FROM theme WHERE id = :id"), {"id": theme.id})

    assert refusal(write) == (USED, [])


@pytest.mark.both_databases
def test_table_without_a_record_type_gives_the_plain_sentence(app):
    link = sa.text("INSERT INTO order_theme (order_id, theme_id) VALUES (:order, :theme)")
    order = make(Order, themes=[make(Theme)])
    values = {"order": order.id, "theme": order.themes[0].id}

    assert refusal(lambda: db.session.execute(link, values)) == (DUPLICATE, [])


def test_unknown_refusal_gives_the_plain_sentence():
    assert explain(IntegrityError("INSERT", {}, Exception("something new"))) == (REFUSED, [])


@pytest.mark.both_databases
def test_sentence_never_carries_the_value(app):
    make(User, email="salainen@test.invalid")

    sentence, fields = refusal(lambda: make(User, email="salainen@test.invalid"))

    assert "salainen" not in sentence + "".join(fields)


@pytest.mark.parametrize("model", [m for m in consoled() if issubclass(m, Record)], ids=lambda m: m.__name__)
def test_every_unique_rule_is_known_by_its_columns_as_sqlite_tells_it(model):
    table = sa.inspect(model).local_table
    rules = [rule for rule in [*table.constraints, *table.indexes]
             if isinstance(rule, sa.UniqueConstraint) or getattr(rule, "unique", False)]

    for rule in rules:
        told = ", ".join(f"{table.name}.{column.name}" for column in rule.columns)
        sentence, _ = explain(IntegrityError("INSERT", {}, Exception(f"UNIQUE constraint failed: {told}")))
        assert sentence in model.constraint_sentences.values()


@pytest.mark.parametrize("model", [m for m in consoled() if issubclass(m, Record)], ids=lambda m: m.__name__)
def test_every_check_is_known_by_its_name_and_leads_to_a_column(model):
    table = sa.inspect(model).local_table
    checks = [rule for rule in table.constraints if isinstance(rule, sa.CheckConstraint)]

    for rule in checks:
        sentence, fields = explain(IntegrityError("INSERT", {}, Exception(f"CHECK constraint failed: {rule.name}")))
        key = str(rule.name).removeprefix(f"ck_{table.name}_")
        assert sentence == model.constraint_sentences.get(key, REFUSED)
        assert {field for field in fields if field not in table.columns and f"{field}_id" not in table.columns} == set()
        assert fields != []


def test_claim_on_two_grounds_is_refused(app):
    claim = make(Invoice)

    def write():
        claim.meeting = make(Meeting)
        db.session.flush()

    assert refusal(write) == (
        "A claim has one ground: an assignment, a meeting or a supervision session.",
        ["assignment", "meeting", "session"])
