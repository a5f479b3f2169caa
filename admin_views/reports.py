"""The page of the reports: a period, the sheets of the role, shown or as a workbook. Counts nothing itself."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from flask import request, send_file
from flask_admin import expose
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Form, ValidationError

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.fields import ChoicesField, DateField, Needed
from admin_views.own_page import OwnPage
from admin_views.report_preview import Preview, previews
from admin_views.words import ZONE
from exports.report_payments import PaidRow, correction_sheets, income_sheets, payee_sheets, recharge_sheets
from exports.reports import (
    ActivityRow,
    Cover,
    FeeRow,
    TrainingRow,
    activity_sheets,
    fee_sheets,
    report_workbook,
    training_sheets,
    without_fee_sheets,
)
from exports.workbook import Sheet
from models import AccessLog, db
from rules.choices import Choice
from rules.permissions import Actor, Role, may_run, opens
from rules.wording import N_
from services import report_payments, report_rows
from services.incomes_reports import PaymentDay, payment_days
from services.report_rights import sheets_for, withholds_small_cells

LONGEST_YEARS = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Made = tuple[list[Sheet], int]


class ReportSheet(Choice):
    """What a report may have in it, by the names of ``services.report_rights``."""

    ACTIVITY = "activity", N_("Activity: orders held and participations by month, age band and kind")
    FEES = "fees", N_("Fees and travel by month and cost centre")
    TRAINING = "training", N_("Training coverage by programme and organiser")
    RECHARGE = "recharge", N_("Re-charge by month, orderer and cost centre")
    PAYEES = "payees", N_("Paid by payee, for the end of the year")
    INCOMES = "incomes", N_("Incomes Register worksheet by payment date")


COUNTED = {
    ReportSheet.ACTIVITY: N_("An order and its participations count once, in the month of the order's last occasion. "
                             "An order whose experts are of several ages has a line of its own."),
    ReportSheet.FEES: N_("Fees are the paid claims, in the month of payment. Travel is kilometres and meals."),
    ReportSheet.TRAINING: N_("Training is as it stands on the last day, of the experts who are in the bank now. "
                             "Expiring soon means within three months."),
    ReportSheet.RECHARGE: N_("Paid claims whose costs the orderer bears, in the month of payment."),
    ReportSheet.PAYEES: N_("Paid claims by payee. Travel is kilometres and meals. Names people: keep it in finance."),
    ReportSheet.INCOMES: N_("Payments of batches that were paid and have not come back. To be reported by the fifth "
                             "day after payment, or the next working day. Nothing is sent from here."),
}


class OfferedSheets(ChoicesField):
    """The sheets that the role may have; another one is no choice."""

    def __init__(self, *args: Any, offered: list[ReportSheet], **kwargs: Any) -> None:
        super().__init__(*args, enum=ReportSheet, **kwargs)
        self.offered = offered

    def options(self) -> list[tuple[str, str, bool]]:
        names = {sheet.value for sheet in self.offered}
        return [option for option in super().options() if option[0] in names]

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if not set(self.data) <= set(self.offered):
            raise ValueError(gettext("Choose from the list."))


def report_form(actor: Actor, day: date, posted: Any) -> Form:
    """The form for ``actor``: this year so far and every sheet of the role, until something is typed."""
    offered = [ReportSheet(name) for name in sheets_for(actor.role)]
    needed = [Needed()]
    fields = {
        "first": DateField(gettext("First day"), needed, default=date(day.year, 1, 1)),
        "last": DateField(gettext("Last day"), [*needed, _in_order], default=day),
        "sheets": OfferedSheets(gettext("Sheets"), needed, offered=offered, default=offered),
    }
    form: Form = type("ReportForm", (Form,), fields)(posted)
    return form


def _in_order(form: Any, field: Any) -> None:
    """The period goes forwards and is no longer than a workbook can show."""
    first, last = form.first.data, field.data
    if first is None or last is None:
        return
    if last < first:
        raise ValidationError(gettext("The end cannot be before the start."))
    if last.year - first.year >= LONGEST_YEARS:
        raise ValidationError(gettext("A report is of at most %(count)s calendar years.", count=LONGEST_YEARS))


def sheets_of(which: ReportSheet, first: date, last: date, actor: Actor) -> Made:
    """The sheets of one report in the reader's language, and how many rows stand behind them."""
    makers: dict[ReportSheet, Callable[[date, date, Actor], Made]] = {
        ReportSheet.ACTIVITY: _activity, ReportSheet.FEES: _fees, ReportSheet.TRAINING: _training,
        ReportSheet.RECHARGE: _recharge, ReportSheet.PAYEES: _payees, ReportSheet.INCOMES: _incomes}
    return makers[which](first, last, actor)


