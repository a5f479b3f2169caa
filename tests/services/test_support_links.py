"""The support person's link for what is asked already, when somebody else is the support person, or nobody any more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Expert, Message, SupportPerson, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import MessageKind
from rules.errors import FieldErrors
from rules.states import AssignmentStatus, MessageStatus
from services import personal_links, saving
from services.personal_links import LinkClosed
from tests.mail_world import deliver
from tests.services.placing_world import EVENT, TODAY, accepted, actor_of, an_askable, an_order, ask, confirmed, do

DAY = timedelta(1)
DRAFT, SENT, DISCARDED = MessageStatus.DRAFT, MessageStatus.SENT, MessageStatus.DISCARDED


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator", name="Kaisa Koskela")


@pytest.fixture
def expert(app):
    expert = an_askable(first_name="Tuulikki", last_name="Salminen")
    expert.support_persons[0].email = "minna@test.invalid"
    db.session.commit()
    return expert


def save(person, actor, today=TODAY, **changed):
    is_new = person.id is None
    try:
        with writing():
            for name, value in changed.items():
                setattr(person, name, value)
            saving.prepare(person, actor, today, is_new=is_new)
            db.session.add(person)
            db.session.commit()
    except FieldErrors:
        db.session.rollback()
        raise


def secret_of(assignment):
    link = personal_links.live_link(LinkFor.SUPPORT, assignment)
    return link and personal_links.secret_of(link)


def opens(secret, today=TODAY):
    try:
        return personal_links.open_link(LinkFor.SUPPORT, secret, today) is not None
    except LinkClosed:
        return False


def written():
    return [(message.support_person.name, message.status) for message in db.session.scalars(
        sa.select(Message).where(Message.kind == MessageKind.SUPPORT).order_by(Message.id))]


def chosen_by_the_expert(expert, _coordinator):
    do(expert, "choose_support", actor_of("expert", expert=expert), who="Ville V.", email="ville@test.invalid")


def added_by_the_coordinator(expert, coordinator):
    save(SupportPerson(expert=expert, name="Ville V.", email="ville@test.invalid"), coordinator)


def written_over(expert, coordinator):
    save(expert.support_persons[0], coordinator, name="Ville V.", email="ville@test.invalid")


@pytest.mark.parametrize("asked", [lambda order, actor, one: ask(order, actor, one)[0], accepted, confirmed])
@pytest.mark.parametrize("becomes", [chosen_by_the_expert, added_by_the_coordinator, written_over])
def test_new_support_person_gets_a_link_for_what_is_asked_already(coordinator, expert, asked, becomes):
    assignment = asked(an_order(coordinator), coordinator, expert)
    deliver(MessageKind.SUPPORT)
    before = secret_of(assignment)
    worked = opens(before)

    becomes(expert, coordinator)

    assert (worked, opens(before), opens(secret_of(assignment))) == (True, False, True)
    assert [(status, message) for message, status in written()][1:] == [(DRAFT, "Ville V.")]
    assert db.session.scalars(sa.select(Message.body).order_by(Message.id.desc())).first().endswith("Kaisa Koskela\n")


@pytest.mark.parametrize("becomes", [chosen_by_the_expert, added_by_the_coordinator])
def test_message_to_the_one_before_never_carries_the_new_link(coordinator, expert, becomes):
    ask(an_order(coordinator), coordinator, expert)

    becomes(expert, coordinator)

    assert written() == [("Minna H.", DISCARDED), ("Ville V.", DRAFT)]


def test_link_ends_with_the_support_person(coordinator, expert):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)
    worked = opens(secret)

    save(expert.support_persons[0], coordinator, until=TODAY - DAY)

    assert (worked, opens(secret), secret_of(assignment), written()) == (True, False, None, [("Minna H.", DISCARDED)])


def test_link_ends_on_the_last_day_that_is_written_ahead(coordinator, expert):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)

    save(expert.support_persons[0], coordinator, until=TODAY + 3 * DAY)

    assert [opens(secret, TODAY + days * DAY) for days in (0, 3, 4)] == [True, True, False]


def test_whoever_ends_gives_the_link_to_the_one_who_stays(coordinator, expert):
    save(latest := SupportPerson(expert=expert, name="Ville V.", email="ville@test.invalid"), coordinator)
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)

    save(latest, coordinator, until=TODAY - DAY)

    assert (opens(secret), opens(secret_of(assignment)), written()) == (
        False, True, [("Ville V.", DISCARDED), ("Minna H.", DRAFT)])


@pytest.mark.parametrize(("changed", "goes_on"), [
    ({"phone": "+358401234567"}, True), ({"until": EVENT + DAY}, True), ({"chosen_by_expert": False}, True),
    ({"email": "toinen@test.invalid"}, False), ({"name": "Ville V."}, False)])
def test_link_goes_on_opening_unless_it_is_somebody_else_or_at_another_address(coordinator, expert, changed, goes_on):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    deliver(MessageKind.SUPPORT)
    secret = secret_of(assignment)

    save(expert.support_persons[0], coordinator, **changed)

    assert (opens(secret), len(written())) == (goes_on, 1 if goes_on else 2)


def test_what_is_mended_of_a_support_person_of_before_changes_no_link(coordinator, expert):
    [before] = expert.support_persons
    chosen_by_the_expert(expert, coordinator)
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)

    save(before, coordinator, name="Minna Halme")

    assert (opens(secret), written()) == (True, [("Ville V.", DRAFT)])


@pytest.mark.parametrize("changed", [{"name": "Minna Halme"}, {"until": TODAY - DAY}])
def test_what_changes_of_an_older_support_person_leaves_the_latest_ones_link(coordinator, expert, changed):
    [older] = expert.support_persons
    added_by_the_coordinator(expert, coordinator)
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)

    save(older, coordinator, **changed)

    assert (opens(secret), written()) == (True, [("Ville V.", DRAFT)])


def test_support_person_moved_to_another_expert_leaves_no_link_behind(coordinator, expert):
    other = an_askable()
    [left], [came] = (ask(an_order(coordinator), coordinator, one) for one in (expert, other))
    secret = secret_of(left)

    save(expert.support_persons[0], coordinator, expert=other)

    assert (opens(secret), secret_of(left), opens(secret_of(came))) == (False, None, True)


def _declined(assignment, coordinator):
    do(assignment, "decline", coordinator)


def _restricted(assignment, _coordinator):
    assignment.expert.restricted = True
    db.session.commit()


def _over(assignment, _coordinator):
    assignment.order.occasions[0].on = TODAY - DAY
    db.session.commit()


def _nothing(*_):
    """As before."""


@pytest.mark.parametrize(("happens", "drafts"), [(_nothing, 2), (_declined, 1), (_restricted, 1), (_over, 1)])
def test_nobody_new_is_written_to_of_what_is_no_longer_asked(coordinator, expert, happens, drafts):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    deliver(MessageKind.SUPPORT)
    happens(assignment, coordinator)

    added_by_the_coordinator(expert, coordinator)

    assert len(written()) == drafts


def test_end_before_the_start_is_refused_at_its_field_and_closes_nothing(coordinator, expert):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    secret = secret_of(assignment)

    with pytest.raises(FieldErrors) as refused:
        save(expert.support_persons[0], coordinator, since=TODAY, until=TODAY - DAY)

    assert (list(refused.value.errors), opens(secret)) == (["until"], True)


def test_letter_is_never_signed_by_the_expert_who_chose(coordinator, expert):
    order = an_order(coordinator)
    order.responsible = None
    ask(order, coordinator, expert)

    chosen_by_the_expert(expert, coordinator)

    body = db.session.scalars(sa.select(Message.body).order_by(Message.id.desc())).first()
    assert body.endswith("Terveisin\nKoordinaattori\n")
    assert (db.session.get(Expert, expert.id).assignments[0].status, order.responsible) == (AssignmentStatus.ASKED, None)
