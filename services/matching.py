"""Matching at work: what the rule needs from the database, in a fixed number of queries; asking those chosen."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from models import (
    Assignment,
    BackgroundCheck,
    Completion,
    Consent,
    Expert,
    Occasion,
    Order,
    Organisation,
    Pause,
    Programme,
    SupportPerson,
    Theme,
    db,
)
from models.encryption import opened
from models.expert import (
    expert_language,
    expert_municipality,
    expert_task,
    expert_theme,
    expert_viewpoint,
    shown_name,
)
from models.order import order_theme
from models.reference import Listed
from models.sealed_choice import SealedChoice
from rules import matching
from rules.choices import ConsentKind
from rules.errors import BadInput, DomainError, NotAllowed
from rules.matching import Candidate, Commitment, Excluded, Need, Ranked, Ranking, Settings, Training
from rules.permissions import Actor, may_run
from rules.states import AssignmentStatus, BankStatus, CompletionStatus, ConsentStatus, OrderStatus
from rules.wording import N_, Sentence
from services.asking import ask_in_writing
from services.referrals import check_ours
from services.transitions import lock, step

log = logging.getLogger(__name__)

SETTINGS = Settings()
UNREAD = cast("frozenset[int]", None)
UNREAD_LIMIT = cast("int", "")
"""Stand for a choice and a number that do not open: the guards fail on them, and a guard that fails excludes."""
CHECK_HOLDS = timedelta(183)
"""Six months from its issue an extract may be relied on (Act 504/2002)."""

SAID_YES = (AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED, AssignmentStatus.HELD, AssignmentStatus.CLOSED)
SEARCHABLE = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.UNMET)
AGAIN = (AssignmentStatus.NO_ANSWER, AssignmentStatus.NOT_NOW, AssignmentStatus.STOOD_DOWN)
"""Whoever is in the order in one of these states is free to be asked for it again."""

LONGEST_REASON, LONGEST_WHY = 400, 4000
Named = Callable[[Listed], str]


def need_of(order: Order, named: Named = str) -> Need:
    """What ``order`` asks for, its wishes named by ``named`` in the reader's language."""
    sites = [o for o in order.occasions if not o.remote]
    return Need(
        order_id=order.id, organisation_ids=frozenset(_with_parents(order.organisation)),
        contact_ids=frozenset({order.contact_id} if order.contact_id else ()),
        occasions=tuple(_occasion(o) for o in order.occasions), on_site=bool(sites),
        heavy=any(theme.heavy for theme in order.themes),
        background_check_needed=order.background_needed,
        training_required_because=order.training_reason if order.requires_training else "",
        themes={t.id: named(t) for t in order.themes}, viewpoints={v.id: named(v) for v in order.viewpoints},
        roles={t.id: named(t) for t in order.tasks}, languages={s.id: named(s) for s in order.languages},
        municipalities={o.municipality_id: named(o.municipality) for o in sites if o.municipality},
    )


def _with_parents(organisation: Organisation | None) -> Iterable[int]:
    seen: set[int] = set()
    while organisation is not None and organisation.id not in seen:
        seen.add(organisation.id)
        organisation = organisation.parent
    return seen


def _occasion(occasion: Occasion) -> matching.Occasion:
    return matching.Occasion(day=occasion.on, start=occasion.starts, end=occasion.ends,
                             municipality_id=occasion.municipality_id, remote=occasion.remote)


def candidates(order: Order, today: date, only: Iterable[int] | None = None) -> list[Candidate]:
    """Every expert as the rule may see them, or ``only`` some; the number of queries does not grow with them.

    Of an expert's themes, viewpoints, tasks and languages those are read that the order wishes for.
    """
    chosen = None if only is None else list(only)
    facts = _Facts(order, chosen, today)
    columns = (Expert.id, Expert.alias, Expert.first_name, Expert.last_name, Expert.status, Expert.restricted,
               Expert.birth_date, Expert.birth_year, Expert.remote_only, Expert.protected, Expert.met_on)
    people = sa.select(*columns).where(Expert.status != BankStatus.ANONYMISED)  # nobody is behind such a row
    rows = db.session.execute(_narrowed(people, Expert.id, chosen).order_by(Expert.id))
    return [facts.candidate(row) for row in rows]


