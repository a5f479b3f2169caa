"""How a user arranges the console: the columns of lists and saved views. Only a user's own arrangements are written."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa

from models import db
from models.desk import ListSetting, SavedView
from rules.errors import BadInput, NotAllowed
from rules.permissions import Actor, Role
from rules.wording import N_

LONGEST_NAME = 120
LONGEST_ADDRESS = 2000
SHARING = frozenset({Role.COORDINATOR, Role.ADMIN})
"""Who may share a view with a role."""


def columns_of(actor: Actor, model: str) -> list[str]:
    """The columns that the actor has chosen for the list of ``model``, in order; empty when none are."""
    chosen = db.session.scalar(sa.select(ListSetting.columns).where(
        ListSetting.user_id == actor.user_id, ListSetting.model == model))
    return [name for name in (chosen or "").split(",") if name]


def keep_columns(actor: Actor, model: str, names: Sequence[str]) -> None:
    """Keep ``names`` as the actor's columns of ``model``; none at all brings the usual ones back."""
    setting = db.session.scalar(sa.select(ListSetting).where(
        ListSetting.user_id == actor.user_id, ListSetting.model == model))
    if setting is None:
        setting = ListSetting(user_id=actor.user_id, model=model)
        db.session.add(setting)
    setting.columns = ",".join(dict.fromkeys(names))


def views_for(actor: Actor, model: str) -> list[SavedView]:
    """The actor's own views of ``model`` and those shared with the role they act in, own first, by name."""
    seen = sa.or_(SavedView.user_id == actor.user_id, SavedView.shared_with.in_([actor.role] if actor.role else []))
    found = db.session.scalars(sa.select(SavedView).where(SavedView.model == model, seen).order_by(SavedView.id)).all()
    return sorted(found, key=lambda view: (view.user_id != actor.user_id, view.name.casefold()))


def save_view(actor: Actor, model: str, name: str, address: str, shared_with: Role | None = None) -> SavedView:
    """Keep the query string ``address`` under ``name``; rights apply when it is opened, not now."""
    view = SavedView(user_id=actor.user_id, model=model, address=_clean(address))
    _name(view, actor, name)
    _share(view, actor, shared_with)
    db.session.add(view)
    db.session.flush()
    return view


def change_view(actor: Actor, model: str, number: int, name: str, shared_with: Role | None) -> SavedView:
    """Rename an own view and say whom it is shared with."""
    view = _own(actor, model, number)
    _name(view, actor, name)
    _share(view, actor, shared_with)
    db.session.flush()
    return view


def delete_view(actor: Actor, model: str, number: int) -> None:
    """Take an own view away, for those too with whom it was shared."""
    db.session.delete(_own(actor, model, number))
    db.session.flush()


def may_share(actor: Actor) -> bool:
    return actor.role in SHARING


def _own(actor: Actor, model: str, number: int) -> SavedView:
    view = db.session.get(SavedView, number)
    if view is None or view.user_id != actor.user_id or view.model != model:
        raise NotAllowed(N_("You have no such view."))
    return view


def _name(view: SavedView, actor: Actor, name: str) -> None:
    name = " ".join(name.split())
    if not name:
        raise BadInput(N_("Give the view a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput(N_("At most %(limit)s characters; this has %(length)s."), field="name", limit=LONGEST_NAME,
                       length=len(name))
    with db.session.no_autoflush:
        same = db.session.scalar(sa.select(SavedView.id).where(
            SavedView.user_id == actor.user_id, SavedView.model == view.model, SavedView.name == name,
            SavedView.id != (view.id or 0)))
    if same is not None:
        raise BadInput(SavedView.constraint_sentences["user_id_model_name"], field="name")
    view.name = name


def _share(view: SavedView, actor: Actor, role: Role | None) -> None:
    if role is not None and role is not view.shared_with and not may_share(actor):
        raise NotAllowed(N_("Only the coordinator and the administrator share views."))
    view.shared_with = role


def _clean(address: str) -> str:
    """The same query string, written in one way."""
    found = urlencode(parse_qsl(address.lstrip("?")))
    if len(found) > LONGEST_ADDRESS:
        raise BadInput(N_("There are too many conditions to keep under one name."), field="address")
    return found
