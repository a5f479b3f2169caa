"""The control workbook of a payment batch: summary, lines, warnings. Makes no other file, checks nothing."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from decimal import Decimal

from exports.batch_facts import BatchSheet
from exports.columns import Column, Translate
from exports.payroll import Profile
from exports.workbook import CoverLine, CoverSheet, Sheet, write_workbook
from models.numbers import mask_iban, mask_identity_code
from rules.batch_seal import BatchLine
from rules.choices import BatchKind
from rules.wording import N_


def batch_workbook(
    sheet: BatchSheet,
    lines: Sequence[BatchLine],
    profile: Profile | None,
    hashes: Sequence[tuple[str, str]],
    translate: Translate,
    zone: tzinfo,
) -> bytes:
    """The workbook's bytes; ``hashes`` are name and SHA-256 of the batch's other files."""
    title = translate(N_("Payment batch %(number)s")) % {"number": sheet.facts.number}
    pages: list[Sheet | CoverSheet] = [
        CoverSheet(translate(N_("Summary")), title, _summary(sheet, lines, profile, hashes, translate)),
        Sheet(translate(N_("Lines")), [
            *_line_columns(translate, sheet), *(_tax_columns(translate) if any(line.taxed for line in lines) else []),
            *(_companion_columns(translate) if any(line.companion for line in lines) else [])],
            lines),
        Sheet(
            translate(N_("Warnings")),
            _warning_columns(translate),
            [(line, warning) for line in lines for warning in line.warnings],
        ),
    ]
    return write_workbook(pages, created=sheet.generated_at, zone=zone, title=title, translate=translate)


def _summary(
    sheet: BatchSheet,
    lines: Sequence[BatchLine],
    profile: Profile | None,
    hashes: Sequence[tuple[str, str]],
    translate: Translate,
) -> list[CoverLine]:
    facts = sheet.facts
    shown = [
        CoverLine(translate(N_("Kind")), sheet.kind_label),
        CoverLine(translate(N_("Payment date")), facts.payment_date, "date"),
        CoverLine(translate(N_("Lines")), len(lines), "integer"),
        CoverLine(translate(N_("Sum")), sum((line.total for line in lines), Decimal(0)), "money"),
        *_of_companions(lines, translate),
        *_withheld(lines, translate),
        CoverLine(translate(N_("Warnings")), sum(len(line.warnings) for line in lines), "integer"),
        CoverLine(translate(N_("In the Incomes Register by")), sheet.income_register_deadline, "date"),
        CoverLine(translate(N_("Payer account")), facts.payer_account or None),
        *_people(sheet, translate),
        CoverLine(translate(N_("Content sealed (SHA-256)")), sheet.content_hash),
    ]
    if profile is not None:
        shown.append(CoverLine(translate(N_("Export profile")), str(profile)))
    shown += [CoverLine(name, sha256) for name, sha256 in hashes]
    return [line for line in shown if line.value is not None]


def _of_companions(lines: Sequence[BatchLine], translate: Translate) -> list[CoverLine]:
    """What was paid back of the costs of those who came along; it is nobody's wage."""
    paid = sum((line.companion for line in lines), Decimal(0))
    return [CoverLine(translate(N_("Of it companions' costs")), paid, "money")] if paid else []


def _withheld(lines: Sequence[BatchLine], translate: Translate) -> list[CoverLine]:
    """Before and after tax, where tax is withheld of anything."""
    if not any(line.taxed for line in lines):
        return []
    tax = sum((line.tax for line in lines), Decimal(0))
    return [
        CoverLine(translate(N_("Before tax")), sum((line.total for line in lines), tax), "money"),
        CoverLine(translate(N_("Tax withheld")), tax, "money"),
    ]


