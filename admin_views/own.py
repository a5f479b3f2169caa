"""The models with pages of their own; importing this module registers their views."""

from admin_views import batches, invoices, orders

OWN = (batches, invoices, orders)
