"""The way in and the way out of a demo: requests that came, the texts of messages, and the messages themselves."""

from datetime import date, timedelta
from typing import Any

from jobs.demo_book import Went
from jobs.demo_names import Names, address_of
from jobs.demo_orders import VALTTI
from jobs.demo_world import World
from models import (
    Assignment,
    Contact,
    Expert,
    Message,
    MessageTemplate,
    Occasion,
    Order,
    Organisation,
    PersonalLink,
    Request,
)
from models.personal_link import LinkFor
from rules.choices import Failure, Language, MessageKind, OrderKind, OrderSource
from rules.message_texts import ALWAYS_AT_ONCE, TEXTS
from rules.states import AssignmentStatus
from services.letters import day_in, filled
from services.personal_links import key_of

WISHES: tuple[tuple[OrderKind, str, tuple[str, ...]], ...] = (
    (OrderKind.TALK, "Toivomme nuoren kokemuspuheenvuoroa tiimipäivään.", ()),
    (OrderKind.ONBOARDING_DAY, "Haemme vanhemman näkökulmaa perehdytykseen.", ()),
    (OrderKind.PANEL, "Paneeli jälkihuollosta opiskelijoille.", ()),
    (OrderKind.WORK_PAIR, "Työpari perhetyön ryhmään.", ("confirm",)),
    (OrderKind.INTERVIEW, "Haastattelu opinnäytetyöhön.", ("confirm",)),
    (OrderKind.PEER_EVALUATION, "VALTTI-vertaisarviointi yksikköömme.", ("refer",)),
    (OrderKind.TALK, "Luento seminaarissa.", ("expire",)), (OrderKind.OTHER, "Mainoskuvaus.", ("refuse",)),
)
PRACTICAL = ("Videotykki ja kaiuttimet ovat paikalla. Sisäänkäynti on esteetön.", "", "Tulkki viittoo tilaisuudessa.")
SENT = ("queue", "deliver")
MESSAGES: tuple[tuple[MessageKind | str, tuple[str, ...]], ...] = (
    (MessageKind.CONFIRMED_ORDERER, SENT), ("Käytännön asiat ja saapuminen", SENT),
    (MessageKind.CHANGED_ORDERER, SENT), (MessageKind.FEEDBACK_ORDERER, SENT),
    (MessageKind.LOOKING_AGAIN, SENT), ("Muistutus huomisesta", ("queue",)),
    ("Kysymykset ennakkoon", ()), ("Etäyhteyden osoite", ()), (MessageKind.FEEDBACK_ORDERER, ("queue", "fail")),
    ("Kiitos", ("queue", "deliver", "bounce", "queue", "deliver")), ("Turha muistutus", ("discard",)),
    (MessageKind.CANCELLED_ORDERER, SENT),
)
"""An occasion with its ready text, or the subject of what was written by hand; and the message's way."""


def add_outbox(world: World, names: Names) -> None:
    """Requests by form and by phone, a template for each occasion, messages on every part of their way."""
    _requests(world, names)
    for kind in MessageKind:
        texts = {f"{part}_{language}": text for language in Language
                 for part, text in zip(("subject", "body"), TEXTS[kind, language], strict=True)}
        world.book.add(MessageTemplate, world.ago(300, 300), kind=kind, at_once=kind in ALWAYS_AT_ONCE, **texts)
    _messages(world)
    _offers(world)


def _requests(world: World, names: Names) -> None:
    coordinator, taken = world.users["coordinator"], set[int | None]()
    for place, (kind, wish, road) in enumerate(WISHES):
        came = world.ago(1, 5) if not road else world.ago(30, 120)
        unit, who = world.pick(world.units), names.worker()
        steps = [Went(verb, world.later(came, 2, 6), coordinator, "Ei kuulu toimintaan" if verb == "refuse" else "")
                 for verb in road]
        order = next((o for o in world.orders if o.received_on >= came and o.id not in taken), None) if road == (
            "confirm",) else None
        taken.add(order.id if order else None)
        told: dict[str, Any] = {
            "organisation_name": unit.name, "contact_name": who, "email": address_of(who), "phone": names.phone(),
            "wish": wish, "kind": kind, "wished_on": world.ahead(20, 60), "municipality_id": unit.municipality_id,
            "audience": "henkilöstö", "audience_size": 12, "practical": PRACTICAL[place % len(PRACTICAL)],
            "belongs_to_id": VALTTI if kind is OrderKind.PEER_EVALUATION else None}
        request = world.book.add_after(
            Request, came, steps, came_by=OrderSource.PHONE if place % 3 == 2 else OrderSource.FORM,
            **told | (_told_for(world, order) if order else {}))
        if request.came_by is OrderSource.FORM and road != ("expire",):
            request.email_confirmed_at = request.created_at + timedelta(minutes=9)


