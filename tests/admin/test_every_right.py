"""Rights with a page of their own: whoever holds every right but the one is refused, and is let in with it.

Groups, forms, and the verbs with a generated page: ``test_rights.py``.
"""

import pytest

from admin_views.generate import consoled
from models import BatchFile, BatchItem, Certificate, DataRequest, Order, Payee, PaymentBatch, Programme, Receipt
from rules.permissions import MATRIX
from services import verbs
from services.report_rights import SHEETS
from tests.conftest import token
from tests.every_right import PAGE_VERBS
from tests.factories import make

IBAN = "FI2112345600000785"
REPORT = {"first": "1.1.2026", "last": "31.1.2026", "show": "1"}
REFUSED, LET_IN = (403, 404, 422), (200, 302)

DOORS = {
    ("Order", "match"): lambda: ("GET", f"/admin/order/match/?id={make(Order).id}", {}),
    ("Payee", "reveal"): lambda: ("POST", f"/admin/payee/reveal/?id={make(Payee, iban=IBAN).id}",
                                  {"fields": "iban", "reason": "asked"}),
    ("BatchItem", "reveal"): lambda: ("POST", f"/admin/batchitem/reveal/?id={make(BatchItem, iban=IBAN).id}",
                                      {"fields": "iban", "reason": "asked"}),
    ("PaymentBatch", "submit"): lambda: ("POST", f"/admin/paymentbatch/add/?id={make(PaymentBatch).id}", {}),
    ("PaymentBatch", "send"): lambda: ("POST", f"/admin/paymentbatch/pay/?id={make(PaymentBatch).id}", {}),
    ("PaymentBatch", "download"): lambda: ("GET", f"/admin/paymentbatch/file/?id={make(BatchFile).id}", {}),
    ("Receipt", "download"): lambda: ("GET", f"/admin/receipt/receipt/?id={make(Receipt).id}", {}),
    ("DataRequest", "download"): lambda: ("GET", f"/admin/datarequest/download/?id={make(DataRequest).id}", {}),
    ("Certificate", "download"): lambda: ("GET", f"/admin/certificate/receipt/?id={make(Certificate).id}", {}),
    ("Programme", "fill"): lambda: ("GET", f"/admin/programme/grid/?id={make(Programme).id}", {}),
    ("Review", "readings"): lambda: ("GET", "/admin/review/", {}),
    **{("Plot", name): lambda name=name: ("GET", f"/admin/plot/{name}.svg", {}) for name in ("orders", "response", "load", "fees")},
    **{("Report", name): lambda name=name: ("POST", "/admin/report/", REPORT | {"sheets": name})
       for name in SHEETS},
}
"""What each such right opens."""

WITHIN = {("Order", "ask"), ("Order", "staff"), ("Assignment", "cancel"), ("Invoice", "batch"), ("Invoice", "release"),
          ("Invoice", "settle"), ("Invoice", "bounce")}
"""Steps that another verb takes along; refused where their services are tested."""


@pytest.mark.parametrize("right", DOORS, ids=".".join)
def test_whoever_has_every_right_but_one_is_refused_that_one(right, login, everything):
    client = login("admin")
    method, address, form = DOORS[right]()
    form |= {"csrf_token": token(client, "/admin/")}

    def ask():
        answer = client.open(address, method=method, data=form if method == "POST" else None)
        return answer.status_code

    with_right = ask()
    everything(right[0], f"{right[1]}()")
    without = ask()

    assert (right, with_right in LET_IN, without in REFUSED) == (right, True, True)


def test_every_right_to_a_page_of_the_console_is_tried():
    """A verb that the table gives to somebody has a generated page, a door above, or is a step of another verb."""
    models = {model.__name__: model for model in consoled()}
    untried = set()
    for model, what in MATRIX:
        verb = what.removesuffix("()")
        given = verb != what and any("x" in cell for cell in MATRIX[model, what].values())
        generated = model in models and (verb in PAGE_VERBS or verbs.find(models[model], verb) is not None)
        if given and not generated and (model, verb) not in DOORS.keys() | WITHIN and model in {*models, "Plot", "Review"}:
            untried.add((model, verb))

    assert untried == set()
