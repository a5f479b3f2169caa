"""Fee claims: what to look at before checking or approving, on the claim's own page."""

from typing import Any

from admin_views.base import GuardedView
from admin_views.generate import own_view
from models import Invoice
from rules.permissions import Actor, may_run, opens
from rules.states import ClaimStatus
from services.claim_facts import dear_kilometres, difference, differs, likeness, look_alikes

AT_WORK = (ClaimStatus.DRAFT, ClaimStatus.RECEIVED, ClaimStatus.CHECKED)


@own_view(Invoice)
class ClaimView(GuardedView):
    """The record page of a claim."""

    record_template = "admin/invoice.html"

    def extra(self, obj: Invoice, actor: Actor) -> dict[str, Any]:
        """Sentences for those who check or approve, until it is approved; what to correct, for everybody."""
        judges = may_run(actor.role, "Invoice", "check") or may_run(actor.role, "Invoice", "approve")
        notes = []
        if judges and obj.status in AT_WORK:
            notes = [note for note in (difference(obj) if differs(obj) else None, dear_kilometres(obj)) if note]
            notes += [likeness(alike)] if (alike := look_alikes(obj)) else []
        receipts = obj.receipts if opens(actor.role, "Receipt") else []
        return {"receipts": receipts, "notes": notes,
                "to_correct": obj.sent_back_note if obj.status is ClaimStatus.DRAFT else ""}
