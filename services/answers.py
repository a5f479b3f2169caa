"""Answers that come by a personal link. The link is the right to give them: it does one thing, for one assignment."""

from datetime import UTC, date, datetime, timedelta

from models import Assignment, Pause, PersonalLink, db
from models.personal_link import LinkFor
from rules.choices import AnswerBy, Choice
from rules.errors import BadInput
from rules.permissions import Actor, Role
from rules.states import AssignmentStatus
from rules.wording import N_
from services import personal_links
from services.orders import follow_leaving
from services.transitions import lock, step
from services.verbs import verb

EXPERT = Actor(None, None, Role.EXPERT, "personal link")
SUPPORTER = Actor(None, None, None, "support person's link")
LONGEST_PAUSE = timedelta(731)


class Answer(Choice):
    """What somebody who is asked can say. All three are as good."""

    YES = "yes", N_("Yes, I will come")
    NOT_NOW = "not_now", N_("Not now, thanks")
    TALK = "talk", N_("Talk to me first")


def give(link: PersonalLink, answer: Answer, today: date, now: datetime, pause_until: date | None = None) -> None:
    """Write the expert's own answer. ``pause_until`` goes with "not now": nobody asks again before that day is over."""
    assignment = _held(link)
    if answer is Answer.YES:
        _say_yes(assignment)
    elif answer is Answer.TALK:
        assignment.wants_to_talk = True
    else:
        if pause_until is not None:
            _pause(assignment, pause_until, today)
        say_not_now(assignment, AnswerBy.EXPERT, EXPERT, today, now)


def not_now_for_another(link: PersonalLink, today: date, now: datetime) -> None:
    """The support person's "not now" on the expert's behalf: the only thing their link does."""
    say_not_now(_held(link), AnswerBy.SUPPORT_PERSON, SUPPORTER, today, now)


def say_not_now(assignment: Assignment, by: AnswerBy, actor: Actor, today: date, now: datetime) -> None:
    """Not now, without a reason and whatever was said before; the links have done their work."""
    was = assignment.status
    step(assignment, "decline", actor, follows=True)
    assignment.answered_by, assignment.wants_to_talk = by, False
    for purpose in (LinkFor.ANSWER, LinkFor.SUPPORT):
        if (link := personal_links.live_link(purpose, assignment)) is not None:
            link.used_at = now
    follow_leaving(assignment.order, was, actor, today)


def _held(link: PersonalLink) -> Assignment:
    """The assignment of the link; its order is held first, as by everybody who confirms or declines."""
    assignment = link.assignment
    if assignment is None:
        raise personal_links.LinkClosed
    lock(assignment.order)
    lock(assignment)
    if assignment.status not in personal_links.OPEN:
        raise personal_links.LinkClosed
    return assignment


def _say_yes(assignment: Assignment) -> None:
    assignment.wants_to_talk = False
    if assignment.status is AssignmentStatus.ASKED:
        step(assignment, "accept", EXPERT, follows=True)
        assignment.answered_by = AnswerBy.EXPERT


def _pause(assignment: Assignment, until: date, today: date) -> None:
    if not today <= until <= today + LONGEST_PAUSE:
        raise BadInput(N_("Choose a day from today on, within two years."), field="pause_until")
    db.session.add(Pause(expert=assignment.expert, starts_on=today, ends_on=until))


@verb(Assignment, "close_links", N_("Close the personal links"),
      possible=lambda assignment, _today: assignment.status in personal_links.OPEN,
      explains=N_("For a link that went astray. Asking again makes a new one."))
def close_links(assignment: Assignment, _actor: Actor, _today: date) -> None:
    """Neither the expert's nor the support person's link opens any more."""
    personal_links.revoke(assignment, datetime.now(UTC), LinkFor.ANSWER, LinkFor.SUPPORT)
