"""A door of every kind that a secret address opens, each with a secret that opens it. Nothing is tested here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from jobs.mail import PATHS
from models import AccessLink, Request, TrainingCheck, User, db
from models.access import LinkPurpose
from models.personal_link import LinkFor
from services import calendar_feed, links, personal_links, training_checks
from tests.conftest import token
from tests.factories import make
from tests.people import make_user
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, confirmed, do, held

CHECK, FEED = "training check", "calendar feed"
KINDS = (*LinkFor, *LinkPurpose, CHECK, FEED)
"""Every kind that the product knows: a new purpose is here by itself, and then needs its place below."""

WHAT_IT_DOES = {
    LinkFor.ANSWER: {"answer": "not_now"}, LinkFor.SUPPORT: {}, LinkFor.REQUEST: {},
    LinkFor.FEEDBACK_EXPERT: {"text": "Hyvin meni"}, LinkFor.FEEDBACK_ORDERER: {"text": "Hyvin meni"},
    LinkPurpose.SET_UP: {"new_password": "kolme sanaa metsästä"},
    LinkPurpose.RESET: {"new_password": "kolme sanaa metsästä"}, CHECK: {"who": "Sari S., perhekeskus"},
}
"""The form that each sends. A door that is not here is only looked through."""


@dataclass
class Door:
    """One secret of a kind, and the row that makes it open."""

    kind: Any
    secret: str
    row: Any

    def path(self, secret=None):
        start = {CHECK: "check", FEED: "calendar"}.get(self.kind) or PATHS.get(self.kind, "set-up")
        return f"/{start}/{self.secret if secret is None else secret}{'.ics' if self.kind == FEED else ''}"

    def look(self, client, secret=None):
        """Open the page as somebody does who was sent there."""
        return self.use(client, secret) if self.kind == CHECK else client.get(self.path(secret))

    def use(self, client, secret=None):
        """Do the one thing that the door is for."""
        form = WHAT_IT_DOES[self.kind] | {"csrf_token": token(client, "/login")}
        return client.post(self.path(secret), data=form)

    def use_up(self, client):
        if self.kind == CHECK:
            self.row.most_views = self.row.views + 1
        if self.kind in WHAT_IT_DOES:
            self.use(client)
        elif self.kind != FEED:
            self.row.used_at = datetime.now(UTC)

    def expire(self, _client):
        if isinstance(self.row, User):
            self.row.active = False  # a feed has no day: it ends with the account
        elif isinstance(self.row, AccessLink):
            self.row.expires_at = datetime.now(UTC)
        else:
            self.row.expires_on = TODAY - timedelta(1)

    def revoke(self, _client):
        if isinstance(self.row, User):
            calendar_feed.take_away(self.row)
        elif isinstance(self.row, AccessLink):
            links.make_link(self.row.user, datetime.now(UTC))
        elif isinstance(self.row, TrainingCheck):
            do(self.row, "revoke", actor_of("coordinator"))
        else:
            self.row.revoked_at = datetime.now(UTC)


def door(kind):
    """A new door of ``kind`` that opens."""
    if kind == FEED:
        user = make_user("coordinator")
        made = Door(kind, calendar_feed.make_address(user), user)
    elif kind == CHECK:
        check = do(confirmed(_order(), actor_of("coordinator"), _expert()), "give_check", actor_of("coordinator"),
                   expires_on=TODAY + timedelta(30), most_views=50)
        made = Door(kind, training_checks.code_of(check), check)
    elif isinstance(kind, LinkPurpose):
        user = make_user("trainer", password_hash="" if kind is LinkPurpose.SET_UP else "something")
        secret = links.make_link(user, datetime.now(UTC))
        made = Door(kind, secret, links.open_link(secret, datetime.now(UTC)))
    else:
        link = personal_links.make_link(kind, GROUNDS[kind](), EVENT, datetime.now(UTC))
        made = Door(kind, personal_links.secret_of(link), link)
    db.session.commit()
    return made


def _order():
    return an_order(actor_of("coordinator"))


def _expert():
    return an_askable(email="kokija@test.invalid")


def _asked():
    [assignment] = ask(_order(), actor_of("coordinator"), _expert())
    return assignment


def _confirmed():
    return confirmed(_order(), actor_of("coordinator"), _expert())


def _held():
    return held(_order(), actor_of("coordinator"))


GROUNDS = {
    LinkFor.ANSWER: _asked, LinkFor.SUPPORT: _asked, LinkFor.REQUEST: lambda: make(Request, email_confirmed_at=None),
    LinkFor.BRIEFING_EXPERT: _confirmed, LinkFor.BRIEFING_ORDERER: lambda: _confirmed().order,
    LinkFor.FEEDBACK_EXPERT: _held, LinkFor.FEEDBACK_ORDERER: lambda: _held().order,
}
"""A record for which a link of each purpose opens."""

