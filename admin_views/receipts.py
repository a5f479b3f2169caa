"""Receipts: given out as a file to keep, never shown in the page."""

from admin_views.generate import own_view
from admin_views.sealed_files import FileView
from models import Receipt


@own_view(Receipt)
class ReceiptView(FileView):
    """The record page of a receipt, and its bytes."""
