"""What the texts of a claim may say of a person under non-disclosure: no place and no route. The distance is enough."""

import sqlalchemy as sa

from models import Expert, Invoice, Municipality, db
from rules.choices import LineKind
from rules.errors import FieldErrors
from rules.whereabouts import tells_a_place
from rules.wording import N_, Sentence

REFUSAL = Sentence(N_("Leave out places and routes: it is not to be known where this person lives or travels."))
NO_ROUTE = Sentence(N_("The distance is enough: of this person no route is written down."))


def expert_of(claim: Invoice) -> Expert | None:
    """Whose work or journey the claim is about."""
    return claim.assignment.expert if claim.assignment else claim.payee.expert if claim.payee else None


def check_words(expert: Expert | None, texts: dict[str, str], kind: LineKind | None = None) -> None:
    """FieldErrors for the ``texts``, by field, that tell where a protected person is; of a journey nothing is told."""
    if expert is None or not expert.protected:
        return
    places = list(db.session.scalars(sa.select(Municipality.name)))
    errors = {field: REFUSAL for field, text in texts.items() if text and tells_a_place(text, places)}
    if kind is LineKind.KILOMETRES:
        errors = {field: NO_ROUTE for field, text in texts.items() if text}
    if errors:
        raise FieldErrors(errors)
