"""What a day brings by itself: one reminder to whoever was asked, feedback after events, the end of stale orders."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from models import db
from models.engine import writing
from rules.permissions import Actor
from services import asking, feedback, order_form

REMINDER = Actor(None, None, None, "remind")


def remind_all(today: date) -> int:
    """Make the reminders that are due today; gives how many. Run again, it makes none."""
    return _each(asking.to_remind, asking.remind, today)


def ask_feedback(today: date) -> int:
    """Ask both sides of the events that are over how it went; gives how many messages were made. Never asks twice."""
    return _each(feedback.to_ask, feedback.ask, today)


def _each(due: Callable[[date], Iterable[Any]], write: Callable[[Any, Actor, date], int], today: date) -> int:
    """Each row that is due in a transaction of its own: one that fails takes none of those before it along."""
    made = 0
    with writing():
        for row in due(today):
            made += write(row, REMINDER, today)
            db.session.commit()
        db.session.commit()
    return made


def expire_requests(today: date) -> int:
    """Let go of orders from the public form whose e-mail nobody confirmed in time; gives how many."""
    with writing():
        gone = order_form.expire_unconfirmed(today)
        db.session.commit()
    return gone
