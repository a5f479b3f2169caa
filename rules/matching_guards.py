"""The guards that keep a person from being asked now, and how each says so.

What they read (``Candidate``, ``Need``, ``Settings``) and the order of those who pass: ``matching.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rules.choices import Choice
from rules.states import BankStatus
from rules.wording import N_, Sentence

if TYPE_CHECKING:
    from rules.matching import Candidate, Commitment, Need, Occasion, Settings

Label = str | Sentence
DAY_MINUTES = 24 * 60


class ReasonCode(Choice):
    """Why somebody is not asked now, gravest first; the labels are headings of the counts."""

    LEFT = "left", N_("Left the activity")
    RESTRICTED = "restricted", N_("Use of data restricted")
    PAUSED = "paused", N_("On pause")
    CLOSED_THEME = "closed_theme", N_("Theme closed by the person")
    AVOIDED = "avoided", N_("Does not go to this orderer")
    GUARDIAN_CONSENT = "guardian_consent", N_("Guardian's consent missing")
    OVERLAP = "overlap", N_("Another event at the same time")
    LOAD = "load", N_("Own load limit full")
    REST = "rest", N_("Rest after a heavy theme")
    SUPPORT_PERSON = "support_person", N_("Support person missing")
    BACKGROUND_CHECK = "background_check", N_("Background check missing")
    TRAINING = "training", N_("Required training missing")
    AGE_UNKNOWN = "age_unknown", N_("Age not known")
    REMOTE_ONLY = "remote_only", N_("Takes part remotely only")
    ORDER_INCOMPLETE = "order_incomplete", N_("The order does not tell enough")
    UNKNOWN = "unknown", N_("Could not be checked")


@dataclass(frozen=True, slots=True)
class Reason:
    """One guard's no. A hard one has no override; a soft one may be passed with a written reason."""

    code: ReasonCode
    hard: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A need on a day under settings, with what every guard would else work out for each person anew."""

    need: Need
    today: date
    settings: Settings
    days: tuple[date, ...]
    months: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, need: Need, today: date, settings: Settings) -> Inquiry:
        """Raises TypeError or AttributeError for a malformed need: then nobody can be asked."""
        months: dict[tuple[int, int], int] = {}
        for occasion in need.occasions:
            month = (occasion.day.year, occasion.day.month)
            months[month] = months.get(month, 0) + 1
        days = tuple(sorted({occasion.day for occasion in need.occasions}))
        return cls(need, today, settings, days, months)

    @property
    def first_day(self) -> date:
        """The earliest day on which the person would do anything: agreeing today counts."""
        return min((self.today, *self.days[:1]))

    @property
    def last_day(self) -> date:
        return self.days[-1] if self.days else self.today


def listed(labels: list[Label]) -> Label:
    """``labels``, at least one, as one thing to read: "a, b, c", still translatable in its parts."""
    first, *rest = labels
    return Sentence(N_("%(first)s, %(rest)s"), first=first, rest=listed(rest)) if rest else first


def is_minor(person: Candidate, day: date, limit: int) -> bool | None:
    """Whether the person is under ``limit`` years on ``day``; None when what is known cannot tell."""
    if (born := person.birth_date) is not None:
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < limit
    if person.birth_year is not None:
        age_at_most = day.year - person.birth_year
        if age_at_most != limit:
            return age_at_most < limit
    return person.known_minor


def overlaps(one: Occasion, other: Occasion, travel_minutes: int) -> bool:
    """Whether nobody could be at both. Symmetrical; back to back in one place is no overlap.

    Travel is counted unless both are remote or in the same known municipality. An occasion whose times are
    missing or run backwards takes its whole day.
    """
    nights_between = abs((one.day - other.day).days) - 1
    if nights_between * DAY_MINUTES >= travel_minutes:  # most pairs are weeks apart, no clock needs reading
        return False
    span, other_span = _minutes(one), _minutes(other)
    if span is None or other_span is None:
        return one.day == other.day
    travel = 0 if _in_one_place(one, other) else travel_minutes
    return span[0] < other_span[1] + travel and other_span[0] < span[1] + travel


def _in_one_place(one: Occasion, other: Occasion) -> bool:
    if one.remote or other.remote:
        return one.remote and other.remote
    return one.municipality_id is not None and one.municipality_id == other.municipality_id


def _minutes(occasion: Occasion) -> tuple[int, int] | None:
    if occasion.start is None or occasion.end is None or occasion.end <= occasion.start:
        return None
    midnight = occasion.day.toordinal() * DAY_MINUTES
    start, end = occasion.start, occasion.end
    return midnight + start.hour * 60 + start.minute, midnight + end.hour * 60 + end.minute


def _others(person: Candidate, asked: Inquiry) -> Iterator[Commitment]:
    """Commitments outside this order: its own occasions never stand in its way."""
    return (own for own in person.commitments if own.order_id != asked.need.order_id)


def _lacks_consent(person: Candidate, asked: Inquiry) -> bool | None:
    """Whether a guardian's consent is needed and missing; None when the age is not known."""
    limit = asked.settings.guardian_consent_under
    if limit == 0 or person.guardian_consent is True:
        return False
    return is_minor(person, asked.first_day, limit)


