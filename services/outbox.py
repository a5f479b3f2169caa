"""The outbox: what may go out, who sends which message, and what came of it. Speaks to no mail server.

A message is taken before it is sent and settled after it, in two transactions. Whoever dies in between leaves it taken:
it is not sent again by itself, but named to the coordinator, who may ask whether it arrived.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa

from models import Expert, Message, PersonalLink, db
from models.personal_link import LinkFor
from rules.choices import Failure, Language, MessageKind
from rules.errors import DomainError
from rules.mail import LEASE, next_attempt
from rules.message_texts import LINK
from rules.permissions import Actor
from rules.states import MessageStatus
from rules.wording import N_
from services import letters, personal_links
from services.transitions import lock, step
from services.verbs import Input, verb

SENDER = Actor(None, None, None, "send-mail")
LINKED = {MessageKind.OFFER: LinkFor.ANSWER, MessageKind.REMINDER: LinkFor.ANSWER,
          MessageKind.SUPPORT: LinkFor.SUPPORT, MessageKind.CONFIRM_REQUEST: LinkFor.REQUEST,
          MessageKind.FEEDBACK_EXPERT: LinkFor.FEEDBACK_EXPERT, MessageKind.FEEDBACK_ORDERER: LinkFor.FEEDBACK_ORDERER,
          MessageKind.CONFIRMED_EXPERT: LinkFor.BRIEFING_EXPERT,
          MessageKind.CONFIRMED_ORDERER: LinkFor.BRIEFING_ORDERER,
          MessageKind.CHANGED_EXPERT: LinkFor.ANSWER, MessageKind.CHANGED_ORDERER: LinkFor.BRIEFING_ORDERER}
"""The link that the messages of an occasion carry."""


@dataclass(frozen=True)
class Letter:
    """A message as it goes out: with its address and its link, which the database does not have."""

    message_id: int
    key: str
    to: str
    subject: str
    body: str
    language: Language


# --- what may go out

def address_of(message: Message) -> str:
    """Where the message goes: an expert or a support person is written to where they are reached now, not before."""
    if message.expert:
        return message.expert.email
    return (message.support_person.email or "") if message.support_person else message.to


def link_of(message: Message) -> PersonalLink | None:
    """The link that belongs in the message; None for one without, and for a link that is closed."""
    if (purpose := LINKED.get(message.kind)) is None:
        return None
    ground = getattr(message, personal_links.GROUNDS[purpose])
    return personal_links.live_link(purpose, ground) if ground else None


def _about(message: Message) -> Expert | None:
    """The expert whose data a message to them or to their support person uses."""
    return message.support_person.expert if message.support_person else message.expert


def check_ready(message: Message, *_: object) -> None:
    """DomainError unless the message may be sent as it is.

    To somebody whose data are restricted goes only what somebody writes by hand, the answer to their own request.
    """
    if message.kind is not MessageKind.OTHER and (expert := _about(message)) is not None and expert.restricted:
        raise DomainError(N_("The use of this person's data is restricted: nothing is sent by a template."))
    if not address_of(message):
        raise DomainError(N_("There is no e-mail address to send this to."))
    if message.kind in LINKED and LINK not in message.body:
        raise DomainError(N_("Put {link} where the personal link belongs."))
    if LINK in message.body and link_of(message) is None:
        raise DomainError(N_("The link of this message opens nothing any more."))
    if word := letters.tells_too_much(message.subject_line, message.body):
        raise DomainError(letters.TOLD, word=word)


@verb(Message, "queue", bulk=True, guard=check_ready,
      loads=("expert", "support_person.expert", "assignment", "request"),
      explains=N_("It goes out within minutes and cannot be called back."))
def queue(message: Message, actor: Actor, _today: date) -> None:
    """Let the message be sent; one that failed is sent anew."""
    lock(message)
    check_ready(message)
    _queue(message, actor, follows=False)


def _queue(message: Message, actor: Actor, *, follows: bool) -> None:
    step(message, "queue", actor, follows=follows)
    message.failure, message.server_said, message.attempts, message.not_before = None, "", 0, None


def by_the_rule(message: Message, actor: Actor) -> None:
    """Send a new draft at once where the rule of its occasion says so and nothing stands against it."""
    if not letters.goes_at_once(message.kind):
        return
    try:
        check_ready(message)
    except DomainError:
        return  # it stays a draft, whose own page says why it cannot go
    _queue(message, actor, follows=True)


def _check_not_taken(message: Message, *_: object) -> None:
    if message.status is MessageStatus.QUEUED and message.taken_at is not None:
        raise DomainError(N_("It is being sent just now."))


@verb(Message, "discard", bulk=True, guard=_check_not_taken)
def discard(message: Message, actor: Actor, _today: date) -> None:
    """The message is never sent."""
    lock(message)
    _check_not_taken(message)
    step(message, "discard", actor)


@verb(Message, "bounce", explains=N_("For a message whose address answered that it could not be delivered."))
def bounce(message: Message, actor: Actor, _today: date, *,
           said: Annotated[str, Input(N_("The mail server said"))] = "") -> None:
    """A message that was sent did not arrive."""
    step(message, "bounce", actor)
    message.failure, message.server_said = Failure.BOUNCED, said[:400]


def came_back(key: str, said: str) -> bool:
    """The same as told by the mail server itself; False when no sent message has this key."""
    message = db.session.scalars(sa.select(Message).where(Message.key == key)).one_or_none()
    if message is None or message.status is not MessageStatus.SENT:
        return False
    step(message, "bounce", SENDER, follows=True)
    message.failure, message.server_said = Failure.BOUNCED, said[:400]
    return True


# --- sending

def take(now: datetime, web_address: Callable[[LinkFor, str], str]) -> Letter | None:
    """Take the next message that waits, for this sender alone; None when there is none. Commit before sending.

    ``web_address`` gives the whole address of a link from its purpose and secret. What cannot go out any more fails.
    """
    waiting = sa.select(Message).where(
        Message.status == MessageStatus.QUEUED, Message.taken_at.is_(None),
        sa.or_(Message.not_before.is_(None), Message.not_before <= now))
    while message := db.session.scalars(
            waiting.order_by(Message.id).limit(1).with_for_update(skip_locked=True, of=Message)).one_or_none():
        try:
            check_ready(message)
        except DomainError:
            _fail(message, Failure.NOT_SENDABLE, "")
            db.session.flush()
            continue
        message.taken_at, message.attempts = now, message.attempts + 1
        return _letter(message, web_address)
    return None


def _letter(message: Message, web_address: Callable[[LinkFor, str], str]) -> Letter:
    link = link_of(message)
    places = {"link": web_address(link.purpose, personal_links.secret_of(link))} if link else {}
    return Letter(message.id, message.key, address_of(message), message.subject_line,
                  letters.filled(message.body, places), message.language)


def delivered(number: int, now: datetime) -> None:
    """The mail server has taken the message. After its lease it stays named as interrupted."""
    message = _taken(number)
    if message.status is not MessageStatus.QUEUED:
        return
    message.taken_at, message.sent_at = None, now
    step(message, "deliver", SENDER, follows=True)


def refused(number: int, said: str, now: datetime, *, for_good: bool) -> None:
    """The mail server has not taken it: for good, or until it is tried again some minutes later."""
    message = _taken(number)
    again = None if for_good else next_attempt(message.attempts, now)
    if again is None:
        _fail(message, Failure.REFUSED if for_good else Failure.GIVEN_UP, said)
    else:
        message.taken_at, message.not_before, message.server_said = None, again, said[:400]


def let_go(number: int) -> None:
    """Nothing was sent, for no server was there: the message waits as before."""
    message = _taken(number)
    message.taken_at, message.attempts = None, message.attempts - 1


def fail_abandoned(now: datetime) -> int:
    """Name the messages whose sender has died over them; gives how many."""
    rows = db.session.scalars(sa.select(Message).where(
        Message.status == MessageStatus.QUEUED, Message.taken_at < now - LEASE)
        .with_for_update(skip_locked=True, of=Message)).all()
    for message in rows:
        _fail(message, Failure.INTERRUPTED, "")
    return len(rows)


def _taken(number: int) -> Message:
    return db.session.get_one(Message, number, with_for_update={"of": Message}, populate_existing=True)


def _fail(message: Message, why: Failure, said: str) -> None:
    step(message, "fail", SENDER, follows=True)
    message.taken_at, message.failure, message.server_said = None, why, said[:400]
