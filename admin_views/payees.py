"""Payees: what each lacks before it can be paid, and the change of an account, on the payee's own page."""

from typing import Any

from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from models import Payee
from rules.payee_needs import Standing
from rules.permissions import Access, Actor, groups_with
from services.batch_warnings import account_change
from services.payees import lacks_of


@own_view(Payee)
class PayeeView(GuardedView):
    """The record page of a payee."""

    record_template = "admin/payee.html"

    def extra(self, obj: Payee, actor: Actor) -> dict[str, Any]:
        """Sentences about today. Who does not read the payment details meets only what is not there at all."""
        reads = "payee" in groups_with(actor.role, Access.READ, "Payee")
        found = [lack for lack in lacks_of(obj, today()) if reads or lack.standing is Standing.MISSING]
        return {"changed": account_change(obj, today()) if reads else None,
                "blocking": [lack.sentence for lack in found if lack.blocks],
                "lacking": [lack.sentence for lack in found if not lack.blocks]}
