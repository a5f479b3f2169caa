"""A list as a file: the rows and columns that the reader sees in it, all of them, with their types."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from operator import attrgetter
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import abort, flash, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from admin_views.actor import current_actor
from admin_views.clock import today
from admin_views.listing import Listing, loaders
from admin_views.words import ZONE, column_type, show_field
from exports.columns import Column, Kind
from exports.csv_file import csv_lines
from exports.workbook import stream_workbook
from models import AccessLog, Expert, db
from models.base import Money, Quantity, UTCDateTime
from models.engine import writing

if TYPE_CHECKING:
    from admin_views.base import GuardedView

BATCH = 500
FILTER = re.compile(r"q|queue|chosen|sort|(?:f|or[1-9])_[a-z_]{1,40}")


def export_list(view: "GuardedView", kind: str) -> Response:
    """Send the list of ``view`` that the address asks for as ``kind``, csv or xlsx; leaves one row in the log."""
    if kind not in ("csv", "xlsx"):
        abort(404)
    page = Listing(view.model, current_actor(), request.args, today())
    columns = [c for c in page.export_columns() if c.name in page.open and not page.said[c.name].get("mask")]
    query = page.query()
    if view.model is Expert and any(page.said[c.name]["group"] == "contact" for c in columns):
        hidden = _count(query.where(Expert.protected))
        query = query.where(sa.not_(Expert.protected))
        if hidden:
            flash(gettext("%(count)s persons under non-disclosure are not in the file.", count=hidden), "kept")
    if view.model is Expert:
        query = query.where(sa.not_(Expert.restricted))  # kept, and not used (GDPR, article 18)
    titles = [_column(page, c.name, c.label) for c in columns]
    rows = _rows(query.options(*loaders(view.model, [c.name for c in columns])))
    with ExitStack() as unless_sent:
        file: Any = unless_sent.enter_context(TemporaryFile())
        total = _count(query)
        if kind == "csv":
            for text in csv_lines(titles, rows, zone=ZONE, translate=gettext):
                file.write(text.encode())
        else:
            stream_workbook(gettext(view.model.console.many), titles, rows, file, created=datetime.now(UTC), zone=ZONE,
                            translate=gettext)
        _log(view.model.__name__, total)
        file.seek(0)
        unless_sent.pop_all()  # the response closes it when it has been sent
    name = re.sub(r"\W+", "-", gettext(view.model.console.many).lower())
    return send_file(file, as_attachment=True, download_name=f"{name}-{today():%Y-%m-%d}.{kind}")


def _count(query: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def _kind(model: type[Any], name: str) -> Kind:
    kind = column_type(model, name)
    table: list[tuple[Any, Kind]] = [(Quantity, "decimal"), (Money, "money"), (sa.Boolean, "boolean"),
                                     (sa.Integer, "integer"), (UTCDateTime, "datetime"), (sa.Date, "date")]
    return next((word for known, word in table if isinstance(kind, known)), "text")


def _column(page: Listing, name: str, label: str) -> Column:
    kind = _kind(page.model, name)

    def as_text(row: Any) -> str:
        value = getattr(row, name)
        return "" if value in (None, "", []) else show_field(row, name, page.said[name], page.actor)

    return Column(label, as_text if kind == "text" else attrgetter(name), kind)


def _rows(query: Any) -> Iterator[Any]:
    yield from db.session.scalars(query.execution_options(yield_per=BATCH))


def _log(model: str, rows: int) -> None:
    filters = ", ".join(sorted(name for name in request.args if FILTER.fullmatch(name)))
    db.session.rollback()
    with writing():
        db.session.add(AccessLog(subject=f"{model}:list", what="export", reason=filters[:200], rows=rows,
                                 at=datetime.now(UTC)))
        db.session.commit()
