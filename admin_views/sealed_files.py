"""Giving out a stored file: within the reader's rows, as an attachment, with a row in the access log."""

import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, send_file, url_for
from flask_admin import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.base import ID, GuardedView
from models import AccessLog, db
from models.engine import writing
from models.sealed_file import SealedFile
from rules.wording import N_
from services.scopes import visible

log = logging.getLogger(__name__)
BROKEN = N_("The stored file is not what was made: it is not given out. Tell the administrator.")


def give_out(model: type[SealedFile], back: Callable[[Any], str]) -> Response:
    """The bytes of the file that ``?id=`` names; ``back`` says where to go when they are not what was stored."""
    raw = request.args.get("id", "")
    wanted = model.id == int(raw) if ID.fullmatch(raw) else sa.false()
    found = db.session.scalars(sa.select(model).where(wanted, visible(model, current_actor()))).one_or_none()
    if found is None:
        abort(404)
    try:
        data = found.plain()
    except ValueError:
        log.exception("%s is not given out", found.subject)
        flash(gettext(BROKEN), "stop")
        return redirect(back(found))
    name, kind, subject = found.name, found.content_type, found.subject
    db.session.rollback()  # SQLite cannot turn a reading transaction into a writing one
    with writing():
        db.session.add(AccessLog(subject=subject, what="download", reason=name))
        db.session.commit()
    return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)


class FileView(GuardedView):
    """The record page of a stored file, and its bytes: given out as a file to keep, never shown in the page."""

    model: type[SealedFile]
    record_template = "admin/stored_file.html"

    @expose("/receipt/")
    def receipt_view(self) -> Response:
        """The stored bytes, with a row in the access log."""
        return give_out(self.model, lambda found: url_for(".details_view", id=found.id))

    receipt_view.opens_for = "download"
