"""A course in one grid: everybody written down together or nobody, certificates sealed and checked by content."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import Certificate, Completion, Programme, User, db
from rules.errors import FieldErrors
from rules.states import CompletionStatus
from services import course_grid
from services.course_grid import Line, rows_of, save_grid, states_from
from services.verbs import Upload
from tests.conftest import token
from tests.factories import make
from tests.people import make_organisation
from tests.receipt_files import png
from tests.services.placing_world import TODAY, actor_of

S = CompletionStatus


@pytest.fixture
def trainer(app):
    app.config["TODAY"] = TODAY
    return actor_of("trainer", organisation=make_organisation(trains=True))


@pytest.fixture
def programme(trainer):
    return make(Programme, organisation_id=trainer.organisation_id, valid_years=3)


def a_line(row, **given):
    return Line(**{"id": row.id, "version": row.version, "status": row.status, "completed_on": None,
                   "hours": row.attended_hours, "number": row.certificate_number, "certificate": None} | given)


def refused_by(work):
    with pytest.raises(FieldErrors) as refused:
        work()
    db.session.rollback()
    return set(refused.value.errors)


def test_everybody_is_written_down_at_once(programme, trainer):
    one, two, three = (make(Completion, programme=programme) for _ in range(3))

    changed = save_grid(programme, [
        a_line(one, status=S.COMPLETED, completed_on=TODAY, hours=40, number="T-1", certificate=Upload(png())),
        a_line(two, status=S.INTERRUPTED, hours=12), a_line(three)], trainer, TODAY)

    assert (changed, one.status, one.completed_on, one.attended_hours, one.certificate_number) == (
        2, S.COMPLETED, TODAY, 40, "T-1")
    assert (two.status, two.attended_hours, three.status) == (S.INTERRUPTED, 12, S.ENROLLED)
    assert one.valid_until == date(TODAY.year + 3, TODAY.month, TODAY.day)
    assert (one.certificates[0].plain() == png(), one.certificates[0].sealed_data == png()) == (True, False)


def test_one_wrong_row_keeps_all_from_being_saved(programme, trainer):
    one, two = make(Completion, programme=programme), make(Completion, programme=programme)
    late = TODAY + timedelta(1)

    fields = refused_by(lambda: save_grid(programme, [
        a_line(one, status=S.COMPLETED, completed_on=TODAY), a_line(two, status=S.COMPLETED, completed_on=late)],
        trainer, TODAY))

    assert (fields, db.session.get(Completion, one.id).status) == ({f"on-{two.id}"}, S.ENROLLED)


@pytest.mark.parametrize(("given", "field"), [
    ({"completed_on": TODAY}, "status"), ({"hours": -1}, "hours"), ({"version": 99, "hours": 1}, "status"),
    ({"certificate": Upload(png())}, "certificate"),
    ({"status": S.COMPLETED, "certificate": Upload(b"MZ no picture")}, "certificate"),
    ({"status": S.COMPLETED, "certificate": Upload(b"")}, "certificate")])
def test_what_cannot_be_taken_names_its_field(programme, trainer, given, field):
    row = make(Completion, programme=programme)

    assert refused_by(lambda: save_grid(programme, [a_line(row, **given)], trainer, TODAY)) == {f"{field}-{row.id}"}
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


def test_completed_training_stays_completed_and_may_still_get_its_number(programme, trainer):
    row = make(Completion, programme=programme, status=S.COMPLETED)

    assert states_from(row.status) == [S.COMPLETED]
    assert refused_by(lambda: save_grid(programme, [a_line(row, status=S.IN_PROGRESS)], trainer, TODAY)) == {
        f"status-{row.id}"}
    assert save_grid(programme, [a_line(row, number="T-2")], trainer, TODAY) == 1


def test_row_of_another_organisation_is_as_if_it_were_not_there(programme, trainer):
    foreign, own = make(Completion), make(Completion, programme=programme)

    changed = save_grid(foreign.programme, [a_line(foreign, hours=5)], trainer, TODAY)

    assert (changed, foreign.attended_hours, rows_of(foreign.programme, trainer)) == (0, None, [])
    assert save_grid(programme, [a_line(own, hours=5)], trainer, TODAY) == 1


def test_same_certificate_twice_is_refused(programme, trainer):
    row = make(Completion, programme=programme, status=S.COMPLETED)
    course_grid.add_certificate(row, Upload(png()))
    db.session.commit()

    assert refused_by(lambda: save_grid(programme, [a_line(row, certificate=Upload(png()))], trainer, TODAY)) == {
        f"certificate-{row.id}"}


def test_grid_keeps_what_was_typed_and_names_the_wrong_field(programme, trainer, login, app):
    row = make(Completion, programme=programme)
    client = login(user=db.session.get(User, trainer.user_id))
    address = f"/admin/programme/grid/?id={programme.id}"
    form = {f"status-{row.id}": "completed", f"version-{row.id}": str(row.version), f"on-{row.id}": "eilen",
            f"hours-{row.id}": "monta", f"number-{row.id}": "T-77", "csrf_token": token(client, address)}

    page = client.post(address, data=form)
    right = client.post(address, data=form | {f"on-{row.id}": "2026-11-20", f"hours-{row.id}": "40"})

    assert (page.status_code, f'id="on-{row.id}-error"' in page.text, f'id="hours-{row.id}-error"' in page.text,
            'value="T-77"' in page.text, 'value="eilen"' in page.text) == (422, True, True, True, True)
    db.session.refresh(row)
    assert (right.status_code, row.status, row.certificate_number) == (302, S.COMPLETED, "T-77")


@pytest.mark.parametrize(("role", "status"), [("coordinator", 200), ("finance", 403), ("orderer", 403), ("expert", 403)])
def test_grid_opens_to_those_who_train_and_the_coordinator(programme, login, role, status):
    assert login(role).get(f"/admin/programme/grid/?id={programme.id}").status_code == status
