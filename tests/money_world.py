"""A world in which fees are paid: people who may, an assignment that was held, claims and batches of it."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

import exports.batch_generation  # noqa: F401 - the verb that makes the files registers itself
from models import (
    Assignment,
    FeeRate,
    KilometreRate,
    Municipality,
    Occasion,
    Order,
    Payee,
    PaymentBatch,
    Theme,
    db,
)
from models.engine import writing
from rules.choices import AnswerBy, FeeUnit, OrderKind
from rules.errors import DomainError
from rules.permissions import Actor, Role
from services import batches, matching, saving, verbs
from tests.people import make_expert, make_organisation, make_user

TODAY = date(2026, 11, 24)
IBAN = "FI2112345600000785"


def acting(user, role):
    return Actor(user.id, user.person_id, Role(role), user.name, user.organisation_id)


def do(record, verb, actor, **inputs):
    with writing():
        result = verbs.run(record, verb, actor, TODAY, inputs)
        db.session.commit()
    return result


@pytest.fixture
def people(app):
    found = {name: make_user(role) for name, role in (
        ("coordinator", "coordinator"), ("finance", "finance"), ("finance2", "finance"))}
    return {name: acting(user, user.roles[0]) for name, user in found.items()}


@pytest.fixture
def held(app, people):
    """An assignment that has been held, with a payee and rates in force."""
    expert = make_expert(support_persons=[])
    db.session.add_all([
        Payee(official_name="Sini Salminen", expert=expert, iban=IBAN, **confirmed(people["finance2"].user_id)),
        FeeRate(kind=OrderKind.TALK, unit=FeeUnit.EVENT, amount=Decimal("75.00"), valid_from=date(2026, 1, 1)),
        KilometreRate(amount=Decimal("0.55"), valid_from=date(2026, 1, 1))])
    order = Order(organisation=make_organisation(), kind=OrderKind.TALK, received_on=TODAY, themes=[Theme(name="avohuolto")],
                  cost_centre="4711", occasions=[Occasion(on=TODAY, municipality=Municipality(name="Jyväskylä"))])
    saving.prepare(order, people["coordinator"], TODAY, is_new=True)
    db.session.add(order)
    db.session.commit()
    with writing():
        matching.ask_many(order, [matching.Choice(expert.id, "tuttu")], people["coordinator"], TODAY)
        db.session.commit()
    assignment = db.session.scalars(sa.select(Assignment)).one()
    do(assignment, "accept", people["coordinator"], answered_by=AnswerBy.EXPERT)
    do(assignment, "onboard", people["coordinator"], by="Kaisa", on=None, talked=[])
    do(assignment, "confirm", people["coordinator"])
    do(order, "hold", people["coordinator"])
    return assignment


def confirmed(user_id):
    """What a payee has whose account somebody has confirmed."""
    return {"iban_confirmed_on": TODAY, "iban_confirmed_by_id": user_id}


def approved_claim(assignment, people, **inputs):
    claim = do(assignment, "claim", people["coordinator"], **inputs)
    do(claim, "check", people["coordinator"])
    do(claim, "approve", people["finance"])
    return claim


def new_batch(people, claims=()):
    batch = PaymentBatch(payment_date=date(2026, 11, 30))
    saving.prepare(batch, people["finance"], TODAY, is_new=True)
    db.session.add(batch)
    db.session.commit()
    with writing():
        if claims:
            batches.add_claims(batch, [c.id for c in claims], people["finance"])
        db.session.commit()
    return batch


def at_once(app, *works):
    """Run each work in a thread of its own, all from the same moment; their results or refusals."""
    start, results = Barrier(len(works)), [None] * len(works)

    def run(place, work):
        with app.app_context(), writing():
            start.wait()
            try:
                results[place] = work()
                db.session.commit()
            except (DomainError, sa.exc.SQLAlchemyError) as refused:
                db.session.rollback()
                results[place] = refused
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
