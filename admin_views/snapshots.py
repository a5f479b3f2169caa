"""What stood in a form when it was opened, sealed, so that the form can carry it there and back. Nothing is compared.

Sealed because a form may write what its user does not read, and because nobody but us may say what stood there.
"""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from wtforms import BooleanField, Field, Form

from admin_views.fields import RecordField, Typed, keeps
from admin_views.words import show_field
from models.base import Record, described
from models.encryption import KEYRING
from models.sealed_choice import SealedChoice
from rules.choices import Choice
from rules.permissions import Actor

NUMBER = re.compile(r"(?:^|#)(\d{1,9})$")
LONGEST = 400_000


@dataclass(frozen=True)
class Snapshot:
    """The values of a record at ``at``, by field name: as a form would send them, and in words.

    Of a field that the form does not show there is a keyed hash instead of the value. ``typed`` is what stood in
    the form itself on a page that asked to choose.
    """

    at: str
    version: int
    values: dict[str, list[str]]
    words: dict[str, str]
    typed: dict[str, list[str]] = field(default_factory=dict)


def taken(form: Form, obj: Record, actor: Actor, *, with_typed: bool = False) -> Snapshot:
    """What ``obj`` holds now in the fields of ``form``."""
    said = dict(described(type(obj)))
    values, words = {}, {}
    for name, one in form._fields.items():
        value = as_sent(one, getattr(obj, name))
        if is_unseen(one):
            values[name] = [KEYRING.fingerprint(f"{obj.subject}.{name}:{json.dumps(value)}")]
        else:
            values[name], words[name] = value, show_field(obj, name, said[name], actor)
    typed = {name: typed_in(one) for name, one in form._fields.items()} if with_typed else {}
    return Snapshot(datetime.now(UTC).isoformat(), obj.version, values, words, typed)


def is_unseen(one: Field) -> bool:
    """Whether the form hides what is stored in this field."""
    return bool(getattr(one, "unseen", False))


def as_sent(one: Field, value: Any) -> list[str]:
    """``value`` as the form sends it; never an empty list, for an empty field is sent too."""
    if isinstance(value, list | tuple | SealedChoice):
        return sorted(as_sent(one, row)[0] for row in value) or [""]
    if isinstance(value, Record):
        return [str(value.id)]
    if isinstance(value, Choice):
        return [str(value.value)]
    if isinstance(value, bool):
        return ["1" if value else ("" if isinstance(one, BooleanField) else "0")]
    if value is None or value == "":
        return [""]
    return [one.write(value) if isinstance(one, Typed) else str(value).replace("\r\n", "\n").strip()]


def typed_in(one: Field) -> list[str]:
    """What stands in the field of a form that was sent; what could not be read, as it was typed."""
    if not one.process_errors:
        return [""] if keeps(one) else as_sent(one, one.data)
    raw = [str(value).strip() for value in one.raw_data or ()]
    if isinstance(one, RecordField):
        numbers = [NUMBER.search(line.strip()) for value in raw for line in value.splitlines()]
        return sorted(match[1] for match in numbers if match) if all(numbers) else raw
    return raw


def place(model: type[Record], number: str, actor: Actor) -> str:
    """What a sealed snapshot is bound to: one record in the hands of one user."""
    return f"form:{model.__name__}:{number}:{actor.user_id}"


def sealed(snapshot: Snapshot, bound_to: str) -> str:
    return b64encode(KEYRING.seal(json.dumps(asdict(snapshot)).encode(), bound_to)).decode()


def unsealed(text: str, bound_to: str) -> Snapshot | None:
    """The snapshot that a form carried; None when it has none that we sealed for this record and user."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return Snapshot(**json.loads(KEYRING.open(b64decode(text, validate=True), bound_to)))
    except ValueError:
        return None
