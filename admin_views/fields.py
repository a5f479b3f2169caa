"""Form fields that read what people type here: dates as 1.2.2026, amounts as 1,5, records by name or number."""

import re
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from admin_views.words import show
from models.base import Record, db
from rules.errors import BadInput
from rules.money import parse_amount
from rules.permissions import Actor, may_run, opens
from rules.wording import N_
from services.scopes import visible

DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}))")
CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?(?::\d{2})?")
LAST_YEAR = 2200
LARGEST_INT = 2**31 - 1


class Typed(StringField):
    """A field that keeps what was typed when it cannot read it."""

    kind = "text"
    refusal = N_("Check this value.")

    def read(self, raw: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return  # a form that does not carry the field leaves it as it was
        raw, self.data = valuelist[0].strip(), None
        if raw:
            try:
                self.data = self.read(raw)
            except (ValueError, ArithmeticError) as unread:
                raise ValueError(gettext(self.refusal)) from unread

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.write(self.data) if self.data is not None else ""


class DateField(Typed):
    """A day, as the browser's control or a Finn writes it."""

    kind = "date"
    refusal = N_("Write the date as day.month.year, for example 1.2.2026.")

    def read(self, raw: str) -> date:
        match = DAY.fullmatch(raw)
        if not match:
            raise ValueError(raw)
        year, month, day = (int(n) for n in (match.groups()[:3] if match[1] else match.groups()[:2:-1]))
        if not date.min.year < year < LAST_YEAR:
            raise ValueError(raw)
        return date(year, month, day)

    def write(self, value: Any) -> str:
        return str(value.isoformat())


class TimeField(Typed):
    """A time of day: 9, 9.30 or 09:30."""

    kind = "time"
    refusal = N_("Write the time as hours and minutes, for example 9.30.")

    def read(self, raw: str) -> time:
        match = CLOCK.fullmatch(raw)
        if not match:
            raise ValueError(raw)
        return time(int(match[1]), int(match[2] or 0))

    def write(self, value: Any) -> str:
        return f"{value:%H:%M}"


class AmountField(Typed):
    """Euros or a quantity with at most two decimals."""

    kind = "amount"
    refusal = N_("Write the amount in euros, for example 1 234,50.")

    def read(self, raw: str) -> Decimal:
        try:
            return parse_amount(raw)
        except BadInput as refused:
            raise ValueError(raw) from refused

    def write(self, value: Any) -> str:
        return f"{value:.2f}".replace(".", ",")


class NumberField(Typed):
    """A whole number."""

    kind = "number"
    refusal = N_("Write a whole number.")

    def read(self, raw: str) -> int:
        number = int(raw)
        if abs(number) > LARGEST_INT:
            raise ValueError(raw)
        return number


class Unseen(Field):
    """A field whose stored value is not sent to the browser: left empty, it stays as it is."""

    unseen = True
    stored: Any = None

    def process_data(self, value: Any) -> None:
        super().process_data(None)
        self.stored, self.object_data = value, None


@cache
def unseen_kind(kind: type[Field]) -> type[Field]:
    """The same kind of field for a writer who may not read."""
    return kind if issubclass(kind, Unseen) else type(kind.__name__, (Unseen, kind), {})


def keeps(field: Field) -> bool:
    """Whether ``field`` leaves the stored value as it is."""
    return getattr(field, "unseen", False) and field.data in (None, "", [])


class SecretField(Unseen, StringField):
    """A sealed value."""

    kind = "secret"

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""


class ChoiceField(Field):
    """One member of an enum, or nothing where that is allowed."""

    kind = "choice"

    def __init__(self, *args: Any, enum: type[Any], blank: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enum, self.blank = enum, blank

    def options(self) -> list[tuple[str, str, bool]]:
        """(value, label, chosen) for each member."""
        chosen = self.raw_data[0] if self.raw_data else getattr(self.data, "value", "")
        return [(m.value, gettext(m.label), m.value == chosen) for m in self.enum]

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = self.enum(valuelist[0]) if valuelist[0] else None
        except ValueError as unknown:
            raise ValueError(gettext("Choose from the list.")) from unknown


class ChoicesField(Field):
    """Several members of an enum, as check boxes."""

    kind = "records"
    listed = True

    def __init__(self, *args: Any, enum: type[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enum = enum

    def options(self) -> list[tuple[str, str, bool]]:
        return [(m.value, gettext(m.label), m in (self.data or ())) for m in self.enum]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = [self.enum(raw) for raw in dict.fromkeys(valuelist)]
        except ValueError as unknown:
            raise ValueError(gettext("Choose from the list.")) from unknown


class TruthField(ChoiceField):
    """Yes, no or not known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, enum=bool, blank=True, **kwargs)

    def options(self) -> list[tuple[str, str, bool]]:
        return [("1", gettext("yes"), self.data is True), ("0", gettext("no"), self.data is False)]

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = {"1": True, "0": False}.get(valuelist[0])


class RecordField(Field):
    """Another record, from those the actor may see. A list where there are few, else a look-up by name.

    What the form posts is "Name #12" or "12". A value that is not in scope is refused, never nulled; the value that
    stood there before is kept even where the actor could not have chosen it.
    """

    kind = "record"
    MANY = 200

    def __init__(self, *args: Any, target: type[Record], actor: Actor, blank: bool, rows: Any = None,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.actor, self.blank, self.rows = target, actor, blank, rows

    @property
    def may_be_made(self) -> bool:
        """Whether a new record can be made for this field, in a dialog over its form."""
        role, name = self.actor.role, self.target.__name__
        return self.rows is None and opens(role, name) and may_run(role, name, "create")

    def query(self) -> Any:
        query = sa.select(self.target).where(visible(self.target, self.actor))
        return query if self.rows is None else query.where(self.rows)

    @property
    def listed(self) -> bool:
        return self.target.console.small or self.rows is not None

    def options(self) -> list[tuple[str, str, bool]]:
        chosen = self._value()
        found = db.session.scalars(self.query().limit(self.MANY)).all()
        rows = list(found) + ([self.object_data] if self.object_data and self.object_data not in found else [])
        named = sorted(((str(row.id), show(row)) for row in rows), key=lambda option: option[1].casefold())
        return [(value, label, value == chosen) for value, label in named]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return str(self.data.id) if self.listed else f"{show(self.data)} #{self.data.id}"

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self.find(valuelist[0].strip()) if valuelist[0].strip() else None

    def find(self, raw: str) -> Record:
        """The record that ``raw`` names; ValueError with a sentence when there is none in scope."""
        match = re.search(r"(?:^|#)(\d{1,9})$", raw)
        number = int(match[1]) if match else None
        before = self.object_data
        if isinstance(before, Record) and before.id == number:
            return before
        found = db.session.scalars(self.query().where(self.target.id == number)).one_or_none() if number else None
        if found is None:
            raise ValueError(gettext("Choose from the list."))
        return found

    def prefill(self, raw: str) -> None:
        """Take a value from the address, if it can be taken."""
        try:
            self.data = self.find(raw)
        except ValueError:
            self.data = None


class RecordsField(RecordField):
    """Several records of a short list, as check boxes, or of a long one, one "Name #12" a line."""

    kind = "records"
    data: Any
    object_data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, blank=True, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def prefill(self, raw: str) -> None:
        super().prefill(raw)
        self.data = [self.data] if self.data is not None else []

    def options(self) -> list[tuple[str, str, bool]]:
        chosen = {row.id for row in self.data or ()}
        found = db.session.scalars(self.query().limit(self.MANY)).all()
        rows = list(found) + [row for row in self.object_data or () if row not in found]
        named = sorted(((row.id, show(row)) for row in rows), key=lambda option: option[1].casefold())
        return [(str(number), label, number in chosen) for number, label in named]

    def _value(self) -> str:
        if self.raw_data and not self.listed:
            return str(self.raw_data[0])
        return "\n".join(f"{show(row)} #{row.id}" for row in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        names = [line.strip() for text in valuelist for line in text.splitlines() if line.strip()]
        before = {row.id: row for row in self.object_data or ()}
        self.data = []
        for raw in dict.fromkeys(names):
            match = re.search(r"(?:^|#)(\d{1,9})$", raw)
            kept = before.get(int(match[1])) if match else None
            self.data.append(kept or self._find_one(raw))

    def _find_one(self, raw: str) -> Record:
        before, self.object_data = self.object_data, None
        try:
            return self.find(raw)
        finally:
            self.object_data = before


class Needed:
    """The field must be filled."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data in (None, "", []) and getattr(field, "stored", None) in (None, ""):
            raise StopValidation(gettext("This is needed."))


class AtMost:
    """No more than ``limit`` characters: the database would cut or refuse it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Any, field: Any) -> None:
        if isinstance(field.data, str) and len(field.data) > self.limit:
            raise StopValidation(gettext("At most %(limit)s characters; this has %(length)s.",
                                         limit=self.limit, length=len(field.data)))
