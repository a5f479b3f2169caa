"""Fee claims: what to look at before checking or approving, on the claim's own page."""

from typing import Any

from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from models import Invoice, db
from rules.permissions import Actor, may_run, opens
from rules.states import ClaimStatus
from rules.wording import Sentence
from services.claim_facts import dear_kilometres, difference, differs, likeness, look_alikes
from services.claim_sums import beside, payment_day
from services.scopes import visible

AT_WORK = (ClaimStatus.DRAFT, ClaimStatus.RECEIVED, ClaimStatus.CHECKED)
SENT_BACK = AT_WORK[:2]
"""What was to be corrected is read until the claim is checked: the one who checks compares with it."""


@own_view(Invoice)
class ClaimView(GuardedView):
    """The record page of a claim."""

    record_template = "admin/invoice.html"

    def extra(self, obj: Invoice, actor: Actor) -> dict[str, Any]:
        """Sentences for those who check or approve, until it is approved; what to correct, for everybody."""
        judges = may_run(actor.role, "Invoice", "check") or may_run(actor.role, "Invoice", "approve")
        return {
            "receipts": obj.receipts if opens(actor.role, "Receipt") else [],
            "beside": beside(obj) if judges else [], "payment_day": payment_day(obj, today()),
            "notes": _notes(obj, actor) if judges and obj.status in AT_WORK else [],
            "to_correct": obj.sent_back_note if obj.status in SENT_BACK else ""}


def _notes(claim: Invoice, actor: Actor) -> list[Sentence]:
    """What to look at; a like claim by its number where the reader may see it."""
    notes = [note for note in (difference(claim) if differs(claim) else None, dear_kilometres(claim)) if note]
    if alike := look_alikes(claim):
        seen = set(db.session.scalars(db.select(Invoice.id).where(
            Invoice.id.in_([other.id for other in alike]), visible(Invoice, actor))))
        named = [other for other in alike if other.id in seen]
        notes.append(likeness(named, len(alike) - len(named)))
    return notes
