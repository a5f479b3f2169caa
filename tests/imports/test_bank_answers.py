"""Reading what a bank or payroll answers: the samples say what their names say, relatives are read, bad files refused."""

import io
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.bank_answers import read_answers, stream_answers
from rules.bank_answers import Answer, AnswerKind, Meaning, Scope
from rules.errors import BadInput
from tests.bank_world import DATA, IBANS, NUMBER, PAYER

M = Meaning
TODAY = date(2026, 12, 4)
BANK = DATA / "bank"


def read(data, **how):
    return read_answers(io.BytesIO(data), TODAY, **how)


def sample(start):
    path, = BANK.glob(f"{start}-*.xml")
    return path.read_bytes()


def refusal(data, **how):
    with pytest.raises(BadInput) as refused:
        read(data, **how)
    assert refused.value.field == "file"
    return str(refused.value.sentence)


def said(data):
    return [(one.end_to_end_id[-1:], one.meaning, one.amount, one.reason, one.on) for one in read(data).answers]


FOUR_PAID = [
    ("1", M.PAID, Decimal("113.86"), "", date(2026, 12, 1)),
    ("3", M.PAID, Decimal("217.16"), "", date(2026, 12, 1)),
    ("4", M.PAID, Decimal("398.75"), "", date(2026, 12, 1)),
    ("5", M.PAID, Decimal("123.10"), "", date(2026, 12, 1)),
]


@pytest.mark.parametrize(("start", "found"), [
    ("1", [("1", M.ON_ITS_WAY, None, "", date(2026, 11, 24)), ("2", M.REFUSED, None, "AC04", date(2026, 11, 24)),
           *((line, M.ON_ITS_WAY, None, "", date(2026, 11, 24)) for line in "345")]),
    ("2", [("", M.DUPLICATE, Decimal("906.60"), "DUPL", date(2026, 11, 24))]),
    ("3", FOUR_PAID),
    ("4", FOUR_PAID),
    ("6", [("3", M.RETURNED, Decimal("217.16"), "AC04", date(2026, 12, 3))]),
])
def test_sample_says_what_its_name_says(start, found):
    assert said(sample(start)) == found


@pytest.mark.parametrize(("start", "sentence"), [
    ("0", "This is a payment file (pain.001), not the bank's answer to it."),
    ("5", "This is a message between banks (pacs.004). Fetch the notice of the entry (camt.054)."),
])
def test_sample_that_is_no_answer_is_refused_with_what_to_do(start, sentence):
    assert refusal(sample(start)) == sentence


def test_answer_of_a_notice_has_everything_to_match_it_by():
    assert read(sample("3")).answers[1] == Answer(
        entry=2, part=1, meaning=M.PAID, status="BOOK", message_id=NUMBER, group_id=f"{NUMBER}-1",
        end_to_end_id=f"{NUMBER}-000003", amount=Decimal("217.16"), account=PAYER.iban, payee_account=IBANS[2],
        on=date(2026, 12, 1))


def test_banks_words_are_kept_without_the_account_in_them():
    assert read(sample("1")).answers[1].reason_text == "the creditor account FI28 •••• 43 is closed"
    assert read(sample("2")).answers[0].reason_text == "MsgId KA2026B0042 has been received before"


@pytest.mark.parametrize("start", ["1", "2", "3", "4", "6"])
@pytest.mark.parametrize("relative", [
    lambda data: re.sub(rb' xmlns="[^"]+"', b"", data),
    lambda data: re.sub(rb"(pain.002.001.)10|(camt.05[34].001.)08", rb"\g<1>\g<2>02", data),
    lambda data: data.replace(b" xmlns=", b" xmlns:b=").replace(b"</", b"</b:").replace(b"<", b"<b:")
    .replace(b"<b:/b:", b"</b:").replace(b"<b:?", b"<?"),
    lambda data: data.decode().replace("utf-8", "utf-16").encode("utf-16"),
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"><", b">\n  <!-- of the bank --><"),
])
def test_sample_is_read_the_same_in_other_dress(start, relative):
    assert said(relative(sample(start))) == said(sample(start))


def old_camt(data):
    """A camt.054.001.08 in the form of the .02: the state of the entry is text, amounts are in a box."""
    data = re.sub(rb"<Sts><Cd>(\w+)</Cd></Sts>", rb"<Sts>\1</Sts>", data)
    return re.sub(rb"(</Refs>)(<Amt Ccy=\"EUR\">[0-9.]+</Amt>)<CdtDbtInd>\w+</CdtDbtInd>",
                  rb"\1<AmtDtls><TxAmt>\2</TxAmt></AmtDtls>", data).replace(b"001.08", b"001.02")


@pytest.mark.parametrize("start", ["3", "4", "6"])
def test_old_form_of_statement_and_notice_is_read_the_same(start):
    assert old_camt(sample(start)) != sample(start)
    assert said(old_camt(sample(start))) == said(sample(start))


