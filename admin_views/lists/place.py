"""The reader's place in a list: it goes along to a record, its form and its steps in ``from``, and leads back."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import has_request_context, request, url_for
from werkzeug.datastructures import MultiDict

from admin_views.listing import Listing
from admin_views.lists.paging import neighbours
from models.base import Record
from rules.permissions import Actor

ALONG = frozenset({"details_view", "create_view", "edit_view", "verb_view", "delete_view"})
"""The pages of one record."""


def take_along(endpoint: str, values: dict[str, Any]) -> None:
    """Give the address of a record's page the place in the list that the page at hand was reached from."""
    model, _, page = endpoint.rpartition(".")
    if page in ALONG and has_request_context() and request.blueprint == model and (place := _place()):
        values.setdefault("from", place)


def list_address(endpoint: str) -> str:
    """The list of ``endpoint`` as the reader left it; as it opens, when the page was not reached from it."""
    address, place = url_for(f"{endpoint}.index_view"), _place()
    return f"{address}?{place}" if place and request.blueprint == endpoint else address


def list_left(model: type[Record], actor: Actor, today: date) -> Listing | None:
    """The list that the page at hand was reached from, for the rows beside its record; None when it was not."""
    place = _place()
    return Listing(model, actor, MultiDict(parse_qsl(place)), today) if place else None


def beside(model: type[Record], obj: Any, actor: Actor, today: date) -> dict[str, str]:
    """The addresses of the records before and after ``obj`` in the list that it was reached from: "prev", "next"."""
    left = list_left(model, actor, today)
    if left is None:
        return {}
    address = f"{model.__name__.lower()}.details_view"
    return {name: url_for(address, id=number) for name, number in zip(("prev", "next"), neighbours(left, obj),
                                                                   strict=True) if number is not None}


def _place() -> str:
    """The query string in ``from``, written anew: it names no other page, whatever it says."""
    return urlencode(parse_qsl(request.args.get("from", "")))
