"""Who can be asked for an order, in which order and why; who not now (the guards: ``matching_guards.py``).

Ratings, speed of answering and how often somebody said "not now" are never read; training is not scored.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from rules.matching_guards import (
    UNCHECKABLE,
    Inquiry,
    Label,
    Reason,
    ReasonCode,
    could_not_check,
    listed,
    refusals,
)
from rules.states import BankStatus
from rules.wording import N_, Sentence

Wanted = Mapping[Any, Label]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the county decides.

    ``travel_minutes``: between two places. ``rest_days``: fewest days from an event with a heavy theme to the
    next event. ``guardian_consent_under``: age in years on the day of asking; 0, no consent is ever needed.
    """

    travel_minutes: int = 60
    rest_days: int = 7
    guardian_consent_under: int = 18


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which the person is not asked, both included; open-ended when ``until`` is None."""

    start: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One gathering of an order, in local time. ``municipality_id`` None means not known, or remote."""

    day: date
    start: time | None
    end: time | None
    municipality_id: int | None
    remote: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Occasion):
    """An occasion the person said yes to (accepted, confirmed, held): never an offer, nor a cancelled one."""

    order_id: int
    heavy: bool


@dataclass(frozen=True, slots=True)
class Training:
    """A completed training; it counts for ever when ``valid_until`` is None."""

    organiser: str
    year: int
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An expert as matching may see one. What a guard reads has no default: forgotten must not mean allowed.

    ``birth_date`` is believed before ``birth_year``, and that before ``known_minor``: under the age that
    needs a consent, as somebody recorded, None when nobody has. ``guardian_consent``: one that holds on every
    day of the order. ``load_limit``: occasions a calendar month, None when the person set none.
    ``commitments``: at least those in the months of the order and within ``rest_days`` of its days; while no
    day is set, within ``rest_days`` before today and all to come. ``support_person``: name, None if missing.
    ``background_check_until``: last day on which the extract seen holds. ``protected``: non-disclosure for
    safety, so no sentence tells a place.
    """

    expert_id: int
    name: str
    bank_status: BankStatus
    restricted: bool
    pauses: tuple[Pause, ...]
    closed_theme_ids: frozenset[int]
    avoided_organisation_ids: frozenset[int]
    avoided_contact_ids: frozenset[int]
    birth_date: date | None
    birth_year: int | None
    known_minor: bool | None
    guardian_consent: bool
    load_limit: int | None
    commitments: tuple[Commitment, ...]
    support_person: str | None
    background_check_until: date | None
    remote_only: bool
    protected: bool
    last_asked_on: date | None
    trainings: tuple[Training, ...] = ()
    met_on: date | None = None
    themes: frozenset[int] = frozenset()
    viewpoints: frozenset[int | str] = frozenset()
    roles: frozenset[int | str] = frozenset()
    languages: frozenset[int | str] = frozenset()
    municipalities: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an order asks for. Wishes map an id (or code) to the name shown, in the order they are read out.

    ``organisation_ids``: the ordering unit and every organisation above it. ``contact_ids``: whom the expert
    would meet, by name. ``occasions``: empty while no day is set. ``on_site``: at least one occasion that
    cannot be attended remotely. ``heavy``: one of the themes is marked so. ``training_required_because``: the
    written reason, without which training is not required (""). ``municipalities``: of the occasions on site.
    """

    order_id: int
    organisation_ids: frozenset[int]
    contact_ids: frozenset[int]
    occasions: tuple[Occasion, ...]
    on_site: bool
    heavy: bool
    background_check_needed: bool
    training_required_because: str
    themes: Wanted
    viewpoints: Wanted
    roles: Wanted
    languages: Wanted
    municipalities: Wanted


