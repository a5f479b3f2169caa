"""Drafts of messages: the texts of an occasion filled with what is known. Sends nothing."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from models import Expert, Message, MessageTemplate, Occasion, Order, Theme, db
from rules.addresses import is_address
from rules.choices import Language, MessageKind
from rules.discretion import telling
from rules.errors import DomainError, FieldErrors
from rules.message_texts import ALWAYS_AT_ONCE, LINK, PLACES, TEXTS
from rules.permissions import Actor, Role
from rules.states import MessageStatus
from rules.traces import names_of
from rules.wording import N_, Sentence
from services.saving import on_save

PLACE = re.compile(r"\{(\w+)\}")
TOLD = N_("“%(word)s” tells too much for an e-mail, which others may read. Say it another way.")
COORDINATOR = {Language.FI: "Koordinaattori", Language.SV: "Koordinatorn", Language.EN: "The coordinator"}
"""Who signs where an order has nobody responsible."""

OPEN = (MessageStatus.DRAFT, MessageStatus.FAILED)
"""The states in which a message may be written anew."""


def texts_of(kind: MessageKind, language: Language) -> tuple[str, str]:
    """Subject and text of an occasion: the coordinator's own, else those that are ready."""
    own = template_of(kind)
    if own is None:
        return TEXTS[kind, language]
    return getattr(own, f"subject_{language}"), getattr(own, f"body_{language}")


def template_of(kind: MessageKind) -> MessageTemplate | None:
    return db.session.scalars(sa.select(MessageTemplate).where(MessageTemplate.kind == kind)).one_or_none()


def goes_at_once(kind: MessageKind) -> bool:
    """Whether a rule sends the messages of this occasion without anybody having read them."""
    template = template_of(kind)
    return kind in ALWAYS_AT_ONCE or (template is not None and template.at_once)

OPEN_DAY = {Language.FI: "sovitaan", Language.SV: "enligt överenskommelse", Language.EN: "to be agreed"}


def draft(kind: MessageKind, language: Language, facts: Mapping[str, str], **about: Any) -> Message:
    """A new draft of ``kind``. ``about``: its recipient (``to``, ``expert`` or ``support_person``) and its records."""
    subject, body = (filled(text, facts) for text in texts_of(kind, language))
    message = Message(kind=kind, language=language, subject_line=subject[:400], body=body, **about)
    db.session.add(message)
    db.session.flush()
    return message


def filled(text: str, facts: Mapping[str, str]) -> str:
    """``text`` with what is known in the place of each ``{name}``; other places stay."""
    return PLACE.sub(lambda found: facts.get(found[1], found[0]), text)


def times_of(order: Order, language: Language) -> str:
    """The times of an order as a letter says them: "9.12.2026 klo 9.00–11.00"."""
    return ", ".join(_time_of(occasion, language) for occasion in order.occasions) or OPEN_DAY[language]


def signed_by(order: Order, language: Language, actor: Actor) -> str:
    """Never the name of an expert, a link or a job: it would tell whose answer the letter follows."""
    if order.responsible:
        return order.responsible.name
    return actor.name if actor.role is Role.COORDINATOR else COORDINATOR[language]


def day_in(day: date, language: Language) -> str:
    return f"{day:%-d %b %Y}" if language is Language.EN else f"{day:%-d.%-m.%Y}"


def _time_of(occasion: Occasion, language: Language) -> str:
    clock = "%-H:%M" if language is Language.EN else "%-H.%M"
    at = {Language.FI: "klo ", Language.SV: "kl. ", Language.EN: ""}[language]
    hours = "–".join(f"{time:{clock}}" for time in (occasion.starts, occasion.ends) if time)
    return f"{day_in(occasion.on, language)} {at}{hours}" if hours else day_in(occasion.on, language)


def tells_too_much(*texts: str) -> str:
    """The first word in ``texts`` that no message may carry; "" when there is none."""
    themes = [name for theme in db.session.scalars(sa.select(Theme))
              for name in (theme.name, theme.name_sv, theme.name_en) if name]
    people = db.session.execute(sa.select(Expert.first_name, Expert.last_name, Expert.alias).where(Expert.protected))
    protected = [name for first, last, alias in people for name in names_of(first, last, alias)]
    return next((word for text in texts if (word := telling(text, themes, protected))), "")


@on_save(MessageTemplate)
def prepare_template(template: MessageTemplate, _actor: Actor, _today: date, _is_new: bool) -> None:
    """What is empty gets the text that is ready; a text says nothing telling and knows its places."""
    errors: dict[str, Sentence] = {}
    for language in Language:
        for name, ready in zip((f"subject_{language}", f"body_{language}"), TEXTS[template.kind, language],
                               strict=True):
            text = getattr(template, name) or ready
            setattr(template, name, text)
            if refusal := _refusal_of(text, template.kind, needs_link=name.startswith("body")):
                errors[name] = refusal
    if errors:
        raise FieldErrors(errors)


def _refusal_of(text: str, kind: MessageKind, *, needs_link: bool) -> Sentence | None:
    known = PLACES[kind]
    if unknown := next((name for name in PLACE.findall(text) if name not in known), None):
        return Sentence(N_("Nothing is known to write in the place of {%(name)s}. Here you may use: %(known)s"),
                        name=unknown, known=_listed(known))
    if needs_link and "link" in known and LINK not in text:
        return Sentence(N_("Put {link} where the personal link belongs."))
    word = tells_too_much(text)
    return Sentence(TOLD, word=word) if word else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


@on_save(Message)
def prepare_message(message: Message, _actor: Actor, _today: date, _is_new: bool) -> None:
    """One recipient who can be written to; what was sent or waits to be sent is not rewritten."""
    if message.status not in (None, *OPEN):
        raise DomainError(N_("A message that is on its way stays as it was written."))
    message.to = message.to.strip()
    if message.to and not is_address(message.to):
        raise FieldErrors({"to": Sentence(N_("This is not an e-mail address."))})
    if [bool(message.to), message.expert is not None, message.support_person is not None].count(True) != 1:
        raise FieldErrors({"to": Sentence(Message.constraint_sentences["one_recipient"])})
