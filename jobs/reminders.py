"""One reminder to whoever was asked and has said nothing. After it, the coordinator's first screen asks for a call."""

from datetime import date

from models import db
from models.engine import writing
from rules.permissions import Actor
from services import asking

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