def _told_for(world: World, order: Order) -> dict[str, Any]:
    """What the request of an order told: the same as stands on the order."""
    unit = next(one for one in world.book.of(Organisation) if one.id == order.organisation_id)
    card = next(one for one in world.contacts[unit.id] if one.id == order.contact_id)
    on = min(occasion.on for occasion in world.book.of(Occasion) if occasion.order_id == order.id)
    same = ("kind", "audience", "audience_size", "practical", "other_times")
    return {"order_id": order.id, "organisation_id": unit.id, "organisation_name": unit.name, "contact_name": card.name,
            "email": card.email, "phone": card.phone, "wish": order.purpose, "wished_on": on,
            "municipality_id": unit.municipality_id, **{name: getattr(order, name) for name in same}}


def _messages(world: World) -> None:
    days = {occasion.order_id: occasion.on for occasion in world.book.of(Occasion)}
    for place, (what, road) in enumerate(MESSAGES * 2):
        order = world.orders[-1 - place * 3]
        contact: Contact = world.contacts[order.organisation_id][0]
        made = world.later(order.received_on, 1, 6)
        language = contact.message_language or Language.FI
        if isinstance(what, MessageKind):
            texts = _filled(world, what, language, days.get(order.id, made))
            _message(world, made, road, order_id=order.id, to=contact.email, kind=what, language=language, **texts)
            continue
        greeted, signed = contact.name.split()[0], world.users["coordinator"].name
        _message(world, made, road, order_id=order.id, to=contact.email, subject_line=what,
                 body=f"Hei {greeted},\n\n{what.lower()}.\n\nYstävällisesti\n{signed}")


def _filled(world: World, kind: MessageKind, language: Language, day: date) -> dict[str, str]:
    """The subject and the text of an occasion, as its message was made."""
    subject, body = TEXTS[kind, language]
    told = day_in(day, language)
    facts = {"when": told, "until": told, "coordinator": world.users["coordinator"].name}
    return {"subject_line": subject, "body": filled(body, facts)}


def _offers(world: World) -> None:
    """Whoever is asked now has a link; where there is an e-mail address, the question to it waits as a draft."""
    orders, experts = {order.id: order for order in world.orders}, {e.id: e for e in world.book.of(Expert)}
    days = {occasion.order_id: occasion.on for occasion in world.book.of(Occasion)}
    for assignment in world.book.of(Assignment):
        if assignment.status is not AssignmentStatus.ASKED or assignment.asked_on is None:
            continue
        day, nonce = days.get(assignment.order_id, world.today), f"{world.rng.getrandbits(128):032x}"
        world.book.add_plain(
            PersonalLink, purpose=LinkFor.ANSWER, assignment_id=assignment.id, nonce=nonce, key=key_of(nonce),
            expires_on=day, made_at=assignment.created_at)
        if experts[assignment.expert_id].email:
            language = experts[assignment.expert_id].message_language or Language.FI
            _message(world, assignment.asked_on, () if assignment.reminded_on is None else ("queue", "deliver"),
                     kind=MessageKind.OFFER, order_id=orders[assignment.order_id].id, assignment_id=assignment.id,
                     expert_id=assignment.expert_id, language=language,
                     **_filled(world, MessageKind.OFFER, language, day))
            if assignment.reminded_on is not None:
                _message(world, assignment.reminded_on, ("queue", "deliver"), kind=MessageKind.REMINDER,
                         order_id=orders[assignment.order_id].id, assignment_id=assignment.id,
                         expert_id=assignment.expert_id, language=language,
                         **_filled(world, MessageKind.REMINDER, language, day))


def _message(world: World, made: Any, road: tuple[str, ...], **columns: Any) -> None:
    coordinator = world.users["coordinator"]
    message = world.book.add_after(
        Message, made, [Went(verb, made, coordinator) for verb in road], by=coordinator,
        key=f"{world.rng.getrandbits(128):032x}", **columns)
    message.sent_at = world.book.when(message, "deliver")
    message.attempts = road.count("queue")
    if road[-1:] == ("fail",):
        message.failure, message.server_said = Failure.REFUSED, "550 5.1.1 User unknown"