# Every state by name: one that is not here cannot be checked, rather than be let through.
_GONE = {
    BankStatus.PARTICIPANT: False,
    BankStatus.IN_BANK: False,
    BankStatus.LEFT: True,
    BankStatus.ANONYMISED: True,
}


def left(person: Candidate, _: Inquiry) -> Sentence | None:
    return Sentence(N_("Has left the activity")) if _GONE[person.bank_status] else None


def restricted(person: Candidate, _: Inquiry) -> Sentence | None:
    return None if person.restricted is False else Sentence(N_("Use of this person's data is restricted"))


def paused(person: Candidate, asked: Inquiry) -> Sentence | None:
    days = (asked.today, *asked.days)
    for pause in person.pauses:
        if any(pause.start <= day <= (pause.until or date.max) for day in days):
            if pause.until is None:
                return Sentence(N_("On pause until further notice"))
            return Sentence(N_("On pause until %(day)s"), day=pause.until)
    return None


def closed_theme(person: Candidate, asked: Inquiry) -> Sentence | None:
    closed = person.closed_theme_ids & asked.need.themes.keys()
    if not closed:
        return None
    themes = [label for key, label in asked.need.themes.items() if key in closed]
    return Sentence(N_("Has closed the theme: %(themes)s"), themes=listed(themes))


def avoided(person: Candidate, asked: Inquiry) -> Sentence | None:
    """One sentence for a unit and a person alike: which of them it is tells of somebody's past."""
    units = person.avoided_organisation_ids & asked.need.organisation_ids
    persons = person.avoided_contact_ids & asked.need.contact_ids
    return Sentence(N_("Has asked not to go to this orderer")) if units or persons else None


def guardian_consent(person: Candidate, asked: Inquiry) -> Sentence | None:
    return Sentence(N_("A minor without the guardian's consent")) if _lacks_consent(person, asked) else None


def overlap(person: Candidate, asked: Inquiry) -> Sentence | None:
    travel = asked.settings.travel_minutes
    for own in _others(person, asked):
        if any(overlaps(occasion, own, travel) for occasion in asked.need.occasions):
            return Sentence(N_("Another event at the same time, travel counted: %(day)s"), day=own.day)
    return None


def load(person: Candidate, asked: Inquiry) -> Sentence | None:
    if person.load_limit is None:
        return None
    for month, wanted in asked.months.items():
        taken = sum((own.day.year, own.day.month) == month for own in _others(person, asked))
        if taken + wanted > person.load_limit:
            return Sentence(
                N_("Own limit %(limit)s a month: %(taken)s taken in %(month)s, this order adds %(wanted)s"),
                limit=person.load_limit,
                taken=taken,
                month=f"{month[1]}/{month[0]}",
                wanted=wanted,
            )
    return None


def rest(person: Candidate, asked: Inquiry) -> Sentence | None:
    for own in _others(person, asked):
        for day in asked.days:
            apart = (day - own.day).days
            if own.heavy and 0 <= apart < asked.settings.rest_days:
                return Sentence(N_("Resting after a heavy theme on %(day)s"), day=own.day)
            if asked.need.heavy and 0 <= -apart < asked.settings.rest_days:
                return Sentence(N_("No rest after this heavy theme before the event on %(day)s"), day=own.day)
    return None


def support_person(person: Candidate, _: Inquiry) -> Sentence | None:
    return None if person.support_person else Sentence(N_("No support person named"))


