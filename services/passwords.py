"""Passwords: argon2, and what a new one must be. Knows no account."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.errors import BadInput
from rules.password_rules import LONGEST, weakness

HASHER = PasswordHasher()
COMMON = Path(__file__).with_name("common_passwords.txt")


def hash_password(password: str, *, about: Iterable[str] = ()) -> str:
    """The argon2 hash of a new password. BadInput when it is too short, too long or too easy to guess.

    ``about``: the name and the e-mail address of its user, which must not be most of it.
    """
    if refused := weakness(password, about, common_passwords()):
        raise BadInput(refused.text, field="password", **refused.facts)
    return HASHER.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def common_passwords() -> frozenset[str]:
    """The common passwords in lower case; where the list comes from stands at its head."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


UNKNOWN_HASH = HASHER.hash("there is no such account")
"""Compared with for an unknown account, so that it takes as long as a known one."""
