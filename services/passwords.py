"""Passwords: argon2, and what a new one must be. Knows no account."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.errors import BadInput
from rules.wording import N_

SHORTEST, LONGEST = 12, 200
HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2 hash of a new password; BadInput when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(N_("A password has at least %(shortest)s characters."), field="password", shortest=SHORTEST)
    return HASHER.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


UNKNOWN_HASH = HASHER.hash("there is no such account")
"""Compared with for an unknown account, so that it takes as long as a known one."""
