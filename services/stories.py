"""Stories told without an order: taken down where the consent to publish them was withdrawn."""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa

from models import Consent, StatusChange, Story
from rules.errors import BadInput
from rules.permissions import Actor
from rules.states import ConsentStatus
from rules.wording import N_
from services.transitions import lock
from services.verbs import Input, verb


def to_take_down() -> sa.ColumnElement[bool]:
    """Stories that are still shown somewhere though the consent to publish them was withdrawn."""
    return sa.and_(Story.taken_down_on.is_(None), Story.consent.has(Consent.status == ConsentStatus.WITHDRAWN))


def withdrawn_at() -> Any:
    """When the consent of the story was withdrawn, as the ``day`` of a queue."""
    subject = sa.literal(f"{Consent.__name__}:") + sa.cast(Story.consent_id, sa.String)
    return sa.select(sa.func.max(StatusChange.at)).where(
        StatusChange.subject == subject, StatusChange.target == ConsentStatus.WITHDRAWN.value).correlate(
        Story).scalar_subquery()


@verb(Story, "take_down", N_("Record as taken down"), possible=lambda story, _today: story.taken_down_on is None,
      explains=N_("The story is not shown anywhere any more. The consent's own record stays as it is."))
def take_down(story: Story, _actor: Actor, today: date, *,
              on: Annotated[date | None, Input(N_("Taken down on"), help=N_("Empty: today."))] = None) -> None:
    if (day := on or today) > today:
        raise BadInput(N_("This day has not come yet."), field="on")
    lock(story)
    story.taken_down_on = day
