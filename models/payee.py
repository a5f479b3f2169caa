"""Who is paid: official name, account, identity code. Seen by finance only."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Console, Menu, Record, choice, says, short
from models.encryption import Encrypted, HasSecrets
from models.expert import Expert
from models.numbers import clean_iban, mask_iban, mask_identity_code
from models.people import User
from rules.choices import PayeeKind
from rules.wording import N_


class Payee(HasSecrets, Record):
    """A payee with what payroll or the bank needs. What tells the account, the person or the tax is sealed at rest."""

    __tablename__ = "payee"
    console: ClassVar = Console(N_("Payee"), N_("Payees"), Menu.FEES, "bank", order=("official_name",),
                                related=("claims",))
    __table_args__ = (
        sa.CheckConstraint("iban_confirmed_by_id <> iban_changed_by_id", name="second_person"),
        sa.CheckConstraint("(iban_confirmed_by_id IS NULL) = (iban_confirmed_on IS NULL)",
                           name="confirmed_by_somebody"),
    )
    constraint_sentences: ClassVar = {
        "expert_id": N_("This expert already has a payee: correct that record instead."),
        "second_person": N_("Somebody else than who entered the account confirms it."),
        "confirmed_by_somebody": N_("A confirmed account has the day and the person."),
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
    iban_changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    iban_changed_by: Mapped[User | None] = relationship(foreign_keys=[iban_changed_by_id], info=says(
        N_("IBAN changed by"), "money", form=False))
    iban_confirmed_on: Mapped[date | None] = mapped_column(info=says(N_("IBAN confirmed on"), "money", form=False))
    iban_confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    iban_confirmed_by: Mapped[User | None] = relationship(foreign_keys=[iban_confirmed_by_id], info=says(
        N_("IBAN confirmed by"), "money", form=False))
    identity_code: Mapped[str | None] = mapped_column(Encrypted("identity_code_fingerprint"), info=says(
        N_("Personal identity code"), "payee", mask=mask_identity_code, help=N_("Asked only for payment.")))
    identity_code_fingerprint: Mapped[str | None] = mapped_column(sa.String(64), index=True, info=says(
        N_("Identity code hash"), "secret", form=False))
    business_id: Mapped[str | None] = mapped_column(Encrypted(length=12), info=says(N_("Business ID"), "payee"))
    address: Mapped[str | None] = mapped_column(Encrypted(length=400), info=says(
        N_("Address"), "payee", help=N_("Only if payroll needs it.")))
    tax_card_year: Mapped[int | None] = mapped_column(info=says(N_("Tax card of the year"), "payee", filtered=True))
    tax_percent: Mapped[Decimal | None] = mapped_column(Encrypted(of=Decimal), info=says(N_("Tax rate (%)"), "payee"))
    tax_additional_percent: Mapped[Decimal | None] = mapped_column(Encrypted(of=Decimal), info=says(
        N_("Additional tax rate (%)"), "payee", help=N_("Of what goes over the income limit of the card.")))
    tax_income_limit: Mapped[Decimal | None] = mapped_column(Encrypted(of=Decimal), info=says(
        N_("Income limit of the card"), "payee"))
    tax_card_from: Mapped[date | None] = mapped_column(info=says(
        N_("Tax card valid from"), "payee", help=N_("Empty: from the beginning of the year.")))
    in_prepayment_register: Mapped[bool] = mapped_column(default=False, info=says(
        N_("In the prepayment register"), "payee", help=N_("Of businesses. Say also when it was checked.")))
    prepayment_checked_on: Mapped[date | None] = mapped_column(info=says(N_("Prepayment register checked on"), "payee"))
    yel_seen_on: Mapped[date | None] = mapped_column(info=says(N_("YEL certificate seen on"), "payee"))
    vat_liable: Mapped[bool] = mapped_column(default=False, info=says(N_("Liable for VAT"), "payee"))

    def __str__(self) -> str:
        return self.official_name

    @validates("iban")
    def _iban_is_clean(self, _key: str, value: str | None) -> str | None:
        """A changed account is nobody's confirmed one, whichever way it came in."""
        clean = clean_iban(value) if value else None
        if self.iban_confirmed_on is not None and clean != self.iban:
            self.iban_confirmed_on = self.iban_confirmed_by = None
        return clean

    def iban_fingerprint_before(self) -> str | None:
        """The hash of the account as stored, before an edit that is not flushed yet."""
        history = sa.inspect(self).attrs.iban_fingerprint.history
        return next(iter(history.deleted or history.unchanged), None)
