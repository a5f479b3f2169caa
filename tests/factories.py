"""A valid row of any record type, made from what the type itself says. Nothing is tested here.

``make(Model, **given)`` makes and commits one row: every needed column has a value, every needed foreign key a
new row behind it, every CHECK and UNIQUE holds. What is given is kept; what may be empty stays empty.
``make(Model, status=...)`` gives the row a later state with the facts that the state needs and its line of history.
``make_full(Model, **given)`` also fills every relationship to one row, and every choice of several with two.
``make_many(Model, count, full=False, **given)`` makes many such rows in one transaction.

A record type with a rule of its own that types do not tell (one of three grounds, a name or an alias) has its hint
in ``HINTS``, ``ONE_OF`` or ``FACTS``. For somebody who signs in, use ``tests.people.make_user``.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipDirection

from models import BatchFile, Certificate, Expert, Receipt, User, db
from models.audit import HasStatus, open_door
from models.base import Base, Money, UTCDateTime
from models.encryption import KEYRING, Encrypted
from rules.bank_answers import AnswerKind
from rules.choices import BatchKind, Debriefed, MessageKind, Onboarded
from services.transitions import born_past

DAY = date(2026, 1, 15)
MOMENT = datetime(2026, 1, 15, 9, tzinfo=UTC)
NUMBER = count(1)
MACHINERY = {"id", "version", "created_at", "row_key", "status"}


def _bank_answer(number):
    key, data = uuid4().hex, f"Maksutunnus;Lopputulos\nKA1-{number};maksettu\n".encode()
    return {"kind": AnswerKind.OUTCOMES, "key": key, "sealed_data": KEYRING.seal(data, f"bank_answer:{key}"),
            "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "handled_by": None}


HINTS = {
    "Expert": lambda n: {"first_name": f"Etunimi{n}", "last_name": "Sukunimi", "phone": f"+35840{n:07}"},
    "User": lambda n: {"name": f"Käyttäjä {n}", "email": f"user{n}@test.invalid"},
    "BatchFile": lambda _n: BatchFile.columns_of(b"content"),
    "TrainingCheck": lambda n: {"key": f"{n:064}"},
    "Certificate": lambda n: Certificate.columns_of(b"content %d" % n),
    "Proposal": lambda n: {"first_name": f"Etunimi{n}", "phone": f"+35840{n:07}", "consents": True},
    "Receipt": lambda n: Receipt.columns_of(b"content %d" % n),
    "MessageTemplate": lambda n: {"kind": list(MessageKind)[n % len(MessageKind)]},
    "Message": lambda n: {"to": f"vastaanottaja{n}@test.invalid"},
    "BankAnswer": _bank_answer,
    "IncomeType": lambda n: {"code": f"{n}"},
    "ExportProfile": lambda n: {"name": f"Palkkatalo {n}", "columns": "Erä = batch"},
    "WithholdingRate": lambda n: {"valid_from": DAY + timedelta(n)},
    "NetPay": lambda n: {"valid_from": DAY + timedelta(n)},
    "PayingAccount": lambda n: {"iban": f"FI{n:016}"},
    "Payee": lambda _n: {"iban_confirmed_by": None},
    "IncomesReport": lambda n: dict.fromkeys(("payment_date", "reported_on"), DAY + timedelta(n)),
}
"""Columns whose value the type alone does not tell, by a running number."""

ONE_OF = {"Message": ("to", "expert", "support_person"), "Membership": ("expert", "contact", "user"), "Invoice": ("assignment", "meeting", "session")}
"""Relationships of which exactly one is filled: the first, unless another is given."""

FACTS = {
    "Assignment": {
        ("confirmed", "held", "closed"): lambda: {"onboarded": Onboarded.BY_COORDINATOR, "onboarded_on": DAY},
        ("closed",): lambda: {"debriefed": Debriefed.DONE, "debriefed_on": DAY},
    },
    "Completion": {("completed",): lambda: {"completed_on": DAY}},
    "Invoice": {
        ("approved", "batched", "paid"): lambda: {"approved_by": _build(User, {})},
        ("paid",): lambda: {"paid_on": DAY},
    },
    "PaymentBatch": {
        ("approved", "generated", "sent", "closed"): lambda: {"approved_by": _build(User, {})},
        ("submitted", "approved", "generated", "sent", "closed"): lambda: {"content_hash": "0" * 64},
        ("generated", "sent", "closed"): lambda: {"generated_at": MOMENT},
    },
    "Proposal": {("accepted",): lambda: {"expert": _build(Expert, {})}},
    "Message": {("sent",): lambda: {"sent_at": MOMENT}},
    "BatchItem": {("rejected", "returned", "removed"): lambda: {"live": False}, ("paid",): lambda: {"paid_on": DAY}},
}
"""What a later state needs beside it."""


def make(model, **given):
    """A committed row of ``model`` with what it needs and what is ``given``."""
    return make_many(model, 1, **given)[0]


def make_full(model, **given):
    """The same with all its relationships filled."""
    return make_many(model, 1, full=True, **given)[0]


def make_many(model, times, *, full=False, **given):
    """``times`` committed rows, each with rows of its own behind it."""
    status = given.pop("status", None)
    with open_door("record_past"):
        rows = [_one(model, status, given, full=full) for _ in range(times)]
        db.session.commit()
    return rows


def _one(model, status, given, *, full):
    facts = FACTS.get(model.__name__, {}) if status is not None else {}
    needed = {name: value for states, told in facts.items() if status in states for name, value in told().items()}
    row = _build(model, needed | given, full=full)
    if status is not None and issubclass(model, HasStatus) and status != model.lifecycle.initial:
        born_past(row, status, "")
    db.session.add(row)
    return row


def _build(model, given, *, full=False):
    number = next(NUMBER)
    hints = HINTS.get(model.__name__, lambda _: {})(number)
    if _says_one(ONE_OF.get(model.__name__, ()), given):
        hints.pop("to", None)
    values = hints | given
    with db.session.no_autoflush:
        for prop in sa.inspect(model).column_attrs:
            if prop.key not in values and prop.key not in MACHINERY and _needed(prop.columns[0]):
                values[prop.key] = _value(model, prop.key, prop.columns[0], number)
        for prop in sa.inspect(model).relationships:
            if prop.key not in values and (related := _related(model, prop, values, full=full)) is not None:
                values[prop.key] = related
        if values.get("paying_account") and "kind" not in given:
            values |= {"kind": BatchKind.SEPA, "export_profile": None}  # no other batch has an account, nor this a profile
        values |= _keys_without_a_relationship(model, values)
        row = model(**values)
        db.session.add(row)
    return row


def _needed(column):
    return isinstance(column, sa.Column) and not (column.nullable or column.default or column.foreign_keys)


def _related(model, prop, values, *, full):
    """What stands in the relationship: a new row, two of them, or None."""
    target = prop.mapper.class_
    if prop.secondary is not None:
        return [_build(target, {}) for _ in range(2)] if full else None
    if prop.direction is not RelationshipDirection.MANYTOONE or {c.name for c in prop.local_columns} & values.keys():
        return None
    grounds = ONE_OF.get(model.__name__, ())
    if prop.key in grounds:
        return None if prop.key != grounds[0] or _says_one(grounds, values) else _build(target, {})
    needed = not all(column.nullable for column in prop.local_columns)
    return _build(target, {}) if needed or full else None


def _says_one(grounds, values):
    return bool({name for ground in grounds for name in (ground, f"{ground}_id")} & values.keys())


def _keys_without_a_relationship(model, values):
    mapper = sa.inspect(model)
    told = {column for prop in mapper.relationships for column in prop.local_columns}
    models = {m.local_table: m.class_ for m in Base.registry.mappers}
    keys = {}
    for column in mapper.local_table.columns:
        if column.foreign_keys and column not in told and not column.nullable and column.name not in values:
            target = _build(models[next(iter(column.foreign_keys)).column.table], {})
            db.session.flush()
            keys[column.name] = target.id
    return keys


def _value(model, name, column, number):
    """A value that the column takes, its own where a UNIQUE rule may ask for that."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class))
    if getattr(kind, "target", None) is not None:
        return [_build(kind.target, {}) for _ in range(2)]
    if isinstance(kind, sa.String | Encrypted):
        length = getattr(kind, "length", None) or 20
        return f"{name.replace('_', ' ').capitalize()} {number}"[-length:]
    if isinstance(kind, sa.Date):
        return DAY + timedelta(number) if name in _in_a_unique_rule(model) else DAY
    if isinstance(kind, sa.Time):
        return time(11) if name == "ends" else time(9)
    for known, value in ((Money, Decimal(7)), (sa.Boolean, False), (UTCDateTime, MOMENT),
                         (sa.LargeBinary, b"content"), (sa.Integer, 3)):
        if isinstance(kind, known):
            return value
    raise TypeError(f"{model.__name__}.{name}: {kind!r} needs a hint")


def _in_a_unique_rule(model):
    rules = (rule for rule in sa.inspect(model).local_table.constraints if isinstance(rule, sa.UniqueConstraint))
    return {column.name for rule in rules for column in rule.columns}
