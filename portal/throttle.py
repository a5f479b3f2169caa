"""How many attempts are taken: by address, and by account from an address. An account itself is never locked.

Counts live in the memory of one process, or in Redis for several (``REDIS_URL``). While Redis cannot be reached each
process counts its own: whoever guesses is still slowed, if less, and nobody who knows the password is kept out because
a server that only counts is down.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from models.encryption import KEYRING
from rules.networks import counted_as

log = logging.getLogger(__name__)
T = TypeVar("T")
OWN_COUNT = "kokemussilta_own_count"
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}
"""Seconds that a sign-in waits for Redis."""

ATTEMPTS = (parse("20/minute"),)
"""From one address, right and wrong: each costs a comparison of passwords."""

WRONG = (parse("5/minute"), parse("30/hour"))
"""For one account from one address. Its owner, who is elsewhere, does not notice."""

WRONG_CODES = (parse("20/hour"),)
"""For one account from anywhere. Whoever gets so far knows the password already."""


OPENINGS = (parse("60/minute"),)
"""Of personal links from one address. They cannot be guessed; this keeps whoever tries from being a load."""


CODES = (parse("10/minute"), parse("60/hour"))
"""Codes of training checks typed from one address: of 2^60, nobody gets through them."""

ORDERS = (parse("10/hour"),)
"""Sent by the public form from one address."""

MAILED = (parse("3/hour"),)
"""Messages that the public form sends to one e-mail address: it is not there to be pestered."""


@dataclass(frozen=True)
class Counter:
    """What is counted together, and how much of it is taken."""

    limits: tuple[RateLimitItem, ...]
    key: str


def add_throttle(app: Flask) -> None:
    address = app.config["REDIS_URL"]
    Limiter(network, app=app, strategy="moving-window", storage_uri=address or "memory://", key_prefix="kokemussilta",
            storage_options={"wrap_exceptions": True, **PATIENCE} if address else {})
    app.extensions[OWN_COUNT] = MovingWindowRateLimiter(MemoryStorage())


def network() -> str:
    """Where the request comes from, as attempts are counted."""
    return counted_as(request.remote_addr)


def sign_in_counters(email: str) -> tuple[Counter, ...]:
    """The account is what was typed, known or not, and is not written down as it stands."""
    return Counter(ATTEMPTS, network()), _from_here(f"sign_in:{email.strip().lower()}")


def code_counters(user_id: int) -> tuple[Counter, ...]:
    return _from_here(f"code:{user_id}"), Counter(WRONG_CODES, f"code:{user_id}")


def link_counters() -> tuple[Counter, ...]:
    return (Counter(OPENINGS, f"link:{network()}"),)


def check_counters() -> tuple[Counter, ...]:
    return (Counter(CODES, f"check:{network()}"),)


def order_counters(email: str) -> tuple[Counter, ...]:
    return (Counter(ORDERS, f"order:{network()}"),
            Counter(MAILED, KEYRING.fingerprint(f"order_mail:{email.strip().lower()}")))


def own_password_counters(user_id: int) -> tuple[Counter, ...]:
    """For the password that one's own page asks for."""
    return (_from_here(f"own:{user_id}"),)


def wait_after(counters: tuple[Counter, ...]) -> int:
    """Count an attempt; 0 when it may be tried, else how many seconds to wait. What must wait is not counted."""
    def count(strategy: RateLimiter) -> int:
        for counter in counters:
            for item in counter.limits:
                if not strategy.hit(item, counter.key):
                    free_at = strategy.get_window_stats(item, counter.key).reset_time
                    return max(1, math.ceil(free_at - time.time()))
        return 0

    return _counting(count)


def forgive(counters: tuple[Counter, ...]) -> None:
    """The attempt was right: the wrong ones before it count no more. Those of the whole address still do."""
    def clear(strategy: RateLimiter) -> None:
        for counter in counters:
            for item in counter.limits:
                if item not in ATTEMPTS:
                    strategy.clear(item, counter.key)

    _counting(clear)


def _from_here(what: str) -> Counter:
    return Counter(WRONG, KEYRING.fingerprint(f"{what}|{network()}"))


def _counting(work: Callable[[RateLimiter], T]) -> T:
    """Do ``work`` with the counts that all processes share; with one's own while those cannot be reached."""
    (limiter,) = current_app.extensions["limiter"]
    try:
        return work(limiter.limiter)
    except StorageError as away:
        log.warning("counts of attempts are not shared: %s", type(away.storage_error).__name__)
        return work(current_app.extensions[OWN_COUNT])
