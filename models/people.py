"""Who signs in: people, their accounts and the roles they may act in."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Console, Menu, Record, choice, says, short
from rules.choices import Language
from rules.permissions import Role
from rules.wording import N_


class Person(Record):
    """The human behind accounts, an expert record and a payee: separation of duties compares persons."""

    __tablename__ = "person"
    console: ClassVar = Console(N_("Person"), N_("Persons"), Menu.SETTINGS, "person", order=("name",))

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "identity", listed=True, searched=True))
    expert: Mapped[Any] = relationship("Expert", back_populates="person", uselist=False)

    def __str__(self) -> str:
        return self.name


class User(Record):
    """An account. Flask-Login asks it the four questions at the end."""

    __tablename__ = "user"
    console: ClassVar = Console(N_("User"), N_("Users"), Menu.SETTINGS, "person-badge", order=("name",),
                                related=("grants",))
    __table_args__ = (sa.CheckConstraint("email = lower(email)", name="email_lower"),)
    constraint_sentences: ClassVar = {
        "email": N_("Another user already has this e-mail address."),
        "email_lower": N_("Write the e-mail address in lower case."),
        "calendar_key": N_("This calendar address is taken. Make a new one."),
    }

    name: Mapped[short] = mapped_column(info=says(N_("Name"), "identity", listed=True, searched=True))
    email: Mapped[str] = mapped_column(sa.String(200), unique=True,
                                       info=says(N_("E-mail"), "contact", listed=True, searched=True))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("May sign in"), "work", listed=True, filtered=True))
    language: Mapped[Language | None] = mapped_column(choice(Language), info=says(N_("Language"), "work"))
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="",
                                               info=says(N_("Password"), "secret", form=False))
    session_version: Mapped[int] = mapped_column(default=1, info=says(N_("Session"), "secret", form=False))
    calendar_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True,
                                                     info=says(N_("Calendar address"), "secret", form=False))
    """The SHA-256 of the secret in the user's calendar feed; None while there is no feed."""
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person: Mapped[Person] = relationship(info=says(
        N_("Person"), "identity", needed=False,
        help=N_("One human may have several accounts; four-eyes rules compare persons.")))
    organisation: Mapped[Any] = relationship("Organisation", info=says(
        N_("Organisation"), "work", listed=True, help=N_("Whose orders or trainees an orderer or a trainer sees.")))
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user")

    def __str__(self) -> str:
        return self.name

    @property
    def expert(self) -> Any:
        """The expert record of the same person, if there is one."""
        return self.person.expert if self.person else None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles this account may act in, as they were granted: the first is acted in after signing in."""
        return tuple(grant.role for grant in sorted(self.grants, key=lambda grant: grant.id or 0))

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """Changes with ``session_version``, so that raising it ends every session."""
        return f"{self.id}.{self.session_version}"


class RoleGrant(Record):
    """One role that a user may act in."""

    __tablename__ = "role_grant"
    console: ClassVar = Console(N_("Role of a user"), N_("Roles of users"), Menu.SETTINGS, "key", order=("user_id",),
                                label_from=("user",))
    __table_args__ = (sa.UniqueConstraint("user_id", "role"),)
    constraint_sentences: ClassVar = {"user_id_role": N_("This user already has this role.")}

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="grants", info=says(
        N_("User"), "identity", listed=True, searched=True))
    role: Mapped[Role] = mapped_column(choice(Role), info=says(N_("Role"), "work", listed=True, filtered=True))

    def __str__(self) -> str:
        return f"{self.user} · {self.role.value}"
