"""Sentences on their way to a person: English source with facts, translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark ``text`` as a message to translate, and give it back unchanged."""
    return text


def capital(text: str) -> str:
    """``text`` beginning with a capital letter, the rest as it is."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, init=False)
class Sentence:
    """A message and what fills its ``%(name)s`` places.

    A fact may itself be a Sentence; dates and amounts stay typed so that the view can write them by locale.
    """

    text: str
    facts: Mapping[str, Any]

    def __init__(self, text: str, **facts: Any) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "facts", facts)

    def __str__(self) -> str:
        return self.text % {name: str(fact) for name, fact in self.facts.items()} if self.facts else self.text

    def __hash__(self) -> int:
        return hash(str(self))
