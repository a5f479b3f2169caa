"""How a sentence reaches the reader's language where something written for people is stored or sent out."""

from collections.abc import Callable
from contextvars import ContextVar

from rules.wording import Sentence

SAY: ContextVar[Callable[[Sentence | str], str]] = ContextVar("say", default=str)
"""Writes a sentence with its facts in the language of whoever is at work; the console sets it."""
