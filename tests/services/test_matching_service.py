"""Matching at work: what is read of the bank, and asking those chosen."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import (
    Assignment,
    BackgroundCheck,
    Completion,
    Consent,
    Expert,
    Municipality,
    Occasion,
    Pause,
    Programme,
    SpokenLanguage,
    StatusChange,
    SupportPerson,
    Task,
    Theme,
    Viewpoint,
    db,
)
from models.audit import open_door
from rules.choices import CheckBasis, ConsentKind, Debriefed
from rules.errors import BadInput, DomainError, NotAllowed
from rules.matching import Training
from rules.matching_guards import ReasonCode
from rules.states import AssignmentStatus as A
from rules.states import BankStatus, CompletionStatus, OrderStatus
from services import matching, transitions
from tests.people import make_contact, make_expert, make_organisation
from tests.services.placing_world import (
    EVENT,
    TODAY,
    accepted,
    actor_of,
    an_askable,
    an_order,
    ask,
    confirmed,
    do,
    held,
    one_of,
)


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def askable(order):
    return [found.candidate.expert_id for found in matching.ranking(order, TODAY).can_be_asked]


def reasons(order, expert):
    """Why ``expert`` is not asked now; empty when nothing stands in the way."""
    return [reason.code for found in matching.ranking(order, TODAY).not_now
            if found.candidate.expert_id == expert.id for reason in found.no]


def add(*rows):
    db.session.add_all(rows)
    db.session.commit()


# --- what is read


def test_need_tells_the_whole_of_the_order(coordinator):
    county = make_organisation()
    unit = make_organisation(parent=make_organisation(parent=county))
    contact = make_contact(organisation=unit)
    order = an_order(
        coordinator, organisation=unit, contact=contact, requires_training=True, training_reason="Sopimus",
        background_needed=True, viewpoints=[one_of(Viewpoint, "nuori")], tasks=[one_of(Task, "puhuja")],
        languages=[one_of(SpokenLanguage, "suomi")], themes=[Theme(name="väkivalta", heavy=True)],
        occasions=[Occasion(on=EVENT, municipality=one_of(Municipality, "Muurame")),
                   Occasion(on=EVENT + timedelta(7), remote=True, municipality=one_of(Municipality, "Äänekoski"))])

    need = matching.need_of(order, lambda entry: entry.name.upper())

    assert need.organisation_ids == {unit.id, unit.parent_id, county.id}
    assert (need.contact_ids, need.training_required_because) == ({contact.id}, "Sopimus")
    assert (need.on_site, need.heavy, need.background_check_needed) == (True, True, True)
    assert [list(wish.values()) for wish in (need.themes, need.viewpoints, need.roles, need.languages)] == [
        ["VÄKIVALTA"], ["NUORI"], ["PUHUJA"], ["SUOMI"]]
    assert (list(need.municipalities.values()), [o.day for o in need.occasions]) == (
        ["MUURAME"], [EVENT, EVENT + timedelta(7)])


def test_training_reason_without_the_requirement_bars_nobody(coordinator):
    order = an_order(coordinator, training_reason="Vanha syy")

    assert matching.need_of(order).training_required_because == ""


def test_candidate_is_read_with_everything_that_matching_may_see(coordinator):
    order = an_order(
        coordinator, viewpoints=[Viewpoint(name="nuori")], tasks=[Task(name="puhuja")],
        languages=[SpokenLanguage(name="suomi")])
    theme, town = order.themes[0], order.occasions[0].municipality
    organiser = make_organisation(name="Silmu ry", trains=True)
    expert = make_expert(
        alias="Sini", birth_date=date(2000, 2, 3), birth_year=2000, load_limit=2, remote_only=True, protected=True,
        met_on=TODAY, themes=[theme, Theme(name="huostaanotto")], municipalities=[town, Municipality(name="Muurame")],
        languages=[*order.languages, SpokenLanguage(name="ruotsi")], viewpoints=list(order.viewpoints),
        tasks=list(order.tasks),
        closed_themes=[Theme(name="päihteet")], avoided_organisations=[organiser],
        avoided_contacts=[make_contact(organisation=organiser)])
    programme = Programme(name="Peruskurssi", organisation=organiser)
    add(SupportPerson(expert=expert, name="Minna H."), Pause(expert=expert, starts_on=EVENT, ends_on=EVENT),
        Consent(expert=expert, kind=ConsentKind.GUARDIAN, given_by="Huoltaja", given_on=TODAY),
        BackgroundCheck(expert=expert, basis=CheckBasis.MAY_504, issued_on=TODAY, seen_on=TODAY))
    with open_door("record_past"):
        transitions.born_past(Completion(expert=expert, programme=programme, completed_on=date(2023, 5, 1)),
                              CompletionStatus.COMPLETED, "")
        db.session.commit()

    [found] = matching.candidates(order, TODAY)

    assert (found.expert_id, found.name, found.bank_status) == (expert.id, "Sini", BankStatus.PARTICIPANT)
    assert (found.birth_date, found.birth_year, found.load_limit) == (date(2000, 2, 3), 2000, 2)
    assert (found.remote_only, found.protected, found.restricted, found.met_on) == (True, True, False, TODAY)
    assert (found.themes, found.municipalities) == ({theme.id}, {place.id for place in expert.municipalities})
    assert (found.languages, found.viewpoints, found.roles) == (
        {order.languages[0].id}, {order.viewpoints[0].id}, {order.tasks[0].id})
    assert (town in expert.municipalities, len(found.municipalities)) == (True, 2)
    assert (found.closed_theme_ids, found.avoided_organisation_ids, found.avoided_contact_ids) == (
        {expert.closed_themes[0].id}, {organiser.id}, {expert.avoided_contacts[0].id})
    assert ([(p.start, p.until) for p in found.pauses], found.support_person) == ([(EVENT, EVENT)], "Minna H.")
    assert (found.guardian_consent, found.background_check_until) == (True, TODAY + matching.CHECK_HOLDS)
    assert (found.trainings, found.last_asked_on) == ((Training("Silmu ry", 2023, None),), None)


@pytest.mark.parametrize("state", [A.ACCEPTED, A.CONFIRMED, A.HELD, A.CLOSED])
def test_what_somebody_said_yes_to_stands_in_the_way_even_when_it_is_closed(coordinator, state):
    theme = Theme(name="väkivalta", heavy=True)
    before = an_order(coordinator, on=TODAY, themes=[theme])
    person = an_askable()
    done = accepted(before, coordinator, person)
    if state is not A.ACCEPTED:
        do(done, "confirm", coordinator)
    if state in (A.HELD, A.CLOSED):
        do(before, "hold", coordinator)
    if state is A.CLOSED:
        do(done, "debrief", coordinator, how=Debriefed.DONE)
        do(before, "close", coordinator)
    order = an_order(coordinator, on=TODAY + timedelta(6))

    assert done.status is state
    assert reasons(order, person) == [ReasonCode.REST]


@pytest.mark.parametrize("name", ["decline", "lapse"])
def test_what_was_only_asked_or_not_taken_stands_in_nobodys_way(coordinator, name):
    other = an_order(coordinator)
    person = an_askable()
    [asked] = ask(other, coordinator, person)
    order = an_order(coordinator)
    while_asked = reasons(order, person)

    do(asked, name, coordinator)

    assert (while_asked, reasons(order, person)) == ([], [])


@pytest.mark.parametrize(("facts", "code"), [
    ({"restricted": True}, ReasonCode.RESTRICTED), ({"birth_date": None}, ReasonCode.AGE_UNKNOWN),
    ({"birth_date": date(2012, 1, 1)}, ReasonCode.GUARDIAN_CONSENT), ({"remote_only": True}, ReasonCode.REMOTE_ONLY),
])
def test_what_the_bank_knows_keeps_from_asking(coordinator, facts, code):
    order = an_order(coordinator)
    kept, free = an_askable(**facts), an_askable()

    assert (reasons(order, kept), reasons(order, free)) == ([code], [])


@pytest.mark.parametrize("ends_on", [None, TODAY])
def test_pause_keeps_from_asking_and_one_that_is_over_does_not(coordinator, ends_on):
    order = an_order(coordinator)
    paused, back = an_askable(), an_askable()
    add(Pause(expert=paused, starts_on=TODAY - timedelta(9), ends_on=ends_on),
        Pause(expert=back, starts_on=TODAY - timedelta(9), ends_on=TODAY - timedelta(1)))

    assert (reasons(order, paused), askable(order)) == ([ReasonCode.PAUSED], [back.id])


def test_support_person_of_the_past_is_none(coordinator):
    order = an_order(coordinator)
    person = an_askable()
    person.support_persons[0].until = TODAY - timedelta(1)
    db.session.commit()

    assert reasons(order, person) == [ReasonCode.SUPPORT_PERSON]


def test_consent_holds_over_the_last_day_of_the_order(coordinator):
    order = an_order(coordinator)
    person = an_askable(birth_date=date(2012, 1, 1))
    consent = Consent(expert=person, kind=ConsentKind.GUARDIAN, given_by="Huoltaja", given_on=TODAY, valid_until=EVENT)
    add(consent)
    while_valid = reasons(order, person)

    consent.valid_until = EVENT - timedelta(1)
    db.session.commit()

    assert (while_valid, reasons(order, person)) == ([], [ReasonCode.GUARDIAN_CONSENT])


def test_withdrawn_consent_is_none(coordinator):
    order = an_order(coordinator)
    person = an_askable(birth_date=date(2012, 1, 1))
    consent = Consent(expert=person, kind=ConsentKind.GUARDIAN, given_by="Huoltaja", given_on=TODAY)
    add(consent)

    do(consent, "withdraw", coordinator)

    assert reasons(order, person) == [ReasonCode.GUARDIAN_CONSENT]


def test_untrained_and_trained_stand_in_the_same_place(coordinator):
    order = an_order(coordinator)
    untrained, trained = an_askable(), an_askable()
    programme = Programme(name="Peruskurssi", organisation=make_organisation(trains=True))
    with open_door("record_past"):
        transitions.born_past(Completion(expert=trained, programme=programme, completed_on=date(2023, 5, 1)),
                              CompletionStatus.COMPLETED, "")
        db.session.commit()

    assert askable(order) == [untrained.id, trained.id]


def test_longest_since_last_asked_comes_first(coordinator):
    recently, never, long_ago = an_askable(), an_askable(), an_askable()
    ask(an_order(coordinator), coordinator, recently, today=TODAY - timedelta(1))
    ask(an_order(coordinator), coordinator, long_ago, today=TODAY - timedelta(90))

    assert askable(an_order(coordinator)) == [never.id, long_ago.id, recently.id]


def test_anonymised_row_is_nobody(coordinator):
    with open_door("record_past"):
        transitions.born_past(Expert(alias="Joku"), BankStatus.ANONYMISED, "")
        db.session.commit()
    person = an_askable()

    found = matching.ranking(an_order(coordinator), TODAY)

    assert ([f.candidate.expert_id for f in found.can_be_asked], found.not_now) == ([person.id], ())


@pytest.mark.parametrize("experts", [1, 12])
def test_number_of_queries_does_not_grow_with_the_bank(coordinator, experts):
    order = an_order(coordinator)
    town = order.occasions[0].municipality
    for number in range(experts):
        person = an_askable(themes=list(order.themes), municipalities=[town])
        add(Pause(expert=person, starts_on=TODAY + timedelta(200 + number)))
    order_id, queries = order.id, []
    db.session.commit()
    db.session.expunge_all()
    order = db.session.get(type(order), order_id)

    def count(*given):
        queries.append(given[2])

    sa.event.listen(db.engine, "before_cursor_execute", count)
    found = matching.ranking(order, TODAY)
    sa.event.remove(db.engine, "before_cursor_execute", count)

    assert (len(found.can_be_asked), len(queries)) == (experts, QUERIES)


QUERIES = 22
"""One for each kind of fact of an expert, one for each of an order."""


# --- asking


def test_asking_keeps_the_reasons_in_words_and_both_steps_of_history(coordinator):
    order = an_order(coordinator, offered_fee=Decimal("90.00"))
    person = an_askable(themes=list(order.themes))

    [asked] = ask(order, coordinator, person)

    assert (asked.status, asked.asked_on, asked.agreed_fee) == (A.ASKED, TODAY, Decimal("90.00"))
    assert json.loads(asked.why) == [
        "theme: sijaishuolto", "never asked", "no training", "support person: Minna H.", "not met yet"]
    steps = db.session.scalars(sa.select(StatusChange).where(StatusChange.subject == asked.subject)).all()
    assert [(s.verb, s.source, s.target) for s in steps] == [("ask", "proposed", "asked")]


@pytest.mark.parametrize("state", [OrderStatus.RECEIVED, OrderStatus.SEARCHING, OrderStatus.UNMET])
def test_asking_starts_the_search(coordinator, state):
    order = an_order(coordinator)
    if state is not OrderStatus.RECEIVED:
        do(order, "search", coordinator)
    if state is OrderStatus.UNMET:
        do(order, "give_up", coordinator)

    ask(order, coordinator, an_askable(), an_askable())

    assert (order.status, len(order.assignments)) == (OrderStatus.SEARCHING, 2)


def test_hard_guard_has_no_override(coordinator):
    order, free = an_order(coordinator), an_askable()
    person = an_askable(first_name="Sini", last_name="Korhonen", restricted=True)

    with pytest.raises(BadInput) as error:
        ask(order, coordinator, free, person, reason="Kysyn silti")

    assert str(error.value.sentence) == "Sini K. is not asked: Use of this person's data is restricted"
    assert (db.session.scalars(sa.select(Assignment)).all(), order.status) == ([], OrderStatus.RECEIVED)


def test_soft_guard_is_passed_with_a_written_reason(coordinator):
    order = an_order(coordinator)
    person = make_expert(first_name="Otto", last_name="Laine", birth_date=date(1990, 5, 1))

    with pytest.raises(BadInput) as error:
        ask(order, coordinator, person, reason="  ")
    [asked] = ask(order, coordinator, person, reason=" Tukihenkilö haetaan ")

    assert (error.value.field, str(error.value.sentence)) == (
        "reason", "Otto L.: No support person named. Write why you ask in spite of it.")
    assert (asked.status, asked.override_reason) == (A.ASKED, "Tukihenkilö haetaan")
    assert json.loads(asked.why)[0] == "No support person named"


def test_reason_is_not_kept_where_none_was_needed(coordinator):
    [asked] = ask(an_order(coordinator), coordinator, an_askable(), reason="Turha")

    assert asked.override_reason == ""


def test_reason_that_is_too_long_is_refused_not_cut(coordinator):
    order, person = an_order(coordinator), make_expert(birth_date=date(1990, 5, 1))

    with pytest.raises(BadInput) as error:
        ask(order, coordinator, person, reason="x" * 401)
    ask(order, coordinator, person, reason="x" * 400)

    assert str(error.value.sentence) == "At most 400 characters; this has 401."


def test_guard_that_came_up_since_the_page_was_opened_is_seen(coordinator):
    order, person = an_order(coordinator), an_askable()
    on_the_page = askable(order)
    add(Pause(expert=person, starts_on=TODAY))

    with pytest.raises(BadInput):
        ask(order, coordinator, person)

    assert (on_the_page, order.assignments) == ([person.id], [])


def test_somebody_let_go_is_asked_again_and_keeps_one_row(coordinator):
    order, person = an_order(coordinator), an_askable()
    [first] = ask(order, coordinator, person)
    do(first, "lapse", coordinator)

    [again] = ask(order, coordinator, person, today=TODAY + timedelta(3))

    assert (again, again.status, again.asked_on) == (first, A.ASKED, TODAY + timedelta(3))


@pytest.mark.parametrize("state", [A.ASKED, A.ACCEPTED, A.CONFIRMED])
def test_somebody_who_is_in_the_order_is_not_asked_twice(coordinator, state):
    order, person = an_order(coordinator, places=2), an_askable()
    if state is A.ASKED:
        [found] = ask(order, coordinator, person)
    else:
        found = (accepted if state is A.ACCEPTED else confirmed)(order, coordinator, person)

    with pytest.raises(DomainError) as error:
        ask(order, coordinator, person)

    assert (str(error.value.sentence), found.status) == ("This expert is already in this order.", state)
    assert askable(order) == []


@pytest.mark.parametrize(("numbers", "sentence"), [
    ([], "Choose at least one expert."), ([999_999], "Choose from the list."),
])
def test_asking_nobody_or_a_stranger_is_refused(coordinator, numbers, sentence):
    order = an_order(coordinator)

    with pytest.raises(BadInput) as error:
        matching.ask_many(order, [matching.Choice(number) for number in numbers], coordinator, TODAY)

    assert (error.value.field, str(error.value.sentence)) == ("experts", sentence)


def test_nobody_is_asked_for_an_order_that_is_over(coordinator):
    order = an_order(coordinator, on=TODAY)
    held(order, coordinator)

    with pytest.raises(DomainError) as error:
        ask(order, coordinator, an_askable())

    assert str(error.value.sentence) == "Nobody is asked any more: the order is “held”."


@pytest.mark.parametrize("role", ["trainer", "finance", "orderer", "steering", "expert", "admin"])
def test_only_the_coordinator_asks(coordinator, role):
    order, person = an_order(coordinator), an_askable()

    with pytest.raises(NotAllowed):
        ask(order, actor_of(role), person)
    ask(order, coordinator, person)

    assert len(order.assignments) == 1


def test_reasons_too_many_for_their_column_leave_out_the_last_ones(coordinator):
    themes = [Theme(name=f"{number:02} {'teema' * 14}") for number in range(60)]
    order = an_order(coordinator, themes=themes)
    person = make_expert(birth_date=date(1990, 5, 1), themes=themes)

    [asked] = ask(order, coordinator, person, reason="Sovittu")

    assert json.loads(asked.why) == ["No support person named"]
