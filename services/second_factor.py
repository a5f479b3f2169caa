"""The second factor: enrolling an authenticator app, checking its codes, recovery codes. Asks for no password.

Codes are those of RFC 6238: six digits, a new one every half minute, SHA-1, as every authenticator app has them.
"""

import base64
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from models import RecoveryCode, SecondFactor, User, db
from models.encryption import KEYRING
from rules.errors import BadInput, DomainError
from rules.permissions import Role
from rules.wording import N_
from services.sign_ins import note

NEEDED_FOR = frozenset({Role.FINANCE, Role.ADMIN})
"""Roles that nobody acts in without a second factor: they move money, or open accounts."""

ISSUER = "Kokemussilta"
SECRET_BYTES, DIGITS, SECONDS = 20, 6, 30
EARLY_OR_LATE = (0, -1, 1)
"""The half minutes whose code is taken, beside now: clocks differ, and typing takes time."""

CODES, CODE_BYTES = 10, 8


def factor_of(user: User) -> SecondFactor | None:
    """The row of ``user``, locked until the transaction ends and read anew: two requests take a code once."""
    return db.session.scalars(sa.select(SecondFactor).where(SecondFactor.user_id == user.id)
                              .with_for_update().execution_options(populate_existing=True)).one_or_none()


def is_on(user: User) -> bool:
    """Whether signing in asks ``user`` for a code."""
    return db.session.scalar(sa.select(SecondFactor.id).where(
        SecondFactor.user_id == user.id, SecondFactor.secret.is_not(None))) is not None


def is_needed(user: User) -> bool:
    """Whether one of the user's roles asks for a second factor."""
    return not NEEDED_FOR.isdisjoint(user.roles)


def begin(user: User) -> None:
    """A new secret, shown by ``waiting_secret`` until a right code confirms it; the one in use stays till then."""
    factor = factor_of(user)
    if factor is None:
        factor = SecondFactor(user_id=user.id)
        db.session.add(factor)
    factor.waiting = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def waiting_secret(user: User) -> str | None:
    """The secret to put in the app, in base32; None when enrolment has not begun."""
    found = db.session.scalars(sa.select(SecondFactor).where(SecondFactor.user_id == user.id)).one_or_none()
    return found.waiting if found else None


def app_address(user: User, secret: str) -> str:
    """What the QR code says to the app: an ``otpauth://`` address with the secret."""
    return _totp(secret).get_provisioning_uri(user.email, ISSUER)


def confirm(user: User, code: str, now: datetime) -> list[str]:
    """Take the waiting secret into use when ``code`` is right; the recovery codes, to be shown this once.

    BadInput for a wrong code, DomainError when enrolment has not begun.
    """
    factor = factor_of(user)
    if factor is None or factor.waiting is None:
        raise DomainError(N_("Begin again: this page had grown old."))
    step = _step_of(factor.waiting, code, now, after=0)
    if step is None:
        raise BadInput(N_("This code is not right. Type the one that the app shows now."), field="code")
    factor.secret, factor.waiting, factor.since, factor.last_step = factor.waiting, None, now, step
    return new_codes(user, what="factor_on")


def passes(user: User, code: str, now: datetime) -> str | None:
    """How ``code`` opens the account: "sign_in" by the app, "sign_in_recovery" by a recovery code; None when wrong.

    Each code passes once. The caller commits.
    """
    factor = factor_of(user)
    if factor is None or factor.secret is None:
        return None
    step = _step_of(factor.secret, code, now, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        return "sign_in"
    return "sign_in_recovery" if _spend(user, code, now) else None


def new_codes(user: User, what: str = "recovery_codes") -> list[str]:
    """Ten new recovery codes, to be shown this once; the ones before stop working. ``what`` goes into the log."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_readable(secrets.token_bytes(CODE_BYTES)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, key=_key_of(user, code)) for code in codes)
    note(user, what)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    return db.session.scalar(sa.select(sa.func.count()).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))) or 0


def turn_off(user: User) -> None:
    """Forget the app and the recovery codes of ``user``."""
    for table in (RecoveryCode, SecondFactor):
        db.session.execute(sa.delete(table).where(table.user_id == user.id))
    note(user, "factor_off")


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303 - what the apps speak; HMAC stands


def _step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The number of the half minute, later than ``after``, that ``code`` belongs to; None for a wrong code."""
    typed = "".join(code.split()).encode()
    current = int(now.astimezone(UTC).timestamp()) // SECONDS
    for step in (current + beside for beside in EARLY_OR_LATE):
        if step > after and secrets.compare_digest(_totp(secret).generate(step * SECONDS), typed):
            return step
    return None


def _spend(user: User, code: str, now: datetime) -> bool:
    """Use up the recovery code; the lock on the factor's row makes it once."""
    found = db.session.scalars(sa.select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.key == _key_of(user, code), RecoveryCode.used_at.is_(None),
    ).execution_options(populate_existing=True)).first()
    if found is None:
        return False
    found.used_at = now
    return True


def _readable(raw: bytes) -> str:
    """``abcd-efgh-ijkl``: sixty random bits, letters and digits that are not taken for each other."""
    text = base64.b32encode(raw).decode().lower()[:12]
    return "-".join(text[at:at + 4] for at in (0, 4, 8))


def _key_of(user: User, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return KEYRING.fingerprint(f"recovery:{user.id}:{plain}")