def report(body="", group="", version="03"):
    return (f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt><GrpHdr>'
            f"<CreDtTm>2026-11-24T09:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{NUMBER}</OrgnlMsgId>{group}"
            f"</OrgnlGrpInfAndSts>{body}</CstmrPmtStsRpt></Document>").encode()


def info(inside="", status=""):
    status = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{NUMBER}-1</OrgnlPmtInfId>{status}{inside}</OrgnlPmtInfAndSts>"


def payment(line, status, more=""):
    return (f"<TxInfAndSts><OrgnlEndToEndId>{NUMBER}-00000{line}</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}"
            "</TxInfAndSts>")


def told(data):
    return [(one.scope, one.end_to_end_id[-1:], one.meaning, one.reason) for one in read(data).answers]


WHY = "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"


@pytest.mark.parametrize(("data", "found"), [
    (report(group="<GrpSts>ACCP</GrpSts>"), [(Scope.MESSAGE, "", M.ON_ITS_WAY, "")]),
    (report(group=f"<GrpSts>RJCT</GrpSts>{WHY}"), [(Scope.MESSAGE, "", M.REFUSED, "AC01")]),
    (report(info(payment(1, "RJCT", WHY)), "<GrpSts>PART</GrpSts>"), [(Scope.PAYMENT, "1", M.REFUSED, "AC01")]),
    (report(info(payment(1, "RJCT", WHY)), "<GrpSts>RJCT</GrpSts>"),
     [(Scope.PAYMENT, "1", M.REFUSED, "AC01"), (Scope.MESSAGE, "", M.REFUSED, "")]),
    (report(info(WHY, "RJCT")), [(Scope.GROUP, "", M.REFUSED, "AC01")]),
    (report(info(status="ACSP"), "<GrpSts>ACCP</GrpSts>"), [(Scope.GROUP, "", M.ON_ITS_WAY, "")]),
    (report(info(WHY + payment(1, "RJCT"), "PART")), [(Scope.PAYMENT, "1", M.REFUSED, "AC01")]),
    (report(payment(1, "RJCT", "<StsRsnInf><StsRsn><Cd>AC01</Cd></StsRsn></StsRsnInf>"), version="02"),
     [(Scope.PAYMENT, "1", M.REFUSED, "AC01")]),
    (report(info("".join(payment(line, status) for line, status in enumerate(("RCVC", "RVMC", "RVNM", "RVNA"), 1)))),
     [(Scope.PAYMENT, line, M.NAME_CHECK, "") for line in "1234"]),
    (report(info("".join(payment(line, status) for line, status in enumerate(
        ("ACTC", "ACCP", "ACSP", "ACWC", "PDNG", "PART", "RCVD", "ACSC"), 1)))),
     [(Scope.PAYMENT, line, M.ON_ITS_WAY, "") for line in "12345678"]),
    (report(info(payment(1, "WHAT"))), [(Scope.PAYMENT, "1", M.UNCLEAR, "")]),
    (report(), []),
])
def test_report_speaks_of_payments_of_a_group_or_of_the_whole_file(data, found):
    assert told(data) == found


def test_two_groups_of_a_report_are_told_apart():
    data = report(info(payment(1, "ACCP")) + info(WHY, "RJCT").replace("-1<", "-2<"))

    assert [(one.scope, one.group_id) for one in read(data).answers] == [
        (Scope.PAYMENT, f"{NUMBER}-1"), (Scope.GROUP, f"{NUMBER}-2")]


