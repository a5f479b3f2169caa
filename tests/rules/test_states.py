"""The life cycles: every state can be reached and left as the table says, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import states
from rules.errors import IllegalTransition
from rules.states import LifeCycle, Step
from rules.wording import Sentence

CYCLES = {name: value for name, value in vars(states).items() if isinstance(value, LifeCycle)}
ENUMS = {name: type(cycle.initial) for name, cycle in CYCLES.items()}
PAIRS = [(name, state, verb) for name, cycle in CYCLES.items() for state in ENUMS[name] for verb in cycle.steps]
ENDS = {
    "REQUEST": {"confirmed", "expired", "refused", "referred"}, "ORDER": {"closed", "cancelled", "referred"},
    "ASSIGNMENT": {"closed", "cancelled"}, "INVOICE": {"rejected", "withdrawn"},
    "BATCH": {"closed", "cancelled"}, "ITEM": {"rejected", "returned", "removed"}, "BANK_ANSWER": {"taken"},
    "MATTER": {"reported", "dropped"}, "INSIGHT": {"closed"}, "EXPERT": {"anonymised"}, "COMPLETION": {"completed"},
    "PLAN": {"held", "cancelled"}, "MESSAGE": {"discarded"}, "DATA_REQUEST": {"answered", "refused"},
    "CONSENT": {"withdrawn", "expired"}, "PROPOSAL": {"accepted", "declined", "withdrawn"}, "CHECK": {"revoked"}, "JOB": {"done", "failed"},
}
"""Where a record stays for good."""


def reached(cycle, start):
    found, ahead = set(), {start}
    while ahead:
        found |= ahead
        ahead = {step.target for step in cycle.steps.values() if found & set(step.sources)} - found
    return found


@pytest.mark.parametrize(("name", "state", "verb"), PAIRS)
def test_verb_leads_from_its_sources_only(name, state, verb):
    cycle = CYCLES[name]
    step = cycle.steps[verb]

    if state in step.sources:
        assert cycle.target(state, verb) is step.target
        assert cycle.allows(state, step.target) is True
        return
    with pytest.raises(IllegalTransition) as refused:
        cycle.target(state, verb)
    assert str(refused.value) == f"“{step.label}” is not possible: the state is “{state.label}”."
    assert refused.value.sentence.facts == {"verb": Sentence(step.label), "state": Sentence(state.label)}


@pytest.mark.parametrize("name", CYCLES)
def test_every_state_is_reached_from_the_first(name):
    assert reached(CYCLES[name], CYCLES[name].initial) == set(ENUMS[name])


@pytest.mark.parametrize("name", CYCLES)
def test_records_stay_for_good_where_the_trade_says(name):
    left = {state for step in CYCLES[name].steps.values() for state in step.sources}

    assert {state.value for state in set(ENUMS[name]) - left} == ENDS[name]


@pytest.mark.parametrize("name", CYCLES)
def test_no_verb_stands_still(name):
    assert {verb for verb, step in CYCLES[name].steps.items() if step.target in step.sources} == set()


@pytest.mark.parametrize("name", CYCLES)
def test_every_verb_has_words_and_a_way_to_take_a_note(name):
    assert {verb for verb, step in CYCLES[name].steps.items()
            if not step.label or step.note not in ("", "optional", "required")} == set()


@pytest.mark.parametrize("name", CYCLES)
@given(data=st.data())
def test_allows_is_exactly_what_some_verb_does(name, data):
    cycle = CYCLES[name]
    source, target = (data.draw(st.sampled_from(list(ENUMS[name]))) for _ in range(2))

    assert cycle.allows(source, target) == any(
        source in step.sources and step.target is target for step in cycle.steps.values())


@pytest.mark.parametrize("name", CYCLES)
def test_buttons_of_a_state_are_its_own_verbs_in_the_order_of_the_table(name):
    cycle = CYCLES[name]

    for state in ENUMS[name]:
        assert cycle.verbs_from(state) == tuple(
            verb for verb, step in cycle.steps.items() if step.own and state in step.sources)


def test_saying_not_now_is_free_in_every_state_before_closed():
    declines = states.ASSIGNMENT.steps["decline"]
    ended = {"closed", "not_now", "stood_down", "cancelled"}

    assert {state.value for state in declines.sources} == {s.value for s in states.AssignmentStatus} - ended
    assert declines.note == ""


def test_a_verb_that_only_follows_has_no_button():
    cycle = LifeCycle(states.PlanStatus.PLANNED, {
        "hold": Step((states.PlanStatus.PLANNED,), states.PlanStatus.HELD, "Hold", own=False),
        "cancel": Step((states.PlanStatus.PLANNED,), states.PlanStatus.CANCELLED, "Cancel")})

    assert cycle.verbs_from(states.PlanStatus.PLANNED) == ("cancel",)


def test_unknown_verb_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        states.ORDER.target(states.OrderStatus.RECEIVED, "explode")
