"""A real SMTP server that keeps what it is given, for the tests of mail. Nothing is tested here."""

import email
import email.policy
import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from jobs import mail
from models import Message, db
from models.engine import writing
from rules.permissions import Actor
from rules.states import MessageStatus
from services import outbox, verbs
from services.transitions import step

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BASE = "https://kokemussilta.test"
LINK = re.compile(r"https?://\S+")


class Kept:
    """The handler of the server: what came, and how it answers."""

    def __init__(self):
        self.came = []
        self.answer = "250 OK"
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name for it
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}>: no such user"
        if address.startswith("busy"):
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name for it
        if self.answer.startswith("250"):
            self.came.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer

    @property
    def server(self):
        return mail.Server("127.0.0.1", self.port, "bridge@kokemussilta.test")

    def send(self, now=NOW):
        """Send what waits to this server, as of ``now``."""
        return mail.send_waiting(self.server, BASE, lambda: now)

    def text(self, place=-1):
        return self.came[place].get_content()

    def path(self, place=-1):
        """The path of the link in a letter."""
        return "/" + LINK.search(self.text(place)).group().split("/", 3)[3]


@pytest.fixture
def mail_server(app):
    """A mail server on a port of its own; ``came`` holds what it was given."""
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd wants to be told its port
        kept.port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


def make_message(**given):
    """A draft to an address."""
    message = Message(**{"to": "sari@test.invalid", "subject_line": "Aika vaihtui", "body": "Uusi aika on 10.00."} | given)
    db.session.add(message)
    db.session.commit()
    return message


def deliver(*kinds, now=NOW):
    """Let the drafts of these occasions have been sent at ``now``, without a server."""
    with writing():
        for message in db.session.scalars(sa.select(Message).where(
                Message.kind.in_(kinds), Message.status == MessageStatus.DRAFT)).all():
            step(message, "queue", outbox.SENDER, follows=True)
            message.sent_at = now
            step(message, "deliver", outbox.SENDER, follows=True)
        db.session.commit()


def coordinator_of(user):
    return Actor(user.id, user.person_id, user.roles[0], user.name)


def queue(message, actor):
    with writing():
        verbs.run(message, "queue", actor, NOW.date(), {})
        db.session.commit()
    return message


LATER = NOW + timedelta(minutes=6)
