"""Receipts: given out as a file to keep, never shown in the page."""

from flask import url_for
from flask_admin import expose
from werkzeug.wrappers import Response

from admin_views.base import GuardedView
from admin_views.generate import own_view
from admin_views.sealed_files import give_out
from models import Receipt


@own_view(Receipt)
class ReceiptView(GuardedView):
    """The record page of a receipt, and its bytes."""

    record_template = "admin/receipt.html"

    @expose("/receipt/")
    def receipt_view(self) -> Response:
        """The stored bytes, with a row in the access log."""
        return give_out(Receipt, lambda receipt: url_for(".details_view", id=receipt.id))

    receipt_view.opens_for = "download"
