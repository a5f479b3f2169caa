"""Drafts: what a user has typed in a form and not saved yet. Who may read it back as what is the form's own matter."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa

from models import Draft, Submission, db

FORM = re.compile(r"/admin/[a-z]+/(?:new|edit|verb/[a-z_]+)/")
NOT_OF_THE_FORM = frozenset({"url", "from", "draft", "fragment"})
"""What an address may say beside which form it is."""

NEVER = frozenset({"csrf_token", "url", "draft-path"})
LONGEST_PATH = 400
LARGEST = 200_000
MOST = 100
"""Drafts of one user; beyond them the oldest goes."""

Fields = list[tuple[str, str]]


def path_of(address: str) -> str:
    """The form that ``address`` names, however one came to it; empty when it names none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # as of a host that opens a bracket and does not close it
        return ""
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if name not in NOT_OF_THE_FORM)
    path = f"{parts.path}?{urlencode(query)}" if query else parts.path
    elsewhere = parts.scheme or parts.netloc
    return path if FORM.fullmatch(parts.path) and not elsewhere and len(path) <= LONGEST_PATH else ""


def keepable(fields: Iterable[tuple[str, str]]) -> Fields:
    """``fields`` without passwords and what belongs to the sending only."""
    return [(name, value) for name, value in fields if name not in NEVER and "password" not in name]


def find(user_id: int, path: str) -> Draft | None:
    if not path:
        return None
    return db.session.scalars(sa.select(Draft).where(Draft.user_id == user_id, Draft.path == path)).one_or_none()


def keep(user_id: int, path: str, fields: Fields, now: datetime) -> bool:
    """Keep ``fields`` as the user's draft of the form at ``path``; False when it is too large or already saved."""
    kept = keepable(fields)
    text = json.dumps(kept, ensure_ascii=False)
    if not path or len(text) > LARGEST or _is_saved(user_id, kept):
        return False
    draft = find(user_id, path)
    if draft is None:
        draft = Draft(user_id=user_id, path=path)
        db.session.add(draft)
    draft.fields, draft.at = text, now
    db.session.flush()
    for old in db.session.scalars(
            sa.select(Draft).where(Draft.user_id == user_id).order_by(Draft.at.desc(), Draft.id.desc()).offset(MOST)):
        db.session.delete(old)
    return True


def _is_saved(user_id: int, fields: Fields) -> bool:
    """Whether the form has been saved already: a draft sent at the same moment comes too late."""
    key = dict(fields).get("form_key", "")
    sent = db.session.get(Submission, key) if key else None
    return sent is not None and sent.user_id == user_id


def fields_of(draft: Draft) -> Fields:
    """The name and value pairs as the form would send them."""
    return [(name, value) for name, value in json.loads(draft.fields or "[]")]


def drop(user_id: int, path: str) -> None:
    """Forget the draft of the form at ``path``, if there is one."""
    if (draft := find(user_id, path)) is not None:
        db.session.delete(draft)


def forget_older(than: datetime) -> int:
    """Delete the drafts last kept before ``than``; how many there were."""
    old = db.session.scalars(sa.select(Draft).where(Draft.at < than)).all()
    for draft in old:
        db.session.delete(draft)
    return len(old)