def _people(sheet: BatchSheet, translate: Translate) -> list[CoverLine]:
    return [
        CoverLine(translate(N_("Made by")), sheet.maker),
        CoverLine(translate(N_("Made at")), sheet.created_at, "datetime"),
        CoverLine(translate(N_("Submitted by")), sheet.submitter),
        CoverLine(translate(N_("Submitted at")), sheet.submitted_at, "datetime"),
        CoverLine(translate(N_("Approved by")), sheet.approver),
        CoverLine(translate(N_("Approved at")), sheet.approved_at, "datetime"),
        CoverLine(translate(N_("Files made at")), sheet.generated_at, "datetime"),
    ]


def _line_columns(translate: Translate, sheet: BatchSheet) -> list[Column]:
    masked = sheet.mask_payee
    return [
        Column(translate(N_("Line")), lambda line: line.line_no, "integer"),
        Column(translate(N_("Payment identifier")), lambda line: line.end_to_end_id),
        Column(translate(N_("Claim")), lambda line: line.claim_number),
        Column(translate(N_("Payee")), lambda line: line.payee_name),
        Column(translate(N_("IBAN")), lambda line: _shown(line.iban, mask_iban if masked else str)),
        Column(
            translate(N_("Identity code")),
            lambda line: _shown(line.identity_code, mask_identity_code if masked else str),
        ),
        Column(translate(N_("Income type")), lambda line: line.income_type),
        Column(translate(N_("Work from")), lambda line: line.work_from, "date"),
        Column(translate(N_("Work to")), lambda line: line.work_to, "date"),
        *_amount_columns(translate),
        Column(translate(N_("Cost centre")), lambda line: line.cost_centre),
        Column(translate(N_("Project")), lambda line: line.project),
        Column(translate(N_("Note")), lambda line: line.note),
        *(_columns_of_the_bank(translate) if sheet.facts.kind == BatchKind.SEPA else []),
    ]


def _columns_of_the_bank(translate: Translate) -> list[Column]:
    return [
        Column(translate(N_("Payee's reference")), lambda line: line.reference),
        Column(translate(N_("Text on the payee's statement")), lambda line: line.text),
    ]


def _tax_columns(translate: Translate) -> list[Column]:
    return [
        Column(translate(N_("Before tax")), lambda line: line.total + line.tax, "money", total=True),
        Column(translate(N_("Wage that tax is withheld of")), lambda line: line.taxed, "money", total=True),
        Column(translate(N_("Tax rate (%)")), lambda line: line.tax_percent, "decimal"),
        Column(translate(N_("Of it over the income limit")), lambda line: line.taxed_over, "money", total=True),
        Column(translate(N_("Additional tax rate (%)")), lambda line: line.tax_over_percent, "decimal"),
        Column(translate(N_("Tax withheld")), lambda line: line.tax, "money", total=True),
    ]


def _companion_columns(translate: Translate) -> list[Column]:
    title = translate(N_("Of the other costs a companion's"))
    return [Column(title, lambda line: line.companion, "money", total=True)]


def _shown(text: str, writing: Callable[[str], str]) -> str:
    return writing(text) if text else ""


def _amount_columns(translate: Translate) -> list[Column]:
    return [
        Column(translate(N_("Hours")), lambda line: line.hours, "decimal"),
        Column(translate(N_("Unit price")), lambda line: line.unit_price, "money"),
        Column(translate(N_("Fee")), lambda line: line.fee, "money", total=True),
        Column(translate(N_("Kilometres")), lambda line: line.km, "decimal", total=True),
        Column(translate(N_("Kilometre allowance")), lambda line: line.km_amount, "money", total=True),
        Column(translate(N_("Other costs")), lambda line: line.other, "money", total=True),
        Column(translate(N_("Sum")), lambda line: line.total, "money", total=True),
    ]


def _warning_columns(translate: Translate) -> list[Column]:
    return [
        Column(translate(N_("Line")), lambda pair: pair[0].line_no, "integer"),
        Column(translate(N_("Claim")), lambda pair: pair[0].claim_number),
        Column(translate(N_("Payee")), lambda pair: pair[0].payee_name),
        Column(translate(N_("Warning")), lambda pair: pair[1], width=60),
    ]
