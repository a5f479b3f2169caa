"""An expert's own limits, support person and feedback: said alone, without a reason, and about oneself alone."""

from datetime import timedelta

import pytest

from models import Feedback, Municipality, db
from models.personal_link import LinkFor
from rules.choices import Agrees, DataRequestKind, FeedbackBy, Felt, YesOrNo
from rules.errors import BadInput, DomainError, FieldErrors, NotAllowed
from services import matching, own_voice, own_wishes, personal_links, queues
from tests.factories import make
from tests.services.placing_world import EVENT, TODAY, actor_of, an_askable, an_order, ask, confirmed, do, held, one_of

NEXT_DAY = EVENT + timedelta(1)
LIMITS = {"load_limit": None, "remote_only": False, "municipalities": [], "closed_themes": [], "contact_note": ""}


@pytest.fixture
def coordinator(app):
    return actor_of("coordinator")


@pytest.fixture
def expert(app):
    return an_askable()


@pytest.fixture
def own(expert):
    return actor_of("expert", expert=expert)


def test_limits_are_kept_and_hold_from_the_next_question_on(coordinator, expert, own):
    town = one_of(Municipality, "Jämsä")
    db.session.add(town)
    confirmed(an_order(coordinator), coordinator, expert)
    order = an_order(coordinator, on=EVENT + timedelta(5))
    before = matching.judge(order, [expert.id], TODAY)[expert.id]

    do(expert, "set_limits", own, **LIMITS | {"load_limit": 1, "municipalities": [town], "contact_note": "Iltaisin"})

    with pytest.raises(BadInput):
        ask(order, coordinator, expert)
    assert (before.no, expert.municipalities, expert.contact_note) == ((), [town], "Iltaisin")


def test_theme_that_was_closed_is_not_asked_about(coordinator, expert, own):
    order = an_order(coordinator)

    do(expert, "set_limits", own, **LIMITS | {"closed_themes": list(order.themes)})

    assert list(expert.closed_themes) == list(order.themes)
    with pytest.raises(DomainError):
        ask(order, coordinator, expert)


def test_limit_of_nothing_is_refused_at_its_field_and_changes_nothing(expert, own):
    with pytest.raises(FieldErrors) as refused:
        do(expert, "set_limits", own, **LIMITS | {"load_limit": 0, "remote_only": True})

    assert (list(refused.value.errors), expert.load_limit, expert.remote_only) == (["load_limit"], None, False)


def test_own_pace_tells_what_is_promised_in_each_month(coordinator, expert):
    confirmed(an_order(coordinator), coordinator, expert)
    ask(an_order(coordinator, on=EVENT + timedelta(1)), coordinator, expert, reason="sopii")

    assert [(day.month, taken) for day, taken in own_wishes.taken_in(expert, TODAY)] == [(11, 0), (12, 1), (1, 0)]


def test_new_support_person_takes_the_place_of_the_one_before_and_of_their_link(coordinator, expert, own):
    [assignment] = ask(an_order(coordinator), coordinator, expert)
    [before] = expert.support_persons
    their_link = personal_links.live_link(LinkFor.SUPPORT, assignment)

    do(expert, "choose_support", own, who="Ville V.", phone="+358401234567")

    assert (before.until, their_link.revoked_at is None) == (TODAY - timedelta(1), False)
    assert personal_links.live_link(LinkFor.SUPPORT, assignment) is not None
    assert personal_links.live_link(LinkFor.ANSWER, assignment) is not None
    assert [(one.name, one.phone, one.since) for one in expert.support_persons if one.until is None] == [
        ("Ville V.", "+358401234567", TODAY)]


def test_support_person_who_cannot_be_reached_is_refused_at_the_field(expert, own):
    with pytest.raises(BadInput) as refused:
        do(expert, "choose_support", own, who="Ville V.")

    assert (refused.value.field, [one.until for one in expert.support_persons]) == ("phone", [None])


def test_how_it_went_is_told_once(coordinator, app):
    assignment = held(an_order(coordinator), coordinator)
    own = actor_of("expert", expert=assignment.expert)
    before = queues.count(queues.MY_FEEDBACK, own, NEXT_DAY)

    do(assignment, "tell_own", own, today=NEXT_DAY, was_heard=Agrees.QUITE, feels_after=Felt.VERY_BAD,
       would_again=YesOrNo.YES, text="Hyvä päivä")
    with pytest.raises(DomainError):
        do(assignment, "tell_own", own, today=NEXT_DAY, text="Toisen kerran")

    [said] = db.session.scalars(db.select(Feedback))
    assert (said.was_heard, said.feels_after, said.would_again, said.text, said.concern) == (5, 1, True, "Hyvä päivä", True)
    assert (before, queues.count(queues.MY_FEEDBACK, own, NEXT_DAY)) == (1, 0)


@pytest.mark.parametrize(("released", "read"), [(True, ["Hyvä päivä", "Kiitos käynnistä"]), (False, ["Hyvä päivä"])])
def test_expert_reads_the_own_words_and_those_of_the_orderer_that_are_released(released, read, coordinator, app):
    assignment = held(an_order(coordinator), coordinator)
    do(assignment, "tell_own", actor_of("expert", expert=assignment.expert), today=NEXT_DAY, text="Hyvä päivä")
    make(Feedback, order=assignment.order, given_by=FeedbackBy.ORDERER, text="Kiitos käynnistä", released=released,
         given_on=NEXT_DAY)
    make(Feedback, given_by=FeedbackBy.ORDERER, text="Muualta", released=True)

    assert [text for _, _, text in own_wishes.read_back(assignment)] == read


@pytest.mark.parametrize("role", ["coordinator", "trainer", "orderer", "finance", "steering", "admin"])
@pytest.mark.parametrize(("verb", "given"), [("set_limits", LIMITS), ("choose_support", {"who": "V", "phone": "1"})])
def test_nobody_sets_limits_in_the_experts_place(role, verb, given, expert):
    with pytest.raises(NotAllowed):
        do(expert, verb, actor_of(role), **given)


@pytest.mark.parametrize(("what", "told"), [(DataRequestKind.ERASE, 5), (DataRequestKind.ACCESS, 1)])
def test_who_asks_to_be_forgotten_is_told_what_will_happen(coordinator, what, told):
    assignment = held(an_order(coordinator), coordinator)
    expert = assignment.expert

    sentences = own_voice._preview(expert, actor_of("expert", expert=expert), TODAY, what=what)

    assert len(sentences) == told
