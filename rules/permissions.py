"""Who may do what. The whole policy is the table below; whatever is not listed is denied.

A row is a model with a field group, or with a ``verb()``. Cells read like file modes, role by role: ``-`` nothing,
``r`` sees, ``m`` sees masked, ``w`` enters without seeing, ``rw`` both, ``x`` may run the verb.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from rules.choices import Choice
from rules.permission_table import TABLE
from rules.wording import N_


class Role(Choice):
    """Who a user may act as."""

    COORDINATOR = "coordinator", N_("coordinator")
    TRAINER = "trainer", N_("trainer")
    FINANCE = "finance", N_("finance")
    ORDERER = "orderer", N_("orderer")
    STEERING = "steering", N_("steering group")
    EXPERT = "expert", N_("expert by experience")
    ADMIN = "admin", N_("administrator")


class Access(StrEnum):
    """What a cell may grant."""

    READ = "r"
    MASKED = "m"
    WRITE = "w"
    RUN = "x"


GROUPS = {
    "identity": N_("Person"), "contact": N_("Contact details"), "experience": N_("Experience"),
    "safety": N_("Wishes and limits"), "answers": N_("Asking and answers"), "wellbeing": N_("Support and wellbeing"),
    "training": N_("Training and onboarding"), "vetting": N_("Papers"), "payee": N_("Payment details"),
    "work": N_("Activity"), "money": N_("Money"), "feedback": N_("Feedback and learning"), "meta": N_("Record"),
    "secret": "",
}
"""The field groups with their headings. ``secret`` stands in no row of the table: keys are shown to nobody."""

CELLS = frozenset({"-", "r", "m", "w", "rw", "mw", "x"})
Row = Mapping[Role, str]


@dataclass(frozen=True)
class Actor:
    """The person at work, in the one role they act in now. ``person_id`` is the human behind all accounts."""

    user_id: int | None
    person_id: int | None
    role: Role | None
    name: str = ""
    organisation_id: int | None = None
    expert_id: int | None = None

    @property
    def logged_as(self) -> str:
        """How log rows name the actor: who is in the bank by number, for the row stays when the name has to go."""
        return f"User:{self.user_id}" if self.expert_id else self.name

    def acting_as(self, role: Role) -> "Actor":
        return replace(self, role=role)


def read_table(table: str) -> dict[tuple[str, str], Row]:
    """Parse lines ``Model what cell…`` in the order of ``Role``; ValueError names a bad line."""
    found: dict[tuple[str, str], Row] = {}
    for line in table.splitlines():
        model, *rest = line.split("#")[0].split() or [""]
        if not model:
            continue
        if len(rest) != 1 + len(Role) or not CELLS.issuperset(rest[1:]) or (model, rest[0]) in found:
            raise ValueError(f"permission table: {line!r}")
        found[model, rest[0]] = dict(zip(Role, rest[1:], strict=True))
    return found


MATRIX = read_table(TABLE)


def cell(role: Role | None, model: str, what: str) -> str:
    return "-" if role is None else MATRIX.get((model, what), {}).get(role, "-")


def allows(role: Role | None, access: Access, model: str, what: str) -> bool:
    return access in cell(role, model, what)


def may_run(role: Role | None, model: str, verb: str) -> bool:
    return allows(role, Access.RUN, model, f"{verb}()")


def groups_with(role: Role | None, access: Access, model: str) -> frozenset[str]:
    """The field groups of ``model`` that ``role`` has ``access`` to."""
    return frozenset(what for what, granted in _cells(role, model) if access in granted)


def _cells(role: Role | None, model: str) -> Iterator[tuple[str, str]]:
    if role is not None:
        for what in _rows_of(model, len(MATRIX)):
            yield what, MATRIX.get((model, what), {}).get(role, "-")


@cache
def _rows_of(model: str, _rows: int) -> tuple[str, ...]:
    """The groups and verbs that the table has for ``model``; every page asks for dozens of models.

    ``_rows`` is the length of the table, which grows when a record type is added.
    """
    return tuple(what for m, what in MATRIX if m == model)


def opens(role: Role | None, model: str) -> bool:
    """Whether the role sees anything of the model at all, so that its pages exist for it."""
    return any(Access.READ in granted or Access.MASKED in granted for _, granted in _cells(role, model))


def verbs_of(model: str) -> Iterator[str]:
    """The verbs that the table knows for ``model``, without their brackets."""
    yield from (what.removesuffix("()") for m, what in MATRIX if m == model and what.endswith("()"))
