"""What saving a record implies: numbers given, values cleaned, sums made, and what a save may not do.

The console calls ``prepare`` before it flushes a created or edited record; a model without a rule is saved as typed.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from models.base import db
from rules.errors import DomainError
from rules.permissions import Actor

Prepare = Callable[[Any, Actor, date, bool], None]
"""(record, actor, today, is_new); raises DomainError with the field it belongs to."""

PREPARE: dict[type[Any], Prepare] = {}
FIXED: dict[type[Any], Callable[[Any], str]] = {}
Removal = Callable[[Any, Actor, date], Callable[[], None] | None]
"""(record, actor, today); raises DomainError when the record stays. May give what is done when it has gone."""

REMOVABLE: dict[type[Any], Removal] = {}


def on_save(model: type[Any]) -> Callable[[Prepare], Prepare]:
    """Register what a save of ``model`` implies."""
    def register(function: Prepare) -> Prepare:
        PREPARE[model] = function
        return function
    return register


def on_edit(model: type[Any]) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Register the sentence that says why a row of ``model`` is not edited now; "" when it may be."""
    def register(function: Callable[[Any], str]) -> Callable[[Any], str]:
        FIXED[model] = function
        return function
    return register


def why_fixed(obj: Any) -> str:
    """Why ``obj`` is not edited now; "" when it may be."""
    rule = FIXED.get(type(obj))
    return rule(obj) if rule else ""


def on_delete(model: type[Any]) -> Callable[[Removal], Removal]:
    """Register what must hold before a row of ``model`` is deleted, and what follows when it has gone."""
    def register(function: Removal) -> Removal:
        REMOVABLE[model] = function
        return function
    return register


def prepare(obj: Any, actor: Actor, today: date, *, is_new: bool) -> None:
    """Apply the model's rule, if it has one. DomainError when the record is not edited now."""
    if not is_new and (sentence := why_fixed(obj)):
        raise DomainError(sentence)
    if rule := PREPARE.get(type(obj)):
        with db.session.no_autoflush:  # what the rule reads must not flush a half-made record
            rule(obj, actor, today, is_new)


def remove(obj: Any, actor: Actor, today: date) -> None:
    """Delete ``obj`` after its rule; NotAllowed or DomainError say why not."""
    rule = REMOVABLE.get(type(obj))
    when_gone = rule(obj, actor, today) if rule else None
    db.session.delete(obj)
    if when_gone is not None:
        db.session.flush()
        when_gone()


