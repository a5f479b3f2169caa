"""The rules of a bank file, each a sentence and a short proof.

Where the schema of ISO 20022 would let pass what a rule refuses, the test shows both.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from exports.batch_check import FilesDiffer
from exports.pain001 import pain001
from exports.pain001_check import check_pain001
from rules.bank_characters import Characters
from rules.choices import PainVersion
from rules.money import LARGEST
from rules.payment_routes import remittance_text
from tests.bank_batch_world import delivered, message_of, to_the_bank
from tests.bank_world import IBANS, NUMBER, PAYER, MockBank, a_payment, an_order
from tests.exports.test_pain001 import SCHEMAS, every, forced, refusal, tree
from tests.imports.test_bank_outcomes import counts, taken
from tests.money_world import approved_claim
from tests.services.test_batches import another_claim

VERSIONS = list(PainVersion)


def test_version_09_is_the_default_and_03_an_option():
    assert (PAYER.version, [etree.QName(tree(an_order(version=version))).namespace[-2:] for version in VERSIONS]) == (
        PainVersion.V09, [version.value[-2:] for version in VERSIONS])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("old", "new", "changes", "sentence"), [
    (b">53.73<", b">0.00<", {"amount": Decimal("0.00")}, "The amount is more than zero."),
    (b">53.73<", b">1.23456<", {"amount": Decimal("1.23456")}, "An amount has at most two decimals."),
    (IBANS[1].encode(), b"FI2953909960308243", {"iban": "FI2953909960308243"},
     "The check digits of the account number do not match."),
    ("Elli-Noora Öhman".encode(), "Elli 😀".encode(), {"name": "Elli 😀"},
     "A bank does not take 😀. Write it in Latin letters, as on the account."),
])
def test_schema_takes_what_is_refused_before_it(version, old, new, changes, sentence):
    assert SCHEMAS[version].validate(forced(old, new, version))

    assert refusal(**changes) == f"{NUMBER}-000002: {sentence}"


def test_amount_is_at_least_a_cent_and_at_most_999999999_99_in_whole_cents():
    ends = [a_payment(1, amount=Decimal("0.01")), a_payment(2, amount=Decimal("999999999.99"))]

    assert every(tree(an_order(ends)), "InstdAmt") == ["0.01", "999999999.99"]
    assert refusal(amount=LARGEST + Decimal("0.01")) == f"{NUMBER}-000002: The amount is too large."


@pytest.mark.parametrize(("reference", "kind"), [("12345672", ["SCOR"]), ("RF8512345672", ["SCOR", "ISO"])])
def test_reference_is_text_or_scor_and_never_both(reference, kind):
    by_reference = tree(an_order([a_payment(text="", reference=reference)]))
    by_text = tree(an_order([a_payment(text="Palkkio 1")]))

    told = [every(document, name) for document in (by_reference, by_text) for name in ("Ref", "Ustrd")]
    assert (told, every(by_reference, "Cd")[-1:] + every(by_reference, "Issr")) == (
        [[reference], [], [], ["Palkkio 1"]], kind)
    assert refusal(text="both", reference=reference) == f"{NUMBER}-000002: A payment has either a reference or a text."


def test_text_names_the_claim_and_nothing_of_health_or_a_unit():
    assert remittance_text("2026-017") == "Palkkio 2026-017"


def test_payment_id_is_unique_for_ever_has_letters_digits_and_hyphens_and_is_never_notprovided():
    good = every(tree(an_order()), "EndToEndId")
    assert (len(set(good)), all(one.replace("-", "").isalnum() and len(one) <= 35 for one in good)) == (5, True)

    for bad in ("KA_2026", "KA2026B0042-000001", "NOTPROVIDED"):
        assert SCHEMAS[PainVersion.V09].validate(forced(f"{NUMBER}-000002<".encode(), f"{bad}<".encode()))
        refusal(end_to_end_id=bad)


def test_message_id_is_the_number_of_the_batch_and_a_second_sending_is_refused_as_a_double(sent_batch, people):
    assert every(etree.fromstring(message_of(sent_batch)), "MsgId") == [sent_batch.number]
    with MockBank() as bank:
        for _ in range(2):
            bank.receive(message_of(sent_batch))
        first, second = bank.messages("pain.002")

    assert (every(etree.fromstring(second), "Cd"), counts(taken("1.xml", first, people))) == (
        ["DUPL"], {"accepted": 4, "rejected": 1})
    assert counts(taken("2.xml", second, people)) == {}


@pytest.mark.parametrize("one_line", [True, False])
def test_level_is_sepa_charges_are_slev_and_booking_in_one_sum_is_a_setting(one_line):
    document = tree(an_order(payer=replace(PAYER, batch_booking=one_line)))

    assert [every(document, name) for name in ("SvcLvl", "ChrgBr", "BtchBookg", "LclInstrm", "CtgyPurp")] == [
        [None], ["SLEV"], [str(one_line).lower()], [], []]
    assert every(document, "Cd") == ["SEPA"]


def test_letters_of_finland_stay_and_other_alphabets_are_asked_for_as_on_the_account():
    assert every(tree(an_order()), "Nm")[2:4] == ["Pekka Mäkinen", "Elli-Noora Öhman"]
    basic = an_order(payer=replace(PAYER, characters=Characters.EPC_BASIC))
    assert every(tree(basic), "Nm")[2:4] == ["Pekka Makinen", "Elli-Noora Ohman"]

    assert refusal(name="محمد").endswith("Write it in Latin letters, as on the account.")


@pytest.mark.parametrize("version", VERSIONS)
def test_no_address_of_a_payee_is_sent(version):
    name, address = "Pekka Mäkinen</Nm>".encode(), b"<PstlAdr><AdrLine>Kotikatu 1</AdrLine></PstlAdr>"
    assert SCHEMAS[version].validate(forced(name, name + address, version))

    order = an_order(version=version)
    assert (every(tree(order), "AdrLine"), every(tree(order), "PstlAdr")) == ([], [])
    with pytest.raises(FilesDiffer):
        check_pain001(pain001(order).replace(name, name + address), order)


def test_bank_gets_the_name_of_the_account_and_not_the_name_the_person_goes_by(held, people, paying_account):
    like = approved_claim(held, people)
    like.assignment.expert.alias = "Taiteilija"
    firm = another_claim(like, people, official_name="Mäkinen Oy", iban=IBANS[0], kind="company", identity_code=None)
    batch = delivered(to_the_bank(people, paying_account, [firm]), people)

    assert every(etree.fromstring(message_of(batch)), "Nm")[2:] == ["Mäkinen Oy"]


@pytest.mark.parametrize(("old", "new"), [
    (b">53.73</InstdAmt>", b">53.74</InstdAmt>"), (b"<NbOfTxs>5", b"<NbOfTxs>4"), (b"<CtrlSum>906.60", b"<CtrlSum>0.60"),
    (b"000002<", b"000001<"), (IBANS[1].encode(), IBANS[2].encode()),
])
def test_bytes_are_read_back_and_compared_before_they_are_kept(old, new):
    data = pain001(an_order())
    check_pain001(data, an_order())

    with pytest.raises(FilesDiffer):
        check_pain001(data.replace(old, new), an_order())
