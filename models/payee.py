"""Who is paid: official name, account, identity code. Seen by finance only."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Console, Menu, Record, choice, says, short
from models.encryption import Encrypted, HasSecrets
from models.expert import Expert
from models.numbers import clean_iban, mask_iban, mask_identity_code
from rules.choices import PayeeKind
from rules.wording import N_


class Payee(HasSecrets, Record):
    """A payee with what payroll or the bank needs. What tells the account, the person or the tax is sealed at rest."""

    __tablename__ = "payee"
    console: ClassVar = Console(N_("Payee"), N_("Payees"), Menu.FEES, "bank", order=("official_name",),
                                related=("claims",))
    constraint_sentences: ClassVar = {
        "expert_id": N_("This expert already has a payee: correct that record instead."),
    }

    official_name: Mapped[short] = mapped_column(index=True, info=says(
        N_("Account holder's official name"), "money", listed=True, searched=True,
        help=N_("As the bank knows it: banks compare the name with the account.")))
    kind: Mapped[PayeeKind] = mapped_column(choice(PayeeKind), default=PayeeKind.PRIVATE, info=says(
        N_("Kind"), "money", listed=True, filtered=True))
    expert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expert.id"), unique=True)
    expert: Mapped[Expert | None] = relationship(backref="payees", info=says(
        N_("Expert by experience"), "identity", searched=True))
    iban: Mapped[str | None] = mapped_column(Encrypted("iban_fingerprint"), info=says(
        N_("IBAN"), "payee", listed=True, mask=mask_iban))
    iban_fingerprint: Mapped[str | None] = mapped_column(sa.String(64), index=True, info=says(
        N_("IBAN hash"), "secret", form=False))
    iban_changed_on: Mapped[date | None] = mapped_column(info=says(N_("IBAN changed on"), "payee", form=False))
    identity_code: Mapped[str | None] = mapped_column(Encrypted("identity_code_fingerprint"), info=says(
        N_("Personal identity code"), "payee", mask=mask_identity_code, help=N_("Asked only for payment.")))
    identity_code_fingerprint: Mapped[str | None] = mapped_column(sa.String(64), index=True, info=says(
        N_("Identity code hash"), "secret", form=False))
    business_id: Mapped[str | None] = mapped_column(Encrypted(length=12), info=says(N_("Business ID"), "payee"))
    address: Mapped[str | None] = mapped_column(Encrypted(length=400), info=says(
        N_("Address"), "payee", help=N_("Only if payroll needs it.")))
    tax_card_year: Mapped[int | None] = mapped_column(info=says(N_("Tax card of the year"), "payee", filtered=True))
    tax_percent: Mapped[int | None] = mapped_column(Encrypted(of=int), info=says(N_("Tax rate (%)"), "payee"))
    prepayment_checked_on: Mapped[date | None] = mapped_column(info=says(N_("Prepayment register checked on"), "payee"))
    yel_seen_on: Mapped[date | None] = mapped_column(info=says(N_("YEL certificate seen on"), "payee"))

    def __str__(self) -> str:
        return self.official_name

    @validates("iban")
    def _iban_is_clean(self, _key: str, value: str | None) -> str | None:
        return clean_iban(value) if value else None

    def iban_fingerprint_before(self) -> str | None:
        """The hash of the account as stored, before an edit that is not flushed yet."""
        history = sa.inspect(self).attrs.iban_fingerprint.history
        return next(iter(history.deleted or history.unchanged), None)
