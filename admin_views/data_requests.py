"""Data requests: the way of one with its due date, and the data package, to read and to take along."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, request, send_file, url_for
from flask_admin import expose
from flask_babel import gettext

from admin_views.actor import current_actor
from admin_views.base import GuardedView
from admin_views.clock import today
from admin_views.generate import own_view
from admin_views.listing import readable
from admin_views.words import column_type, show, show_field
from models import AccessLog, ChangeLog, Consent, DataRequest, Expert, db
from models.base import described
from models.engine import writing
from rules.choices import DataRequestKind
from rules.permissions import Actor, may_run, opens
from rules.states import BankStatus, ConsentStatus, DataRequestStatus
from services import anonymise, data_package, verbs
from services.data_requests import OPEN

FILES = {"json": ("json", "application/json"), "page": ("html", "text/html")}
Fields = Callable[[Any], Iterator[tuple[str, str]]]
GONE = (BankStatus.LEFT, BankStatus.ANONYMISED)


@dataclass(frozen=True)
class Stage:
    """One thing to do, whether it is done, and where; no address while it cannot be done."""

    label: str
    done: bool
    address: str = ""


@own_view(DataRequest)
class DataRequestView(GuardedView):
    """The record page of a request and the package of what is kept."""

    record_template = "admin/data_request.html"

    def extra(self, obj: DataRequest, actor: Actor) -> dict[str, Any]:
        erases = obj.kind is DataRequestKind.ERASE and obj.expert.status is not BankStatus.ANONYMISED
        return {
            "open": obj.status in OPEN, "days": (obj.due_on - today()).days, "stages": list(self._stages(obj, actor)),
            "hindrances": anonymise.hindrances(obj.expert) if erases else [],
            "kept_until": anonymise.kept_until(obj.expert) if obj.kind is DataRequestKind.ERASE else None,
            "consents": [(row, self._verb_address(row, "withdraw", obj)) for row in obj.expert.consents
                         if row.status is ConsentStatus.GIVEN and may_run(actor.role, "Consent", "withdraw")],
            "may_package": may_run(actor.role, "DataRequest", "download"),
        }

    def _stages(self, obj: DataRequest, actor: Actor) -> Iterator[Stage]:
        """From the first step to the answer, as the kind of the request asks."""
        expert, waiting = obj.expert, obj.status is DataRequestStatus.RECEIVED
        yield Stage(gettext("Start"), not waiting, self._if_possible(obj, "start", obj))
        if obj.kind is DataRequestKind.ACCESS:
            yield Stage(gettext("Give the data package"), self._was_handed_out(obj), self._package_address(obj))
        elif obj.kind is DataRequestKind.RECTIFY:
            yield Stage(gettext("Put the data right"), self._was_edited(obj), self._edit_address(expert, obj))
        elif obj.kind is DataRequestKind.RESTRICT:
            yield Stage(gettext("Restrict the use of the data"), expert.restricted,
                        self._if_possible(expert, "restrict", obj))
        else:
            yield Stage(gettext("Record as left"), expert.status in GONE, self._if_possible(expert, "leave", obj))
            free = not anonymise.hindrances(expert)
            yield Stage(gettext("Anonymise"), expert.status is BankStatus.ANONYMISED,
                        self._if_possible(expert, "anonymise", obj) if free else "")
        yield Stage(gettext("Record the answer"), obj.status is DataRequestStatus.ANSWERED,
                    self._if_possible(obj, "answer", obj))

    def _if_possible(self, row: Any, name: str, back: DataRequest) -> str:
        possible = {verb.name for verb in verbs.possible_now(row, current_actor(), today())}
        return self._verb_address(row, name, back) if name in possible else ""

    def _verb_address(self, row: Consent | DataRequest | Expert, name: str, back: DataRequest) -> str:
        here = url_for(".details_view", id=back.id)
        return url_for(f"{type(row).__name__.lower()}.verb_view", name=name, id=row.id, url=here)

    def _edit_address(self, expert: Expert, back: DataRequest) -> str:
        if back.status not in OPEN:
            return ""
        return url_for("expert.edit_view", id=expert.id, url=url_for(".details_view", id=back.id))

    def _package_address(self, obj: DataRequest) -> str:
        return url_for(".download_view", id=obj.id) if obj.status in OPEN else ""

    def _was_handed_out(self, obj: DataRequest) -> bool:
        return bool(db.session.scalar(sa.select(sa.exists().where(
            AccessLog.subject == obj.expert.subject, AccessLog.what == "package", AccessLog.reason == obj.subject))))

    def _was_edited(self, obj: DataRequest) -> bool:
        return bool(db.session.scalar(sa.select(sa.exists().where(
            ChangeLog.subject == obj.expert.subject, ChangeLog.verb == "edit", ChangeLog.at > obj.created_at))))

    def _new_forms(self, actor: Actor) -> tuple[Any, Any]:
        """A request has come today, unless one says otherwise."""
        form, inner = super()._new_forms(actor)
        if request.method == "GET" and "received_on" in form:
            form.received_on.data = today()
        return form, inner

    @expose("/download/", methods=("GET", "POST"))
    def download_view(self) -> str | Response:
        """What will be given, as far as the reader may read it; on POST a file with all of it, for the person.

        Either way the access log says so. ``as`` is json, for another system, or page, to be read.
        """
        obj = self.one_or_404()
        package, made_at = data_package.package_of(obj.expert), datetime.now(UTC)
        if request.method == "GET":
            page: str = self.render("admin/data_package.html", **_preview(package), obj=obj, made_at=made_at,
                                    back=url_for(".details_view", id=obj.id))
            self._log(obj, taken=False)
            return page
        kind = request.form.get("as", "json")
        if kind not in FILES:
            abort(400)
        data = (data_package.as_json(package, made_at) if kind == "json" else
                self.render("data_package_file.html", **_in_full(package), made_at=made_at).encode())
        ending, content_type = FILES[kind]
        words = gettext("own-data")
        name = f"{words}-{obj.expert.id}-{today():%Y-%m-%d}.{ending}"
        self._log(obj, taken=True)
        return send_file(BytesIO(data), mimetype=content_type, as_attachment=True, download_name=name)

    download_view.opens_for = "download"

    def _log(self, obj: DataRequest, *, taken: bool) -> None:
        number = obj.id
        db.session.rollback()  # SQLite cannot turn a reading transaction into a writing one
        with writing():
            data_package.note(db.session.get_one(DataRequest, number), taken=taken)
            db.session.commit()


def _preview(package: data_package.Package) -> dict[str, Any]:
    """The package as the reader may read it: a masked field stays masked, a record type that is closed is left out."""
    actor = current_actor()

    def fields(row: Any) -> Iterator[tuple[str, str]]:
        open_ones = readable(type(row), actor, masked=True)
        for name, said in _filled(row):
            if name in open_ones:
                yield gettext(said["label"]), show_field(row, name, said, actor)

    parts = [part for part in package.parts if opens(actor.role, part.model.__name__)]
    return _readable(package, parts, fields)


def _in_full(package: data_package.Package) -> dict[str, Any]:
    def fields(row: Any) -> Iterator[tuple[str, str]]:
        for name, said in _filled(row):
            keys = [key.strip() for key in getattr(row, name).split(",")] if said.get("words") else []
            words = ", ".join(gettext(said["words"].get(key, key)) for key in keys)
            yield gettext(said["label"]), words or show(getattr(row, name), column_type(type(row), name))

    return _readable(package, package.parts, fields)


def _readable(package: data_package.Package, parts: list[data_package.Part], fields: Fields) -> dict[str, Any]:
    """In words: for each part its heading and the filled fields of each row, then the logs."""
    told = [(gettext(part.model.console.many if len(part.rows) > 1 else part.model.console.one),
             [list(fields(row)) for row in part.rows]) for part in parts]
    titles = [gettext("When"), gettext("Who"), gettext("Role"), gettext("What"), gettext("Record")]
    return {"who": str(package.expert), "parts": told, "logs": [
        (gettext("Who has looked and why"), [*titles, gettext("Reason"), gettext("In words")],
         [_line(row, "what", "subject", "reason", "note") for row in package.readings]),
        (gettext("What has been changed"), [*titles, gettext("Fields")],
         [_line(row, "verb", "subject", "fields") for row in package.changes])]}


def _filled(row: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, said in data_package.fields_of(type(row)).items():
        if getattr(row, name) not in (None, "", [], False) and said.get("detail", True) is not False:
            yield name, said


def _line(row: Any, *columns: str) -> list[str]:
    """When, who and in which role, then the ``columns``, as the log's own list says them."""
    said = dict(described(type(row)))
    return [show_field(row, name, said[name], current_actor()) for name in ("at", "actor", "role", *columns)]
