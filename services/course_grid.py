"""A course in one grid: the completions of a programme written down together, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models import Certificate, Completion, Programme, db
from rules.errors import BadInput, DomainError, FieldErrors
from rules.file_kinds import kept
from rules.permissions import Access, Actor, allows
from rules.states import CompletionStatus
from rules.wording import N_, Sentence
from services import verbs
from services.scopes import visible
from services.transitions import lock
from services.verbs import Upload

S = CompletionStatus
WAYS: dict[tuple[CompletionStatus, CompletionStatus], tuple[str, ...]] = {
    (S.ENROLLED, S.IN_PROGRESS): ("start",), (S.ENROLLED, S.COMPLETED): ("complete",),
    (S.ENROLLED, S.INTERRUPTED): ("interrupt",), (S.IN_PROGRESS, S.COMPLETED): ("complete",),
    (S.IN_PROGRESS, S.INTERRUPTED): ("interrupt",), (S.INTERRUPTED, S.IN_PROGRESS): ("resume",),
    (S.INTERRUPTED, S.COMPLETED): ("resume", "complete"),
}
"""The verbs that lead from one state to another; a pair that is not here cannot be."""


@dataclass(frozen=True)
class Line:
    """What was typed for one participant."""

    id: int
    version: int
    status: CompletionStatus
    completed_on: date | None
    hours: int | None
    number: str
    certificate: Upload | None


def rows_of(programme: Programme, actor: Actor) -> list[Completion]:
    """The participants whom ``actor`` sees, by name."""
    rows = db.session.scalars(
        sa.select(Completion).where(Completion.programme_id == programme.id, visible(Completion, actor))
        .options(joinedload(Completion.expert), selectinload(Completion.certificates))).all()
    return sorted(rows, key=lambda row: (str(row.expert).lower(), row.id))


def states_from(status: CompletionStatus) -> list[CompletionStatus]:
    """The states that a participant in ``status`` may be given in the grid, the present one first."""
    return [status, *(target for source, target in WAYS if source is status)]


def save_grid(programme: Programme, lines: Sequence[Line], actor: Actor, today: date) -> int:
    """Write what has changed; gives how many participants that were. The caller commits.

    FieldErrors names each wrong field as ``on-12``; then nothing may be kept.
    """
    rows = {row.id: row for row in rows_of(programme, actor)}
    errors: dict[str, Sentence] = {}
    changed = 0
    for line in lines:
        row = rows.get(line.id)
        if row is None:
            continue  # not among the rows that the actor sees: as if it were not there
        try:
            changed += _write(row, line, actor, today)
        except FieldErrors as several:
            errors |= {f"{name}-{row.id}": sentence for name, sentence in several.errors.items()}
        except DomainError as refused:
            errors[f"{refused.field or 'status'}-{row.id}"] = refused.sentence
    if errors:
        raise FieldErrors(errors)
    db.session.flush()
    return changed


def _write(row: Completion, line: Line, actor: Actor, today: date) -> bool:
    before = (row.status, row.attended_hours, row.certificate_number)
    untold = row.status is S.COMPLETED or line.completed_on is None
    if before == (line.status, line.hours, line.number) and untold and line.certificate is None:
        return False
    if not allows(actor.role, Access.WRITE, "Completion", "training"):
        raise DomainError(N_("Your role may not do this."))
    if row.version != line.version:
        raise BadInput(N_("Somebody has changed this row meanwhile. Look at it and write yours again."), field="status")
    _take_steps(row, line, actor, today)
    if line.hours is not None and line.hours < 0:
        raise BadInput(N_("Hours cannot be negative."), field="hours")
    row.attended_hours, row.certificate_number = line.hours, line.number
    if line.certificate is not None:
        add_certificate(row, line.certificate)
    return True


def _take_steps(row: Completion, line: Line, actor: Actor, today: date) -> None:
    if line.status is row.status:
        if line.completed_on and row.status is not S.COMPLETED:
            raise BadInput(N_("Choose “completed” when there is a day."), field="status")
        return
    way = WAYS.get((row.status, line.status))
    if way is None:
        raise BadInput(N_("A completed training stays completed."), field="status")
    for verb in way:
        told = {"on": line.completed_on, "certificate_seen": False} if verb == "complete" else {}
        verbs.run(row, verb, actor, today, told)


def add_certificate(completion: Completion, upload: Upload) -> None:
    """Keep the file sealed; what a camera wrote beside a photo is not kept."""
    lock(completion)
    if completion.status is not S.COMPLETED:
        raise BadInput(N_("A certificate belongs to a completed training."), field="certificate")
    found = kept(upload.data, "certificate")
    name = f"{completion.id}-{len(completion.certificates) + 1}.{found.ending}"
    certificate = Certificate.sealed(found.data, name=name, content_type=found.content_type)
    if certificate.sha256 in {other.sha256 for other in completion.certificates}:
        raise BadInput(N_("The same file is here already."), field="certificate")
    completion.certificates.append(certificate)
    db.session.flush()
