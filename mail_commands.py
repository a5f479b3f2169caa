"""Commands of the mail: sending what waits, reminding once, taking what came back. Each prints what it did."""

import sys
import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from admin_views.clock import today
from jobs import mail, reminders
from models import db
from models.audit import at_work
from models.engine import writing
from services import outbox


def add_mail_commands(app: Flask) -> None:
    """Put the commands on ``app``."""
    for command in (send_mail_command, mail_came_back_command, remind_command):
        app.cli.add_command(command)


@click.command("send-mail")
@click.option("--every", type=click.IntRange(5), help="Go on, looking for messages each so many seconds.")
@with_appcontext
def send_mail_command(every: int | None) -> None:
    """Send the messages that wait, by SMTP_URL. Run it every minute, or let it run with --every.

    Several may run at once: each message is sent by one of them.
    """
    while True:
        try:
            server = mail.Server.of(current_app.config["SMTP_URL"], current_app.config["MAIL_FROM"])
            with at_work(outbox.SENDER):
                done = mail.send_waiting(server, current_app.config["BASE_URL"])
        except mail.MailSettings as refused:
            raise click.ClickException(str(refused)) from refused
        if not every or done != mail.Sent():
            click.echo(f"{done.sent} sent, {done.failed} refused, {done.later} to be tried again, "
                       f"{done.abandoned} cut short earlier.")
        if done.away and not every:
            raise click.ClickException(f"No mail server could be spoken to ({done.away}): what waits is still there.")
        if not every:
            return
        time.sleep(every)


@click.command("mail-came-back")
@with_appcontext
def mail_came_back_command() -> None:
    """Read one notice of a mail server from standard input and mark its message as not delivered.

    For the mail server to call, with what comes to the address of MAIL_FROM.
    """
    told = mail.read_notice(sys.stdin.buffer.read())
    known = False
    if told is not None:
        with writing(), at_work(outbox.SENDER):
            known = outbox.came_back(*told)
            db.session.commit()
    click.echo("Marked as not delivered." if known else "This is not a notice about a message of ours.")


@click.command("remind")
@with_appcontext
def remind_command() -> None:
    """What a day brings: one reminder to whoever was asked and has said nothing, feedback asked after events. Daily.

    Orders from the public form that nobody confirmed in time are let go.
    """
    with at_work(reminders.REMINDER):
        made, gone = reminders.remind_all(today()), reminders.expire_requests(today())
        asked = reminders.ask_feedback(today())
    click.echo(f"{made} reminders made, {asked} messages asking for feedback, {gone} unconfirmed orders let go.")
