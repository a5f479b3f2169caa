"""What hangs on an expert of the register: payee, completed course, support person, pause."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from imports.experts import ExpertRow
from imports.people import payee_of
from imports.row_taken import RowTaken
from imports.taking import Taking, written
from models import Completion, Expert, Organisation, Pause, Payee, Programme, SupportPerson, db
from rules.choices import PayeeKind
from rules.person_names import PersonName, fold
from rules.states import CompletionStatus
from rules.wording import N_
from services.training import in_years

PROGRAMME = "Kokemusasiantuntijakoulutus"
"""The register names no course, only who trained: this is the name that the trade gives it."""

Hours = Mapping[str, int]


def take_payee(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking) -> None:
    """An account or an identity code is kept with the payee only."""
    if not (row.iban or row.identity_code):
        return
    if row.iban and any(known.id != expert.id for known in taking.people.with_account(row.iban)):
        taken.notice("iban", "shared_account", N_("Somebody else in the bank has the same account."))
    payee = payee_of(expert)
    if payee is None:
        payee = Payee(expert=expert, official_name=expert.full_name, kind=PayeeKind.PRIVATE)
        taking.add(payee)
    taken.fill(payee, "iban", row.iban)
    taken.fill(payee, "identity_code", row.identity_code)


def course_hours(rows: Iterable[ExpertRow]) -> Hours:
    """Trainer to the hours of the course, where all rows agree on them."""
    found: dict[str, set[Decimal | None]] = defaultdict(set)
    for row in rows:
        if row.good and row.training.trained:
            found[fold(row.training.trainer)].add(row.training.hours)
    agreed = {trainer: hours.pop() for trainer, hours in found.items() if len(hours) == 1}
    return {trainer: int(hours) for trainer, hours in agreed.items() if hours and hours == int(hours)}


def take_training(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking, hours: Hours) -> None:
    """A completed course when trainer and day are known; a day is never made up."""
    training = row.training
    if not training.trained:
        return
    day = training.finished_on
    if not training.trainer or day is None or day > taking.today:
        text = N_("Trained, but the trainer or the day is not known: record the completion by hand.")
        taken.notice("trained", "training_incomplete", text)
        return
    trainer = taking.organisations.take(training.trainer, taken, trains=True)
    if any(c.programme.organisation_id == trainer.id and c.completed_on == day for c in expert.completions):
        return
    programme = _programme(trainer, hours.get(fold(training.trainer)), taking)
    if any(completion.programme_id == programme.id for completion in expert.completions):
        text = N_("Another day of the course is recorded already. Nothing was changed.")
        taken.notice("trained_on", "differs", text)
        return
    completion = Completion(expert=expert, programme=programme, completed_on=day)
    if programme.valid_years:
        completion.valid_until = in_years(day, programme.valid_years)
    taking.born(completion, CompletionStatus.COMPLETED, taken)
    taken.made(Completion.console.one, f"{day:%-d.%-m.%Y}")


def _programme(trainer: Organisation, hours: int | None, taking: Taking) -> Programme:
    programme = db.session.scalar(sa.select(Programme).where(
        Programme.organisation_id == trainer.id, Programme.name == PROGRAMME))
    if programme is None:
        programme = Programme(name=PROGRAMME, organisation=trainer, hours=hours)
        taking.add(programme)
        db.session.flush()
    return programme


def take_support(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking) -> None:
    """The support person whom the row names, unless the expert has another one now."""
    support = row.support
    if not support.name.key:
        return
    name = written(support.name)
    if support.email:
        taken.notice("support", "support_email", N_("The support person's e-mail address is not kept."))
    unit = taking.organisations.take(support.organisation, taken) if support.organisation else None
    same = [person for person in expert.support_persons if _key(person.name) == support.name.key]
    if expert.support_persons and not same:
        text = N_("The expert has another support person. Nothing was changed.")
        taken.notice("support", "differs", text)
        return
    person = same[0] if same else SupportPerson(expert=expert, name=name)
    if not same:
        taking.add(person)
        taken.made(SupportPerson.console.one, "1")
    taken.fill(person, "organisation", unit, "support")
    taken.fill(person, "phone", support.phone, "support")


def take_pause(expert: Expert, row: ExpertRow, taken: RowTaken, taking: Taking) -> None:
    """A pause from today until the day written, or until the person says so. Pauses recorded here win."""
    note, until = row.note, row.note.pause_until
    if not note.paused or expert.pauses:
        return
    if until and until < taking.today:
        taken.notice("note", "pause_over", N_("The pause has ended and was not recorded."))
        return
    taking.add(Pause(expert=expert, starts_on=taking.today, ends_on=until))
    taken.made(Pause.console.one, _until(until))


def _until(day: date | None) -> str:
    return f"–{day:%-d.%-m.%Y}" if day else "–"


def _key(name: str) -> tuple[str, ...]:
    return PersonName(alias=name).key
