"""Values that the database must not show: AES-GCM bound to table, column and row, and a keyed hash for equality.

A sealed value is ``key id (4 bytes) | nonce (12) | ciphertext and tag``. Keys come from ``FIELD_KEYS``; the first
encrypts, all decrypt. A value taken to another row or column does not open there, not even with the row's own key.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar
from uuid import uuid4

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import operators

from models.sealed_choice import SealedChoice

KEY_ID, NONCE = 4, 12
UNBOUND = "unbound"
"""Where a session keeps the rows of a flush that are to be sealed for their numbers."""


class Keyring:
    """The keys of this installation; empty until ``configure``."""

    def __init__(self) -> None:
        self._keys: dict[bytes, AESGCM] = {}
        self._first = b""
        self._hash_key = b""

    def configure(self, keys: Sequence[str]) -> None:
        """Take base64 keys of 32 bytes, the encrypting one first. ValueError names a bad one by its place."""
        raw = []
        for place, key in enumerate(keys, 1):
            try:
                decoded = base64.b64decode(key, altchars=b"-_", validate=True)
            except ValueError:
                decoded = b""
            if len(decoded) != 32:
                raise ValueError(f"FIELD_KEYS: key {place} is not 32 bytes of base64")
            raw.append(decoded)
        self._keys = {hashlib.sha256(key).digest()[:KEY_ID]: AESGCM(key) for key in raw}
        self._first = hashlib.sha256(raw[0]).digest()[:KEY_ID]
        # The hash key outlives rotation: it comes from the oldest key, which stays last in the list.
        self._hash_key = hashlib.sha256(b"equality" + raw[-1]).digest()

    @property
    def first(self) -> bytes:
        """What a value begins with that is sealed with the first key."""
        return self._first

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """The plain bytes; ValueError when the key is gone or the value was moved or changed."""
        key = self._keys.get(sealed[:KEY_ID])
        if key is None:
            raise ValueError(f"{bound_to}: sealed with a key that is not in FIELD_KEYS")
        try:
            return key.decrypt(sealed[KEY_ID:KEY_ID + NONCE], sealed[KEY_ID + NONCE:], bound_to.encode())
        except InvalidTag as refused:
            raise ValueError(f"{bound_to}: the sealed value does not belong here") from refused

    def fingerprint(self, value: str) -> str:
        """A keyed hash of 64 hex digits: equal values give equal hashes, and nothing else can be read from it."""
        return hmac.new(self._hash_key, value.encode(), hashlib.sha256).hexdigest()


KEYRING = Keyring()


class Bound(str):
    """A plain value that can tell, when it is sealed, the table, column and row it is sealed for."""

    __slots__ = ("bound_to",)
    bound_to: Callable[[], str]


class BoundNumber(int):
    """The same of a whole number."""

    bound_to: Callable[[], str]


class BoundAmount(Decimal):
    """The same of an exact amount."""

    __slots__ = ("bound_to",)
    bound_to: Callable[[], str]


BOUND: dict[type[Any], type[Any]] = {str: Bound, int: BoundNumber, Decimal: BoundAmount, SealedChoice: SealedChoice}


@dataclass(frozen=True, repr=False)
class Sealed:
    """A value as the database has it; reads as dots until its record opens it."""

    data: bytes

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__


class Encrypted(sa.types.TypeDecorator[Any]):
    """A column that is sealed at rest: a text of at most ``length`` characters, or ``of`` whole numbers or amounts.

    ``target`` makes it a choice of rows of that model. ``fingerprint`` names the column of its keyed hash.
    """

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, fingerprint: str | None = None, *, of: type[Any] = str, length: int = 120,
                 target: type[Any] | None = None) -> None:
        super().__init__()
        self.fingerprint, self.length, self.target = fingerprint, length, target
        self.of = SealedChoice if target is not None else of

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None or (self.of is SealedChoice and not value):
            return None
        if not isinstance(value, BOUND[self.of]):
            raise TypeError("an encrypted column cannot be compared: use its fingerprint")
        return KEYRING.seal(str(value).encode(), value.bound_to())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else Sealed(value)

    class comparator_factory(sa.types.TypeDecorator.Comparator[Any]):  # noqa: N801 - SQLAlchemy's name for it
        """Asks whether there is a value, and nothing else: the same value is sealed differently each time."""

        def operate(self, op: Any, *other: Any, **more: Any) -> Any:
            if op in (operators.is_, operators.is_not) or (op in (operators.eq, operators.ne) and other[0] is None):
                return super().operate(op, *other, **more)
            raise TypeError("an encrypted column cannot be compared: use its fingerprint")

    @property
    def python_type(self) -> type[Any]:
        return self.of


class HasSecrets:
    """A model with encrypted columns: each value is bound to the row's number and to a random key of the row.

    A row that is written once cannot be sealed anew for its number: its values are ``bound_to_number`` no more than
    the key is, which no two rows share.
    """

    bound_to_number: ClassVar[bool] = True
    row_key: Mapped[str] = mapped_column(sa.String(32), default=lambda: uuid4().hex, sort_order=97)


def place_of(table: str, column: str, number: int | None, row_key: str) -> str:
    """What a value is bound to. Of a row without a number nothing opens: see ``_bind_to_its_number``."""
    return f"{table}.{column}:{number or ''}:{row_key}"


def _place_in(target: Any, column: Any) -> str:
    identity = sa.inspect(target).identity
    number = identity[0] if identity else target.__dict__.get("id")
    number = number if target.bound_to_number else None
    return place_of(column.table.name, column.name, number, target.row_key)


def _bind_on_set(attribute: Any, column: Any) -> None:
    kind: Encrypted = column.type

    @event.listens_for(attribute, "set", retval=True)
    def bind(target: Any, value: Any, _old: Any, _initiator: Any) -> Any:
        if kind.of is not SealedChoice and (value is None or value == ""):
            value = None
        else:
            if not target.row_key:
                target.row_key = uuid4().hex
            value = BOUND[kind.of](value or "") if kind.of is SealedChoice else BOUND[kind.of](value)
            value.bound_to = partial(_place_in, target, column)
        if kind.fingerprint:
            setattr(target, kind.fingerprint, KEYRING.fingerprint(value) if value else None)
        return value


def opening(attribute: Any) -> Callable[[Sealed | None, int, str], Any]:
    """What opens the values of ``attribute`` from rows that were read without their record, as ``opened`` does."""
    column = attribute.property.columns[0]
    table, name, kind, numbered = column.table.name, column.name, column.type.of, attribute.class_.bound_to_number

    def open_it(sealed: Sealed | None, number: int, row_key: str) -> Any:
        if sealed is None:
            return None
        return kind(KEYRING.open(sealed.data, place_of(table, name, number if numbered else None, row_key)).decode())

    return open_it


def opened(attribute: Any, sealed: Sealed | None, number: int, row_key: str) -> Any:
    """The plain value of ``attribute`` from a row that was read without its record; None where there is none.

    ValueError when it does not open there.
    """
    return opening(attribute)(sealed, number, row_key)


def sealed_for(attribute: Any, plain: Any, number: int | None, row_key: str) -> Any:
    """``plain`` to be written past the records into the row of that number and key; None for nothing."""
    if plain in (None, ""):
        return None
    column = attribute.property.columns[0]
    value = BOUND[column.type.of](plain)
    value.bound_to = partial(place_of, column.table.name, column.name, number, row_key)
    return value


def encrypted_columns(mapper: Mapper[Any]) -> dict[str, Any]:
    """The sealed columns of a mapped class by attribute."""
    return {a.key: a.columns[0] for a in mapper.column_attrs if isinstance(a.columns[0].type, Encrypted)}


@event.listens_for(HasSecrets, "mapper_configured", propagate=True)
def _watch(mapper: Mapper[Any], cls: type[Any]) -> None:
    secret = encrypted_columns(mapper)
    choices = {key for key, column in secret.items() if column.type.of is SealedChoice}
    for key, column in secret.items():
        _bind_on_set(getattr(cls, key), column)

    def open_all(target: Any, *_: Any) -> None:
        for key, column in secret.items():
            if isinstance(value := target.__dict__.get(key), Sealed):
                plain = KEYRING.open(value.data, _place_in(target, column)).decode()
                set_committed_value(target, key, column.type.of(plain))
            elif key in choices and key in target.__dict__ and value is None:
                set_committed_value(target, key, SealedChoice())

    def choose_nothing(target: Any, _args: Any, given: dict[str, Any]) -> None:
        for key in choices - given.keys():
            given[key] = SealedChoice()

    event.listen(cls, "load", open_all)
    event.listen(cls, "refresh", open_all)
    if choices:
        event.listen(cls, "init", choose_nothing)


@event.listens_for(HasSecrets, "after_insert", propagate=True)
def _note_its_number(mapper: Mapper[Any], _connection: sa.Connection, target: Any) -> None:
    if target.bound_to_number:
        secret = encrypted_columns(mapper)
        held = {column.name: value for key, column in secret.items() if isinstance(
            value := target.__dict__.get(key), tuple(BOUND.values()))}
        if held:
            waiting: Any = object_session(target)
            rows = waiting.info.setdefault(UNBOUND, {}).setdefault((mapper.local_table, tuple(held)), [])
            rows.append({"its_number": target.id, **held})


@event.listens_for(Session, "before_flush")
def _forget_what_failed(session: Session, *_: Any) -> None:
    """Rows of a flush that failed are not there, and their numbers may be given to others."""
    session.info.pop(UNBOUND, None)


@event.listens_for(Session, "after_flush")
def _bind_to_their_numbers(session: Session, *_: Any) -> None:
    """Seal once more what new rows hold: the database has given their numbers only now."""
    for (table, columns), rows in session.info.pop(UNBOUND, {}).items():
        session.connection().execute(table.update().where(table.c.id == sa.bindparam("its_number")).values(
            {name: sa.bindparam(name) for name in columns}), rows)
