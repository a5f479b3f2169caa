"""Export profiles: read when they are saved, kept as they are once a batch was sealed with one."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from models import ExportProfile, PaymentBatch, db
from models.export_profile import CONTENT
from rules.batch_seal import BatchLine
from rules.choices import BatchKind
from rules.errors import BadInput, DomainError, FieldErrors
from rules.export_profiles import (
    CODED,
    DecimalMark,
    Separator,
    check_marks,
    digest,
    read_codes,
    read_columns,
    without_code,
)
from rules.permissions import Actor
from rules.states import BatchStatus
from rules.wording import N_, Sentence
from services.saving import on_save
from services.transitions import lock
from services.verbs import verb


@on_save(ExportProfile)
def prepare_profile(profile: ExportProfile, _actor: Actor, _today: date, is_new: bool) -> None:
    """Columns and codes that can be read; the content of a version that a batch was sealed with stays."""
    errors: dict[str, Sentence] = {}
    for check in (lambda: read_columns(profile.columns or ""), lambda: read_codes(profile.codes or ""),
                  lambda: check_marks(
                      profile.separator or Separator.SEMICOLON, profile.decimal_mark or DecimalMark.COMMA)):
        try:
            check()
        except BadInput as refused:
            errors[str(refused.field)] = refused.sentence
    if not is_new and is_sealed(profile):
        errors |= {name: Sentence(N_("A batch was sealed with this version: make a new version to change it."))
                   for name in CONTENT if sa.inspect(profile).attrs[name].history.has_changes()}
    if errors:
        raise FieldErrors(errors)


def is_sealed(profile: ExportProfile) -> bool:
    """Whether a batch was sealed with it, or is no draft any more for another reason."""
    return db.session.scalar(sa.select(PaymentBatch.id).where(
        PaymentBatch.export_profile_id == profile.id, PaymentBatch.status != BatchStatus.DRAFT).limit(1)) is not None


@verb(ExportProfile, "renew", N_("Make a new version"), possible=lambda profile, _today: profile.active, explains=N_(
    "The new version begins as a copy and can be edited. New batches are offered that one; drafts keep theirs."))
def renew(profile: ExportProfile, _actor: Actor, _today: date) -> ExportProfile:
    """A copy with the next number, in use instead of this one."""
    lock(profile)
    if not profile.active:
        raise DomainError(N_("This version is no longer in use: make a new one of the version that is."))
    newest = db.session.scalar(sa.select(sa.func.max(ExportProfile.edition)).where(
        ExportProfile.name == profile.name)) or 0
    copy = ExportProfile(edition=newest + 1, **{name: getattr(profile, name) for name in CONTENT})
    profile.active = False
    db.session.add(copy)
    return copy


def profile_for() -> ExportProfile | None:
    """What a payroll batch is written by when nobody chose: the layout of the last one that is in use, else another."""
    last = db.session.scalar(sa.select(ExportProfile.name).join(
        PaymentBatch, PaymentBatch.export_profile_id == ExportProfile.id).order_by(PaymentBatch.id.desc()).limit(1))
    return db.session.scalars(sa.select(ExportProfile).where(ExportProfile.active).order_by(
        sa.case((ExportProfile.name == last, 0), else_=1), ExportProfile.edition.desc(), ExportProfile.id)).first()


def choose_profile(batch: PaymentBatch) -> None:
    """Give a payroll batch its profile; BadInput for a profile where none belongs, or that is out of use."""
    chosen = batch.export_profile
    if batch.kind is not BatchKind.PAYROLL:
        if chosen is not None:
            raise BadInput(N_("A batch to the bank has no export profile: leave this empty."), field="export_profile")
        return
    if chosen is None:
        batch.export_profile = chosen = profile_for()
    if chosen is None:
        raise BadInput(N_("No export profile is in use: make one first."), field="export_profile")
    if not chosen.active and sa.inspect(batch).attrs.export_profile.history.has_changes():
        raise BadInput(N_("This version of the profile is no longer in use."), field="export_profile")


def hash_of(batch: PaymentBatch) -> str:
    """SHA-256 of how the file for payroll is written now; "" for a batch to the bank."""
    return digest(batch.export_profile.facts()) if batch.export_profile else ""


def check_codes(batch: PaymentBatch, lines: Iterable[BatchLine]) -> None:
    """DomainError naming what the payroll house has no code for, before it is sealed."""
    if batch.export_profile is None or not batch.export_profile.codes:
        return
    codes = read_codes(batch.export_profile.codes)
    missing = list(without_code(codes, ((name, getattr(line, name)) for line in lines for name in CODED)))
    if missing:
        raise DomainError(
            N_("The export profile %(profile)s has no code for %(values)s: add them in a new version of it."),
            profile=batch.export_profile, values=", ".join(f"{name} {value}" for name, value in missing))


def check_profile(batch: PaymentBatch) -> None:
    """DomainError when the file would be written otherwise than when the batch was sealed."""
    if batch.kind is BatchKind.PAYROLL and batch.export_profile is None:
        raise DomainError(N_("The batch has no export profile: return it to draft and choose one."))
    if batch.profile_hash and batch.profile_hash != hash_of(batch):
        raise DomainError(N_("The export profile has changed since: return the batch to draft."))
