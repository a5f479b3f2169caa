"""Own history: whom and what an expert does not meet cannot be told from being unavailable, by anybody else's pages.

Two databases that differ in that alone, and every page of an orderer, a trainer, finance and the steering group.
"""

import itertools
import re
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from admin_views.generate import consoled
from models import Assignment, Completion, Invoice, Meeting, Membership, Pause, Payee, Programme, Theme, db
from rules.choices import GroupKind
from rules.permissions import Role, opens
from rules.states import AssignmentStatus, ClaimStatus, CompletionStatus
from services import matching
from tests import factories, people
from tests.factories import make
from tests.people import make_contact, make_organisation, make_user
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, do, one_of

READERS = (Role.ORDERER, Role.TRAINER, Role.FINANCE, Role.STEERING)
EXPERTS = 3
KINDS = ("avoided_organisations", "parent", "avoided_contacts", "closed_themes")

PASSING = re.compile(
    r'nonce="[^"]*"|name="(?:csrf_token|form_key|before)" value="[^"]*"'
    r"|\b\d{1,2}\.\d{1,2}\.\d{4}(?: \d{1,2}[.:]\d{2})?|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}[:\d.+]*Z?)?")
"""What differs from one answer to the next whatever is told: the nonce, the token, a form's own key, days and times."""

PAGES = ("?panel=1", "?q=Aamu&sort=-id&count=exact", "lookup/?q=", "export/csv/", "new/")
ROW_PAGES = ("details", "edit")
OWN_PAGES = ("", "find/?q=aamu", "find/?q=koti", "board/", f"calendar/?day={EVENT}", "report/", "plot/", "plot/orders.svg")
DECLARED = st.lists(st.sets(st.sampled_from(KINDS), min_size=1), min_size=EXPERTS, max_size=EXPERTS)


class World:
    """Two orders of one unit: one that is searched for, one whose expert said not now; and what came before."""

    def __init__(self, login):
        people.NUMBER = factories.NUMBER = itertools.count(1)
        self.unit = make_organisation(name="Koivukoti", parent=make_organisation(name="Lastensuojelu"))
        self.worker = make_contact(name="Työntekijä Tarja", organisation=self.unit)
        self.coordinator = actor_of(Role.COORDINATOR)
        trainer = make_organisation(name="Koulu", trains=True)
        self.clients = {role: login(user=make_user(role, **self._given(role, trainer))) for role in READERS}
        self.coordinators = login("coordinator")
        self.theme = one_of(Theme, "huostaanotto")
        self.experts = [an_askable(alias=f"Aamu {number}") for number in range(EXPERTS)]
        self.order, self.other = (an_order(self.coordinator, organisation=self.unit, contact=self.worker,
                                           themes=[self.theme], number=number) for number in ("T-1", "T-2"))
        self._has_been(trainer)

    def _given(self, role, trainer):
        return {Role.ORDERER: {"organisation": self.unit}, Role.TRAINER: {"organisation": trainer}}.get(role, {})

    def _has_been(self, trainer):
        """What the readers have seen of the experts before: a course, an event, a claim, a seat."""
        programme, seat = make(Programme, name="Kurssi", organisation=trainer), make(Membership, expert=self.experts[0])
        seat.group.kind = GroupKind.STEERING
        make(Meeting, group=seat.group)
        before = an_order(self.coordinator, organisation=self.unit, on=TODAY - timedelta(40), number="T-0")
        for number, expert in enumerate(self.experts):
            make(Completion, programme=programme, expert=expert, status=CompletionStatus.COMPLETED)
            done = make(Assignment, order=before, expert=expert, status=AssignmentStatus.CLOSED)
            make(Invoice, assignment=done, status=ClaimStatus.CHECKED, number=f"L-{number}",
                 payee=make(Payee, expert=expert, official_name=f"Maksunsaaja {number}"))
        asked = make(Assignment, order=self.other, expert=self.experts[0], onboarding_with=trainer,
                     status=AssignmentStatus.ACCEPTED)
        do(asked, "decline", self.coordinator)

    def declare(self, declared):
        """Each expert says whom or what they do not meet."""
        means = {"avoided_organisations": self.unit, "parent": self.unit.parent, "avoided_contacts": self.worker,
                 "closed_themes": self.theme}
        for expert, kinds in zip(self.experts, declared, strict=True):
            for kind in sorted(kinds):
                name = "avoided_organisations" if kind == "parent" else kind
                setattr(expert, name, [*getattr(expert, name), means[kind]])
        db.session.commit()

    def pause(self):
        """Each expert is simply not there for a while."""
        for expert in self.experts:
            make(Pause, expert=expert, starts_on=TODAY, ends_on=date(2099, 1, 1))

    def told(self):
        """Why nobody can be asked, as the coordinator reads it."""
        return answer_of(self.coordinators, f"/admin/order/match/?id={self.order.id}&names=1")

    def answers(self):
        return {(role, address): answer_of(client, address) for role, client in self.clients.items()
                for address in addresses(role)}


def addresses(role):
    """Every page of ``role`` that shows rows, and one of each record type that it does not open."""
    yield from (f"/admin/{page}" for page in OWN_PAGES)
    for model in consoled():
        at = f"/admin/{model.__name__.lower()}/"
        if not opens(role, model.__name__):
            yield at
            continue
        yield from (f"{at}{page}" for page in PAGES)
        yield from (f"{at}{page}/?id={number}" for page in ROW_PAGES for number in range(1, EXPERTS + 1))
        yield f"{at}verb/onboard/?id={EXPERTS + 1}"


def answer_of(client, address):
    """The whole of an answer, without what passes: its code, where it leads, what it says."""
    answer = client.get(address)
    return answer.status_code, answer.headers.get("Location"), PASSING.sub("*", answer.text)


@pytest.fixture
def world(app, databases, login):
    """Make the world anew, on a database of its own."""
    app.config["TODAY"] = TODAY

    def anew():
        db.session.remove()
        db.engine.dispose()
        databases("sqlite").fresh()
        return World(login)

    return anew


UNAVAILABLE = []
"""What is read where everybody is on pause. It hangs on no example and is read once."""


def unavailable(world):
    """The answers where everybody is on pause, and what the coordinator is told of it."""
    if not UNAVAILABLE:
        paused = world()
        paused.pause()
        UNAVAILABLE.extend((paused.answers(), paused.told()))
    return UNAVAILABLE


@given(declared=DECLARED)
@example(declared=[set(KINDS)] * EXPERTS)
@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
def test_declaration_of_own_history_looks_like_being_unavailable_on_every_page(declared, world):
    before, _ = unavailable(world)
    declaring = world()
    declaring.declare(declared)
    free = {one.candidate.expert_id for one in matching.ranking(declaring.order, TODAY).can_be_asked}

    answers = declaring.answers()

    assert free & {expert.id for expert in declaring.experts} == set()
    assert [key for key, answer in answers.items() if answer != before[key]] == []
    assert len(answers) > 200


def test_pages_are_read_closely_enough_to_tell_two_worlds_apart(world):
    """The same reading sees one name that is another, and the coordinator's page tells the two reasons apart."""
    before, told = unavailable(world)
    declaring = world()
    declaring.declare([{"closed_themes"}] * EXPERTS)
    declaring.experts[1].alias = "Aamunkoi"
    db.session.commit()

    after = declaring.answers()

    changed = {role for (role, address), answer in after.items() if answer != before[role, address]}
    assert changed == {Role.ORDERER, Role.TRAINER}
    assert declaring.told() != told
