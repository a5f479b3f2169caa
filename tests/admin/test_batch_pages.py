"""The pages of a payment batch: adding claims, outcomes, downloads; each for finance alone."""

import hashlib

import pytest
import sqlalchemy as sa

from models import AccessLog, BatchFile, PaymentBatch, db
from rules.permissions import Role
from tests.conftest import token
from tests.services.test_money_flow import approved_claim, do, held, new_batch, people  # noqa: F401 - fixtures

OTHERS = [role for role in Role if role is not Role.FINANCE]


@pytest.fixture
def made(held, people):  # noqa: F811
    """A batch with its files made."""
    batch = new_batch(people, [approved_claim(held, people)])
    do(batch, "submit", people["finance"])
    do(batch, "approve", people["finance2"])
    do(batch, "generate", people["finance"])
    return batch


@pytest.mark.parametrize("role", OTHERS)
def test_only_finance_downloads(made, login, role):
    address = f"/admin/paymentbatch/file/?id={made.files[0].id}"

    assert login(role).get(address).status_code == 403
    assert login("finance").get(address).status_code == 200


def test_download_gives_the_same_bytes_and_is_logged(made, login):
    file = db.session.scalars(sa.select(BatchFile)).first()
    client = login("finance")

    first = client.get(f"/admin/paymentbatch/file/?id={file.id}")
    second = client.get(f"/admin/paymentbatch/file/?id={file.id}")

    assert first.data == second.data
    assert hashlib.sha256(first.data).hexdigest() == file.sha256
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLog).where(AccessLog.what == "download")) == 2


@pytest.mark.parametrize("raw", ["abc", "-1", "999999", ""])
def test_unknown_file_is_not_found(made, login, raw):
    assert login("finance").get(f"/admin/paymentbatch/file/?id={raw}").status_code == 404


@pytest.mark.parametrize("page", ["add", "pay"])
def test_only_finance_posts_to_a_batch(made, login, page):
    address = f"/admin/paymentbatch/{page}/?id={made.id}"
    for role in OTHERS:
        client = login(role)
        assert client.post(address, data={"csrf_token": token(client, "/admin/")}).status_code == 403
    client = login("finance")

    assert client.get(address).status_code == 405
    assert client.post(address, data={"csrf_token": token(client, "/admin/")}).status_code == 302


def test_claims_are_added_on_the_page_of_a_draft(held, people, login):  # noqa: F811
    claim = approved_claim(held, people)
    batch = new_batch(people)
    client = login("finance")
    here = f"/admin/paymentbatch/details/?id={batch.id}"

    client.post(f"/admin/paymentbatch/add/?id={batch.id}",
                data={"csrf_token": token(client, here), "claim": [claim.id]})

    assert [item.invoice_id for item in db.session.get(PaymentBatch, batch.id).items] == [claim.id]


@pytest.mark.parametrize("address", ["file/?id=1", "add/?id=1", "pay/?id=1"])
def test_nobody_is_asked_to_sign_in(made, client, address):
    assert client.get(f"/admin/paymentbatch/{address}").status_code in (302, 405)
