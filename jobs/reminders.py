"""What a day brings by itself: one reminder to whoever was asked, feedback after events, the end of stale orders."""

from datetime import date

from models import db
from models.engine import writing
from rules.permissions import Actor
from services import asking, feedback, order_form

REMINDER = Actor(None, None, None, "remind")


def remind_all(today: date) -> int:
    """Make the reminders that are due today; gives how many. Run again, it makes none."""
    made = 0
    with writing():
        for assignment in asking.to_remind(today):
            made += asking.remind(assignment, REMINDER, today)
            db.session.commit()
        db.session.commit()
    return made


def ask_feedback(today: date) -> int:
    """Ask both sides of the events that are over how it went; gives how many messages were made. Never asks twice."""
    made = 0
    with writing():
        for order in feedback.to_ask(today):
            made += feedback.ask(order, REMINDER, today)
            db.session.commit()
        db.session.commit()
    return made


def expire_requests(today: date) -> int:
    """Let go of orders from the public form whose e-mail nobody confirmed in time; gives how many."""
    with writing():
        gone = order_form.expire_unconfirmed(today)
        db.session.commit()
    return gone
