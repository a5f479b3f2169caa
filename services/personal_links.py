"""Personal links: made, found, revoked. Who gets one and what it does stands with what it is for.

The secret in the address is a keyed hash of the link's nonce, so it can be written into a message when that is sent and
is kept nowhere; the database has its SHA-256. A stolen database opens no link without ``FIELD_KEYS``.
"""

import base64
import hashlib
from datetime import date, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa

from models import Assignment, Expert, Order, PersonalLink, Request, SupportPerson, db
from models.encryption import KEYRING
from models.personal_link import LinkFor
from rules.errors import DomainError
from rules.states import AssignmentStatus, OrderStatus, RequestStatus
from rules.wording import N_

SECRET_BYTES = 24
WITHOUT_A_DAY = timedelta(30)
"""How long a link of an order without a day waits."""

GROUNDS = {LinkFor.ANSWER: "assignment", LinkFor.SUPPORT: "assignment", LinkFor.REQUEST: "request",
           LinkFor.FEEDBACK_EXPERT: "assignment", LinkFor.FEEDBACK_ORDERER: "order",
           LinkFor.BRIEFING_EXPERT: "assignment", LinkFor.BRIEFING_ORDERER: "order"}
"""The record that a link of each purpose is about, by the name of the relationship."""

UNTIL_THE_EVENT = (LinkFor.ANSWER, LinkFor.SUPPORT, LinkFor.BRIEFING_EXPERT, LinkFor.BRIEFING_ORDERER)
"""Links that open until the last day of their order, wherever that moves."""

Ground = Assignment | Request | Order
OPEN = (AssignmentStatus.ASKED, AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)
"""While an assignment is in one of these states, the links of its question open."""

OPEN_GROUND = {
    LinkFor.ANSWER: PersonalLink.assignment.has(Assignment.status.in_(OPEN)),
    LinkFor.SUPPORT: PersonalLink.assignment.has(Assignment.status.in_(OPEN)),
    LinkFor.REQUEST: PersonalLink.request.has(Request.status == RequestStatus.UNCONFIRMED),
    LinkFor.FEEDBACK_EXPERT: PersonalLink.assignment.has(Assignment.status.in_(
        (AssignmentStatus.HELD, AssignmentStatus.CLOSED))),
    LinkFor.BRIEFING_EXPERT: PersonalLink.assignment.has(Assignment.status.in_(
        (AssignmentStatus.CONFIRMED, AssignmentStatus.HELD))),
    LinkFor.BRIEFING_ORDERER: PersonalLink.order.has(Order.status.in_(
        (OrderStatus.SEARCHING, OrderStatus.STAFFED, OrderStatus.HELD))),
    LinkFor.FEEDBACK_ORDERER: PersonalLink.order.has(Order.status.in_((OrderStatus.HELD, OrderStatus.CLOSED))),
}
"""What the record of a link must be like for the link to open."""


class LinkClosed(DomainError):
    """A link that opens nothing: revoked, used, expired, or never made. Which one is told to nobody."""

    default = N_("This link does not open anything any more.")


def make_link(purpose: LinkFor, ground: Ground, expires_on: date, now: datetime) -> PersonalLink:
    """A new link for ``ground``; those of the same purpose made before open nothing any more. The caller commits."""
    revoke(ground, now, purpose)
    nonce = uuid4().hex
    link = PersonalLink(purpose=purpose, nonce=nonce, key=key_of(nonce), expires_on=expires_on, made_at=now)
    setattr(link, GROUNDS[purpose], ground)
    db.session.add(link)
    db.session.flush()
    return link


def secret_of(link: PersonalLink) -> str:
    """What stands in the link's address: 32 characters that need no quoting."""
    return _secret(link.nonce)


def key_of(nonce: str) -> str:
    """What the database keeps of the secret that belongs to ``nonce``."""
    return _hashed(_secret(nonce))


def live_link(purpose: LinkFor, ground: Ground) -> PersonalLink | None:
    """The link of ``ground`` that is neither used nor revoked; its day may be over."""
    return db.session.scalars(sa.select(PersonalLink).where(
        PersonalLink.purpose == purpose, _of(ground), PersonalLink.used_at.is_(None),
        PersonalLink.revoked_at.is_(None))).one_or_none()


def open_link(purpose: LinkFor, secret: str, today: date) -> PersonalLink:
    """The link of ``secret``, held until the transaction ends; LinkClosed unless it opens today.

    One query whatever is wrong with the link: neither the answer nor its time tells.
    """
    found = db.session.scalars(
        sa.select(PersonalLink).where(
            PersonalLink.key == _hashed(secret), PersonalLink.purpose == purpose, PersonalLink.used_at.is_(None),
            PersonalLink.revoked_at.is_(None), PersonalLink.expires_on >= today, OPEN_GROUND[purpose],
            *([_has_supporter(today)] if purpose is LinkFor.SUPPORT else ()))
        .with_for_update(of=PersonalLink).execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise LinkClosed
    return found


def _has_supporter(today: date) -> sa.ColumnElement[bool]:
    """The link of a support person ends with the day that is written as their last, before anybody closes it."""
    current = sa.or_(SupportPerson.until.is_(None), SupportPerson.until >= today)
    return PersonalLink.assignment.has(Assignment.expert.has(Expert.support_persons.any(current)))


def revoke(ground: Ground, now: datetime, *purposes: LinkFor) -> int:
    """Close the links of ``ground``, of these purposes or of all; gives how many were open."""
    wanted = purposes or tuple(LinkFor)
    links = db.session.scalars(sa.select(PersonalLink).where(
        _of(ground), PersonalLink.purpose.in_(wanted), PersonalLink.used_at.is_(None),
        PersonalLink.revoked_at.is_(None))).all()
    for link in links:
        link.revoked_at = now
    return len(links)


def last_day(order: Order, today: date) -> date:
    """The last day on which an answer to the order's question means something."""
    return max((occasion.on for occasion in order.occasions), default=today + WITHOUT_A_DAY)


def follow_the_days(order: Order, today: date) -> None:
    """Let the links of the order's assignments open until its last day, which may have moved."""
    links = db.session.scalars(sa.select(PersonalLink).where(
        sa.or_(PersonalLink.assignment.has(Assignment.order_id == order.id), PersonalLink.order_id == order.id),
        PersonalLink.used_at.is_(None), PersonalLink.purpose.in_(UNTIL_THE_EVENT),
        PersonalLink.revoked_at.is_(None)))
    for link in links:
        link.expires_on = last_day(order, today)


def _of(ground: Ground) -> sa.ColumnElement[bool]:
    columns = {Assignment: PersonalLink.assignment_id, Request: PersonalLink.request_id, Order: PersonalLink.order_id}
    return columns[type(ground)] == ground.id


def _secret(nonce: str) -> str:
    keyed = bytes.fromhex(KEYRING.fingerprint(f"personal_link:{nonce}"))
    return base64.urlsafe_b64encode(keyed[:SECRET_BYTES]).decode()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
