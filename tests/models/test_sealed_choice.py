"""A choice that is sealed with its row: read as records, written as records, and no table says what was chosen."""

import pytest
import sqlalchemy as sa

from models import ChangeLog, Expert, Organisation, Theme, db
from models.encryption import KEYRING, opened
from models.sealed_choice import SealedChoice
from rules.choices import OrganisationKind
from rules.matching_guards import ReasonCode
from services import matching
from tests.factories import make, make_many
from tests.services.placing_world import TODAY, actor_of, an_askable, an_order


@pytest.fixture
def themes(app):
    return make_many(Theme, 3)


def again(row):
    """``row`` as the database has it."""
    db.session.commit()
    db.session.expire_all()
    return row


@pytest.mark.both_databases
def test_choice_reads_as_the_records_that_were_chosen(app):
    one, other = make_many(Theme, 2)
    expert = make(Expert, closed_themes=[other, one])

    found = again(expert).closed_themes

    assert [theme.id for theme in found] == [one.id, other.id]
    assert (len(found), found.ids, found[0].id) == (2, {one.id, other.id}, one.id)
    assert one in found


def test_row_itself_does_not_say_what_was_chosen(themes):
    expert = make(Expert, closed_themes=themes)
    db.session.commit()

    stored = db.session.execute(sa.text(f"SELECT closed_themes FROM expert WHERE id = {expert.id}")).scalar_one()

    assert stored.startswith(KEYRING.first)
    assert b"Theme" not in stored


def test_nothing_chosen_is_nothing_stored_and_an_empty_choice(themes):
    expert = make(Expert, closed_themes=[])
    emptied = make(Expert, closed_themes=themes)
    emptied.closed_themes = []

    assert (list(again(expert).closed_themes), list(again(emptied).closed_themes)) == ([], [])
    assert db.session.scalar(sa.select(sa.func.count()).where(Expert.closed_themes.is_not(None))) == 0


def test_record_that_is_gone_is_left_out(themes):
    expert = make(Expert, closed_themes=themes[:2])
    db.session.delete(themes[0])

    assert [theme.id for theme in again(expert).closed_themes] == [themes[1].id]


def test_record_chosen_before_it_is_written_is_written(app):
    expert = make(Expert, avoided_organisations=[Organisation(name="Koivikko", kind=OrganisationKind.NGO)])

    assert [unit.name for unit in again(expert).avoided_organisations] == ["Koivikko"]


def test_history_tells_what_was_chosen_before_and_after(themes):
    expert = make(Expert, closed_themes=themes[:1])
    db.session.commit()
    expert.closed_themes = [*expert.closed_themes, themes[1]]
    db.session.commit()

    told = [row.values().get("closed_themes") for row in db.session.scalars(
        sa.select(ChangeLog).where(ChangeLog.subject == expert.subject).order_by(ChangeLog.id))]
    assert told == [[None, f"Theme:{themes[0].id}"],
                    [f"Theme:{themes[0].id}", f"Theme:{themes[0].id}, Theme:{themes[1].id}"]]


def test_equal_choices_are_no_change(themes):
    expert = again(make(Expert, closed_themes=themes[:2]))

    expert.closed_themes = [db.session.get(Theme, theme.id) for theme in reversed(themes[:2])]

    assert not db.session.is_modified(expert)
    assert SealedChoice(themes[:1]) != SealedChoice(themes[:2])


def test_choice_moved_to_another_row_does_not_open(themes):
    mine, other = make(Expert, closed_themes=themes[:1]), make(Expert)
    db.session.commit()
    query = sa.select(Expert.closed_themes, Expert.row_key).where(Expert.id == mine.id)
    sealed, row_key = db.session.execute(query).one()

    assert opened(Expert.closed_themes, sealed, mine.id, row_key).ids == {themes[0].id}
    with pytest.raises(ValueError, match="does not belong here"):
        opened(Expert.closed_themes, sealed, other.id, other.row_key)


def test_matching_excludes_whose_choice_does_not_open(app):
    order = an_order(actor_of("coordinator"))
    fine, broken = (an_askable(closed_themes=make_many(Theme, 1)) for _ in range(2))
    db.session.commit()
    db.session.execute(sa.text("UPDATE expert SET closed_themes = :data WHERE id = :id"),
                       {"data": b"not sealed by any key", "id": broken.id})

    found = matching.ranking(order, TODAY)

    assert [person.candidate.expert_id for person in found.can_be_asked] == [fine.id]
    assert [(one.candidate.expert_id, [reason.code for reason in one.no]) for one in found.not_now] == [
        (broken.id, [ReasonCode.UNKNOWN])]


def test_matching_excludes_whose_load_limit_does_not_open(app):
    order = an_order(actor_of("coordinator"))
    fine, broken = (an_askable(load_limit=2) for _ in range(2))
    db.session.commit()
    db.session.execute(sa.text("UPDATE expert SET load_limit = :data WHERE id = :id"),
                       {"data": b"not sealed by any key", "id": broken.id})

    found = matching.ranking(order, TODAY)

    assert [person.candidate.expert_id for person in found.can_be_asked] == [fine.id]
    assert [(one.candidate.expert_id, [reason.code for reason in one.no]) for one in found.not_now] == [
        (broken.id, [ReasonCode.UNKNOWN])]