def _narrowed(query: Any, column: Any, chosen: list[int] | None) -> Any:
    return query if chosen is None else query.where(column.in_(chosen))


class _Facts:
    """What hangs on experts, gathered once: one query for each kind, whatever the number of experts."""

    def __init__(self, order: Order, chosen: list[int] | None, today: date) -> None:
        days = [occasion.on for occasion in order.occasions]
        self.chosen, last_day = chosen, max(days, default=today)
        self.themes = self._ids(expert_theme, order.themes)
        self.viewpoints = self._ids(expert_viewpoint, order.viewpoints)
        self.tasks = self._ids(expert_task, order.tasks)
        self.languages = self._ids(expert_language, order.languages)
        self.municipalities = self._ids(expert_municipality)
        self.closed, self.avoided, self.avoided_contacts, self.limits = self._sealed()
        self.pauses = self._grouped(sa.select(Pause.expert_id, Pause.starts_on, Pause.ends_on).where(
            sa.or_(Pause.ends_on.is_(None), Pause.ends_on >= today)), Pause.expert_id)
        self.consents = self._grouped(sa.select(Consent.expert_id, Consent.id).where(
            Consent.kind == ConsentKind.GUARDIAN, Consent.status == ConsentStatus.GIVEN, Consent.given_on <= today,
            sa.or_(Consent.valid_until.is_(None), Consent.valid_until >= last_day)), Consent.expert_id)
        self.support = dict(self._pairs(sa.select(SupportPerson.expert_id, SupportPerson.name).where(
            sa.or_(SupportPerson.until.is_(None), SupportPerson.until >= today)).order_by(SupportPerson.id),
            SupportPerson.expert_id))
        self.checks = dict(self._pairs(sa.select(
            BackgroundCheck.expert_id, sa.func.max(BackgroundCheck.issued_on)).group_by(BackgroundCheck.expert_id),
            BackgroundCheck.expert_id))
        self.asked = dict(self._pairs(sa.select(
            Assignment.expert_id, sa.func.max(Assignment.asked_on)).group_by(Assignment.expert_id),
            Assignment.expert_id))
        self.trainings = self._trainings()
        self.commitments = self._commitments(today, days)

    def _pairs(self, query: Any, column: Any) -> Iterable[Any]:
        return db.session.execute(_narrowed(query, column, self.chosen)).tuples().all()

    def _ids(self, table: sa.Table, wished: Iterable[Listed] | None = None) -> dict[int, frozenset[int]]:
        """The choices of each expert, or the ``wished`` of them. Equal ones are one set, for few differ."""
        mine, other = list(table.columns)
        query = sa.select(mine, other).order_by(mine, other)
        if wished is not None:
            query = query.where(other.in_([entry.id for entry in wished]))
        none, larger = frozenset[int](), dict[tuple[frozenset[int], int], frozenset[int]]()
        found: dict[int, frozenset[int]] = {}
        for expert_id, number in self._pairs(query, mine):
            before = found.get(expert_id, none)
            if (after := larger.get((before, number))) is None:
                after = larger[before, number] = before | {number}
            found[expert_id] = after
        return found

    def _sealed(self) -> list[dict[int, Any]]:
        """What experts do not wish to meet (themes, organisations, contacts) and their load limits, where set."""
        sealed = (Expert.closed_themes, Expert.avoided_organisations, Expert.avoided_contacts, Expert.load_limit)
        found: list[dict[int, Any]] = [{} for _ in sealed]
        query = sa.select(Expert.id, Expert.row_key, *sealed).where(sa.or_(*(column.is_not(None) for column in sealed)))
        for number, row_key, *values in self._pairs(query, Expert.id):
            for choices, attribute, value in zip(found, sealed, values, strict=True):
                if value is not None:
                    choices[number] = _opened(attribute, value, number, row_key)
        return found

    def _grouped(self, query: Any, column: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for expert_id, *rest in self._pairs(query, column):
            found[expert_id].append(rest)
        return found

    def _trainings(self) -> dict[int, list[Any]]:
        query = (sa.select(Completion.expert_id, Organisation.name, Completion.completed_on, Completion.valid_until)
                 .join(Programme, Programme.id == Completion.programme_id)
                 .join(Organisation, Organisation.id == Programme.organisation_id)
                 .where(Completion.status == CompletionStatus.COMPLETED).order_by(Completion.id))
        return self._grouped(query, Completion.expert_id)

    def _commitments(self, today: date, days: list[date]) -> dict[int, list[Any]]:
        """Occasions said yes to in the months of the order and around it; all to come while it has no day."""
        rest = timedelta(SETTINGS.rest_days + 1)
        first = min(days).replace(day=1) if days else today
        last = max(days).replace(day=28) + timedelta(4) if days else None
        heavy = sa.exists().where(order_theme.c.order_id == Assignment.order_id, Theme.id == order_theme.c.theme_id,
                                  Theme.heavy)
        query = (sa.select(Assignment.expert_id, Assignment.order_id, Occasion.on, Occasion.starts, Occasion.ends,
                           Occasion.municipality_id, Occasion.remote, heavy)
                 .join(Occasion, Occasion.order_id == Assignment.order_id)
                 .where(Assignment.status.in_(SAID_YES), Occasion.on >= first - rest)
                 .order_by(Occasion.on, Occasion.id))
        return self._grouped(query if last is None else query.where(Occasion.on <= last + rest), Assignment.expert_id)

    def candidate(self, row: Any) -> Candidate:
        number, none = row.id, frozenset[int]()
        issued = self.checks.get(number)
        return Candidate(
            expert_id=number, name=shown_name(row.alias, row.first_name, row.last_name), bank_status=row.status,
            restricted=row.restricted, birth_date=row.birth_date, birth_year=row.birth_year, known_minor=None,
            guardian_consent=number in self.consents, load_limit=self.limits.get(number), remote_only=row.remote_only,
            protected=row.protected, met_on=row.met_on, last_asked_on=self.asked.get(number),
            pauses=tuple(matching.Pause(start, until) for start, until in self.pauses.get(number, ())),
            closed_theme_ids=self.closed.get(number, none), avoided_organisation_ids=self.avoided.get(number, none),
            avoided_contact_ids=self.avoided_contacts.get(number, none), support_person=self.support.get(number),
            background_check_until=issued + CHECK_HOLDS if issued else None,
            commitments=tuple(_commitment(facts) for facts in self.commitments.get(number, ())),
            trainings=tuple(Training(organiser, on.year, until) for organiser, on, until
                            in self.trainings.get(number, ())),
            themes=self.themes.get(number, none), viewpoints=self.viewpoints.get(number, none),
            roles=self.tasks.get(number, none), languages=self.languages.get(number, none),
            municipalities=self.municipalities.get(number, none),
        )


def _opened(attribute: Any, value: Any, number: int, row_key: str) -> frozenset[int] | int:
    """The rows of a sealed choice, or a sealed number; ``UNREAD`` or ``UNREAD_LIMIT`` when it does not open."""
    try:
        plain = opened(attribute, value, number, row_key)
    except ValueError:
        log.exception("Expert:%s: %s does not open", number, attribute.key)
        return UNREAD_LIMIT if attribute is Expert.load_limit else UNREAD
    return plain.ids if isinstance(plain, SealedChoice) else int(plain)


def _commitment(facts: list[Any]) -> Commitment:
    order_id, day, start, end, municipality_id, remote, heavy = facts
    return Commitment(order_id=order_id, day=day, start=start, end=end, municipality_id=municipality_id,
                      remote=remote, heavy=bool(heavy))


def ranking(order: Order, today: date, named: Named = str) -> Ranking:
    """Everybody for ``order``: who can be asked, in order, and who not now. Who is in the order stands in neither."""
    known = {assignment.expert_id for assignment in order.assignments}
    rest = (person for person in candidates(order, today) if person.expert_id not in known)
    return matching.rank(need_of(order, named), rest, today, SETTINGS)


@dataclass(frozen=True)
class Choice:
    """Somebody chosen to be asked, with the reason for asking in spite of a soft guard, if there is one."""

    expert_id: int
    reason: str = ""


def judge(order: Order, numbers: Iterable[int], today: date) -> dict[int, Ranked | Excluded]:
    """The experts of these ids as things stand now, by id; BadInput when one is not in the bank."""
    wanted = set(numbers)
    need, found = need_of(order), candidates(order, today, wanted)
    if {person.expert_id for person in found} != wanted:
        raise BadInput(N_("Choose from the list."), field="experts")
    return {person.expert_id: matching.judge(need, person, today, SETTINGS) for person in found}


def check(judged: Ranked | Excluded, reason: str, *, field: str, written: str = "") -> None:
    """BadInput when a guard stands in the way: a hard one always, a soft one without ``reason``.

    ``written``: the reasons saved when the person was asked before; what was passed then needs no second reason.
    """
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("At most %(limit)s characters; this has %(length)s."), field=field,
                       limit=LONGEST_REASON, length=len(reason))
    if not isinstance(judged, Excluded):
        return
    name = judged.candidate.name
    if not judged.may_be_asked_with_a_reason:
        raise BadInput(N_("%(name)s is not asked: %(why)s"), field="experts", name=name, why=judged.no[0].sentence)
    passed = set(json.loads(written)) if written else set()
    new = [soft for soft in judged.no if str(soft.sentence) not in passed]
    if new and not reason:
        raise BadInput(N_("%(name)s: %(why)s. Write why you ask in spite of it."), field=field,
                       name=name, why=new[0].sentence)


