"""An account is paid to after a second person has confirmed it, compared as persons."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Payee, User, db
from rules.errors import BadInput, DomainError, NotAllowed
from services import saving
from services.batch_warnings import account_change
from tests.factories import make
from tests.money_world import IBAN, TODAY, acting, approved_claim, do, new_batch
from tests.people import make_expert, make_user

OTHER_IBAN = "FI7012345600100007"
YOURS = "You entered this account: somebody else in finance confirms it."


def entered(by, iban=IBAN, today=TODAY, **given):
    """A payee whose account ``by`` has entered."""
    payee = Payee(official_name="Oona Laine", iban=iban, **given)
    saving.prepare(payee, by, today, is_new=True)
    db.session.add(payee)
    db.session.commit()
    return payee


def changed(payee, by, iban):
    payee.iban = iban
    saving.prepare(payee, by, TODAY, is_new=False)
    db.session.commit()


def refused(payee, actor, **inputs):
    with pytest.raises(DomainError) as why:
        do(payee, "confirm_account", actor, **{"last": "0785"} | inputs)
    db.session.rollback()
    return str(why.value)


def test_first_account_is_confirmed_by_another_one_than_who_entered_it(people):
    payee = entered(people["finance"])

    assert refused(payee, people["finance"]) == YOURS
    do(payee, "confirm_account", people["finance2"], last="0785")
    assert (payee.iban_confirmed_on, payee.iban_confirmed_by_id) == (TODAY, people["finance2"].user_id)


def test_another_account_of_the_same_person_is_not_another_person(people):
    payee = entered(people["finance"])
    person = db.session.get_one(User, people["finance"].user_id).person
    second = make_user("finance")
    second.person = person
    db.session.commit()

    assert refused(payee, acting(second, "finance")) == YOURS


def test_nobody_confirms_the_account_they_are_paid_to(people):
    person = db.session.get_one(User, people["finance2"].user_id).person
    payee = entered(people["coordinator"], expert=make_expert(person=person))

    assert refused(payee, people["finance2"]) == "This is your own account: somebody else in finance confirms it."
    do(payee, "confirm_account", people["finance"], last="0785")
    assert payee.iban_confirmed_by_id == people["finance"].user_id


def test_coordinator_confirms_nothing(people):
    payee = entered(people["finance"])

    with pytest.raises(NotAllowed):
        do(payee, "confirm_account", people["coordinator"], last="0785")


def test_who_confirms_has_the_account_from_elsewhere(people):
    payee = entered(people["coordinator"])

    with pytest.raises(BadInput) as why:
        do(payee, "confirm_account", people["finance"], last="0007")
    assert (why.value.field, payee.iban_confirmed_on) == ("last", None)


@pytest.mark.parametrize("iban", [OTHER_IBAN, None])
def test_changed_account_is_nobodys_confirmed_one(people, iban):
    payee = entered(people["coordinator"])
    do(payee, "confirm_account", people["finance"], last="0785")
    changed(payee, people["finance"], iban)

    assert (payee.iban_confirmed_on, payee.iban_confirmed_by_id) == (None, None)


def test_same_account_typed_again_stays_confirmed(people):
    payee = entered(people["coordinator"])
    do(payee, "confirm_account", people["finance"], last="0785")
    changed(payee, people["finance2"], "FI21 1234 5600 0007 85")

    assert payee.iban_confirmed_by_id == people["finance"].user_id


def test_account_set_without_the_form_is_not_confirmed_either(people):
    payee = entered(people["coordinator"])
    do(payee, "confirm_account", people["finance"], last="0785")
    payee.iban = OTHER_IBAN
    db.session.commit()

    assert payee.iban_confirmed_on is None


@pytest.mark.both_databases
def test_database_refuses_the_same_account_twice_and_half_a_confirmation(app):
    user = make_user("finance")
    payee = make(Payee, iban=IBAN, iban_changed_by=user)
    for by in (user.id, None):
        payee.iban_confirmed_on, payee.iban_confirmed_by_id = TODAY, by
        with pytest.raises(sa.exc.IntegrityError):
            db.session.commit()
        db.session.rollback()


def test_batch_with_an_unconfirmed_account_is_not_submitted(held, people):
    claim = approved_claim(held, people)
    changed(claim.payee, people["finance"], OTHER_IBAN)
    batch = new_batch(people, [claim])

    with pytest.raises(DomainError) as why:
        do(batch, "submit", people["finance"])
    db.session.rollback()
    assert str(why.value) == (
        f"{claim.number}: account not confirmed by a second person: nothing is paid to it. "
        "Mend it on the payee's page, or take the claim out of the batch.")
    do(claim.payee, "confirm_account", people["finance2"], last="0007")
    do(batch, "submit", people["finance"])
    assert batch.items[0].iban == OTHER_IBAN


def test_change_is_shown_for_thirty_days_with_who_did_what(people):
    payee = entered(people["coordinator"])
    before = str(account_change(payee, TODAY))
    do(payee, "confirm_account", people["finance"], last="0785")
    names = [db.session.get_one(User, people[who].user_id).name for who in ("coordinator", "finance")]

    assert before == f"account changed on {TODAY} by {names[0]}"
    assert str(account_change(payee, TODAY + timedelta(29))) == (
        f"account changed on {TODAY} by {names[0]}, confirmed by {names[1]}")
    assert account_change(payee, TODAY + timedelta(30)) is None


def test_page_says_what_stops_a_payment_and_shows_no_number(app, login, people):
    payee = entered(people["coordinator"])
    payee.tax_card_year = 2020
    db.session.commit()

    address, english = f"/admin/payee/details/?id={payee.id}", {"Accept-Language": "en"}
    finance, coordinator = (login(role).get(address, headers=english).text for role in ("finance", "coordinator"))
    unconfirmed, out = "account not confirmed by a second person", "the tax card is not of this day"

    assert [text in finance for text in (unconfirmed, out, IBAN)] == [True, True, False]
    assert [text in coordinator for text in (unconfirmed, out, IBAN)] == [True, False, False]
