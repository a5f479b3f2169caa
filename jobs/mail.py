"""Sending the outbox by SMTP, one message after another, each once; and reading the notices of mail servers."""

import email
import email.policy
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from models import db
from models.engine import writing
from models.personal_link import LinkFor
from rules.mail import LEASE
from services import outbox
from services.outbox import Letter

PATIENCE = LEASE.total_seconds() / 10
"""Seconds that one answer of a mail server is waited for."""

NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 587, "smtps": 465}
WRITTEN_ADDRESS = re.compile(r"\S+@\S+")
KEY = re.compile(r"<([0-9a-f]{32})@")
Clock = Callable[[], datetime]


class MailSettings(ValueError):
    """Settings with which nothing can be sent; the text says what to set."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over and as whom: ``smtp://user:password@host:587`` or ``smtps://…``, and a sender."""

    host: str
    port: int
    sender: str
    tls_from_the_start: bool = False
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, address: str, sender: str) -> "Server":
        """Read ``SMTP_URL`` and ``MAIL_FROM``; MailSettings says what is wrong with them."""
        parts = urlsplit(address)
        if parts.scheme not in PORTS or not parts.hostname:
            raise MailSettings("Set SMTP_URL: smtp://user:password@host:587, or smtps:// for TLS from the start.")
        if "@" not in sender:
            raise MailSettings("Set MAIL_FROM: the address that messages come from.")
        return cls(parts.hostname, parts.port or PORTS[parts.scheme], sender, parts.scheme == "smtps",
                   unquote(parts.username or ""), unquote(parts.password or ""))


@dataclass
class Sent:
    """What one run came to."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    abandoned: int = 0
    away: str = ""
    """Why no server could be spoken to; "" when one could."""


def send_waiting(server: Server, base: str, clock: Clock = lambda: datetime.now(UTC)) -> Sent:
    """Send every message that waits. ``base`` is the address that personal links begin with.

    Two senders at once take different messages. When no server answers, what is taken is put back and the run ends.
    """
    if not base:
        raise MailSettings("Set BASE_URL: the address that the links in messages begin with.")
    done = Sent()
    with writing():
        done.abandoned = outbox.fail_abandoned(clock())
        db.session.commit()
        while letter := outbox.take(clock(), lambda purpose, secret: web_address(base, purpose, secret)):
            db.session.commit()
            _hand_over(letter, server, clock, done)
            db.session.commit()
            if done.away:
                break
        db.session.commit()
    return done


def web_address(base: str, purpose: LinkFor, secret: str) -> str:
    """The whole address of a personal link."""
    return f"{base.rstrip('/')}/{PATHS[purpose]}/{secret}"


PATHS = {LinkFor.ANSWER: "answer", LinkFor.SUPPORT: "for-another", LinkFor.REQUEST: "order/confirm",
         LinkFor.FEEDBACK_EXPERT: "how-it-went", LinkFor.FEEDBACK_ORDERER: "how-did-it-go",
         LinkFor.BRIEFING_EXPERT: "briefing", LinkFor.BRIEFING_ORDERER: "order-briefing"}
"""Where each kind of link opens."""


def _hand_over(letter: Letter, server: Server, clock: Clock, done: Sent) -> None:
    """Give one letter to the server and write down what it said."""
    try:
        link = _connected(server)
    except (OSError, smtplib.SMTPException) as away:
        outbox.let_go(letter.message_id)
        done.away = type(away).__name__
        return
    try:
        link.send_message(_written(letter, server.sender, clock()))
    except smtplib.SMTPRecipientsRefused as refused:
        _not_taken(letter, *next(iter(refused.recipients.values())), clock(), done)
    except smtplib.SMTPResponseException as refused:
        _not_taken(letter, refused.smtp_code, refused.smtp_error, clock(), done)
    except (OSError, smtplib.SMTPServerDisconnected) as cut:
        # It may have gone out all the same: the message stays taken, and is named when its lease is over.
        done.away = type(cut).__name__
    else:
        outbox.delivered(letter.message_id, clock())
        done.sent += 1
    finally:
        _hang_up(link)


def _connected(server: Server) -> smtplib.SMTP:
    """A link that is ready for a letter; a password and an address travel in clear to this machine alone."""
    context = ssl.create_default_context()
    if server.tls_from_the_start:
        link: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=context)
    else:
        link = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        _greet(link, server, context)
    except BaseException:
        link.close()
        raise
    return link


def _greet(link: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    link.ehlo_or_helo_if_needed()
    if not server.tls_from_the_start and link.has_extn("starttls"):
        link.starttls(context=context)
    elif not server.tls_from_the_start and server.host not in NEAR:
        raise smtplib.SMTPNotSupportedError("the mail server offers no TLS")
    if server.user:
        link.login(server.user, server.password)


def _hang_up(link: smtplib.SMTP) -> None:
    try:
        link.quit()
    except (OSError, smtplib.SMTPException):
        link.close()


def _written(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """Plain text, for every reader and no tracker. ``Message-ID`` is the same however often it is sent."""
    written = EmailMessage(policy=email.policy.SMTP)
    domain = sender.rpartition("@")[2].rstrip(">")
    written["From"] = sender if "<" in sender else Address("Kokemussilta", addr_spec=sender)
    written["To"] = Address(addr_spec=letter.to)
    written["Subject"] = letter.subject
    written["Date"] = format_datetime(now)
    written["Message-ID"] = f"<{letter.key}@{domain}>"
    written["Auto-Submitted"] = "auto-generated"  # no absence notice is sent back
    written.set_content(letter.body)
    written["Content-Language"] = letter.language.value  # after the content, which takes such headers away
    return written


def _not_taken(letter: Letter, code: int, said: bytes | str, now: datetime, done: Sent) -> None:
    outbox.refused(letter.message_id, _in_short(code, said), now, for_good=code >= 500)
    if code >= 500:
        done.failed += 1
    else:
        done.later += 1


def _in_short(code: int, said: bytes | str) -> str:
    """What the server said, without addresses: they are in their records and nowhere else."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return WRITTEN_ADDRESS.sub("…", f"{code} {' '.join(text.split())}")[:200]


def read_notice(raw: bytes) -> tuple[str, str] | None:
    """Of a delivery status notice (RFC 3464) the key of our message and what the server said; None for other mail."""
    notice = email.message_from_bytes(raw, policy=email.policy.default)
    if notice.get_content_type() != "multipart/report":
        return None
    status, returned = "", ""
    for part in notice.walk():
        if part.get_content_type() == "message/delivery-status":
            told = [str(block.get(name, "")) for block in part.get_payload() if not isinstance(block, str)
                    for name in ("Action", "Status", "Diagnostic-Code")]
            status = " ".join(filter(None, told))
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            returned = part.as_string()
    key = KEY.search(returned)
    return (key[1], WRITTEN_ADDRESS.sub("…", status)[:200]) if key and "failed" in status.lower() else None
