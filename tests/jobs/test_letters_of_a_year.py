"""Every e-mail of a year, in three languages, as the mail server gets it: none tells what it must not."""

import email
import email.policy
import re

import pytest

from models import Message
from rules.choices import Language, MessageKind
from services import letters
from services.outbox import LINKED
from tests.letters_world import UNIT, Year, letter_of, wrong_in
from tests.mail_world import BASE

AGAIN = email.policy.default


@pytest.mark.parametrize("language", Language)
def test_no_letter_of_the_year_tells_what_it_must_not_and_each_goes_to_its_reader_with_its_link(language, mail_server):
    year = Year(language, mail_server)

    year.go()

    came = [email.message_from_bytes(letter.as_bytes(), policy=AGAIN) for letter in mail_server.came]
    assert {letter["Subject"]: wrong for letter in came if (wrong := wrong_in(letter, language))} == {}
    assert year.kinds() == set(MessageKind)
    assert {letter["Content-Language"] for letter in came} == {language}
    linked = {letter["Subject"]: len(re.findall(rf"{BASE}/[\w/-]+/[\w-]{{32}}\s", letter.get_content()))
              for letter in came}
    assert linked == {letters.texts_of(kind, language)[0]: int(kind in LINKED) for kind in MessageKind}
    assert {str(letter["To"]) for letter in came} == {
        "kokija@test.invalid", "tuki@test.invalid", "tilaaja@test.invalid"}


@pytest.mark.parametrize(("subject", "body", "language", "wrong"), [
    ("Kysymys", "Aiheena väkivalta", "fi", {"theme": ["väkivalta"]}),
    ("Kysymys", "Puhutaan masennuksesta", "fi", {"diagnosis": ["masen"]}),
    ("En fråga", "Vi talar om ångestsyndrom", "sv", {"diagnosis": ["ångest"]}),
    ("Kysymys", f"Yksikkö on {UNIT}", "fi", {"unit": [UNIT]}),
    ("Kysymys", "Hei Tuulikki", "fi", {"person": ["Tuulikki"]}),
    ("Kysymys", "Aika: {when}", "fi", {"left open": ["{", "}"]}),
    ("En fråga", "Please answer", "sv", {"English": ["please"]}),
    ("A question", "Please answer", "en", {}),
    ("Kysymys 9.12.", "Hei", "fi", {"subject": ["9", "1", "2"]}),
    ("Kysymys", "Hei! Aika: 9.12.2026 klo 9.00", "fi", {})])
def test_reading_finds_what_a_letter_must_not_tell(subject, body, language, wrong, app):
    letter = letter_of(Message(subject_line=subject, body=body, to="tilaaja@test.invalid"))

    assert wrong_in(letter, language) == wrong
