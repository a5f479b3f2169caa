"""An order, an expert and the road between them, for the tests of placing. Nothing is tested here."""

from datetime import date, time, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from models import Municipality, Occasion, Order, SupportPerson, Theme, db
from models.engine import writing
from rules.choices import OrderKind
from rules.errors import DomainError
from rules.permissions import Actor, Role
from services import matching, saving, verbs
from tests.people import make_expert, make_organisation, make_user

TODAY = date(2026, 11, 24)
EVENT = TODAY + timedelta(15)


def actor_of(role, **given):
    """Somebody new who acts in ``role``."""
    user = make_user(role, **given)
    return Actor(user.id, user.person_id, Role(role), user.name, user.organisation_id,
                 user.expert.id if user.expert else None)


@pytest.fixture
def coordinator(app):
    """Somebody who acts as coordinator, on the day of these tests."""
    app.config["TODAY"] = TODAY
    return actor_of("coordinator")


def one_of(model, name):
    """The entry of this name in a short list, made when it is not there."""
    return db.session.scalars(sa.select(model).where(model.name == name)).one_or_none() or model(name=name)


def an_order(coordinator, on=EVENT, **given):
    """A saved order of one theme and one occasion; ``on`` None leaves the day open."""
    facts = {"organisation": given.get("organisation") or make_organisation(), "kind": OrderKind.TALK, "places": 1,
             "themes": [one_of(Theme, "sijaishuolto")], "occasions": [] if on is None else [Occasion(
                 on=on, starts=time(9), ends=time(11), municipality=one_of(Municipality, "Jyväskylä"))]}
    order = Order(**facts | given)
    with writing(), db.session.no_autoflush:
        saving.prepare(order, coordinator, TODAY, is_new=True)
        db.session.add(order)
        db.session.commit()
    return order


def an_askable(**given):
    """An expert whom no guard holds back."""
    expert = make_expert(**{"birth_date": date(1990, 5, 1)} | given)
    db.session.add(SupportPerson(expert=expert, name="Minna H."))
    db.session.commit()
    return expert


def do(record, name, actor, today=TODAY, **inputs):
    """Run a verb as its page would; what is refused leaves nothing behind."""
    try:
        with writing():
            done = verbs.run(record, name, actor, today, inputs)
            db.session.commit()
    except (DomainError, sa.exc.SQLAlchemyError):
        db.session.rollback()
        raise
    return done


def ask(order, actor, *experts, reason="", today=TODAY):
    """Ask ``experts``; gives their assignments."""
    chosen = [matching.Choice(expert.id, reason) for expert in experts]
    try:
        with writing():
            asked = matching.ask_many(order, chosen, actor, today)
            db.session.commit()
    except (DomainError, sa.exc.SQLAlchemyError):
        db.session.rollback()
        raise
    return asked


def onboard(assignment, actor, **given):
    do(assignment, "onboard", actor, **{"by": "Kaisa K.", "talked": []} | given)


def accepted(order, actor, expert=None):
    """Somebody who was asked, said yes and was onboarded."""
    [assignment] = ask(order, actor, expert or an_askable())
    do(assignment, "accept", actor)
    onboard(assignment, actor)
    return assignment


def confirmed(order, actor, expert=None, **given):
    assignment = accepted(order, actor, expert)
    do(assignment, "confirm", actor, **given)
    return assignment


def held(order, actor):
    """Somebody who was at the event of an order that is held on its day."""
    assignment = confirmed(order, actor)
    do(order, "hold", actor, today=order.occasions[0].on)
    return assignment


def at_once(app, *works):
    """Run each work in a thread of its own, all from the same moment; what was refused, as text."""
    start, refused = Barrier(len(works)), []

    def run(work):
        with app.app_context(), writing():
            start.wait()
            try:
                work()
                db.session.commit()
            except (DomainError, sa.exc.SQLAlchemyError) as error:
                db.session.rollback()
                refused.append(str(error))
            finally:
                db.session.remove()

    db.session.commit()
    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return refused
