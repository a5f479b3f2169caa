"""Matching at work: what the rule needs from the database, in a fixed number of queries; asking those chosen."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
from models.expert import (
    expert_avoided_contact,
    expert_avoided_organisation,
    expert_closed_theme,
    expert_language,
    expert_municipality,
    expert_task,
    expert_theme,
    expert_viewpoint,
    shown_name,
)
from models.order import order_theme
from models.reference import Listed
from rules import matching
from rules.choices import ConsentKind
from rules.errors import BadInput, DomainError, NotAllowed
from rules.matching import Candidate, Commitment, Excluded, Need, Ranked, Ranking, Settings, Training
from rules.permissions import Actor, may_run
from rules.states import AssignmentStatus, BankStatus, CompletionStatus, ConsentStatus, OrderStatus
from rules.wording import N_, Sentence
from services.transitions import step

SETTINGS = Settings()
CHECK_HOLDS = timedelta(183)
"""Six months from its issue an extract may be relied on (Act 504/2002)."""

SAID_YES = (AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED, AssignmentStatus.HELD)
SEARCHABLE = (OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.UNMET)
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
    """Every expert as the rule may see them, or ``only`` some; the number of queries does not grow with them."""
    chosen = None if only is None else list(only)
    last_day = max((o.on for o in order.occasions), default=today)
    facts = _Facts(chosen, today, last_day)
    columns = (Expert.id, Expert.alias, Expert.first_name, Expert.last_name, Expert.status, Expert.restricted,
               Expert.birth_date, Expert.birth_year, Expert.load_limit, Expert.remote_only, Expert.protected,
               Expert.met_on)
    people = sa.select(*columns).where(Expert.status != BankStatus.ANONYMISED)  # nobody is behind such a row
    rows = db.session.execute(_narrowed(people, Expert.id, chosen).order_by(Expert.id))
    return [facts.candidate(row) for row in rows]


def _narrowed(query: Any, column: Any, chosen: list[int] | None) -> Any:
    return query if chosen is None else query.where(column.in_(chosen))


class _Facts:
    """What hangs on experts, gathered once: one query for each kind, whatever the number of experts."""

    def __init__(self, chosen: list[int] | None, today: date, last_day: date) -> None:
        self.chosen = chosen
        self.themes = self._ids(expert_theme)
        self.closed = self._ids(expert_closed_theme)
        self.viewpoints = self._ids(expert_viewpoint)
        self.tasks = self._ids(expert_task)
        self.languages = self._ids(expert_language)
        self.municipalities = self._ids(expert_municipality)
        self.avoided = self._ids(expert_avoided_organisation)
        self.avoided_contacts = self._ids(expert_avoided_contact)
        self.pauses = self._grouped(sa.select(Pause.expert_id, Pause.starts_on, Pause.ends_on).where(
            sa.or_(Pause.ends_on.is_(None), Pause.ends_on >= today)), Pause.expert_id)
        self.consents = self._grouped(sa.select(Consent.expert_id, Consent.id).where(
            Consent.kind == ConsentKind.GUARDIAN, Consent.status == ConsentStatus.GIVEN, Consent.given_on <= today,
            sa.or_(Consent.valid_until.is_(None), Consent.valid_until >= last_day)), Consent.expert_id)
        self.support = dict(self._pairs(sa.select(SupportPerson.expert_id, SupportPerson.name).where(
            sa.or_(SupportPerson.until.is_(None), SupportPerson.until >= today)), SupportPerson.expert_id))
        self.checks = dict(self._pairs(sa.select(
            BackgroundCheck.expert_id, sa.func.max(BackgroundCheck.issued_on)).group_by(BackgroundCheck.expert_id),
            BackgroundCheck.expert_id))
        self.asked = dict(self._pairs(sa.select(
            Assignment.expert_id, sa.func.max(Assignment.asked_on)).group_by(Assignment.expert_id),
            Assignment.expert_id))
        self.trainings = self._trainings()
        self.commitments = self._commitments()

    def _pairs(self, query: Any, column: Any) -> Iterable[Any]:
        return db.session.execute(_narrowed(query, column, self.chosen)).tuples().all()

    def _ids(self, table: sa.Table) -> dict[int, frozenset[int]]:
        mine, other = list(table.columns)
        found: dict[int, set[int]] = defaultdict(set)
        for expert_id, number in self._pairs(sa.select(mine, other), mine):
            found[expert_id].add(number)
        return {expert_id: frozenset(numbers) for expert_id, numbers in found.items()}

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

    def _commitments(self) -> dict[int, list[Any]]:
        heavy = sa.exists().where(order_theme.c.order_id == Assignment.order_id, Theme.id == order_theme.c.theme_id,
                                  Theme.heavy)
        query = (sa.select(Assignment.expert_id, Assignment.order_id, Occasion.on, Occasion.starts, Occasion.ends,
                           Occasion.municipality_id, Occasion.remote, heavy)
                 .join(Occasion, Occasion.order_id == Assignment.order_id)
                 .where(Assignment.status.in_(SAID_YES)))
        return self._grouped(query, Assignment.expert_id)

    def candidate(self, row: Any) -> Candidate:
        number, none = row.id, frozenset[int]()
        issued = self.checks.get(number)
        return Candidate(
            expert_id=number, name=shown_name(row.alias, row.first_name, row.last_name), bank_status=row.status,
            restricted=row.restricted, birth_date=row.birth_date, birth_year=row.birth_year, known_minor=None,
            guardian_consent=number in self.consents, load_limit=row.load_limit, remote_only=row.remote_only,
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


def ask_many(order: Order, chosen: Iterable[Choice], actor: Actor, today: date, note: str = "") -> list[Assignment]:
    """Ask several at once, all or none. Each is judged anew; a hard guard refuses, a soft one needs a reason.

    Adds an assignment each (proposed, then asked), with the reasons in words; the order is being searched from now.
    """
    if not may_run(actor.role, "Order", "ask"):
        raise NotAllowed
    wanted = {choice.expert_id: choice.reason.strip() for choice in chosen}
    if not wanted:
        raise BadInput(N_("Choose at least one expert."), field="experts")
    if order.status not in SEARCHABLE and order.status is not OrderStatus.STAFFED:
        raise DomainError(N_("Nobody is asked any more: the order is “%(state)s”."),
                          state=Sentence(order.status.label))
    need = need_of(order)
    found = {person.expert_id: person for person in candidates(order, today, wanted)}
    if found.keys() != wanted.keys():
        raise BadInput(N_("Choose from the list."), field="experts")
    if order.status in (OrderStatus.RECEIVED, OrderStatus.UNMET):
        step(order, "search", actor, follows=True)
    return [_ask_one(order, matching.judge(need, found[number], today, SETTINGS), reason, actor, today, note)
            for number, reason in wanted.items()]


def _ask_one(order: Order, judged: Ranked | Excluded, reason: str, actor: Actor, today: date,
             note: str) -> Assignment:
    name = judged.candidate.name
    if isinstance(judged, Excluded):
        why = Sentence(N_("%(name)s is not asked: %(why)s"), name=name, why=judged.no[0].sentence)
        if not judged.may_be_asked_with_a_reason:
            raise BadInput(why.text, field="experts", **why.facts)
        if not reason:
            raise BadInput(N_("%(name)s: %(why)s. Write why you ask in spite of it."), field="reason",
                           name=name, why=judged.no[0].sentence)
    assignment = Assignment(order=order, expert_id=judged.candidate.expert_id, why=_written(judged),
                            override_reason=reason if isinstance(judged, Excluded) else "",
                            agreed_fee=order.offered_fee)
    db.session.add(assignment)
    db.session.flush()
    step(assignment, "ask", actor, note, follows=True)
    assignment.asked_on = today
    return assignment


def _written(judged: Ranked | Excluded) -> str:
    """The reasons both ways as JSON, cut to no less than whole sentences."""
    lines = [*judged.yes, *judged.notes, *(reason.sentence for reason in judged.no)]
    return json.dumps([str(line) for line in lines], ensure_ascii=False)


def counted(found: Ranking) -> Mapping[Any, int]:
    """How many are not asked now, by reason."""
    return matching.counts(found)
