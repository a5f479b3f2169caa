"""The models with pages of their own; importing this module registers their views."""

from admin_views import (
    assignments,
    bank_answers,
    batches,
    data_requests,
    experts,
    invoices,
    orders,
    outreach,
    payees,
    programmes,
    receipts,
    training_checks,
    users,
)

OWN = (assignments, bank_answers, batches, data_requests, experts, invoices, orders, outreach, payees, programmes,
       receipts, training_checks, users)
