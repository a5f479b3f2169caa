"""Payment batches: what waits to be added, the seal, warnings before approval, files and outcomes."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

import exports.batch_generation  # noqa: F401 - the verb that makes the files registers itself
from admin_views.actor import current_actor
from admin_views.base import ID, GuardedView
from admin_views.clock import today
from admin_views.fields import DateField
from admin_views.generate import own_view
from admin_views.sealed_files import give_out
from models import BatchFile, BatchItem, Invoice, PaymentBatch, db
from models.invoice import InvoiceLine
from models.numbers import mask_iban
from rules.errors import BadInput, DomainError
from rules.income_register import report_deadline
from rules.permissions import Actor, may_run
from rules.states import BatchStatus, ItemStatus
from rules.wording import N_, Sentence
from services import batches, verbs
from services.batch_items import WAITING, pay_all
from services.batch_warnings import notes_of, warnings_of

STEPS = (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED, BatchStatus.GENERATED, BatchStatus.SENT,
         BatchStatus.CLOSED)
BEFORE_FILES = STEPS[:3]
"""While something can still be done about it, the page says what to look at."""
GONE = (ItemStatus.REMOVED,)


@own_view(PaymentBatch)
class BatchView(GuardedView):
    """The record page of a batch, adding claims, downloads, outcomes of all at once."""

    record_template = "admin/batch.html"

    def extra(self, obj: PaymentBatch, actor: Actor) -> dict[str, Any]:
        items = self._items(obj)
        counted = [item for item in items if item.status not in GONE]
        looked_at = [item for item in items if item.live] if obj.status in BEFORE_FILES else []
        draft = obj.status is BatchStatus.DRAFT
        return {
            "items": [(item, mask_iban(item.iban) if item.iban else "",
                       list(warnings_of(item, today())) if item in looked_at else [],
                       verbs.possible_now(item, actor, today())) for item in items],
            "steps": STEPS, "place": STEPS.index(obj.status) if obj.status in STEPS else -1,
            "count": len(counted), "sum": sum(item.amount for item in counted),
            "deadline": report_deadline(obj.payment_date), "notes": self._notes(looked_at), "files": obj.files,
            "waiting_count": batches.waiting_count(obj.kind) if draft else 0,
            "waiting": batches.waiting_claims(obj.kind) if draft and may_run(actor.role, "Invoice", "batch") else [],
            "may_pay_all": obj.status is BatchStatus.SENT and may_run(actor.role, "BatchItem", "pay")
            and any(item.status in WAITING for item in items),
        }

    def _items(self, batch: PaymentBatch) -> list[BatchItem]:
        return list(db.session.scalars(
            sa.select(BatchItem).where(BatchItem.batch_id == batch.id)
            .order_by(BatchItem.line_no, BatchItem.id).options(
                joinedload(BatchItem.invoice).options(
                    joinedload(Invoice.payee), joinedload(Invoice.assignment),
                    selectinload(Invoice.lines).joinedload(InvoiceLine.income_type)))))

    def _notes(self, items: list[BatchItem]) -> list[Sentence]:
        """What to look at before approving: of the batch as a whole, then of each payment."""
        own = [Sentence(N_("%(claim)s, %(name)s: %(what)s"), claim=item.invoice.number, name=item.payee_name, what=what)
               for item in items for what in warnings_of(item, today())]
        return [*notes_of(items), *own]

    @expose("/add/", methods=("POST",))
    def add_view(self) -> Response:
        """Put the chosen claims into a draft."""
        batch = self.one_or_404()
        numbers = {int(raw) for raw in request.form.getlist("claim") if ID.fullmatch(raw)}

        def add() -> str:
            added = batches.add_claims(batch, numbers, current_actor())
            words = ngettext("One claim was added.", "%(num)s claims were added.", added)
            return words if added == len(numbers) else " ".join((words, gettext("The rest was taken meanwhile.")))

        return self._do(batch, add)

    add_view.opens_for = "submit"

    @expose("/pay/", methods=("POST",))
    def pay_view(self) -> Response:
        """Mark all that still wait as paid on a day."""
        batch = self.one_or_404()

        def pay() -> str:
            try:
                day = DateField.read(DateField.__new__(DateField), request.form.get("on", "").strip())
            except ValueError as unread:
                raise BadInput(DateField.refusal, field="on") from unread
            return ngettext("One payment was marked as paid.", "%(num)s payments were marked as paid.",
                            pay_all(batch, current_actor(), today(), day))

        return self._do(batch, pay)

    pay_view.opens_for = "send"

    def _do(self, batch: PaymentBatch, work: Any) -> Response:
        here = url_for(".details_view", id=batch.id)
        try:
            words = work()
            db.session.commit()
            flash(words, "done")
        except (DomainError, IntegrityError, StaleDataError) as refused:
            db.session.rollback()
            flash(self.sentence_of(refused), "stop")
        return redirect(here)

    @expose("/file/")
    def file_view(self) -> Response:
        """The stored bytes of a file, with a row in the access log."""
        return give_out(BatchFile, lambda file: url_for(".details_view", id=file.batch_id))

    file_view.opens_for = "download"
