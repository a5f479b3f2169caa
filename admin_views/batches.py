"""Payment batches: what waits to be added, the seal, warnings before approval, files and outcomes."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, send_file, url_for
from flask_admin import expose
from flask_babel import gettext
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
from models import AccessLog, BatchFile, BatchItem, Invoice, PaymentBatch, db
from models.engine import writing
from models.invoice import InvoiceLine
from models.numbers import mask_iban
from rules.errors import BadInput, DomainError
from rules.income_register import report_deadline
from rules.permissions import Actor, may_run
from rules.states import BatchStatus, ItemStatus
from rules.wording import N_, Sentence
from services import batches, verbs
from services.batch_items import pay_all
from services.claims import differs
from services.payees import tax_card_is_missing

NEW_ACCOUNT = timedelta(30)
STEPS = (BatchStatus.DRAFT, BatchStatus.SUBMITTED, BatchStatus.APPROVED, BatchStatus.GENERATED, BatchStatus.SENT,
         BatchStatus.CLOSED)


@own_view(PaymentBatch)
class BatchView(GuardedView):
    """The record page of a batch, adding claims, downloads, outcomes of all at once."""

    record_template = "admin/batch.html"

    def extra(self, obj: PaymentBatch, actor: Actor) -> dict[str, Any]:
        items = self._items(obj)
        live = [item for item in items if item.live or obj.status is BatchStatus.CLOSED]
        draft = obj.status is BatchStatus.DRAFT
        return {
            "items": [(item, mask_iban(item.iban) if item.iban else "", list(self._warnings(item)),
                       verbs.possible_now(item, actor, today())) for item in items],
            "steps": STEPS, "place": STEPS.index(obj.status) if obj.status in STEPS else -1,
            "count": len(live), "sum": sum(item.amount for item in live), "deadline": report_deadline(obj.payment_date),
            "notes": list(self._notes(live)), "files": obj.files,
            "waiting": batches.waiting_claims() if draft and may_run(actor.role, "Invoice", "batch") else [],
            "may_pay_all": obj.status is BatchStatus.SENT and may_run(actor.role, "BatchItem", "pay")
            and any(i.status in (ItemStatus.PENDING, ItemStatus.ACCEPTED) for i in items),
        }

    def _items(self, batch: PaymentBatch) -> list[BatchItem]:
        return list(db.session.scalars(
            sa.select(BatchItem).where(BatchItem.batch_id == batch.id)
            .order_by(BatchItem.line_no, BatchItem.id).options(
                joinedload(BatchItem.invoice).options(
                    joinedload(Invoice.payee), joinedload(Invoice.assignment),
                    selectinload(Invoice.lines).joinedload(InvoiceLine.income_type)))))

    def _warnings(self, item: BatchItem) -> Iterator[Sentence]:
        """What an approver should look at in one payment."""
        payee = item.invoice.payee
        if payee.iban_changed_on and payee.iban_changed_on > today() - NEW_ACCOUNT:
            yield Sentence(N_("new account number"))
        if differs(item.invoice):
            yield Sentence(N_("differs from what was agreed: %(why)s"), why=item.invoice.difference_note or "–")
        if tax_card_is_missing(payee, item.batch.payment_date):
            yield Sentence(N_("no tax card of the year: 60 %%"))

    def _notes(self, items: list[BatchItem]) -> Iterator[Sentence]:
        """What an approver should look at in the batch as a whole."""
        accounts: dict[str, set[int]] = {}
        for item in items:
            accounts.setdefault(item.iban or "", set()).add(item.invoice.payee_id)
        if shared := sum(len(payees) > 1 for account, payees in accounts.items() if account):
            yield Sentence(N_("%(count)s account numbers belong to two payees."), count=str(shared))
        paid = Counter(item.invoice.payee_id for item in items)
        if twice := sum(number > 1 for number in paid.values()):
            yield Sentence(N_("%(count)s payees have more than one payment."), count=str(twice))

    @expose("/add/", methods=("POST",))
    def add_view(self) -> Response:
        """Put the chosen claims into a draft."""
        batch = self.one_or_404()
        numbers = [int(raw) for raw in request.form.getlist("claim") if ID.fullmatch(raw)]
        return self._do(batch, lambda: gettext(
            "%(count)s claims were added.", count=batches.add_claims(batch, numbers, current_actor())))

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
            return gettext("%(count)s payments were marked as paid.",
                           count=pay_all(batch, current_actor(), today(), day))

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
        raw = request.args.get("id", "")
        found = db.session.get(BatchFile, int(raw)) if ID.fullmatch(raw) else None
        if found is None:
            abort(404)
        data, name, kind, subject = found.plain(), found.name, found.content_type, found.subject
        db.session.rollback()
        with writing():
            db.session.add(AccessLog(subject=subject, what="download", reason=name))
            db.session.commit()
        return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)

    file_view.opens_for = "download"
