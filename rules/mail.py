"""When a message is tried again, and how long a sender may take for one. Knows no mail server."""

from datetime import datetime, timedelta

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=5)
LEASE = timedelta(minutes=15)
"""How long a sender may take for one message. Longer than its connection is patient."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a message that a server would not take yet is tried again; None after the last of ``MOST_ATTEMPTS``.

    The waits double: after 5, 10, 20, 40 and 80 minutes.
    """
    return None if attempts >= MOST_ATTEMPTS else now + FIRST_WAIT * 2 ** (attempts - 1)


