"""Searches that most rows match: going through the list finds a page sooner than gathering all that matches.

Which way is quicker shows by trying: of the next few rows of the list as many match as a page holds, or they do not.
"""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from admin_views.lists.paging import beyond, ordering
from models.base import db

if TYPE_CHECKING:
    from admin_views.listing import Listing

WINDOW = 500
"""So many rows are looked at for a page. When one in ten matches, they hold it."""

GLANCE = 100
"""So many rows are looked at first: a word that few rows have shows there, and the window is not gone through."""

WIDE = 50_000
"""So many rows are looked at to see whether there are more than the list counts."""


def from_here(listing: "Listing", query: Any) -> Any:
    """``query`` for the rows on the side of the page's place."""
    if listing.cursor is None:
        return query
    return query.where(beyond(listing.terms, listing.cursor, backward=listing.backward))


def page_near(listing: "Listing") -> list[int]:
    """The ids of the page's rows and of one more; empty when the next few rows of the list do not hold them."""
    order, wanted = ordering(listing.terms, backward=listing.backward), listing.size + 1
    if _how_many(_near(listing, GLANCE)) * WINDOW < wanted * GLANCE / 2:  # not even half as many as it takes
        return []
    ids = list(db.session.scalars(_near(listing, WINDOW).order_by(*order).limit(wanted)))
    return ids if len(ids) == wanted else []


def has_more_near(listing: "Listing", cap: int) -> bool:
    """Whether the search matches more than ``cap`` rows, as far as a wide look from the page's place says."""
    return _how_many(_near(listing, WIDE).limit(cap + 1)) > cap


def _how_many(rows: sa.Select[tuple[int]]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0


def _near(listing: "Listing", window: int) -> sa.Select[tuple[int]]:
    """The ids that the search matches among the next ``window`` rows of the list."""
    model, order = listing.model, ordering(listing.terms, backward=listing.backward)
    following = from_here(listing, sa.select(model.id).where(*listing.narrowing)).order_by(*order)
    rows = following.limit(window).subquery()
    # An outer join, for of an inner one SQLite may begin with the whole table.
    return sa.select(rows.c.id).select_from(sa.outerjoin(rows, model, model.id == rows.c.id)).where(
        listing.searched(by_row=True))