def statement(*entries):
    return ("<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>FI2112345600000785</IBAN></Id></Acct>"
            f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>").encode()


def entry(side="DBIT", details="", status="BOOK", more="", amount="906.60", currency="EUR"):
    return (f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts><Cd>{status}</Cd></Sts>'
            f"<BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>")


def details(line=1, amount="", more=""):
    amount = amount and f'<Amt Ccy="EUR">{amount}</Amt>'
    return f"<TxDtls><Refs><EndToEndId>{NUMBER}-00000{line}</EndToEndId></Refs>{amount}{more}</TxDtls>"


BATCH = f"<Btch><PmtInfId>{NUMBER}-1</PmtInfId><NbOfTxs>5</NbOfTxs></Btch>"
REVERSED = "<RvslInd>true</RvslInd>"
NOT_OURS = "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>"


@pytest.mark.parametrize(("one", "found"), [
    (entry(details=details()), [(Scope.PAYMENT, M.PAID, "906.60", None)]),
    (entry(details=details(1, "10.00") + details(2, "20.00")),
     [(Scope.PAYMENT, M.PAID, "10.00", None), (Scope.PAYMENT, M.PAID, "20.00", None)]),
    (entry(details=BATCH), [(Scope.GROUP, M.PAID, "906.60", 5)]),
    (entry(details=BATCH + NOT_OURS), [(Scope.GROUP, M.PAID, "906.60", None)]),
    (entry(details=details(), status="PDNG"), [(Scope.PAYMENT, M.ON_ITS_WAY, "906.60", None)]),
    (entry(details=NOT_OURS), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
    (entry(), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
    (entry("CRDT", details()), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
    (entry("CRDT", details(more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")), [(Scope.PAYMENT, M.RETURNED, "906.60", None)]),
    (entry("CRDT", details(more="<RtrInf/>"), "PDNG"), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
    (entry("DBIT", details(more="<RtrInf/>")), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
    (entry("CRDT", details(), more=REVERSED), [(Scope.PAYMENT, M.UNCLEAR, "906.60", None)]),
    (entry("DBIT", details(), more=REVERSED), [(Scope.PAYMENT, M.UNCLEAR, "906.60", None)]),
    (entry("", details()), [(Scope.PAYMENT, M.OTHER_MONEY, "906.60", None)]),
])
def test_entry_on_the_account_is_paid_returned_or_other_money(one, found):
    assert [(row.scope, row.meaning, str(row.amount), row.count) for row in read(statement(one)).answers] == found


def test_rows_of_a_statement_keep_their_place_and_nothing_is_left_out():
    data = statement(entry(details=details(1) + details(2)), entry("CRDT"), entry(details=details(3), currency="SEK"))

    assert [(one.entry, one.part, one.currency, one.account) for one in read(data).answers] == [
        (1, 1, "EUR", PAYER.iban), (1, 2, "EUR", PAYER.iban), (2, 0, "EUR", PAYER.iban), (3, 1, "SEK", PAYER.iban)]


OUTCOMES = "Maksutunnus;Lopputulos;Päivä;Summa;Syy\r\n"


@pytest.mark.parametrize("data", [
    f"{OUTCOMES}{NUMBER}-000001;maksettu;1.12.2026;113,86;\r\n;;;;\r\n{NUMBER}-000002;Hylätty;;;AC04\r\n"
    f"{NUMBER}-000003;palautunut;3.12.2026;;tili FI4511181590830167 suljettu\r\n".encode(),
    f"{OUTCOMES}{NUMBER}-000001;maksettu;1.12.2026;113,86;\n;;;;\n{NUMBER}-000002;Hylätty;;;AC04\n"
    f"{NUMBER}-000003;palautunut;3.12.2026;;tili FI4511181590830167 suljettu".encode("cp1252"),
    f"\ufeffDate,Payment id,Outcome,Reason,Amount\n2026-12-01,{NUMBER}-000001,paid,,113.86\n\n,{NUMBER}-000002,rejected,AC04,\n"
    f"2026-12-03,{NUMBER}-000003,returned,tili FI4511181590830167 suljettu,\n".encode(),
])
def test_list_of_outcomes_is_read_by_its_headings(data):
    found = read(data)

    assert [(one.entry, one.end_to_end_id[-1], one.meaning, one.amount, one.on, one.reason, one.reason_text)
            for one in found.answers] == [
        (2, "1", M.PAID, Decimal("113.86"), date(2026, 12, 1), "", ""),
        (4, "2", M.REFUSED, None, None, "AC04", ""),
        (5, "3", M.RETURNED, None, date(2026, 12, 3), "", "tili FI45 •••• 67 suljettu"),
    ]


@pytest.mark.parametrize(("data", "sentence"), [
    (b"Nimi;Summa\r\nAino;1\r\n", "A list of outcomes has at least the columns “Payment id” and “Outcome”."),
    (b"just words", "A list of outcomes has at least the columns “Payment id” and “Outcome”."),
    (f"{OUTCOMES}A-1;ehkä;;;\n".encode(), "Row 2: the outcome is one of: accepted, paid, rejected, returned."),
    (f"{OUTCOMES}A-1;maksettu;;;\n;maksettu;;;\n".encode(), "Row 3: the payment id is missing."),
    (f"{OUTCOMES}A-1;maksettu;;paljon;\n".encode(), "Row 2: Write the amount in euros, for example 1 234,50."),
    (f'{OUTCOMES}"A-1;maksettu\n'.encode(), "Row 2: a quotation mark is open."),
    (b"PK\x03\x04\x00\x00", "The file is neither a message of a bank nor a list as CSV."),
    (b"%PDF-1.7\n\x00", "The file is neither a message of a bank nor a list as CSV."),
])
def test_list_that_cannot_be_read_is_refused_with_its_row(data, sentence):
    assert refusal(data) == sentence


BOMB = (b'<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (new, b"&%c;" % old * 10) for old, new in zip(b"abcdefgh", b"bcdefghi", strict=True))
        + b"]><Document><CstmrPmtStsRpt>&i;</CstmrPmtStsRpt></Document>")
OUTSIDE = (b'<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document><BkToCstmrStmt><Stmt><Ntry>'
           b"<Amt>&x;</Amt></Ntry></Stmt></BkToCstmrStmt></Document>")
DEFINED = "The file brings definitions of its own (DOCTYPE): a bank's file never does."
NO_MESSAGE = "This is no message of a bank (ISO 20022)."
NO_ANSWER = ("This is no answer to payments: it is neither a status report (pain.002) nor a statement or notice (camt.053, "
             "camt.054).")


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "The file is empty."),
    (b" \r\n", "The file is empty."),
    (b"\xef\xbb\xbf", "The file is empty."),
    (BOMB, DEFINED),
    (OUTSIDE, DEFINED),
    (b'<!DOCTYPE Document SYSTEM "http://example.org/x.dtd"><Document><BkToCstmrStmt/></Document>', DEFINED),
    (b"<html><body/></html>", NO_MESSAGE),
    (b"<Document/>", NO_MESSAGE),
    (b"<Document><FIToFICstmrCdtTrf/></Document>", NO_ANSWER),
    (b"<Document><BkToCstmrAcctRpt/></Document>",
     "This is a report of an unfinished day (camt.052). Fetch the statement (camt.053)."),
    (b"<Document><<", "The file is damaged or ends too early, at line 1. Fetch it from the bank again."),
    (statement(entry(amount="much")), "“much” in the file is no amount."),
    (statement(entry(amount="Infinity")), "“Infinity” in the file is no amount."),
    (statement(entry()).replace(b"2026-12-01", b"tomorrow"), "“tomorrow” in the file is no date."),
])
def test_file_that_is_no_answer_is_refused_with_what_it_is(data, sentence):
    assert refusal(data) == sentence


@pytest.mark.parametrize("start", ["1", "3", "4"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 0.999])
def test_half_a_file_is_refused_whole(start, share):
    data = sample(start)

    assert refusal(data[:int(len(data) * share)]).startswith("The file is damaged or ends too early")


def test_file_over_the_limit_is_refused():
    data = sample("3")

    assert len(read(data, most=len(data)).answers) == 4
    assert refusal(data, most=len(data) - 1) == "The file is larger than a bank's answer can be."
    assert refusal(statement(*[entry()] * 2000), most=100_000) == "The file is larger than a bank's answer can be."


def field_of_refusal(data):
    """The field that a refusal names; a file that is read names the same, and any other error is one."""
    try:
        read(data)
    except BadInput as refused:
        return refused.field
    return "file"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_as_a_file(data):
    assert field_of_refusal(data) == "file"


@given(st.data())
def test_sample_with_a_changed_byte_is_read_or_refused_as_a_file(data):
    sampled = bytearray(sample(data.draw(st.sampled_from("134"))))
    sampled[data.draw(st.integers(0, len(sampled) - 1))] = data.draw(st.integers(0, 255))

    assert field_of_refusal(bytes(sampled)) == "file"


def test_kind_of_a_file_is_told_before_its_answers():
    kind, answers = stream_answers(io.BytesIO(sample("4")), TODAY)

    assert (kind, len(list(answers))) == (AnswerKind.STATEMENT, 4)


READS_MANY = """
import io, resource, sys
from datetime import date
from imports.bank_answers import stream_answers

class Endless(io.RawIOBase):
    def __init__(self, head, row, tail, rows):
        self.parts = iter([head, *[row] * rows, tail])
    def read(self, size=-1):
        return next(self.parts, b"")

head, row, tail = sys.stdin.buffer.read().split(b"\\0")
def peak(rows):
    _, answers = stream_answers(Endless(head, row, tail, rows), date(2026, 12, 4))
    return sum(1 for _ in answers), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
few, before = peak(100)
many, after = peak(4000)
print(few, many, after - before)
"""


@pytest.mark.parametrize("many", [
    (statement().split(b"</Stmt>")[0], entry(details=details(more="x" * 4000)).encode()),
    (statement(entry()).split(b"</NtryDtls>")[0], details(more="x" * 4000).encode()),
], ids=["entries", "transactions in one entry"])
def test_large_statement_is_read_in_little_memory(many):
    head, row = many
    tail = statement(entry()).split(b"<NtryDtls>")[1] if b"<Ntry>" in head else b"</Stmt></BkToCstmrStmt></Document>"

    ran = subprocess.run([sys.executable, "-c", READS_MANY], input=b"\0".join((head, row, tail)), capture_output=True,
                         check=True, cwd=DATA.parent.parent)

    few, read_of_many, kilobytes = map(int, ran.stdout.split())
    assert (few, read_of_many) == (100, 4000)
    assert kilobytes < 4000
