"""The commands that let go: without --commit they only tell."""

import pytest
import sqlalchemy as sa

from models import Message, StatusChange, db
from rules.retention import RECORD_RULES
from rules.states import MessageStatus
from tests.factories import make
from tests.forgotten_world import FIRST, leave


@pytest.fixture
def command(app):
    def run(*words):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=list(words))
    return run


def test_retention_tells_each_rule_and_lets_nothing_go_without_commit(command):
    make(Message, status=MessageStatus.SENT)  # of January 2026
    dry = command("retention")
    kept = db.session.scalar(sa.select(sa.func.count()).select_from(Message))

    assert (dry.exit_code, kept) == (0, 1)
    assert [line.split(":")[0] for line in dry.output.splitlines()[:len(RECORD_RULES)]] == list(RECORD_RULES)
    assert "Accounting Act" in dry.output


def test_anonymise_tells_first_and_does_it_with_commit_and_a_reason(command, known, people):
    leave(known, people)
    number = str(known.id)

    dry = command("anonymise", number)
    before = known.first_name
    without_reason = command("anonymise", number, "--commit")
    done = command("anonymise", number, "--commit", "--reason", "Pyysi poistamista")

    assert [one.exit_code for one in (dry, without_reason, done)] == [0, 2, 0]
    assert (before, known.first_name, str(known)) == (FIRST, "", f"Poistettu #{number}")
    last = db.session.scalars(sa.select(StatusChange).order_by(StatusChange.id.desc())).first()
    assert (last.actor, last.note) == ("anonymise", "Pyysi poistamista")


def test_anonymise_refuses_with_a_sentence(command, known):
    refused, unknown = command("anonymise", str(known.id)), command("anonymise", "999")

    assert (refused.exit_code, refused.output) == (
        1, "Error: “Anonymise” is not possible: the state is “participant”.\n")
    assert (unknown.exit_code, unknown.output) == (1, "Error: There is no expert 999.\n")
