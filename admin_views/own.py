"""The models with pages of their own; importing this module registers their views."""

from admin_views import batches, data_requests, invoices, orders, receipts, users

OWN = (batches, data_requests, invoices, orders, receipts, users)