def _activity(first: date, last: date, actor: Actor) -> Made:
    rows = [ActivityRow(row.month, gettext(row.age_band.label), gettext(row.kind.label), row.orders,
                        row.participations) for row in report_rows.activity_counts(first, last)]
    return activity_sheets(rows, suppress=withholds_small_cells(actor.role), translate=gettext), len(rows)


def _fees(first: date, last: date, actor: Actor) -> Made:
    nowhere = gettext("no cost centre")
    rows = [FeeRow(row.month, row.cost_centre or nowhere, row.payees, row.fees, row.travel, row.other, row.companion)
            for row in report_rows.fee_sums(first, last)]
    free = {gettext(how.label): count for how, count in report_rows.without_fee_counts(first, last).items()}
    withheld = withholds_small_cells(actor.role)
    return [*fee_sheets(rows, suppress=withheld, translate=gettext),
            *without_fee_sheets(free, suppress=withheld, translate=gettext)], len(rows)


def _training(_first: date, last: date, actor: Actor) -> Made:
    rows = [TrainingRow(row.programme, row.organiser, row.trained, row.valid, row.expiring, row.askable)
            for row in report_rows.training_counts(last, actor)]
    sheets = training_sheets(rows, suppress=withholds_small_cells(actor.role), translate=gettext,
                             askable=report_rows.askable_experts(last))
    return sheets, len(rows)


def _recharge(first: date, last: date, _actor: Actor) -> Made:
    nobody, nowhere = gettext("no orderer"), gettext("no cost centre")
    rows = [PaidRow(row.orderer or nobody, row.cost_centre or nowhere, row.claims, row.fees, row.travel,
                    row.other, row.companion, row.month) for row in report_payments.recharges(first, last)]
    return recharge_sheets(rows, gettext), len(rows)


def _payees(first: date, last: date, _actor: Actor) -> Made:
    rows = [PaidRow(row.payee, gettext(row.kind.label), row.claims, row.fees, row.travel, row.other, row.companion)
            for row in report_payments.paid_by_payee(first, last)]
    return payee_sheets(rows, gettext), len(rows)


def _incomes(first: date, last: date, _actor: Actor) -> Made:
    rows = report_payments.incomes(first, last)
    undone = report_payments.corrections(first, last)
    return [*income_sheets(rows, gettext), *correction_sheets(undone, gettext)], len(rows) + len(undone)


def _shown(form: Form, actor: Actor) -> Iterator[tuple[str, str, list[Preview]]]:
    """Each chosen report as the page shows it: its name, how it is counted, its tables."""
    for which in ReportSheet:
        if which in form.data["sheets"]:
            sheets, _ = sheets_of(which, form.data["first"], form.data["last"], actor)
            yield gettext(which.label), gettext(COUNTED[which]), previews(sheets)


def _reported(form: Form, actor: Actor) -> list[PaymentDay]:
    """The days of the worksheet, for those who may read what was reported of them."""
    shown = ReportSheet.INCOMES in form.data["sheets"] and opens(actor.role, "IncomesReport")
    return payment_days(form.data["first"], form.data["last"]) if shown else []


class ReportView(OwnPage):
    """``/admin/report/``: for the roles that have a sheet in the table of rights."""

    def opens_to(self, role: Role | None) -> bool:
        return bool(sheets_for(role))

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> Response:
        actor = current_actor()
        sent = request.method == "POST"
        form = report_form(actor, today(), request.form if sent else None)
        taken = not sent or form.validate()
        if sent and taken and "show" not in request.form:
            return self._download(form.data["first"], form.data["last"], form.data["sheets"], actor)
        page = self.render("admin/reports.html", form=form, reported=_reported(form, actor) if taken else [],
                           may_mark=may_run(actor.role, "IncomesReport", "create"),
                           withheld=withholds_small_cells(actor.role),
                           reports=list(_shown(form, actor)) if taken else [],
                           errors=[field for field in form if field.errors])
        return Response(page, status=200 if taken else 422, mimetype="text/html")

    def _download(self, first: date, last: date, chosen: list[ReportSheet], actor: Actor) -> Response:
        """The workbook; leaves one row in the log."""
        made = [sheets_of(which, first, last, actor) for which in ReportSheet if which in chosen]
        cover = Cover(
            gettext("Report of the activity of experts by experience"), first, last, datetime.now(UTC),
            gettext(actor.role.label) if actor.role else "", withholds_small_cells(actor.role),
            tuple(gettext(COUNTED[which]) for which in ReportSheet if which in chosen))
        book = report_workbook(cover, [sheet for sheets, _ in made for sheet in sheets], zone=ZONE, translate=gettext)
        db.session.add(AccessLog(subject=f"Report:{','.join(which.value for which in ReportSheet if which in chosen)}",
                                 what="report", reason=f"{first} – {last}", rows=sum(count for _, count in made)))
        db.session.commit()
        return send_file(io.BytesIO(book), XLSX, as_attachment=True,
                         download_name="-".join((gettext("report"), f"{first}-{last}.xlsx")))
