"""Drafts and templates: no text tells too much, and none loses its link."""

import pytest

from models import MessageTemplate, Theme, db
from rules.choices import Language, MessageKind
from rules.discretion import telling
from rules.errors import DomainError, FieldErrors
from rules.message_texts import LINK, PLACES, TEXTS
from rules.permissions import Actor, Role
from rules.states import MessageStatus
from services import letters, outbox, saving
from tests.mail_world import NOW, coordinator_of, make_message, queue
from tests.people import make_expert, make_user

TODAY = NOW.date()
EVERY_TEXT = [(kind, language) for kind in MessageKind for language in Language]
COORDINATOR = Actor(None, None, Role.COORDINATOR)


def template(kind=MessageKind.OFFER, **given):
    found = MessageTemplate(**{"kind": kind} | given)
    saving.prepare(found, COORDINATOR, TODAY, is_new=True)
    db.session.add(found)
    db.session.commit()
    return found


@pytest.mark.parametrize(("kind", "language"), EVERY_TEXT)
def test_ready_text_tells_nothing_and_knows_its_places(kind, language):
    subject, body = TEXTS[kind, language]

    assert (telling(subject, [], []), telling(body, ["sijaishuolto", "väkivalta"], [])) == ("", "")
    assert set(letters.PLACE.findall(subject + body)) - PLACES[kind] == set()
    assert (LINK in body) == ("link" in PLACES[kind])


@pytest.mark.parametrize(("text", "word"), [
    ("Tervetuloa kokemusasiantuntijaksi", "kokemusasiantuntijaksi"), ("Lastensuojelun päivä", "Lastensuojelun"),
    ("our child protection day", "child protection"), ("barnskyddets dag", "barnskyddets"),
    ("Aiheena perheväkivalta", "perheväkivalta"), ("Tuulikki Salmisen kanssa", "Tuulikki Salmisen"),
    ("Tervetuloa 9.12. klo 10", ""), ("Tuulikki tulee", "")])
def test_word_that_tells_too_much_is_found(text, word):
    assert telling(text, ["perheväkivalta"], ["Tuulikki Salminen"]) == word


def test_message_that_tells_too_much_is_not_sent(app):
    actor = coordinator_of(make_user("coordinator"))
    make_expert(first_name="Tuulikki", last_name="Salminen", protected=True)
    db.session.add(Theme(name="perheväkivalta", name_sv="familjevåld"))
    refused = []
    for text in ("Tavataan Tuulikki Salmisen luona", "Aihe: perheväkivalta", "Temat är familjevåld", "Lastensuojelu"):
        message = make_message(body=text)
        try:
            queue(message, actor)
        except DomainError as error:
            db.session.rollback()
            refused.append((str(error).split("”")[0][1:], message.status))

    assert refused == [(word, MessageStatus.DRAFT) for word in
                       ("Tuulikki Salmisen", "perheväkivalta", "familjevåld", "Lastensuojelu")]
    assert queue(make_message(body="Tavataan klo 10"), actor).status is MessageStatus.QUEUED


def test_new_template_is_filled_with_the_text_that_is_ready(app):
    found = template(subject_fi="Oma otsikko")

    assert (found.subject_fi, found.subject_sv, found.at_once) == (
        "Oma otsikko", TEXTS[MessageKind.OFFER, Language.SV][0], False)
    assert letters.texts_of(MessageKind.OFFER, Language.FI)[0] == "Oma otsikko"
    assert letters.texts_of(MessageKind.REMINDER, Language.EN) == TEXTS[MessageKind.REMINDER, Language.EN]


@pytest.mark.parametrize(("given", "field"), [
    ({"body_fi": "Tule {paikka} {link}"}, "body_fi"), ({"body_sv": "Hej!"}, "body_sv"),
    ({"subject_en": "For an expert by experience"}, "subject_en")])
def test_template_with_an_unknown_place_without_its_link_or_telling_too_much_is_refused(app, given, field):
    with pytest.raises(FieldErrors) as refused:
        template(**given)
    db.session.rollback()

    assert set(refused.value.errors) == {field}


def test_typed_braces_do_not_become_links_of_others(app):
    assert letters.filled("{when} {link}", {"when": "{link}"}) == "{link} {link}"
    assert letters.filled("{unknown}", {}) == "{unknown}"


@pytest.mark.parametrize(("at_once", "status"), [(False, MessageStatus.DRAFT), (True, MessageStatus.QUEUED)])
def test_rule_that_is_switched_on_sends_at_once(app, at_once, status):
    template(MessageKind.STOOD_DOWN, at_once=at_once)

    message = letters.draft(MessageKind.STOOD_DOWN, Language.FI, {"when": "9.12.2026", "coordinator": "Kaisa"},
                            expert=make_expert(email="a@test.invalid"))
    outbox.by_the_rule(message, COORDINATOR)

    assert message.status is status


def test_message_without_an_address_stays_a_draft_in_spite_of_the_rule(app):
    template(MessageKind.STOOD_DOWN, at_once=True)

    message = letters.draft(MessageKind.STOOD_DOWN, Language.FI, {}, expert=make_expert())
    outbox.by_the_rule(message, COORDINATOR)

    assert message.status is MessageStatus.DRAFT


@pytest.mark.parametrize(("given", "field"), [
    ({"to": "kaisa"}, "to"), ({"to": "a@b.fi\nBcc: c@d.fi"}, "to"), ({"to": "a@b.fi, c@d.fi"}, "to"), ({"to": ""}, "to")])
def test_message_goes_to_one_address_that_can_be_written_to(app, given, field):
    message = make_message()
    message.to = given["to"]

    with pytest.raises(FieldErrors) as refused:
        saving.prepare(message, COORDINATOR, TODAY, is_new=False)
    db.session.rollback()

    assert set(refused.value.errors) == {field}


def test_message_on_its_way_is_not_rewritten(app):
    message = queue(make_message(), coordinator_of(make_user("coordinator")))

    with pytest.raises(DomainError, match="on its way"):
        saving.prepare(message, COORDINATOR, TODAY, is_new=False)
