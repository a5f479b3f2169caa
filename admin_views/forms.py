"""A form from a model's own description, or from a verb's inputs. What a role may not write is not in it."""

import typing
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty
from wtforms import BooleanField, Field, Form, StringField, TextAreaField
from wtforms.fields.core import UnboundField

from admin_views.fields import (
    AmountField,
    AtMost,
    ChoiceField,
    ChoicesField,
    DateField,
    Needed,
    NumberField,
    RecordField,
    RecordsField,
    SecretField,
    TimeField,
    TruthField,
    Typed,
    keeps,
    unseen_kind,
)
from admin_views.upload_field import UploadsField
from admin_views.words import enum_of, label
from models.base import Money, Record, described
from models.encryption import Encrypted
from rules.choices import Choice
from rules.permissions import Access, Actor, groups_with
from services.verbs import Asked, Upload, Verb

TYPED: dict[type[Any], type[Typed]] = {date: DateField, time: TimeField, int: NumberField, Decimal: AmountField}
LONG = 1000
PLAIN_TEXT = 400


def writable(model: type[Record], actor: Actor) -> Iterator[tuple[str, dict[str, Any]]]:
    """The described attributes of ``model`` that ``actor`` may write in a form."""
    groups = groups_with(actor.role, Access.WRITE, model.__name__)
    for name, said in described(model):
        prop = sa.inspect(model).attrs[name]
        many_rows = isinstance(prop, RelationshipProperty) and prop.uselist and prop.secondary is None
        if said["group"] in groups and said.get("form", True) and not many_rows:
            yield name, said


def target_of(prop: Any) -> type[Record] | None:
    """The record type that a field chooses from; None for a field that does not choose records."""
    if isinstance(prop, RelationshipProperty):
        return prop.mapper.class_
    return getattr(prop.columns[0].type, "target", None) if hasattr(prop, "columns") else None


def _of_relationship(prop: Any, said: dict[str, Any], actor: Actor, words: dict[str, Any]) -> UnboundField:
    if prop.secondary is not None:
        return RecordsField(target=prop.mapper.class_, actor=actor, **words)
    blank = all(column.nullable for column in prop.local_columns) or not said.get("needed", True)
    return RecordField(target=prop.mapper.class_, actor=actor, blank=blank,
                       validators=[] if blank else [Needed()], **words)


def _of_column(column: Any, said: dict[str, Any], actor: Actor, words: dict[str, Any]) -> UnboundField:
    kind: Any = column.type
    if isinstance(kind, Encrypted) and kind.target is not None:
        return RecordsField(target=kind.target, actor=actor, **words)
    if said.get("mask"):
        return SecretField(validators=[AtMost(kind.length)], **words)
    if isinstance(kind, sa.Boolean):
        return TruthField(**words) if column.nullable else BooleanField(**words)
    must = [] if column.nullable else [Needed()]
    if (enum := enum_of(kind)) is not None:
        return ChoiceField(enum=enum, blank=bool(column.nullable), validators=must, **words)
    if isinstance(kind, sa.String) or (isinstance(kind, Encrypted) and kind.of is str):
        limit = kind.length or LONG
        needed = [] if column.default is not None else must
        field = TextAreaField if said.get("long") else StringField
        return field(validators=[*needed, AtMost(limit)], filters=[_stripped], **words)
    python_type = Decimal if isinstance(kind, Money) else kind.python_type
    return TYPED[python_type](validators=must, **words)


def _unseen(field: UnboundField) -> UnboundField:
    """``field`` for a writer who may not read what is stored."""
    kind = TruthField if field.field_class is BooleanField else field.field_class
    return unseen_kind(kind)(*field.args, **field.kwargs | ({"blank": True} if kind is ChoiceField else {}))


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _default_of(prop: Any) -> Any:
    column = prop.columns[0] if hasattr(prop, "columns") else None
    default = getattr(column, "default", None)
    return default.arg if default is not None and default.is_scalar else None


def model_form(model: type[Record], actor: Actor, *, without: frozenset[str] = frozenset()) -> type[Form]:
    """The form class of ``model`` for ``actor``; a class of its own, for rights differ by role."""
    fields: dict[str, Any] = {"Meta": type("Meta", (), {"csrf": False})}
    read = groups_with(actor.role, Access.READ, model.__name__)
    for name, said in writable(model, actor):
        if name in without:
            continue
        prop = sa.inspect(model).attrs[name]
        words = {"label": label(said["label"]), "description": label(said["help"]) if said.get("help") else ""}
        if (default := _default_of(prop)) is not None:
            words["default"] = default
        field = (_of_relationship(prop, said, actor, words) if isinstance(prop, RelationshipProperty)
                 else _of_column(prop.columns[0], said, actor, words))
        fields[name] = field if said["group"] in read else _unseen(field)
    return type(f"{model.__name__}Form", (Form,), fields)


def _of_input(asked: Asked, subject: Any, actor: Actor, told: dict[str, Any]) -> UnboundField:
    words = {"label": label(asked.words.label), "default": told.get(asked.name) or asked.default,
             "description": label(asked.words.help) if asked.words.help else ""}
    needed = [] if asked.optional else [Needed()]
    kind = asked.kind
    rows = asked.words.rows(subject, actor) if asked.words.rows else None
    if typing.get_origin(kind) is list:
        target = typing.get_args(kind)[0]
        if target is Upload:
            return UploadsField(**words)
        if issubclass(target, Choice):
            return ChoicesField(enum=target, validators=needed, **words)
        return RecordsField(target=target, actor=actor, rows=rows, validators=needed, **words)
    if issubclass(kind, Record):
        return RecordField(target=kind, actor=actor, rows=rows, blank=asked.optional, validators=needed, **words)
    if issubclass(kind, Choice):
        return ChoiceField(enum=kind, blank=asked.optional or asked.default is None, validators=needed, **words)
    if kind is bool:
        return BooleanField(**words)
    if kind is str:
        field = TextAreaField if asked.words.long else StringField
        return field(validators=[*needed, AtMost(LONG if asked.words.long else PLAIN_TEXT)],
                     filters=[_stripped], **words)
    return TYPED[kind](validators=needed, **words)


def verb_form(verb: Verb, subject: Any, actor: Actor) -> type[Form]:
    """The form class of a verb: one field for each of its inputs."""
    fields: dict[str, Any] = {"Meta": type("Meta", (), {"csrf": False})}
    told = verb.starts_with(subject) if verb.starts_with and subject is not None else {}
    fields |= {asked.name: _of_input(asked, subject, actor, told) for asked in verb.inputs}
    return type(f"{verb.model}{verb.name.title()}Form", (Form,), fields)


def sections(form: Form, model: type[Record]) -> Iterator[tuple[str, list[Field]]]:
    """The fields of a model's form by field group, in the order of the model; the group's name is its heading."""
    by_group: dict[str, list[Field]] = {}
    for name, said in described(model):
        if name in form:
            by_group.setdefault(said["group"], []).append(form[name])
    yield from by_group.items()


def fill(form: Form, obj: Any) -> None:
    """Write the form's values to ``obj``; an empty field that does not show what is stored keeps it."""
    for name, field in form._fields.items():
        if keeps(field):
            continue
        value = field.data
        setattr(obj, name, "" if value is None and isinstance(field, StringField) and not isinstance(field, Typed)
                else value)
