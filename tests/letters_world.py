"""A small year of the activity in one language, from the first question to what changed, and what no letter may say.

Everything goes through the services and the outbox, and every occasion sends its message at once. Nothing is tested here.
"""

import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage

from jobs.demo_places import THEMES, UNITS
from jobs.reminders import remind_all
from models import ExistingStructure, Insight, Message, MessageTemplate, Request, Theme, db
from models.engine import writing
from rules.choices import MessageKind, OrderKind, OrganisationKind
from rules.message_texts import LINK
from rules.permissions import Actor
from rules.states import InsightStatus
from services import letters, order_form, saving
from services.asking import REMINDED_AFTER
from tests.factories import make
from tests.mail_world import NOW
from tests.people import make_contact, make_organisation
from tests.services.placing_world import (
    EVENT,
    TODAY,
    accepted,
    actor_of,
    an_askable,
    an_order,
    ask,
    confirmed,
    do,
    onboard,
)

UNIT, OTHER_UNIT = UNITS[0][0], UNITS[1][0]
OLD_ADDRESS, STREET = "vanha.osoite@test.invalid", "Rantakatu 3"
DIAGNOSES = ("masen", "depress", "ahdist", "ångest", "anxi", "adhd", "autis", "skitso", "schizo", "bipol", "psyyk", "psyk",
             "psych", "mielenter", "mental", "päihte", "missbruk", "addict", "alkoh", "alcoh", "huume", "drog", "drug",
             "trauma", "syömis", "ätstör", "eating", "itsemurh", "självmord", "suicid", "diagno", "vamma", "handikap",
             "disab", "terapi", "therap", "lääk", "läkem", "medic")
ENGLISH = {"the", "you", "your", "please", "hello", "order", "and", "been", "changed", "with", "this", "here", "from",
           "works", "thank", "thanks", "we", "how", "have", "wishes", "event", "time"}
"""Words that stand in every English text and in no Finnish or Swedish one."""

LEFT_OPEN = re.compile(r"[{}]|%\(|%s|\bNone\b|<[^>]*>|&\w+;")
GIVES_AWAY = re.compile(r"\d|@")
"""What no subject has: a day, a number, an address."""


