"""The outbox through a real SMTP server: each message once, what is refused is told, nothing is lost."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from jobs import mail
from models import Message, StatusChange, db
from models.engine import writing
from rules.choices import Failure
from rules.mail import LEASE, MOST_ATTEMPTS
from rules.states import MessageStatus
from services import outbox
from tests.mail_world import LATER, NOW, coordinator_of, make_message, queue
from tests.people import make_expert, make_user
from tests.test_architecture import ROOT

NOTICE = b"""From: MAILER-DAEMON@test.invalid
To: bridge@kokemussilta.test
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test.invalid

Final-Recipient: rfc822; sari@test.invalid
Action: %s
Status: 5.1.1
Diagnostic-Code: smtp; 550 <sari@test.invalid> unknown

--b
Content-Type: message/rfc822

Message-ID: <%s@kokemussilta.test>
Subject: Aika vaihtui

Hei
--b--
"""


@pytest.fixture
def coordinator(app):
    return coordinator_of(make_user("coordinator"))


def notice_of(message, action=b"failed"):
    return NOTICE % (action, message.key.encode())


def test_draft_waits_until_somebody_sends_it(mail_server, coordinator):
    message = make_message()

    nothing = mail_server.send()
    queue(message, coordinator)
    done = mail_server.send()

    assert (nothing.sent, done.sent, message.status, message.sent_at) == (0, 1, MessageStatus.SENT, NOW)
    [came] = mail_server.came
    assert (came["To"], came["Subject"], came.get_content()) == (
        "sari@test.invalid", "Aika vaihtui", "Uusi aika on 10.00.\r\n")
    assert (came["Message-ID"], came["Auto-Submitted"], came.get_content_type()) == (
        f"<{message.key}@kokemussilta.test>", "auto-generated", "text/plain")


def test_expert_is_written_to_where_they_are_reached_when_it_is_sent(mail_server, coordinator):
    expert = make_expert(email="old@test.invalid", protected=True)
    message = queue(make_message(to="", expert=expert), coordinator)
    expert.email = "new@test.invalid"
    db.session.commit()

    mail_server.send()

    assert [came["To"] for came in mail_server.came] == ["new@test.invalid"]
    assert message.to == ""


def test_expert_who_has_no_address_any_more_is_written_to_nowhere(mail_server, coordinator):
    expert = make_expert(email="old@test.invalid", protected=True)
    message = queue(make_message(to="", expert=expert), coordinator)
    expert.email = ""
    db.session.commit()

    mail_server.send()

    assert (mail_server.came, message.status, message.failure) == (
        [], MessageStatus.FAILED, Failure.NOT_SENDABLE)


def test_refused_recipient_is_told_on_the_message_without_the_address(mail_server, coordinator):
    message = queue(make_message(to="nobody@test.invalid"), coordinator)

    done = mail_server.send()

    assert (done.failed, message.status, message.failure) == (1, MessageStatus.FAILED, Failure.REFUSED)
    assert message.server_said == "550 5.1.1 … no such user"


def test_busy_server_is_tried_again_later_and_given_up_at_last(mail_server, coordinator):
    message, now = queue(make_message(to="busy@test.invalid"), coordinator), NOW
    waits = []

    while message.status is MessageStatus.QUEUED:
        assert mail_server.send(now).later <= 1
        if message.not_before:
            waits.append((message.not_before - now).total_seconds() // 60)
            assert mail_server.send(now) == mail.Sent()
            now = message.not_before

    assert waits[:5] == [5, 10, 20, 40, 80]
    assert (message.attempts, message.failure) == (MOST_ATTEMPTS, Failure.GIVEN_UP)


def test_what_waits_stays_when_no_server_answers(mail_server, coordinator):
    message = queue(make_message(), coordinator)
    nobody = mail.Server("127.0.0.1", 1, "bridge@kokemussilta.test")

    done = mail.send_waiting(nobody, "https://kokemussilta.test", lambda: NOW)

    assert (done.away, message.status, message.taken_at, message.attempts) == (
        "ConnectionRefusedError", MessageStatus.QUEUED, None, 0)
    assert mail_server.send().sent == 1


@pytest.mark.both_databases
def test_two_senders_at_once_send_each_message_once(app, mail_server, coordinator):
    messages = [make_message(subject_line=f"Viesti {place}") for place in range(12)]
    for message in messages:
        queue(message, coordinator)

    def send():
        with app.app_context():
            mail_server.send()
            db.session.remove()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()

    assert sorted(came["Subject"] for came in mail_server.came) == sorted(m.subject_line for m in messages)
    db.session.expire_all()
    assert {m.status for m in messages} == {MessageStatus.SENT}


@pytest.mark.both_databases
def test_sender_that_is_killed_leaves_a_message_that_is_named_and_not_sent_again(app, mail_server, coordinator, database):
    message = queue(make_message(), coordinator)
    script = ("import sys, time; from app import create_app; from jobs import mail; from services import outbox\n"
              f"app = create_app(SQLALCHEMY_DATABASE_URI={database!r}, TESTING=True, SECRET_KEY='k',"
              " FIELD_KEYS='MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=')\n"
              "mail._hand_over = lambda *a: (print('taken', flush=True), time.sleep(60))\n"
              "from datetime import datetime, UTC\n"
              f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
              "with app.app_context():\n"
              f"    mail.send_waiting(mail.Server('127.0.0.1', {mail_server.port}, 'a@b.test'), 'https://b.test', lambda: now)\n")
    sender = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with sender:
        assert sender.stdout.readline() == "taken\n"
        os.kill(sender.pid, signal.SIGKILL)

    soon = mail_server.send(LATER)
    late = mail_server.send(NOW + LEASE + timedelta(seconds=1))

    db.session.expire_all()
    assert (soon.sent, late.sent, late.abandoned, mail_server.came) == (0, 0, 1, [])
    assert (message.status, message.failure) == (MessageStatus.FAILED, Failure.INTERRUPTED)


def test_notice_of_a_mail_server_marks_the_message(app, mail_server, coordinator):
    message = queue(make_message(), coordinator)
    mail_server.send()

    told = mail.read_notice(notice_of(message))
    with writing():
        known, again = outbox.came_back(*told), outbox.came_back(*told)
        db.session.commit()

    assert (known, again, message.status, message.failure) == (True, False, MessageStatus.FAILED, Failure.BOUNCED)
    assert message.server_said == "failed 5.1.1 smtp; 550 … unknown"


@pytest.mark.parametrize("raw", [b"", b"Subject: hello\n\nhello", b"\xff\x00\n\n"])
def test_other_mail_is_no_notice(raw):
    assert mail.read_notice(raw) is None


def test_notice_of_a_delay_is_no_failure(app):
    assert mail.read_notice(notice_of(make_message(), b"delayed")) is None


def test_command_sends_and_says_so(app, mail_server, coordinator):
    queue(make_message(), coordinator)
    app.config.update(SMTP_URL=f"smtp://127.0.0.1:{mail_server.port}", MAIL_FROM="bridge@kokemussilta.test",
                      BASE_URL="https://kokemussilta.test")

    answer = app.test_cli_runner().invoke(args=["send-mail"])

    assert (answer.exit_code, answer.output) == (0, "1 sent, 0 refused, 0 to be tried again, 0 cut short earlier.\n")
    assert [row.actor for row in db.session.query(StatusChange).filter_by(verb="deliver")] == ["send-mail"]


@pytest.mark.parametrize(("settings", "wanted"), [
    ({"SMTP_URL": ""}, "Set SMTP_URL"), ({"MAIL_FROM": ""}, "Set MAIL_FROM"), ({"BASE_URL": ""}, "Set BASE_URL"),
    ({"SMTP_URL": "http://mail"}, "Set SMTP_URL")])
def test_command_says_which_setting_is_missing(app, settings, wanted):
    app.config.update({"SMTP_URL": "smtp://mail:25", "MAIL_FROM": "a@b.test", "BASE_URL": "https://b.test"} | settings)

    answer = app.test_cli_runner().invoke(args=["send-mail"])

    assert (answer.exit_code, wanted in answer.output) == (1, True)


def test_password_of_the_server_is_read_and_never_sent_without_tls(app, coordinator):
    server = mail.Server.of("smtp://user%40x:se%2Fcret@mail.test", "a@b.test")

    assert (server.user, server.password, server.port) == ("user@x", "se/cret", 587)
    assert "mail.test" not in mail.NEAR


def test_database_refuses_a_message_of_two_recipients(app):
    db.session.add(Message(to="a@test.invalid", expert=make_expert(), subject_line="x"))

    with pytest.raises(Exception, match="one_recipient"):
        db.session.commit()
    db.session.rollback()
