"""The register of verbs: what a function's own signature says becomes the verb, its form and its rights."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest

from admin_views.generate import consoled
from models import Expert, Feedback, Matter, Order, db
from models.audit import HasStatus
from rules.choices import Language
from rules.errors import IllegalTransition, NotAllowed
from rules.permissions import MATRIX, Actor, Role
from rules.states import MatterStatus, OrderStatus
from services import verbs
from services.saving import PREPARE, REMOVABLE, on_delete, on_save, prepare, remove
from services.verbs import Asked, Input, find, names, possible_now, run, verb
from tests.factories import make

ACTOR = Actor(1, 1, Role.COORDINATOR, "Aino")
DAY = date(2026, 1, 20)
TAKEN = []


@pytest.fixture
def own_verb(app, monkeypatch):
    """A verb "greet" of an order that any coordinator may run, gone after the test."""
    monkeypatch.setattr(verbs, "REGISTER", dict(verbs.REGISTER))
    monkeypatch.setitem(MATRIX, ("Order", "greet()"), {Role.COORDINATOR: "x"})
    TAKEN.clear()

    @verb(Order, "greet", "Greet", possible=lambda order, _today: order.title != "silent", explains="They hear it.")
    def greet(order, actor, today, *, words: Annotated[str, Input("Words", long=True)],
              hours: Annotated[Decimal, Input("Hours")] = Decimal(1),
              on: Annotated[date | None, Input("On")] = None,
              language: Annotated[Language, Input("Language")] = Language.FI,
              whom: Annotated[list[Expert], Input("Whom", rows=lambda _r, _a: Expert.protected)],
              ) -> Order:
        TAKEN.append((order, actor, today, words, hours, on, language, whom))
        return order

    return greet


def test_inputs_are_what_the_signature_says(own_verb):
    words, hours, on, language, whom = find(Order, "greet").inputs

    assert words == Asked("words", str, False, None, Input("Words", long=True))
    assert (hours.kind, hours.optional, hours.default) == (Decimal, False, Decimal(1))
    assert (on.kind, on.optional, on.default) == (date, True, None)
    assert (language.kind, language.optional, language.default) == (Language, False, Language.FI)
    assert (whom.kind, whom.optional) == (list[Expert], True)  # nobody is an answer


def test_verb_runs_with_its_inputs_and_gives_back_where_to_go(own_verb):
    order = make(Order)
    inputs = {"words": "Hei", "hours": Decimal(2), "on": DAY, "language": Language.SV, "whom": []}

    assert run(order, "greet", ACTOR, DAY, inputs) is order
    assert [(order, ACTOR, DAY, "Hei", Decimal(2), DAY, Language.SV, [])] == TAKEN


def test_verb_that_is_not_possible_now_is_refused(own_verb):
    order = make(Order, title="silent")

    with pytest.raises(IllegalTransition):
        run(order, "greet", ACTOR, DAY, {"words": "Hei", "whom": []})

    assert (TAKEN, find(Order, "greet") in possible_now(order, ACTOR, DAY)) == ([], False)


def test_unknown_verb_is_refused(app):
    with pytest.raises(NotAllowed):
        run(make(Order), "explode", ACTOR, DAY, {})


def test_life_cycle_verb_without_a_function_is_a_plain_step(app):
    matter = make(Matter)

    run(matter, "prepare", ACTOR, DAY, {"note": "ready"})

    assert matter.status is MatterStatus.PREPARED


def test_life_cycle_verb_in_another_state_says_which(app):
    with pytest.raises(IllegalTransition) as refused:
        run(make(Matter), "decide", ACTOR, DAY, {"note": "yes"})

    assert str(refused.value) == "“Record the decision” is not possible: the state is “raised”."


def test_verb_that_only_follows_another_cannot_be_run_by_itself(app):
    order = make(Order, status=OrderStatus.SEARCHING)

    assert find(Order, "staff") is None
    with pytest.raises(NotAllowed):
        run(order, "staff", ACTOR, DAY, {})


def test_buttons_are_the_verbs_possible_now_in_the_order_of_the_life_cycle(app):
    matter = make(Matter, status=MatterStatus.SENT)

    assert [v.name for v in possible_now(matter, ACTOR, DAY)] == ["decide", "return"]
    assert possible_now(matter, ACTOR.acting_as(Role.STEERING), DAY) == []
    assert possible_now(matter, Actor(1, 1, None), DAY) == []


VERBS = [(model, name) for model in consoled() for name in names(model)]


@pytest.mark.parametrize(("model", "name"), VERBS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_verb_asks_for_its_right_whoever_calls_it(model, name, app, monkeypatch):
    """All rights but one: refused. The same with it: the state may refuse, the right does not."""
    for key in list(MATRIX):
        monkeypatch.setitem(MATRIX, key, {Role.ADMIN: "x" if key[1].endswith("()") else "rw"})
    actor, record = Actor(1, 1, Role.ADMIN), make(model)

    def offered():
        monkeypatch.setattr(verbs, "REGISTER", {
            key: verbs.Verb(v.model, v.name, v.label, lambda *_, **__: "ran", v.inputs, lambda *_: True)
            for key, v in verbs.REGISTER.items()})
        return run(record, name, actor, DAY, {})

    find(model, name)
    assert offered() == "ran"
    monkeypatch.setitem(MATRIX, (model.__name__, f"{name}()"), {Role.ADMIN: "-"})
    with pytest.raises(NotAllowed):
        offered()


@pytest.mark.parametrize(("model", "name"), VERBS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_verb_has_words_for_its_button_and_its_fields(model, name):
    found = find(model, name)

    assert found.label != ""
    assert [asked.name for asked in found.inputs if not asked.words.label] == []


@pytest.mark.parametrize("model", [m for m in consoled() if issubclass(m, HasStatus)], ids=lambda m: m.__name__)
def test_every_step_with_a_button_can_be_found(model):
    own = {name for name, step in model.lifecycle.steps.items() if step.own}

    assert {name for name in own if find(model, name) is None} == set()


def test_rule_of_a_save_and_of_a_removal_are_applied(app, monkeypatch):
    monkeypatch.setattr("services.saving.PREPARE", dict(PREPARE))
    monkeypatch.setattr("services.saving.REMOVABLE", dict(REMOVABLE))
    feedback = make(Feedback)

    @on_save(Feedback)
    def loud(record, _actor, _today, is_new):
        record.text = f"{record.text}! {is_new}"

    @on_delete(Feedback)
    def not_this(record, _actor, _today):
        if record.useful == 5:
            raise NotAllowed

    feedback.text = "hyvä"
    prepare(feedback, ACTOR, DAY, is_new=False)
    feedback.useful = 5
    with pytest.raises(NotAllowed):
        remove(feedback, ACTOR, DAY)
    feedback.useful = 4
    remove(feedback, ACTOR, DAY)
    db.session.commit()

    assert (feedback.text, db.session.get(Feedback, feedback.id)) == ("hyvä! False", None)
