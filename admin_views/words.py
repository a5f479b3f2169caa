"""From values and sentences to what a person reads: language, dates, amounts, labels."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import request, session
from flask_babel import format_date, format_decimal, get_locale, gettext
from flask_login import current_user
from markupsafe import Markup

import models
from models.base import Quantity, described
from models.reference import Listed
from models.sealed_choice import SealedChoice
from rules.choices import Choice, Language
from rules.permissions import Access, Actor, cell
from rules.wording import Sentence

ZONE = ZoneInfo("Europe/Helsinki")
DASH = "–"
DATE = {"fi": "{0.day}.{0.month}.{0.year}", "sv": "{0.day}.{0.month}.{0.year}", "en": "{0.day} {1} {0.year}"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def choose_language() -> str:
    """By the switch, else the user's own, else the browser's, else Finnish. Tolerates no request."""
    known = [language.value for language in Language]
    if not request:
        return "fi"
    if session.get("language") in known:
        return str(session["language"])
    if current_user and current_user.is_authenticated and current_user.language:
        return str(current_user.language.value)
    return request.accept_languages.best_match(known) or "fi"


def language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "fi"


def label(text: str) -> str:
    """A text without facts in the reader's language. A page has a hundred of them: each is looked up once."""
    return _label(language(), text)


@lru_cache(maxsize=20_000)
def _label(_language: str, text: str) -> str:
    return gettext(text)


def in_page(text: str, /, **facts: Any) -> Markup:
    """What ``_()`` and ``{% trans %}`` give in a template: the text is markup of ours, the facts are escaped."""
    words = Markup(label(text))  # noqa: S704 - texts of the templates and their translations
    return words % facts if facts or "%" in words else words


def say(sentence: Sentence | str) -> str:
    """A sentence in the reader's language, its facts written by the same rules."""
    if isinstance(sentence, Sentence):
        text = gettext(sentence.text)
        return text % {name: show(fact) for name, fact in sentence.facts.items()} if sentence.facts else text
    return gettext(sentence) if sentence else ""


def show_date(day: date) -> str:
    return DATE[language()].format(day, MONTHS[day.month - 1])


def show_month(day: date) -> str:
    """The month of ``day`` by its name, standing alone: "helmikuu 2026"."""
    return str(format_date(day, "LLLL yyyy"))


def show_time(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}" if language() == "en" else f"{moment.hour}.{moment.minute:02}"


def show_money(amount: Decimal) -> str:
    return f"{format_decimal(amount, '#,##0.00')} €"


def show(value: Any, kind: Any = None) -> str:  # noqa: PLR0911 - one line per type is the point
    """``value`` as text; ``kind`` is its column type, which tells an amount from a quantity."""
    if value is None or value == "":
        return DASH
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, Choice):
        return gettext(value.label)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        local = value.astimezone(ZONE)
        return f"{show_date(local.date())} {show_time(local.time())}"
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, time):
        return show_time(value)
    if isinstance(value, Decimal):
        return format_decimal(value.normalize(), "#,##0.##") if isinstance(kind, Quantity) else show_money(value)
    if isinstance(value, list | tuple | SealedChoice):
        return ", ".join(show(v) for v in value) or DASH
    return value.name_in(language()) if isinstance(value, Listed) else str(value)


def column_type(model: Any, name: str) -> Any:
    """The database type of a column attribute; None for a relationship."""
    return _column_types(model)[name]


@cache
def _column_types(model: Any) -> dict[str, Any]:
    return {attribute.key: attribute.columns[0].type if hasattr(attribute, "columns") else None
            for attribute in sa.inspect(model).attrs}


def enum_of(kind: Any) -> Any:
    """The choices of a column type; None for a type that has none."""
    return kind.enum_class if isinstance(kind, sa.Enum) else None


def _labels_of(subject: str) -> dict[str, str]:
    """Field to label of the record type that ``subject`` names ("Expert:1"); empty for one that is no more."""
    model = getattr(models, subject.partition(":")[0], None)
    return {name: said["label"] for name, said in described(model)} if model else {}


def show_field(obj: Any, name: str, said: dict[str, Any], actor: Actor) -> str:
    """A field of ``obj`` as ``actor`` may read it: in full, masked, or a dash."""
    rights = cell(actor.role, type(obj).__name__, said["group"])
    value = getattr(obj, name)
    if Access.READ in rights and (said.get("words") or said.get("fields_of")):
        words = said.get("words") or _labels_of(getattr(obj, said["fields_of"]))
        keys = [key.strip() for key in value.split(",")]
        return ", ".join(gettext(words.get(key, key)) for key in keys if key) or DASH
    if Access.READ in rights and not said.get("mask"):
        return show(value, column_type(type(obj), name))
    if Access.MASKED in rights or Access.READ in rights:
        mask = said.get("mask")
        return DASH if value in (None, "") else (mask(value) if mask else "••••")
    return DASH
