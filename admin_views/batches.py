"""Payment batches: what waits to be added, the seal, warnings before approval, files and outcomes."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

import exports.batch_generation  # noqa: F401 - the verb that makes the files registers itself
from admin_views.actor import current_actor
from admin_views.base import ID, GuardedView
from admin_views.batch_page import choosing, looked_over, wanted_of
from admin_views.clock import today
from admin_views.fields import DateField
from admin_views.generate import own_view
from admin_views.sealed_files import give_out
from models import BatchFile, PaymentBatch, db
from rules.errors import BadInput, DomainError
from rules.income_register import report_deadline
from rules.permissions import Actor, may_run
from rules.states import BatchStatus
from services import batches
from services.batch_figures import figures_of
from services.batch_items import has_waiting, pay_all
from services.waiting_claims import waiting_ids

STEPS = (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED, BatchStatus.GENERATED, BatchStatus.SENT,
         BatchStatus.CLOSED)


@own_view(PaymentBatch)
class BatchView(GuardedView):
    """The record page of a batch, adding claims, downloads, outcomes of all at once."""

    record_template = "admin/batch.html"

    def extra(self, obj: PaymentBatch, actor: Actor) -> dict[str, Any]:
        page = request.args.get("page", "")
        notes, lines = looked_over(obj, actor, today(), int(page) if ID.fullmatch(page) else 1)
        sent = obj.status is BatchStatus.SENT
        return {
            "lines": lines, "notes": notes, "figures": figures_of(obj), "files": obj.files,
            "steps": STEPS, "place": STEPS.index(obj.status) if obj.status in STEPS else -1,
            "deadline": report_deadline(obj.payment_date), "choosing": choosing(obj, actor, request.args),
            "may_bring_in": sent and may_run(actor.role, "BankAnswer", "create"),
            "may_pay_all": sent and may_run(actor.role, "BatchItem", "pay") and has_waiting(obj),
        }

    @expose("/add/", methods=("POST",))
    def add_view(self) -> Response:
        """Put the chosen claims into a draft."""
        batch = self.one_or_404()
        numbers = {int(raw) for raw in request.form.getlist("claim") if ID.fullmatch(raw)}
        if request.form.get("all"):
            numbers = set(waiting_ids(batch.kind, wanted_of(batch, request.form)))

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