def background_check(person: Candidate, asked: Inquiry) -> Sentence | None:
    if not asked.need.background_check_needed:
        return None
    until = person.background_check_until
    if until is None:
        return Sentence(N_("Background check needed, none seen"))
    if until < asked.last_day:
        return Sentence(N_("Background check holds only until %(day)s"), day=until)
    return None


def training(person: Candidate, asked: Inquiry) -> Sentence | None:
    why, last = asked.need.training_required_because.strip(), asked.last_day
    if not why or any(own.valid_until is None or own.valid_until >= last for own in person.trainings):
        return None
    return Sentence(N_("The order requires training: %(reason)s"), reason=why)


def age_unknown(person: Candidate, asked: Inquiry) -> Sentence | None:
    unsure = _lacks_consent(person, asked) is None
    return Sentence(N_("Age not known, and no guardian's consent")) if unsure else None


def remote_only(person: Candidate, asked: Inquiry) -> Sentence | None:
    hindered = asked.need.on_site and person.remote_only is not False
    return Sentence(N_("Takes part remotely only")) if hindered else None


def order_incomplete(person: Candidate, asked: Inquiry) -> Sentence | None:
    """A limit somebody set, with nothing in the order to hold it against, is not a limit kept."""
    need = asked.need
    if person.closed_theme_ids and not need.themes:
        return Sentence(N_("The order has no theme, and this person has closed some"))
    nobody_to_avoid = person.avoided_contact_ids and not need.contact_ids
    if nobody_to_avoid or (person.avoided_organisation_ids and not need.organisation_ids):
        return Sentence(N_("The order does not say whom one would meet, and this person avoids someone"))
    if asked.days:
        return None
    if person.load_limit is not None or any(_still_matters(own, asked) for own in _others(person, asked)):
        return Sentence(N_("The order has no day, and this person has a load limit or other events"))
    return None


def _still_matters(own: Commitment, asked: Inquiry) -> bool:
    ago = (asked.today - own.day).days
    return ago <= 0 or (own.heavy and ago < asked.settings.rest_days)


@dataclass(frozen=True, slots=True)
class Guard:
    """``check`` gives None when nothing stands in the way, else the sentence that says what does."""

    code: ReasonCode
    hard: bool
    check: Callable[[Candidate, Inquiry], Sentence | None]


# Gravest first, in the order of ReasonCode.
GUARDS = (
    Guard(ReasonCode.LEFT, True, left),
    Guard(ReasonCode.RESTRICTED, True, restricted),
    Guard(ReasonCode.PAUSED, True, paused),
    Guard(ReasonCode.CLOSED_THEME, True, closed_theme),
    Guard(ReasonCode.AVOIDED, True, avoided),
    Guard(ReasonCode.GUARDIAN_CONSENT, True, guardian_consent),
    Guard(ReasonCode.OVERLAP, False, overlap),
    Guard(ReasonCode.LOAD, False, load),
    Guard(ReasonCode.REST, False, rest),
    Guard(ReasonCode.SUPPORT_PERSON, False, support_person),
    Guard(ReasonCode.BACKGROUND_CHECK, False, background_check),
    Guard(ReasonCode.TRAINING, False, training),
    Guard(ReasonCode.AGE_UNKNOWN, False, age_unknown),
    Guard(ReasonCode.REMOTE_ONLY, False, remote_only),
    Guard(ReasonCode.ORDER_INCOMPLETE, False, order_incomplete),
)

# What a value missing or of the wrong kind raises in arithmetic and comparison. Anything else is a fault of
# the program and must be seen.
UNCHECKABLE = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


def could_not_check(what: Label, *, hard: bool) -> Reason:
    return Reason(ReasonCode.UNKNOWN, hard, Sentence(N_("Could not be checked: %(what)s"), what=what))


def refusals(person: Candidate, asked: Inquiry) -> tuple[Reason, ...]:
    """Every reason not to ask ``person`` now, gravest first. A guard that fails refuses, as hard as it is."""
    reasons = []
    for guard in GUARDS:
        try:
            sentence = guard.check(person, asked)
        except UNCHECKABLE:
            reasons.append(could_not_check(Sentence(guard.code.label), hard=guard.hard))
        else:
            if sentence is not None:
                reasons.append(Reason(guard.code, guard.hard, sentence))
    return tuple(reasons)
