"""The models with pages of their own; importing this module registers their views."""

from admin_views import bank_answers, batches, data_requests, invoices, orders, payees, receipts, training_checks, users

OWN = (bank_answers, batches, data_requests, invoices, orders, payees, receipts, training_checks, users)