@dataclass(frozen=True, slots=True)
class Fit:
    """Which wishes of the order a person meets, as the keys they share."""

    themes: frozenset[Any]
    viewpoints: frozenset[Any]
    roles: frozenset[Any]
    languages: frozenset[Any]
    municipalities: frozenset[Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who can be asked. ``yes``: wishes met, when last asked; ``notes``: told, never ordered by."""

    candidate: Candidate
    yes: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]

    @property
    def no(self) -> tuple[Reason, ...]:
        """Always empty: whoever has a reason against stands among the excluded."""
        return ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody not asked now. ``no``: at least one reason, gravest first."""

    candidate: Candidate
    yes: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]
    no: tuple[Reason, ...]

    @property
    def may_be_asked_with_a_reason(self) -> bool:
        return not any(reason.hard for reason in self.no)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every candidate in exactly one part: the first in the order of asking, the second gravest first."""

    can_be_asked: tuple[Ranked, ...]
    not_now: tuple[Excluded, ...]


def rank(need: Need, candidates: Iterable[Candidate], today: date, settings: Settings) -> Ranking:
    """Everyone in ``candidates`` (ids unique), sorted; the same input in any order gives the same list.

    A malformed candidate is excluded as unknown. Raises TypeError or AttributeError for malformed occasions.
    """
    asked = Inquiry.of(need, today, settings)
    can_be_asked: list[tuple[tuple[Any, ...], Ranked]] = []
    not_now: list[Excluded] = []
    for candidate in candidates:
        place, judged = _judge(candidate, asked)
        if isinstance(judged, Excluded):
            not_now.append(judged)
        else:
            can_be_asked.append((place, judged))
    can_be_asked.sort(key=lambda placed: placed[0])
    not_now.sort(key=_gravity)
    return Ranking(tuple(judged for _, judged in can_be_asked), tuple(not_now))


def judge(need: Need, candidate: Candidate, today: date, settings: Settings) -> Ranked | Excluded:
    """One person alone, as ``rank`` would see them: to check again at the moment of asking."""
    return _judge(candidate, Inquiry.of(need, today, settings))[1]


def counts(ranking: Ranking) -> Mapping[ReasonCode, int]:
    """How many are excluded by each reason, gravest first; each person once, by the gravest."""
    found = Counter(excluded.no[0].code for excluded in ranking.not_now)
    return {code: found[code] for code in ReasonCode if code in found}


def _judge(candidate: Candidate, asked: Inquiry) -> tuple[tuple[Any, ...], Ranked | Excluded]:
    no = refusals(candidate, asked)
    try:
        fit = _fit(candidate, asked.need)
        place = _place(candidate, fit)
        yes, notes = _yes(candidate, fit, asked.need), _notes(candidate)
    except UNCHECKABLE:
        wishes = could_not_check(Sentence(N_("fit to the order")), hard=False)
        return (), Excluded(candidate, (), (), (*no, wishes))
    return place, Excluded(candidate, yes, notes, no) if no else Ranked(candidate, yes, notes)


def _fit(candidate: Candidate, need: Need) -> Fit:
    return Fit(
        themes=candidate.themes & frozenset(need.themes),
        viewpoints=candidate.viewpoints & frozenset(need.viewpoints),
        roles=candidate.roles & frozenset(need.roles),
        languages=candidate.languages & frozenset(need.languages),
        municipalities=candidate.municipalities & frozenset(need.municipalities),
    )


def _place(candidate: Candidate, fit: Fit) -> tuple[Any, ...]:
    """The whole order of asking, read downwards; whoever meets no wish comes last by it."""
    return (
        -len(fit.themes),
        -len(fit.viewpoints),
        not fit.roles,
        not fit.languages,
        not fit.municipalities,
        0 if candidate.last_asked_on is None else candidate.last_asked_on.toordinal(),
        candidate.expert_id,
    )


def _gravity(excluded: Excluded) -> tuple[bool, int, int]:
    """By the gravest reason, those with no override first."""
    return excluded.may_be_asked_with_a_reason, _ORDER[excluded.no[0].code], excluded.candidate.expert_id


_ORDER = {code: place for place, code in enumerate(ReasonCode)}


def _yes(candidate: Candidate, fit: Fit, need: Need) -> tuple[Sentence, ...]:
    wishes = [
        (N_("theme: %(names)s"), fit.themes, need.themes),
        (N_("viewpoint: %(names)s"), fit.viewpoints, need.viewpoints),
        (N_("role: %(names)s"), fit.roles, need.roles),
        (N_("language: %(names)s"), fit.languages, need.languages),
    ]
    if not candidate.protected:
        wishes.append((N_("municipality: %(names)s"), fit.municipalities, need.municipalities))
    met = [
        Sentence(text, names=listed([label for key, label in wanted.items() if key in shared]))
        for text, shared, wanted in wishes
        if shared
    ]
    return (*met, _last_asked(candidate.last_asked_on))


def _last_asked(day: date | None) -> Sentence:
    return Sentence(N_("never asked")) if day is None else Sentence(N_("last asked %(day)s"), day=day)


def _notes(candidate: Candidate) -> tuple[Sentence, ...]:
    trained = [
        Sentence(N_("trained (%(organiser)s %(year)s)"), organiser=own.organiser, year=str(own.year))
        for own in candidate.trainings
    ]
    support, met = candidate.support_person, candidate.met_on
    return (
        *(trained or [Sentence(N_("no training"))]),
        *([Sentence(N_("support person: %(name)s"), name=support)] if support else []),
        Sentence(N_("not met yet")) if met is None else Sentence(N_("met %(day)s"), day=met),
    )