class Year:
    """The people and orders of one year in ``language``; ``letters`` holds what came to the mail server."""

    def __init__(self, language, server):
        self.language, self.server = language, server
        self.coordinator = actor_of("coordinator", name="Kaisa Koskela")
        self.unit = make_organisation(name=UNIT, kind=OrganisationKind.COUNTY_UNIT)
        self.other_unit = make_organisation(name=OTHER_UNIT)
        self.contact = make_contact(organisation=self.unit, name="Sari Suomela", email="tilaaja@test.invalid",
                                    message_language=language)
        for kind in MessageKind:
            template = MessageTemplate(kind=kind, at_once=True)
            saving.prepare(template, self.coordinator, TODAY, is_new=True)
            db.session.add(template)
        self.themes = [Theme(name=fi, name_sv=sv, name_en=en) for fi, sv, en in THEMES]
        db.session.add_all(self.themes)
        db.session.commit()

    def order(self, **given):
        """An order of every theme there is, at a place with an address."""
        order = an_order(self.coordinator, organisation=self.unit, contact=self.contact, themes=self.themes,
                         purpose="Perheen päihteistä ja väkivallasta", kind=OrderKind.TALK, **given)
        order.occasions[0].place = STREET
        return order

    def expert(self, **given):
        """Somebody under non-disclosure with all the themes, reached by e-mail, with a support person."""
        expert = an_askable(first_name="Tuulikki", last_name="Salminen", email="kokija@test.invalid", protected=True,
                            message_language=self.language, themes=self.themes, **given)
        support = expert.support_persons[0]
        support.email, support.organisation = "tuki@test.invalid", self.other_unit
        return expert

    def go(self):
        """The year, its letters sent as they come."""
        for part in (self.asked_and_cancelled, self.held_and_told, self.not_needed, self.not_met, self.by_the_form,
                     self.by_hand):
            part()
            self.server.send(NOW)

    def asked_and_cancelled(self):
        order, expert = self.order(places=2), self.expert()
        expert.email = OLD_ADDRESS
        [assignment] = ask(order, self.coordinator, expert)
        expert.email = "kokija@test.invalid"  # moved before anything was sent
        self.server.send(NOW)
        remind_all(TODAY + REMINDED_AFTER)
        self.server.send(NOW)
        do(assignment, "accept", self.coordinator)
        onboard(assignment, self.coordinator)
        do(assignment, "confirm", self.coordinator)
        self.server.send(NOW)
        self._move(order)
        self.server.send(NOW)
        do(order, "cancel", self.coordinator, note="")

    def _move(self, order):
        occasion = order.occasions[0]
        with writing():
            occasion.on = EVENT + timedelta(2)
            saving.prepare(occasion, self.coordinator, TODAY, is_new=False)
            db.session.commit()

    def held_and_told(self):
        order = self.order()
        confirmed(order, self.coordinator, self.expert())
        self.server.send(NOW)
        do(order, "hold", self.coordinator, today=EVENT)
        do(order, "ask_feedback", self.coordinator, today=EVENT + timedelta(1))
        self.server.send(NOW)
        insight = make(Insight, order=order, status=InsightStatus.ANSWERED)
        told = {"fi": "Uusille työntekijöille kerrotaan nyt, miten kirje kirjoitetaan.",
                "sv": "Nya medarbetare får nu höra hur ett brev skrivs.",
                "en": "New workers are now told how to write a letter."}
        do(insight, "tell_back", self.coordinator, changed=told[self.language])

    def not_needed(self):
        order = self.order()
        extra = accepted(order, self.coordinator, self.expert())
        self.server.send(NOW)
        do(extra, "stand_down", self.coordinator)

    def not_met(self):
        order = self.order()
        do(confirmed(order, self.coordinator, self.expert()), "decline", self.coordinator)
        self.server.send(NOW)
        do(order, "give_up", self.coordinator)
        owner = make(ExistingStructure, name="Vertaisarviointi", owner="Vihreä Tupa ry", contact="toimisto@test.invalid")
        do(self.order(), "refer", self.coordinator, referred_to=owner)

    def by_the_form(self):
        wish = Request(organisation_name=UNIT, contact_name="Sari Suomela", email="tilaaja@test.invalid",
                       wish="Toivomme puheenvuoroa huostaanotosta ja päihteistä.", kind=OrderKind.TALK,
                       written_in=self.language, places=1)
        with writing():
            order_form.receive(wish, Actor(None, None, None), TODAY, NOW)
            db.session.commit()
        self.server.send(NOW)
        wish.email_confirmed_at = NOW
        do(wish, "refuse", self.coordinator, note="Mainoskuvaus.")

    def by_hand(self):
        with writing():
            message = letters.draft(MessageKind.OTHER, self.language, {"coordinator": self.coordinator.name},
                                    to="tilaaja@test.invalid")
            do(message, "queue", self.coordinator)

    def kinds(self):
        return {message.kind for message in db.session.query(Message).filter_by(status="sent")}


def letter_of(message, address="kokija@test.invalid"):
    """A stored message as it would go out."""
    letter = EmailMessage(policy=email.policy.default)
    letter["Subject"], letter["To"] = message.subject_line, message.to or address
    letter.set_content(message.body.replace(LINK, "https://kokemussilta.test/answer/x"))
    return letter


def wrong_in(letter, language):
    """What a letter that came says and must not, by what is wrong. ``letter`` is an ``email.message.EmailMessage``."""
    subject, body = letter["Subject"], letter.get_content()
    whole = f"{subject}\n{body}"
    words = set(re.findall(r"[a-zåäö]+", re.sub(r"https?://\S+", "", whole).lower()))
    return {name: found for name, found in {
        "tells": letters.tells_too_much(subject, body),
        "theme": [word for word in _words_of(THEMES) if word in whole.lower()],
        "diagnosis": [word for word in DIAGNOSES if any(one.startswith(word) for one in words)],
        "person": [word for word in ("Tuulikki", "Salmi", STREET, OLD_ADDRESS, "kokija@", "Jyväskylä") if word in whole],
        "unit": [unit[0] for unit in UNITS if unit[0] in whole],
        "left open": LEFT_OPEN.findall(whole),
        "English": sorted(words & ENGLISH) if language != "en" else [],
        "subject": GIVES_AWAY.findall(subject),
        "old address": OLD_ADDRESS in str(letter["To"]) and OLD_ADDRESS,
    }.items() if found}


def _words_of(themes):
    return [name.lower() for row in themes for name in row]