def write(assignment: Assignment, judged: Ranked | Excluded, reason: str, today: date) -> None:
    """Keep beside an asking the reasons both ways, and why it was done in spite of a soft one."""
    assignment.asked_on, assignment.answered_by, assignment.wants_to_talk = today, None, False
    assignment.reminded_on = None
    assignment.why = _in_words(judged)
    if not isinstance(judged, Excluded):
        assignment.override_reason = ""
    elif reason:
        assignment.override_reason = reason


def ask_many(order: Order, chosen: Iterable[Choice], actor: Actor, today: date, note: str = "") -> list[Assignment]:
    """Ask several at once, all or none. Each is judged anew; a hard guard refuses, a soft one needs a reason.

    Adds an assignment each (proposed, then asked), with the reasons in words; somebody who was asked for this order
    before and is free again is asked again. The order is being searched from now.
    """
    if not may_run(actor.role, "Order", "ask"):
        raise NotAllowed
    wanted = {choice.expert_id: choice.reason.strip() for choice in chosen}
    if not wanted:
        raise BadInput(N_("Choose at least one expert."), field="experts")
    lock(order)
    if order.status not in SEARCHABLE and order.status is not OrderStatus.STAFFED:
        raise DomainError(N_("Nobody is asked any more: the order is “%(state)s”."),
                          state=Sentence(order.status.label))
    check_ours(order)
    judged = judge(order, wanted, today)
    if order.status in (OrderStatus.RECEIVED, OrderStatus.UNMET):
        step(order, "search", actor, follows=True)
    return [_ask_one(order, judged[number], reason, actor, today, note) for number, reason in wanted.items()]


