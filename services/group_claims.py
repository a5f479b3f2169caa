"""Fee claims of those who took part in a meeting or a supervision session: one each, entered in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa

from models import (
    Attendance,
    Expert,
    FeeRate,
    Invoice,
    InvoiceLine,
    Meeting,
    Membership,
    Payee,
    SupervisionSession,
    db,
)
from rules.choices import Attending, FeeUnit, GroupKind, LineKind
from rules.errors import BadInput, FieldErrors
from rules.permissions import Actor
from rules.states import PlanStatus
from rules.wording import N_, Sentence
from services.claim_entry import line_of, payee_of
from services.claim_facts import ENDED
from services.claims import number_of_claim, submit
from services.rates import PAID_AS, income_type, kilometre_rate, rate_of
from services.verbs import Input, verb

Ground = Meeting | SupervisionSession


@dataclass(frozen=True)
class Planned:
    """One claim to be: who took part, who is paid, what it is made of."""

    expert: Expert
    payee: Payee
    lines: list[InvoiceLine]

    @property
    def told(self) -> Sentence:
        total = sum((line.amount for line in self.lines), Decimal(0))
        return Sentence(N_("%(who)s: %(amount)s"), who=str(self.expert), amount=total)


def _of_group(meeting: Meeting, _actor: Actor) -> sa.ColumnElement[bool]:
    """The experts who had a seat in the group on the day of the meeting."""
    return sa.exists().where(
        Membership.group_id == meeting.group_id, Membership.expert_id == Expert.id, Membership.since <= meeting.on,
        sa.or_(Membership.until.is_(None), Membership.until >= meeting.on))


def _took_part(session: SupervisionSession, _actor: Actor) -> sa.ColumnElement[bool]:
    return sa.exists().where(Attendance.session_id == session.id, Attendance.expert_id == Expert.id,
                             Attendance.attending == Attending.ATTENDED)


def _has_names(meeting: Meeting, _today: date) -> bool:
    """Peer support groups register nobody by name, and so nobody is paid there."""
    return meeting.status is PlanStatus.HELD and meeting.group.kind is not GroupKind.PEER


Unit = Annotated[FeeUnit | None, Input(N_("Fee for"), help=N_(
    "The amount follows from the fee rate of working groups. Empty: no fee. Who takes part without a fee gets none."))]
Hours = Annotated[Decimal | None, Input(N_("Hours"), help=N_("Needed for a fee by the hour."))]
Kilometres = Annotated[Decimal | None, Input(
    N_("Kilometres"), help=N_("The same for each. Where they differ, leave empty and add them to each claim."))]
CostCentre = Annotated[str, Input(N_("Cost centre"))]
AsDrafts = Annotated[bool, Input(N_("Leave as drafts"))]
LABEL = N_("Add claims")
EXPLAINS = N_("Each of the chosen gets a claim of their own. Look at them first: nothing is saved by that.")


def preview_of(ground: Ground, _actor: Actor, _today: date, *, experts: Sequence[Expert], unit: FeeUnit | None,
               hours: Decimal | None, kilometres: Decimal | None, cost_centre: str, draft: bool) -> list[Sentence]:
    """What ``claim_meeting`` and ``claim_session`` would enter; FieldErrors as they raise it."""
    return [one.told for one in _planned(ground, experts, unit, hours, kilometres, cost_centre, draft)]


@verb(Meeting, "claim", LABEL, possible=_has_names, explains=EXPLAINS, preview=preview_of)
def claim_meeting(meeting: Meeting, actor: Actor, today: date, *,
                  experts: Annotated[list[Expert], Input(N_("Who took part"), rows=_of_group)],
                  unit: Unit = FeeUnit.HOUR, hours: Hours = None, kilometres: Kilometres = None,
                  cost_centre: CostCentre = "", draft: AsDrafts = False) -> None:
    """A claim for each who took part in the meeting."""
    _enter(meeting, actor, today, _planned(meeting, experts, unit, hours, kilometres, cost_centre, draft),
           cost_centre, draft)


@verb(SupervisionSession, "claim", LABEL, possible=lambda s, _today: s.status is PlanStatus.HELD, explains=EXPLAINS,
      preview=preview_of)
def claim_session(session: SupervisionSession, actor: Actor, today: date, *,
                  experts: Annotated[list[Expert], Input(N_("Who took part"), rows=_took_part)],
                  unit: Unit = None, hours: Hours = None, kilometres: Kilometres = None,
                  cost_centre: CostCentre = "", draft: AsDrafts = False) -> None:
    """A claim for each who took part in the session, mostly for the journey."""
    _enter(session, actor, today, _planned(session, experts, unit, hours, kilometres, cost_centre, draft),
           cost_centre, draft)


def ground_of(ground: Ground) -> dict[str, Any]:
    """The columns of a claim that name its ground."""
    return {"meeting" if isinstance(ground, Meeting) else "session": ground}


def _enter(ground: Ground, actor: Actor, today: date, planned: list[Planned], cost_centre: str, draft: bool) -> None:
    for one in planned:
        claim = Invoice(number=number_of_claim(today), payee=one.payee, received_on=today, worked_on=ground.on,
                        lines=one.lines, cost_centre=cost_centre, **ground_of(ground))
        db.session.add(claim)
        db.session.flush()
        if not draft:
            submit(claim, actor, today)


def _planned(ground: Ground, experts: Sequence[Expert], unit: FeeUnit | None, hours: Decimal | None,
             kilometres: Decimal | None, cost_centre: str, draft: bool) -> list[Planned]:
    """The claims to be, nothing of them in the session yet; FieldErrors or BadInput when one cannot be."""
    if len(cost_centre) > 40:
        raise BadInput(N_("At most %(limit)s characters; this has %(length)s."), field="cost_centre",
                       limit="40", length=str(len(cost_centre)))
    day, fee = ground.on, _fee(ground.on, unit, hours)
    travel = _travel(day, kilometres)
    payees = _payees(ground, experts)
    found = []
    for expert in experts:
        parts = [(LineKind.FEE, *fee)] if fee and not expert.wants_no_fee else []
        parts += [(LineKind.KILOMETRES, *travel)] if travel else []
        if not parts and not draft:
            raise FieldErrors({"experts": _nothing_for(expert, unit)})
        found.append(Planned(expert, payees[expert.id], [_line(*part, day) for part in parts]))
    return found


def _nothing_for(expert: Expert, unit: FeeUnit | None) -> Sentence:
    if unit is None:
        return Sentence(N_("There is nothing to pay yet: choose what the fee is for, or give kilometres."))
    return Sentence(N_("%(who)s takes part without a fee and has no costs: there is nothing to pay."), who=str(expert))


def _line(kind: LineKind, quantity: Decimal, price: Decimal, day: date) -> InvoiceLine:
    line = line_of(kind, quantity, price)
    line.income_type = income_type(kind, None, day)
    return line


def _fee(day: date, unit: FeeUnit | None, hours: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """(quantity, price) by the fee rate of the day; BadInput when the rate or the hours are missing."""
    if unit is None:
        return None
    rate = rate_of(FeeRate, day, FeeRate.kind == PAID_AS, FeeRate.unit == unit)
    if rate is None:
        raise BadInput(N_("No such fee rate is in force on %(day)s: add it to the rates first."), field="unit", day=day)
    if unit is not FeeUnit.HOUR:
        return Decimal(1), rate.amount
    if hours is None or hours <= 0:
        raise BadInput(N_("Hours are more than zero."), field="hours")
    return hours, rate.amount


def _travel(day: date, kilometres: Decimal | None) -> tuple[Decimal, Decimal] | None:
    if not kilometres:
        return None
    if kilometres < 0:
        raise BadInput(N_("An amount cannot be negative."), field="kilometres")
    rate = kilometre_rate(day)
    if rate is None:
        raise BadInput(N_("No kilometre rate is in force on %(day)s: add it to the rates first."),
                       field="kilometres", day=day)
    return kilometres, rate


def _payees(ground: Ground, experts: Sequence[Expert]) -> dict[int, Payee]:
    """Who is paid, by expert; FieldErrors for one without a payee, or with a living claim on the same ground."""
    found = {expert.id: payee for expert in experts if (payee := payee_of(expert.id))}
    if without := [str(expert) for expert in experts if expert.id not in found]:
        raise FieldErrors({"experts": Sentence(
            N_("No payment details yet: %(names)s. Add a payee first."), names=", ".join(without))})
    column = Invoice.meeting_id if isinstance(ground, Meeting) else Invoice.session_id
    twice = db.session.scalars(sa.select(Invoice).where(
        column == ground.id, Invoice.status.not_in(ENDED),
        Invoice.payee_id.in_([payee.id for payee in found.values()])).order_by(Invoice.id)).all()
    if twice:
        raise FieldErrors({"experts": Sentence(
            N_("There is a claim of the same event already: %(claims)s."),
            claims=", ".join(f"{claim.number} ({claim.payee})" for claim in twice))})
    return found
