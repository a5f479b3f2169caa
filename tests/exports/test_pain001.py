"""The bank file: right by the schema and by our rules, the same at each making, and refused where a bank would refuse."""

import re
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exports.batch_check import FilesDiffer
from exports.batch_facts import BatchSheet
from exports.pain001 import bank_file, pain001, uetr
from exports.pain001_check import check_pain001
from exports.pain001_order import order_of
from exports.payment_batch import batch_files
from rules.bank_characters import EPC_BASIC, LATIN_LETTERS, Characters
from rules.batch_seal import BatchFacts, BatchLine, content_hash
from rules.choices import PainVersion
from rules.errors import DomainError
from rules.money import LARGEST, rounded
from rules.payment_ids import end_to_end_id
from rules.payment_routes import remittance_text
from tests.bank_world import IBANS, MADE_AT, NUMBER, PAYER, a_payment, an_order, schema

VERSIONS = list(PainVersion)
SCHEMAS = {version: schema(version) for version in VERSIONS}
UUID4 = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")


def tree(order, **how):
    document = etree.fromstring(pain001(order, **how))
    SCHEMAS[order.payer.version].assertValid(document)
    return document


def every(document, name):
    return [found.text for found in document.iter(f"{{*}}{name}")]


def refusal(**changes):
    with pytest.raises(DomainError) as refused:
        pain001(an_order([a_payment(1), a_payment(2, **changes)]))
    return str(refused.value.sentence)


# The schema lets these pass; no bank pays them.

def forced(old, new, version=PainVersion.V09):
    """The document of a good order with ``old`` replaced: what a writer without rules of its own would make."""
    return etree.fromstring(pain001(an_order(version=version)).replace(old, new))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("old", "new"), [
    (b">113.86</InstdAmt>", b">0.00</InstdAmt>"),
    (b">113.86</InstdAmt>", b">1.23456</InstdAmt>"),
    (b"FI4511181590830167", b"FI4611181590830167"),
    (b"EndToEndId>KA2026B0042-000002<", b"EndToEndId>KA2026B0042-000001<"),
    (b"EndToEndId>KA2026B0042-000002<", b"EndToEndId>NOTPROVIDED<"),
    ("Pekka Mäkinen".encode(), "Pekka 😀".encode()),
    ("Pekka Mäkinen</Nm>".encode(), b"Pekka</Nm><PstlAdr><AdrLine>Kotikatu 1</AdrLine></PstlAdr>"),
])
def test_schema_lets_pass_what_no_bank_pays(version, old, new):
    assert SCHEMAS[version].validate(forced(old, new, version))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"amount": Decimal("0.00")}, "KA2026B0042-000002: The amount is more than zero."),
    ({"amount": Decimal("-5.00")}, "KA2026B0042-000002: The amount is more than zero."),
    ({"amount": Decimal("NaN")}, "KA2026B0042-000002: The amount is more than zero."),
    ({"amount": Decimal("1.23456")}, "KA2026B0042-000002: An amount has at most two decimals."),
    ({"amount": LARGEST + Decimal("0.01")}, "KA2026B0042-000002: The amount is too large."),
    ({"iban": "FI4611181590830167"}, "KA2026B0042-000002: The check digits of the account number do not match."),
    ({"iban": PAYER.iban}, "KA2026B0042-000002: This is the payer's own account."),
    ({"name": "Pekka 😀"},
     "KA2026B0042-000002: A bank does not take 😀. Write it in Latin letters, as on the account."),
    ({"name": "P" * 71}, "KA2026B0042-000002: A bank takes at most 70 characters here; this has 71."),
    ({"text": "t" * 141}, "KA2026B0042-000002: A bank takes at most 140 characters here; this has 141."),
    ({"end_to_end_id": "KA2026B0042-000001"}, "The payment id KA2026B0042-000001 is in the batch twice."),
    ({"end_to_end_id": "NOTPROVIDED"},
     "NOTPROVIDED: A payment id has at most 35 letters, digits and single hyphens."),
    ({"end_to_end_id": "KA_2026"}, "KA_2026: A payment id has at most 35 letters, digits and single hyphens."),
    ({"end_to_end_id": "/A"}, "/A: A payment id has at most 35 letters, digits and single hyphens."),
    ({"end_to_end_id": "A" * 36}, f"{'A' * 36}: A payment id has at most 35 letters, digits and single hyphens."),
    ({"end_to_end_id": ""}, ": A payment id has at most 35 letters, digits and single hyphens."),
    ({"text": "both", "reference": "12345672"}, "KA2026B0042-000002: A payment has either a reference or a text."),
    ({"text": ""}, "KA2026B0042-000002: A payment has either a reference or a text."),
    ({"text": "", "reference": "12345671"},
     "KA2026B0042-000002: The check digit of the reference number does not match."),
    ({"text": "", "reference": "RF8612345672"},
     "KA2026B0042-000002: The check digits of the RF reference do not match."),
])
def test_what_no_bank_pays_is_refused_with_its_payment_named(changes, sentence):
    assert refusal(**changes) == sentence


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"payments": []}, "The batch has no lines."),
    ({"number": "KA_42"}, "A batch number has only letters A to Z, digits and single hyphens."),
    ({"number": "A" * 34}, "A batch number has only letters A to Z, digits and single hyphens."),
    ({"payment_date": date(2026, 11, 23)}, "The payment date is past: return the batch to draft and edit it."),
    ({"payer": replace(PAYER, bic="NDEA")}, "A bank code (BIC) has eight or eleven letters and digits."),
    ({"payer": replace(PAYER, iban="FI2212345600000785")}, "The check digits of the account number do not match."),
])
def test_order_that_no_bank_takes_is_refused(changes, sentence):
    with pytest.raises(DomainError) as refused:
        pain001(an_order(**changes))

    assert str(refused.value.sentence) == sentence


