"""How the files for payroll are written: one record for each version of a payroll house's layout."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Console, Menu, Record, choice, says, text
from rules.export_profiles import DateForm, DecimalMark, Encoding, LineEnd, Separator
from rules.wording import N_

CONTENT = ("name", "columns", "codes", "separator", "decimal_mark", "encoding", "date_form", "line_end")
"""What decides how a file is written."""


class ExportProfile(Record):
    """A layout of the payroll file. What a batch was sealed with stays as it was; a change is a new version."""

    __tablename__ = "export_profile"
    console: ClassVar = Console(N_("Export profile"), N_("Export profiles"), Menu.SETTINGS, "filetype-csv",
                                order=("name", "-edition"), small=True)
    __table_args__ = (
        sa.UniqueConstraint("name", "edition"),
        sa.CheckConstraint("edition > 0", name="edition_positive"),
        sa.CheckConstraint("separator <> 'comma' OR decimal_mark <> 'comma'", name="marks_differ"),
    )
    constraint_sentences: ClassVar = {
        "name_edition": N_("There is already a profile of this name: make a new version of it."),
        "edition_positive": N_("Versions are counted from one."),
        "marks_differ": N_("The decimal mark is the same: an amount would be read as two values."),
    }

    name: Mapped[str] = mapped_column(sa.String(60), info=says(
        N_("Name"), "money", listed=True, help=N_("Whose layout it is.")))
    edition: Mapped[int] = mapped_column(default=1, info=says(N_("Version"), "money", listed=True, form=False))
    active: Mapped[bool] = mapped_column(default=True, info=says(
        N_("In use"), "money", listed=True, filtered=True, help=N_("Offered to new batches.")))
    columns: Mapped[text] = mapped_column(info=says(
        N_("Columns"), "money", long=True, help=N_(
            "One a line, in their order: heading = field. The fields: batch, payment_date, line_no, end_to_end_id, "
            "claim_no, person_id, payee_name, last_name, first_name, iban, income_type, work_from, work_to, hours, "
            "unit_price, amount, km, km_amount, other, companion, total, cost_centre, project, approver, approved_at, "
            "claim_approver, note.")))
    codes: Mapped[text] = mapped_column(default="", info=says(
        N_("Codes of the payroll house"), "money", long=True, help=N_(
            "One a line: field: our value = their code, for instance income_type: 214 = 5021. Also of cost_centre and "
            "project.")))
    separator: Mapped[Separator] = mapped_column(choice(Separator), default=Separator.SEMICOLON, info=says(
        N_("Separator"), "money"))
    decimal_mark: Mapped[DecimalMark] = mapped_column(choice(DecimalMark), default=DecimalMark.COMMA, info=says(
        N_("Decimal mark"), "money"))
    encoding: Mapped[Encoding] = mapped_column(choice(Encoding), default=Encoding.UTF8_MARKED, info=says(
        N_("Characters"), "money"))
    date_form: Mapped[DateForm] = mapped_column(choice(DateForm), default=DateForm.FINNISH, info=says(
        N_("Dates"), "money"))
    line_end: Mapped[LineEnd] = mapped_column(choice(LineEnd), default=LineEnd.CRLF, info=says(
        N_("Line ends"), "money"))

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"

    def facts(self) -> dict[str, Any]:
        """The content as plain values, for the file and for the hash over it."""
        return {name: str(getattr(self, name)) for name in CONTENT} | {"edition": self.edition}
