"""What outreach led to: the orders that the units reached placed in the time after it."""

from datetime import date, timedelta

from models import Outreach

FOLLOWS = timedelta(92)
"""Three months, in any of which a summer may fall."""


def followed_until(outreach: Outreach) -> date:
    """The last day on which an order counts as one that followed."""
    return outreach.on + FOLLOWS