# The rules of the file, one by one.

@pytest.mark.parametrize("version", VERSIONS)
def test_version_is_09_by_default_and_03_by_setting(version):
    document = tree(an_order(version=version))

    assert (etree.QName(document).namespace, an_order().payer.version) == (
        f"urn:iso:std:iso:20022:tech:xsd:{version}", PainVersion.V09)


def test_uetr_is_in_09_only_and_new_for_each_payment():
    new, old = tree(an_order()), tree(an_order(version=PainVersion.V03))

    assert (len(set(every(new, "UETR"))), every(old, "UETR")) == (5, [])
    assert [bool(UUID4.fullmatch(found)) for found in every(new, "UETR")] == [True] * 5
    assert uetr(PAYER.iban, "A-000001") != uetr(IBANS[0], "A-000001")


@pytest.mark.parametrize("version", VERSIONS)
def test_count_and_control_sum_stand_in_the_head_and_in_the_payment_information(version):
    document = tree(an_order(version=version))

    assert (every(document, "NbOfTxs"), every(document, "CtrlSum")) == (["5", "5"], ["906.60", "906.60"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("reference", "kind"), [("12345672", ["SCOR"]), ("RF85 1234 5672", ["SCOR", "ISO"])])
def test_reference_is_scor_and_rf_is_issued_by_iso_and_there_is_never_a_text_beside_it(version, reference, kind):
    document = tree(an_order([a_payment(1, text="", reference=reference)], version))

    said = document.find(".//{*}CdtrRefInf/{*}Tp")
    assert [found.text for found in said.iter("{*}Cd", "{*}Issr")] == kind
    assert (every(document, "Ref"), every(document, "Ustrd")) == ([reference.replace(" ", "")], [])


def test_text_tells_the_claim_and_nothing_of_health_or_service():
    assert every(tree(an_order([a_payment(7)])), "Ustrd") == ["Palkkio 2026-007"]


def test_message_id_is_the_number_of_the_batch():
    assert every(tree(an_order()), "MsgId") == [NUMBER]


def test_level_of_service_is_sepa_and_charges_are_shared_by_it():
    document = tree(an_order())

    assert [every(document, name) for name in ("Cd", "ChrgBr", "PmtMtd", "LclInstrm", "CtgyPurp")] == [
        ["SEPA"], ["SLEV"], ["TRF"], [], []]


@pytest.mark.parametrize(("setting", "written"), [(True, ["true"]), (False, ["false"])])
def test_batch_booking_is_a_setting(setting, written):
    assert every(tree(an_order(payer=replace(PAYER, batch_booking=setting))), "BtchBookg") == written


@pytest.mark.parametrize("version", VERSIONS)
def test_no_address_of_anybody_is_sent(version):
    document = tree(an_order(version=version))

    assert [every(document, name) for name in ("PstlAdr", "AdrLine", "Ctry", "CdtrAgt")] == [[]] * 4


@pytest.mark.parametrize(("version", "bic", "written"), [
    (PainVersion.V09, "NDEAFIHH", [("BICFI", "NDEAFIHH")]), (PainVersion.V03, "NDEAFIHH", [("BIC", "NDEAFIHH")]),
    (PainVersion.V09, "", [("Othr", None), ("Id", "NOTPROVIDED")]), (PainVersion.V03, "", [("Othr", None), ("Id", "NOTPROVIDED")]),
])
def test_payers_bank_is_named_by_its_code_or_as_not_provided(version, bic, written):
    found = tree(an_order(payer=replace(PAYER, version=version, bic=bic))).find(".//{*}DbtrAgt/{*}FinInstnId")

    assert [(etree.QName(one).localname, one.text) for one in found.iterdescendants()] == written


@pytest.mark.parametrize("version", VERSIONS)
def test_agreement_with_the_bank_identifies_who_sends_when_it_is_set(version):
    without, given = (tree(an_order(payer=replace(PAYER, version=version, agreement=one))) for one in ("", "0737546-2"))

    assert [every(one.find(".//{*}InitgPty"), "Id") for one in (without, given)] == [[], [None, "0737546-2"]]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("asked", "moved"), [
    (date(2026, 12, 1), "2026-12-01"),
    (date(2026, 12, 5), "2026-12-07"),    # Saturday, then Independence Day on a Sunday
    (date(2026, 12, 24), "2026-12-28"),   # Christmas, then a weekend
    (date(2027, 1, 1), "2027-01-04"),
    (date(2027, 1, 6), "2027-01-07"),
    (date(2027, 3, 26), "2027-03-30"),    # Easter
    (date(2027, 5, 6), "2027-05-07"),     # Ascension Day
    (date(2027, 6, 25), "2027-06-28"),    # Midsummer Eve
])
def test_execution_date_moves_past_bank_holidays(version, asked, moved):
    found = tree(an_order(version=version, payment_date=asked)).find(".//{*}ReqdExctnDt")

    assert "".join(found.itertext()) == moved


