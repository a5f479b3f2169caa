"""The pages of an action on several rows: choosing them, the preview with its form, the doing, what came of it."""

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin_views import forms
from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.listing import Listing, loaders
from admin_views.words import say
from models import Selection, Submission, db
from models.audit import HasStatus
from models.base import Record
from rules.errors import DomainError
from rules.permissions import may_run
from rules.wording import N_
from services import bulk, selections
from services.verbs import Verb

KEY = re.compile(r"[\w-]{16,64}")
SHOWN = 50
"""Rows of each kind that a page shows; the counts say how many there are."""

EXPORTS = {"csv": "CSV", "xlsx": N_("Export to Excel")}


class BulkPages:
    """What a list's bar of actions leads to; mixed into the base view."""

    model: type[Record]
    endpoint: str
    if TYPE_CHECKING:
        @property
        def can_export(self) -> bool: ...
        def render(self, template: str, **kwargs: Any) -> str: ...
        def list_address(self) -> str: ...
        def sent_before(self) -> str | None: ...
        def put_error(self, refused: Exception, form: Any, inner: Any = None) -> None: ...

    def bulk_verbs(self) -> list[Verb]:
        """What the reader may do to many rows of this list."""
        return bulk.offered(self.model, current_actor())

    @expose("/bulk/", methods=("POST",))
    def bulk_view(self) -> Response:
        """Freeze the rows that the form names and go on to the preview of the verb, or to the file."""
        name = request.form.get("do", "")
        exports = name.removeprefix("export-") if name.startswith("export-") and self.can_export else ""
        if exports not in EXPORTS:
            self._verb_or_abort(name)
        try:
            number = selections.freeze(self.model, self._chosen_ids(), current_actor()).id
        except DomainError as refused:
            db.session.rollback()
            flash(say(refused.sentence), "look")
            return redirect(self.list_address())
        db.session.commit()
        if exports:
            sort = self._place().get("sort")
            return redirect(url_for(f"{self.endpoint}.export", kind=exports, chosen=number, sort=sort))
        place: dict[str, Any] = {"from": request.args.get("from")}
        return redirect(url_for(f"{self.endpoint}.bulk_verb_view", name=name, chosen=number, **place))

    @expose("/bulk/<name>/", methods=("GET", "POST"))
    def bulk_verb_view(self, name: str) -> str | Response:
        """Who can, who cannot and why, and the form of the verb; on POST it is done."""
        verb, selection, actor = self._verb_or_abort(name), self._selection_or_404(), current_actor()
        form = forms.verb_form(verb, None, actor)(request.form if request.method == "POST" else None)
        if request.method == "POST":
            if (address := self.sent_before()) is not None:
                return redirect(address)
            if form.validate() and (done := self._act(verb, selection, form)) is not None:
                return redirect(done)
        split = bulk.preview(self.model, selection.ids, verb, actor, today())
        met = len(split.can) + len(split.cannot)
        if not met:
            abort(404)
        page = self.render(
            "admin/bulk.html", verb=verb, form=form, split=split, gone=len(selection.ids) - met, page=self._page(),
            can=self._rows([row.id for row in split.can[:SHOWN]]), step=self._step(verb, split),
            cannot=self._with_reasons({row.id: say(why.sentence) for row, why in split.cannot}),
            back=self.list_address(), form_key=_form_key(), errors=[field for field in form if field.errors])
        return Response(page, status=422 if request.method == "POST" else 200, mimetype="text/html")

    @expose("/bulk/<name>/done/")
    def bulk_done_view(self, name: str) -> str:
        """What came of it, as often as it is looked at."""
        verb = self._verb_or_abort(name)
        told = selections.told(request.args.get("sent", ""), current_actor())
        if told is None:
            abort(404)
        index = url_for(f"{self.endpoint}.index_view")
        return self.render(
            "admin/bulk_done.html", verb=verb, told=told, page=self._page(), done=self._rows(told.done[:SHOWN]),
            refused=self._with_reasons(dict(told.refused)), again=",".join(str(one) for one, _ in told.refused),
            back=f"{index}?{told.place}" if told.place else index)

    def _verb_or_abort(self, name: str) -> Verb:
        verb = bulk.find(self.model, name)
        if verb is None:
            abort(404)
        if not may_run(current_actor().role, verb.model, name):
            abort(403)
        return verb

    def _selection_or_404(self) -> Selection:
        found = selections.own(request.args.get("chosen", ""), self.model, current_actor())
        if found is None:
            abort(404)
        return found

    def _place(self) -> MultiDict[str, str]:
        """What the list that the rows are chosen on asked for."""
        return MultiDict(parse_qsl(request.args.get("from", "")))

    def _done_address(self, verb: Verb, key: str) -> str:
        return url_for(f"{self.endpoint}.bulk_done_view", name=verb.name, sent=key)

    def _page(self) -> Listing:
        return Listing(self.model, current_actor(), {}, today())

    def _chosen_ids(self) -> list[int]:
        """The ids in the order of the list: those ticked, those of its page, or all that its filters let through."""
        args = self._place()
        if request.form.get("which") == "matching":
            return selections.ids_of(Listing(self.model, current_actor(), args, today()).query(), self.model)
        on_page = request.form.get("which") == "page"
        raw = request.form.get("shown", "").split(",") if on_page else request.form.getlist("id")
        ids = [int(one) for one in raw if selections.NUMBER.fullmatch(one)]
        order = {"sort": args.get("sort", "")}
        return selections.ids_of(
            Listing(self.model, current_actor(), order, today()).query().where(self.model.id.in_(ids)), self.model)

    def _rows(self, ids: Sequence[int]) -> list[Any]:
        """Those of ``ids`` that the reader may meet, with what their columns show."""
        page = self._page()
        query = page.query().where(self.model.id.in_(ids)).options(
            *loaders(self.model, [column.name for column in page.columns()]))
        found = {row.id: row for row in db.session.scalars(query).unique()}
        return [found[one] for one in ids if one in found]

    def _with_reasons(self, reasons: dict[int, str]) -> list[tuple[Any, str]]:
        return [(row, reasons[row.id]) for row in self._rows(list(reasons)[:SHOWN])]

    def _step(self, verb: Verb, split: bulk.Split) -> tuple[list[Any], Any] | None:
        """The states that the rows come from and the one that they go to, for a verb of the life cycle."""
        steps = self.model.lifecycle.steps if issubclass(self.model, HasStatus) else {}
        if verb.name not in steps or "status" not in self._page().open:
            return None
        return list(dict.fromkeys(row.status for row in split.can)), steps[verb.name].target

    def _act(self, verb: Verb, selection: Selection, form: Any) -> str | None:
        """Do it and keep what came of it, in one transaction; None with the refusal at its field when nothing was."""
        actor, key = current_actor(), _form_key()
        address = self._done_address(verb, key)
        try:
            db.session.add(Submission(key=key, user_id=actor.user_id, address=address))
            db.session.flush()
        except IntegrityError:  # two clicks at the same moment: the other one has done it
            db.session.rollback()
            return self.sent_before() or abort(400)
        inputs = {name: field.data for name, field in form._fields.items()}
        outcome = bulk.act((self.model, selection.ids), verb, actor, today(), inputs)
        if not outcome.done and (wrong := next((e for _, e in outcome.refused if e.field in form), None)):
            db.session.rollback()
            self.put_error(wrong, form)
            return None
        gone = gettext("It is no longer there, or no longer yours to see.")
        refused = [(one, say(error.sentence)) for one, error in outcome.refused] + [(one, gone) for one in outcome.gone]
        place = request.args.get("from", "")
        selections.tell(key, selections.Told(tuple(outcome.done), tuple(refused), place), actor)
        db.session.commit()
        return address


def _form_key() -> str:
    """The key that the form was sent with, else a new one."""
    given = request.form.get("form_key", "")
    return given if KEY.fullmatch(given) else secrets.token_urlsafe(24)
