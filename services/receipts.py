"""Receipts of a claim: taken from what somebody sends, kept sealed, taken away again while the claim may be changed."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from models import Invoice, Receipt, db
from rules.errors import BadInput
from rules.file_kinds import kept
from rules.permissions import Actor
from rules.wording import N_
from services.claims import EDITABLE, keep_open
from services.saving import on_delete
from services.transitions import lock
from services.verbs import Input, Upload, verb

MOST = 20
"""Receipts of one claim."""
HELP = N_("PDF, JPEG or PNG, 8 MB at most each. The place and the camera that a photo tells are taken out of it.")
WORDS = Input(N_("Receipts"), help=HELP)


@verb(Invoice, "attach", N_("Add receipts"), possible=lambda claim, _today: claim.status in EDITABLE,
      explains=N_("Receipts are kept sealed. They can be added and taken away until the claim is checked."))
def attach(claim: Invoice, _actor: Actor, _today: date, *, receipts: Annotated[list[Upload], WORDS]) -> None:
    """Receipts for a claim that may still be changed."""
    if not receipts:
        raise BadInput(N_("Choose a file."), field="receipts")
    lock(claim)
    keep_open(claim)
    add_receipts(claim, receipts)


def add_receipts(claim: Invoice, uploads: Sequence[Upload], field: str = "receipts") -> None:
    """Keep each under a name of our own; BadInput naming ``field`` when one cannot be taken, and then none is."""
    made = [kept(upload.data, field) for upload in uploads]
    if len(claim.receipts) + len(made) > MOST:
        raise BadInput(N_("A claim has at most %(most)s receipts."), field=field, most=str(MOST))
    for one in made:
        receipt = Receipt.sealed(one.data, name=f"{claim.number}-{_next_of(claim)}.{one.ending}",
                                 content_type=one.content_type)
        if receipt.sha256 in {other.sha256 for other in claim.receipts}:
            raise BadInput(N_("The same file is here already."), field=field)
        claim.receipts.append(receipt)
    db.session.flush()


def _next_of(claim: Invoice) -> int:
    """The number of the next receipt: one more than the largest there is."""
    return 1 + max((int(found[1]) for receipt in claim.receipts
                    if (found := re.search(r"-(\d+)\.\w+$", receipt.name))), default=0)


@on_delete(Receipt)
def check_receipt_goes(receipt: Receipt, _actor: Actor, _today: date) -> None:
    lock(receipt.invoice)
    keep_open(receipt.invoice)
