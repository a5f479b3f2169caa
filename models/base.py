"""Column types, the words a column says of itself, and the session. No record type is here."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from rules.choices import Choice
from rules.wording import N_

CENT = Decimal("0.01")


class Money(sa.types.TypeDecorator[Decimal]):
    """Decimal euros in Python, integer cents in the database. Refuses floats and half cents."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, float) or Decimal(value) != (cents := Decimal(value).quantize(CENT)):
            raise ValueError(f"not an exact amount: {value!r}")
        return int(cents.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else _euros(value)


@lru_cache(maxsize=10_000)
def _euros(cents: int) -> Decimal:
    """Of the amounts on a page, or of a batch, most are a few."""
    return Decimal(cents).scaleb(-2)


class Quantity(Money):
    """Hours or kilometres with two decimals, stored as integer hundredths."""

    cache_ok = True


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """Aware in Python, naive UTC in the database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def choice(enum: type[StrEnum]) -> sa.Enum:
    """Stored by value, checked by the database, never a native enum type."""
    return sa.Enum(
        enum, native_enum=False, create_constraint=True, validate_strings=True, length=20,
        name=enum.__name__.lower(), values_callable=lambda e: [m.value for m in e],
    )


def says(label: str, group: str, **more: Any) -> dict[str, Any]:
    """What a column or relationship says of itself, once; the console is generated from it.

    ``label`` is English source for translation, ``group`` the field group of ``rules.permissions``.
    ``more``: ``help``; ``listed``, ``searched``, ``filtered`` (in lists; a searched relationship finds a record by what
    the other one is called); ``form=False`` (written by services only); ``long`` (text area); ``mask`` (a function of
    the value, for cells ``m``); ``words`` (the labels of a comma list of keys); ``detail=False`` (not on the record
    page); ``needed=False`` (the save fills it when empty);
    ``fields_of`` (a comma list of field names of the record that another field names: shown by their labels).
    """
    unknown = more.keys() - {"help", "listed", "searched", "filtered", "form", "long", "mask", "detail", "words",
                             "needed", "fields_of"}
    if unknown:
        raise TypeError(f"says() does not know {sorted(unknown)}")
    return {"label": label, "group": group, **more}


class Menu(StrEnum):
    """The sections of the side bar: the coordinator's tasks, in this order."""

    PLACING = N_("Placing")
    BANK = N_("Bank of experts")
    FEES = N_("Fees")
    SUPPORT = N_("Support and development")
    VISIBILITY = N_("Making visible")
    TRUST = N_("Data protection")
    SETTINGS = N_("Settings")


@dataclass(frozen=True)
class Console:
    """How a model stands in the console: its words, its place, what its record page shows."""

    one: str
    many: str
    menu: Menu | None = None
    icon: str = "folder"
    order: tuple[str, ...] = ("-id",)
    related: tuple[str, ...] = ()
    includes: str | None = None
    """A one-to-many relationship whose first row is typed in the same form when creating."""
    quick: tuple[str, ...] = ()
    """What is typed first of a new record, in this order, "included.field" too; the rest folds away behind it."""
    label_from: tuple[str, ...] = ()
    """Relationships that ``__str__`` reads, so that lists load them at once."""
    small: bool = False
    """So few rows that a choice of one is a plain list."""


pk = Annotated[int, mapped_column(primary_key=True)]
moment = Annotated[datetime, mapped_column(UTCDateTime, default=lambda: datetime.now(UTC))]
short = Annotated[str, mapped_column(sa.String(120))]
line = Annotated[str, mapped_column(sa.String(400))]
text = Annotated[str, mapped_column(sa.String(4000))]


class Base(DeclarativeBase):
    """Every table, with one way of naming constraints."""

    metadata = sa.MetaData(naming_convention={
        "pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(column_0_N_label)s",
    })


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Record(Model):
    """What every record of the activity has: an id, a version for stale edits, the time it was made."""

    __abstract__ = True
    console: ClassVar[Console]
    constraint_sentences: ClassVar[dict[str, str]] = {}
    """Constraint name (without its table prefix) to the sentence that it enforces."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    version: Mapped[int] = mapped_column(nullable=False, sort_order=98)
    created_at: Mapped[datetime] = mapped_column(
        UTCDateTime, default=lambda: datetime.now(UTC), sort_order=99,
        info=says(N_("Recorded at"), "meta", form=False))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @property
    def subject(self) -> str:
        """How logs name this record: ``Order:12``."""
        return f"{type(self).__name__}:{self.id}"


def described(model: type[Record]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The attributes of ``model`` that say something of themselves, in the order of the class body."""
    yield from _described(model)


@cache
def _described(model: type[Record]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Read once for each model: every page asks for dozens, and every flush for each record."""
    mapper = sa.inspect(model)
    said = {a.key: dict(getattr(a, "info", None) or (a.columns[0].info if hasattr(a, "columns") else {}))
            for a in mapper.attrs}
    bases = [base for base in reversed(model.__mro__) if base is not Record]
    order = [name for base in [*bases, Record] for name in inspect.get_annotations(base)]
    order += [name for name in said if name not in order]
    return tuple((name, said[name]) for name in dict.fromkeys(order) if said.get(name, {}).get("label"))


def label_of(value: Any) -> str:
    """The English label of a choice, for translation; other values as they read."""
    return value.label if isinstance(value, Choice) else str(value)