def test_moment_of_making_is_written_by_the_clock_of_the_payer():
    assert every(tree(an_order(), zone=ZoneInfo("Europe/Helsinki")), "CreDtTm") == ["2026-11-24T10:00:00"]


@pytest.mark.parametrize(("characters", "name"), [(Characters.LATIN1, "Sönke Åström"), (Characters.EPC_BASIC, "Sonke Astrom")])
def test_letters_of_finland_are_kept_unless_the_bank_takes_the_basic_set_only(characters, name):
    document = tree(an_order([a_payment(3)], payer=replace(PAYER, characters=characters)))

    assert every(document.find(".//{*}Cdtr"), "Nm") == [name]


@pytest.mark.parametrize("version", VERSIONS)
def test_same_order_gives_the_same_bytes(version):
    assert pain001(an_order(version=version)) == pain001(an_order(version=version))


def test_order_is_not_changed_by_making_its_file():
    order = an_order([a_payment(1, iban="fi45 1118 1590 8301 67")])

    pain001(order)

    assert order == an_order([a_payment(1, iban="fi45 1118 1590 8301 67")])


def test_file_has_its_name_type_and_hash():
    made = bank_file(an_order())

    assert (made.name, made.content_type, made.data, len(made.sha256)) == (
        "KA2026B0042_pain001.xml", "application/xml", pain001(an_order()), 64)


# Read back before it is stored.

@pytest.mark.parametrize(("old", "new"), [
    (b">113.86</InstdAmt>", b">113.87</InstdAmt>"),
    (b"<CtrlSum>906.60", b"<CtrlSum>906.61"),
    (b"<NbOfTxs>5", b"<NbOfTxs>6"),
    (b"FI4511181590830167", b"FI2853909960308243"),
    (b"EndToEndId>KA2026B0042-000002<", b"EndToEndId>KA2026B0042-000003<"),
    (b"<MsgId>KA2026B0042", b"<MsgId>KA2026B0043"),
])
def test_file_that_differs_from_its_order_is_not_let_out(old, new):
    data = pain001(an_order())
    check_pain001(data, an_order())

    with pytest.raises(FilesDiffer):
        check_pain001(data.replace(old, new, 1), an_order())


def test_file_with_an_identifier_twice_is_not_let_out_even_when_the_order_has_it_twice():
    data = pain001(an_order([a_payment(1), a_payment(2, name="Pekka Mäkinen")]))
    twice = an_order([a_payment(1), a_payment(2, name="Pekka Mäkinen", end_to_end_id="KA2026B0042-000001")])

    with pytest.raises(FilesDiffer):
        check_pain001(data.replace(b"EndToEndId>KA2026B0042-000002<", b"EndToEndId>KA2026B0042-000001<"), twice)


def test_moment_of_making_knows_its_zone():
    with pytest.raises(ValueError, match="made_at is an instant"):
        an_order(made_at=MADE_AT.replace(tzinfo=None))


