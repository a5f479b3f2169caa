"""Programmes: the grid in which a trainer writes down all participants of a course at once."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.fields import DateField
from admin_views.generate import own_view
from admin_views.sealed_files import FileView
from admin_views.words import say
from models import Certificate, Completion, Programme, db
from rules.errors import DomainError, FieldErrors
from rules.file_kinds import LARGEST
from rules.permissions import Actor, may_run
from rules.states import CompletionStatus
from rules.wording import N_, Sentence
from services import course_grid
from services.course_grid import Line
from services.verbs import Upload

WHOLE_NUMBER = Sentence(N_("Write a whole number."))
NUMBER_MOST = 40


@own_view(Programme)
class ProgrammeView(GuardedView):
    """The record page with a way to the grid, and the grid."""

    record_template = "admin/programme.html"

    def extra(self, _obj: Programme, actor: Actor) -> dict[str, Any]:
        return {"may_fill": may_run(actor.role, "Programme", "fill"),
                "may_propose": may_run(actor.role, "Proposal", "create")}

    @expose("/grid/", methods=("GET", "POST"))
    def grid_view(self) -> str | Response:
        """All participants in one form; saved together or not at all."""
        programme = self.one_or_404()
        errors: dict[str, str] = {}
        if request.method == "POST":
            try:
                lines = _lines(course_grid.rows_of(programme, current_actor()))
                changed = course_grid.save_grid(programme, lines, current_actor(), today())
                db.session.commit()
            except FieldErrors as several:
                db.session.rollback()
                errors = {name: say(sentence) for name, sentence in several.errors.items()}
            except (DomainError, IntegrityError, StaleDataError) as refused:
                db.session.rollback()
                flash(self.sentence_of(refused), "stop")
                errors = {"": ""}
            else:
                flash(ngettext("One participant was written down.", "%(num)s participants were written down.", changed)
                      if changed else gettext("Nothing was changed."), "done")
                return redirect(url_for(".grid_view", id=programme.id))
        page = self.render("admin/course.html", programme=programme, errors=errors, typed=request.form,
                           rows=course_grid.rows_of(programme, current_actor()), states_from=course_grid.states_from)
        return Response(page, status=422 if errors else 200, mimetype="text/html")

    grid_view.opens_for = "fill"


@own_view(Certificate)
class CertificateView(FileView):
    """The record page of a certificate, and its bytes."""


def _lines(rows: list[Completion]) -> list[Line]:
    """What was typed for each row that the form carries; FieldErrors for what cannot be read."""
    errors: dict[str, Sentence] = {}
    found = [_line(row, errors) for row in rows if f"status-{row.id}" in request.form]
    if errors:
        raise FieldErrors(errors)
    return found


def _line(row: Completion, errors: dict[str, Sentence]) -> Line:
    typed = {name: request.form.get(f"{name}-{row.id}", "").strip()
             for name in ("status", "on", "hours", "number", "version")}
    day = hours = None
    if typed["on"]:
        try:
            day = DateField.read(DateField.__new__(DateField), typed["on"])
        except ValueError:
            errors[f"on-{row.id}"] = Sentence(DateField.refusal)
    if typed["hours"].isdecimal() and len(typed["hours"]) < 6:
        hours = int(typed["hours"])
    elif typed["hours"]:
        errors[f"hours-{row.id}"] = WHOLE_NUMBER
    if len(typed["number"]) > NUMBER_MOST:
        errors[f"number-{row.id}"] = Sentence(N_("At most %(longest)s characters fit here."), longest=str(NUMBER_MOST))
    known = {state.value: state for state in CompletionStatus}
    sent = request.files.get(f"certificate-{row.id}")
    upload = Upload(sent.stream.read(LARGEST + 1)) if sent and sent.filename else None
    return Line(row.id, int(typed["version"]) if typed["version"].isdecimal() else 0,
                known.get(typed["status"], row.status), day, hours, typed["number"], upload)
