"""The admin of the Django peer, written as its documentation advises for many rows."""

from django.conf import settings
from django.contrib import admin

from core.models import Assignment, Expert, Invoice, Order, Organisation, Theme


class PageOfFifty(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = settings.FULL_COUNT


@admin.register(Order)
class OrderAdmin(PageOfFifty):
    list_display = ("number", "organisation", "theme", "received_on", "title", "status", "created")
    list_select_related = ("organisation", "theme")
    list_filter = ("status", "theme", "received_on")
    search_fields = ("number", "organisation__name", "title")
    fields = ("number", "organisation", "theme", "received_on", "title", "status")
    autocomplete_fields = ("organisation",)


@admin.register(Expert)
class ExpertAdmin(PageOfFifty):
    list_display = ("first_name", "last_name", "email", "active", "created")
    search_fields = ("first_name", "last_name", "email")


@admin.register(Assignment)
class AssignmentAdmin(PageOfFifty):
    list_display = ("order", "expert", "fee")
    list_select_related = ("order", "expert")
    autocomplete_fields = ("order", "expert")


@admin.register(Invoice)
class InvoiceAdmin(PageOfFifty):
    list_display = ("number", "assignment_id", "amount", "received_on")
    search_fields = ("number",)
    raw_id_fields = ("assignment",)


@admin.register(Organisation, Theme)
class NamedAdmin(PageOfFifty):
    search_fields = ("name",)
