"""Asking in writing: drafts and links made with the asking, one reminder, the links' one purpose."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.reminders import remind_all
from models import AccessLog, Message, Pause, PersonalLink, SupportPerson, db
from models.engine import writing
from models.personal_link import LinkFor
from rules.choices import AnswerBy, Failure, HandedLink, MessageKind
from rules.errors import BadInput, DomainError
from rules.states import AssignmentStatus, MessageStatus, OrderStatus
from services import answers, asking, personal_links, saving
from services.answers import Answer
from services.personal_links import LinkClosed
from services.queues import NO_ANSWER, count
from tests.mail_world import NOW, deliver, make_message
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, at_once, confirmed, do

A = AssignmentStatus


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


def messages(*kinds):
    return db.session.scalars(sa.select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)).all()


def secret_of(assignment, purpose=LinkFor.ANSWER):
    return personal_links.secret_of(personal_links.live_link(purpose, assignment))


def give(assignment_or_secret, answer, today=TODAY, **more):
    secret = assignment_or_secret if isinstance(assignment_or_secret, str) else secret_of(assignment_or_secret)
    try:
        with writing():
            answers.give(personal_links.open_link(LinkFor.ANSWER, secret, today), answer, today, NOW, **more)
            db.session.commit()
    except Exception:
        db.session.rollback()
        raise


def test_asking_leaves_a_draft_for_the_expert_and_one_for_the_support_person(coordinator):
    expert = an_askable(email="expert@test.invalid")
    expert.support_persons[0].email = "minna@test.invalid"
    [assignment] = ask(an_order(coordinator), coordinator, expert)

    offer, support = messages(*MessageKind)

    assert (offer.kind, offer.expert, offer.status) == (MessageKind.OFFER, expert, MessageStatus.DRAFT)
    assert (support.kind, support.support_person.name, support.to) == (MessageKind.SUPPORT, "Minna H.", "")
    assert "9.12.2026 klo 9.00–11.00" in offer.body
    assert personal_links.live_link(LinkFor.ANSWER, assignment).expires_on == EVENT
    assert secret_of(assignment) not in offer.body


def test_somebody_without_an_address_is_asked_by_phone(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())

    assert (messages(*MessageKind), assignment.status) == ([], A.ASKED)


def test_database_does_not_hold_the_secret_of_a_link(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    secret = secret_of(assignment)

    rows = db.session.execute(sa.select(PersonalLink.__table__)).all()

    assert all(secret not in str(row) for row in rows)
    assert len(secret) == 32


@pytest.mark.parametrize(("answer", "status", "talk"), [
    (Answer.YES, A.ACCEPTED, False), (Answer.TALK, A.ASKED, True), (Answer.NOT_NOW, A.NOT_NOW, False)])
def test_answer_by_the_link_stands_on_the_order_at_once(coordinator, answer, status, talk):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())

    give(assignment, answer)

    assert (assignment.status, assignment.wants_to_talk) == (status, talk)


def test_not_now_by_the_link_works_up_to_the_event_and_reopens_the_search(coordinator):
    order = an_order(coordinator)
    assignment = confirmed(order, coordinator)
    assert order.status is OrderStatus.STAFFED

    give(assignment, Answer.NOT_NOW, today=EVENT)

    assert (assignment.status, assignment.answered_by, order.status) == (
        A.NOT_NOW, AnswerBy.EXPERT, OrderStatus.SEARCHING)


def test_yes_twice_is_one_yes(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())

    give(assignment, Answer.YES)
    give(assignment, Answer.YES)

    assert assignment.status is A.ACCEPTED


def test_not_now_with_a_pause_keeps_everybody_from_asking_until_that_day(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())

    give(assignment, Answer.NOT_NOW, pause_until=TODAY + timedelta(60))

    [pause] = db.session.scalars(sa.select(Pause))
    assert (pause.expert_id, pause.starts_on, pause.ends_on) == (
        assignment.expert_id, TODAY, TODAY + timedelta(60))


@pytest.mark.parametrize("until", [TODAY - timedelta(1), TODAY + timedelta(732)])
def test_pause_of_the_past_or_of_many_years_changes_nothing(coordinator, until):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())

    with pytest.raises(BadInput):
        give(assignment, Answer.NOT_NOW, pause_until=until)

    assert (assignment.status, db.session.scalar(sa.select(sa.func.count(Pause.id)))) == (A.ASKED, 0)


def test_support_person_says_not_now_and_nothing_else(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    secret = secret_of(assignment, LinkFor.SUPPORT)

    with pytest.raises(LinkClosed):
        give(secret, Answer.YES)
    with writing():
        answers.not_now_for_another(personal_links.open_link(LinkFor.SUPPORT, secret, EVENT), TODAY, NOW)
        db.session.commit()

    assert (assignment.status, assignment.answered_by) == (A.NOT_NOW, AnswerBy.SUPPORT_PERSON)


def closed_by_use(assignment, actor):
    give(assignment, Answer.NOT_NOW)
    return TODAY


def closed_by_revoking(assignment, actor):
    do(assignment, "close_links", actor)
    return TODAY


def closed_by_asking_again(assignment, actor):
    do(assignment, "lapse", actor)
    ask(assignment.order, actor, assignment.expert)
    return TODAY


def closed_with_the_order(assignment, actor):
    do(assignment.order, "cancel", actor)
    return TODAY


def closed_by_time(assignment, actor):
    return EVENT + timedelta(1)


@pytest.mark.parametrize("closing", [
    closed_by_use, closed_by_revoking, closed_by_asking_again, closed_with_the_order, closed_by_time])
def test_link_that_is_over_opens_nothing(coordinator, closing):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    secret = secret_of(assignment)
    assert personal_links.open_link(LinkFor.ANSWER, secret, TODAY).assignment is assignment

    today = closing(assignment, coordinator)

    with pytest.raises(LinkClosed):
        personal_links.open_link(LinkFor.ANSWER, secret, today)


def test_link_follows_an_event_that_is_moved(coordinator):
    order = an_order(coordinator)
    [assignment] = ask(order, coordinator, an_askable())
    occasion = order.occasions[0]
    occasion.on = EVENT + timedelta(9)

    with writing():
        saving.prepare(occasion, coordinator, TODAY, is_new=False)
        db.session.commit()

    assert personal_links.live_link(LinkFor.ANSWER, assignment).expires_on == EVENT + timedelta(9)


def test_one_reminder_and_then_a_task_for_the_coordinator(coordinator):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)
    days = [TODAY + timedelta(n) for n in range(12)]

    made = [remind_all(day) for day in days]
    while_a_draft = count(NO_ANSWER, coordinator, days[-1])
    deliver(MessageKind.REMINDER, now=NOW + timedelta(4))

    assert made == [0, 0, 0, 1] + [0] * 8
    assert (while_a_draft, [count(NO_ANSWER, coordinator, day) for day in days]) == (0, [0] * 7 + [1] * 5)
    assert len(messages(MessageKind.REMINDER)) == 1


def draft(*_):
    """As it was made."""


def waits_for_the_server(message, coordinator):
    do(message, "queue", coordinator)


def discarded(message, coordinator):
    do(message, "discard", coordinator)


def sent(*_):
    deliver(MessageKind.OFFER)


def came_back(message, coordinator):
    sent()
    do(message, "bounce", coordinator)


def handed_over(message, _coordinator, what=HandedLink.ANSWER):
    db.session.add(AccessLog(subject=message.assignment.subject, what=asking.LINK_SHOWN, reason=what.value, at=NOW))
    db.session.commit()


def handed_to_the_support_person(message, coordinator):
    handed_over(message, coordinator, HandedLink.SUPPORT)


@pytest.mark.both_databases
@pytest.mark.parametrize(("happens", "reminders", "to_call"), [
    (draft, 0, 0), (waits_for_the_server, 0, 0), (discarded, 0, 1), (came_back, 0, 1), (sent, 1, 0), (handed_over, 1, 0),
    (handed_to_the_support_person, 0, 0)])
def test_nobody_is_reminded_of_a_question_still_in_the_outbox(coordinator, happens, reminders, to_call):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    [offer] = messages(MessageKind.OFFER)

    happens(offer, coordinator)

    later = TODAY + timedelta(6)
    assert (remind_all(later), count(NO_ANSWER, coordinator, later)) == (reminders, to_call)


def test_reminder_waits_three_days_from_the_sending_not_from_the_draft(coordinator):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER, now=NOW + timedelta(5))
    days = [TODAY + timedelta(n) for n in (5, 6, 7, 8)]

    assert [(remind_all(day), count(NO_ANSWER, coordinator, day)) for day in days] == [(0, 0)] * 3 + [(1, 0)]


def test_nobody_is_reminded_of_a_new_time_that_waits_in_the_outbox(coordinator):
    order = an_order(coordinator)
    confirmed(order, coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)
    with writing():
        order.occasions[0].on = EVENT + timedelta(9)
        saving.prepare(order.occasions[0], coordinator, TODAY, is_new=False)
        db.session.commit()
    later = TODAY + timedelta(4)
    while_a_draft = remind_all(later)

    deliver(MessageKind.CHANGED_EXPERT)

    assert (while_a_draft, remind_all(later)) == (0, 1)


def test_question_sent_before_does_not_stand_for_the_one_asked_again(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)
    give(assignment, Answer.NOT_NOW)
    do(assignment, "ask_again", coordinator, today=TODAY + timedelta(3))
    [_, again] = messages(MessageKind.OFFER)
    do(again, "discard", coordinator)

    assert remind_all(TODAY + timedelta(8)) == 0


def test_whoever_has_no_address_is_called_without_a_reminder(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    days = [TODAY + timedelta(n) for n in (5, 6, 8, 9)]
    before = [count(NO_ANSWER, coordinator, day) for day in days]

    db.session.add(AccessLog(subject=assignment.subject, what=asking.LINK_SHOWN, reason=HandedLink.ANSWER.value,
                             at=NOW + timedelta(3)))
    db.session.commit()

    assert (before, [count(NO_ANSWER, coordinator, day) for day in days]) == ([0, 1, 1, 1], [0, 0, 0, 1])


def test_discarded_reminder_leaves_a_call(coordinator):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)
    remind_all(TODAY + timedelta(3))
    before = count(NO_ANSWER, coordinator, TODAY + timedelta(6))

    do(messages(MessageKind.REMINDER)[0], "discard", coordinator)

    assert (before, count(NO_ANSWER, coordinator, TODAY + timedelta(6))) == (0, 1)


def test_whoever_answered_or_wants_to_talk_is_not_reminded(coordinator):
    order = an_order(coordinator)
    talks, says_yes = ask(order, coordinator, *(an_askable(email=f"{n}@test.invalid") for n in range(2)))
    deliver(MessageKind.OFFER)
    give(talks, Answer.TALK)
    give(says_yes, Answer.YES)

    assert remind_all(TODAY + timedelta(4)) == 0


@pytest.mark.both_databases
def test_two_reminders_at_the_same_moment_are_one(app, coordinator):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)

    at_once(app, *[lambda: remind_all(TODAY + timedelta(4))] * 2)

    assert len(messages(MessageKind.REMINDER)) == 1


@pytest.mark.both_databases
def test_yes_and_not_now_at_the_same_moment_end_in_not_now_or_a_closed_link(app, coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable())
    secret = secret_of(assignment)

    def say(answer):
        answers.give(personal_links.open_link(LinkFor.ANSWER, secret, TODAY), answer, TODAY, NOW)

    at_once(app, lambda: say(Answer.YES), lambda: say(Answer.NOT_NOW))

    assert assignment.status is A.NOT_NOW


def test_whoever_is_stood_down_is_thanked(coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    do(assignment, "accept", coordinator)

    do(assignment, "stand_down", coordinator)

    assert [m.kind for m in messages(*MessageKind)] == [MessageKind.OFFER, MessageKind.STOOD_DOWN]


def test_offer_is_written_in_the_experts_language(coordinator):
    ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid", message_language="sv"))

    assert messages(MessageKind.OFFER)[0].subject_line == "Vi har en fråga till dig"
    assert db.session.scalar(sa.select(sa.func.count(SupportPerson.id))) == 1


@pytest.mark.parametrize(("restricted", "reminded"), [(True, False), (False, True)])
def test_whoever_was_restricted_since_the_list_was_made_is_not_reminded(restricted, reminded, coordinator):
    [assignment] = ask(an_order(coordinator), coordinator, an_askable(email="a@test.invalid"))
    deliver(MessageKind.OFFER)
    later = TODAY + asking.REMINDED_AFTER
    [due] = asking.to_remind(later)
    assignment.expert.restricted = restricted
    db.session.commit()

    assert (asking.remind(due, coordinator, later), len(messages(MessageKind.REMINDER))) == (reminded, int(reminded))


@pytest.mark.parametrize("kind", [MessageKind.OFFER, MessageKind.SUPPORT, MessageKind.REMINDER])
def test_message_that_was_drafted_before_the_restriction_is_not_sent(kind, coordinator, mail_server):
    expert = an_askable(email="a@test.invalid")
    expert.support_persons[0].email = "minna@test.invalid"
    ask(an_order(coordinator), coordinator, expert)
    if kind is MessageKind.REMINDER:
        deliver(MessageKind.OFFER)
        remind_all(TODAY + asking.REMINDED_AFTER)
    [waits] = messages(kind)
    do(expert, "restrict", coordinator)

    with pytest.raises(DomainError, match="restricted"):
        do(waits, "queue", coordinator)
    do(expert, "unrestrict", coordinator)
    do(waits, "queue", coordinator)
    do(expert, "restrict", coordinator)
    mail_server.send(NOW)

    assert (mail_server.came, waits.status, waits.failure) == ([], MessageStatus.FAILED, Failure.NOT_SENDABLE)


def test_what_is_written_by_hand_reaches_whoever_asked_for_the_restriction(coordinator, mail_server):
    expert = an_askable(email="a@test.invalid", restricted=True)
    message = make_message(to="", expert=expert)

    do(message, "queue", coordinator)
    mail_server.send(NOW)

    assert (len(mail_server.came), message.status) == (1, MessageStatus.SENT)