def a_sheet(**changes):
    facts = BatchFacts(NUMBER, "sepa", date(2026, 12, 1), PAYER.iban)
    return BatchSheet(facts=replace(facts, **changes), kind_label="To the bank", content_hash="", maker="A",
                      created_at=MADE_AT, submitter="A", approver="B", approved_at=MADE_AT, generated_at=MADE_AT)


def a_line(line_no=1):
    return BatchLine(line_no=line_no, end_to_end_id=end_to_end_id(NUMBER, line_no), claim_number=f"2026-{line_no:03d}",
                     payee_name="Pekka Mäkinen", iban=IBANS[0], text=remittance_text(f"2026-{line_no:03d}"), total=Decimal("113.86"))


def test_order_of_a_batch_has_its_lines_and_the_payees_own_references():
    order = order_of(a_sheet(), [a_line(1), replace(a_line(2), text="", reference="12345672")], PAYER)

    assert order == an_order([
        a_payment(1), a_payment(2, name="Pekka Mäkinen", iban=IBANS[0], amount=Decimal("113.86"), text="",
                                reference="12345672")])


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"kind": "payroll"}, "This batch goes to payroll, not to the bank."),
    ({"payer_account": IBANS[1]}, "The batch was approved for another account of the payer."),
])
def test_order_of_a_batch_that_is_not_for_this_account_is_refused(changes, sentence):
    with pytest.raises(DomainError) as refused:
        order_of(a_sheet(**changes), [a_line()], PAYER)

    assert str(refused.value.sentence) == sentence


def test_bank_file_is_among_the_checksums_of_its_batch():
    lines = [replace(a_line(line_no), fee=Decimal("113.86")) for line_no in (1, 2)]
    sheet = replace(a_sheet(), content_hash=content_hash(a_sheet().facts, lines))
    made = bank_file(order_of(sheet, lines, PAYER))

    files = batch_files(sheet, lines, None, other_files=[made])

    assert [file.name for file in files] == [
        "KA2026B0042_maksulista.xlsx", "KA2026B0042_pain001.xml", "KA2026B0042_SHA256SUMS.txt"]
    assert f"{made.sha256}  {made.name}" == files[-1].data.decode().splitlines()[1]


CENTS = st.integers(1, 99_999_999_999)
NAMES = st.text(sorted(EPC_BASIC | LATIN_LETTERS), min_size=1, max_size=40).filter(lambda name: name.strip("/ "))
SIGNS_TOO = st.text("abÅäö &<>\"'_#–é\u200b]", min_size=1, max_size=60).map("n{}".format)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CENTS, NAMES, SIGNS_TOO, st.sampled_from(IBANS)), min_size=1, max_size=8),
       st.sampled_from(VERSIONS), st.sampled_from(Characters))
def test_any_batch_adds_up_to_its_control_sum_in_allowed_characters(rows, version, characters):
    payments = [a_payment(line_no, amount=Decimal(cents).scaleb(-2), name=name, text=text, iban=iban)
                for line_no, (cents, name, text, iban) in enumerate(rows, 1)]

    document = tree(an_order(payments, payer=replace(PAYER, version=version, characters=characters)))

    total = sum(cents for cents, *_ in rows)
    assert every(document, "CtrlSum") == [f"{total // 100}.{total % 100:02d}"] * 2
    assert sum(map(Decimal, every(document, "InstdAmt"))) == Decimal(total).scaleb(-2)
    assert every(document, "NbOfTxs") == [str(len(rows))] * 2
    assert len(set(every(document, "EndToEndId"))) == len(rows)
    allowed = EPC_BASIC if characters is Characters.EPC_BASIC else EPC_BASIC | LATIN_LETTERS
    assert set("".join(document.itertext())) <= allowed


@given(st.decimals(min_value=Decimal("0.005"), max_value=Decimal(999_999), places=3))
def test_amount_that_was_rounded_half_up_is_what_is_sent(amount):
    half_up = rounded(amount)

    assert every(tree(an_order([a_payment(amount=half_up)])), "InstdAmt") == [f"{half_up:.2f}"]
    assert abs(half_up - amount) <= Decimal("0.005")


@given(st.sets(st.tuples(st.integers(1, 9999), st.integers(1, 999_999)), min_size=2, max_size=20))
def test_payment_id_is_new_for_every_batch_and_line_for_ever(places):
    assert len({end_to_end_id(f"KA2026B{batch:04d}", line) for batch, line in places}) == len(places)


def test_ten_thousand_payments_take_less_than_five_seconds():
    payments = [a_payment(line_no) for line_no in range(1, 10_001)]
    begun = time.process_time()

    data = pain001(an_order(payments))

    assert time.process_time() - begun < 5
    assert SCHEMAS[PainVersion.V09].validate(etree.fromstring(data))
