"""Answers of a bank or payroll: bringing a file in, and what it would do or did, payment by payment."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.words import say
from imports.bank_outcomes import Told, bring_in, told_by
from models import BankAnswer, BatchItem, db
from rules.errors import BadInput, DomainError
from rules.outcomes import Effect
from rules.permissions import Actor
from rules.states import AnswerStatus
from rules.wording import N_

SHOWN = 200
"""Rows of one kind on the page; how many more there are is said."""

ORDER = (Effect.CONFLICT, Effect.UNKNOWN, Effect.REJECTED, Effect.RETURNED, Effect.PAID, Effect.ACCEPTED,
         Effect.NOTHING, Effect.OTHER_MONEY)
"""What a person must look at comes first."""

LOOKED_AT = ORDER[:4]


@dataclass(frozen=True)
class Row:
    """One outcome with the payment it concerns, None when there is none of ours."""

    told: Told
    item: BatchItem | None
    amount: Decimal | None


@dataclass(frozen=True)
class Part:
    """The outcomes of one kind: how many, their sum, the first of them."""

    effect: Effect
    count: int
    sum: Decimal
    rows: list[Row]
    open: bool


@own_view(BankAnswer)
class BankAnswerView(GuardedView):
    """The record page says what the file does; a new record is a file brought in."""

    record_template = "admin/bank_answer.html"

    def extra(self, obj: BankAnswer, _actor: Actor) -> dict[str, Any]:
        try:
            told, refused = told_by(obj), ""
        except DomainError as error:
            told, refused = [], say(error.sentence)
        return {"parts": list(_parts(told)), "taken": obj.status is AnswerStatus.TAKEN, "shown": SHOWN,
                "refused": refused}

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        """Bring a file in; its page then shows what it would do."""
        refused = ""
        if request.method == "POST":
            try:
                return self._bring_in()
            except BadInput as error:
                db.session.rollback()
                refused = say(error.sentence)
            except IntegrityError:  # the same file at the same moment
                db.session.rollback()
                refused = gettext("This file has been brought in already.")
        page = self.render("admin/bank_answer_new.html", refused=refused)
        return Response(page, status=422 if refused else 200, mimetype="text/html")

    def _bring_in(self) -> Response:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise BadInput(N_("Choose the file."), field="file")
        answer, is_new = bring_in(file.filename, file.read(), current_actor(), today())
        address, taken = url_for(".details_view", id=answer.id), answer.status is AnswerStatus.TAKEN
        db.session.commit()
        if is_new:
            flash(gettext("The file was read. Nothing has changed yet: look at it and then take the outcomes."), "done")
        elif taken:
            flash(gettext("This file was taken before: nothing was changed now."), "look")
        else:
            flash(gettext("This file was brought in before, and its outcomes have not been taken yet."), "look")
        return redirect(address)


def _parts(told: list[Told]) -> Iterable[Part]:
    for effect in ORDER:
        own = [one for one in told if one.effect == effect.value]
        if own:
            total = sum((Decimal(one.amount) for one in own if one.amount), Decimal(0))
            yield Part(effect, len(own), total, _rows(own[:SHOWN]), effect in LOOKED_AT or len(own) <= 10)


def _rows(told: list[Told]) -> list[Row]:
    ids = [one.payment_id for one in told if one.payment_id]
    items = {item.end_to_end_id: item for item in db.session.scalars(
        sa.select(BatchItem).where(BatchItem.end_to_end_id.in_(ids))
        .options(joinedload(BatchItem.invoice), joinedload(BatchItem.batch)))}
    return [Row(one, items.get(one.payment_id), Decimal(one.amount) if one.amount else None) for one in told]
