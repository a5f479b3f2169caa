"""The accounts that batches are paid from, and what the agreement with each bank says."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Console, Menu, Record, choice, says
from rules.bank_characters import LONGEST_NAME, Characters
from rules.choices import PainVersion
from rules.payment_ids import LONGEST
from rules.wording import N_


class PayingAccount(Record):
    """An account of the payer. Its bank takes payment files of one version in one set of characters."""

    __tablename__ = "paying_account"
    console: ClassVar = Console(N_("Paying account"), N_("Paying accounts"), Menu.SETTINGS, "bank2", order=("name",),
                                small=True)
    __table_args__ = (sa.UniqueConstraint("iban"),)
    constraint_sentences: ClassVar = {"iban": N_("There is already a paying account of this number.")}

    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME), info=says(
        N_("Payer's name"), "money", listed=True, searched=True, help=N_("As the bank knows it.")))
    iban: Mapped[str] = mapped_column(sa.String(34), info=says(
        N_("Account number (IBAN)"), "money", listed=True, searched=True))
    bic: Mapped[str] = mapped_column(sa.String(11), default="", info=says(
        N_("Bank code (BIC)"), "money", help=N_("May be left empty: the account number tells the bank.")))
    agreement: Mapped[str] = mapped_column(sa.String(LONGEST), default="", info=says(
        N_("Agreement with the bank"), "money", help=N_(
            "The payer's identifier in the payment file, as in the bank's agreement: often the business ID.")))
    pain_version: Mapped[PainVersion] = mapped_column(choice(PainVersion), default=PainVersion.V09, info=says(
        N_("Version of the payment file"), "money"))
    characters: Mapped[Characters] = mapped_column(choice(Characters), default=Characters.LATIN1, info=says(
        N_("Characters that the bank takes"), "money"))
    batch_booking: Mapped[bool] = mapped_column(default=False, info=says(
        N_("One entry on the statement for a whole batch"), "money", help=N_(
            "Then the statement may not tell which payments were made.")))
    active: Mapped[bool] = mapped_column(default=True, info=says(N_("In use"), "money", listed=True, filtered=True))

    def __str__(self) -> str:
        return f"{self.name} ••{self.iban[-4:]}"