def _ask_one(order: Order, judged: Ranked | Excluded, reason: str, actor: Actor, today: date,
             note: str) -> Assignment:
    number = judged.candidate.expert_id
    known = next((a for a in order.assignments if a.expert_id == number), None)
    if known is not None and known.status not in AGAIN:
        raise DomainError(Assignment.constraint_sentences["order_id_expert_id"])
    check(judged, reason, field="reason", written=known.why if known else "")
    assignment = known or Assignment(order=order, expert_id=number, agreed_fee=order.offered_fee)
    db.session.add(assignment)
    db.session.flush()
    step(assignment, "ask_again" if known else "ask", actor, note, follows=True)
    write(assignment, judged, reason, today)
    ask_in_writing(assignment, actor, today)
    return assignment


def _in_words(judged: Ranked | Excluded) -> str:
    """The reasons both ways as a JSON list of sentences; those against stand first and are never left out."""
    lines = [str(line) for line in (*(reason.sentence for reason in judged.no), *judged.yes, *judged.notes)]
    while len(text := json.dumps(lines, ensure_ascii=False)) > LONGEST_WHY and len(lines) > len(judged.no):
        lines.pop()
    return text


def counted(found: Ranking) -> Mapping[Any, int]:
    """How many are not asked now, by reason."""
    return matching.counts(found)
