"""The verbs as a register: what can be done to a record now, what each needs to be told, and the running of one.

A verb is a function ``(record, actor, today, *, inputs…)``. Its keyword inputs, annotated with ``Input``, are its form.
A verb of a life cycle without a function of its own is a plain step.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from inspect import Parameter, signature
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from models.audit import HasStatus
from rules.errors import DomainError, IllegalTransition, NotAllowed
from rules.permissions import Actor, may_run
from rules.wording import N_, Sentence
from services.transitions import step


@dataclass(frozen=True)
class Input:
    """How an input is asked for. ``rows`` limits a choice of records: a function of (record, actor) to a clause."""

    label: str
    help: str = ""
    long: bool = False
    rows: Callable[[Any, Actor], Any] | None = None


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends: its bytes alone. Neither its name nor its stated type is asked for."""

    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """One input of a verb: its name, plain type, whether it may be empty, its default, its words."""

    name: str
    kind: Any
    optional: bool
    default: Any
    words: Input


Possible = Callable[[Any, date], bool]
Guard = Callable[[Any, Actor, date], None]
"""(record, actor, today); raises the DomainError that the verb would, whatever its inputs."""
Preview = Callable[..., list[Sentence]]


@dataclass(frozen=True)
class Verb:
    """A verb with its button. ``possible`` says whether it makes sense now; rights are checked apart."""

    model: str
    name: str
    label: str
    run: Callable[..., Any]
    inputs: tuple[Asked, ...]
    possible: Possible
    explains: str = ""
    bulk: bool = False
    """Whether it makes sense for many records at once, with the same inputs."""
    guard: Guard | None = None
    starts_with: Callable[[Any], dict[str, Any]] | None = None
    """What the record itself tells of the inputs: their form begins with it."""
    loads: tuple[str, ...] = ()
    """Dotted relationships that the verb reads, so that many records load them at once."""
    preview: Preview | None = None
    """What would be done with these inputs, one sentence each; refuses as the verb would and changes nothing."""


Note = Annotated[str, Input(N_("Note"), long=True)]
REGISTER: dict[tuple[str, str], Verb] = {}


def _inputs(function: Callable[..., Any]) -> Iterator[Asked]:
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in signature(function).parameters.items():
        if parameter.kind is not Parameter.KEYWORD_ONLY:
            continue
        hint = hints[name]
        words = next(a for a in hint.__metadata__ if isinstance(a, Input))
        kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        options = [a for a in get_args(kind) if a is not type(None)]
        optional = len(options) < len(get_args(kind)) and get_origin(kind) is not list
        default = None if parameter.default is Parameter.empty else parameter.default
        may_be_empty = optional or parameter.default == "" or get_origin(kind) is list
        yield Asked(name, options[0] if optional else kind, may_be_empty, default, words)


def verb(model: type[Any], name: str, label: str = "", *, possible: Possible | None = None, explains: str = "",
         bulk: bool = False, guard: Guard | None = None, loads: tuple[str, ...] = (), preview: Preview | None = None,
         starts_with: Callable[[Any], dict[str, Any]] | None = None,
         ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the verb ``name`` of ``model``. ``explains`` says in one sentence what will happen.

    ``bulk`` offers it for many records at once; ``guard`` is what the function itself checks first, so that a preview
    can say why it is refused; ``loads`` names the relationships that both read. ``preview`` takes what the function
    takes and says what would be done.
    """
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        steps = model.lifecycle.steps if issubclass(model, HasStatus) else {}

        def by_state(obj: Any, today: date) -> bool:
            return name not in steps or obj.status in steps[name].sources

        def both(obj: Any, today: date) -> bool:
            return by_state(obj, today) and (possible is None or possible(obj, today))

        words = label or steps[name].label
        REGISTER[model.__name__, name] = Verb(
            model.__name__, name, words, function, tuple(_inputs(function)), both, explains, bulk, guard,
            starts_with, loads, preview)
        return function
    return register


def _plain(name: str, needs_note: str) -> Callable[..., Any]:
    if not needs_note:
        def run(obj: Any, actor: Actor, today: date) -> None:
            step(obj, name, actor)
        return run

    def run_noted(obj: Any, actor: Actor, today: date, *, note: Note = "") -> None:
        step(obj, name, actor, note)
    return run_noted


def find(model: type[Any], name: str) -> Verb | None:
    """The verb ``name`` of ``model``, made from its life cycle where it has no function of its own."""
    known = REGISTER.get((model.__name__, name))
    steps = model.lifecycle.steps if issubclass(model, HasStatus) else {}
    if known is None and name in steps and steps[name].own:
        # A note that must be written is about one record; where one sentence fits many, the verb says so itself.
        verb(model, name, bulk=steps[name].note != "required")(_plain(name, steps[name].note))
        known = REGISTER[model.__name__, name]
    return known


def names(model: type[Any]) -> list[str]:
    """Every verb with a button that ``model`` may have: the life cycle's in its order, then the others."""
    steps = model.lifecycle.steps if issubclass(model, HasStatus) else {}
    own = [name for name, s in steps.items() if s.own]
    return own + [name for m, name in REGISTER if m == model.__name__ and name not in steps]


def possible_now(obj: Any, actor: Actor, today: date) -> list[Verb]:
    """The verbs that ``actor`` may run on ``obj`` in its state, the most likely next step first."""
    verbs = (find(type(obj), name) for name in names(type(obj)))
    return [v for v in verbs if v and may_run(actor.role, v.model, v.name) and v.possible(obj, today)]


def for_many(model: type[Any], actor: Actor) -> list[Verb]:
    """The verbs that ``actor`` may run on many records of ``model`` at once, in the order of their buttons."""
    verbs = (find(model, name) for name in names(model))
    return [v for v in verbs if v and v.bulk and may_run(actor.role, v.model, v.name)]


def refusal(obj: Any, found: Verb, actor: Actor, today: date) -> DomainError | None:
    """Why ``found`` cannot be run on ``obj`` now; None when it can, as far as that does not hang on its inputs."""
    try:
        if isinstance(obj, HasStatus) and found.name in obj.lifecycle.steps:
            obj.lifecycle.target(obj.status, found.name)
        if found.guard is not None:
            found.guard(obj, actor, today)
    except DomainError as refused:
        return refused
    return None if found.possible(obj, today) else IllegalTransition()


def run(obj: Any, name: str, actor: Actor, today: date, inputs: dict[str, Any]) -> Any:
    """Run one verb after checking the right again. What the function returns is where to go next, or None."""
    found = find(type(obj), name)
    if found is None or not may_run(actor.role, found.model, name):
        raise NotAllowed
    if not found.possible(obj, today):
        if isinstance(obj, HasStatus) and name in obj.lifecycle.steps:
            obj.lifecycle.target(obj.status, name)
        raise IllegalTransition
    return found.run(obj, actor, today, **inputs)
