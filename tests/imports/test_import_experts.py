"""The register of experts into the bank."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import (
    AccessLog,
    Completion,
    Expert,
    Organisation,
    Pause,
    Payee,
    Programme,
    StatusChange,
    SupportContact,
    SupportPerson,
    Theme,
    Viewpoint,
)
from rules.choices import OrganisationKind, PayeeKind
from rules.states import BankStatus, CompletionStatus
from tests.imports.importing import (
    EXPERTS,
    TODAY,
    fates,
    kinds,
    on_row,
    run,
    sentences,
    table_counts,
    write_csv,
)
from tests.people import make_expert, make_organisation

HEADINGS = "Nimi;Synt;Puh;Sähköposti;Kunta;Teemat;Tilinumero;Hetu;Tukihenkilö;Kielet;Huom"
MADE = {
    "Completion": 30, "Expert": 47, "Municipality": 6, "Organisation": 2, "Pause": 1, "Payee": 47, "Programme": 1,
    "SpokenLanguage": 4, "SupportContact": 6, "SupportPerson": 23, "Task": 4, "Theme": 6,
}  # fmt: skip
CODE, OTHER_CODE = "020285-9128", "020285-9139"
IBAN, OTHER_IBAN = "FI2112345600000785", "FI5810171000000122"


def one_expert(session):
    return session.scalars(sa.select(Expert)).one()


def by_history(session, row):
    """The expert that came from ``row`` of the register."""
    note = f"Old register, row {row} of the sheet “Pankki”."
    changes = session.scalars(sa.select(StatusChange).where(StatusChange.subject.startswith("Expert:")))
    [subject] = [change.subject for change in changes if change.note == note]
    return session.get_one(Expert, int(subject.removeprefix("Expert:")))


def test_dry_run_counts_everything_and_writes_nothing(session):
    report = run("experts", EXPERTS)

    assert fates(report) == (47, 0, 3, 13)
    assert report.made.counts == MADE
    assert kinds(report, "error") == {
        "iban": 2, "identity_code": 2, "birth_differs": 1, "name": 1, "formula": 2, "phone": 1, "email": 1,
        "birth": 2, "trained": 1,
    }  # fmt: skip
    assert table_counts() == {}


def test_commit_writes_what_the_dry_run_counted(session):
    report = run("experts", EXPERTS, commit=True)

    assert (fates(report), report.made.counts) == ((47, 0, 3, 13), MADE)
    assert table_counts() == {
        "access_log": 1, "change_log": 178, "completion": 30, "expert": 47,
        "expert_language": 72, "expert_municipality": 52, "expert_task": 98,
        "expert_theme": 104, "municipality": 6, "organisation": 2, "pause": 1, "payee": 47, "programme": 1,
        "search_text": 140, "spoken_language": 4, "status_change": 77, "support_contact": 6, "support_person": 23, "task": 4, "theme": 6,
    }  # fmt: skip


def test_second_commit_changes_nothing_and_is_logged(session):
    run("experts", EXPERTS, commit=True)
    before = table_counts()

    report = run("experts", EXPERTS, commit=True)

    assert (fates(report), report.made.counts) == ((0, 0, 50, 13), {})
    assert table_counts() == before | {"access_log": 2}
    logged = session.scalars(sa.select(AccessLog)).all()
    assert [(row.subject, row.what, row.rows, row.actor) for row in logged] == [
        ("Expert:import", "import", 50, "import-register")] * 2
    assert kinds(report, "notice")["same_file"] == 1


def test_expert_is_in_the_bank_with_the_row_as_history(session):
    run("experts", EXPERTS, commit=True)

    expert = by_history(session, 43)
    change = session.scalars(sa.select(StatusChange).where(StatusChange.subject == expert.subject)).one()
    assert (expert.first_name, expert.last_name, expert.status) == ("Minttu", "Lehtonen", BankStatus.IN_BANK)
    assert (change.source, change.target, change.verb) == ("participant", "in_bank", "record_past")
    assert expert.birth_date == date(1968, 5, 13)


def test_payee_has_account_and_identity_code_and_nothing_else_has(session):
    run("experts", EXPERTS, commit=True)

    payee = session.scalars(sa.select(Payee).where(Payee.expert_id == by_history(session, 43).id)).one()
    assert (payee.official_name, payee.kind) == ("Minttu Lehtonen", PayeeKind.PRIVATE)
    assert (payee.iban[:2], payee.identity_code[:7]) == ("FI", "130568-")


def test_no_account_or_identity_code_is_readable_in_the_database_file(session, database):
    run("experts", EXPERTS, commit=True)
    payees = session.scalars(sa.select(Payee)).all()
    secrets = [secret for payee in payees for secret in (payee.iban, payee.identity_code) if secret]
    phone = by_history(session, 43).phone
    session.remove()

    files = [Path(f"{database.removeprefix('sqlite:///')}{ending}") for ending in ("", "-wal")]
    raw = b"".join(path.read_bytes() for path in files if path.exists())
    assert len(secrets) == 91
    assert [secret for secret in secrets if secret.encode() in raw] == []
    assert phone.encode() in raw


def test_trained_expert_has_the_course_of_the_trainer(session):
    run("experts", EXPERTS, commit=True)

    programme = session.scalars(sa.select(Programme)).one()
    organisation = programme.organisation
    assert (programme.name, programme.hours) == ("Kokemusasiantuntijakoulutus", None)
    assert (organisation.name, organisation.kind, organisation.trains) == ("Silmu ry", OrganisationKind.NGO, True)
    completed = session.scalars(sa.select(Completion)).all()
    assert {completion.status for completion in completed} == {CompletionStatus.COMPLETED}
    assert all(completion.completed_on < TODAY for completion in completed)


def test_notes_become_what_they_protect(session):
    run("experts", EXPERTS, commit=True)

    paused, protected, remote, avoiding, closed, unpaid = (by_history(session, row) for row in (5, 6, 7, 8, 9, 12))
    assert [(pause.starts_on, pause.ends_on) for pause in paused.pauses] == [(TODAY, None)]
    assert (protected.protected, protected.municipalities) == (True, [])
    assert (remote.remote_only, remote.contact_note) == (True, "soita iltapäivällä")
    assert [unit.name for unit in avoiding.avoided_organisations] == ["Jämsän lastensuojelu"]
    assert ([str(t) for t in closed.closed_themes], [str(t) for t in closed.themes]) == (["väkivalta"], ["jälkihuolto"])
    assert (unpaid.wants_no_fee, paused.wants_no_fee) == (True, False)


def test_open_matters_wait_to_be_called_where_only_the_coordinator_reads(session):
    run("experts", EXPERTS, commit=True)

    contacts = {row: by_history(session, row).support_contacts for row in (8, 10, 11, 13, 43)}
    notes = {row: [contact.note for contact in found] for row, found in contacts.items()}
    assert notes == {
        8: ["From the old register: Must not be sent to “Jämsä”: read as “Jämsän lastensuojelu”. Check the unit."],
        10: ["From the old register: The note says under 18, the date of birth says an adult."],
        11: ["From the old register: The person is under 18: ask for the guardian's consent."],
        13: ["From the old register: Nothing was made of the note “tuo oman koiran; puh. •••• 67”."],
        43: [],
    }
    assert {contact.needs_call for found in contacts.values() for contact in found} == {True}


def test_whoever_has_neither_phone_nor_email_is_reached_through_the_support_person(session, tmp_path):
    path = write_csv(
        tmp_path, "Nimi;Synt;Puh;Tukihenkilö", "Aino Salo;1.2.1985;;Milla Jokinen, Silmu ry", "Otto Laine;1985;;")

    report = run("experts", path, commit=True)

    assert fates(report) == (1, 0, 0, 1)
    assert one_expert(session).reached_through == "Milla Jokinen, Silmu ry"
    assert sentences(on_row(report, 3), "not_reached") == [
        "There is no way to reach the person: a phone, an e-mail or through whom."]


def test_support_person_is_made_with_the_organisation_found_by_name(session, tmp_path):
    home = make_organisation(name="Lastenaitta ry")
    path = write_csv(tmp_path, "Nimi;Synt;Puh;Tukihenkilö", "Aino Salo;1985;0401234567;Milla Jokinen, lastenaitta")

    report = run("experts", path, commit=True)

    person = session.scalars(sa.select(SupportPerson)).one()
    assert (person.name, person.organisation_id) == ("Milla Jokinen", home.id)
    assert "Organisation" not in report.made.counts


def test_reference_rows_are_found_by_their_finnish_name(session, tmp_path):
    session.add_all([Theme(name="Väkivalta", heavy=True), Viewpoint(name="läheinen")])
    path = write_csv(
        tmp_path, "Nimi;Synt;Puh;Teemat", "Aino Salo;1985;0401234567;väkivalta, läheisen näkökulma, perhehoito")

    report = run("experts", path, commit=True)

    expert = one_expert(session)
    assert [theme.name for theme in expert.themes] == ["Väkivalta", "perhehoito"]
    assert [viewpoint.name for viewpoint in expert.viewpoints] == ["läheinen"]
    assert report.made.names == {"Theme": ["perhehoito"]}


def test_unit_not_to_meet_that_means_several_waits_for_a_choice(session, tmp_path):
    for name in ("Jämsän lastensuojelu", "Jämsän perhekeskus"):
        make_organisation(name=name)
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;;;;;oma yksikkö Jämsä – ei sinne!")

    report = run("experts", path, commit=True)

    assert kinds(report, "notice")["avoided_open"] == 1
    assert one_expert(session).avoided_organisations == []
    assert [contact.note for contact in one_expert(session).support_contacts] == [
        "From the old register: Must not be sent to “Jämsä”: choose the unit."]


def test_unit_of_exactly_that_name_is_avoided_without_a_question(session, tmp_path):
    unit = make_organisation(name="Jämsä")
    make_organisation(name="Jämsän perhekeskus")
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;;;;;oma yksikkö Jämsä – ei sinne!")

    run("experts", path, commit=True)

    assert [found.id for found in one_expert(session).avoided_organisations] == [unit.id]
    assert one_expert(session).support_contacts == []


def test_choice_made_since_then_survives_a_second_import(session, tmp_path):
    chosen = make_organisation(name="Lastenkoti Koivikko")
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;;;;;oma yksikkö Jämsä – ei sinne!")
    run("experts", path, commit=True)
    one_expert(session).avoided_organisations = [chosen]
    make_organisation(name="Jämsän perhekeskus")

    report = run("experts", path, commit=True)

    assert fates(report) == (0, 0, 1, 0)
    assert [unit.id for unit in one_expert(session).avoided_organisations] == [chosen.id]


def test_pause_has_the_day_that_is_written_and_none_when_it_is_past(session, tmp_path):
    path = write_csv(
        tmp_path, HEADINGS, "Aino Salo;1985;0401234567;;;;;;;;tauolla 1.3.2027 asti",
        "Otto Laine;1985;0407654321;;;;;;;;tauolla 1.3.2026 asti")

    report = run("experts", path, commit=True)

    assert [(p.starts_on, p.ends_on) for p in session.scalars(sa.select(Pause))] == [(TODAY, date(2027, 3, 1))]
    assert sentences(on_row(report, 3), "pause_over") == ["The pause has ended and was not recorded."]


@pytest.mark.parametrize(("known", "row", "expected"), [
    ({"birth_date": date(1985, 2, 2)}, "Salo Aino;2.2.1985;0409999999;;;;;;;;", (0, 1, 0, 0)),
    ({"birth_date": date(1985, 2, 3)}, "Salo Aino;2.2.1985;0409999999;;;;;;;;", (1, 0, 0, 0)),
    ({"phone": "+358401234567"}, "Salo Aino;;0401234567;;;;;;;;", (0, 0, 1, 0)),
    ({"phone": "+358401234567"}, "Salo Eino;;0401234567;;;;;;;;", (1, 0, 0, 0)),
    ({"email": "a@esimerkki.invalid"}, "Aino Salo;;;A@esimerkki.invalid;;;;;;;", (0, 0, 1, 0)),
    ({"email": "a@esimerkki.invalid", "birth_year": 1970}, "Aino Salo;1985;;a@esimerkki.invalid;;;;;;;", (1, 0, 0, 0)),
    ({"email": "a@esimerkki.invalid", "birth_year": 1985}, "Aino Salo;1985;;a@esimerkki.invalid;;;;;;;", (0, 0, 1, 0)),
])  # fmt: skip
def test_person_in_the_bank_is_known_by_name_with_birth_or_a_way_to_reach(session, tmp_path, known, row, expected):
    make_expert(**{"first_name": "Aino", "last_name": "Salo", "phone": ""} | known | {"reached_through": "Silmu ry"})

    report = run("experts", write_csv(tmp_path, HEADINGS, row))

    assert fates(report) == expected


@pytest.mark.parametrize(("name", "code", "expected"), [
    ("Aino Laine", CODE, (0, 1, 0, 0)),  # another surname since then
    ("Aino Salo", OTHER_CODE, (1, 0, 0, 0)),  # a namesake of the same day
    ("Eino Virta", CODE, (0, 0, 0, 1)),  # somebody else's code
])  # fmt: skip
def test_identity_code_decides_before_the_name(session, tmp_path, name, code, expected):
    expert = make_expert(first_name="Aino", last_name="Salo", birth_date=date(1985, 2, 2))
    session.add(Payee(expert=expert, official_name="Aino Salo", identity_code=CODE))

    report = run("experts", write_csv(tmp_path, HEADINGS, f"{name};;;uusi@esimerkki.invalid;;;;{code};;;"))

    assert fates(report) == expected


def test_two_who_could_be_meant_are_left_to_a_person(session, tmp_path):
    for _ in range(2):
        make_expert(first_name="Aino", last_name="Salo", phone="+358401234567")

    report = run("experts", write_csv(tmp_path, HEADINGS, "Aino Salo;;0401234567;;;;;;;;"))

    assert (fates(report), kinds(report, "error")) == ((0, 0, 0, 1), {"several_persons": 1})


def test_known_person_gets_what_is_missing_and_keeps_what_differs(session, tmp_path):
    expert = make_expert(
        first_name="Aino", last_name="Salo", birth_date=date(1985, 2, 2), email="vanha@esimerkki.invalid", phone="")
    session.add(Payee(expert=expert, official_name="Aino Salo", iban=IBAN))
    row = f"Aino Salo;2.2.1985;0401234567;uusi@esimerkki.invalid;;;{OTHER_IBAN};{CODE};;;TURVAKIELTO"

    report = run("experts", write_csv(tmp_path, HEADINGS, row), commit=True)

    [taken] = report.rows
    assert [(change.label, change.old, change.new) for change in taken.changes] == [
        ("Phone", "–", "+358 •••• 67"), ("Non-disclosure for safety", "–", "True"),
        ("Personal identity code", "–", "••••••••8")]  # fmt: skip
    assert sentences(taken, "differs") == [
        "E-mail differs: “v••••@esimerkki.invalid” here, “u••••@esimerkki.invalid” in the register. "
        "Nothing was changed.",
        "IBAN differs: “FI21 •••• 85” here, “FI58 •••• 22” in the register. Nothing was changed.",
    ]
    payee = session.scalars(sa.select(Payee)).one()
    assert (expert.phone, expert.email, expert.protected) == ("+358401234567", "vanha@esimerkki.invalid", True)
    assert (payee.iban, payee.identity_code) == (IBAN, CODE)


def test_temporary_identity_code_is_refused_unless_allowed(session, tmp_path):
    path = write_csv(tmp_path, HEADINGS, f"Aino Salo;2.2.1985;0401234567;;;;;{CODE};;;")

    refused, allowed = run("experts", path, allow_temporary=False), run("experts", path)

    assert (fates(refused), fates(allowed)) == ((0, 0, 0, 1), (1, 0, 0, 0))
    assert sentences(on_row(refused, 2), "identity_code") == ["Temporary identity codes are not taken here."]


def test_text_that_does_not_fit_is_refused_and_never_cut(session, tmp_path):
    path = write_csv(
        tmp_path, HEADINGS, f"Aino Salo;1985;0401234567;;;{'a' * 81};;;;;", f"Otto Laine;1985;0407654321;;;{'a' * 80};;;;;")

    report = run("experts", path)

    assert fates(report) == (1, 0, 0, 1)
    assert sentences(on_row(report, 2), "too_long") == ["At most 80 characters fit here."]


def test_contact_for_the_coordinator_is_written_once(session, tmp_path):
    path = write_csv(tmp_path, HEADINGS, "Aino Salo;2012;0401234567;;;;;;;;tauolla kesään asti")

    for _ in range(2):
        run("experts", path, commit=True)

    assert [contact.note for contact in session.scalars(sa.select(SupportContact))] == [
        "From the old register: The person is under 18: ask for the guardian's consent. "
        "Paused without an end date: “tauolla kesään asti”."]
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0
