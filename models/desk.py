"""How a user has arranged the console: list columns, saved views, frozen selections, drafts of forms."""

from datetime import UTC, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UTCDateTime, choice, pk, short
from models.encryption import Encrypted, HasSecrets
from rules.permissions import Role
from rules.wording import N_


class ListSetting(Model):
    """The columns that a user has chosen for one model's list, in order."""

    __tablename__ = "list_setting"
    __table_args__ = (sa.UniqueConstraint("user_id", "model"),)

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    model: Mapped[str] = mapped_column(sa.String(60))
    columns: Mapped[str] = mapped_column(sa.String(2000), default="")
    """A comma list of attribute names; names that the reader may not read are skipped at reading."""


class SavedView(Model):
    """A list's query string under a name: the owner's own, or shared with everybody who acts in a role."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("user_id", "model", "name"),)
    constraint_sentences: ClassVar = {"user_id_model_name": N_("You already have a view of this name.")}

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    model: Mapped[str] = mapped_column(sa.String(60), index=True)
    name: Mapped[short]
    address: Mapped[str] = mapped_column(sa.String(2000))
    shared_with: Mapped[Role | None] = mapped_column(choice(Role))


class Selection(Model):
    """The rows of one model that a user has chosen for an action, frozen: rows that match later are not in it.

    Kept until the action is done or given up; old ones may be deleted at any time.
    """

    __tablename__ = "selection"

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: datetime.now(UTC), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    model: Mapped[str] = mapped_column(sa.String(60))
    ids: Mapped[list[int]] = mapped_column(sa.JSON)
    """Record ids in the order of the list they were chosen from."""


class Draft(HasSecrets, Model):
    """What a user has typed in a form and not saved yet; sealed, for it may be about anybody."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "path"),)

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: datetime.now(UTC), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    path: Mapped[str] = mapped_column(sa.String(400))
    """The form's address with its query."""
    fields: Mapped[str | None] = mapped_column(Encrypted())
    """JSON: a list of [name, value] pairs as the form would send them."""
